"""A file appears whole or not at all, and a refusal says what to do."""

from __future__ import annotations

import errno
import os
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from export_fakes import hostile, mixed

from dutybook.errors import BadRequest
from dutybook.export import export, exporting, known_formats
from dutybook.export.exporting import replacing


def test_an_unknown_extension_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(
        BadRequest,
        match=r"'\.docx' \(register\.docx\); use one of: \.csv, \.html, \.ics, \.json, \.jsonl, \.md, \.parquet, \.pdf, "
        r"\.soa\.pdf, \.soa\.xlsx, \.ttl, \.xlsx, \.yaml, \.zip\.$",
    ):
        export(mixed(), tmp_path / "register.docx")
    with pytest.raises(BadRequest, match="a name without an extension"):
        export(mixed(), tmp_path / "register")


def test_a_folder_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(BadRequest, match="it is a folder"):
        export(mixed(), tmp_path / "a.csv")
    with pytest.raises(BadRequest, match="does not exist; make it first"):
        export(mixed(), tmp_path / "absent" / "a.csv")


@pytest.mark.parametrize("extension", known_formats())
def test_a_full_disk_leaves_the_old_file(extension: str, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="this system has no file size limits")
    target = tmp_path / f"a{extension}"
    target.write_text("old", encoding="utf-8")
    register = hostile(**{f"n{i}": f"Satz {i} " + os.urandom(600).hex() for i in range(40)})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, hard))
    try:
        with pytest.raises(BadRequest, match="the disk is full"):
            export(register, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "permission denied; close it"), (errno.EIO, "error")],
)
def test_what_the_system_says_becomes_what_to_do(code: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=words), replacing(tmp_path / "a.csv"):
        raise OSError(code, os.strerror(code))
    assert not list(tmp_path.iterdir())


def test_another_error_passes_and_cleans_up(tmp_path: Path) -> None:
    def fail() -> None:
        with replacing(tmp_path / "a.csv") as part:
            part.write_text("half", encoding="utf-8")
            raise KeyError("ours")

    with pytest.raises(KeyError):
        fail()
    assert not list(tmp_path.iterdir())


def test_permissions_stay_and_links_are_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "a.csv", tmp_path / "link.csv"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("this system allows no links")
    export(mixed(), link)
    assert link.is_symlink()
    assert "Logbuch" in target.read_text(encoding="utf-8")
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_very_long_name_still_has_room_for_its_part_file(tmp_path: Path) -> None:
    assert export(mixed(), tmp_path / ("ü" * 120 + ".csv")) == 5


class Points:
    """Stands in for the installed packages' entry points."""

    def __init__(self, *points: metadata.EntryPoint) -> None:
        self.points = points

    def entry_points(self, group: str) -> tuple[metadata.EntryPoint, ...]:
        return tuple(point for point in self.points if point.group == group)


def lines(content: Any, path: Path) -> int:
    """A format as another package would bring it."""
    path.write_text("".join(f"{row.norm.place}\n" for row in content.rows()), encoding="utf-8")
    return 5


def test_another_package_brings_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = metadata.EntryPoint("csv", "test_export_files:lines", exporting.GROUP)
    theirs = metadata.EntryPoint("places", "test_export_files:lines", exporting.GROUP)
    broken = metadata.EntryPoint("gone", "no_such_package:write", exporting.GROUP)
    wrong = metadata.EntryPoint("wrong", "test_export_files:__doc__", exporting.GROUP)
    monkeypatch.setattr(exporting, "metadata", Points(ours, theirs, broken, wrong))
    assert ".places" in exporting.known_formats()
    assert export(mixed(), tmp_path / "a.places") == 5
    assert (tmp_path / "a.places").read_text(encoding="utf-8").splitlines()[-1] == "§ 2"
    export(mixed(), tmp_path / "a.csv")
    assert "modality" in (tmp_path / "a.csv").read_text(encoding="utf-8"), "ours is not replaced"
    with pytest.raises(BadRequest, match="update or remove that package"):
        export(mixed(), tmp_path / "a.gone")
    with pytest.raises(BadRequest, match="which is no function"):
        export(mixed(), tmp_path / "a.wrong")
