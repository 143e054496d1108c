"""Reasons that files were not read: each has a code, and each code its words in every language of the application."""

from __future__ import annotations

import ast
import re
import typing
from collections import defaultdict
from functools import cache
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


def reason_texts(why: Why, language: str) -> list[str]:
    """The texts of a code: one, or one for each number."""
    words = reader_words("reasons", language)
    return [text for key in (why, f"{why}.one", f"{why}.many") if (text := words.get(key, ""))]


@pytest.fixture(scope="module")
def calls() -> list[tuple[str, str, ast.Call]]:
    """The calls that make reasons: file, name of what is called, call."""
    names = {"because", "about_pages", "reason_without_code", "Reason"}
    files = [file for file in sorted(SOURCE.rglob("*.py")) if file != SOURCE / "reasons.py"]
    texts = {file: file.read_text("utf-8") for file in files}
    return [
        (str(file.relative_to(SOURCE)), node.func.id, node)
        for file, text in texts.items()
        if any(f"{name}(" in text for name in names)
        for node in ast.walk(ast.parse(text))
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
    assert len(bad) == 8
    assert all(kind.__init__ is errors.BadDocument.__init__ for kind in bad)


def test_whoever_makes_a_reason_names_its_code(calls: list[tuple[str, str, ast.Call]]) -> None:
    made = [call for _, name, call in calls if name in ("because", "about_pages")]
    assert len(made) > 100
    used = {code for call in made for code in codes_of(call)}
    assert used == set(Why)
    bare = {(file, name) for file, name, _ in calls if name in ("reason_without_code", "Reason")}
    assert bare == UNCODED


def test_every_code_has_words_in_every_language() -> None:
    assert reader_languages("reasons") == reader_languages("web") == tuple(sorted(LANGUAGES))
    kinds = {f"kind.{kind}" for kind in {"defect", *(kind.code for kind in errors.BadDocument.__subclasses__())}}
    for language in LANGUAGES:
        own = reader_words("reasons", language).own
        assert {re.sub(r"\.(one|many)$", "", key) for key in own} == set(Why) | kinds, language
        assert all(len(reason_texts(why, language)) == (2 if f"{why}.one" in own else 1) for why in Why)


def test_what_is_told_of_a_code_stands_in_what_gives_it(calls: list[tuple[str, str, ast.Call]]) -> None:
    given: dict[Why, list[set[str]]] = defaultdict(list)
    for _, name, call in calls:
        if name == "because":
            for code in codes_of(call):
                given[code].append({str(keyword.arg) for keyword in call.keywords})
        elif name == "about_pages":
            for code in codes_of(call):
                given[code].append({"count", "pages", "why"})
    for why in Why:
        common = set.intersection(*given[why])
        for language in LANGUAGES:
            for text in reason_texts(why, language):
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
    texts = describe_reasons(
        [
            because(Why.PART_PAGE, "page {page} is damaged and was not read", page=3),
            because(Why.PART_PICTURES, "{count:,} pictures in the text were not read", count=1200),
            because(Why.PART_PICTURES, "{count:,} pictures in the text were not read", count=1),
            reason_without_code("who knows"),
            Reason("damaged beyond repair", BEFORE, kind="broken"),
        ],
        "fr",
    )
    assert texts == [
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
    reason = because(Why.PART_OTHER_FILE, "a part of the act stands in another file ({name})", name="{1}{name}.xml")
    assert describe_reasons([reason], "de") == [
        ReasonText("Ein Teil des Rechtsakts steht in einer anderen Datei ({1}{name}.xml).", "de")
    ]
    assert str(reason) == "a part of the act stands in another file ({1}{name}.xml)"


def test_somebody_else_s_reader_may_give_a_plain_sentence() -> None:
    error = errors.BrokenDocument("the moon was in the way")  # type: ignore[arg-type]
    assert error.reason.plain() == {
        "code": "without_code",
        "kind": "broken",
        "values": {},
        "text": "the moon was in the way",
    }
    assert str(error) == "the moon was in the way"


# Rendering ---------------------------------------------------------------------------------------------------------

SAMPLES: dict[str, object] = {"count": 3, "limit": 1500, "size": 2000, "pages": "2, 4-6", "seconds": 25, "page": 3}
_FIELD = re.compile(r"\{(\w*)[^{}]*\}")


def texts_of(function: ast.AST, module: ast.AST, call: ast.Call) -> list[str]:
    """The templates that the second argument of a call can be: constants, and those assigned to its name."""
    given = call.args[1]
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr == "replace":
        return []
    places: list[ast.AST] = [given]
    if isinstance(given, ast.Name):
        places = [
            value
            for node in [*ast.walk(module), *ast.walk(function)]
            if isinstance(node, ast.Assign)
            for name, value in _pairs(node)
            if isinstance(name, ast.Name) and name.id == given.id
        ]
        # In longer functions a name is used again: the assignment right above counts.
        above = sorted((p for p in places if p.lineno <= call.lineno), key=lambda p: p.lineno)  # type: ignore[attr-defined]
        places = above[-1:] or places
    found: list[str] = []
    for place in places:
        if isinstance(place, ast.IfExp):
            found += [text for each in (place.body, place.orelse) if (text := _template(each))]
        elif text := _template(place):
            found.append(text)
    return found


def _pairs(node: ast.Assign) -> list[tuple[ast.AST, ast.AST]]:
    (target,) = node.targets[:1]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        return list(zip(target.elts, node.value.elts, strict=True))
    return [(target, node.value)]


def _template(node: ast.AST) -> str:
    """A constant, or an f-string with a word for what it puts in; its doubled braces are single."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "something" for v in node.values)
    return ""


@cache
def functions_of(file: Path) -> list[ast.AST]:
    """The outermost functions of a module, and the module itself without them."""
    tree = ast.parse(file.read_text("utf-8"))
    inner = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    rest = ast.Module([node for node in tree.body if isinstance(node, ast.Assign)], [])
    return [*inner, rest]


def test_every_reason_reads_as_a_sentence_in_every_language() -> None:
    """Rendered with sample values, no reason has a brace, an object's address or a word like None in it."""
    rendered: list[tuple[str, str]] = []
    seen: set[Why] = set()
    files = [file for file in sorted(SOURCE.rglob("*.py")) if file != SOURCE / "reasons.py"]
    for file in files:
        if "because(" not in file.read_text("utf-8"):
            continue
        every = functions_of(file)
        for function in every:
            for call in ast.walk(function):
                if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)) or len(call.args) < 2:
                    continue
                if call.func.id != "because" or isinstance(call.args[0], ast.Name):
                    continue
                for text in texts_of(function, every[-1], call):
                    numbers = re.findall(r"\{(\w+):,\}", text)
                    values = {
                        str(k.arg): SAMPLES.get(str(k.arg), 1234 if k.arg in numbers else f"<{k.arg}>")
                        for k in call.keywords
                    }
                    for code in codes_of(call):
                        reason = because(code, text, **values)  # type: ignore[arg-type]
                        seen.add(code)
                        rendered.append((code, str(reason)))
                        rendered += [(code, p.text) for lang in LANGUAGES for p in describe_reasons([reason], lang)]
    # Those of pages are made of a code that a function is given.
    for code in (Why.PART_PAGES, Why.PART_NO_TEXT_ON, Why.PART_LOST, Why.PART_OF_PAGES):
        reason = because(code, "pages {pages}: {why}", pages="2, 4-6", count=4, why=because(Why.PAGE_BLANK, "blank"))
        seen.add(code)
        rendered += [(code, p.text) for lang in LANGUAGES for p in describe_reasons([reason], lang)]
    assert set(Why) - seen == set()
    assert [pair for pair in rendered if re.search(r"[{}]|0x[0-9a-f]{6}|\bNone\b", pair[1])] == []


def test_no_text_of_a_reason_waits_for_a_value_that_nobody_gives() -> None:
    """A piece of a reason with a placeholder has to be put into one: ``{others}`` in a value stays as it is."""
    waiting: list[tuple[str, str]] = []
    for file in sorted(SOURCE.rglob("*.py")):
        if file == SOURCE / "reasons.py" or "because(" not in file.read_text("utf-8"):
            continue
        for function in functions_of(file):
            if not isinstance(function, ast.FunctionDef):
                continue
            calls = [n for n in ast.walk(function) if isinstance(n, ast.Call)]
            names = {str(k.arg) for call in calls for k in call.keywords} | {"named"}
            if not any(isinstance(c.func, ast.Name) and c.func.id == "because" for c in calls):
                continue
            pieces = [n for n in ast.walk(function) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            for piece in pieces:
                wanted = {name for name in _FIELD.findall(piece.value) if name}
                if wanted - names and "\n" not in piece.value:
                    waiting.append((str(file.relative_to(SOURCE)), piece.value))
    assert waiting == []
