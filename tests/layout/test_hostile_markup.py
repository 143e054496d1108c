"""Markup and headers whose parsers take the square of a length: refused, or cut, before they do."""

from __future__ import annotations

import time
from io import BytesIO
from zipfile import ZipFile

import pytest

from dutybook.errors import TooLarge
from dutybook.layout.formats import read_layout
from dutybook.layout.trees import MOST_ATTRIBUTES
from dutybook.records import Layout, RawDocument

#: Seconds of processor time; each of these files took more than a minute.
AT_MOST = 8.0
CROWD = " ".join(f'a{n}="b"' for n in range(100_000))
TEXT = "The harbour office shall keep the fog log."
BODY = f"\r\n\r\n{TEXT}\r\n"
HEADERS = {
    "parameters": f"Content-Type: text/plain; {'a=b; ' * 50_000}",
    "continuations": "Content-Type: text/plain; " + "; ".join(f"name*{n}*=utf-8''a" for n in range(5_000)),
    "encoded words": f"Content-Type: text/plain\r\nX: y\r\nSubject: {'=?utf-8?q?=41?= ' * 30_000}",
    "addresses": f"Content-Type: text/plain\r\nTo: {'a@b.example, ' * 50_000}",
}


def read(name: str, data: bytes) -> Layout:
    started = time.process_time()
    try:
        return read_layout(RawDocument(name, data))
    finally:
        assert time.process_time() - started < AT_MOST


def docx(body: str) -> bytes:
    space = "http://schemas.openxmlformats.org/"
    made = BytesIO()
    with ZipFile(made, "w") as file:
        file.writestr("[Content_Types].xml", f'<Types xmlns="{space}package/2006/content-types"/>')
        document = f'<w:document xmlns:w="{space}wordprocessingml/2006/main"><w:body {body}/></w:document>'
        file.writestr("word/document.xml", document)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("order.xml", f"<order {CROWD}><p>{TEXT}</p></order>".encode()),
        ("order.html", f"<html><body><p {CROWD}>{TEXT}</p></body></html>".encode()),
        ("order.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><p {CROWD}>{TEXT}</p></html>'.encode()),
        ("order.docx", docx(CROWD)),
    ],
)
def test_an_element_with_a_crowd_of_attributes_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(TooLarge, match="attributes"):
        read(name, data)


@pytest.mark.parametrize("name", ["order.xml", "order.html"])
def test_as_many_as_any_document_may_have_are_read(name: str) -> None:
    some = " ".join(f'a{n}="b"' for n in range(MOST_ATTRIBUTES - 1))
    assert TEXT in read(name, f"<html {some}><body><p>{TEXT}</p><p>Second.</p></body></html>".encode()).text


def test_a_long_attribute_is_no_crowd() -> None:
    style = "color: red; margin: 0; " * 5_000
    assert TEXT in read("order.html", f'<html><body><p style="{style}">{TEXT}</p></body></html>'.encode()).text


def test_a_picture_in_the_markup_does_not_hide_the_text() -> None:
    page = f'<html><body><img src="data:image/png;base64,{"A" * 12_000_000}"><p>{TEXT}</p></body></html>'
    assert TEXT in read("order.html", page.encode()).text


@pytest.mark.parametrize("kind", sorted(HEADERS))
def test_a_long_header_is_cut(kind: str) -> None:
    head = "From: office@harbour.example\r\nSubject: Fog\r\nMIME-Version: 1.0\r\n"
    assert TEXT in read("order.eml", f"{head}{HEADERS[kind]}{BODY}".encode()).text


@pytest.mark.parametrize("sign", ["[", "![", "[^", "(", "<", "`", "a", "> ", "|", "- ", "_ "])
def test_runs_of_signs_in_markdown(sign: str) -> None:
    assert TEXT in read("order.md", f"# Fog\n\n{TEXT}\n\n{sign * (200_000 // len(sign))}\n".encode()).text
