"""Word documents as a reader of them sees them: numbers that Word counts, changes accepted, tables, notes."""

from __future__ import annotations

import pytest
from docx_builder import STYLES, cell, docx, level, numbering, p, run, table
from hypothesis import given
from hypothesis import strategies as st

from dutybook.errors import BadDocument, BrokenDocument, EncryptedDocument, NoText, TooLarge
from dutybook.layout.docx.styles import written
from dutybook.layout.formats import read_layout, sniff
from dutybook.records import BlockRole, FurnitureKind, Layout, RawDocument, SentenceRole
from dutybook.structure.build import build_structure


def read(*body: str, **parts: object) -> Layout:
    return read_layout(RawDocument("order.docx", docx(*body, **parts)))  # type: ignore[arg-type]


def lines(layout: Layout) -> list[str]:
    return [block.span.of(layout.text) for block in layout.blocks]


def roles(layout: Layout) -> list[tuple[str, int]]:
    return [(block.role.value, block.level) for block in layout.blocks]


CLAUSES = level(0, "%1.") + level(1, "(%2)", "lowerLetter") + level(2, "(%3)", "lowerRoman") + level(3, "–", "bullet")
DECIMAL = level(0, "%1") + level(1, "%1.%2") + level(2, "%1.%2.%3")


class TestNumbers:
    """Word counts them; the file only says how."""

    def counted(self, definition: str, *items: tuple[int, int], instances: str = "", second: str = "") -> list[str]:
        made = numbering({7: definition}, {1: (7, instances), 2: (7, second)})
        return [line.removesuffix(" x") for line in lines(read(*(p("x", number=i) for i in items), numbering=made))]

    def test_levels_count_apart_and_begin_anew(self) -> None:
        items = [(1, 0), (1, 1), (1, 2), (1, 2), (1, 3), (1, 1), (1, 2), (1, 0), (1, 1)]
        assert self.counted(CLAUSES, *items) == ["1.", "(a)", "(i)", "(ii)", "–", "(b)", "(i)", "2.", "(a)"]

    def test_numbers_of_several_levels(self) -> None:
        items = [(1, 0), (1, 1), (1, 2), (1, 1), (1, 0), (1, 1), (1, 2)]
        assert self.counted(DECIMAL, *items) == ["1", "1.1", "1.1.1", "1.2", "2", "2.1", "2.1.1"]

    def test_a_paragraph_sign(self) -> None:
        assert self.counted(level(0, "§ %1", start=3), (1, 0), (1, 0)) == ["§ 3", "§ 4"]

    def test_legal_levels_are_in_digits(self) -> None:
        definition = (
            level(0, "Part %1", "upperRoman") + level(1, "%1.%2", more="<w:isLgl/>") + level(2, "%1.%2", "none")
        )
        assert self.counted(definition, (1, 0), (1, 1), (1, 1)) == ["Part I", "1.1", "1.2"]

    def test_a_level_that_never_begins_anew(self) -> None:
        definition = level(0, "Chapter %1", "upperRoman") + level(1, "Article %2", more='<w:lvlRestart w:val="0"/>')
        items = [(1, 0), (1, 1), (1, 1), (1, 0), (1, 1)]
        assert self.counted(definition, *items) == ["Chapter I", "Article 1", "Article 2", "Chapter II", "Article 3"]

    def test_a_level_that_begins_anew_after_one_further_up(self) -> None:
        definition = level(0, "%1.") + level(1, "%2)") + level(2, "%3]", more='<w:lvlRestart w:val="1"/>')
        items = [(1, 0), (1, 1), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2)]
        assert self.counted(definition, *items) == ["1.", "1)", "1]", "2)", "2]", "2.", "1]"]

    def test_two_lists_of_one_definition_count_on(self) -> None:
        assert self.counted(CLAUSES, (1, 0), (1, 0), (2, 0)) == ["1.", "2.", "3."]

    def test_a_list_that_says_where_it_starts(self) -> None:
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        items = [(1, 0), (1, 0), (2, 0), (2, 0), (2, 1)]
        assert self.counted(CLAUSES, *items, second=override) == ["1.", "2.", "1.", "2.", "(a)"]

    def test_a_list_that_changes_a_level(self) -> None:
        override = f'<w:lvlOverride w:ilvl="0">{level(0, "Art. %1", start=5)}</w:lvlOverride>'
        assert self.counted(CLAUSES, (1, 0), instances=override) == ["Art. 5"]

    def test_a_level_whose_parents_were_not_counted(self) -> None:
        assert self.counted(DECIMAL, (1, 1), (1, 1)) == ["1.1", "1.2"]

    def test_what_new_words_write_for_old_ones(self) -> None:
        both = (
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><mc:AlternateContent><mc:Choice Requires="w14">'
            '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback>'
            '<w:numFmt w:val="decimalZero"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1."/></w:lvl>'
        )
        assert self.counted(both, (1, 0)) == ["01."]

    def test_bullets_of_symbol_fonts(self) -> None:
        assert self.counted(level(0, "\uf0b7", "bullet") + level(1, "o", "bullet"), (1, 0), (1, 1)) == ["•", "◦"]

    def test_by_style(self) -> None:
        definition = level(0, "Article %1", more='<w:pStyle w:val="Heading1"/>') + level(
            1, "(%2)", more='<w:pStyle w:val="Clause"/>'
        )
        styles = STYLES.replace(
            '<w:pPr><w:outlineLvl w:val="0"/>',
            '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/>',
        )
        styles += (
            '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/>'
            '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
            '<w:style w:type="paragraph" w:styleId="Plain"><w:name w:val="Plain"/><w:basedOn w:val="Clause"/>'
            '<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>'
        )
        layout = read(
            p("Keepers", style="Heading1"),
            p("Lamps are lit.", style="Clause"),
            p("At dusk.", style="Plain"),
            p("Horns are sounded.", style="Clause"),
            p("Masters", style="Heading1"),
            p("Logs are kept.", style="Clause"),
            numbering=numbering({7: definition}, {1: (7, "")}),
            styles=styles,
        )
        assert lines(layout) == [
            "Article 1 Keepers",
            "(1) Lamps are lit.",
            "At dusk.",
            "(2) Horns are sounded.",
            "Article 2 Masters",
            "(1) Logs are kept.",
        ]
        assert roles(layout)[0] == ("heading", 1)

    def test_a_definition_that_leads_to_a_style(self) -> None:
        styles = (
            '<w:style w:type="numbering" w:styleId="Legal"><w:name w:val="Legal"/>'
            '<w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
        )
        definitions = {1: '<w:numStyleLink w:val="Legal"/>', 2: '<w:styleLink w:val="Legal"/>' + level(0, "Rule %1:")}
        made = numbering(definitions, {4: (1, ""), 5: (2, "")})
        assert lines(read(p("x", number=(4, 0)), numbering=made, styles=styles)) == ["Rule 1: x"]

    def test_a_number_that_leads_nowhere(self) -> None:
        assert lines(
            read(p("x", number=(9, 0)), p("y", number=(1, 8)), numbering=numbering({7: CLAUSES}, {1: (7, "")}))
        ) == ["x", "y"]

    @pytest.mark.parametrize(
        ("count", "form", "text"),
        [
            (27, "lowerLetter", "aa"),
            (54, "upperLetter", "BBB"),
            (1994, "upperRoman", "MCMXCIV"),
            (3, "russianLower", "в"),
            (7, "decimalZero", "07"),
            (3, "decimalEnclosedParen", "(3)"),
            (2, "decimalEnclosedCircle", "②"),
            (2, "chineseCounting", "2"),
            (10**9, "lowerLetter", "1000000000"),
            (10**9, "upperRoman", "1000000000"),
            (-3, "lowerRoman", "-3"),
            (5, "none", ""),
        ],
    )
    def test_formats(self, count: int, form: str, text: str) -> None:
        assert written(count, form) == text

    @given(st.integers(1, 3999))
    def test_roman_numbers_read_back(self, count: int) -> None:
        worth = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
        values = [worth[letter] for letter in written(count, "lowerRoman")]
        assert sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)) == count


class TestHeadings:
    def test_by_style_and_by_the_paragraphs_own_level(self) -> None:
        layout = read(
            p("Lighthouse Order", style="Title"),
            p("Keepers", style="Heading1"),
            p("Duties", properties='<w:outlineLvl w:val="1"/>'),
            p("The lamp shall be lit."),
            p("No title", style="Heading1", properties='<w:outlineLvl w:val="9"/>'),
        )
        assert roles(layout) == [("heading", 1), ("heading", 1), ("heading", 2), ("body", 0), ("body", 0)]
        assert layout.meta["title"] == "Lighthouse Order"
        assert layout.blocks[1].bold

    def test_a_clause_in_a_heading_style_is_no_heading(self) -> None:
        clause = (
            "Every keeper of a lighthouse shall write down the hours of fog in a log book, which is shown on request."
        )
        assert roles(read(p(clause, style="Heading2"), p("Fees.", style="Heading2"))) == [("body", 0), ("heading", 2)]

    def test_where_most_of_a_level_are_clauses_all_are(self) -> None:
        layout = read(
            p("Supply of lamps", style="Heading1"),
            p("The Supplier shall deliver the lamps within ten days.", style="Heading2"),
            p("The Supplier shall:", style="Heading2"),
            p("insure the lamps; and", style="Heading3"),
            p("replace broken lamps.", style="Heading3"),
            p("Duties of keepers.", style="Heading1"),
        )
        assert [b.role.value for b in layout.blocks] == ["heading", "body", "body", "body", "body", "heading"]

    def test_a_soft_line_break_parts_number_and_title(self) -> None:
        layout = read(p(run("Article 1"), "<w:r><w:br/></w:r>", run("Subject matter"), style="Heading1"), p("Text."))
        assert lines(layout)[:2] == ["Article 1", "Subject matter"]

    def test_a_soft_line_break_in_a_sentence_does_not(self) -> None:
        layout = read(p(run("Every keeper shall write down the hours of fog"), "<w:r><w:br/></w:r>", run("in a log.")))
        assert lines(layout) == ["Every keeper shall write down the hours of fog in a log."]

    def test_the_files_title_counts_where_the_text_has_it(self) -> None:
        core = "<dc:title>Lighthouse Order</dc:title><dc:creator>Office</dc:creator><dc:language>de-AT</dc:language>"
        core += "<dcterms:created>2031-03-04T08:00:00Z</dcterms:created>"
        assert read(p("LIGHTHOUSE ORDER"), p("The lamp."), core=core).meta == {
            "title": "LIGHTHOUSE ORDER",
            "author": "Office",
            "language": "de",
            "created": "2031-03-04",
        }
        assert "title" not in read(p("Harbour Order"), core=core).meta


INSERTED = '<w:ins w:id="1" w:author="A">' + run("and sound the horn ") + "</w:ins>"
DELETED = '<w:del w:id="2" w:author="A"><w:r><w:delText>may light a fire </w:delText></w:r></w:del>'


class TestChanges:
    def test_insertions_are_read_deletions_are_not_and_it_is_said(self) -> None:
        layout = read(p(run("The keeper shall light the lamp "), INSERTED, DELETED, run("at dusk.")))
        assert lines(layout) == ["The keeper shall light the lamp and sound the horn at dusk."]
        assert layout.problems == (
            "there are tracked changes: 1 insertions were read as accepted, 1 deletions left out",
        )

    def test_a_deleted_end_of_a_paragraph_joins_it_to_the_next(self) -> None:
        layout = read(
            p("The keeper ", properties="<w:rPr><w:del w:id='1'/></w:rPr>"),
            p("shall light the lamp.", number=(1, 0)),
            p("Next.", number=(1, 0)),
            numbering=numbering({7: CLAUSES}, {1: (7, "")}),
        )
        assert lines(layout) == ["1. The keeper shall light the lamp.", "2. Next."]

    def test_a_deleted_numbered_paragraph_is_not_counted(self) -> None:
        gone = p(DELETED, number=(1, 0), properties="<w:rPr><w:del w:id='1'/></w:rPr>")
        layout = read(
            p("One.", number=(1, 0)), gone, p("Two.", number=(1, 0)), numbering=numbering({7: CLAUSES}, {1: (7, "")})
        )
        assert lines(layout) == ["1. One.", "2. Two."]

    def test_a_deleted_row(self) -> None:
        rows = table(("Lamp", "Range"), ("Green", "9 miles"), ("Red", "5 miles"))
        rows = rows.replace("<w:tr>" + cell("Red"), "<w:tr><w:trPr><w:del w:id='1'/></w:trPr>" + cell("Red"))
        assert lines(read(rows)) == ["Lamp", "Range", "Green", "9 miles"]

    def test_moved_text_is_read_where_it_went(self) -> None:
        moved = f"<w:moveFrom w:id='1'>{run('Fog. ')}</w:moveFrom>"
        assert lines(read(p(moved, run("Rain. ")), p(f"<w:moveTo w:id='2'>{run('Fog.')}</w:moveTo>"))) == [
            "Rain.",
            "Fog.",
        ]

    def test_hidden_text(self) -> None:
        layout = read(
            p(
                run("The lamp "),
                run("secret ", "<w:vanish/>"),
                run("hidden ", '<w:rStyle w:val="Secret"/>'),
                run("burns."),
            )
        )
        assert lines(layout) == ["The lamp burns."]
        assert layout.problems == ("2 pieces of hidden text were left out",)

    def test_a_style_separator_keeps_heading_and_text_on_one_line(self) -> None:
        layout = read(p("Lamps.", properties="<w:rPr><w:vanish/><w:specVanish/></w:rPr>"), p("They are lit."))
        assert lines(layout) == ["Lamps. They are lit."]

    def test_comments_and_struck_text(self) -> None:
        comment = '<w:commentRangeStart w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>'
        layout = read(p(comment, run("The lamp burns "), run("red", "<w:strike/>"), run(" green.")))
        assert lines(layout) == ["The lamp burns red green."]
        assert layout.problems == ("1 pieces of text are struck through; they were read as if they were not",)


def field(code: str, *result: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    return (
        mark("begin")
        + f"<w:r><w:instrText>{code}</w:instrText></w:r>"
        + mark("separate")
        + "".join(result)
        + mark("end")
    )


class TestRuns:
    def test_fields_show_their_result(self) -> None:
        layout = read(
            p(run("See "), field("REF _1 \\h", run("Article 3")), run(" on page "), field("PAGE", run("7")), run("."))
        )
        assert lines(layout) == ["See Article 3 on page ."]

    def test_a_table_of_contents(self) -> None:
        start = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r>'
        start += '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        entry = run("Keepers") + "<w:r><w:tab/></w:r>" + field("PAGEREF _1", run("2"))
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        layout = read(p(start, entry), p(run("Masters 3")), p(end), p("Keepers", style="Heading1"))
        assert lines(layout) == ["Keepers 2", "Masters 3", "Keepers"]
        assert [block.role for block in layout.blocks][:2] == [BlockRole.CONTENTS] * 2
        assert layout.blocks[2].role is BlockRole.HEADING

    def test_a_field_without_an_end_swallows_nothing(self) -> None:
        begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        layout = read(p(begin), *(p(f"Line {n}.") for n in range(6)))
        assert lines(layout)[-1] == "Line 5."

    def test_text_boxes_come_behind_their_paragraph_once(self) -> None:
        inside = f"<w:txbxContent>{p('Note the tide.')}</w:txbxContent>"
        both = (
            f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing>"
            f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        )
        assert lines(read(p(run("The lamp "), both, run("burns.")), p("Next."))) == [
            "The lamp burns.",
            "Note the tide.",
            "Next.",
        ]

    def test_content_controls(self) -> None:
        filled = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('burns')}</w:sdtContent></w:sdt>"
        empty = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click here')}</w:sdtContent></w:sdt>"
        block = f"<w:sdt><w:sdtContent>{p('Next.')}</w:sdtContent></w:sdt>"
        assert lines(read(p(run("The lamp "), filled, empty, run(".")), block)) == ["The lamp burns.", "Next."]

    def test_hyphens_symbols_and_links(self) -> None:
        link = f"<w:hyperlink r:id='x'>{run('order')}</w:hyperlink>"
        odd = "<w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>kept lamp</w:t><w:softHyphen/><w:t>s </w:t>"
        odd += '<w:sym w:font="Symbol" w:char="F0B3"/><w:t> 3</w:t></w:r>'
        assert lines(read(p(run("The "), link, run(": "), odd))) == ["The order: well-kept lamps ≥ 3"]

    def test_formulas(self) -> None:
        assert lines(read(p(run("Let "), "<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>", run(" be.")))) == [
            "Let a+b be."
        ]


class TestTables:
    def test_rows_and_cells(self) -> None:
        layout = read(p("Lamps:"), table(("Lamp", "Range"), ("Green", "9 miles")), p("End."))
        (made,) = layout.tables
        assert [[c.span.of(layout.text) for c in row] for row in made.rows] == [["Lamp", "Range"], ["Green", "9 miles"]]
        assert roles(layout)[1] == ("table", 0)

    def test_merged_cells_know_their_columns(self) -> None:
        layout = read(
            table(
                (cell("Lamps", properties='<w:gridSpan w:val="2"/>'), "Range"),
                (cell("Green", properties='<w:vMerge w:val="restart"/>'), "by day", "9 miles"),
                (cell("", properties="<w:vMerge/>"), "by night", "5 miles"),
            )
        )
        (made,) = layout.tables
        assert [[(c.span.of(layout.text), c.column, c.column_span, c.row_span) for c in row] for row in made.rows] == [
            [("Lamps", 0, 2, 1), ("Range", 2, 1, 1)],
            [("Green", 0, 1, 2), ("by day", 1, 1, 1), ("9 miles", 2, 1, 1)],
            [("by night", 1, 1, 1), ("5 miles", 2, 1, 1)],
        ]

    def test_rows_that_are_repeated_on_each_page_are_heads(self) -> None:
        rows = table(("Lamp", "Range"), ("Green", "9 miles"))
        (made,) = read(rows.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)).tables
        assert made.headers == 1

    def test_points_behind_their_markers_are_text(self) -> None:
        layout = read(p("The keeper shall:"), table(("(a)", "light the lamp;"), ("(b)", "sound the horn.")))
        assert lines(layout)[1:] == ["(a) light the lamp;", "(b) sound the horn."]
        assert not layout.tables

    def test_a_table_with_one_column_is_a_frame(self) -> None:
        layout = read(table((cell("Lighthouse Office", "The lamp shall be lit."),)))
        assert [block.role for block in layout.blocks] == [BlockRole.BODY, BlockRole.BODY]

    def test_numbers_that_word_counts_in_a_column(self) -> None:
        rows = table((cell(p(number=(1, 0))), "Lamp"), (cell(p(number=(1, 0))), "Horn"))
        layout = read(rows, numbering=numbering({7: CLAUSES}, {1: (7, "")}))
        assert lines(layout) == ["1.", "Lamp", "2.", "Horn"]


def note(kind: str, identity: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{identity}"/></w:r>'


class TestNotes:
    FOOTNOTES = (
        f'<w:footnote w:type="separator" w:id="-1">{p("———")}</w:footnote>'
        f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>", run(" As amended."))}</w:footnote>'
        f'<w:footnote w:id="3">{p("See the annex.")}</w:footnote>'
    )

    def test_marks_are_counted_and_tied_to_their_notes(self) -> None:
        body = p(run("The lamp"), note("footnote", 3), run(" burns"), note("footnote", 2), run(" at dusk."))
        layout = read(body, p("Next."), footnotes=self.FOOTNOTES)
        assert lines(layout) == ["The lamp burns at dusk.", "Next.", "(1) See the annex.", "(2) As amended."]
        assert [(m.mark, layout.text[: m.at], m.note and m.note.of(layout.text)) for m in layout.marks] == [
            ("1", "The lamp", "(1) See the annex."),
            ("2", "The lamp burns", "(2) As amended."),
        ]
        assert [block.role for block in layout.blocks][2:] == [BlockRole.FOOTNOTE] * 2

    def test_endnotes_are_in_roman_numbers(self) -> None:
        layout = read(
            p(run("The lamp burns"), note("endnote", 3)), endnotes=self.FOOTNOTES.replace("footnote", "endnote")
        )
        assert lines(layout)[1] == "(i) See the annex."

    def test_a_mark_of_the_authors_own(self) -> None:
        own = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="3"/><w:t>*</w:t></w:r>'
        layout = read(p(run("The lamp"), own, run(" burns.")), footnotes=self.FOOTNOTES)
        assert lines(layout) == ["The lamp burns.", "(*) See the annex."]

    def test_headers_are_no_text(self) -> None:
        section = '<w:sectPr><w:headerReference r:id="rheader"/><w:footerReference r:id="rfooter"/></w:sectPr>'
        mark = '<w:p><w:r><w:pict><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict></w:r></w:p>'
        layout = read(
            p("The lamp burns."), section, header=p("Gazette") + mark, footer=p(run("Page "), field("PAGE", run("1")))
        )
        assert lines(layout) == ["The lamp burns."]
        assert {(f.kind, f.text) for f in layout.furniture} == {
            (FurnitureKind.HEADER, "Gazette"),
            (FurnitureKind.FOOTER, "Page 1"),
            (FurnitureKind.WATERMARK, "DRAFT"),
        }


class TestHostile:
    def test_strict_files_are_the_same(self) -> None:
        assert lines(read(p("The lamp."), strict=True)) == ["The lamp."]

    def test_entities_are_refused(self) -> None:
        evil = '<!DOCTYPE w:d [<!ENTITY a SYSTEM "file:///etc/hostname">]><w:styles xmlns:w="x">&a;</w:styles>'
        data = docx(p("The lamp."), extra={"word/styles.xml": evil.encode()})
        with pytest.raises(BrokenDocument, match="defines entities"):
            read_layout(RawDocument("a.docx", data))

    def test_a_bomb_is_refused(self) -> None:
        data = docx(p("The lamp."), extra={"word/numbering.xml": b" " * 40_000_000}, numbering="")
        with pytest.raises(TooLarge, match="expands more than"):
            read_layout(RawDocument("a.docx", data))

    def test_deep_nesting(self) -> None:
        deep = "<w:sdt><w:sdtContent>" * 2000 + p("x") + "</w:sdtContent></w:sdt>" * 2000
        with pytest.raises(BadDocument, match="too deeply"):
            read(deep)

    def test_no_text(self) -> None:
        with pytest.raises(NoText, match="Word document holds no text"):
            read(p())

    def test_cut_off(self) -> None:
        with pytest.raises(BrokenDocument, match="get it again"):
            read_layout(RawDocument("a.docx", docx(p("The lamp."))[:-100]))

    def test_embedded_documents_are_noted(self) -> None:
        layout = read(p("The lamp."), '<w:altChunk r:id="x"/>')
        assert layout.problems == ("1 parts are documents of another format inside this one and were not read",)

    def test_an_encrypted_one_says_so(self) -> None:
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
        with pytest.raises(EncryptedDocument, match="save it without"):
            read_layout(RawDocument("a.docx", ole))

    def test_an_archive_of_word_documents_is_an_archive(self) -> None:
        import io
        import zipfile

        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/act.docx", docx(p("The lamp.")))
        assert sniff(out.getvalue(), "a.zip") == "zip"

    @given(st.lists(st.tuples(st.integers(-1, 9), st.integers(-1, 9), st.integers(0, 3)), max_size=12))
    def test_any_numbering_counts_without_failing(self, items: list[tuple[int, int, int]]) -> None:
        made = numbering(
            {0: CLAUSES, 1: DECIMAL, 2: '<w:numStyleLink w:val="None"/>'}, {n: (n % 3, "") for n in range(5)}
        )
        layout = read(p("x"), *(p("y", number=(a, b)) for a, b, _ in items), numbering=made)
        assert len(layout.blocks) == 1 + len(items)


_PIECES = [
    "<w:p>", "</w:p>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:sdt>", "</w:sdt>", "<w:ins>", "</w:ins>",
    run("keeper"), p("lamp;", number=(1, 1)), p("log."), "<w:r><w:fldChar w:fldCharType='begin'/></w:r>", "<w:r><w:br/></w:r>",
    "<w:r><w:fldChar w:fldCharType='separate'/></w:r>", "<w:r><w:fldChar w:fldCharType='end'/></w:r>", note("footnote", 3),
    "<w:r><w:instrText>TOC</w:instrText></w:r>", "<w:tcPr><w:vMerge/><w:gridSpan w:val='99999'/></w:tcPr>", "<w:txbxContent/>",
    "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "<w:r><w:sym w:font='Symbol' w:char='ZZ'/></w:r>", "<mc:AlternateContent/>",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=25))
def test_any_order_of_elements_is_read_or_refused(pieces: list[str]) -> None:
    """Elements where they do not belong; what does not nest is no XML and refused as such."""
    opened: list[str] = []
    made = []
    for piece in pieces:
        if piece.startswith("</"):
            if opened and opened[-1] == piece[2:-1]:
                opened.pop()
            else:
                continue
        elif piece.count("<") == 1 and not piece.endswith("/>"):
            opened.append(piece[1:-1])
        made.append(piece)
    body = "".join(made) + "".join(f"</{name}>" for name in reversed(opened))
    parts = {"footnotes": TestNotes.FOOTNOTES, "numbering": numbering({7: CLAUSES}, {1: (7, "")})}
    try:
        layout = read(body, **parts)
    except NoText:
        return
    assert layout.text.strip()


@pytest.mark.parametrize("sign", ["•", "\uf0b7", "*", "o", "☐", "✓", "–", "·"])
def test_typed_bullets_are_bullets(sign: str) -> None:
    tab = "<w:r><w:tab/></w:r>"
    items = [p(run(sign), tab, run(words)) for words in ("keep a lamp on the boat;", "ring the bell in fog.")]
    layout = read(p("The skipper must:"), *items, p("The bell is public."))
    found = build_structure(layout, "test", "en").sentences
    item_texts = [s.span.of(layout.text) for s in found if s.role is SentenceRole.ITEM]
    assert item_texts == ["keep a lamp on the boat;", "ring the bell in fog."]
