"""Documents: flattened into rows, written, and read back as their provisions, works and findings."""
