"""Measure networks on a device: plan, build, segments, rows."""
