"""The texts whose pieces are kept: those beside the repository and our own. Read roughly: only their words matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The AI Act is what everything is measured on: nothing is learned from it, not even words.
_LEFT_OUT = re.compile(r"^AIA_")
_OURS = ("corpora/gold", "corpora/heldout", "corpora/samples", "tests/specs")
_BESIDE = ("docs/eu", "docs/national", "gold", "parallel", "cases")
_MARKS = re.compile(r"</?[a-z][^<>]*>")


def texts(shared: Path) -> Iterator[tuple[str, str]]:
    """Each file's name and text."""
    for folder in (*(shared / name for name in _BESIDE), *(ROOT / name for name in _OURS)):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not _LEFT_OUT.match(file.name) and (text := _text(file)):
                yield file.name, text


def _text(file: Path) -> str:
    match file.suffix:
        case ".txt" | ".md" | ".json" | ".jsonl" | ".tsv":
            # JSON may hide letters behind escapes.
            text = file.read_text(encoding="utf-8", errors="replace")
            text = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text) if "json" in file.suffix else text
            return _MARKS.sub(" ", text).replace("\\n", " ")
        case ".html" | ".xhtml" | ".xml":
            from lxml import etree

            parser = etree.HTMLParser() if file.suffix == ".html" else etree.XMLParser(recover=True, no_network=True)
            tree = etree.fromstring(file.read_bytes(), parser)
            found = tree.xpath("//text()[not(ancestor::script) and not(ancestor::style)]") if tree is not None else []
            return " ".join(str(t) for t in found)
        case ".pdf":
            import pypdfium2

            document = pypdfium2.PdfDocument(file)
            return "\n".join(page.get_textpage().get_text_bounded() for page in document)
        case _:
            return ""
