"""HTML pages: EUR-Lex by its classes, all others (news, ministries, statute portals) by their main content.

A portal is known by its classes, not by its address, since pages are read from files. On other pages the main content is
found by trafilatura, which knows menus, cookie banners and comment sections. Where it leaves out much of the page's long
paragraphs (statute portals with marked-up tables of provisions), the whole body is read instead, without what calls itself
navigation. Of a page that calls itself an article only the article is read (:mod:`dutybook.layout.article`). What is left out is
furniture of the kind ``boilerplate``. ``Block.hint`` is the element's name (``h2``, ``li``, ``p``, ``table-cell``); headings have their level.
"""

from __future__ import annotations

import re

from dutybook.errors import BadDocument
from dutybook.layout.article import Article, find_article
from dutybook.layout.article.blocks import PageBlock
from dutybook.layout.drafts import Draft, build, squeeze
from dutybook.layout.html_article import kept_drafts, left_out, page_blocks, walk_all
from dutybook.layout.html_eurlex import is_eurlex, read_eurlex
from dutybook.layout.html_main import PageWalker, covers, main_content, trim, walked
from dutybook.layout.html_meta import PageMeta, page_meta
from dutybook.layout.html_portals import act_of
from dutybook.layout.trees import Node, page_text, parse_html
from dutybook.records import Layout

_DISPLAYED = re.compile(r"display\s*:\s*(?:block|flow-root|flex|grid|list-item)\b", re.IGNORECASE)


def prepare(root: Node) -> None:
    """What a page shows as a block of its own is one, whatever its element."""
    for element in root.iter("span", "a", "b", "i", "font", "strong", "em", "label"):
        if _DISPLAYED.search(element.get("style") or "") and element.getparent().tag not in ("ul", "ol", "tr"):
            element.tag = "div"


def read_page(root: Node) -> Layout:
    """The layout of a page that is not of EUR-Lex."""
    prepare(root)
    act = act_of(root)
    meta = page_meta(root)
    if act is not None and (found := walked(act.element, keep_all=True)).drafts:
        stated = {key: value for key, value in {**meta.stated, **act.meta}.items() if value}
        return build(found.drafts, tables=found.tables, meta=stated, what="page")
    body = root.find("body")
    body = body if body is not None else root
    chosen = whole = walked(body)
    if sum(len(d.text) for d in whole.drafts) * 5 < len(page_text(body)):
        # Most of the page calls itself a menu: then it is the page.
        chosen = whole = walked(body, keep_all=True)
    main = main_content(root)
    extracted = walked(main) if main is not None else None
    everything = walk_all(body)
    blocks = page_blocks(everything, extracted.drafts if extracted is not None else [])
    article = find_article(blocks, meta.stated.get("title", ""), markup=True)
    if extracted is not None:
        if covers(extracted.drafts, whole.drafts):
            chosen = extracted
        elif extracted.drafts:
            trim(whole.drafts, extracted.drafts)
    stated = _with_day(article, meta)
    if article is not None and (meta.is_news or (meta.is_article and article.surroundings.sure)):
        cut = kept_drafts(everything, article.kept)
        return build(cut.drafts, tables=cut.tables, furniture=cut.furniture, meta=stated, what="page")
    left = left_out(everything, chosen.drafts)
    return build(chosen.drafts, tables=chosen.tables, furniture=left, meta=stated, what="page")


def _with_day(article: Article | None, meta: PageMeta) -> dict[str, str]:
    """What a page and the lines around its article say: markup first, then a dateline, last a day that the page is merely dated with."""
    stated = article.meta(meta.stated) if article is not None else dict(meta.stated)
    return stated if stated.get("published") or not meta.dated else {**stated, "published": meta.dated}


def read_html(data: bytes) -> Layout:
    """Read a page: the text in reading order, a block for each paragraph, heading, list item and table cell.

    ``meta`` has ``title``, ``language``, ``published``, ``author``, ``publisher``, ``place``, and on EUR-Lex pages ``celex``, ``eli``, ``version_date``,
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


def page_blocks_of(data: bytes) -> tuple[list[PageBlock], str]:
    """The blocks of a page and its title, as the search for its article sees them."""
    root = parse_html(data)
    prepare(root)
    body = root.find("body")
    walker = walk_all(body if body is not None else root)
    main = main_content(root)
    return page_blocks(walker, walked(main).drafts if main is not None else []), page_meta(root).stated.get("title", "")
