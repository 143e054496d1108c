"""Network disks, full disks, files that vanish: what is said, what is done, and that nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.errors import NotFound, RegisterError, RegisterUnwritable
from dutybook.store import Register, open_register
from dutybook.store.database import disks


def some(salt: str = "", norms: int = 3) -> object:
    return make_analysis([N(f"Operator {n} shall wait.", place=f"Art {n}") for n in range(norms)], salt=salt)


def make(path: Path) -> Path:
    with open_register(path) as register:
        register.add(some(), "1")  # type: ignore[arg-type]
    return path


def journal(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


TABLE = r"""/dev/sda1 / ext4 rw 0 0
server:/team /mnt/team nfs4 rw,vers=4.2 0 0
//server/our\040files /mnt/our\040files cifs rw 0 0
anna@server:/ /home/anna/far fuse.sshfs rw 0 0
/dev/sdb1 /mnt/team/local xfs rw 0 0
share /mnt/c 9p rw 0 0
tmpfs /home/anna/far/tmp tmpfs rw 0 0
fuse /home/anna/near fuse.ntfs-3g rw 0 0
"""


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="Linux's table of mounts")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/mnt/team/a.db", "nfs4 at /mnt/team"),
        ("/mnt/teamwork/a.db", None),
        ("/mnt/team/local/a.db", None),
        ("/mnt/our files/deep/er/a.db", "cifs at /mnt/our files"),
        ("/home/anna/far/a.db", "fuse.sshfs at /home/anna/far"),
        ("/home/anna/far/tmp/a.db", None),
        ("/home/anna/near/a.db", None),
        ("/mnt/c/a.db", "9p at /mnt/c"),
        ("/a.db", None),
    ],
)
def test_network_disks_are_told_by_their_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, kind: str | None
) -> None:
    table = tmp_path / "mounts"
    table.write_text(TABLE)
    monkeypatch.setattr(disks, "MOUNTS", table)
    assert disks.network_disk(Path(path)) == kind


def test_the_root_of_a_virtual_machine_is_no_network_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mounts"
    table.write_text("none / 9p rw 0 0\n")
    monkeypatch.setattr(disks, "MOUNTS", table)
    assert disks.network_disk(tmp_path) is None
    monkeypatch.setattr(disks, "MOUNTS", tmp_path / "none")
    assert disks.network_disk(tmp_path) is None


def test_the_table_of_macos_is_read() -> None:
    mount_table = (
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n"
        "//anna@server/team on /Volumes/team (smbfs, nodev, nosuid, mounted by anna)\n"
        "server:/data on /Volumes/my data (nfs)\n"
    )
    mounts = disks._of_mac(mount_table)
    assert disks._of_mounts(mounts, Path("/Volumes/team/a.db")) == "smbfs at /Volumes/team"
    assert disks._of_mounts(mounts, Path("/Volumes/my data/a.db")) == "nfs at /Volumes/my data"
    assert disks._of_mounts(mounts, Path("/Users/anna/a.db")) is None


def as_network(monkeypatch: pytest.MonkeyPatch, folder: Path, table: Path) -> None:
    table.write_text(f"server:/team {str(folder.resolve()).replace(' ', chr(92) + '040')} nfs4 rw 0 0\n")
    monkeypatch.setattr(disks, "MOUNTS", table)


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="Linux's table of mounts")
def test_on_a_network_disk_there_is_no_write_ahead_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "team"
    folder.mkdir()
    path = make(folder / "a.db")
    assert journal(path) == "wal"
    as_network(monkeypatch, folder, tmp_path / "mounts")
    # Also for who only reads: the log of a file that was copied there goes first.
    with open_register(path, read_only=True) as register:
        assert register.summary().norms == 3
        assert journal(path) == "delete"
    with caplog.at_level("INFO"), open_register(path) as register:
        assert register._connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert register.add(some("2"), "1")  # type: ignore[arg-type]
        assert sorted(file.name for file in folder.iterdir()) == ["a.db"]
    assert "network disk (nfs4 at" in caplog.text
    monkeypatch.undo()
    with open_register(path) as register:
        assert register.summary().norms == 6
        assert journal(path) == "wal"


def test_deleted_or_replaced_while_open(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    with open_register(path) as register:
        path.unlink()
        with pytest.raises(RegisterUnwritable, match="deleted or moved"):
            register.add(some("2"), "1")  # type: ignore[arg-type]
        assert not register._connection.in_transaction
    other = make(tmp_path / "b.db")
    with open_register(path) as register:
        os.replace(other, path)
        with pytest.raises(RegisterUnwritable, match="replaced by another file"):
            register.add(some("2"), "1")  # type: ignore[arg-type]
    with open_register(path) as register:
        assert register.summary().norms == 3
        assert register.check() == []


def test_what_was_stored_moves_with_the_file(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    with open_register(path) as register:
        register.add(some("2"), "1")  # type: ignore[arg-type]
        # What was stored last is still in the log, under the old name.
        path.rename(tmp_path / "b.db")
        with pytest.raises(RegisterUnwritable, match="deleted or moved"):
            register.add(some("3"), "1")  # type: ignore[arg-type]
    with open_register(tmp_path / "b.db") as register:
        assert register.check() == []
        assert register.summary().norms == 6


def test_the_folder_is_moved_away(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    path = make(folder / "a.db")
    with open_register(path) as register:
        folder.rename(tmp_path / "gone")
        with pytest.raises(RegisterUnwritable, match="was deleted or moved, or its disk is gone"):
            register.add(some("2"), "1")  # type: ignore[arg-type]
    with open_register(tmp_path / "gone" / "a.db") as register:
        assert register.check() == []
        assert register.summary().norms == 3


def test_a_link_is_followed_and_a_dead_one_named(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "link.db"
    link.symlink_to(real / "a.db")
    with pytest.raises(NotFound, match=r"link\.db is a link to .*a\.db, which is not there"):
        open_register(link)
    assert list(real.iterdir()) == []
    make(real / "a.db")
    with open_register(link) as register:
        register.add(some("2"), "1")  # type: ignore[arg-type]
        assert sorted(file.name for file in real.iterdir()) == ["a.db", "a.db-shm", "a.db-wal"]
    assert link.is_symlink()


@pytest.mark.parametrize(
    "name",
    [
        "a b.db",
        "100%.db",
        "a#b?c.db",
        "Vorschriften – §§ 1–3.db",
        'it\'s "mine".db',
        "a;b&c.db",
        "no-extension",
        ".hidden",
    ],
)
def test_odd_names(tmp_path: Path, name: str) -> None:
    if os.name == "nt" and set(name) & set('?"'):
        pytest.skip("no such names on Windows")
    folder = tmp_path / f"in {name}"
    folder.mkdir()
    path = make(folder / name)
    with open_register(path, read_only=True) as register:
        assert register.summary().norms == 3
    assert {file.name for file in folder.iterdir()} <= {name, f"{name}-wal", f"{name}-shm"}


@pytest.mark.skipif(os.name == "nt", reason="permissions of Unix")
def test_a_new_register_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_register(path) as register:
        register.add(some(), "1")  # type: ignore[arg-type]
        assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {
            "a.db": 0o600,
            "a.db-wal": 0o600,
            "a.db-shm": 0o600,
        }
    # What somebody gives it stays.
    path.chmod(0o660)
    with open_register(path) as register:
        register.add(some("2"), "1")  # type: ignore[arg-type]
        assert (tmp_path / "a.db-wal").stat().st_mode & 0o777 == 0o660
    assert path.stat().st_mode & 0o777 == 0o660


LIMITED = """
import resource, sys
from builders import N, make_analysis
from dutybook.store import open_register
with open_register(sys.argv[1]) as register:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
    stored = 0
    try:
        for salt in range(1000):
            norms = [N(f"Operator {n} shall wait {salt}.", place=f"Art {n}") for n in range(50)]
            register.add(make_analysis(norms, salt=str(salt), source=str(salt)), "1")
            stored += 1
    except Exception as error:
        print(stored, type(error).__name__, error)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of Unix")
def test_no_more_room_keeps_what_was_stored(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    tests = Path(__file__).resolve().parents[1]
    places = [str(tests), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path), str(path.stat().st_size + 3_000_000)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    stored, kind, says = done.stdout.split(" ", 2)
    assert kind == "RegisterUnwritable"
    assert "space" in says
    assert int(stored) > 0
    with open_register(path) as register:
        assert register.check() == []
        assert register.summary().documents == int(stored) + 1
        assert register.summary().norms == int(stored) * 50 + 3


def small_disk(folder: Path, megabytes: int) -> bool:
    mount = shutil.which("mount")
    if mount is None or not hasattr(os, "geteuid") or os.geteuid() != 0 or sys.platform != "linux":
        return False
    command = [mount, "-t", "tmpfs", "-o", f"size={megabytes}m", "dutybook-test", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def fill(register: Register) -> None:
    for number in range(1000):
        register.add(some(str(number), 60), "1")  # type: ignore[arg-type]


def test_a_disk_that_is_full_or_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    if not small_disk(folder, 4):
        pytest.skip("only root on Linux makes a small disk")
    try:
        path = make(folder / "a.db")
        with open_register(path) as register:
            with pytest.raises(RegisterUnwritable, match="space") as error:
                fill(register)
            stored = register.summary().documents - 1
            assert "goes on where it stopped" in str(error.value) or "run the same command again" in str(error.value)
            assert stored
            # Reading works on.
            assert register.summary().norms == 3 + 60 * stored
        remount = ["mount", "-o", "remount,size=40m", str(folder)]
        subprocess.run(remount, check=True)
        with open_register(path) as register:
            assert register.check() == []
            assert register.summary().documents == 1 + stored
            assert register.add(some("more", 60), "1")  # type: ignore[arg-type]
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        with open_register(path, read_only=True) as register:
            assert register.summary().norms == 3 + 60 * (stored + 1)
        with pytest.raises(RegisterUnwritable, match="cannot be written"):
            open_register(path)
        with pytest.raises(RegisterError, match="cannot be"):
            open_register(folder / "new.db")
    finally:
        subprocess.run(["umount", str(folder)], check=True)
