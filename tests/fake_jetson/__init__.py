"""A Jetson that is only a folder: its files, its programs, and what can break on it."""
