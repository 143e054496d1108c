"""HTML pages: EUR-Lex by its classes, all others (news, ministries, statute portals) by their main content.

A portal is known by its classes, not by its address, since pages are read from files. On other pages the main content is
found by trafilatura, which knows menus, cookie banners and comment sections. Where it leaves out much of the page's long
paragraphs (statute portals with marked-up tables of provisions), the whole body is read instead, without what calls itself
navigation. ``Block.hint`` is the element's name (``h2``, ``li``, ``p``, ``table-cell``); headings have their level.
"""

from __future__ import annotations

import copy
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dutybook.errors import BadDocument
from dutybook.layout.drafts import Draft, build, iso_date, squeeze
from dutybook.layout.html_eurlex import is_eurlex, read_eurlex
from dutybook.layout.html_walk import DROP, Style, Walker, abut
from dutybook.layout.trees import Node, children, classes, page_text, parse_html
from dutybook.records import BlockRole, Layout

_DISPLAYED = re.compile(r"display\s*:\s*(?:block|flow-root|flex|grid|list-item)\b", re.IGNORECASE)
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


def prepare(root: Node) -> None:
    """What a page shows as a block of its own is one, whatever its element."""
    for element in root.iter("span", "a", "b", "i", "font", "strong", "em", "label"):
        if _DISPLAYED.search(element.get("style") or "") and element.getparent().tag not in ("ul", "ol", "tr"):
            element.tag = "div"


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


# Below this share of the body's long paragraphs, the extraction has dropped text that is not decoration.
_ENOUGH = 0.8
_LONG = 90
_CHROME = re.compile(
    r"cookie|consent|gdpr-|navbar|breadcrumb|skip-?(?:to|link)|share-?bar|social|sidebar|newsletter|site-?(?:header|footer)"
    r"|menu|no-?print|pagination|toolbar|paywall|related|advert|modal|popup",
    re.IGNORECASE,
)
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
# What a portal notes of an act is no term of it.
_REMARK = Style(BlockRole.FOOTNOTE, 0, "footnote")


def read_page(root: Node) -> Layout:
    """The layout of a page that is not of EUR-Lex."""
    prepare(root)
    act = act_of(root)
    if act is not None and (found := walked(act.element, keep_all=True)).drafts:
        meta = {key: value for key, value in {**_meta(root), **act.meta}.items() if value}
        return build(found.drafts, tables=found.tables, meta=meta, what="page")
    body = root.find("body")
    body = body if body is not None else root
    chosen = whole = walked(body)
    if sum(len(d.text) for d in whole.drafts) * 5 < len(page_text(body)):
        # Most of the page calls itself a menu: then it is the page.
        chosen = whole = walked(body, keep_all=True)
    meta = _meta(root)
    main = _main_content(root)
    if main is not None:
        extracted = walked(main)
        if _covers(extracted.drafts, whole.drafts):
            chosen = extracted
        elif extracted.drafts:
            _trim(whole.drafts, extracted.drafts)
    return build(chosen.drafts, tables=chosen.tables, meta=meta, what="page")


def walked(element: Node, *, keep_all: bool = False) -> PageWalker:
    """The drafts and tables of an element; of all of it, or without what calls itself navigation."""
    walker = PageWalker(element, keep_all)
    walker.walk(element)
    walker.flush()
    return walker


class PageWalker(Walker):
    """HTML's own elements and those of trafilatura's tree, which has ``head``, ``list``, ``item``, ``row``, ``cell``."""

    def __init__(self, root: Node, keep_all: bool = False) -> None:
        super().__init__(root)
        self._keep_all = keep_all

    def style(self, element: Node, inherited: Style) -> Style:
        if REMARK.lower() in classes(element):
            return _REMARK
        if self._keep_all:
            return super().style(element, inherited)
        tag = element.tag
        if tag in ("nav", "footer", "aside", "dialog", "form", "menu"):
            # A form may be all of a page; then it has paragraphs.
            return inherited if tag == "form" and len(page_text(element)) > 2000 else DROP
        if element.get("role") in ("navigation", "banner", "contentinfo", "search", "alert", "dialog"):
            return DROP
        named = " ".join([*classes(element), element.get("id") or ""])
        if (
            named
            and tag not in ("body", "html", "main", "article")
            and _CHROME.search(named)
            and not _holds_text(element)
        ):
            return DROP
        made = super().style(element, inherited)
        if made is inherited and tag in ("li", "p", "dd", "dt", "blockquote", "pre", "td", "th"):
            return Style(inherited.role, inherited.level, "p" if tag in ("td", "th") else tag)
        return made


def _holds_text(element: Node) -> bool:
    """Whether an element of a suspicious name holds real paragraphs after all."""
    text = page_text(element)
    linked = sum(len(page_text(a)) for a in element.iter("a"))
    return len(text) > 1500 and linked < len(text) / 2


def _main_content(root: Node) -> Node | None:
    """The page's main content as HTML elements, or None where none was found."""
    from trafilatura import bare_extraction

    # It reports each page it finds nothing on; our own message says what that means.
    log = logging.getLogger("trafilatura")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    try:
        found = bare_extraction(
            copy.deepcopy(root),
            include_comments=False,
            include_tables=True,
            include_formatting=True,
            favor_recall=True,
            with_metadata=False,
            deduplicate=False,
        )
    except (AttributeError, TypeError, ValueError, IndexError, KeyError, RecursionError):
        # It is a heuristic over hostile input; what it cannot take is read whole.
        return None
    body = getattr(found, "body", None)
    if body is None:
        return None
    for element in body.iter():
        if isinstance(element.tag, str):
            if element.tag == "head":
                level = element.get("rend") or ""
                element.tag = level if re.fullmatch(r"h[1-6]", level) else "h2"
            else:
                element.tag = _AS_HTML.get(element.tag, element.tag)
    body.tag = "body"
    return body


_AS_HTML = {
    "list": "ul",
    "item": "li",
    "row": "tr",
    "cell": "td",
    "quote": "blockquote",
    "code": "pre",
    "lb": "br",
    "hi": "span",
    "ref": "a",
    "del": "span",
    "graphic": "img",
}


def _covers(extracted: list[Draft], whole: list[Draft]) -> bool:
    """Whether most characters of the body's long paragraphs are among the extracted ones."""
    have = _letters(" ".join(d.text for d in extracted))
    total = shared = 0
    for draft in whole:
        if len(draft.text) < _LONG:
            continue
        letters = _letters(draft.text)
        total += len(letters)
        # The middle of a paragraph stands for all of it: markers and links at its ends come and go.
        middle = letters[len(letters) // 2 - 20 : len(letters) // 2 + 20]
        shared += len(letters) if middle in have else 0
    return bool(have) and shared >= _ENOUGH * total


def _trim(whole: list[Draft], extracted: list[Draft]) -> None:
    """Take away short lines before and after all that the extraction found: menus and imprints stand there."""
    have = _letters(" ".join(d.text for d in extracted))

    def wanted(draft: Draft) -> bool:
        letters = _letters(draft.text)
        return len(draft.text) >= _LONG or (len(letters) >= 12 and letters in have) or draft.role is BlockRole.HEADING

    inside = [i for i, draft in enumerate(whole) if wanted(draft)]
    if inside:
        whole[:] = whole[inside[0] : inside[-1] + 1]


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


# What the page says of itself -------------------------------------------------------------------------------------


def _meta(root: Node) -> dict[str, str]:
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


def read_html(data: bytes) -> Layout:
    """Read a page: the text in reading order, a block for each paragraph, heading, list item and table cell.

    ``meta`` has ``title``, ``language``, ``published``, and on EUR-Lex pages ``celex``, ``eli``, ``version_date``,
    each only where the page says so; all dates are ISO. What the hints of the blocks mean is explained in
    :mod:`dutybook.layout.html_eurlex` and here. No link is followed.

    Raises:
        EmptyDocument: no bytes, or white space only.
        NoText: markup without text.
        TooLarge: over the bounds on size, elements or depth.
        BrokenDocument: no markup could be made out.
    """
    root = parse_html(data)
    return read_eurlex(root) if is_eurlex(root) else read_page(root)


# An end tag, or an empty element, of a name that HTML has.
_TAG = re.compile(
    r"</(?:p|div|span|b|i|u|em|strong|a|li|ul|ol|td|tr|table|h[1-6]|sup|sub|var|font|dl|dd|dt|section)\s*>|<(?:br|hr)\s*/?>",
    re.IGNORECASE,
)


def is_markup(text: str) -> bool:
    """Whether a text is HTML as text."""
    return "<" in text and _TAG.search(text) is not None


def fragment(markup: str) -> Node | None:
    """The body of a piece of HTML; None where nothing can be made out."""
    try:
        root = parse_html(f"<html><body>{markup}</body></html>".encode("utf-8", "replace"))
    except BadDocument:
        return None
    return root.find("body")


def read_fragment(markup: str) -> PageWalker:
    """The drafts and tables of a piece of HTML, all of it; as one paragraph where it cannot be parsed."""
    body = fragment(markup)
    if body is None:
        empty = PageWalker(parse_html(b"<html><body></body></html>"))
        empty.drafts.append(Draft(squeeze(re.sub(r"<[^<>]{0,500}>", " ", markup))))
        return empty
    return walked(body, keep_all=True)
