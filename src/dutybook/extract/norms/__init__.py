"""Norms: obligations, prohibitions, permissions, exemptions."""

from dutybook.extract.norms.engine import find_norms

__all__ = ["find_norms"]
