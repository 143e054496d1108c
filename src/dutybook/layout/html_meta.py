"""What a page says of itself: its title, language, address, and when, where and by whom it was published."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
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
    "publication_date",
    "pubdate",
    "sailthru.date",
    "parsely-pub-date",
)
# These say of some pages when they were made or last changed; a dateline is believed rather than they.
_DATED = ("dc.date", "dcterms.date", "dcterms.created", "date")
_UTC = re.compile(r"T[\d:.]+(?:Z|[+-]00:?00)$")
_MAX_JSON = 200_000


@dataclass(frozen=True, slots=True)
class PageMeta:
    """What a page says of itself: ``stated`` as the meta of a layout, ``dated`` a day that may be another than that of publication
    (ISO, or empty), ``is_article``: it calls itself an article, ``is_news``: one of news.
    """

    stated: dict[str, str]
    dated: str
    is_article: bool
    is_news: bool


def page_meta(root: Node) -> PageMeta:
    """Read what a page says of itself in its head, in JSON-LD and in ``time`` elements."""
    named = _named_meta(root)
    data = _json_ld(root)
    address = _address(root, named)
    site = named.get("og:site_name", "")[:200]
    stated = {
        "title": _title(root, named, data),
        "language": _language(root, named),
        "published": _published(named, data),
        "address": address,
        "site": site,
        "author": _author(root, named, data),
        "publisher": _publisher(named, data) or site or host_of(address),
        "place": next((squeeze(d)[:100] for i in data if isinstance(d := i.get("dateline"), str) and d.strip()), ""),
    }
    dated = next(filter(None, (_iso(named.get(name, "")) for name in _DATED)), "") or _printed_day(root)
    article = any(_is_kind(item, ("Article", "Posting")) for item in data)
    article = article or named.get("og:type", "").lower() == "article" or "article:published_time" in named
    news = any(_is_kind(item, ("NewsArticle", "BlogPosting", "LiveBlogPosting")) for item in data)
    return PageMeta({key: value for key, value in stated.items() if value}, dated, article, news)


_LONGEST_NAME = 80


def host_of(address: str) -> str:
    """The host of a web address without ``www.``; empty where there is none."""
    found = re.match(r"https?://(?:www\.)?([\w.-]+\.[a-z]{2,})(?:[/:?#]|$)", address, re.IGNORECASE)
    return found[1].lower() if found else ""


def _author(root: Node, named: dict[str, str], data: list[dict[str, Any]]) -> str:
    """The names of the authors that the page declares."""
    found = [name for item in data for name in _names_of(item.get("author"))]
    found = found or [
        named[name] for name in ("author", "dc.creator", "dcterms.creator", "article:author") if name in named
    ]
    if not found:
        marked = (e for e in root.iter("a", "span", "p", "div") if _marks_author(e))
        found = [page_text(element) for element in marked][:3]
    kept = [name for name in found if 2 < len(name) <= _LONGEST_NAME and not re.search(r"://|@|^\d+$", name)]
    return ", ".join(dict.fromkeys(kept))[:200]


def _marks_author(element: Node) -> bool:
    return (element.get("rel") or "").lower() == "author" or "author" in (element.get("itemprop") or "").lower().split()


def _publisher(named: dict[str, str], data: list[dict[str, Any]]) -> str:
    """The name of the publisher that the page declares."""
    found = [name for item in data for name in _names_of(item.get("publisher"))]
    found += [
        named[name]
        for name in ("dc.publisher", "dcterms.publisher", "publisher", "citation_publisher")
        if name in named
    ]
    return next((name for name in found if 1 < len(name) <= _LONGEST_NAME and "://" not in name), "")


def _names_of(value: Any) -> list[str]:
    """The names in a value of JSON-LD: a text, an object with a name, or a list of these."""
    if isinstance(value, str):
        return [squeeze(value)]
    if isinstance(value, dict):
        return _names_of(value.get("name")) if isinstance(value.get("name"), str | list) else []
    if isinstance(value, list):
        return [name for each in value[:10] if isinstance(each, str | dict) for name in _names_of(each)]
    return []


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


def _published(named: dict[str, str], data: list[dict[str, Any]]) -> str:
    """The publication date the page declares, as ISO; a date that is merely printed somewhere is not taken."""
    stated = [named.get(name, "") for name in _PUBLISHED]
    stated[3:3] = [str(item.get("datePublished") or "") for item in data]
    # A moment in the page's own time zone says which day it was there; one in UTC may say the day before or after.
    moments = sorted(filter(None, stated), key=lambda moment: _UTC.search(moment.strip()) is not None)
    return next(filter(None, map(_iso, moments)), "")


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
    return _is_kind(item, ("Article", "Posting", "Legislation", "Report"))


def _is_kind(item: dict[str, Any], endings: tuple[str, ...]) -> bool:
    kinds = item.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name.endswith(endings) for name in names)
