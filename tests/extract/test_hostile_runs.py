"""Sentences that are no sentences: runs of signs without spaces, and text without end."""

from __future__ import annotations

import time

import pytest

from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.config import Config
from dutybook.records import RawDocument

#: Seconds of processor time on a busy machine; with the square of the length it took minutes.
AT_MOST = 15.0
TEXT = "Article 1\nThe operator shall keep the fog log for 30 days."


def quotes(text: str) -> list[str]:
    """The norms of a text, and the sentences that are listed as none: one that a run goes on with may be such."""
    analysis = analyse(RawDocument("act.txt", text.encode()), Config(language="en"))
    return [each.span.of(analysis.layout.text) for each in (*analysis.norms, *analysis.rejections)]


@pytest.mark.parametrize("sign", ["&", "`", "(", "a", "A", "1.", "a-", "the operator shall ", " ", "Art. "])
def test_a_run_costs_no_square_and_the_act_is_read(sign: str) -> None:
    run = sign * (60_000 // len(sign))
    started = time.process_time()
    found = quotes(f"{TEXT}\n\n{run}\n\n{TEXT.replace('1', '2', 1)}\n")
    assert time.process_time() - started < AT_MOST
    assert any("keep the fog log for 30 days" in quote for quote in found)
