"""The marked-up sentences of ``tests/specs/<language>/named_acts.txt``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dutybook.extract.citations import find_citations
from dutybook.extract.named_acts import find_named_acts
from dutybook.records import Family
from spec_lines import SPECS, Line, spec_lines
from together import check_each
from views import view_of

TAG = re.compile(r"<(act|draft|known)(?: ([^>]+))?>(.*?)</\1>")
FILES = sorted(SPECS.glob("*/named_acts.txt"))


def names_what_is_marked(line: Line) -> None:
    text, wanted, at = "", [], 0
    for tag in TAG.finditer(line.marked):
        text += line.marked[at : tag.start()]
        wanted.append((len(text), tag[3], tag[2] or tag[1]))
        text, at = text + tag[3], tag.end()
    text += line.marked[at:]
    view = view_of(text, language=line.language, family=Family.NEWS)
    citations = find_citations(view)
    named = [
        (n.span.start, n.span.of(text), "draft" if n.is_draft else "act") for n in find_named_acts(view, citations)
    ]
    named += [(c.span.start, c.as_written, c.work) for c in citations if c.work and c.place is None]
    assert sorted(named) == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_sentence_names_what_is_marked(path: Path) -> None:
    check_each(spec_lines(path), names_what_is_marked)


def test_every_language_has_examples() -> None:
    assert len(FILES) == 24
