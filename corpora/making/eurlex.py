"""Writes an EU act as EUR-Lex serves it: XHTML with the ``oj-`` classes, points and recitals in two-cell tables."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from making.source import Item, Source

MARK = re.compile(r"\[\^(\d+)\]")
POINT_TABLE = (
    '<table width="100%" border="0" cellspacing="0" cellpadding="0"><col width="4%"/><col width="96%"/><tbody>'
    '<tr><td valign="top"><p class="oj-normal">{mark}</p></td><td valign="top">{body}</td></tr></tbody></table>'
)


class _Page:
    """Open divisions and the lines written so far."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[str] = []

    def start(self, name: str, attributes: str) -> None:
        self.out.append(f"<div {attributes}>")
        self.open.append(name)

    def end(self, *names: str) -> None:
        """Close the innermost divisions as long as their names are among ``names``."""
        while self.open and self.open[-1] in names:
            self.open.pop()
            self.out.append("</div>")


def build(source: Source, path: Path) -> int:
    """Write the act's XHTML; returns 0, for it has no pages."""
    page = _Page()
    head = source.head
    cells = [head["date"], head["language"].upper(), head["journal"], f"{head['series']}/{head['first page']}"]
    classes = ["oj-hd-date", "oj-hd-lg", "oj-hd-ti", "oj-hd-oj"]
    row = "".join(f'<td><p class="{c}">{escape(t)}</p></td>' for t, c in zip(cells, classes, strict=True))
    page.out.append(
        f'<table width="100%" border="0" cellspacing="0" cellpadding="0"><tbody><tr>{row}</tr></tbody></table>'
    )
    page.out.append('<hr class="oj-separator"/>')
    page.start("container", 'class="eli-container"')
    items = list(source.items)
    while items:
        _write(page, items)
    page.end("rows", "paragraph", "article", "chapter", "annex", "final", "preamble", "container")
    page.out.append('<hr class="oj-note"/>')
    for mark, text in source.notes.items():
        link = f'<a id="ntr{mark}" href="#ntc{mark}">(<span class="oj-super">{mark}</span>)</a>'
        page.out.append(f'<p class="oj-note">{link}  {_inline(text)}</p>')
    page.out.append('<hr class="oj-doc-end"/>')
    name = f"L_{head['date'].rsplit('.', 1)[-1]}212{head['language'].upper()}.01000101.xml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML//EN" "xhtml-strict.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head>\n'
        '<meta http-equiv="content-type" content="text/html; charset=utf-8"/>\n'
        f'<link type="text/css" rel="stylesheet" href="oj-convex.css"/>\n<title>{name}</title></head>\n<body>\n'
        + "\n".join(page.out)
        + "\n</body></html>\n",
        encoding="utf-8",
        newline="\n",
    )
    return 0


def _inline(text: str) -> str:
    text = escape(text, quote=False)
    text = re.sub(r"_([^_]+)_", r'<span class="oj-italic">\1</span>', text)
    text = re.sub(r"\bno (?=\d)", 'n<span class="oj-super">o</span> ', text)
    return MARK.sub(r' <a id="ntc\1" href="#ntr\1">(<span class="oj-super oj-note-tag">\1</span>)</a>', text)


def _write(page: _Page, items: list[Item]) -> None:
    item = items.pop(0)
    parts = item.parts
    if item.kind == "title":
        lines = [item, *_take(items, "title")]
        body = "".join(f'<p class="oj-doc-ti">{_inline(line.text)}</p>' for line in lines)
        page.out.append(f'<div class="eli-main-title" id="tit_1">{body}</div>')
        page.start("preamble", 'class="eli-subdivision" id="pbl_1"')
    elif item.kind == "recital":
        number = item.mark.strip("()")
        page.out.append(f'<div class="eli-subdivision" id="rct_{number}">')
        page.out.append(POINT_TABLE.format(mark=item.mark, body=f'<p class="oj-normal">{_inline(item.text)}</p>'))
        page.out.append("</div>")
    elif item.kind == "chapter":
        page.end("paragraph", "article", "chapter", "preamble")
        number = parts[0].split()[-1]
        page.start("chapter", f'id="cpt_{number}"')
        page.out.append(f'<p class="oj-ti-section-1"><span class="oj-italic">{escape(parts[0])}</span></p>')
        title = f'<p class="oj-ti-section-2"><span class="oj-bold"><span class="oj-italic">{escape(parts[1])}</span></span></p>'
        page.out.append(f'<div class="eli-title" id="cpt_{number}.tit_1">{title}</div>')
    elif item.kind == "article":
        page.end("paragraph", "article", "preamble")
        number = re.sub(r"\D", "", parts[0]) or "1"
        page.start("article", f'class="eli-subdivision" id="art_{number}"')
        page.out.append(f'<p class="oj-ti-art">{escape(parts[0])}</p>')
        page.out.append(
            f'<div class="eli-title" id="art_{number}.tit_1"><p class="oj-sti-art">{escape(parts[1])}</p></div>'
        )
    elif item.kind == "paragraph":
        page.end("paragraph")
        page.start("paragraph", f'id="{_paragraph_id(page, item)}"')
        page.out.append(f'<p class="oj-normal">{item.mark}   {_inline(item.text)}</p>')
    elif item.kind == "point":
        _point(page, item, items)
    elif item.kind == "done":
        _final(page)
        page.out.append(f'<p class="oj-normal">{_inline(item.text)}</p>')
        for signature in _take(items, "signature"):
            first, second, third = signature.parts
            lines = "".join(f'<p class="oj-signatory"><span class="oj-italic">{t}</span></p>' for t in (first, second))
            page.out.append(f'<div class="oj-signatory">{lines}<p class="oj-signatory">{third}</p></div>')
    elif item.kind == "annex":
        page.end("paragraph", "article", "chapter", "final")
        page.out.append('<hr class="oj-doc-sep"/>')
        page.start("annex", 'class="eli-container" id="anx_1"')
        page.out.append(
            f'<p class="oj-doc-ti">{escape(parts[0])}</p><p class="oj-ti-grseq-1"><span class="oj-bold">{escape(parts[1])}</span></p>'
        )
    elif item.kind == "part":
        page.end("paragraph")
        page.out.append(f'<p class="oj-ti-grseq-1"><span class="oj-italic">{escape(parts[0])}</span></p>')
        page.out.extend(f'<p class="oj-ti-grseq-1"><span class="oj-bold">{escape(t)}</span></p>' for t in parts[1:])
    elif item.kind == "row":
        rows = [item, *_take(items, "row")]
        body = "".join(_row(row.parts, "oj-tbl-hdr" if row is item else "oj-tbl-txt") for row in rows)
        page.out.append(
            f'<table width="100%" border="0" cellspacing="0" cellpadding="0" class="oj-table"><tbody>{body}</tbody></table>'
        )
    else:
        if items and items[0].kind == "done":
            _final(page)
        page.out.append(f'<p class="oj-normal">{_inline(item.text)}</p>')


def _final(page: _Page) -> None:
    """The last part of an act, from the sentence on its binding force to the signatures."""
    if page.open[-1] != "final":
        page.end("paragraph", "article", "chapter")
        page.start("final", 'class="eli-subdivision oj-final" id="fnp_1"')


def _paragraph_id(page: _Page, item: Item) -> str:
    article = next((m[1] for line in reversed(page.out) if (m := re.search(r'id="art_(\d+)"', line))), "0")
    number = re.sub(r"\D", "", item.mark)
    return f"{int(article):03d}.{int(number):03d}"


def _take(items: list[Item], kind: str) -> list[Item]:
    taken = []
    while items and items[0].kind == kind:
        taken.append(items.pop(0))
    return taken


def _row(cells: list[str], style: str) -> str:
    return "<tr>" + "".join(f'<td class="oj-table"><p class="{style}">{escape(c)}</p></td>' for c in cells) + "</tr>"


def _point(page: _Page, item: Item, items: list[Item]) -> None:
    """A point with the deeper points that follow it, tables within its table's second cell."""
    inner = _Page()
    inner.out.append(f'<p class="oj-normal">{_inline(item.text)}</p>')
    while items and items[0].kind == "point" and items[0].depth > item.depth:
        _point(inner, items.pop(0), items)
    page.out.append(POINT_TABLE.format(mark=item.mark, body="".join(inner.out)))
