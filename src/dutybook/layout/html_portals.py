"""Finds the act on the pages of national portals, which are known by their classes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dutybook.layout.trees import Node, page_text

# Classes of legislatie.just.ro: S_<level>_TTL is a number, _DEN a heading, _BDY the text.
_ROMANIAN = re.compile(r"S_(?P<level>[A-Z]{2,4})(?:_(?P<piece>TTL|DEN|BDY))?$")
_RANKS = {"PRT": 2, "CRT": 2, "TTL": 3, "ANX": 2, "CAP": 4, "SEC": 5, "SBS": 5, "SSC": 5, "ART": 6}
_ITEMS = frozenset({"ALN", "LIT", "LIN", "PCT", "PAR", "PRE", "POR"})
# What the portal says of a change: "(la 01-01-2011, Litera c) a fost modificată de …)".
_CHANGED = re.compile(r"\s*(?:\(\s*\(?)?la \d\d-\d\d-\d{4}\b")


# The class of what a portal notes of an act.
REMARK = "S_NTA"


@dataclass(frozen=True, slots=True)
class Act:
    """The element that holds the act, and what the page says of it."""

    element: Node
    meta: dict[str, str]


def act_of(root: Node) -> Act | None:
    """The act of a portal's page; None on all other pages."""
    return next((act for find in _PORTALS if (act := find(root)) is not None), None)


def _named(root: Node, name: str) -> Iterator[Node]:
    return (e for e in root.iter() if isinstance(e.tag, str) and name in (e.get("class") or "").split())


def _romanian(root: Node) -> Act | None:
    """legislatie.just.ro: everything is a span, its class says what it is."""
    name = next(_named(root, "S_DEN"), None)
    holder = name.getparent() if name is not None else None
    if holder is None or name is None:
        return None
    title = " ".join(filter(None, (page_text(name), page_text(next(_named(holder, "S_HDR"), holder)))))
    for element in list(holder.iter("span", "div")):
        _retag_romanian(element, element.get("class") or "")
    return Act(holder, {"title": title[:500], "language": "ro", "jurisdiction": "RO"})


def _retag_romanian(element: Node, name: str) -> None:
    """Give an element of the portal the tag of what its class ``name`` says it is."""
    if name in ("TAG_COLLAPSED", "TAG_EXPANDED"):
        # The button that folds a part in; what follows it stays.
        element.text = None
    element.tag = {"S_DEN": "h1", "S_HDR": "h1", "S_NTA_TTL": "div"}.get(name, element.tag)
    found = _ROMANIAN.match(name)
    if found is None:
        return
    level, piece = found["level"], found["piece"]
    if level == "PAR" and _CHANGED.match("".join(element.itertext())):
        element.tag = "div"
        element.set("class", REMARK)
    elif level in _ITEMS:
        element.tag = element.tag if piece else "div"
    elif piece in ("TTL", "DEN"):
        noted = any((a.get("class") or "") == REMARK for a in element.iterancestors("span", "div"))
        element.tag = "div" if noted or level not in _RANKS else f"h{_RANKS[level]}"
    elif level in _RANKS or level in ("NTA", "PUB", "EMT"):
        element.tag = "div"


def _latvian(root: Node) -> Act | None:
    """likumi.lv: the act stands between what the portal says of it."""
    body = next(_named(root, "doc-body"), None)
    if body is None or not any((e.get("class") or "").startswith("TV2") for e in body.iter("div")):
        return None
    name = next(_named(body, "TV207"), None)
    if name is not None:
        name.tag = "h1"
    meta = {"title": page_text(name)[:500] if name is not None else "", "language": "lv", "jurisdiction": "LV"}
    return Act(body, meta)


def _italian(root: Node) -> Act | None:
    """Normattiva: an article with links to its neighbours around it."""
    body = next((e for e in root.iter("div") if e.get("id") == "testoNormalizzato"), None)
    if body is None:
        return None
    for element in list(body.iter("a", "div")):
        if {"btn", "vigore"} & set((element.get("class") or "").split()):
            _take_away(element)
    return Act(body, {"language": "it", "jurisdiction": "IT"})


def _belgian(root: Node) -> Act | None:
    """ejustice.just.fgov.be: the page calls itself English, whatever language the act is in."""
    name = next(_named(root, "list-item--title"), None)
    if name is None or not any(True for _ in _named(root, "list-title")):
        return None
    body = next((a for a in name.iterancestors("div") if "list" in (a.get("class") or "").split()), None)
    if body is None:
        return None
    return Act(body, {"title": page_text(name)[:500], "language": "", "jurisdiction": "BE"})


def _take_away(element: Node) -> None:
    """Remove an element; what follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = f"{before.tail or ''} {element.tail}"
        else:
            parent.text = f"{parent.text or ''} {element.tail}"
    parent.remove(element)


_PORTALS: tuple[Callable[[Node], Act | None], ...] = (_romanian, _latvian, _italian, _belgian)
