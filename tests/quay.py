"""A fictional act in three versions and two languages, and a corrigendum to it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from analysed import analysed
from dutybook.records import Analysis, Document, RawDocument, Relation, RelationKind, Span, Work
from dutybook.store.documents.flatten import Flat, flatten

QUAY = Work("32031R0888", "regulation", "EU", "32031R0888", "Quay Safety Act")

FIRST = """Article 1

1. Operators shall keep a log of every crate that passes the quay.

2. Operators shall report a lost crate to the harbour master within five days.

Article 2

The harbour master may visit any quay at any hour of the day.

Article 3

Operators shall not open a sealed crate on board of a moored vessel.
"""
SECOND = """Article 1

1. Operators shall keep a log of every crate that passes the quay.

2. Operators shall lock the gate at night whenever no vessel is expected.

3. Operators shall report a lost crate to the harbour master within two days.

Article 2

The harbour master may visit any quay at any hour of the day.

Article 3

Operators shall not open a sealed crate on board of a moored vessel.
"""
THIRD = SECOND.replace("Article 3\n", "Article 4\n").replace(
    "The harbour master may visit", "The port police may visit"
)
GERMAN = """Artikel 1

1. Die Betreiber führen ein Protokoll über jede Kiste, die den Kai passiert.

2. Die Betreiber müssen eine verlorene Kiste innerhalb von neun Tagen dem Hafenmeister melden.

Artikel 2

Der Hafenmeister kann jeden Kai zu jeder Tageszeit besuchen.

Artikel 3

Die Betreiber dürfen eine versiegelte Kiste nicht an Bord eines festgemachten Schiffes öffnen.
"""
CORRIGENDUM = """Corrigendum to Regulation (EU) 2031/888 (Quay Safety Act)
On page 4, Article 3:
for:
‘a moored vessel’,
read:
‘any moored vessel’.
"""


@cache
def read(text: str, language: str = "en", version: str | None = None, name: str = "") -> Analysis:
    """A text as a document of the act; without a version it is the original."""
    raw = RawDocument(f"quay{name}{language}{version or ''}.txt", f"Quay Safety Act\n\n{text}".encode())
    made = analysed(raw)
    document: Document = replace(
        made.document,
        work=QUAY.id,
        language=language,
        version_date=version,
        published="2031-02-01",
        version_kind="consolidated" if version else "original",
    )
    return replace(made, document=document, work=QUAY)


def corrigendum_of_the_act() -> Flat:
    """The corrigendum as a work of its own that corrects the act."""
    made = analysed(RawDocument("corrigendum.txt", CORRIGENDUM.encode()))
    own = Work(f"{QUAY.id}R(01)", "corrigendum", "EU", None, "Corrigendum")
    document = replace(made.document, work=own.id, language="en", published="2031-06-01", version_kind="corrigendum")
    title = Span(0, len("Corrigendum"))
    relation = Relation("corrects", RelationKind.CORRECTS, own.id, QUAY.id, "", title)
    return flatten(replace(made, document=document, work=own, relations=(relation,)))


def flats() -> list[Flat]:
    """Three English versions and the first one in German."""
    return [
        flatten(read(FIRST)),
        flatten(read(SECOND, version="2032-03-01")),
        flatten(read(THIRD, version="2033-04-01")),
        flatten(read(GERMAN, "de")),
    ]
