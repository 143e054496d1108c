"""Small acts and amending acts, read as files are."""

from __future__ import annotations

from dutybook.document_view import DocumentView
from dutybook.extract.amendments import find_amendments
from dutybook.extract.instructions import read_instructions
from dutybook.layout.formats import read_layout
from dutybook.records import RawDocument, Structure
from dutybook.records.instructions import Instruction
from dutybook.records.trees import Node, build_tree
from dutybook.structure.build import build_structure, pack_for

ACT = """
HAVE ADOPTED THIS REGULATION:
### Article 1
Scope
This Regulation applies to ferries.
### Article 2
Logs
1. Ferries shall keep:
(a) a log of voyages;
(b) a log of lamps.
2. Logs shall be kept for two years. They may be kept on paper.
The master shall sign each log.
3. Port authorities may read the logs.
### Article 3
Fines
Fines shall not exceed EUR 500.
"""
STATUTE = """
# Fährgesetz
## § 1 Bücher
(1) Wer eine Fähre betreibt, hat
1. ein Buch zu führen und
2. eine Lampe zu zeigen.
(2) Das Buch ist zwei Jahre aufzubewahren. Es darf auf Papier geführt werden.
(3) Die Behörde darf das Buch lesen.
## § 2 Lampen
Die Lampe muss rot sein.
"""


def _read(text: str, language: str) -> tuple[str, Structure]:
    lines = "\n\n".join(line.strip() for line in text.strip().splitlines())
    layout = read_layout(RawDocument("act.md", lines.encode()))
    return layout.text, build_structure(layout, "test", language)


def tree_of(text: str = ACT, language: str = "en") -> tuple[Node, ...]:
    """The tree of an act."""
    read, structure = _read(text, language)
    return build_tree(read, structure.provisions)


def instructions_of(*sentences: str, language: str = "en") -> tuple[Instruction, ...]:
    """The instructions of an act that amends :data:`ACT` or :data:`STATUTE`, an item for each sentence; in Spanish the former."""
    if language == "de":
        head, lead = "## Artikel 1 Änderung des Fährgesetzes", "Das Fährgesetz wird wie folgt geändert:"
        items = [f"{number}. {sentence}" for number, sentence in enumerate(sentences, start=1)]
        text = "\n".join(["# Gesetz zur Änderung des Fährgesetzes", head, lead, *items])
    elif language == "es":
        head, lead = "### Artículo 1", "El Reglamento (UE) 2031/7 se modifica como sigue:"
        items = [f"{number}) {sentence}" for number, sentence in enumerate(sentences, start=1)]
        title = "# Reglamento (UE) 2032/9 por el que se modifica el Reglamento (UE) 2031/7"
        text = "\n".join([title, "HAN ADOPTADO EL PRESENTE REGLAMENTO:", head, lead, *items])
    else:
        head, lead = "### Article 1", "Regulation (EU) 2031/7 is amended as follows:"
        items = [f"({number}) {sentence}" for number, sentence in enumerate(sentences, start=1)]
        text = "\n".join(
            [
                "# Regulation (EU) 2032/9 amending Regulation (EU) 2031/7",
                "HAVE ADOPTED THIS REGULATION:",
                head,
                lead,
                *items,
            ]
        )
    read, structure = _read(text, language)
    view = DocumentView(
        read, structure.sentences, structure.provisions, structure.family, language, structure.title, pack_for=pack_for
    )
    return read_instructions(read, structure.provisions, find_amendments(view), pack_for(language))


def lines_of(tree: tuple[Node, ...], number: str) -> list[str]:
    """The lines of the article with a number; none where there is none."""
    found = [n for top in tree for n in top.walk() if n.kind.value == "article" and n.number == number]
    return list(found[0].lines()) if found else []
