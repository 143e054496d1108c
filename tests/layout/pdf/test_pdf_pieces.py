from __future__ import annotations

from collections.abc import Callable

import pytest

from dutybook.layout.pdf import read_pdf
from dutybook.layout.pdf.broken_words import Lexicon, decide_hyphen, join_spaced_letters
from dutybook.layout.pdf.furniture import numbers_fit
from dutybook.layout.pdf.lines import Line, joined
from dutybook.layout.pdf.paragraphs import has_leader, is_number_line, is_stopped, marker_words, note_mark
from dutybook.layout.pdf.words import Frame, Style, Word

PLAIN = Style(10, False, False, True)


def words(text: str, gap: float = 2.5) -> list[Word]:
    """Words side by side, five points a letter."""
    made, x = [], 0.0
    for part in text.split():
        soft = part.endswith("~")
        part = part.rstrip("~")
        made.append(Word(part, x, 0, x + 5 * len(part), 10, 8, PLAIN, soft))
        x += 5 * len(part) + gap
    return made


def line_of(made: list[Word]) -> Line:
    return Line(1, made, made[0].x0, made[-1].x1, 8, 10)


def spaced(text: str) -> list[Word]:
    """Words with a space of 3.5 points between them; at each ``~`` the text layer breaks a word, a point wide."""
    made, x = [], 0.0
    for part in text.split():
        for piece in part.split("~"):
            made.append(Word(piece, x, 0, x + 5 * len(piece), 10, 8, PLAIN))
            x += 5 * len(piece) + 1
        x += 2.5
    return made


@pytest.mark.parametrize(
    ("known", "before", "after", "expected"),
    [
        ("the lighthouse stands", "light~", "house", ("", False)),
        ("a well-kept log", "well~", "kept", ("-", True)),
        ("nothing of it", "mari~", "time", ("", False)),
        ("Hafen und Wege", "Hafen~", "und", ("- ", True)),
        ("Bau- oder Land", "Hafen~", "oder", ("- ", True)),
        ("Ein- wie Ausfuhr", "Hin~", "wie", ("- ", True)),
        ("any words", "EU~", "wide", ("-", True)),
        ("any words", "2031~", "32", ("-", True)),
        ("any words", "Harbour~", "Office", ("-", True)),
        ("light and house", "light~", "house", ("-", True)),
        ("repairs and repair", "re~", "pairing", ("", False)),
        ("a non-local and a non-stop light", "non~", "urgent", ("-", True)),
        ("eux-mêmes", "elles~", "mêmes", ("-", True)),
        ("see www.harbour.test/log", "www.harbour.test/log~", "book", ("-", True)),
        ("in- respectively", "well~", "respectively", ("-", True)),
    ],
)
def test_hyphens_at_line_ends(known: str, before: str, after: str, expected: tuple[str, bool]) -> None:
    lexicon = Lexicon.of([line_of(words(known))])
    joiner, kept, reason = decide_hyphen(words(before)[0], words(after)[0], lexicon)
    assert (joiner, kept) == expected
    assert reason


def test_an_undecided_hyphen_follows_the_others_of_the_document() -> None:
    lines = [line_of(words("lighthouse seaside rainfall light house sea side rain fall water line"))]
    for pair in ("light~ house", "sea~ side", "rain~ fall"):
        first, second = pair.split()
        lines.extend([line_of(words(f"a {first}")), line_of(words(f"{second} b"))])
    lexicon = Lexicon.of(lines)
    lexicon.survey(lines)
    assert decide_hyphen(words("water~")[0], words("line")[0], lexicon)[:2] == ("", False)


def test_hyphen_decisions_are_recorded(pdf: Callable[..., bytes]) -> None:
    def page(sheet):
        sheet.write(70, 100, "Each lighthouse has a keeper and a well-kept log. The new light-")
        sheet.write(70, 112, "house at the river mouth is to be painted white and be as well-")
        sheet.write(70, 124, "kept as its elder sister on the cape of storms has always been.")

    layout = read_pdf(pdf(page))
    assert "new lighthouse at" in layout.text
    assert "as well-kept as" in layout.text
    assert [(each.word, each.kept) for each in layout.hyphens] == [("lighthouse", False), ("well-kept", True)]
    assert layout.text[layout.hyphens[1].at] == "-"


def test_letter_spaced_words_are_mended() -> None:
    lexicon = Lexicon.of([line_of(words("the data of data and more data, status status status status"))])
    line = Line(1, spaced("Security of personal dat~a"), 0, 100, 8, 10)
    assert join_spaced_letters(line, lexicon)
    assert line.text == "Security of personal data"
    line = Line(1, spaced("Independent st~atus"), 0, 100, 8, 10)
    assert join_spaced_letters(line, lexicon)
    assert line.text == "Independent status"
    for text in ("a data of it", "more dat a data"):
        line = Line(1, words(text), 0, 100, 8, 10)
        assert not join_spaced_letters(line, lexicon), "a full space parts words"
    line = Line(1, words("A R T I C L E 5", 3), 0, 100, 8, 10)
    assert join_spaced_letters(line, lexicon)
    assert line.text == "ARTICLE 5"
    line = Line(1, spaced("T~h~e r~i~g~h~t o~f r~e~p~l~y~, d~' a~c~c~e~s"), 0, 100, 8, 10)
    assert join_spaced_letters(line, lexicon)
    assert line.text == "The right of reply, d' acces"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("(1) Text", 1),
        ("(a) text", 1),
        ("(aa) text", 1),
        ("(iii) text", 1),
        ("a) text", 1),
        ("1. Text", 1),
        ("12a. Text", 1),
        ("1.2.3 Text", 1),
        ("— text", 1),
        ("• text", 1),
        ("§ 5 Text", 2),
        ("( 1 ) Text", 3),
        ("α) κείμενο", 1),
        ("„(2) Text", 1),
        ("IV. Text", 1),
        ("(EU) 2031/7", 0),
        ("(hereafter", 0),
        ("text", 0),
        ("2031 text", 0),
        ("Article 5", 0),
    ],
)
def test_markers(text: str, count: int) -> None:
    assert marker_words(text.split()) == count


@pytest.mark.parametrize(
    "text", ["Article 5", "CHAPTER II", "Artikel 12a", "ANNEX I", "Άρθρο 3", "5. cikk", "§ 4", "Article 1er"]
)
def test_number_lines(text: str) -> None:
    assert is_number_line(text)


@pytest.mark.parametrize("text", ["Article 5 Scope", "the office", "Regulation (EU) 2031/7", "12.7.2031"])
def test_no_number_lines(text: str) -> None:
    assert not is_number_line(text)


def test_leaders_stops_and_marks() -> None:
    assert has_leader("Scope ........ 7")
    assert has_leader("Scope . . . . . . 17")
    assert not has_leader("and so on ...")
    assert is_stopped("the lamp;")
    assert is_stopped("the lamp; and")
    assert not is_stopped("the lamp, to")
    assert note_mark("(12)") == "12"
    assert note_mark("*") == "*"
    assert note_mark("word") is None


def test_numbers_of_headers_stay_or_go_with_the_page() -> None:
    assert numbers_fit([(page, f"Page {page + 30}") for page in range(1, 8)], "page #")
    assert numbers_fit([(page, "Act 12 of 2031") for page in range(1, 8)], "act # of #")
    assert not numbers_fit([(3, "Article 4"), (9, "Article 11"), (17, "Article 30")], "article #")


@pytest.mark.parametrize(
    ("turns", "size", "place"),
    [(0, (100, 200), (10, 180)), (1, (200, 100), (20, 10)), (2, (100, 200), (90, 20)), (3, (200, 100), (180, 90))],
)
def test_frames_turn_with_the_page(turns: int, size: tuple[float, float], place: tuple[float, float]) -> None:
    frame = Frame(0, 0, 100, 200, turns)
    assert frame.size == size
    assert frame.place(10, 20) == place


def test_an_undecided_hyphen_follows_those_that_the_file_sets_as_it_does() -> None:
    lines = [line_of(words("lighthouse seaside rainfall well-kept two-way oil-fired keep formed"))]
    for pair, apart in (("light~ house", True), ("sea~ side", True), ("rain~ fall", True)):
        lines.extend(_broken(pair, apart))
    for pair in ("well~ kept", "two~ way", "oil~ fired"):
        lines.extend(_broken(pair, False))
    lexicon = Lexicon.of(lines)
    lexicon.survey(lines)
    for apart, expected in ((False, ("-", True)), (True, ("", False))):
        before = words("pre~")[0]
        before.apart = apart
        assert decide_hyphen(before, words("formed")[0], lexicon)[:2] == expected


def _broken(pair: str, apart: bool) -> list[Line]:
    first, second = words(pair)
    first.apart = apart
    return [line_of([*words("a"), first]), line_of([second, *words("b")])]


def test_lines_from_right_to_left_are_read_so() -> None:
    def runs(*texts: str) -> list[Line]:
        made = []
        for index, text in enumerate(texts):
            word = Word(text, 50.0 * index, 0, 50.0 * index + 40, 10, 8, PLAIN)
            made.append(Line(1, [word], word.x0, word.x1, 8, 10))
        return made

    assert joined(runs("המגדלור", "שומר")).text == "שומר המגדלור"
    assert joined(runs("النور", "Harbour", "Office", "12", "مكتب")).text == "مكتب 12 Harbour Office النور"
    assert joined(runs("The", "word", "שומר", "is", "here")).text == "The word שומר is here"
