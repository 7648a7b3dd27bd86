"""Take a run into the data package, after the lint, and show what the site will show."""
