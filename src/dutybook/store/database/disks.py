"""What kind of disk a database lies on, and how much room is left there.

SQLite's write-ahead log needs memory that all processes share, so it does not work over a network ("WAL does not work over a
network filesystem", https://www.sqlite.org/wal.html); a rollback journal does as far as the file system's locks do
(https://www.sqlite.org/useovernet.html).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

#: Linux's table of mounted file systems.
MOUNTS = Path("/proc/self/mounts")

_NETWORK = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "9p", "virtiofs"),
        *("ceph", "lustre", "gpfs", "beegfs", "glusterfs", "davfs", "webdav", "ocfs2", "gfs2", "vboxsf"),
        *("prl_fs", "ftp"),
    )
)
_NETWORK_FUSE = frozenset(
    (
        *("sshfs", "rclone", "s3fs", "s3ql", "goofys", "glusterfs", "ceph", "cephfs", "davfs", "davfs2"),
        *("vmhgfs-fuse", "gvfsd-fuse", "smbnetfs", "curlftpfs", "juicefs", "mountpoint-s3"),
    )
)
#: Shared with a virtual machine's host; as the root of all files it is the machine's own disk.
_OF_THE_HOST = frozenset({"9p", "virtiofs"})
_DRIVE_REMOTE = 4


def network_disk(path: Path) -> str | None:
    """The kind and place of the network disk that holds ``path`` ("nfs4 at /mnt/team"), None where it is a disk of this machine."""
    try:
        real = Path(os.path.realpath(path))
        if sys.platform == "win32":
            return _of_windows(real)
        if sys.platform == "darwin":
            mounts = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=False).stdout
            return _of_mounts(_of_mac(mounts), real)
        return _of_mounts(_of_linux(MOUNTS.read_text("utf-8", "surrogateescape")), real)
    except (OSError, subprocess.SubprocessError):
        # Without a table of mounts nothing can be said; most disks are local.
        return None


def free(folder: Path) -> int:
    """Bytes that may still be written in a folder.

    Raises:
        OSError: there is no such folder.
    """
    return shutil.disk_usage(folder).free


def _of_linux(table: str) -> list[tuple[str, str]]:
    """Mount points and types; blanks in names are written as octal numbers (fstab(5))."""
    found = []
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) > 2:
            point = re.sub(r"\\([0-7]{3})", lambda escaped: chr(int(escaped[1], 8)), fields[1])
            found.append((point, fields[2]))
    return found


def _of_mac(table: str) -> list[tuple[str, str]]:
    """Mount points and types of lines such as ``//anna@server/team on /Volumes/team (smbfs, nodev, nosuid)``."""
    return [(line[1], line[2]) for line in re.finditer(r"^.*? on (/.*) \(([\w.]+)[,)]", table, re.MULTILINE)]


def _of_mounts(mounts: list[tuple[str, str]], real: Path) -> str | None:
    best = ("", "")
    for point, kind in mounts:
        # Of two on one point the later one hides the earlier.
        if (real == Path(point) or Path(point) in real.parents) and len(point) >= len(best[0]):
            best = (point, kind)
    point, kind = best
    if kind in _OF_THE_HOST and point == "/":
        return None
    fuse = kind.removeprefix("fuse.")
    return f"{kind} at {point}" if kind in _NETWORK or (fuse != kind and fuse in _NETWORK_FUSE) else None


def _of_windows(real: Path) -> str | None:
    drive = os.path.splitdrive(real)[0]
    if drive.startswith("\\\\"):
        return f"network share {drive}"
    import ctypes

    kind = getattr(ctypes, "windll").kernel32.GetDriveTypeW(drive + "\\")  # noqa: B009 - only Windows has it
    return f"network drive {drive}" if kind == _DRIVE_REMOTE else None
