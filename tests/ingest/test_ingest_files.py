from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from dutybook.errors import BrokenDocument, EmptyDocument, NotFound, NothingToRead, TooLarge
from dutybook.ingest.files import count_kinds, digest, read_file, survey


def find_files(paths: list[Path]) -> list[Path]:
    found = survey(paths)
    if found.problems:
        raise found.problems[0]
    return list(found.files)


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    touch(tmp_path, "b.PDF", "a.html", "c/z.md", "c/a.txt", "x.xlsx", "noextension", ".hidden.txt", ".git/a.txt")
    names = [str(p.relative_to(tmp_path)) for p in find_files([tmp_path])]
    assert names == ["a.html", "b.PDF", "c/a.txt", "c/z.md"]
    left = survey([tmp_path]).left_out
    assert count_kinds(left) == {".xlsx": 1, "hidden": 2, "no extension": 1}
    assert [os.path.relpath(each.source, tmp_path) for each in left] == [".git", ".hidden.txt", "noextension", "x.xlsx"]
    assert str(left[-1].reason) == "files of its kind in folders are not read (.xlsx)"


def test_a_named_file_is_taken_whatever_its_name_and_only_once(tmp_path: Path) -> None:
    touch(tmp_path, "a.xyz", "b.txt")
    assert find_files([tmp_path / "a.xyz", tmp_path, tmp_path / "b.txt"]) == [tmp_path / "a.xyz", tmp_path / "b.txt"]


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.txt", "out/secret.txt")
    (tmp_path / "in" / "file.txt").symlink_to(tmp_path / "out" / "secret.txt")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "self").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "dead.txt").symlink_to(tmp_path / "in" / "none.txt")
    found = survey([tmp_path / "in"])
    assert found.files == (tmp_path / "in" / "a.txt",)
    assert count_kinds(found.left_out) == {"link": 3, "no ordinary file": 1}
    with pytest.raises(NotFound, match="leads nowhere"):
        find_files([tmp_path / "in" / "dead.txt"])


def test_bad_paths_stop_nothing_else(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "other/a.xlsx")
    found = survey([tmp_path / "nope", tmp_path / "other", tmp_path / "a.txt", "\0"])
    assert found.files == (tmp_path / "a.txt",)
    assert [type(p) for p in found.problems] == [NotFound, NothingToRead, NotFound]
    assert "1 files of other kinds" in str(found.problems[1])
    with pytest.raises(NotFound, match="nope"):
        find_files([tmp_path / "nope"])
    with pytest.raises(NothingToRead, match=r"\.pdf"):
        find_files([tmp_path / "other"])


def test_bytes_and_their_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"harbour" * 1000)
    raw = read_file(path, "shown")
    assert (raw.source, raw.data) == ("shown", path.read_bytes())
    assert digest(path) == raw.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_limits(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 101)
    for function in (read_file, digest):
        with pytest.raises(TooLarge, match="limit"):
            function(path, limit=100)  # type: ignore[operator]
    path.write_bytes(b"")
    for function in (read_file, digest):
        with pytest.raises(EmptyDocument):
            function(path)
    fifo = tmp_path / "pipe.txt"
    os.mkfifo(fifo)
    for function in (read_file, digest):
        with pytest.raises(BrokenDocument, match="ordinary"):
            function(fifo)
        with pytest.raises(BrokenDocument, match="cannot be read"):
            function(tmp_path / "gone.txt")
    assert survey([tmp_path]).files == (path,)


@pytest.mark.parametrize(
    "name", ["act.fmx.xml", "act.akn.XML", "act.xhtml", "act.docx", "act.rtf", "post.eml", "all.zip"]
)
def test_folders_give_acts_in_every_usual_form(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"<act/>")
    assert [p.name for p in find_files([tmp_path])] == [name]


def test_pictures_are_read_from_folders_unless_they_are_small(tmp_path: Path) -> None:
    names = ["scan.png", "scan.JPG", "scan.jpeg", "scan.gif", "scan.bmp", "scan.tif"]
    for name in names:
        (tmp_path / name).write_bytes(bytes(50_000))
        (tmp_path / f"small-{name}").write_bytes(b"GIF89a")
    found = survey([tmp_path])
    assert [path.name for path in found.files] == sorted([*names, "small-scan.tif"])
    assert count_kinds(found.left_out) == {"small picture": 5}
    assert "too small to be a scan" in found.left_out[0].reason


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everybody may look everywhere")
def test_folders_that_may_not_be_looked_into_are_a_problem(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "closed/b.txt")
    (tmp_path / "closed").chmod(0)
    try:
        found = survey([tmp_path])
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert found.files == (tmp_path / "a.txt",)
    assert "cannot be looked into" in str(found.problems[0])
