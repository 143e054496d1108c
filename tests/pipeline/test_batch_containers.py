"""Documents in archives and mails: each is one of its own, and one that kills its process costs only itself."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

import dutybook
from dutybook.errors import NotFound, UnknownFormat
from dutybook.ingest.files import LeftOut
from dutybook.pipeline import batch, extraction, unpacking
from dutybook.pipeline.batch import IngestReport, Progress, ingest
from dutybook.pipeline.extraction import extract
from dutybook.pipeline.pool import Limits
from dutybook.pipeline.reading import ReadingOptions
from dutybook.store import open_register

HERE = Path(__file__).resolve().parent
FAKE = "batch_fakes:analyse"
SHORT = Limits(seconds=5.0, memory=2 << 30)


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


def zipped(**files: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def mail(subject: str, **attached: bytes | str) -> bytes:
    message = EmailMessage()
    message["From"] = "office@harbour.example"
    message["Subject"] = subject
    message["Date"] = "Tue, 4 Mar 2031 08:00:00 +0100"
    message.set_content("Every keeper of a lighthouse shall write down the hours of fog in the log book.")
    for name, data in attached.items():
        raw = data.encode() if isinstance(data, str) else data
        message.add_attachment(raw, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return message.as_bytes()


def run(paths: list[Path], database: Path, **more: object) -> IngestReport:
    reading = {name: more.pop(name) for name in ("workers", "password", "limits") if name in more}
    options = replace(ReadingOptions(limits=SHORT, analyse=FAKE, version="fake"), **reading)  # type: ignore[arg-type]
    return ingest(paths, database, options, **more)  # type: ignore[arg-type]


def inner(source: str) -> str:
    return source.partition("!/")[2] or Path(source).name


def content(database: Path) -> list[str]:
    with open_register(database, create=False) as register:
        assert register.check() == []
        return list(register.content())


def test_each_member_ends_where_it_belongs(tmp_path: Path) -> None:
    nested = zipped(deep_txt="ok gamma delta", crash_txt="crash")
    (tmp_path / "all.zip").write_bytes(
        zipped(
            a_txt="ok alpha",
            b__crash_txt="crash",
            hang_txt="hang",
            bomb_txt="0" * 20_000_000,
            twin_txt="ok alpha",
            c__more_zip=nested,
            bad_zip=b"PK\x03\x04 cut off",
            logo_png=b"\x89PNG",
        )
    )
    steps: list[Progress] = []
    report = run([tmp_path / "all.zip"], tmp_path / "a.db", workers=2, progress=steps.append)
    assert {inner(u.source): u.reason for u in report.unread} == {
        "b/crash.txt": "broken: the process that read it was ended by SIGSEGV",
        "hang.txt": f"too large: reading it took longer than {SHORT.seconds:g} seconds: split it, or allow more (--time-limit)",
        "bomb.txt": "too large: it expands more than 200 times, as no document does: it is not unpacked",
        "bad.zip": "broken: the archive cannot be opened (File is not a zip file): get it again from its source",
    }
    # The second crash has the same bytes as the first.
    assert (report.files, report.read, report.duplicates, report.unreadable, report.norms) == (8, 2, 2, 4, 3)
    assert [(inner(each.source), each.kind) for each in report.left_out] == [("logo.png", "small picture")]
    assert [step.done for step in steps] == list(range(1, 9))
    assert steps[-1].total == 8
    with open_register(tmp_path / "a.db") as register:
        read = {inner(d.source) for d in register.documents() if d.status == "read"}
        assert read == {"a.txt", "c/more.zip!/deep.txt"}
        assert register.runs()[0].files == 8


@pytest.mark.usefixtures("reads_here")
def test_a_second_run_reads_nothing_again(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(
        zipped(a_txt="ok alpha", b_txt="scan", c_eml=mail("Fog", d_txt="ok beta", e_txt="scan e"))
    )
    first = ingest(
        [tmp_path / "all.zip"], tmp_path / "a.db", ReadingOptions(limits=SHORT, analyse=FAKE, version="fake")
    )
    before = content(tmp_path / "a.db")
    assert (first.files, first.read) == (5, 3)
    second = run([tmp_path / "all.zip"], tmp_path / "a.db")
    assert (second.files, second.read, second.unchanged) == (5, 0, 3)
    assert second.unread == first.unread
    assert content(tmp_path / "a.db") == before


@pytest.mark.parametrize("name", ["a", "z"])
def test_workers_and_their_speed_do_not_change_the_result(tmp_path: Path, name: str) -> None:
    """The same bytes stand in two archives and beside them: the first in order is kept, whoever comes first."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "m.zip").write_bytes(zipped(x_txt="ok alpha", y_txt="slow beta"))
    (folder / "n.zip").write_bytes(zipped(y_txt="slow beta", x_txt="ok alpha", z_txt="scan"))
    (folder / f"{name}.txt").write_text("ok alpha")
    (folder / "o.txt").write_text("scan")
    reports = [run([folder], tmp_path / f"{workers}.db", workers=workers) for workers in (1, 3)]
    one, three = reports
    assert content(tmp_path / "1.db") == content(tmp_path / "3.db")
    for report in reports:
        assert (report.files, report.read, report.norms, report.duplicates) == (7, 2, 2, 4)
        assert [inner(u.source) for u in report.unread] == ["z.txt"]
    with open_register(tmp_path / "3.db") as register:
        kept = {d.title: Path(d.source).relative_to(folder).parts[0] for d in register.documents() if d.title}
    assert kept["Alpha"] == ("a.txt" if name == "a" else "m.zip!")
    assert (one.duplicates, one.unread) == (three.duplicates, three.unread)


def test_what_is_in_a_document_is_found_again_after_a_cut(tmp_path: Path) -> None:
    """The mail is stored after what is attached to it, so a register without the one asks for both."""
    path = tmp_path / "mail.eml"
    path.write_bytes(mail("Fog", a_txt="slow alpha", b_txt="ok beta"))
    order: list[str] = []
    ingest(
        [path],
        tmp_path / "a.db",
        ReadingOptions(workers=2, limits=SHORT, analyse="batch_fakes:analyse_mail", version="fake"),
        progress=lambda step: order.append(inner(step.source)),
    )
    assert order[-1] == "mail.eml"
    assert set(order) == {"a.txt", "b.txt", "mail.eml"}


def test_what_failed_for_want_of_time_is_tried_again_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, gate = tmp_path / "mail.eml", tmp_path / "gate"
    path.write_bytes(mail("Fog", a_txt="gated alpha"))
    monkeypatch.setenv("DUTYBOOK_TEST_GATE", str(gate))
    options = ReadingOptions(limits=Limits(seconds=1.5), analyse="batch_fakes:analyse_mail", version="fake")
    first = ingest([path], tmp_path / "a.db", options)
    assert [inner(u.source) for u in first.unread] == ["a.txt"]
    gate.touch()
    second = ingest([path], tmp_path / "a.db", replace(options, limits=Limits(seconds=30)))
    assert (second.read, second.exit_code) == (1, 0)


@pytest.mark.usefixtures("reads_here")
def test_an_archive_that_was_repaired_is_no_longer_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(a_txt="ok alpha")[:-30])
    assert run([path], tmp_path / "a.db").exit_code == 2
    path.write_bytes(zipped(a_txt="ok alpha"))
    assert run([path], tmp_path / "a.db").exit_code == 0
    with open_register(tmp_path / "a.db") as register:
        assert [d.status for d in register.documents()] == ["read"]


@pytest.mark.usefixtures("reads_here")
@pytest.mark.parametrize("data", [zipped(), zipped(logo_png=b"\x89PNG")])
def test_an_archive_without_documents_says_so(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    report = run([tmp_path / "a.zip"], tmp_path / "a.db")
    assert [u.reason.startswith("no text: there is nothing to read in it") for u in report.unread] == [True]


@pytest.mark.usefixtures("reads_here")
def test_archives_nested_without_end(tmp_path: Path) -> None:
    data = zipped(a_txt="ok alpha")
    for _ in range(8):
        data = zipped(inner_zip=data)
    (tmp_path / "a.zip").write_bytes(data)
    report = run([tmp_path / "a.zip"], tmp_path / "a.db")
    assert [u.reason for u in report.unread] == [
        "too large: it is packed more than 5 times over: unpack it and read the folder instead"
    ]


def test_more_documents_than_a_file_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (batch, extraction, unpacking):
        monkeypatch.setattr(module, "MAX_INSIDE", 3)
    (tmp_path / "a.zip").write_bytes(zipped(**{f"{n}_txt": f"ok word{n}" for n in range(5)}))
    report = run([tmp_path / "a.zip"], tmp_path / "a.db")
    assert report.read == 3
    assert [u.reason for u in report.unread] == [
        "too large: a.zip holds more than 3 documents: unpack it and read the folder"
    ]
    lines = list(extract([tmp_path / "a.zip"], analyse=FAKE, limits=SHORT))
    assert [line.status for line in lines] == ["unreadable", "read", "read", "read"]


def test_lines_come_in_order_a_mail_before_what_is_attached(tmp_path: Path) -> None:
    letter = mail("Fog", x_txt="ok xi", y_zip=zipped(p_txt="ok pi", q_txt="crash"))
    (tmp_path / "a.zip").write_bytes(zipped(a_txt="slow alpha", b_eml=letter, c_txt="ok gamma"))
    (tmp_path / "z.txt").write_text("ok omega")
    lines = list(
        extract([tmp_path / "a.zip", tmp_path / "z.txt"], analyse="batch_fakes:analyse_mail", limits=SHORT, workers=2)
    )
    assert [inner(line.source) for line in lines] == [
        "a.txt",
        "b.eml",
        "b.eml!/x.txt",
        "b.eml!/y.zip!/p.txt",
        "b.eml!/y.zip!/q.txt",
        "c.txt",
        "z.txt",
    ]
    assert [json.loads(line.line)["status"] for line in lines] == ["read"] * 4 + ["unreadable"] + ["read"] * 2


class TestReal:
    """The real analyser, on a mail and on what holds it."""

    def test_a_mail_knows_its_day_and_that_more_is_attached(self, tmp_path: Path) -> None:
        path = tmp_path / "fog.eml"
        path.write_bytes(mail("Reminder", note_txt="Every master shall report the tonnage.", logo_png=b"\x89PNG"))
        document = dutybook.analyse(path).document
        assert (document.title, document.published, document.status.value) == ("Reminder", "2031-03-04", "partly read")
        assert "documents of their own (dutybook ingest or extract reads them): note.txt" in document.reason
        assert "logo" not in document.reason

    def test_attachments_are_read_apart_and_then_nothing_is_missing(self, tmp_path: Path) -> None:
        path = tmp_path / "fog.eml"
        path.write_bytes(mail("Reminder", note_txt="Every master of a ship shall report the tonnage to the office."))
        assert [(inner(line.source), line.status) for line in extract([path])] == [
            ("fog.eml", "read"),
            ("note.txt", "read"),
        ]

    def test_a_message_of_outlook_and_all_that_is_attached(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.syspath_prepend(str(HERE.parent / "layout"))
        import msg_builder as build

        duty = "Every master of a ship shall report the tonnage to the office."
        nested = build.tree({build.SUBJECT: "Deep", build.BODY: duty.replace("tonnage", "draught")}, header=24)
        forwarded = build.tree(
            {build.SUBJECT: "Fog: A/B", build.BODY: duty.replace("tonnage", "cargo")},
            build.attachment("annex.txt", duty.replace("tonnage", "crew").encode()),
            build.inside("Deep", nested),
            header=24,
        )
        path = tmp_path / "fog.msg"
        path.write_bytes(
            build.msg(
                {**build.REMINDER, build.HTML: f"<p>{duty}</p>".encode()},
                build.attachment("all.zip", zipped(note_txt=duty.replace("tonnage", "length"))),
                build.attachment("logo.png", b"\x89PNG" + bytes(50_000), media_type="image/png", content_id="logo"),
                build.attachment("setup.exe", b"MZ"),
                build.link("far.docx"),
                build.inside("sheet", {"Workbook": b"x"}, method=6),
                build.inside("Fog: A/B", forwarded),
            )
        )
        others: list[LeftOut] = []
        lines = list(extract([path], left_out=others.append))
        assert [(inner(line.source), line.status) for line in lines] == [
            ("fog.msg", "read"),
            ("all.zip!/note.txt", "read"),
            ("Fog: A-B.msg", "read"),
            ("Fog: A-B.msg!/annex.txt", "read"),
            ("Fog: A-B.msg!/Deep.msg", "read"),
        ]
        reasons = {inner(other.source): str(other.reason) for other in others}
        assert list(reasons) == ["logo.png", "setup.exe", "far.docx", "sheet"]
        assert "within the text of a mail" in reasons["logo.png"]
        assert "only says where the file is" in reasons["far.docx"]
        assert "object that another program" in reasons["sheet"]
        document = dutybook.analyse(path).document
        assert (document.title, document.published) == ("Lighthouse Order – reminder", "2031-03-04")
        assert "all.zip" in document.reason

    def test_a_compressed_document_is_read_as_it_is(self, tmp_path: Path) -> None:
        path = tmp_path / "act.md.gz"
        path.write_bytes(gzip.compress(b"# Harbour Act\n\n# Duties\n\nEvery operator shall keep a log."))
        document = dutybook.analyse(path).document
        assert (document.title, document.status.value) == ("Harbour Act", "read")

    def test_an_archive_is_no_document(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(zipped(a_txt="x"))
        with pytest.raises(UnknownFormat, match="dutybook ingest or extract"):
            dutybook.analyse(path)

    def test_a_member_is_named_by_its_source(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(zipped(b_eml=mail("Fog", note_txt="Every master of a ship shall report the tonnage.")))
        raw = dutybook.read(f"{path}!/b.eml!/note.txt")
        assert raw.data == b"Every master of a ship shall report the tonnage."
        assert raw.source.endswith("a.zip!/b.eml!/note.txt")
        with pytest.raises(NotFound, match="holds no other"):
            dutybook.read(f"{path}!/other.txt")
        with pytest.raises(NotFound, match="no such file"):
            dutybook.read(tmp_path / "b.zip!" / "a.txt")


def test_small_pictures_are_left_out_as_in_folders(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(
        zipped(scan_png=b"\x89PNG" + bytes(range(256)) * 200, logo_png=b"\x89PNG", a_txt="ok a")
    )
    left = []
    lines = list(extract([tmp_path / "a.zip"], analyse=FAKE, limits=SHORT, left_out=left.append))
    assert [inner(line.source) for line in lines] == ["scan.png", "a.txt"]
    assert [(inner(each.source), each.kind) for each in left] == [("logo.png", "small picture")]
