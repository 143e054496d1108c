"""Norms: obligations, prohibitions, permissions, exemptions."""

from __future__ import annotations

from dutybook.extract.norms.pipeline import find_norms

__all__ = ["find_norms"]
