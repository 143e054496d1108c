"""Outlook messages: which text is read, what is said of them, what is attached; damage and lies about sizes."""

from __future__ import annotations

import contextlib
import struct
import time
from datetime import UTC, datetime

import msg_builder as build
import pytest
from msg_builder import BODY, CLASS, HTML, REMINDER, RTF, SUBJECT, attachment, inside, link, msg, packed

from dutybook.errors import BadDocument, BrokenDocument, EncryptedDocument, NoText, TooLarge
from dutybook.layout.compound_file import read_compound_file, write_compound_file
from dutybook.layout.formats import read_layout, sniff
from dutybook.layout.outlook import Message, read_outlook
from dutybook.layout.rtf_html import decompress_rtf, extract_html, origin_of_rtf
from dutybook.records import RawDocument

TEXT = "Every keeper shall write down the hours of fog."
MADE_OF_HTML = (
    r"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial;}}"
    r"{\colortbl\red0\green0\blue0;}\uc1\pard\plain\f0{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Every keeper shall \'84note\'93 "
    r"\u8211- the hours {\f1 \'f2\'f3\'ec\'e0\'ed}{\*\htmltag84 &amp;}{\*\htmltag148 <br>}\htmlrtf \line \htmlrtf0 fog \{x\}."
    r"{\*\mhtmltag72 <p>}\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}}"
)


def without(*numbers: int) -> dict[int, build.Value]:
    return {number: value for number, value in REMINDER.items() if number not in numbers}


class TestText:
    def test_html_is_read_before_plain_text(self) -> None:
        assert read_outlook(msg(REMINDER)).text.strip() == f"{TEXT[:-1]} – daily."

    def test_plain_text_is_read_where_there_is_no_other(self) -> None:
        assert read_outlook(msg(without(HTML))).text.strip() == TEXT

    def test_rich_text_of_its_own(self) -> None:
        rtf = r"{\rtf1\ansi\pard " + TEXT + r"\par}"
        assert read_outlook(msg({**without(HTML, BODY), RTF: packed(rtf)})).text.strip() == TEXT

    def test_rich_text_that_was_made_of_html_is_html_again(self) -> None:
        assert origin_of_rtf(MADE_OF_HTML.encode()) == "html"
        page = " ".join(extract_html(MADE_OF_HTML.encode()).split())
        assert page == "<p>Every keeper shall „note“ – the hours туман&amp;<br>fog {x}.</p>"
        layout = read_outlook(msg({**without(HTML), RTF: packed(MADE_OF_HTML)}))
        assert " ".join(layout.text.split()) == "Every keeper shall „note“ – the hours туман& fog {x}."

    def test_its_bytes_are_read_as_those_of_a_text_of_its_own(self) -> None:
        assert extract_html(rb"{\rtf1\mac\fromhtml1 {\*\htmltag64 <p>}H\'8afen}") == "<p>Häfen"

    def test_rich_text_that_was_made_of_plain_text_is_not_read_twice(self) -> None:
        rtf = r"{\rtf1\ansi\fromtext \pard Other words\par}"
        assert read_outlook(msg({**without(HTML), RTF: packed(rtf)})).text.strip() == TEXT

    def test_a_damaged_form_leaves_the_others(self) -> None:
        assert read_outlook(msg({**without(HTML), RTF: b"\x00" * 40})).text.strip() == TEXT
        with pytest.raises(BrokenDocument, match="Rich Text of the message is damaged"):
            read_outlook(msg({**without(HTML, BODY), RTF: b"\x00" * 40}))

    @pytest.mark.parametrize(
        ("page", "text"), [(1251, "туман и ветер над маяком".encode("cp1251")), (932, "灯台の霧の時間".encode("cp932"))]
    )
    def test_texts_of_a_code_page(self, page: int, text: bytes) -> None:
        made = build.tree({CLASS: "IPM.Note", build.CODE_PAGE: page, build.BODY_CODE_PAGE: page})
        made |= build.narrow(text + b"\x00", BODY) | build.narrow(text, SUBJECT)
        layout = read_outlook(write_compound_file(made))
        assert layout.text.strip() == layout.meta["subject"] == text.decode(f"cp{page}")

    def test_a_message_without_text(self) -> None:
        with pytest.raises(NoText, match="all of it is attached"):
            read_outlook(msg(without(HTML, BODY), attachment("act.txt", b"x")))
        with pytest.raises(NoText, match="the e-mail is empty"):
            read_outlook(msg(without(HTML, BODY)))


class TestMeta:
    def test_what_a_message_says_of_itself(self) -> None:
        meta = read_layout(RawDocument("x.msg", msg(REMINDER, attachment("act.pdf", b"x")))).meta
        assert meta["subject"] == meta["title"] == "Lighthouse Order – reminder"
        assert meta["author"] == "Lighthouse Office <office@harbour.example>"
        assert (meta["published"], meta["attachments"]) == ("2031-03-04", "act.pdf")

    def test_the_header_knows_the_day_of_the_sender(self) -> None:
        header = "From: A Keeper <a@lamp.example>\r\nDate: Wed, 5 Mar 2031 00:30:00 +0200\r\n\r\n"
        meta = read_outlook(msg({**REMINDER, build.HEADER: header})).meta
        assert (meta["author"], meta["published"]) == ("A Keeper <a@lamp.example>", "2031-03-05")

    def test_an_address_within_a_server_is_left_out(self) -> None:
        properties = {**without(build.SMTP), 0x0C1F: "/O=HARBOUR/OU=EXCHANGE/CN=OFFICE"}
        assert read_outlook(msg(properties)).meta["author"] == "Lighthouse Office"

    def test_an_invitation_shows_when_and_where(self) -> None:
        named = build.names(start=(0x820D, 1), end=(0x820E, 2), place=(0x8208, 3))
        properties: dict[int, build.Value] = {
            **without(HTML, BODY),
            CLASS: "IPM.Schedule.Meeting.Request",
            0x8001: datetime(2031, 3, 10, 9, 0, tzinfo=UTC),
            0x8002: datetime(2031, 3, 10, 10, 30, tzinfo=UTC),
            0x8003: "Harbour office <2>",
        }
        lines = ["2031-03-10 09:00 – 10:30 UTC", "Harbour office <2>"]
        assert read_outlook(msg(properties, named=named)).text.split("\n")[:2] == lines
        text = read_outlook(msg({**properties, HTML: REMINDER[HTML]}, named=named)).text
        assert [line for line in text.split("\n") if line][:2] == lines
        assert "hours of fog" in text
        apart = {**properties, 0x8002: datetime(2031, 3, 11, 8, 0, tzinfo=UTC)}
        assert "09:00 – 2031-03-11 08:00 UTC" in read_outlook(msg(apart, named=named)).text


class TestAttachments:
    def test_files_links_and_pictures(self) -> None:
        data = msg(
            REMINDER,
            attachment("act.pdf", b"%PDF-"),
            attachment("logo.png", b"x", media_type="image/png", content_id="logo"),
            link("far.docx"),
            inside("sheet", {"Workbook": b"x" * 5000}, method=6),
        )
        found = Message(data).attachments
        assert [(a.name, a.method, a.inline) for a in found] == [
            ("act.pdf", "file", False),
            ("logo.png", "file", True),
            ("far.docx", "link", False),
            ("sheet", "object", False),
        ]
        assert found[0].read() == b"%PDF-"
        assert sniff(found[3].read()) == "doc"

    def test_a_message_in_a_message_is_a_file_of_its_own(self) -> None:
        named = build.names(start=(0x820D, 1))
        inner = build.tree(
            {
                **without(HTML, BODY),
                SUBJECT: "Fog",
                CLASS: "IPM.Appointment",
                0x8001: datetime(2031, 3, 10, 9, 0, tzinfo=UTC),
            },
            attachment("annex.txt", b"All lamps shall be lit at dusk."),
            header=24,
        )
        (found,) = Message(msg(REMINDER, inside("Fog", inner), named=named)).attachments
        assert (found.name, found.method) == ("Fog.msg", "message")
        data = found.read()
        assert data == found.read()
        assert sniff(data) == "msg"
        assert read_outlook(data).meta["subject"] == "Fog"
        assert read_outlook(data).text.strip() == "2031-03-10 09:00 UTC"
        assert Message(data).attachments[0].read() == b"All lamps shall be lit at dusk."

    def test_one_damaged_attachment_leaves_the_others(self) -> None:
        found = Message(msg(REMINDER, {"x": b"y"}, attachment("act.txt", b"z"))).attachments
        with pytest.raises(BrokenDocument):
            found[0].read()
        assert found[1].read() == b"z"


class TestLocks:
    def test_encrypted_by_smime(self) -> None:
        sealed = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + bytes(40)
        with pytest.raises(EncryptedDocument, match="S/MIME"):
            read_outlook(msg({**without(HTML), CLASS: "IPM.Note.SMIME"}, attachment("smime.p7m", sealed)))

    def test_encrypted_by_pgp(self) -> None:
        with pytest.raises(EncryptedDocument, match="PGP"):
            read_outlook(msg({**without(HTML), BODY: "-----BEGIN PGP MESSAGE-----\n\nhQEMA7\n"}))

    def test_under_rights_management(self) -> None:
        with pytest.raises(EncryptedDocument, match="rights management"):
            read_outlook(msg(REMINDER, attachment("message.rpmsg", b"\x76\xe8")))

    def test_what_is_signed_is_read(self) -> None:
        signed = {**REMINDER, CLASS: "IPM.Note.SMIME.MultipartSigned"}
        assert TEXT[:-1] in read_outlook(msg(signed, attachment("smime.p7m", b"Content-Type: multipart/signed"))).text


def patched(data: bytes, at: int, value: int) -> bytes:
    return data[:at] + struct.pack("<I", value) + data[at + 4 :]


class TestHostileFiles:
    """Fields of the header by their place: 44 tables, 48 directory, 60 and 64 small tables, 68 and 72 tables of tables."""

    DATA = msg({**REMINDER, HTML: b"<p>" + b"fog " * 4000 + b"</p>"}, attachment("act.txt", b"x" * 9000))

    @pytest.mark.parametrize("at", [30, 32, 44, 48, 60, 64, 68, 72, 76])
    @pytest.mark.parametrize("value", [0, 1, 7, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF])
    def test_any_number_in_the_header(self, at: int, value: int) -> None:
        began = time.process_time()
        with contextlib.suppress(BadDocument):
            read_outlook(patched(self.DATA, at, value))
        assert time.process_time() - began < 5

    def directory(self) -> int:
        start: int = struct.unpack("<I", self.DATA[48:52])[0]
        return (start + 1) * 512

    def test_a_stream_that_says_it_is_larger_than_the_file(self) -> None:
        directory = self.directory()
        place = self.DATA.index("__substg1.0_10130102".encode("utf-16-le"), directory)
        with pytest.raises(BrokenDocument, match="larger than the file"):
            read_outlook(patched(self.DATA, place + 120, 0x7FFFFFFF))
        with pytest.raises(BrokenDocument, match="larger than the file"):
            read_outlook(patched(self.DATA, directory + 120, 0x7FFFFFFF))

    def test_many_streams_in_one_place(self) -> None:
        data = bytearray(msg(REMINDER, *(attachment(f"{n}.txt", b"x" * 5000) for n in range(40))))
        for at in range(len(data) - 128):
            if at % 128 == 0 and data[at : at + 40] == "__substg1.0_37010102".encode("utf-16-le"):
                data[at + 116 : at + 124] = struct.pack("<II", 0, 100_000)
        with pytest.raises(BrokenDocument, match="larger than the file"):
            Message(bytes(data))

    def test_chains_that_lead_back_to_themselves(self) -> None:
        table: int = struct.unpack("<I", self.DATA[76:80])[0]
        start = (table + 1) * 512
        sectors = struct.unpack("<128I", self.DATA[start : start + 512])
        for sector in range(sum(s != 0xFFFFFFFF for s in sectors)):
            began = time.process_time()
            with contextlib.suppress(BadDocument):
                for each in Message(patched(self.DATA, start + 4 * sector, sector)).attachments:
                    each.read()
            assert time.process_time() - began < 5

    def test_siblings_in_a_circle_and_in_a_line(self) -> None:
        directory = self.directory()
        for entry in range(1, 12):
            for offset in (68, 72, 76):
                for other in (0, 1, entry, entry + 1, 500):
                    with contextlib.suppress(BadDocument):
                        read_compound_file(patched(self.DATA, directory + 128 * entry + offset, other)).tree()

    def test_a_directory_longer_than_any(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("dutybook.layout.compound_file._MAX_ENTRIES", 500)
        data = write_compound_file({f"{n:06}": b"" for n in range(600)})
        with pytest.raises(TooLarge, match="500 entries"):
            read_compound_file(data)

    def test_storages_in_storages(self) -> None:
        nested = build.tree({CLASS: "IPM.Note"}, header=24)
        for _ in range(60):
            nested = {"x": nested, "__properties_version1.0": bytes(24)}
        (found,) = Message(msg(REMINDER, inside("deep", nested))).attachments
        with pytest.raises(BrokenDocument, match="too deeply"):
            found.read()

    def test_cut_off(self) -> None:
        for share in range(0, len(self.DATA), 1999):
            with pytest.raises(BadDocument):
                read_outlook(self.DATA[:share])

    def test_more_attachments_than_messages_have(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("dutybook.layout.outlook._MAX_ATTACHMENTS", 3)
        with pytest.raises(TooLarge, match="more than 3 parts"):
            read_outlook(msg(REMINDER, *(attachment(f"{n}.txt", b"x") for n in range(4))))

    def test_rich_text_larger_than_any(self) -> None:
        with pytest.raises(TooLarge):
            decompress_rtf(bytes((8 << 20) + 1))

    def test_a_nest_of_groups(self) -> None:
        with pytest.raises(TooLarge, match="too deeply"):
            extract_html(rb"{\rtf1\fromhtml1 " + b"{" * 5000)


class TestCompoundFiles:
    @pytest.mark.parametrize("count", [0, 1, 7, 260])
    def test_what_is_written_is_read(self, count: int) -> None:
        sizes = (0, 1, 63, 64, 65, 4095, 4096, 9000)
        tree = {f"stream {n}": bytes([n % 251]) * sizes[n % 8] for n in range(count)}
        whole = {**tree, "storage": {"a": b"x", "b": {"c": b"y" * 5000}}}
        assert read_compound_file(write_compound_file(whole)).tree() == whole

    def test_more_tables_than_the_header_lists(self) -> None:
        big = {"big": bytes(7_200_000), "small": b"x"}
        assert read_compound_file(write_compound_file(big)).tree() == big

    def test_old_office_files_are_no_messages(self) -> None:
        assert sniff(write_compound_file({"WordDocument": b"x"})) == "doc"
        assert sniff(write_compound_file(build.tree(REMINDER))) == "msg"
        template = bytes.fromhex("46f0060000000000c000000000000046")
        assert sniff(write_compound_file(build.tree(REMINDER), template)) == "msg"
        whole = msg(REMINDER, attachment("a.txt", b"x" * 9000))
        assert (sniff(whole[:9000], "a.msg"), sniff(whole[:9000], "a.doc")) == ("msg", "doc")
        word = bytes.fromhex("0609020000000000c000000000000046")
        holding = {"WordDocument": b"x", "ObjectPool": build.tree(REMINDER)}
        assert sniff(write_compound_file(holding, word)) == "doc"
