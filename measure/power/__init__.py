"""Measure and compute the power of a Jetson from its own rails."""
