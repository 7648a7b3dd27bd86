"""Say what of a machine lets it measure, what doesn't, and what to do."""
