"""Running an exported network; no room but this one knows ONNX Runtime."""
