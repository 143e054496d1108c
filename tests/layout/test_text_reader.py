from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.layout.text import Joiner, read_text
from dutybook.layout.text_flat import split_flat
from dutybook.records import BlockRole, Layout
from real_layouts import layout_of


def texts(layout: Layout, role: BlockRole | None = None) -> list[str]:
    return [b.span.of(layout.text) for b in layout.blocks if role is None or b.role is role]


def read(text: str) -> Layout:
    return read_text(text.encode())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One lamp.\n\nTwo lamps.", ["One lamp.", "Two lamps."]),
        ("One lamp.\nTwo lamps.", ["One lamp.", "Two lamps."]),
        ("(1)\n\nThe lamp is lit.", ["(1) The lamp is lit."]),
        ("1.\nThe lamp is lit.", ["1. The lamp is lit."]),
        ("a)\n\ni)\n\nthe lamp;", ["a) i) the lamp;"]),
        ("—\nthe lamp;", ["— the lamp;"]),
        ("(1)   The\u00a0lamp  is lit.", ["(1) The lamp is lit."]),
        ("The lamp (\n4\n) is lit.", ["The lamp (4) is lit."]),
        ("First page.\fSecond page.", ["First page.", "Second page."]),
        ("The lamp is lit.\n(2)", ["The lamp is lit.", "(2)"]),
        ("&sect; 4 The fee is 1&nbsp;000 &ndash; no &#8220;more&#x201d;.", ["§ 4 The fee is 1 000 – no “more”."]),
        ("Fish &amp; chips, AT&T; and &lt;b&gt;.", ["Fish & chips, AT&T; and &lt;b&gt;."]),
        (
            "Das Gesetz über die Lampen der Küste tritt mit\n1. Jänner 2032 in Kraft.",
            ["Das Gesetz über die Lampen der Küste tritt mit 1. Jänner 2032 in Kraft."],
        ),
        (
            "What keepers have to know about lamps and horns\n1. Lamps are lit.",
            ["What keepers have to know about lamps and horns", "1. Lamps are lit."],
        ),
    ],
)
def test_paragraphs(text: str, found: list[str]) -> None:
    assert texts(read(text)) == found


@pytest.mark.parametrize(
    "heading",
    ["Article 5", "Artikel 5a", "Άρθρο 5", "Член 5", "5. cikk", "5 straipsnis", "KAPITEL II", "CHAPTER IV", "ANNEX I",
     "Artículo 5", "§ 5", "§ 5 Pflichten des Wärters", "§ 12.30 Keepers.", "Duties of keepers", "Lampen und Hörner"],
)  # fmt: skip
def test_headings(heading: str) -> None:
    layout = read(f"{heading}\nThe keeper shall light the lamp at dusk and sound the horn in fog.")
    assert texts(layout, BlockRole.HEADING) == [heading]
    assert {b.level for b in layout.blocks} == {0}


@pytest.mark.parametrize(
    "line",
    ["The lamp is lit.", "1. The lamp", "(a) the lamp", "— lamps", "of 3 May 2031", "whereas:", "lamps and horns",
     "Entry into force: 3 May 2031", "Inkrafttreten: 1. August 2032"],
)  # fmt: skip
def test_no_headings(line: str) -> None:
    assert texts(read(f"{line}\nThe keeper shall light the lamp at dusk."), BlockRole.HEADING) == []


WRAPPED = """\
Article 3
Conditions for the keeping of lamps and horns on towers that stand in open
water
1. Every keeper of a lighthouse shall light the lamp at dusk, whatever the wea-
ther may be, and shall write in the log the hour at which it was lit, as point
(b) of Article 2 says of the horn. The weather is written down as well, with an
after-thought where that is needed.
2. The keeper shall:
(a) clean the glass of the lamp once a day, and more often where salt has dried
on it; and
THE COAST GAZETTE 41
(b) keep oil for ten nights in a place that is dry, well aired and cool enough,
away from the horn.
The second subparagraph binds deputies, who are chosen by the keeper before the
season begins, and trained by the keeper in the use of the horn and in the after-
care of the lamp.
3. Where the lamp has failed, the keeper shall report that to the harbour within
THE COAST GAZETTE 42
one hour, and shall say why it has failed and for how long it was dark, and who-
ever was on watch shall sign the report before it is sent by the boat that leaves
next.
4. The harbour shall answer the report before the following night, and shall lend
THE COAST GAZETTE 43
a lamp where none is left on the tower.
"""


class TestWrappedText:
    def test_paragraphs_are_whole(self) -> None:
        found = texts(read(WRAPPED))
        assert found[:3] == [
            "Article 3",
            "Conditions for the keeping of lamps and horns on towers that stand in open water",
            "1. Every keeper of a lighthouse shall light the lamp at dusk, whatever the weather may be, and shall write in "
            "the log the hour at which it was lit, as point (b) of Article 2 says of the horn. The weather is written down "
            "as well, with an after-thought where that is needed.",
        ]
        assert found[3] == "2. The keeper shall:"
        assert found[5].startswith("(b) keep oil")
        assert found[6].startswith("The second subparagraph")

    def test_page_headers_become_furniture(self) -> None:
        layout = read(WRAPPED)
        assert "GAZETTE" not in layout.text
        assert "to the harbour within one hour" in layout.text
        assert [f.text for f in layout.furniture] == [f"THE COAST GAZETTE {n}" for n in (41, 42, 43)]

    def test_hyphens_are_decided_by_the_text_itself(self) -> None:
        layout = read(WRAPPED)
        decided = {(d.word, d.kept) for d in layout.hyphens}
        assert decided == {("weather", False), ("after-care", True), ("who-ever", True)}
        for decision in layout.hyphens:
            assert layout.text[decision.at :].startswith(decision.word)

    def test_page_number_lines_beside_the_header(self) -> None:
        body = "\n".join(
            f"The keeper of tower {n} shall write down what the weather of the night was like, and\n"
            "whether the lamp burned until the morning came over the water."
            for n in range(8)
        )
        pages = "\n".join(f"{body}\nHarbour Rules of the Coast\nMay 2031\n{page}" for page in range(11, 16))
        layout = read(pages)
        assert "May 2031" not in layout.text
        assert "Harbour Rules" not in layout.text
        assert {b.span.of(layout.text)[:22] for b in layout.blocks} == {
            f"The keeper of tower {n} "[:22] for n in range(8)
        }

    def test_a_heading_of_markdown_that_comes_back_is_no_page_number(self) -> None:
        text = "\n\n".join(
            f"## Duties of keepers\n\nThe keeper of tower {n} shall light the lamp at dusk." for n in range(4)
        )
        assert read(text).text.count("Duties of keepers") == 4

    def test_repeated_provision_is_no_header(self) -> None:
        text = "\n".join(f"§ {n} Turm\n(weggefallen)\n(weggefallen)" for n in range(1, 9))
        assert read(text).text.count("(weggefallen)") == 16

    def test_journal_page_header_on_one_line(self) -> None:
        text = WRAPPED.replace("THE COAST GAZETTE 42", "L 77/42 EN Journal of the Coast 7.4.2031")
        assert "Journal" not in read(text).text


def test_joining_lines_takes_a_time_that_grows_with_their_number() -> None:
    """A text without a blank line is one paragraph, of any length."""

    def seconds(count: int) -> float:
        lines = ["the keeper of the lock-", "gate notes each vessel that pas-", "ses and rings the bell"] * count
        joiner, started = Joiner(lines), time.process_time()
        text, decisions = joiner.join(lines)
        spent = time.process_time() - started
        assert len(decisions) == 2 * count
        assert all(text[at:].startswith(word) for at, word, _, _ in decisions)
        return spent

    # The best of three: a busy machine has slow moments.
    few, many = (min(seconds(count) for _ in range(3)) for count in (1000, 8000))
    assert many < 30 * max(few, 0.002)


def test_contents_with_dot_leaders() -> None:
    layout = read("Inhalt\n1. Lampen ............ 3\n2. Hörner ............ 7\n\nDer Wärter zündet die Lampe an.")
    assert texts(layout, BlockRole.CONTENTS) == ["1. Lampen ............ 3", "2. Hörner ............ 7"]


class TestMeta:
    def test_news(self) -> None:
        layout = read("Neue Pflichten für Wärter\n2031-06-04\n\nWer einen Turm betreibt, muss jede Störung melden.")
        assert layout.meta == {"title": "Neue Pflichten für Wärter", "published": "2031-06-04", "dateline": "1"}
        assert "2031-06-04" not in layout.text
        assert layout.blocks[0].role is BlockRole.HEADING

    def test_day_behind_the_author(self) -> None:
        layout = read(
            "Fog on the coast\nBy our harbour correspondent\n9 January 2031\n\nThe horns were heard all night."
        )
        assert layout.meta["published"] == "2031-01-09"
        assert "2031" not in layout.text
        assert "By our harbour correspondent" in layout.text

    def test_day_before_the_first_sentence_stays(self) -> None:
        layout = read("Nebbia sulla costa\nMontelago, 3 ottobre 2029 - I corni hanno suonato tutta la notte.")
        assert layout.meta["published"] == "2029-10-03"
        assert "Montelago, 3 ottobre 2029 - I corni" in layout.text

    @pytest.mark.parametrize(
        ("place", "day"),
        [
            ("Ветрен, 3 май 2029 г. ", "2029-05-03"),
            ("Ветрен, 3 май 2029 г. – ", "2029-05-03"),
            ("Jelovac, 3. svibnja 2029. – ", "2029-05-03"),
            ("Brzegowo, 3 maja 2029 r. – ", "2029-05-03"),
            ("Přístavní 3. května 2029 – ", "2029-05-03"),
            ("Nová Ves nad Lomem 3. května 2029 – ", "2029-05-03"),
        ],
    )
    def test_day_before_the_first_sentence_has_the_endings_of_its_language(self, place: str, day: str) -> None:
        layout = read(f"Nad obalou je mlha\n{place}Съветът прие ново правило за лодките.")
        assert layout.meta["published"] == day
        assert place.strip() in layout.text

    @pytest.mark.parametrize(
        "day",
        [
            "vom 3. Mai 2031",
            "Vom 3. Mai 2031",
            "of 3 May 2031",
            "du 3 mai 2031",
            "van 3 mei 2031",
            "de 3 de mayo de 2031",
        ],
    )
    def test_the_day_of_an_act_is_part_of_its_text(self, day: str) -> None:
        layout = read(f"Harbour Act\n{day}\n\nKeepers light the lamps at dusk.")
        assert "published" not in layout.meta
        assert day in layout.text

    def test_a_sentence_that_ends_with_a_day_is_no_dateline(self) -> None:
        assert "published" not in read("Fog\nThe council met on 3 May 2029. It made a rule about horns.").meta
        assert "published" not in read("Zákon\nz 9. júna 2031\n\nTento zákon upravuje plavbu.").meta

    def test_day_an_act_was_made_is_none_of_publication(self) -> None:
        assert (
            "published" not in read("The Fog Regulations\nMade on the coast\n9 January 2031\n\nHorns are sounded.").meta
        )

    def test_a_number_heads_what_is_numbered_below_it(self) -> None:
        text = "Rules\n\n2. Contents of all notices\n\n2.1 A notice names the horn.\n\n3. The horn is blown.\n\n3.1 Twice.\n\n4. No end"
        roles = {b.span.of(read(text).text): b.role for b in read(text).blocks}
        assert roles["2. Contents of all notices"] is BlockRole.HEADING
        assert roles["3. The horn is blown."] is BlockRole.BODY
        assert roles["4. No end"] is not BlockRole.HEADING

    def test_impossible_day_is_text(self) -> None:
        assert read("Title\n2031-13-04\nBody of the text.").meta == {}

    @pytest.mark.parametrize("blank", ["\n", "\n\n"])
    def test_journal_header(self, blank: str) -> None:
        head = ["VERORDNUNG …", "Präambel", "7.4.2031", "DE", "Amtsblatt der Küste", "L 77/1"]
        layout = read(blank.join([*head, "VERORDNUNG (KU) 2031/77", "über Lampen", "Der Wärter zündet die Lampe an."]))
        assert layout.meta == {"published": "2031-04-07", "language": "de", "journal": "L 77/1"}
        assert [f.text for f in layout.furniture] == head
        assert texts(layout)[0] == "VERORDNUNG (KU) 2031/77"

    def test_date_alone_is_no_header(self) -> None:
        layout = read("7.4.2031\nDer Wärter zündet die Lampe an.")
        assert layout.meta == {}
        assert "7.4.2031" in layout.text


def test_footnotes_at_the_end() -> None:
    notes = "(1) ABl. L 9 vom 1.2.2031, S. 3.\n(2) ABl. C 7 vom 4.2.2031, S. 1."
    layout = read(
        f"Nach Stellungnahme (1) und Anhörung (2) gilt:\n(1) Der Wärter wacht.\n(2) Er schläft nicht.\nDer Präsident\n{notes}"
    )
    assert texts(layout, BlockRole.FOOTNOTE) == notes.split("\n")


def test_last_paragraphs_of_a_statute_are_no_footnotes() -> None:
    layout = read("§ 9\n(1) Der Wärter wacht bis zum 1.2.2031.\n(2) Er schläft nicht.")
    assert texts(layout, BlockRole.FOOTNOTE) == []


FLAT = (
    "L_2031077EN.01000101.xml 7.4.2031 EN Journal of the Coast L 77/1 REGULATION (CO) 2031/77 on lamps THE PARLIAMENT OF "
    "THE COAST, Having regard to the opinion ( 1 ) , Whereas: (1) Ships should be safe. (2) Lamps should burn, as point (1) "
    "of Article 2 of the older act says. (3) Horns help. HAS ADOPTED THIS REGULATION: CHAPTER I Keepers Article 1 Lamps "
    "1.   Keepers shall: (a) light the lamp; (b) keep the log. They shall sign it, as in (a) above. 2.   Deputies do alike, "
    "under Article 3 of the Code. Article 2 Horns 1.   In fog the horn sounds (a). 2.   It is tested daily. CHAPTER II Final "
    "Article 3 Entry into force This Regulation enters into force on 1 May 2031. Done at Port Ellen. A. KEEPER ( 1 ) OJ C 9, "
    "1.2.2031, p. 3. "
)


# As long as such files are, by reasons that run on.
REASONS = "Horns help. " + "".join(
    f"({n}) The {n}th reason is as long as reasons are, and says nothing that would bind anyone. " for n in range(4, 60)
)


def flat_articles(*articles: str) -> list[str]:
    """Blocks of the first of an act's articles, all in one line."""
    rest = " ".join(f"{a} It is so." for a in articles[1:])
    first = "Whereas: (1) Ships. (2) Lamps. " + REASONS + f"HAVE ADOPTED: {articles[0]} {rest}"
    found = texts(read(first))
    at = next(i for i, t in enumerate(found) if t.startswith(articles[0][:9]))
    return found[at + 1 : next(i for i, t in enumerate(found) if t.startswith(articles[1][:9]))]


class TestFlatLists:
    """Where items and subparagraphs begin in an article that lost its line breaks."""

    @pytest.mark.parametrize(
        ("text", "pieces"),
        [
            ("1.   The keeper may: a) ask a fee; ofwel b) refuse.", ["1. The keeper may:", "a) ask a fee; ofwel", "b) refuse."]),
            (
                "1.   A notice is not needed where: (a) the port knows; (b) it would take weeks. In such a case, a sign is put up. 2.   Signs are lit.",
                [
                    "1. A notice is not needed where:",
                    "(a) the port knows;",
                    "(b) it would take weeks. In such a case, a sign is put up.",
                    "2. Signs are lit.",
                ],
            ),
            (
                "1.   A keeper is named by: — the council; — the mayor; or — the port.",
                ["1. A keeper is named by:", "— the council;", "— the mayor; or", "— the port."],
            ),
            (
                "1.   Der Wärter geht, wenn a) das Licht brennt, b) kein Nebel kommt oder c) der Tag anbricht.",
                ["1. Der Wärter geht, wenn", "a) das Licht brennt,", "b) kein Nebel kommt oder", "c) der Tag anbricht."],
            ),
            (
                "1.   The keeper acts under: (a) Article 5(1), point (a); and (b) Article 6. That power may be used where: (i) it "
                "storms; (ii) it snows.",
                [
                    "1. The keeper acts under:",
                    "(a) Article 5(1), point (a); and",
                    "(b) Article 6.",
                    "That power may be used where:",
                    "(i) it storms;",
                    "(ii) it snows.",
                ],
            ),
            (
                "1.   The log has: (a) the weather. It names the wind; (b) the tide.",
                ["1. The log has:", "(a) the weather. It names the wind;", "(b) the tide."],
            ),
            (
                "The Code is amended as follows: (1) Article 4 is replaced by the following: ‘4.   A keeper shall: (a) watch; "
                "(2) wake. 2.   He sleeps by day.’; (2) Article 5 is deleted.",
                [
                    "The Code is amended as follows:",
                    "(1) Article 4 is replaced by the following: ‘4. A keeper shall: (a) watch; (2) wake. 2. He sleeps by day.’;",
                    "(2) Article 5 is deleted.",
                ],
            ),
            ("1.   The ports in points (a) to (d), and points (a), (b) and (c) of Annex I, pay.", None),
            ("(1)   Wer wacht, wacht. (2)   Wer schläft, nicht.", ["(1) Wer wacht, wacht.", "(2) Wer schläft, nicht."]),
        ],
        ids=["or", "in that case", "dashes", "no colon", "subparagraph", "sentence", "quoted", "cited", "brackets"],
    )  # fmt: skip
    def test_pieces(self, text: str, pieces: list[str] | None) -> None:
        found = flat_articles(f"Article 1 {text}", "Article 2 Horns", "Article 3 Bells", "Article 4 Fog")
        assert found == (pieces or [text.replace("   ", " ")])

    @pytest.mark.parametrize(
        "words",
        [
            ("Article premier", "Article 2", "Article 3", "Article 4"),
            ("Artigo 1.o", "Artigo 2.o", "Artigo 3.o", "Artigo 4.o"),
            ("1. cikk", "2. cikk", "3. cikk", "4. cikk"),
            ("1 straipsnis", "2 straipsnis", "3 straipsnis", "4 straipsnis"),
        ],
        ids=lambda words: words[0],
    )
    def test_headings_of_articles(self, words: tuple[str, ...]) -> None:
        body = " ".join(f"{word} Objet 1.   On veille. 2.   On dort." for word in words)
        found = texts(read(f"(1) Un. (2) Deux. {REASONS}ONT ADOPTÉ: {body}"), BlockRole.HEADING)
        assert found == [f"{word} Objet" for word in words]

    @given(
        st.lists(
            st.sampled_from(
                [": ", "a) ", "(b) ", "; ", "— ", "1.   ", "“", "”", ". ", "Article 1 ", "Xx ", "und ", "i) "]
            ),
            max_size=80,
        )
    )
    def test_no_letter_is_lost(self, pieces: list[str]) -> None:
        text = "".join(pieces)
        made, _ = split_flat(text)
        assert "".join("".join(piece for piece, _ in made).split()) == "".join(text.split())

    def test_time_grows_with_length(self) -> None:
        def seconds(count: int) -> float:
            began = time.process_time()
            split_flat(": “a) x; — y ” b) z. Xx 1.   " * count)
            return time.process_time() - began

        assert seconds(8000) < 12 * seconds(2000) + 0.5


class TestFlatText:
    @pytest.fixture
    def layout(self) -> Layout:
        return read(FLAT.replace("Horns help. ", REASONS))

    def test_headings(self, layout: Layout) -> None:
        assert texts(layout, BlockRole.HEADING) == [
            "CHAPTER I Keepers",
            "Article 1 Lamps",
            "Article 2 Horns",
            "CHAPTER II Final",
            "Article 3",
        ]

    def test_paragraphs_and_points(self, layout: Layout) -> None:
        found = texts(layout)
        at = found.index("Article 1 Lamps")
        assert found[at + 1 : at + 9] == [
            "1. Keepers shall:",
            "(a) light the lamp;",
            "(b) keep the log.",
            "They shall sign it, as in (a) above.",
            "2. Deputies do alike, under Article 3 of the Code.",
            "Article 2 Horns",
            "1. In fog the horn sounds (a).",
            "2. It is tested daily.",
        ]

    def test_reasons(self, layout: Layout) -> None:
        numbers = [int(m.group(1)) for t in texts(layout) if (m := re.match(r"\((\d+)\) (?!OJ)", t))]
        assert numbers == list(range(1, 60))

    def test_the_signature_is_apart_from_the_last_article(self, layout: Layout) -> None:
        made = read(
            FLAT.replace("Done at Port Ellen.", "Done at Ellen, 3 April 2031.").replace("Horns help. ", REASONS)
        )
        assert "Entry into force This Regulation enters into force on 1 May 2031." in texts(made)

    def test_note_and_meta(self, layout: Layout) -> None:
        assert texts(layout, BlockRole.FOOTNOTE) == ["( 1 ) OJ C 9, 1.2.2031, p. 3."]
        assert layout.meta == {"published": "2031-04-07", "language": "en", "journal": "L 77/1"}


@pytest.mark.shared
class TestRealTexts:
    @pytest.mark.parametrize(
        ("name", "articles"),
        [("DORA_32022R2554", 64), ("DSA_32022R2065", 93), ("GDPR_32016R0679", 99), ("SFDR_32019R2088", 20)],
    )
    def test_articles_of_flat_texts(self, shared: Path, name: str, articles: int) -> None:
        layout = read_text((shared / "docs" / "eu" / f"{name}_NL_flat.txt").read_bytes())
        found = [re.match(r"Artikel (\d+)", t) for t in texts(layout, BlockRole.HEADING)]
        assert [int(m.group(1)) for m in found if m] == list(range(1, articles + 1))

    @pytest.mark.parametrize(
        ("name", "word", "first", "last"),
        [("gdpr.de", "Artikel", 1, 99), ("gdpr.en", "Article", 1, 99), ("gdpr.pl", "Artykuł", 1, 99)],
    )
    def test_articles(self, shared: Path, name: str, word: str, first: int, last: int) -> None:
        layout = read_text((shared / "gold" / f"{name}.txt").read_bytes())
        found = [re.fullmatch(rf"{word} (\d+)", t) for t in texts(layout, BlockRole.HEADING)]
        assert [int(m.group(1)) for m in found if m] == list(range(first, last + 1))

    def test_wrapped_text_has_the_paragraphs_of_the_page(self, shared: Path) -> None:
        page = layout_of(shared / "docs" / "eu" / "GDPR_32016R0679_EN_OJ_2016-04-27.xhtml")
        text = read_text((shared / "gold" / "gdpr.en.txt").read_bytes())
        letters = [{re.sub(r"[\W\d_]", "", t.lower()) for t in texts(layout)} for layout in (page, text)]
        assert len(letters[0] & letters[1]) >= 0.96 * len(letters[0])

    def test_no_page_header_stays(self, shared: Path) -> None:
        for name, header in (
            ("gdpr.en", "Official Journal of the European Union L 119"),
            ("hipaa.en", "Simplification"),
        ):
            assert header not in read_text((shared / "gold" / f"{name}.txt").read_bytes()).text


def test_a_short_act_in_one_line_has_its_articles() -> None:
    body = (
        "Whereas lamps burn low in winter and keepers must see to them, the following measure is taken by the harbour. "
        * 5
    )
    line = f"REGULATION on lamps {body}HAS ADOPTED THIS REGULATION : Article 1 Lamps are lit at dusk. Article 2 This Regulation shall enter into force on 3 May 2031."
    texts = [block.span.of(layout.text) for layout in [read_text(line.encode())] for block in layout.blocks]
    assert texts[-2:] == ["Article 2", "This Regulation shall enter into force on 3 May 2031."]
    alone = read_text((body + "Article 2 of the Lamp Act is cited here, and nothing else is.").encode())
    assert len(alone.blocks) == 1


def test_a_rule_of_the_federal_register_is_an_act_of_the_states() -> None:
    head = "[Federal Register Volume 96, Number 41 (Monday, March 3, 2031)]\n[{}]\n[Pages 1-2]\n\nLamps burn.\n"
    assert read_text(head.format("Rules and Regulations").encode()).meta["jurisdiction"] == "US"
    assert "jurisdiction" not in read_text(head.format("Notices").encode()).meta


def test_the_day_in_the_head_of_a_gazette_stays() -> None:
    text = "DZIENNIK USTAW RZECZYPOSPOLITEJ POLSKIEJ\n\nWarszawa, dnia 3 marca 2031 r.\n\nPoz. 77\n\nUSTAWA o latarniach\n\nArt. 1. Latarnie świecą."
    layout = read_text(text.encode())
    assert "Warszawa, dnia 3 marca 2031 r." in layout.text
    assert "published" not in layout.meta


def test_a_day_under_a_title_is_a_dateline() -> None:
    meta = read_text(b"Quay reopens\n\n3 May 2031\n\nThe quay of Montelago is open again to all ships and boats.").meta
    assert (meta["published"], meta["dateline"]) == ("2031-05-03", "1")


MARKED = """## Article
    1
    Logs

The miller keeps a log.

## Article 2

**(1)**

The log is shown.

### Annex
"""


def test_marks_of_headings_in_plain_text() -> None:
    layout = read(MARKED)
    headings = [(b.span.of(layout.text), b.level) for b in layout.blocks if b.role is BlockRole.HEADING]
    assert headings == [("Article 1 Logs", 2), ("Article 2", 2), ("Annex", 3)]
    assert texts(layout, BlockRole.BODY) == ["The miller keeps a log.", "(1) The log is shown."]


def test_few_marks_are_text() -> None:
    layout = read("## 3 lamps\n\nThe miller keeps a log.")
    assert texts(layout, BlockRole.HEADING) == []
    assert texts(layout)[0] == "## 3 lamps"


def test_a_marked_paragraph_is_no_heading() -> None:
    long = "## What is a mill? " + "A mill grinds grain and is kept by a miller. " * 5
    layout = read(f"## Mills\n\n## Logs\n\n{long}")
    assert len(texts(layout, BlockRole.HEADING)) == 2
    assert texts(layout)[-1].startswith("What is a mill?")


def test_a_word_in_brackets_is_no_mark_of_an_item() -> None:
    assert texts(read("(dnevnik)\n\n(1) The miller keeps a log.")) == ["(dnevnik)", "(1) The miller keeps a log."]


CHARTER = """\
CHARTER OF THE FERRY

{first}
The ferry carries goods and people.

{second}
Upon the end of the charter the skipper shall return the ferry with all its ropes.
"""


@pytest.mark.parametrize(
    ("first", "second", "headings"),
    [
        ("6. Fares", "7. Return of the ferry", ["6. Fares", "7. Return of the ferry"]),
        ("6. Fares", "8. Return of the ferry", ["6. Fares"]),
        ("6. Fares", "7. Whoever pays may board.", ["6. Fares"]),
        ("6. Fares", "7. with all its ropes and oars", ["6. Fares"]),
        ("Fares", "7. Return of the ferry", ["Fares"]),
    ],
    ids=["goes on", "another number", "a sentence", "a small letter", "no number before it"],
)
def test_a_numbered_title_goes_on_with_numbered_headings(first: str, second: str, headings: list[str]) -> None:
    layout = read(CHARTER.format(first=first, second=second))
    assert texts(layout, BlockRole.HEADING)[1:] == headings
