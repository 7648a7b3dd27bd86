"""What runs a network: trtexec on a device, ONNX Runtime anywhere."""
