"""Intervals, stopping and checks of what was measured."""
