"""Reasons that files were not read: each has a code, and each code its words in every language of the application."""

from __future__ import annotations

import ast
import re
import typing
from collections import defaultdict
from pathlib import Path
from string import Formatter

import pytest

from dutybook import errors
from dutybook.languages.reader import ReasonText, describe_reasons, reader_languages, reader_words
from dutybook.reasons import BEFORE, Reason, Why, because, reason_without_code
from dutybook.records import Document, Layout, Page

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dutybook"
LANGUAGES = ["en", "de", "fr"]
# What readers of other packages say, and nothing of ours.
UNCODED = {("errors.py", "reason_without_code"), ("layout/formats.py", "reason_without_code")}


def told_by(why: Why, language: str) -> list[str]:
    """The texts of a code: one, or one for each number."""
    words = reader_words("reasons", language)
    return [text for key in (why, f"{why}.one", f"{why}.many") if (text := words.get(key, ""))]


@pytest.fixture(scope="module")
def calls() -> list[tuple[str, str, ast.Call]]:
    """The calls that make reasons: file, name of what is called, call."""
    names = {"because", "about_pages", "reason_without_code", "Reason"}
    files = [file for file in sorted(SOURCE.rglob("*.py")) if file != SOURCE / "reasons.py"]
    return [
        (str(file.relative_to(SOURCE)), node.func.id, node)
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]


def codes_of(call: ast.Call) -> set[Why]:
    """The members of ``Why`` that the first argument names; all of a prefix for one that is put together."""
    found = {
        Why[node.attr]
        for node in ast.walk(call.args[0])
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Why"
    }
    if not found and isinstance(call.args[0], ast.Call):
        (text,) = call.args[0].args
        assert isinstance(text, ast.JoinedStr)
        assert isinstance(text.values[0], ast.Constant)
        found = {Why(text.values[0].value + source) for source in ("image", "unread")}
    return found


def test_nothing_that_says_why_takes_a_sentence_without_a_code() -> None:
    """The types are strict (`mypy --strict`): where a reason is asked for, a plain sentence does not pass."""
    hints = {
        "errors": typing.get_type_hints(errors.BadDocument.__init__)["reason"],
        "pages": typing.get_type_hints(Page)["note"],
        "layouts": typing.get_type_hints(Layout)["problems"],
        "documents": typing.get_type_hints(Document)["reasons"],
    }
    many = tuple[Reason, ...]
    assert hints == {"errors": Reason, "pages": Reason | typing.Literal[""], "layouts": many, "documents": many}
    bad = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.BadDocument)]
    assert len(bad) == 7
    assert all(kind.__init__ is errors.BadDocument.__init__ for kind in bad)


def test_whoever_makes_a_reason_names_its_code(calls: list[tuple[str, str, ast.Call]]) -> None:
    made = [call for _, name, call in calls if name in ("because", "about_pages")]
    assert len(made) > 100
    through = [call for call in made if isinstance(call.args[0], ast.Name)]
    # The one function that makes them of a code that it is given.
    assert [call.args[0].id for call in through if isinstance(call.args[0], ast.Name)] == ["code"]
    used = {code for call in made if call not in through for code in codes_of(call)}
    assert used == set(Why)
    bare = {(file, name) for file, name, _ in calls if name in ("reason_without_code", "Reason")}
    assert bare == UNCODED


def test_every_code_has_words_in_every_language() -> None:
    assert reader_languages("reasons") == reader_languages("web") == tuple(sorted(LANGUAGES))
    kinds = {f"kind.{kind}" for kind in {"defect", *(kind.code for kind in errors.BadDocument.__subclasses__())}}
    for language in LANGUAGES:
        own = reader_words("reasons", language).own
        assert {re.sub(r"\.(one|many)$", "", key) for key in own} == set(Why) | kinds, language
        assert all(len(told_by(why, language)) == (2 if f"{why}.one" in own else 1) for why in Why)


def test_what_is_told_of_a_code_stands_in_what_gives_it(calls: list[tuple[str, str, ast.Call]]) -> None:
    given: dict[Why, list[set[str]]] = defaultdict(list)
    for _, name, call in calls:
        if name == "because" and not isinstance(call.args[0], ast.Name):
            for code in codes_of(call):
                given[code].append({str(keyword.arg) for keyword in call.keywords})
        elif name == "about_pages":
            for code in codes_of(call):
                given[code].append({"count", "pages", "why"})
    for why in Why:
        common = set.intersection(*given[why])
        for language in LANGUAGES:
            for text in told_by(why, language):
                asked = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
                assert asked <= common, (why, language, text)


def test_a_reason_is_the_same_when_it_comes_back() -> None:
    late = because(Why.OCR_LATE, "it took longer than {seconds} s", seconds=25)
    reason = because(Why.PICTURE_WORDS, "the text of a picture was not recognised: {why}", why=late).of_kind("no text")
    again = Reason.of(reason.plain())
    assert (again, again.plain()) == (reason, reason.plain())
    assert [each.code for each in again.each()] == [Why.PICTURE_WORDS, Why.OCR_LATE]
    assert again.whole == "no text: the text of a picture was not recognised: it took longer than 25 s"
    assert [piece.text for piece in describe_reasons([again], "de")] == [
        "Sie enthält keinen Text.",
        "Der Text eines Bildes muss erkannt werden; das ist nicht geschehen. Ihren Text zu erkennen dauerte zu lange.",
    ]


def test_several_reasons_are_several_pieces() -> None:
    told = describe_reasons(
        [
            because(Why.PART_PAGE, "page {page} is damaged and was not read", page=3),
            because(Why.PART_PICTURES, "{count:,} pictures in the text were not read", count=1200),
            because(Why.PART_PICTURES, "{count:,} pictures in the text were not read", count=1),
            reason_without_code("who knows"),
            Reason("damaged beyond repair", BEFORE, kind="broken"),
        ],
        "fr",
    )
    assert told == [
        ReasonText("La page 3 est endommagée et n’a pas été lue.", "fr"),
        ReasonText("1\u202f200 images du texte n’ont pas été lues.", "fr"),
        ReasonText("Une image du texte n’a pas été lue.", "fr"),
        ReasonText("who knows", "en"),
        ReasonText("Le fichier est endommagé.", "fr", heads=True),
        ReasonText("damaged beyond repair", "en"),
    ]
    assert describe_reasons([], "de") == []


def test_what_a_later_dutybook_says_is_told_as_it_is() -> None:
    later = Reason("it has 7 moons", Why.OVER, {"moons": 7})
    assert describe_reasons([later, Reason("its sky is green", "sky")], "de") == [
        ReasonText("it has 7 moons", "en"),
        ReasonText("its sky is green", "en"),
    ]


def test_what_a_file_is_called_changes_nothing() -> None:
    """A name in a reason is put in as it is, braces and all."""
    told = because(Why.PART_OTHER_FILE, "a part of the act stands in another file ({name})", name="{1}{name}.xml")
    assert describe_reasons([told], "de") == [
        ReasonText("Ein Teil des Rechtsakts steht in einer anderen Datei ({1}{name}.xml).", "de")
    ]
    assert str(told) == "a part of the act stands in another file ({1}{name}.xml)"


def test_somebody_else_s_reader_may_give_a_plain_sentence() -> None:
    error = errors.BrokenDocument("the moon was in the way")  # type: ignore[arg-type]
    assert error.reason.plain() == {
        "code": "without_code",
        "kind": "broken",
        "values": {},
        "text": "the moon was in the way",
    }
    assert str(error) == "the moon was in the way"
