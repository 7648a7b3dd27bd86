"""Pages from rows: read the data package, refuse what is wrong, render the site."""
