"""What an Akoma Ntoso file says of its act: FRBR levels, the publication, the title."""

from __future__ import annotations

import re

from dutybook.layout.drafts import squeeze
from dutybook.layout.xml.base import language_code
from dutybook.layout.xml.tree import Node, attribute, child, children, find, findall, local, plain

_DATE = re.compile(r"(?:1[89]|20)\d\d-\d\d-\d\d")
_PUBLISHED = ("publ", "verkuendungsdatum", "verkuendung")
# Dates of making are no dates of a version.
_MADE = ("issued", "enact", "made", "sign", "document", "ausfertigung")


def language_of(root: Node) -> str:
    """The language of the expression, ISO 639-1."""
    said = find(root, "FRBRlanguage")
    code = language_code(attribute(said, "language")) if said is not None else ""
    jolux = next((e for e in findall(root, "jolux") if attribute(e, "name") == "language"), None)
    return code or language_code(plain(jolux)) or language_code(attribute(root, "lang"))


def meta_of(root: Node, title_lines: list[str], language: str) -> dict[str, str]:
    """``title``, ``eli``, ``language``, ``published``, ``version_date``, each as far as the file says it."""
    work, expression = find(root, "FRBRWork"), find(root, "FRBRExpression")
    publication = find(root, "publication")
    published = _date(attribute(publication, "date")) if publication is not None else ""
    published = (
        published or _dated(work, _PUBLISHED) or _dated(expression, _PUBLISHED) or _jolux(root, "publicationDate")
    )
    return {
        "title": _title(root, title_lines, work, language),
        "eli": _eli(root, work),
        "language": language,
        "published": published,
        "version_date": _version(work, expression, published),
    }


def _title(root: Node, lines: list[str], work: Node | None, language: str) -> str:
    preface = find(root, "preface")
    for name in ("docTitle", "longTitle", "shortTitle"):
        found = find(preface, name) if preface is not None else None
        if found is not None and plain(found):
            if name == "docTitle":
                return _spaced(found)
            return " ".join(_without_numbers(line, root) for line in lines) or _spaced(found)
    said = _jolux(root, "title")
    if said:
        return said
    names = list(children(work, "FRBRname", "FRBRalias")) if work is not None else []
    own = [n for n in names if language_code(attribute(n, "lang")) in ("", language)]
    titled = [attribute(n, "value") for n in own if local(n) == "FRBRname" or "title" in attribute(n, "name").lower()]
    return next((t for t in titled if " " in t), "") or " ".join(lines)


def _without_numbers(line: str, root: Node) -> str:
    number = find(root, "docNumber")
    return line if number is None else line.replace(plain(number), "").strip()


def _spaced(node: Node) -> str:
    """Text in which line breaks part words, without notes."""
    parts = [node.text or ""]
    for each in children(node):
        inner = "" if local(each) in ("authorialNote", "noteRef") else _spaced(each)
        parts.append(f" {inner} " if local(each) in ("br", "p", "li", "eol") else inner)
        parts.append(each.tail or "")
    return squeeze("".join(parts))


def _date(text: str) -> str:
    found = _DATE.match(text)
    return found.group() if found else ""


def _dates(level: Node | None) -> list[tuple[str, str]]:
    if level is None:
        return []
    return [(attribute(d, "name").lower(), _date(attribute(d, "date"))) for d in children(level, "FRBRdate")]


def _dated(level: Node | None, words: tuple[str, ...]) -> str:
    return next((date for word in words for name, date in _dates(level) if word in name and date), "")


def _version(work: Node | None, expression: Node | None, published: str) -> str:
    """The expression's date, where it is not the work's own."""
    own = {date for _, date in _dates(work) if date} | {published}
    named = _dates(expression)
    dates = [date for name, date in named if date and not any(word in name for word in (*_MADE, *_PUBLISHED))]
    consolidated = [date for date in dates if date not in own]
    applied = [date for name, date in named if "applicability" in name and date]
    return next(iter([*applied, *consolidated]), "")


def _jolux(root: Node, name: str) -> str:
    found = next((e for e in findall(root, "jolux") if attribute(e, "name") == name), None)
    return squeeze(plain(found).replace("\\n", " "))


def _eli(root: Node, work: Node | None) -> str:
    """The work's European Legislation Identifier, as the file writes it."""
    said = [attribute(e, "value") for e in children(work)] if work is not None else []
    said += [_jolux(root, "uriThis")]
    jolux = [plain(e) for e in findall(root, "jolux") if attribute(e, "name") in ("uriThis", "realizes")]
    for value in (*said[:1], *said, *jolux):
        if re.match(r"(?:https?://\S*/)?eli/\S+$", value):
            uri = child(work, "FRBRuri") if work is not None else None
            plainer = attribute(uri, "value") if uri is not None else ""
            return plainer if plainer and value.startswith(plainer) else value
    return ""
