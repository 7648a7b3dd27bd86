"""What pages ask of the rows: comparisons, extremes, counts."""
