"""Reasons that files were not read: known again in the reader's language, and no rule for what nobody says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dutybook.languages.reader import reader_languages, reader_words
from dutybook.languages.reader.reasons import Said, said

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dutybook"
KINDS = {"EmptyDocument", "UnknownFormat", "BrokenDocument", "EncryptedDocument", "NoText", "TooLarge"}


def template(node: ast.AST) -> str:
    """A text in the source with braces for what is put into it; empty for what is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


@pytest.fixture(scope="module")
def trees() -> list[ast.AST]:
    files = [file for layer in ("ingest", "layout", "pipeline") for file in sorted((SOURCE / layer).rglob("*.py"))]
    return [ast.parse(file.read_text("utf-8")) for file in files]


def test_every_reason_for_which_a_file_is_not_read_is_known(trees: list[ast.AST]) -> None:
    known = set(reader_words("reason_sources", "en"))
    raised = {
        template(node.args[0])
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS and node.args
    }
    assert len(raised) > 80
    # Made of names of formats and their advice, or of what a text hides: they stay in English, below the code's own sentence.
    assert raised - known == {""}


def test_nothing_is_known_that_nobody_says(trees: list[ast.AST]) -> None:
    written = {template(node) for tree in trees for node in ast.walk(tree)}
    ends = {text.removeprefix("; ") for text in written}
    assert set(reader_words("reason_sources", "en")) - written - ends == set()


def test_every_language_has_all_of_them() -> None:
    english = set(reader_words("reasons", "en"))
    used = {reader_words("reason_sources", "en")(source) for source in reader_words("reason_sources", "en")}
    assert used == english
    assert reader_languages("reasons") == reader_languages("web")
    for language in reader_languages("reasons"):
        assert reader_words("reasons", language).own == english, language


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_each_can_be_told(language: str) -> None:
    sources = reader_words("reason_sources", "en")
    for source in sources:
        filled = source.replace("{}", "7")
        pieces = said(filled, language)
        assert len(pieces) == 1, source
        assert pieces[0].language == language
        assert "{" not in pieces[0].text


def test_several_reasons_are_several_pieces() -> None:
    told = said(
        "page 3 is damaged and was not read; 1,200 pictures in the text were not read; who knows; and 4 more", "fr"
    )
    assert told == [
        Said("La page 3 est endommagée et n’a pas été lue.", "fr"),
        Said("1 200 images du texte n’ont pas été lues.".replace("1 2", "1\u202f2"), "fr"),
        Said("who knows", "en"),
        Said("et 4 autres", "fr"),
    ]
    assert said("", "de") == []


def test_what_a_file_is_called_changes_nothing() -> None:
    """A name in a reason is put in as it is, braces and all."""
    assert said("{0}{x} is empty: it has no bytes", "de") == said("a.pdf is empty: it has no bytes", "de")
    told = said("a part of the act stands in another file ({1}.xml), which is read by itself", "de")
    assert told == [Said("Ein Teil des Rechtsakts steht in einer anderen Datei ({1}.xml).", "de")]
