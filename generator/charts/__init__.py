"""Charts as inline SVG and as Plotly figures from the same values."""
