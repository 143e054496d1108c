"""Makes the sample documents from their sources. Run through ``corpora/build_samples.py``."""
