"""Read where a TensorRT build put each layer, from the log it wrote."""
