"""What a file of legislation.gov.uk says of its act: title, address, dates."""

from __future__ import annotations

import re

from dutybook.layout.xml.tree import Node, attribute, child, children, find, plain


def _date(node: Node | None, name: str = "Date") -> str:
    said = attribute(node, name) if node is not None else ""
    return said if re.fullmatch(r"\d{4}-\d\d-\d\d", said) else ""


def meta_of(root: Node, language: str) -> dict[str, str]:
    """``title``, ``eli`` (the act's own address), ``language``, ``enacted`` (Royal Assent, or made), ``version_date`` of a revised text."""
    metadata = child(root, "Metadata")
    prelims = find(root, "PrimaryPrelims", "SecondaryPrelims", "EUPrelims")
    title = plain(find(prelims, "Title")) if prelims is not None else ""
    if not title and prelims is not None:
        title = plain(find(prelims, "MultilineTitle"))
    if metadata is None:
        return {"title": title, "language": language}
    said = next((plain(e) for e in children(metadata, "title")), "")
    address = re.sub(r"/(?:enacted|made|adopted|\d{4}-\d\d-\d\d|data\.xml).*$", "", attribute(root, "DocumentURI"))
    status = find(metadata, "DocumentStatus")
    revised = status is not None and attribute(status, "Value") == "revised"
    valid = next((plain(e) for e in children(metadata, "valid")), "")
    made = _date(find(metadata, "EnactmentDate")) or _date(find(metadata, "Made"))
    return {
        "title": title or said,
        "eli": address,
        "language": language,
        "enacted": made,
        "version_date": valid if revised and re.fullmatch(r"\d{4}-\d\d-\d\d", valid) else "",
    }
