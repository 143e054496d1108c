"""Reasons as codes: each finding and each rejection records in codes which pass decided what.

A reason is a chain of codes such as ``label_obligation=0.97; bearer_unit=0.91; class_business=0.88``, each with the
probability that the pass gave it. The chain is stored, and ``languages/reader/findings.py`` turns it into a sentence
for readers.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from dutybook.extract.norms.unit import Step


class Code(StrEnum):
    """What a pass can decide. Each code has its text in ``languages/reader/findings.LANGUAGE.toml``, which a test
    checks.
    """

    LABEL_OBLIGATION = "label_obligation"
    LABEL_PROHIBITION = "label_prohibition"
    LABEL_PERMISSION = "label_permission"
    LABEL_EXEMPTION = "label_exemption"
    LABEL_NONE = "label_none"
    CARRIED_BY_ITEMS = "carried_by_items"
    SEVERAL_NORMS = "several_norms"
    BEARER_UNIT = "bearer_unit"
    BEARER_BEFORE = "bearer_before"
    BEARER_STEM = "bearer_stem"
    BEARER_EARLIER = "bearer_earlier"
    BEARER_COMMON = "bearer_common"
    BEARER_NOWHERE = "bearer_nowhere"
    CLASS_BUSINESS = "class_business"
    CLASS_AUTHORITY = "class_authority"
    CLASS_PERSON = "class_person"
    CLASS_ANY = "class_any"
    CONFIDENCE = "confidence"


def write_chain(steps: Iterable[Step]) -> str:
    """The steps in the form in which they are stored.

    >>> write_chain([Step("decide", "label_obligation", 0.97), Step("split", "several_norms")])
    'label_obligation=0.97; several_norms'
    """
    return "; ".join(s.code if s.probability is None else f"{s.code}={s.probability:.2f}" for s in steps)
