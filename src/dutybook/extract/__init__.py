"""Findings: a folder for each kind."""
