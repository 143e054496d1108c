"""Tokens and characters of Rich Text."""

from __future__ import annotations

from dutybook.layout.rtf_syntax import Characters, Group, Token, tokens


def test_tokens() -> None:
    found = list(tokens(b"{\\b0 fog\\'fc\\*\\bin3 {}}}"))
    assert found == [
        Token("open"),
        Token("word", "b", 0),
        Token("text", data=b"fog"),
        Token("text", "'", data=b"\xfc"),
        Token("sign", "*"),
        Token("close"),
    ]


def test_a_font_says_how_its_bytes_are_read() -> None:
    texts: list[str] = []
    characters = Characters(texts.append)
    fonts, body = Group("fonts"), Group()
    for word, number in (("f", 1), ("fcharset", 204)):
        assert characters.read_word(word, number, fonts)
    characters.data(b"\xe0", body.font)
    characters.flush(body.font)
    assert characters.read_word("f", 1, body)
    characters.data(b"\xe0", body.font)
    characters.flush(body.font)
    assert texts == ["à", "а"]


def test_a_word_says_how_the_bytes_of_a_file_are_read() -> None:
    for word, number in (("mac", None), ("pc", None), ("pca", None), ("ansicpg", 1252), ("ansicpg", 99999)):
        texts: list[str] = []
        characters = Characters(texts.append)
        assert characters.read_word(word, number, Group())
        characters.data({"mac": b"\x8a", "pc": b"\x84", "pca": b"\x84"}.get(word, b"\xe4"), 0)
        characters.flush(0)
        assert texts == ["ä"], word


def test_what_older_readers_show_is_passed_over() -> None:
    texts: list[str] = []
    characters, group = Characters(texts.append), Group(unicode_skip=1)
    assert characters.read_word("u", 246, group)
    characters.data(b"?", 0)
    characters.data(b"re", 0)
    characters.flush(0)
    assert texts == ["ö", "re"]
    assert not characters.read_word("par", None, group)
