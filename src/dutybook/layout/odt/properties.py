"""What an OpenDocument text says of itself, and its running headers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dutybook.layout.drafts import Draft, squeeze
from dutybook.layout.odt.names import DC, META, STYLE, TEXT
from dutybook.layout.packed import Element
from dutybook.records import FurnitureKind

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)")


def furniture(named: Element | None) -> list[tuple[FurnitureKind, str]]:
    found: dict[tuple[FurnitureKind, str], None] = {}
    for name, kind in (("header", FurnitureKind.HEADER), ("footer", FurnitureKind.FOOTER)):
        for part in (
            () if named is None else named.iter(f"{STYLE}{name}", f"{STYLE}{name}-left", f"{STYLE}{name}-first")
        ):
            for paragraph in part.iter(f"{TEXT}p"):
                text = squeeze("".join(paragraph.itertext()))
                if text:
                    found[kind, text[:1000]] = None
    return list(found)[:500]


def properties(root: Element | None, title: str, drafts: Sequence[Draft]) -> dict[str, str]:
    """``title``, ``author``, ``created``, ``language``; of the file's title only what its text has, too."""
    meta: dict[str, str] = {"title": title[:500]} if title else {}
    if root is None:
        return meta
    said = {
        name: squeeze(root.findtext(f".//{tag}") or "")
        for name, tag in (
            ("title", f"{DC}title"),
            ("author", f"{META}initial-creator"),
            ("created", f"{META}creation-date"),
            ("language", f"{DC}language"),
        )
    }
    named = said["title"].casefold()
    own = next((d.text for d in drafts[:30] if named and d.text.casefold() == named), "")
    if own:
        meta.setdefault("title", own[:500])
    if said["author"]:
        meta["author"] = said["author"][:500]
    if day := _DAY.match(said["created"]):
        meta["created"] = day.group(1)
    code = re.split(r"[-_]", said["language"])[0].lower()
    if re.fullmatch(r"[a-z]{2}", code):
        meta["language"] = code
    return meta
