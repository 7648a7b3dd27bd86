"""Check a whole model: where each node runs, what crosses the borders, how to confirm it."""
