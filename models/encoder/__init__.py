"""Builds a ``transformers`` encoder from the weights that an installed package carries: no hub, no download."""
