"""OpenDocument texts in a few lines."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_BASE = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = (
    " ".join(
        f'xmlns:{prefix}="{_BASE}:{name}:1.0"'
        for prefix, name in [
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("style", "style"),
            ("draw", "drawing"),
            ("meta", "meta"),
            ("manifest", "manifest"),
            ("fo", "xsl-fo-compatible"),
        ]
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def p(*content: str, style: str = "Standard") -> str:
    inside = "".join(piece if piece.startswith("<") else escape(piece) for piece in content)
    return f'<text:p text:style-name="{style}">{inside}</text:p>'


def h(text: str, level: int = 1) -> str:
    return f'<text:h text:outline-level="{level}">{escape(text)}</text:h>'


def items(*entries: str, style: str = "", more: str = "") -> str:
    """A list; plain words become an item."""
    made = "".join(e if e.startswith("<") else f"<text:list-item>{p(e)}</text:list-item>" for e in entries)
    named = f' text:style-name="{style}"' if style else ""
    return f"<text:list{named} {more}>{made}</text:list>"


def level(
    at: int, form: str, before: str = "", after: str = ".", display_levels: int = 1, kind: str = "list", start: int = 1
) -> str:
    tag = "outline-level-style" if kind == "outline" else "list-level-style-number"
    return (
        f'<text:{tag} text:level="{at}" style:num-format="{form}" style:num-prefix="{before}" '
        f'style:num-suffix="{after}" text:display-levels="{display_levels}" text:start-value="{start}"/>'
    )


def table(*rows: tuple[str, ...]) -> str:
    made = "".join(
        f"<table:table-row>{''.join(c if c.startswith('<') else f'<table:table-cell>{p(c)}</table:table-cell>' for c in row)}"
        "</table:table-row>"
        for row in rows
    )
    return f"<table:table>{made}</table:table>"


def odt(*body: str, automatic: str = "", styles: str = "", meta: str = "", manifest: str = "") -> bytes:
    """An OpenDocument text; ``automatic`` are its automatic styles, ``styles`` those with names, masters too."""
    files = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {_NAMES}><office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:text>{''.join(body)}</office:text></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {_NAMES}>{styles}</office:document-styles>",
        "meta.xml": f"<office:document-meta {_NAMES}><office:meta>{meta}</office:meta></office:document-meta>",
        "META-INF/manifest.xml": f"<manifest:manifest {_NAMES}>{manifest}</manifest:manifest>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            kept = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), text, kept)
    return out.getvalue()
