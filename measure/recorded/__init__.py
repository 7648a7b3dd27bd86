"""Runs that somebody made by hand: turned into the same records and rows as our own."""
