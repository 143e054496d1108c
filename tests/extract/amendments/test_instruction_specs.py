"""What amending acts do, and to which place: the sentences of ``tests/specs/<language>/instructions.txt``."""

from __future__ import annotations

from dutybook.document_view import DocumentView
from dutybook.extract.amendments import find_amendments
from dutybook.languages.pack import available
from dutybook.records import Family, Provision, ProvisionKind, Sentence, Span, Zone
from dutybook.structure.build import pack_for
from spec_lines import SPECS, Line, spec_lines
from together import check_each

FILES = sorted(SPECS.glob("*/instructions.txt"))
LINES = [line for file in FILES for line in spec_lines(file)]


def _found(line: Line) -> str:
    """What the last of a line's sentences does, as the line should say it."""
    words = line.marked.split("|", 2)[-1] if not line.marked.startswith("no ") else line.marked.split("|", 1)[1]
    sentences = [part.strip() for part in words.split("…") if part.strip()]
    text = "\n".join(sentences)
    at = [text.index(sentence) for sentence in sentences]
    view = DocumentView(
        text,
        [
            Sentence(Span(start, start + len(sentence)), "article", Zone.AMENDMENT, line.language)
            for start, sentence in zip(at, sentences, strict=True)
        ],
        [Provision("article", None, ProvisionKind.ARTICLE, "1", "", Span(0, len(text)), "Art 1", Zone.AMENDMENT)],
        family=Family.STATUTE,
        language=line.language,
        pack_for=pack_for,
    )
    last = next((found for found in find_amendments(view) if found.span.start == at[-1]), None)
    return f"{last.kind.value} | {last.target}" if last else "no"


def test_every_language_has_instructions_and_sentences_that_are_none() -> None:
    for language in available():
        kinds = [line.marked.split("|")[0].strip() for line in LINES if line.language == language]
        assert "no" in kinds, language
        assert any(each != "no" for each in kinds), language


def test_instructions_are_read_as_marked() -> None:
    def check(line: Line) -> None:
        wanted = "no" if line.marked.startswith("no ") else line.marked.rpartition("|")[0].strip()
        assert _found(line) == wanted, str(line)

    check_each(LINES, check)
