"""The few things that need root, and how a device's owner grants them."""
