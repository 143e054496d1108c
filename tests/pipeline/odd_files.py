"""Odd files made by code, each with what has to be said of it: damaged, empty, encrypted, misnamed, packed into each other."""

from __future__ import annotations

import base64
import gzip
import io
import sys
import zipfile
from email.message import EmailMessage
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "layout"))

import msg_builder as build
from format_samples import SAMPLES, pdf
from msg_builder import attachment, inside, link, msg

from dutybook.layout.compound_file import Tree, write_compound_file

_NUMBERS = count(1)
_OFT = bytes.fromhex("46f0060000000000c000000000000046")
_SEALED = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + bytes(40)
_EVENT = """BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Fog
DTSTART:20310310T090000Z
DTEND:20310310T100000Z
LOCATION:Harbour office
DESCRIPTION:Keepers shall bring their log books.
END:VEVENT
END:VCALENDAR
"""
READ = "read"


def duty() -> str:
    """A sentence that no other file has: the same bytes are read once."""
    return f"Every keeper of lighthouse {next(_NUMBERS)} shall write down the hours of fog in the log book."


def zipped(**files: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """An archive whose only member says that it is encrypted."""
    return data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


def eml(text: str | None = None, kind: str = "plain", **files: bytes) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = "a@b.example", "c@d.example", "Fog", "<1@b.example>"
    made.set_content(duty() if text is None else text, subtype=kind)
    for name, data in files.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return made.as_bytes()


def sealed_mail(kind: str, body: bytes) -> bytes:
    head = f"From: a@b.example\r\nTo: c@d.example\r\nMessage-ID: <2@b.example>\r\nContent-Type: {kind}\r\n"
    return head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(body)


def message(*attached: Tree, **more: build.Value) -> bytes:
    numbers = {"kind": build.CLASS, "rtf": build.RTF, "text": build.BODY}
    given = {numbers[key]: value for key, value in more.items()}
    return msg(given or {**build.REMINDER, build.HTML: f"<p>{duty()}</p>".encode()}, *attached)


def _packed(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = zipped(in_zip=data)
    return data


def odd_files() -> dict[str, tuple[bytes, dict[str, str]]]:
    """Names to bytes and to what is said: under the name of the file itself (empty) or of what is in it, a piece of the reason, or "read"."""
    whole = message(attachment("a.txt", b"x" * 9000))
    nested = build.tree({build.SUBJECT: "Deep", build.BODY: duty()}, attachment("deep.txt", duty().encode()), header=24)
    return {
        # Empty and cut.
        "empty.msg": (b"", {"": "is empty"}),
        "spaces.txt": (b"  \n\n ", {"": "is empty"}),
        "empty.eml": (eml(""), {"": "the e-mail is empty"}),
        "headers.eml": (b"From: a@b.example\r\nMessage-ID: <3@b>\r\n\r\n", {"": "the e-mail is empty"}),
        "contact.msg": (message(kind="IPM.Contact"), {"": "the e-mail is empty"}),
        "cut.msg": (whole[:9000], {"": "the file is damaged"}),
        "cut.gz": (gzip.compress(duty().encode() * 50)[:40], {"": "ends too early"}),
        "nothing.zip": (zipped(), {"": "it holds no files"}),
        "programs.zip": (zipped(x_exe="MZ", y_dll="MZ"), {"": "1 .dll, 1 .exe"}),
        "container.msg": (write_compound_file({}, build.CLASS_ID), {"": "lacks the properties"}),
        "noise.msg": (bytes(range(256)) * 9, {"": "no format we know"}),
        "rich.msg": (message(rtf=b"\x00" * 40), {"": "Rich Text of the message is damaged"}),
        # Under another name.
        "message.pdf": (message(), {"": "the name ends like a PDF"}),
        "pdf.msg": (pdf("Article 1", duty()), {"": "the name ends like an Outlook message"}),
        "mail.msg": (eml(), {"": "the content is an e-mail"}),
        "word.msg": (write_compound_file({"WordDocument": b"x" * 600}), {"": "an old Word, Excel or PowerPoint file"}),
        "docx.msg": (SAMPLES["docx"], {"": "the content is a Word document"}),
        "zip.msg": (zipped(a_txt=duty()), {"a.txt": READ}),
        "page.eml": (f"<html><body><p>{duty()}</p></body></html>".encode(), {"": "the content is an HTML page"}),
        "template.msg": (write_compound_file(build.tree({build.BODY: duty()}), _OFT), {"": READ}),
        "UPPER.MSG": (message(), {"": READ}),
        # Encrypted.
        "sealed.msg": (
            message(attachment("smime.p7m", _SEALED), kind="IPM.Note.SMIME"),
            {"": "S/MIME", "smime.p7m": "(.p7m)"},
        ),
        "rights.msg": (
            message(attachment("message.rpmsg", b"v"), text="Open it elsewhere."),
            {"": "rights management", "message.rpmsg": "(.rpmsg)"},
        ),
        "sealed.eml": (sealed_mail("application/pkcs7-mime; name=smime.p7m", _SEALED), {"": "S/MIME"}),
        "locked.zip": (locked(zipped(a_txt="x")), {"a.txt": "needs a password"}),
        # Packed into each other.
        "attached.msg": (
            message(attachment("in.zip", zipped(a_txt=duty())), kind="IPM.Note"),
            {"": "all of it is attached", "in.zip!/a.txt": READ},
        ),
        "mixed.msg": (
            message(attachment("a.eml", eml(b_txt=duty().encode())), link("far.docx"), inside("Deep", nested)),
            {
                "": READ,
                "a.eml": READ,
                "a.eml!/b.txt": READ,
                "far.docx": "only says where the file is",
                "Deep.msg": READ,
                "Deep.msg!/deep.txt": READ,
            },
        ),
        "message.gz": (gzip.compress(message()), {"message": READ}),
        "holds.eml": (eml(inner_msg=message()), {"": READ, "inner.msg": READ}),
        "mixed.zip": (
            zipped(e_txt="", w_pdf=duty(), m_msg=message(), x_exe="MZ", bad_zip=zipped(a_txt="x")[:40], noext=duty()),
            {
                "e.txt": "the file is empty",
                "w.pdf": "the content is a text file",
                "m.msg": READ,
                "x.exe": "(.exe)",
                "bad.zip": "cannot be opened",
                "noext": "(no extension)",
            },
        ),
        "deep.zip": (_packed(zipped(a_txt=duty()), 7), {"!/".join(["in.zip"] * 6): "more than 5 times over"}),
        "box.mbox": (
            b"".join(
                b"From a@b Tue Mar  4 08:00:00 2031\n" + m.replace(b"\r\n", b"\n") + b"\n" for m in (eml(), eml(""))
            ),
            {"message 1.eml": READ, "message 2.eml": "the e-mail is empty"},
        ),
        # An invitation.
        "event.eml": (eml(_EVENT, "calendar"), {"": READ}),
        # What no folder is read for.
        "letter.doc": (write_compound_file({"WordDocument": b"x"}), {"": "(.doc)"}),
        "event.ics": (_EVENT.encode(), {"": "(.ics)"}),
        "README": (duty().encode(), {"": "(no extension)"}),
        ".hidden.msg": (message(), {"": "it is hidden"}),
    }
