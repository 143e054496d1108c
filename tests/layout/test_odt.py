"""OpenDocument texts as a reader of them sees them."""

from __future__ import annotations

import pytest
from odt_builder import h, items, level, odt, p, table

from dutybook.errors import BrokenDocument, EncryptedDocument, NoText
from dutybook.layout.formats import read_layout
from dutybook.records import BlockRole, FurnitureKind, Layout, RawDocument

LISTS = (
    f'<text:list-style style:name="L1">{level(1, "1")}{level(2, "a", "(", ")")}{level(3, "i", "(", ")")}</text:list-style>'
    f'<text:list-style style:name="L2">{level(1, "1", after="")}{level(2, "1", after="", display_levels=2)}</text:list-style>'
    '<text:list-style style:name="L3"><text:list-level-style-bullet text:level="1" text:bullet-char="–"/></text:list-style>'
)


def read(*body: str, **more: str) -> Layout:
    more.setdefault("automatic", LISTS)
    return read_layout(RawDocument("order.odt", odt(*body, **more)))


def lines(layout: Layout) -> list[str]:
    return [block.span.of(layout.text) for block in layout.blocks]


def item(*content: str, more: str = "") -> str:
    return f"<text:list-item {more}>{''.join(content)}</text:list-item>"


class TestNumbers:
    def test_levels(self) -> None:
        inner = items("light;", "sound.")
        layout = read(items(item(p("Keepers:"), inner), item(p("Masters:"), items("log.")), style="L1"))
        assert lines(layout) == ["1. Keepers:", "(a) light;", "(b) sound.", "2. Masters:", "(a) log."]

    def test_numbers_of_several_levels_and_bullets(self) -> None:
        layout = read(items(item(p("One"), items("x", "y")), "Two", style="L2"), items("dash", style="L3"))
        assert lines(layout) == ["1 One", "1.1 x", "1.2 y", "2 Two", "– dash"]

    def test_lists_begin_anew_go_on_and_start_elsewhere(self) -> None:
        layout = read(
            items("a", "b", style="L1", more='xml:id="first"'),
            items("c", style="L1"),
            items("d", style="L1", more='text:continue-list="first"'),
            items("e", style="L1", more='text:continue-numbering="true"'),
            items(item(p("f"), more='text:start-value="7"'), style="L1"),
        )
        assert lines(layout) == ["1. a", "2. b", "1. c", "3. d", "4. e", "7. f"]

    def test_a_second_paragraph_of_an_item_has_no_number(self) -> None:
        head = f"<text:list-header>{p('Duties')}</text:list-header>"
        assert lines(read(items(head, item(p("One."), p("More.")), style="L1"))) == ["Duties", "1. One.", "More."]

    def test_headings_by_the_outline(self) -> None:
        outline = f"<text:outline-style>{level(1, '1', 'Article ', '', kind='outline')}</text:outline-style>"
        layout = read(h("Keepers"), p("Text."), h("Note", 2), h("Masters"), styles=outline)
        assert lines(layout) == ["Article 1 Keepers", "Text.", "Note", "Article 2 Masters"]
        assert [(b.role.value, b.level) for b in layout.blocks][::2] == [("heading", 1), ("heading", 2)]


class TestText:
    def test_spans_spaces_breaks_and_what_is_not_read(self) -> None:
        layout = read(
            p(
                "The <keeper>", '<text:s text:c="3"/>', "<text:span>shall</text:span>", "<text:tab/>",
                "<office:annotation>no!</office:annotation>", "light", "<text:line-break/>", "the lamp.",
            )
        )  # fmt: skip
        assert lines(layout) == ["The <keeper> shall light the lamp."]

    def test_hidden_text(self) -> None:
        style = '<style:style style:family="text" style:name="T1"><style:text-properties text:display="none"/></style:style>'
        section = f'<text:section text:display="none">{p("Hidden.")}</text:section>'
        layout = read(
            p("The lamp ", '<text:span text:style-name="T1">never </text:span>', "burns."), section, automatic=style
        )
        assert lines(layout) == ["The lamp burns."]
        assert layout.problems == ("2 pieces of hidden text were left out",)

    def test_tracked_changes(self) -> None:
        changes = f"<text:tracked-changes><text:changed-region><text:deletion>{p('Gone.')}</text:deletion></text:changed-region></text:tracked-changes>"
        layout = read(changes, p("The lamp ", "<text:change text:change-id='1'/>", "burns."))
        assert lines(layout) == ["The lamp burns."]
        assert "1 tracked changes" in layout.problems[0]

    def test_contents(self) -> None:
        index = f"<text:table-of-content><text:index-body>{p('Keepers 2')}</text:index-body></text:table-of-content>"
        assert [b.role for b in read(index, p("Text.")).blocks] == [BlockRole.CONTENTS, BlockRole.BODY]

    def test_notes(self) -> None:
        note = (
            '<text:note text:id="n1" text:note-class="footnote"><text:note-citation>1</text:note-citation>'
            f"<text:note-body>{p('As amended.')}</text:note-body></text:note>"
        )
        layout = read(p("The lamp", note, " burns."), p("Next."))
        assert lines(layout) == ["The lamp burns.", "Next.", "(1) As amended."]
        (mark,) = layout.marks
        assert (mark.mark, mark.at, mark.note and mark.note.of(layout.text)) == ("1", 8, "(1) As amended.")

    def test_text_boxes_come_behind_their_paragraph(self) -> None:
        frame = f"<draw:frame><draw:text-box>{p('Mind the tide.')}</draw:text-box></draw:frame>"
        assert lines(read(p("The lamp ", frame, "burns."))) == ["The lamp burns.", "Mind the tide."]

    def test_title_meta_and_headers(self) -> None:
        master = f"<style:master-page><style:header>{p('Gazette')}</style:header></style:master-page>"
        meta = "<dc:title>Other</dc:title><meta:creation-date>2031-03-04T08:00:00</meta:creation-date><dc:language>de-AT</dc:language>"
        layout = read(p("Lighthouse Order", style="Title"), p("Text."), styles=master, meta=meta)
        assert layout.meta == {"title": "Lighthouse Order", "created": "2031-03-04", "language": "de"}
        assert [(f.kind, f.text) for f in layout.furniture] == [(FurnitureKind.HEADER, "Gazette")]
        assert layout.blocks[0].role is BlockRole.HEADING

    def test_automatic_styles_lead_to_the_ones_with_names(self) -> None:
        automatic = (
            '<style:style style:family="paragraph" style:name="P1" style:parent-style-name="Title">'
            '<style:text-properties fo:font-weight="bold"/></style:style>'
        )
        named = '<office:styles><style:style style:family="paragraph" style:name="Title"/></office:styles>'
        layout = read(p("Lighthouse Order", style="P1"), automatic=automatic, styles=named)
        assert layout.meta["title"] == "Lighthouse Order"
        assert layout.blocks[0].bold


class TestTables:
    def test_rows_cells_and_spans(self) -> None:
        wide = f'<table:table-cell table:number-columns-spanned="2">{p("Lamps")}</table:table-cell>'
        layout = read(table((wide, "<table:covered-table-cell/>", "Range"), ("Green", "by day", "9 miles")))
        (made,) = layout.tables
        assert [[(c.span.of(layout.text), c.column, c.column_span) for c in row] for row in made.rows] == [
            [("Lamps", 0, 2), ("Range", 2, 1)],
            [("Green", 0, 1), ("by day", 1, 1), ("9 miles", 2, 1)],
        ]

    def test_points_behind_their_markers_are_text(self) -> None:
        layout = read(table(("(a)", "light the lamp;"), ("(b)", "sound the horn.")))
        assert lines(layout) == ["(a) light the lamp;", "(b) sound the horn."]

    def test_cells_repeated_without_end(self) -> None:
        many = '<table:table-cell table:number-columns-repeated="999999999"/>'
        assert lines(read(table(("Lamp", "Range", many), ("Green", "9 miles")))) == [
            "Lamp",
            "Range",
            "Green",
            "9 miles",
        ]


class TestHostile:
    def test_an_encrypted_one_says_so(self) -> None:
        with pytest.raises(EncryptedDocument, match="save it without one"):
            read(p("x"), manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>")

    def test_cut_off(self) -> None:
        with pytest.raises(BrokenDocument):
            read_layout(RawDocument("a.odt", odt(p("x"))[:-60]))

    def test_no_text(self) -> None:
        with pytest.raises(NoText):
            read(p())
