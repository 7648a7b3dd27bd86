"""Networks of one operator: built on a device to see whether its DLA takes the operator."""
