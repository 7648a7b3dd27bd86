"""The append-only journal of a run, and the files beside it."""
