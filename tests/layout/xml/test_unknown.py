"""XML of no known kind: all text in order, paragraphs by how elements hold text, and a problem that says so."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutybook.errors import NoText
from dutybook.layout.formats import read_layout
from dutybook.layout.limits import Limits
from dutybook.layout.xml import read_xml
from dutybook.records import BlockRole, Layout, RawDocument
from dutybook.structure.build import build_structure

ACT = b"""<?xml version="1.0"?>
<harbourLaw xml:lang="en"><metaData><editor>Fog Office</editor></metaData>
<title>Harbour Lamps Act</title>
<clause><number>1.</number><heading>Keepers</heading>
<words>Every keeper shall <stress>always</stress> trim the <thing>lamp</thing>, as stated in <stress>Article 4</stress>.</words>
<items><entryItem><number>(a)</number><words>by day; and</words></entryItem>
<entryItem><number>(b)</number><words>by night.</words></entryItem></items></clause>
<table><row><cell>Lamp</cell><cell>Range</cell></row><row><cell>Green</cell><cell>Nine miles</cell></row></table>
<words>&lt;p&gt;The horn shall be &lt;b&gt;sounded&lt;/b&gt; in fog.&lt;/p&gt;&lt;p&gt;It may rest in rain.&lt;/p&gt;</words>
</harbourLaw>"""


def blocks(layout: Layout) -> list[str]:
    return [b.span.of(layout.text) for b in layout.blocks]


def test_paragraphs_and_phrases_are_told_apart() -> None:
    assert blocks(read_xml(ACT)) == [
        "Harbour Lamps Act",
        "1. Keepers",
        "Every keeper shall always trim the lamp, as stated in Article 4.",
        "(a) by day; and",
        "(b) by night.",
        "Lamp",
        "Range",
        "Green",
        "Nine miles",
        "The horn shall be sounded in fog.",
        "It may rest in rain.",
    ]


@pytest.mark.parametrize(
    "head",
    [
        '<about fechaPublicacion="2031-05-03"/>',
        "<about><Date_of_publication>2031-05-03T10:00</Date_of_publication></about>",
    ],
)
def test_the_head_may_say_when_it_was_published(head: str) -> None:
    made = f"<law>{head}<words>The lamp shall burn.</words></law>".encode()
    assert read_xml(made).meta["published"] == "2031-05-03"


def test_a_day_of_a_version_is_no_publication() -> None:
    made = b'<law versionDate="2031-05-03"><words>The lamp shall burn.</words></law>'
    assert "published" not in read_xml(made).meta


def test_what_is_said_of_the_file() -> None:
    layout = read_layout(RawDocument("act.xml", ACT))
    assert layout.meta == {"title": "Harbour Lamps Act", "language": "en"}
    assert any("<harbourLaw>" in problem and "guessed" in problem for problem in layout.problems)
    assert [b.role for b in layout.blocks[:3]] == [BlockRole.HEADING, BlockRole.HEADING, BlockRole.BODY]
    assert [[c.span.of(layout.text) for c in row] for row in layout.tables[0].rows] == [
        ["Lamp", "Range"],
        ["Green", "Nine miles"],
    ]


def test_its_sentences_are_found() -> None:
    layout = read_xml(ACT)
    found = [s.span.of(layout.text) for s in build_structure(layout, "t", "en").sentences]
    assert "Every keeper shall always trim the lamp, as stated in Article 4." in found


def test_a_file_of_data_about_itself_only_is_read_all_the_same() -> None:
    assert blocks(read_xml(b"<act><metadata><note>Fog was seen.</note></metadata></act>")) == ["Fog was seen."]


def test_packed_files_are_no_text() -> None:
    layout = read_xml(b"<act><p>Fog.</p><picture>" + b"QUJD" * 1000 + b"</picture></act>")
    assert blocks(layout) == ["Fog."]
    assert any("packed" in problem for problem in layout.problems)


def test_no_text_is_said() -> None:
    with pytest.raises(NoText):
        read_xml(b"<act><p> </p></act>")


trees = st.recursive(
    st.sampled_from(["fog", "lamp horn", "", "1.", "5 < 6", "(a)"]),
    lambda inner: st.tuples(
        st.sampled_from(["p", "b", "x", "title", "num", "table", "row", "cell", "li"]), st.lists(inner, max_size=4)
    ),
    max_leaves=25,
)


def written(tree: object) -> str:
    if isinstance(tree, str):
        return tree.replace("<", "&lt;")
    name, inner = tree  # type: ignore[misc]
    return f"<{name}>{' '.join(map(written, inner))}</{name}>"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(trees, min_size=1, max_size=5))
def test_each_word_comes_out_once(parts: list[object]) -> None:
    body = " ".join(map(written, parts))
    wanted = sorted(re.findall(r"\w+", re.sub(r"<[^>]*>", " ", body.replace("&lt;", " "))))
    if not wanted:
        return
    layout = read_xml(f"<act>{body}</act>".encode(), limits=Limits())
    assert sorted(re.findall(r"\w+", layout.text)) == wanted
    at = 0
    for block in layout.blocks:
        assert at <= block.span.start < block.span.end <= len(layout.text)
        at = block.span.end


def test_metadata_may_say_when_an_act_begins_and_ends() -> None:
    data = ACT.replace(
        b"<metaData>",
        b'<metaData><FechaDerogacion>2035-05-31</FechaDerogacion><validity dateEntryInForce="2031-06-01"/>',
    )
    meta = read_xml(data).meta
    assert (meta["in_force_from"], meta["in_force_until"]) == ("2031-06-01", "2035-05-31")
