"""Which pieces the 24 languages need: those of the texts beside the repository, of our own, and of dictionaries.

Texts are read roughly: only their words matter. Most languages have one act there. A Bulgarian text of which nothing was seen
takes half as many pieces again when only that act's are kept; with those of the dictionaries of simplemma 3 % more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from encoder import tokens
from encoder.e5s1 import Source

ROOT = Path(__file__).resolve().parents[2]
# The AI Act is what everything is measured on: nothing is learned from it, not even words.
_LEFT_OUT = re.compile(r"^AIA_")
_OWN_FOLDERS = ("corpora/gold", "corpora/heldout", "corpora/samples", "tests/specs")
_SHARED_FOLDERS = ("docs/eu", "docs/national", "gold", "parallel", "cases")
_MARKS = re.compile(r"</?[a-z][^<>]*>")
# Texts in many languages, little of each: a piece seen once there counts; elsewhere it must be seen so often.
_THIN = re.compile(r"^(X24_|GDPR_TOC_|gdpr\.|p2b\.)|\.jsonl$")
SEEN = 3
# Languages of the dictionaries; how many words of some 60,000 must need a piece; and those of a script of their own, of
# which a piece is kept for being a word.
DICTIONARIES = ("bg", "cs", "da", "el", "et", "fi", "ga", "hbs", "hu", "lt", "lv", "pl", "pt", "ro", "sk", "sl", "sv")
OWN_SCRIPT = ("bg", "el")
WORDS, NEEDED = 60_000, 12


def texts(shared: Path) -> Iterator[tuple[str, str]]:
    """Each file's name and text."""
    for folder in (*(shared / name for name in _SHARED_FOLDERS), *(ROOT / name for name in _OWN_FOLDERS)):
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


def needed(source: Source, shared: Path) -> tuple[NDArray[np.bool_], dict[str, int]]:
    """Which pieces are needed, and what that was decided by."""
    thin, rich = [], []
    for name, text in texts(shared):
        (thin if _THIN.search(name) else rich).append(text)
    few, many = tokens.counted(source, thin), tokens.counted(source, rich)
    seen = (few > 0) | (few + many >= SEEN)
    whole = seen | words(source)
    about = {
        "files": len(thin) + len(rich),
        "of texts": int(seen.sum()),
        "of dictionaries": int(whole.sum() - seen.sum()),
    }
    return whole, about


def words(source: Source) -> NDArray[np.bool_]:
    """The pieces that the words of dictionaries need."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    factory = DefaultDictionaryFactory()
    ids = {piece: n for n, piece in enumerate(source.pieces)}
    found = np.zeros(len(source.pieces), dtype=np.bool_)
    for code in DICTIONARIES:
        read = factory.get_dictionary(code)
        forms = sorted({word.decode() if isinstance(word, bytes) else word for word in read})
        found |= tokens.counted(source, forms[:: max(1, len(forms) // WORDS)]) >= NEEDED
        if code in OWN_SCRIPT:
            found[[ids[f"▁{form}"] for form in forms if f"▁{form}" in ids]] = True
    return found
