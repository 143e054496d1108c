"""Writes prose: news as a web page or as text, essays and programmes as text or PDF."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from making.sheet import Sheet, Style
from making.source import Source

BODY = Style(size=11.0, leading=14.5, after=8.0)


def page(source: Source, path: Path) -> int:
    """A news site's page: the article amid navigation, cookie banner, teasers and footer, which a reader must drop."""
    head = source.head
    site = f"https://{head['outlet'].lower().replace(' ', '-').replace('ü', 'ue')}.example"
    nav = "".join(f'<li><a href="{site}/{n}">{escape(w)}</a></li>' for n, w in enumerate(head["words"].split(" | ")))
    notice, button = head["banner"].split(" | ")
    aside_title, *teasers = head["aside"].split(" | ")
    rights, *links = head["footer"].split(" | ")
    body = "\n".join(f"<p>{escape(item.text, quote=False)}</p>" for item in source.items)
    path.write_text(
        f"""<!DOCTYPE html>
<html lang="{head["language"]}">
<head>
<meta charset="utf-8">
<title>{escape(head["title"], quote=False)} | {escape(head["outlet"])}</title>
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(head["title"])}">
<meta property="og:site_name" content="{escape(head["outlet"])}">
<meta property="article:published_time" content="{head["published"]}T08:30:00+01:00">
<meta name="author" content="{escape(head["author"])}">
<link rel="canonical" href="{site}/{path.stem}">
<style>body {{ font-family: serif; max-width: 42em; margin: auto }}</style>
<script>window.dataLayer = window.dataLayer || [];</script>
</head>
<body>
<div id="cookie-banner" class="cookie-consent" role="dialog"><p>{escape(notice)}</p><button>{escape(button)}</button></div>
<header><a class="logo" href="{site}">{escape(head["outlet"])}</a><nav><ul>{nav}</ul></nav></header>
<main>
<article>
<h1>{escape(head["title"], quote=False)}</h1>
<p class="byline">{escape(head["author"])} · <time datetime="{head["published"]}">{escape(head["dateline"])}</time></p>
{body}
</article>
</main>
<aside class="sidebar"><h2>{escape(aside_title)}</h2><ul>{"".join(f"<li><a href='{site}/t'>{escape(t)}</a></li>" for t in teasers)}</ul></aside>
<footer><p>{escape(rights)}</p><ul>{"".join(f"<li><a href='{site}/f'>{escape(t)}</a></li>" for t in links)}</ul></footer>
</body>
</html>
""",
        encoding="utf-8",
        newline="\n",
    )
    return 0


def text(source: Source, path: Path) -> int:
    """Plain text: title, dateline or author, empty line, paragraphs with empty lines between them."""
    head = source.head
    second = head.get("dateline") or head["author"]
    paragraphs = [f"{head['title']}\n{second}", *(item.text for item in source.items)]
    path.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8", newline="\n")
    return 0


def pdf(source: Source, path: Path) -> int:
    """A plain PDF with page numbers; returns its pages."""

    def furniture(canvas: Canvas, number: int) -> None:
        canvas.setFont("Times-Roman", 9.0)
        canvas.drawCentredString(297.6, 36.0, str(number))

    head = source.head
    sheet = Sheet(path, head["title"], head["language"], furniture, margins=(90.0, 505.0, 760.0, 70.0))
    sheet.paragraph(head["title"], replace(BODY, size=20.0, leading=24.0, align="left", face="bold", after=6.0))
    sheet.paragraph(head["author"], replace(BODY, face="italic", align="left", after=18.0))
    for item in source.items:
        sheet.paragraph(item.text, BODY)
    return sheet.finish()
