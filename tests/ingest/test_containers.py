"""What is in archives, mails and mailboxes, and what hostile ones may do."""

from __future__ import annotations

import contextlib
import gzip
import io
import struct
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutybook.errors import BadDocument, BrokenDocument, EncryptedDocument, TooLarge
from dutybook.ingest.containers import SEPARATOR, Bounds, Container, gunzip, open_container, sanitise_name

BOUNDS = Bounds()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def opened(kind: str, data: bytes, password: str | None = None, bounds: Bounds = BOUNDS) -> Container:
    container = open_container(kind, data, f"outer.{kind}", password, bounds)
    assert container
    return container


def names(container: Container) -> list[str]:
    return [entry.name for entry in container.entries]


class TestZip:
    def test_members_in_the_archives_order(self) -> None:
        container = opened("zip", zipped({"b/act.txt": b"one", "a.txt": b"two", "empty/": b""}))
        assert names(container) == ["b/act.txt", "a.txt"]
        assert [container.read(0), container.read(1)] == [b"one", b"two"]

    def test_what_is_no_document_says_why(self) -> None:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(link, "../../secret.txt")
            archive.writestr("__MACOSX/._act.txt", b"x")
            archive.writestr("folder/.hidden.txt", b"x")
            archive.writestr("act.txt", b"x")
        assert [entry.skip for entry in opened("zip", out.getvalue()).entries] == ["link", "hidden", "hidden", ""]

    @pytest.mark.parametrize(
        ("name", "sanitised"),
        [
            ("../../etc/passwd", "etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("C:\\Users\\act.pdf", "Users/act.pdf"),
            ("a/./b//c.txt", "a/b/c.txt"),
            ("a\x1b[31m.txt", "a\ufffd[31m.txt"),
            ("a!/b.txt", "a/b.txt"),
            ("", "without a name"),
            ("..", "without a name"),
        ],
    )
    def test_a_name_leads_nowhere(self, name: str, sanitised: str) -> None:
        assert sanitise_name(name) == sanitised

    @given(st.text(max_size=1000))
    def test_any_name_can_be_shown(self, name: str) -> None:
        made = sanitise_name(name)
        assert made
        assert len(made) <= 401
        assert SEPARATOR not in made
        assert ".." not in made.split("/")
        assert made.isprintable()

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_equal_names_are_told_apart(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for text in (b"one", b"two", b"three"):
                archive.writestr("act.txt", text)
        container = opened("zip", out.getvalue())
        assert names(container) == ["act.txt", "act (2).txt", "act (3).txt"]
        assert [container.read(index) for index in range(3)] == [b"one", b"two", b"three"]

    def test_names_without_the_unicode_flag(self) -> None:
        data = zipped({"Gesetz-XX.txt": b"x"}).replace(b"Gesetz-XX", "Gesetz-ü".encode())
        assert names(opened("zip", data)) == ["Gesetz-ü.txt"]

    def test_a_bomb_is_not_unpacked(self) -> None:
        container = opened("zip", zipped({"bomb.txt": b"0" * 20_000_000, "act.txt": b"The keeper shall."}))
        with pytest.raises(TooLarge, match="expands more than 200 times"):
            container.read(0)
        assert container.read(1) == b"The keeper shall."

    def test_a_size_that_lies_does_not_help(self) -> None:
        data = bytearray(zipped({"bomb.txt": b"0" * 20_000_000}))
        at = data.index(b"PK\x01\x02") + 24
        data[at : at + 4] = struct.pack("<I", 1000)
        with pytest.raises(BadDocument):
            opened("zip", bytes(data)).read(0)

    def test_bounds(self) -> None:
        data = zipped({f"{n}.txt": b"x" * 100 for n in range(5)}, zipfile.ZIP_STORED)
        with pytest.raises(TooLarge, match="more than 4 files"):
            opened("zip", data, bounds=Bounds(max_members=4))
        with pytest.raises(TooLarge, match="limit"):
            opened("zip", data, bounds=Bounds(max_bytes=99)).read(0)
        total = opened("zip", data, bounds=Bounds(max_total=250))
        assert total.read(1) == b"x" * 100
        with pytest.raises(TooLarge, match="unpacks to more than"):
            total.read(2)

    def test_passwords(self) -> None:
        # Made with "zip -P sesame": the standard library only opens such archives.
        data = encrypted("act.txt", b"The keeper shall sound the horn.", b"sesame")
        with pytest.raises(EncryptedDocument, match="--password"):
            opened("zip", data).read(0)
        with pytest.raises(EncryptedDocument, match="check the password"):
            opened("zip", data, "mellon").read(0)
        assert opened("zip", data, "sesame").read(0) == b"The keeper shall sound the horn."

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_damage(self, data: st.DataObject) -> None:
        raw = bytearray(zipped({"a.txt": b"keeper " * 30, "b/c.md": b"# fog\n", "d.pdf": b"%PDF"}))
        for place, byte in data.draw(
            st.lists(st.tuples(st.integers(0, len(raw) - 1), st.integers(0, 255)), max_size=8)
        ):
            raw[place] = byte
        cut = data.draw(st.integers(0, len(raw)))
        everything("zip", bytes(raw[: cut or None]))


def test_an_entry_without_a_name_is_no_crash() -> None:
    raw = zipped({"a": b"keeper"})
    at = raw.index(b"PK\x01\x02")
    # The name's length in the central directory becomes zero; the name is read as what follows.
    everything("zip", raw[: at + 28] + b"\0\0" + raw[at + 30 :])


def everything(kind: str, data: bytes) -> None:
    """Opens and reads all there is; whatever is wrong is said as our own error."""
    try:
        container = opened(kind, data)
    except BadDocument:
        return
    for index, entry in enumerate(container.entries):
        assert entry.name
        with contextlib.suppress(BadDocument):
            assert isinstance(container.read(index), bytes)


def encrypted(name: str, data: bytes, password: bytes) -> bytes:
    """A ZIP with one member in the traditional encryption (APPNOTE.TXT 6.1)."""
    import zlib

    table = [0] * 256
    for n in range(256):
        c = n
        for _ in range(8):
            c = (c >> 1) ^ 0xEDB88320 if c & 1 else c >> 1
        table[n] = c
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 255]
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 255]

    for byte in password:
        update(byte)
    checksum = zlib.crc32(data)
    secret = bytearray()
    for byte in bytes(11) + bytes([checksum >> 24]) + data:
        temp = keys[2] | 2
        secret.append(byte ^ (((temp * (temp ^ 1)) >> 8) & 255))
        update(byte)
    written = name.encode()
    common = struct.pack("<HHHHIIIHH", 1, 0, 0, 0x21, checksum, len(secret), len(data), len(written), 0)
    local = b"PK\x03\x04" + struct.pack("<H", 20) + common + written + bytes(secret)
    central = b"PK\x01\x02" + struct.pack("<HH", 20, 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + written
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


class TestGzip:
    def test_the_one_file_in_it(self) -> None:
        container = open_container("gzip", gzip.compress(b"fog"), "/in/act.xml.gz", None, BOUNDS)
        assert container
        assert names(container) == ["act.xml"]
        assert container.read(0) == b"fog"

    def test_several_streams_are_one_file(self) -> None:
        assert gunzip(gzip.compress(b"the ") + gzip.compress(b"fog")) == b"the fog"

    def test_a_bomb(self) -> None:
        with pytest.raises(TooLarge, match="expands more than"):
            gunzip(gzip.compress(bytes(30_000_000)))
        with pytest.raises(TooLarge, match="unpacks to more than"):
            gunzip(gzip.compress(b"fog" * 1000), Bounds(max_bytes=1000))

    def test_cut_off(self) -> None:
        with pytest.raises(BrokenDocument, match="ends too early"):
            gunzip(gzip.compress(bytes(range(256)) * 50)[:-20])

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=200))
    def test_damage(self, tail: bytes) -> None:
        everything("gzip", b"\x1f\x8b\x08\x00" + tail)


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": "office@harbour.example", "Subject": "Fog", **headers}.items():
        message[name] = value
    message.set_content("Every keeper shall write down the hours of fog.")
    return message


class TestMail:
    def test_what_is_attached(self) -> None:
        message = mail()
        message.add_alternative("<p>Every keeper shall write down the hours of fog.</p>", subtype="html")
        message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Bek. über Nebel.pdf")
        message.add_attachment(b"%PDF-1.4 2", maintype="application", subtype="pdf")
        message.add_attachment("Notes.", filename="notes.txt")
        message.add_attachment(mail(Subject="Re: fog/mist"))
        container = opened("eml", message.as_bytes())
        assert names(container) == ["Bek. über Nebel.pdf", "attachment.pdf", "notes.txt", "Re: fog-mist.eml"]
        assert container.read(0) == b"%PDF-1.4"
        assert container.read(2).strip() == b"Notes."
        assert b"Subject: Re: fog/mist" in container.read(3)

    def test_the_text_is_no_attachment(self) -> None:
        assert names(opened("eml", mail().as_bytes())) == []

    def test_names_that_are_no_names(self) -> None:
        message = mail()
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename="../../act.pdf")
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename="act")
        assert names(opened("eml", message.as_bytes())) == ["act.pdf", "act (2).pdf"]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_damage(self, data: st.DataObject) -> None:
        message = mail()
        message.add_attachment(b"%PDF-1.4 " * 30, maintype="application", subtype="pdf", filename="act.pdf")
        raw = bytearray(message.as_bytes())
        for place, byte in data.draw(
            st.lists(st.tuples(st.integers(0, len(raw) - 1), st.integers(0, 255)), max_size=8)
        ):
            raw[place] = byte
        everything("eml", bytes(raw))

    def test_deep_nesting(self) -> None:
        head = b"From: a@b.example\n"
        deep = head + b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
        )
        everything("eml", deep)


class TestMailbox:
    DATA = (
        b"From office@harbour.example Tue Mar  4 08:00:00 2031\nFrom: office@harbour.example\nSubject: One\n\n"
        b"Text\n>From now on, fog counts.\n\n"
        b"From keeper@lamp.example Wed Mar  5 08:00:00 2031\nFrom: keeper@lamp.example\nSubject: Two\n\nText\n"
    )

    def test_its_messages(self) -> None:
        container = opened("mbox", self.DATA)
        assert names(container) == ["message 1.eml", "message 2.eml"]
        assert container.read(0).endswith(b"Text\nFrom now on, fog counts.\n")
        assert container.read(1).startswith(b"From: keeper@lamp.example\nSubject: Two")

    def test_no_message(self) -> None:
        assert names(opened("mbox", b"From nobody")) == []
