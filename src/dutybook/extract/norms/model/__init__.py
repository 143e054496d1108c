"""The network that extracts norms: its input, the encoding of the input, and its output."""
