"""What an e-mail's reader makes of invitations, of empty mails and of encrypted ones."""

from __future__ import annotations

import base64
from email.message import EmailMessage

import pytest

from dutybook.errors import EncryptedDocument, NoText
from dutybook.layout.invitations import lines_of, put_before, read_invitation
from dutybook.layout.mail import read_mail

SEALED = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + bytes(40)
TEXT = "Every keeper shall write down the hours of fog."


def event(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""))


MEETING = event(
    "SUMMARY:Fog",
    "DTSTART;TZID=Europe/Berlin:20310310T100000",
    "DTEND;TZID=Europe/Berlin:20310310T113000",
    "LOCATION:Harbour office\\, room <2>",
    f"DESCRIPTION:{TEXT}",
)
LINES = ["2031-03-10 09:00 – 10:30 UTC", "Harbour office, room <2>"]


def mail() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"] = "office@harbour.example", "Fog"
    return made


def bare(kind: str, body: bytes) -> bytes:
    head = (
        f"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(body)


class TestInvitations:
    def test_a_calendar_alone_is_read(self) -> None:
        made = mail()
        made.set_content(MEETING, subtype="calendar")
        layout = read_mail(made.as_bytes())
        assert [line for line in layout.text.split("\n") if line] == [*LINES, TEXT]
        assert layout.meta["subject"] == "Fog"

    @pytest.mark.parametrize("page", [False, True])
    def test_when_and_where_stand_before_the_text(self, page: bool) -> None:
        made = mail()
        made.set_content("Please come, and bring the log book.")
        if page:
            made.add_alternative(
                "<html><body><p>Please come, and bring the log book.</p></body></html>", subtype="html"
            )
        made.add_alternative(MEETING, subtype="calendar")
        lines = [line for line in read_mail(made.as_bytes()).text.split("\n") if line]
        assert lines == [*LINES, "Please come, and bring the log book."]

    @pytest.mark.parametrize(
        "calendar",
        ["", "x", event(), event("DTSTART:yesterday"), event("DTSTART:99999999T999999Z"), "BEGIN:VCALENDAR\n" * 5000],
    )
    def test_a_broken_calendar_says_nothing(self, calendar: str) -> None:
        found = read_invitation(calendar.encode())
        assert found is None or found.lines == ()

    def test_days_and_times_without_a_zone(self) -> None:
        days = read_invitation(event("DTSTART;VALUE=DATE:20310310", "DTEND;VALUE=DATE:20310312").encode())
        assert days is not None
        assert days.lines == ("2031-03-10 – 2031-03-12",)
        floating = read_invitation(event("DTSTART:20310310T090000", "DTEND:20310309T090000").encode())
        assert floating is not None
        assert floating.lines == ("2031-03-10 09:00",)
        assert lines_of(None, None, " \n ") == ()

    def test_lines_are_text_on_a_page(self) -> None:
        assert put_before("<BODY bgcolor=red>x", ("a<b",)) == "<BODY bgcolor=red><p>a&lt;b</p>x"
        assert put_before("x", ()) == "x"


class TestReasons:
    def test_an_empty_mail_is_empty(self) -> None:
        made = mail()
        made.set_content(" ")
        with pytest.raises(NoText, match="the e-mail is empty"):
            read_mail(made.as_bytes())

    def test_a_mail_that_only_has_an_attachment(self) -> None:
        made = mail()
        made.set_content(" ")
        made.add_attachment(b"x", maintype="application", subtype="pdf", filename="act.pdf")
        with pytest.raises(NoText, match="all of it is attached"):
            read_mail(made.as_bytes())
        with pytest.raises(NoText, match="all of it is attached"):
            read_mail(bare("application/pdf", b"%PDF-"))

    @pytest.mark.parametrize(
        "data",
        [
            bare("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", SEALED),
            b'From: a@b.example\r\nContent-Type: multipart/encrypted; boundary="x"\r\n\r\n--x\r\n'
            b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--x\r\n"
            b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--x--\r\n",
            b"From: a@b.example\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA7\r\n-----END PGP MESSAGE-----\r\n",
        ],
    )
    def test_an_encrypted_mail_is_encrypted(self, data: bytes) -> None:
        with pytest.raises(EncryptedDocument, match="save it without encryption"):
            read_mail(data)
