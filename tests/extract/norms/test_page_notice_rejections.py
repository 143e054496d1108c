"""Notices of web pages give no norm, however sure the network is, and are listed among what was rejected, with their reason."""

from __future__ import annotations

import pytest
from scripted import write

from dutybook.extract.norms.pipeline import build_norms, build_rejections
from dutybook.languages.reader import reader_words

PAGE = """
    [prose obligation@0.95] Skippers must report every lost crate.
    [prose obligation@0.95] You must be logged in to post a comment.
"""


@pytest.mark.parametrize(("family", "norms"), [("news", 1), ("guidance", 1), ("eu_act", 2), ("statute", 2)])
def test_a_notice_is_no_norm_outside_of_acts(family: str, norms: int) -> None:
    written = write(PAGE, family)
    units = written.run("confidence")
    assert len(build_norms(units, written.discourse, (), "d", ("n", "1"))) == norms
    rejected = [r.reason for r in build_rejections(units, "d", ("n", "1"))]
    assert rejected == ["page_notice"] * (2 - norms)


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_reason_has_words(language: str) -> None:
    assert reader_words("findings", language)("step.page_notice")
    assert reader_words("findings", language)("step.begins_later")
