"""Tests of the lint: mistakes planted in the shipped data and in small packages."""
