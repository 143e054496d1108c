from __future__ import annotations

from ocr_fake import hocr, sure

from dutybook.layout.ocr.engine import lines_of


def texts(data: bytes) -> list[str]:
    return [" ".join(word.text for word in line.words) for line in lines_of(data)]


def test_lines_and_words_in_the_engine_s_order() -> None:
    assert texts(sure("The keeper shall", "light the lamp")) == ["The keeper shall", "light the lamp"]


def test_a_line_has_its_baseline_its_size_and_its_words_their_boxes() -> None:
    (line,) = lines_of(hocr([[("lamp", 90)]], size=40, left=200, top=300))
    assert (line.size, line.base, line.upright) == (40, 300, True)
    (word,) = line.words
    assert (word.x0, word.top, word.x1, word.bottom, word.confidence) == (200, 270, 280, 300, 0.9)


def test_a_sloping_baseline_is_taken_in_the_middle_of_the_line() -> None:
    (line,) = lines_of(hocr([[("lamplighter", 90)]], slope=0.1))
    assert line.slope == 0.1
    assert line.base > 300


def test_specks_are_no_words() -> None:
    assert texts(hocr([[("The", 95), ("lamp", 94), ("~", 12), ("'", 25)]])) == ["The lamp"]
    assert texts(hocr([[(".", 20)], [("|", 8), ("~", 15)]])) == []


def test_a_doubted_word_in_a_sure_line_is_a_word() -> None:
    assert texts(hocr([[("L'action", 0), ("du", 96), ("gardien", 95)]])) == ["L'action du gardien"]
    assert texts(hocr([[("xq", 5), ("zz", 8)]])) == []


def test_text_on_its_side_is_said_to_be() -> None:
    data = sure("lamp").replace(b"x_size", b"textangle 90; x_size")
    assert [line.upright for line in lines_of(data)] == [False]


def test_what_is_no_hocr_is_no_text() -> None:
    assert lines_of(b"") == []
    assert lines_of(b"\x00\xff not xml at all") == []


def test_entities_are_not_resolved() -> None:
    data = (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + sure("lamp").split(b"?>", 1)[1].split(b">", 1)[1]
    )
    assert "root" not in " ".join(texts(data.replace(b"lamp", b"&e;lamp")))
