"""Where there is no time for a whole document, likely norms are sought first, and what was left out is named."""

from __future__ import annotations

from itertools import count

from scripted import Written, write

from dutybook.document_view import DocumentView
from dutybook.extract.norms.pipeline import FoundNorms, find_norms

DUTY = "[obligation] The pilot shall board each vessel, whatever the wind."
PLAIN = "[none] The mole was built of grey stone from the quarry."


def read(written: Written, units: int) -> FoundNorms:
    """What is found where there is time to ask about so many units, half of a second's share for each call."""
    view = DocumentView(written.text, written.discourse.sentences, family=written.discourse.family)
    return find_norms(view, written.reader, lambda: 1.0 - 0.8 * sum(map(len, written.reader.asked)) / units)


def test_with_time_enough_units_are_asked_about_in_order_and_nothing_is_left_out() -> None:
    written = write("\n".join([PLAIN, DUTY] * 60))
    found = read(written, units=10_000)
    asked = [unit.span.start for units in written.reader.asked for unit in units]
    assert asked == sorted(asked)
    assert (len(found.norms), found.unread, found.unread_plain) == (60, (), ())


def test_sentences_with_words_of_a_norm_come_first_where_the_time_is_short() -> None:
    written = write("\n".join([PLAIN, DUTY] * 200))
    found = read(written, units=300)
    assert len(found.norms) == 200
    assert found.unread == ()
    assert all("shall" not in span.of(written.text) for span in found.unread_plain)
    assert sum(len(units) for units in written.reader.asked) < 400


def test_what_is_left_of_sentences_with_words_of_a_norm_is_named_apart() -> None:
    written = write("\n".join([PLAIN, DUTY] * 200))
    found = read(written, units=120)
    (behind,) = found.unread
    assert 0 < len(found.norms) < 200
    assert max(norm.span.end for norm in found.norms) <= behind.start
    assert behind.end == written.discourse.sentences[-1].span.end
    assert found.unread_plain
    assert max(span.end for span in found.unread_plain) <= behind.start


def test_annexes_come_behind_the_articles() -> None:
    annex = DUTY.replace("[", "[annex ")
    written = write("\n".join([*[DUTY] * 60, *[annex] * 200, *[DUTY] * 200]))
    found = read(written, units=300)
    sentences = written.discourse.sentences
    articles = [s.span for s in sentences if s.zone.value == "enacting"]
    assert len(found.norms) >= len(articles)
    assert set(articles) <= {norm.span for norm in found.norms} | {s for s in articles if s.end in _ends(found)}
    assert found.unread
    assert all(sentences[60].span.start <= span.start and span.end <= sentences[259].span.end for span in found.unread)


def _ends(found: FoundNorms) -> set[int]:
    """Where norms end, with the full stop that a quote leaves out."""
    return {norm.span.end + more for norm in found.norms for more in (0, 1)}


def test_an_item_is_likely_a_norm_if_the_stem_of_its_list_is() -> None:
    lists = []
    for number in count():
        lists.append("[stem obligation list=items] The ferryman shall, each evening:")
        lists.append(f"[item={4 * number} obligation] moor the boat at the landing;")
        lists += [PLAIN] * 2
        if number == 100:
            break
    written = write("\n".join(lists))
    found = read(written, units=300)
    quotes = " ".join(span.of(written.text) for span in found.unread_plain)
    assert "moor the boat" not in quotes
    assert "grey stone" in quotes


def test_units_that_were_not_asked_about_say_nothing_of_the_document() -> None:
    written = write("\n".join([DUTY] * 300))
    found, whole = read(written, units=60), read(write("\n".join([DUTY] * 60)), units=10_000)
    assert found.unread
    assert [norm.evidence.confidence for norm in found.norms[:40]] == [n.evidence.confidence for n in whole.norms[:40]]
