"""What every XML format's reader promises, on each sample in ``fixtures`` and on what can be done to it.

A new format needs a sample there and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutybook.errors import BadDocument, BrokenDocument, TooLarge
from dutybook.layout.drafts import squeeze
from dutybook.layout.formats import read_layout, sniff
from dutybook.layout.limits import Limits
from dutybook.layout.trees import local, parse_xml
from dutybook.layout.xml import FORMATS, read_xml
from dutybook.records import BlockRole, Layout, RawDocument

SAMPLES = sorted((Path(__file__).parent / "fixtures").glob("*.xml"))
# Formats that say what a paragraph looks like, and not which provision it is.
UNSTATED = frozenset({"boe", "boe-consolidado"})
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)


def text_of(node: Any, silent: frozenset[str], within: str = "") -> str:
    """All text of a file that stands in the act."""
    name = local(node)
    if not name or name in silent or f"{within}/{name}" in silent:
        return ""
    inner = "".join(f"{text_of(child, silent, name)}{child.tail or ''}" for child in node)
    return f"{node.text or ''}{inner}"


def signs(text: str) -> Counter[str]:
    """The letters and digits of a text, counted; white space and capitals are for readers to set."""
    return Counter(c for c in squeeze(text).casefold() if c.isalnum())


def check(layout: Layout) -> None:
    """Blocks are in order; elements nest, are in document order and hold their labels; labels do not overlap."""
    at = 0
    for block in layout.blocks:
        assert at <= block.span.start < block.span.end <= len(layout.text)
        assert block.span.strip(layout.text) == block.span
        at = block.span.end
    before = 0
    for index, element in enumerate(layout.outline):
        assert element.span.start >= before
        before = element.span.start
        assert element.span.of(layout.text).strip()
        if element.parent is not None:
            assert element.parent < index
            around = layout.outline[element.parent]
            assert around.span.start <= element.span.start
            assert element.span.end <= around.span.end
            assert element.quoted or not around.quoted
    _check_siblings(layout)
    labels = [label for element in layout.outline for label in element.labels]
    assert all(e.span.start <= s.start < s.end <= e.span.end for e in layout.outline for s in e.labels)
    ordered = sorted(labels, key=lambda s: s.start)
    assert all(a.end <= b.start for a, b in pairwise(ordered))


def _check_siblings(layout: Layout) -> None:
    ends: dict[int | None, int] = {}
    for element in layout.outline:
        assert element.span.start >= ends.get(element.parent, 0)
        ends[element.parent] = element.span.end


def test_every_format_has_a_sample() -> None:
    roots = [parse_xml(sample.read_bytes())[0] for sample in SAMPLES]
    assert [each.name for each in FORMATS if not any(each.matches(root) for root in roots)] == []


@each_sample
def test_it_is_found_by_its_content(sample: Path) -> None:
    assert sniff(sample.read_bytes(), "act.txt") == "xml"
    assert sniff(sample.read_bytes(), "") == "xml"


@each_sample
def test_offsets_and_nesting(sample: Path) -> None:
    layout = read_xml(sample.read_bytes())
    assert bool(layout.outline) is (sample.stem not in UNSTATED)
    assert layout.meta.get("title") or sample.stem in UNSTATED
    assert re.fullmatch("[a-z]{2}", layout.meta["language"])
    check(layout)


@each_sample
def test_no_letter_is_lost(sample: Path) -> None:
    root, _ = parse_xml(sample.read_bytes())
    reader = next(each for each in FORMATS if each.matches(root))
    # A file with the versions of each provision is read in its newest.
    for old in [v for v in root.iter("{*}version") if any(local(n) == "version" for n in v.itersiblings())]:
        old.getparent().remove(old)
    layout = read_layout(RawDocument("act.xml", sample.read_bytes()))
    # The mark of a note is said by the layout and stands in the text no more.
    marks = signs("".join(mark.mark for mark in layout.marks))
    assert signs(text_of(root, reader.silent)) - signs(layout.text) - marks == Counter()


@each_sample
def test_no_word_is_invented(sample: Path) -> None:
    """Beside the text there are the numbers of notes, of lists and of cut-up labels only."""
    data = sample.read_bytes()
    root, _ = parse_xml(data)
    source = squeeze(" ".join([*root.itertext(), *(v for e in root.iter() for v in e.attrib.values())])).casefold()
    layout = read_xml(data)
    marks = {mark.mark.casefold() for mark in layout.marks}
    for word in re.findall(r"[^\W\d_]{3,}", layout.text.casefold()):
        assert word in source or word in marks


@each_sample
def test_notes_stand_at_the_end(sample: Path) -> None:
    layout = read_xml(sample.read_bytes())
    notes = [i for i, block in enumerate(layout.blocks) if block.role is BlockRole.FOOTNOTE]
    assert notes == list(range(len(layout.blocks) - len(notes), len(layout.blocks)))
    spans = {block.span.start for block in layout.blocks if block.role is BlockRole.FOOTNOTE}
    for mark in layout.marks:
        if mark.note is None:
            continue
        assert mark.note.start in spans
        assert mark.at < mark.note.start
        assert mark.mark in mark.note.of(layout.text)


@each_sample
def test_cells_stand_in_their_table(sample: Path) -> None:
    layout = read_xml(sample.read_bytes())
    for table in layout.tables:
        cells = [cell.span for row in table.rows for cell in row]
        assert all(a.end <= b.start for a, b in pairwise(cells))
        assert all(table.span.start <= c.start <= c.end <= table.span.end for c in cells)


@each_sample
def test_the_same_bytes_give_the_same_layout(sample: Path) -> None:
    data = sample.read_bytes()
    first, second = read_xml(data), read_xml(data)
    assert (first.text, first.blocks, first.outline, first.marks) == (
        second.text,
        second.blocks,
        second.outline,
        second.marks,
    )


# -- encodings ------------------------------------------------------------------------------------------------------


def without_declaration(sample: Path) -> str:
    return re.sub(r"^(?:<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|\s)*", "", sample.read_text("utf-8"))


@each_sample
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_any_encoding(sample: Path, encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>{without_declaration(sample)}'
    assert read_layout(RawDocument("a.xml", body.encode(encoding))).text == read_xml(sample.read_bytes()).text


@each_sample
def test_a_wrong_declaration_is_not_believed(sample: Path) -> None:
    body = f'<?xml version="1.0" encoding="UTF-16"?>{without_declaration(sample)}'
    assert read_xml(body.encode("utf-8")).text == read_xml(sample.read_bytes()).text


# -- hostile files --------------------------------------------------------------------------------------------------


def with_type(sample: Path, declarations: str, used: str) -> bytes:
    body = without_declaration(sample)
    root = re.match(r"\s*<([\w:.-]+)", body)
    assert root
    at = body.rindex("</")
    return f"<?xml version='1.0'?><!DOCTYPE {root.group(1)} [{declarations}]>{body[:at]}{used}{body[at:]}".encode()


@each_sample
def test_an_entity_bomb_is_refused(sample: Path) -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(BrokenDocument, match="entity"):
        read_xml(with_type(sample, f'<!ENTITY l0 "fog">{bomb}', "&l11;"))


@each_sample
def test_a_quadratic_bomb_does_not_swell(sample: Path) -> None:
    with pytest.raises(BrokenDocument, match="entity"):
        read_xml(with_type(sample, f'<!ENTITY big "{"fog " * 50_000}">', "&big;" * 10_000))


@each_sample
def test_an_outside_entity_is_refused(sample: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the harbour's secret")
    with pytest.raises(BrokenDocument, match="outside"):
        read_xml(with_type(sample, f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "&x;"))


@each_sample
def test_an_outside_type_is_not_fetched(sample: Path) -> None:
    body = without_declaration(sample)
    root = re.match(r"\s*<([\w:.-]+)", body)
    assert root
    typed = f'<!DOCTYPE {root.group(1)} SYSTEM "http://harbour.invalid/act.dtd">{body}'
    assert read_xml(typed.encode()).text == read_xml(sample.read_bytes()).text


@each_sample
def test_deep_nesting_is_refused(sample: Path) -> None:
    body = without_declaration(sample)
    at = body.rindex("</")
    deep = f"{body[:at]}{'<b>' * 100_000}fog{'</b>' * 100_000}{body[at:]}"
    with pytest.raises(TooLarge, match="deep"):
        read_xml(deep.encode())


@each_sample
def test_a_cut_file_is_read_as_far_as_it_goes(sample: Path) -> None:
    data = sample.read_bytes()
    layout = read_xml(data[: len(data) * 4 // 5])
    assert any("damaged" in problem for problem in layout.problems)
    check(layout)
    assert not signs(layout.text) - signs(read_xml(data).text) - Counter("0123456789")


@each_sample
def test_an_empty_root_has_no_text(sample: Path) -> None:
    body = without_declaration(sample)
    tag = re.match(r"\s*<([\w:.-]+)[^>]*>", body)
    assert tag
    with pytest.raises(BadDocument):
        read_xml(f"{tag.group()}</{tag.group(1)}>".encode())


@each_sample
def test_more_text_than_the_bound_is_refused(sample: Path) -> None:
    with pytest.raises(TooLarge):
        read_layout(RawDocument("act.xml", sample.read_bytes()), limits=Limits(max_text_chars=100))


@each_sample
def test_named_characters_are_read(sample: Path) -> None:
    body = without_declaration(sample)
    at = body.rindex("</")
    named = f"{body[:at]}caf&eacute;&nbsp;&dagger;{body[at:]}"
    plain = f"{body[:at]}café\N{NO-BREAK SPACE}†{body[at:]}"
    assert read_xml(named.encode()).text == read_xml(plain.encode()).text
    assert read_xml(named.encode()).problems == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@each_sample
def test_moved_pieces_are_read_or_refused(sample: Path, data: st.DataObject) -> None:
    """Elements in the wrong place, attributes lost, tags cut: never anything but a layout or a reason."""
    source = sample.read_bytes()
    start = data.draw(st.integers(0, len(source)))
    length = data.draw(st.integers(0, 400))
    to = data.draw(st.integers(0, len(source)))
    piece = source[start : start + length]
    rest = source[:start] + source[start + length :]
    with suppress(BadDocument):
        check(read_xml(rest[:to] + piece + rest[to:]))
