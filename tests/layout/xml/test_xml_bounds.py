"""What a hostile file may cost: time grows with its size, whatever is in it."""

from __future__ import annotations

import time

import pytest

from dutybook.errors import BrokenDocument
from dutybook.layout.xml import read_xml

MANY = 10_000
#: Seconds for a file of at most a megabyte, on a busy machine; what grows with the square takes minutes.
AT_MOST = 20.0
ACT = "<ACT><ENACTING.TERMS>{}</ENACTING.TERMS></ACT>"
AKN = "<akomaNtoso><act><body>{}</body></act></akomaNtoso>"
CLML = (
    '<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation"><Primary><Body>{}</Body></Primary>'
    "</Legislation>"
)
FILES = {
    "subparagraphs": ACT.format(f"<ARTICLE>{'<ALINEA>fog</ALINEA>' * MANY}</ARTICLE>"),
    "indents": ACT.format(f'<LIST TYPE="DASH">{"<ITEM><P>fog</P></ITEM>" * MANY}</LIST>'),
    "elements without text, then brackets": ACT.format(f"<P>fog</P>{'<ARTICLE/>' * MANY}{'<P>)</P>' * MANY}"),
    "headings of one article": ACT.format(f"<ARTICLE>{'<STI.ART>Fog</STI.ART>' * MANY}</ARTICLE>"),
    "white space": ACT.format(f"<P>fog{' ' * 1_000_000}bank</P>"),
    "notes in one paragraph": ACT.format(f"<P>{'fog<NOTE><P>n</P></NOTE>' * MANY}</P>"),
    "a long number": ACT.format(f"<PARAG><NO.PARAG>{'1-' * 300_000}</NO.PARAG>fog</PARAG>"),
    "items": AKN.format(f"<article><ol>{'<li>fog</li>' * MANY}</ol></article>"),
    "subsections": AKN.format(f"<section><num>1 §</num>{'<subsection><p>fog</p></subsection>' * MANY}</section>"),
    "quoted articles": AKN.format(f"<quotedStructure>{'<article><num>1</num></article>' * MANY}</quotedStructure>"),
    "listed items": CLML.format(
        f"<OrderedList>{'<ListItem><Para><Text>fog</Text></Para></ListItem>' * MANY}</OrderedList>"
    ),
    "sections of a group": CLML.format(
        f"<P1group><Title>Fog</Title>{'<P1><Pnumber>1</Pnumber><P1para><Text>fog</Text></P1para></P1>' * MANY}</P1group>"
    ),
}


@pytest.mark.parametrize("kind", sorted(FILES))
def test_time_grows_with_size(kind: str) -> None:
    started = time.process_time()
    layout = read_xml(FILES[kind].encode())
    assert time.process_time() - started < AT_MOST
    assert "fog" in layout.text or layout.outline


def test_a_document_type_has_an_end() -> None:
    started = time.process_time()
    with pytest.raises(BrokenDocument, match="document type"):
        read_xml(b'<!DOCTYPE ACT ["' + b"x" * 3_000_000)
    assert time.process_time() - started < AT_MOST


def test_a_list_that_starts_anywhere() -> None:
    layout = read_xml(AKN.format(f'<ol start="{"9" * 9000}"><li>fog</li></ol>').encode())
    assert layout.text == "1. fog\n"
