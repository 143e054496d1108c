"""Bulk reads for exports and reports."""
