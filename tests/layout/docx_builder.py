"""Word documents in a few lines: the parts as Word writes them, without what it writes besides."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_PARTS = {
    "styles": "styles.xml",
    "numbering": "numbering.xml",
    "footnotes": "footnotes.xml",
    "endnotes": "endnotes.xml",
    "settings": "settings.xml",
    "header": "header1.xml",
    "footer": "footer1.xml",
}
_ROOTS = {"header": "hdr", "footer": "ftr"}


def run(text: str, properties: str = "") -> str:
    """A run of text; ``properties`` is the inside of its ``w:rPr``."""
    rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{rpr}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(*content: str, style: str = "", number: tuple[int, int] | None = None, properties: str = "") -> str:
    """A paragraph of runs; plain words become a run. ``number`` is (list, level from 0)."""
    inside = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        inside += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    inside += properties
    runs = "".join(piece if piece.startswith("<") else run(piece) for piece in content)
    return f"<w:p>{f'<w:pPr>{inside}</w:pPr>' if inside else ''}{runs}</w:p>"


def cell(*paragraphs: str, properties: str = "") -> str:
    inside = "".join(piece if piece.startswith("<") else p(piece) for piece in paragraphs)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def table(*rows: tuple[str, ...]) -> str:
    """A table; plain words become a cell."""
    made = (f"<w:tr>{''.join(c if c.startswith('<') else cell(c) for c in row)}</w:tr>" for row in rows)
    return f"<w:tbl>{''.join(made)}</w:tbl>"


def level(at: int, text: str, form: str = "decimal", start: int = 1, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(definitions: dict[int, str], instances: dict[int, tuple[int, str]]) -> str:
    """The inside of the numbering part: definitions by id, instances as (definition, overrides) by id."""
    made = [f'<w:abstractNum w:abstractNumId="{n}">{inside}</w:abstractNum>' for n, inside in definitions.items()]
    made += [
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{definition}"/>{more}</w:num>'
        for n, (definition, more) in instances.items()
    ]
    return "".join(made)


STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/>'
    f'<w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
    for n in (1, 2, 3)
) + (
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


def docx(
    *body: str, core: str = "", strict: bool = False, extra: dict[str, bytes] | None = None, **parts: str
) -> bytes:
    """A Word document. ``parts`` (``styles``, ``numbering``, ``footnotes``, ``header`` …) are the insides of those parts."""
    parts.setdefault("styles", STYLES)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    own = "".join(
        f'<Relationship Id="r{kind}" Type="{relation}/{kind}" Target="{_PARTS[kind]}"/>' for kind in parts
    ) + (
        f'<Relationship Id="rTemplate" Type="{relation}/attachedTemplate" Target="https://lamp.example/t.dotm"'
        ' TargetMode="External"/>'
    )
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": _relations(
            f'<Relationship Id="r1" Type="{relation}/officeDocument" Target="word/document.xml"/>'
            '<Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
            'core-properties" Target="docProps/core.xml"/>'
        ),
        "docProps/core.xml": (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
            f"{core}</cp:coreProperties>"
        ),
        "word/document.xml": f"<w:document {_NAMES}><w:body>{''.join(body)}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(own),
    }
    for kind, inside in parts.items():
        root = _ROOTS.get(kind, kind)
        files[f"word/{_PARTS[kind]}"] = f"<w:{root} {_NAMES}>{inside}</w:{root}>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            if name in (extra or {}):
                continue
            if strict:
                text = text.replace(_W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
            # One time stamp, so that the same document is the same bytes.
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
        for name, data in (extra or {}).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _relations(inside: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )
