"""JSON files that hold a text: interfaces of portals give acts so.

The acts of e-Sbírka (Czechia) and the Riksdag (Sweden) are read by what their members mean. Of all other files it is not
known which strings are the text, so it is made out: strings of markup and of several words. A name under which one stands
(``html``, ``text``) names text in all of the file; other strings are data of it. A problem reports that this was guessed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.layout.decoding import decode
from dutybook.layout.drafts import Draft, DraftTable, build, plain_drafts, squeeze
from dutybook.layout.html import is_markup, read_fragment
from dutybook.layout.html_main import letters_of
from dutybook.layout.json_esbirka import is_esbirka, read_esbirka
from dutybook.layout.json_riksdag import is_riksdag, read_riksdag
from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import language_code
from dutybook.reasons import Why, because, error_words
from dutybook.records import Layout

MAX_VALUES = 2_000_000
MAX_DEPTH = 100
_PROSE_WORDS = 6
# A text of so many letters is written once only; shorter ones ("repealed") may be repeated.
_REPEATED = 40
_TITLES = ("title", "titel", "titre", "titulo", "título", "titolo", "headline", "name", "nazev", "tytul")
_LANGUAGES = ("language", "lang", "sprak", "språk", "jazyk", "idioma", "langue")
_PUBLISHED = ("published", "datePublished", "publicationDate", "publicerad", "datum", "date", "fecha")
_IN_FORCE = ("dateEntryInForce", "entryIntoForce", "effectiveDate", "ikraftdatum", "ikrafttreden", "fecha_vigencia")
_REPEALED = ("dateNoLongerInForce", "repealDate", "upphavandedatum", "fecha_derogacion")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDRESS = re.compile(r"(?:https?://|/)\S*$")
# The name under which a string stands, which object it is a member of, and the string.
Member = tuple[str, int, str]


def read_json(data: bytes, *, limits: Limits | None = None) -> Layout:
    """Read the text that a JSON file holds; ``meta`` has what its members are plainly called (``title``, ``language``).

    Raises:
        EmptyDocument: no text at all.
        BrokenDocument: it is no JSON, or nests too deeply.
        TooLarge: more values than any document has.
        NoText: JSON without a text in it.
    """
    bounds = limits or Limits()
    loaded = _loaded(decode(data)[0])
    if is_esbirka(loaded):
        return read_esbirka(loaded, bounds)
    if is_riksdag(loaded):
        return read_riksdag(loaded, bounds)
    members = list(_members(loaded))
    names = _text_names(members)
    drafts: list[Draft] = []
    tables: list[DraftTable] = []
    meta = _meta(members)
    # A title that is repeated among the texts is none.
    seen = {letters_of(meta.get("title", ""))}
    size = 0
    for text in _chosen(members, names):
        key = letters_of(text)
        if not key or key in seen:
            continue
        if len(key) > _REPEATED:
            seen.add(key)
        size += len(text)
        if size > bounds.max_text_chars:
            raise TooLarge(because(Why.TOO_MUCH_TEXT, "the file holds more text than is read; split it"))
        if is_markup(text):
            found = read_fragment(text)
            drafts += found.drafts
            tables += found.tables
        else:
            drafts += plain_drafts(text)
    text = "this is JSON: what in it is the act's text was guessed (members called {names})"
    guessed = because(Why.PART_JSON_GUESSED, text, names=", ".join(sorted(names)))
    return build(drafts, tables=tables, meta=meta, problems=[guessed] if names else [], what="JSON file")


def _loaded(text: str) -> Any:
    """The value of a file, or the values of its lines.

    Raises:
        BrokenDocument: neither can be read.
    """
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise BrokenDocument(because(Why.NESTED, "the file nests its values too deeply to be read")) from error
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            if len(lines) > 1:
                return [json.loads(line, strict=False) for line in lines]
        except (ValueError, RecursionError):
            pass
        raise BrokenDocument(
            because(Why.MARKUP, "the file is no whole JSON ({why}); get it again", why=error_words(error))
        ) from error


def _members(loaded: Any) -> Iterator[Member]:
    """All strings with the name they stand under, in order.

    Raises:
        TooLarge: more values or levels than any document has.
    """
    stack: list[tuple[str, int, int, Any]] = [("", 0, 0, loaded)]
    count = 0
    while stack:
        name, holder, depth, value = stack.pop()
        count += 1
        if count > MAX_VALUES or depth > MAX_DEPTH:
            text = "the file holds more values, or more levels of them, than any document; it is not read"
            raise TooLarge(because(Why.TOO_MANY_PARTS, text))
        if isinstance(value, str):
            yield name, holder, value
        elif isinstance(value, dict):
            stack.extend((str(key), count, depth + 1, inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((name, holder, depth + 1, inner) for inner in reversed(value))


def _is_text(value: str) -> bool:
    return is_markup(value) or (len(value.split()) >= _PROSE_WORDS and not _ADDRESS.match(value))


def _text_names(members: list[Member]) -> set[str]:
    """Names under which the file's text stands: not those of titles, nor of what is repeated in each record."""
    texts: dict[str, set[str]] = {}
    count: Counter[str] = Counter()
    for name, _, value in members:
        if value.strip():
            count[name] += 1
            texts.setdefault(name, set())
            if _is_text(value):
                texts[name].add(value)
    found = {
        name
        for name, values in texts.items()
        if values and (count[name] < 4 or 3 * len(values) >= count[name]) and name.lower() not in _TITLES
    }
    # Without any other text, titles are the text.
    return found or {name for name, values in texts.items() if values}


def _chosen(members: list[Member], names: set[str]) -> Iterator[str]:
    """The strings of these names; of an object that holds the same text as markup, too, only the markup."""
    holders: dict[int, list[Member]] = {}
    for member in members:
        if member[0] in names:
            holders.setdefault(member[1], []).append(member)
    for group in holders.values():
        longest = max((value for _, _, value in group if is_markup(value)), key=len, default="")
        for _, _, value in group:
            if is_markup(value) or not _tells(longest, value):
                yield value


def _tells(markup: str, text: str) -> bool:
    """Whether a markup begins with, or holds, what a plain text says: the same document in two forms."""
    words = text.split()[:12]
    return (
        len(text) > 100 and len(markup) * 2 > len(text) and sum(word in markup for word in words) * 3 >= len(words) * 2
    )


def _meta(members: list[Member]) -> dict[str, str]:
    def of(names: tuple[str, ...]) -> str:
        low = {name.lower() for name in names}
        return next((squeeze(value) for name, _, value in members if name.lower() in low and value.strip()), "")

    def day(names: tuple[str, ...]) -> str:
        found = _ISO.match(of(names))
        return found.group() if found else ""

    meta = {
        "title": of(_TITLES)[:500],
        "language": language_code(of(_LANGUAGES)[:20]),
        "published": day(_PUBLISHED),
        "in_force_from": day(_IN_FORCE),
        "in_force_until": day(_REPEALED),
    }
    return {key: value for key, value in meta.items() if value}
