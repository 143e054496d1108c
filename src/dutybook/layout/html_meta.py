"""What a page says of itself: its title, language, address, and when, where and by whom it was published."""

from __future__ import annotations

import json
import re
from typing import Any

from dutybook.layout.drafts import iso_date, squeeze
from dutybook.layout.html_walk import abut
from dutybook.layout.trees import Node, children, page_text

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "date",
    "publication_date",
    "pubdate",
    "sailthru.date",
    "parsely-pub-date",
)
_MAX_JSON = 200_000


def page_meta(root: Node) -> dict[str, str]:
    named = _named_meta(root)
    data = _json_ld(root)
    meta = {
        "title": _title(root, named, data),
        "language": _language(root, named),
        "published": _published(root, named, data),
        "address": _address(root, named),
        "site": named.get("og:site_name", "")[:200],
    }
    return {key: value for key, value in meta.items() if value}


def _named_meta(root: Node) -> dict[str, str]:
    """What the page's ``meta`` elements say, by their names; the first of a name counts."""
    named: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        content = squeeze(element.get("content") or "")
        if name and content:
            named.setdefault(name, content)
    return named


def _language(root: Node, named: dict[str, str]) -> str:
    language = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()
    language = language or named.get("og:locale", "") or named.get("content-language", "")
    code = re.split(r"[-_]", language)[0].lower()
    return code if re.fullmatch(r"[a-z]{2}", code) else ""


def _address(root: Node, named: dict[str, str]) -> str:
    """The page's own address, as far as it is one of the web."""
    address = next((e.get("href") for e in root.iter("link") if (e.get("rel") or "").lower() == "canonical"), None)
    address = address or named.get("og:url", "")
    return address[:1000] if address.startswith(("http://", "https://")) else ""


def _title(root: Node, named: dict[str, str], data: list[dict[str, Any]]) -> str:
    headlines = [item.get("headline") for item in data]
    titles = [squeeze(headline) for headline in headlines if isinstance(headline, str)]
    titles += [named.get(name, "") for name in ("og:title", "dc.title", "dcterms.title", "twitter:title")]
    return (next(filter(None, titles), "") or _printed_title(root))[:500]


def _printed_title(root: Node) -> str:
    """The heading that is the page's title, or the title of its window."""
    headings = list(filter(None, map(_words, root.iter("h1"))))
    window = next(filter(None, (squeeze("".join(e.itertext())) for e in root.iter("title"))), "")
    for heading in headings:
        # The window's title is the heading with the site's name, or it says less.
        if heading in window or (len(headings) == 1 and len(heading) > max(20, len(window) // 2)):
            return heading
    return window or (headings[0] if headings else "")


def _words(heading: Node) -> str:
    """A heading's words; lines of it that only their style parts are parted."""
    parts = [heading.text or ""]
    for child in heading:
        if isinstance(child.tag, str):
            parts += [" " if abut(child, heading) else "", page_text(child)]
        parts.append(child.tail or "")
    whole = squeeze("".join(parts))
    return whole if any(child.tag == "span" for child in children(heading)) else page_text(heading)


def _published(root: Node, named: dict[str, str], data: list[dict[str, Any]]) -> str:
    """The publication date the page declares, as ISO; a date that is merely printed somewhere is not taken."""
    stated = [named.get(name, "") for name in _PUBLISHED]
    stated[3:3] = [str(item.get("datePublished") or "") for item in data]
    return next(filter(None, map(_iso, stated)), "") or _printed_day(root)


def _printed_day(root: Node) -> str:
    """The day in the page's ``time`` elements: the one that is marked as that of publication, or the only one."""
    times = [(element, day) for element in root.iter("time") if (day := _iso(element.get("datetime") or ""))]
    for element, day in times:
        if element.get("pubdate") is not None or "published" in (element.get("itemprop") or "").lower():
            return day
    days = {day for _, day in times}
    # Several dates on a page are dates of other articles or of events: none of them is taken.
    return days.pop() if len(days) == 1 else ""


def _iso(text: str) -> str:
    found = _ISO.match(text.strip())
    return iso_date(*found.groups()) if found else ""


def _json_ld(root: Node) -> list[dict[str, Any]]:
    """The objects of the page's JSON-LD that describe an article."""
    found: list[dict[str, Any]] = []
    for element in root.iter("script"):
        if "ld+json" not in (element.get("type") or "").lower():
            continue
        text = (element.text or "")[:_MAX_JSON]
        try:
            loaded = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        items = loaded if isinstance(loaded, list) else [loaded]
        for item in items[:50]:
            if not isinstance(item, dict):
                continue
            graph = item.get("@graph")
            inner = graph[:50] if isinstance(graph, list) else [item]
            found.extend(i for i in inner if isinstance(i, dict) and _is_article(i))
    return found


def _is_article(item: dict[str, Any]) -> bool:
    kinds = item.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(
        isinstance(n, str) and (n.endswith(("Article", "Posting", "Legislation")) or n == "Report") for n in names
    )
