"""Extracts norms: obligations, prohibitions, permissions, exemptions. :func:`.pipeline.find_norms` is the only door."""
