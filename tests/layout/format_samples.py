"""One small fictional document a format, made by code: what the conformance test reads.

A new format gets an entry in :data:`SAMPLES`; the conformance test fails without it. Each sample says "hours of fog".
"""

from __future__ import annotations

import io

import msg_builder
import odt_builder
from docx_builder import docx, level, numbering, table
from docx_builder import p as paragraph
from PIL import Image, ImageDraw

HTML = b"""<!DOCTYPE html><html lang="en"><head><title>Lighthouse Order</title></head><body>
<nav><a href="/">Home</a> <a href="/acts">All acts</a></nav>
<main><h1>Lighthouse Order</h1>
<p>Every keeper of a lighthouse shall write down the hours of fog in a log book that is shown on request.</p>
<ol><li>(a) the lamp shall be lit at dusk, whatever the weather may be on the coast;</li>
<li>(b) the horn shall be sounded in fog, and once each hour the keeper shall note it.</li></ol>
<table><tr><th>Lamp</th><th>Range</th></tr><tr><td>Green</td><td>9 miles</td></tr></table>
</main></body></html>"""
MARKDOWN = b"""% Lighthouse Order
% Made on 3 March 2031

# \xc2\xa7 1 Keepers

(1) Every keeper shall **write down** the hours of fog.

1. by day, and
2. by night.

| Lamp | Range |
|---|---|
| Green | 9 miles |
"""
TEXT = b"""Article 1
Keepers
1. Every keeper shall write down the hours of fog.
(a)
by day; and
(b)
by night.
"""
XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<ACT><BIB.INSTANCE><LG.DOC>EN</LG.DOC></BIB.INSTANCE><TITLE><TI><P>Lighthouse Order</P></TI></TITLE>
<ENACTING.TERMS><ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><STI.ART>Keepers</STI.ART>
<PARAG><NO.PARAG>1.</NO.PARAG><ALINEA>Every keeper shall write down the hours of fog.</ALINEA></PARAG>
</ARTICLE></ENACTING.TERMS></ACT>"""
JSON = b"""{"seznam": [{"kodTypuFragmentu": "Prefix_Title", "hloubka": 2, "xhtml": "Lighthouse Order"},
{"kodTypuFragmentu": "Paragraf", "hloubka": 2, "xhtml": "<var>\xc2\xa7 1</var>"}, {"kodTypuFragmentu": "Odstavec_Dc",
"hloubka": 3, "xhtml": "<var>(1)</var> Every keeper shall write down the <b>hours of fog</b>."}], "pocetStranek": 1}"""
EML = b"""Received: from harbour.example by lamp.example; Tue, 4 Mar 2031 08:00:05 +0100
From: Lighthouse Office <office@harbour.example>
To: keepers@lamp.example
Subject: =?utf-8?q?Lighthouse_Order_=E2=80=93_reminder?=
Date: Tue, 4 Mar 2031 08:00:00 +0100
Message-ID: <1@harbour.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="fog"

--fog
Content-Type: text/plain; charset=utf-8

Every keeper shall write down the hours of fog.
--fog
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<html><body><p>Every keeper shall write down the hours of fog =96 daily.</p></body></html>
--fog--
"""


def pdf(*lines: str) -> bytes:
    """A one-page PDF with a line of Helvetica for each of ``lines``."""
    text_operators = b"".join(b"(%s) Tj T* " % line.encode("ascii") for line in lines)
    stream = b"BT /F1 12 Tf 14 TL 72 720 Td " + text_operators + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return assembled(objects)


def assembled(objects: list[bytes]) -> bytes:
    """A PDF file of numbered objects, the first of which is its catalogue."""
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        table,
        count,
        len(out),
    )


PDF = pdf("Article 1", "Keepers", "Every keeper of a lighthouse shall write down the hours of fog.")

DOCX = docx(
    paragraph("Lighthouse Order", style="Title"),
    paragraph("Every keeper shall write down the hours of fog.", number=(1, 0)),
    paragraph("By night, too.", number=(1, 1)),
    table(("Lamp", "Range"), ("Green", "9 miles")),
    numbering=numbering({0: level(0, "%1.") + level(1, "(%2)", "lowerLetter")}, {1: (0, "")}),
)

ODT = odt_builder.odt(
    odt_builder.h("Lighthouse Order"),
    odt_builder.items("Every keeper shall write down the hours of fog.", "By night, too."),
    odt_builder.table(("Lamp", "Range"), ("Green", "9 miles")),
)

MSG = msg_builder.msg(msg_builder.REMINDER, msg_builder.attachment("note.txt", b"The lamp shall be lit at dusk."))

RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Times;}}\pard\b Lighthouse Order\par\pard\plain (1) Every keeper "
    + (
        rb"shall write down the hours of fog.\par{\listtext (a)\tab}by day;\par\trowd\intbl Lamp\cell Range\cell\row "
        rb"\trowd\intbl Green\cell 9 miles\cell\row\pard End.\par}"
    )
)


def picture(form: str) -> bytes:
    """A picture of a page in one of Pillow's formats."""
    page = Image.new("L", (600, 200), 255)
    ImageDraw.Draw(page).text((20, 80), "Every keeper shall write down the hours of fog.", fill=0)
    out = io.BytesIO()
    page.save(out, form)
    return out.getvalue()


#: Formats whose text has to be recognised; without being told how, their reader says that it was not.
PICTURES = {kind: picture(kind.upper()) for kind in ("png", "jpeg", "tiff", "gif", "bmp")}

#: The format's name, as ``sniff`` says it, to a sample of it.
SAMPLES: dict[str, bytes] = {
    "html": HTML,
    "markdown": MARKDOWN,
    "text": TEXT,
    "pdf": PDF,
    "eml": EML,
    "msg": MSG,
    "xml": XML,
    "json": JSON,
    "docx": DOCX,
    "odt": ODT,
    "rtf": RTF,
    **PICTURES,
}
#: A name that such files end with, where it is not the format's own.
ENDINGS = {"markdown": "md", "text": "txt"}
