"""What stands above a norm, for search: the headings it lies under, and whether it is in the first paragraph of its article.

Who looks for a duty often types the heading of its article, and the main duty of an article stands in its first paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dutybook.records import ProvisionKind
from dutybook.store.database.protocols import Connection

#: A heading of these is that of a norm in them; chapters and parts are about too much.
_NEAR = frozenset(
    {ProvisionKind.ARTICLE, ProvisionKind.SUBSECTION, ProvisionKind.PARAGRAPH, ProvisionKind.HEADING}
    | {ProvisionKind.SUBPARAGRAPH, ProvisionKind.POINT, ProvisionKind.ANNEX}
)
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Place:
    """``headings`` are those above a norm, the nearest first; ``leading``: it stands in the first paragraph of its article."""

    headings: tuple[str, ...] = ()
    leading: bool = False

    @property
    def nearest(self) -> str:
        """The heading that names the subject; empty where there is none."""
        return self.headings[0] if self.headings else ""


#: Id, parent, kind and heading of a provision.
Row = tuple[str, str | None, str, str]

_NOWHERE = Place()


class Places:
    """The places of one document's provisions, by id; provisions are given in their order."""

    def __init__(self, provisions: Iterable[Row]) -> None:
        self._rows = {row[0]: row for row in provisions}
        self._first: dict[str, str] = {}
        for identity, parent, kind, _ in self._rows.values():
            if parent and kind not in (ProvisionKind.HEADING, ProvisionKind.FOOTNOTE):
                self._first.setdefault(parent, identity)

    def of(self, provision: str | None) -> Place:
        """The place of a norm that stands in a provision."""
        headings: list[str] = []
        leading, below = False, ""
        at = self._rows.get(provision or "")
        for _ in range(_DEEPEST):
            if at is None:
                break
            identity, parent, kind, heading = at
            if heading and (not headings or kind in _NEAR):
                headings.append(heading)
            if kind == ProvisionKind.ARTICLE:
                leading = not below or self._first.get(identity) == below
                break
            below = identity
            at = self._rows.get(parent or "")
        return Place(tuple(headings), leading) if headings or leading else _NOWHERE

    def article_of(self, provision: str | None) -> str | None:
        """The article that a provision stands in, or else the nearest provision around it that has a heading; None outside both."""
        headed, at = None, self._rows.get(provision or "")
        for _ in range(_DEEPEST):
            if at is None:
                break
            identity, parent, kind, heading = at
            if kind == ProvisionKind.ARTICLE:
                return identity
            if heading and headed is None and kind in _NEAR:
                headed = identity
            at = self._rows.get(parent or "")
        return headed


def places_of(connection: Connection, document: str) -> Places:
    """The places of the provisions of a stored document."""
    sql = "SELECT id, parent, kind, heading FROM provisions WHERE document = ? ORDER BY position"
    return Places(connection.execute(sql, (document,)).fetchall())
