"""Checks of the data package beyond what its schema can say."""
