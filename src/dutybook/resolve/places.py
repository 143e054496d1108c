"""Places as facts name them ("Chapter III Section 4", "Art 102-109", "Art 6(1)") to the provisions of a document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dutybook.records import Provision, ProvisionKind, Zone

_DIVISION = re.compile(
    r"(Book|Part|Title|Chapter|Section|Subsection) ([IVXLC]+|[A-Z]|\d+[a-z]?)(?:-([IVXLC]+|[A-Z]|\d+[a-z]?))?"
)
_RANGE = re.compile(r"(?P<before>.*?[\s(.]|)(?P<low>\w+)-(?P<high>\w+)(?P<after>\)?)")
_LAST = re.compile(r"(?:\([^()]*\)?| [^ ()]*|[^ ()]+)$")
_SILENT = frozenset({Zone.CONTENTS, Zone.PREAMBLE, Zone.RECITAL, Zone.TITLE, Zone.FOOTNOTE, Zone.SIGNATURE})


class Places:
    """The provisions of one document by their places; new text for other acts is none of them."""

    def __init__(self, provisions: Sequence[Provision]) -> None:
        own = [p for p in provisions if p.zone not in _SILENT and "“" not in p.place]
        self._all = own
        self._known = {p.id: p for p in provisions}
        self._by_place: dict[str, list[int]] = {}
        for number, provision in enumerate(own):
            self._by_place.setdefault(provision.place, []).append(number)

    def find(self, place: str) -> tuple[Provision, ...] | None:
        """The provisions that ``place`` names, None where the document has none or several could be meant."""
        if _DIVISION.match(place):
            return self._division(place)
        exact = self._one(place)
        if exact is not None:
            return (self._all[exact],)
        match = _RANGE.fullmatch(place)
        if match is None:
            return None
        low = self._one(match["before"] + match["low"] + match["after"])
        high = self._one(match["before"] + match["high"] + match["after"])
        return self._between(low, high)

    def within(self, place: str) -> tuple[Provision, ...]:
        """The smallest known provision around a place that is not found itself; empty where nothing of it is known."""
        while place:
            found = self._one(place)
            if found is not None:
                return (self._all[found],)
            place = _LAST.sub("", place)
        return ()

    def kind(self, identity: str) -> ProvisionKind:
        """What a provision is."""
        return self._known[identity].kind

    def place(self, identity: str) -> str:
        """What a provision is called."""
        return self._known[identity].place

    def chain(self, identity: str) -> list[str]:
        """The ids of a provision and of those around it, innermost first."""
        found: list[str] = []
        at = self._known.get(identity)
        while at is not None and at.id not in found:
            found.append(at.id)
            at = self._known.get(at.parent or "")
        return found

    def _one(self, place: str) -> int | None:
        found = self._by_place.get(place, [])
        return found[0] if len(found) == 1 else None

    def _between(self, low: int | None, high: int | None) -> tuple[Provision, ...] | None:
        """All provisions of the same kind from one to another, in the document's order."""
        if low is None or high is None or low > high:
            return None
        first, last = self._all[low], self._all[high]
        same_parent = first.parent == last.parent
        if first.kind is not last.kind or not (same_parent or first.kind is ProvisionKind.ARTICLE):
            return None
        return tuple(
            p
            for p in self._all[low : high + 1]
            if p.kind is first.kind and (p.parent == first.parent or first.kind is ProvisionKind.ARTICLE)
        )

    def _division(self, place: str) -> tuple[Provision, ...] | None:
        """A chapter, or a section inside one: the path is followed from the outside."""
        inside: tuple[Provision, ...] | None = None
        at = 0
        while at < len(place):
            match = _DIVISION.match(place, at)
            if match is None:
                return None
            inside = self._step(inside, match)
            if inside is None:
                return None
            at = match.end() + 1
        return inside

    def _step(self, inside: tuple[Provision, ...] | None, match: re.Match[str]) -> tuple[Provision, ...] | None:
        if inside is not None and len(inside) != 1:
            return None
        around = inside[0].id if inside else None
        low = self._numbered(match[1], match[2], around)
        if match[3] is None:
            return (self._all[low],) if low is not None else None
        return self._between(low, self._numbered(match[1], match[3], around))

    def _numbered(self, label: str, number: str, around: str | None) -> int | None:
        wanted = f"{label} {number}"
        found = [
            index
            for index in self._by_place.get(wanted, [])
            if around is None or around in self.chain(self._all[index].id)[1:]
        ]
        return found[0] if len(found) == 1 else None
