"""What a light model is given: apart from what makes it, so that a model's files can be checked without any language."""

from __future__ import annotations

from dataclasses import dataclass

FEATURES_VERSION = 1
"""Raised with every change of a feature: weights of another version are refused."""


@dataclass(frozen=True, slots=True)
class Features:
    """``marks`` count one each; ``words`` share the weight of one mark per square root of their number."""

    marks: tuple[str, ...]
    words: tuple[str, ...]
