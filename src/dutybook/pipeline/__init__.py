"""The pipeline: the one package that combines layout, structure, extraction and resolution."""
