"""Rows from devices and models: what runs on the DLA, and why the rest does not."""
