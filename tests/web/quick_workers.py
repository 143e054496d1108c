"""Workers that are forked from one process which has imported all that they need, in place of an interpreter each.

What they do is the same, to the pipes and the signals; only their start is not tested this way (``true_workers`` in
``conftest.py`` is for tests that want that). Run as a program, this is the process that forks.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).resolve().parent


class Forked:
    """What a lane sees of a process: as much of ``subprocess.Popen`` as it asks for. It is nobody's child here."""

    def __init__(self, pid: int, into: int, out: int, alive: int) -> None:
        self.pid = pid
        self.stdin, self.stdout = os.fdopen(into, "wb"), os.fdopen(out, "rb")
        self.returncode: int | None = None
        #: The reading end of a pipe that ends with the process.
        self._alive = alive

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._alive], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            os.read(self._alive, 1)
            os.close(self._alive)
            self.returncode = 0
        return self.returncode


class Zygote:
    """The process that forks, seen from the tests."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        path = [*sys.path, str(HERE.parent / "pipeline")]
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno()), json.dumps(path)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._socket = ours
        self._lock = threading.Lock()

    def started(self, errors: IO[bytes]) -> Forked:
        """In place of ``dutybook.web.jobs._started``."""
        (from_us, into), (out, to_us), (alive, held) = os.pipe(), os.pipe(), os.pipe()
        order = {"env": {**os.environ, "PYTHONUTF8": "1"}, "path": sys.path}
        with self._lock:
            data = json.dumps(order).encode()
            socket.send_fds(self._socket, [len(data).to_bytes(8, "big")], [from_us, to_us, errors.fileno(), held])
            self._socket.sendall(data)
            pid = int.from_bytes(_exactly(self._socket, 8), "big")
        for fd in (from_us, to_us, held):
            os.close(fd)
        return Forked(pid, into, out, alive)

    def close(self) -> None:
        self._socket.close()
        self._process.wait(timeout=30)


def _exactly(source: socket.socket, length: int) -> bytes:
    made = b""
    while len(made) < length:
        got = source.recv(length - len(made))
        if not got:
            raise EOFError
        made += got
    return made


def _become(fds: Sequence[int], env: Mapping[str, str], path: Sequence[str]) -> None:
    """Be the process that was asked for: its streams, its group, its surroundings, and nothing else that was open."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Out of the way first: one of them may have a number that another is to get.
    high = [os.dup2(fd, 200 + n) for n, fd in enumerate(fds)]
    for n, fd in enumerate(high):
        os.dup2(fd, n)
    os.closerange(len(fds), 4096)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:] = path


def _run(main: Any) -> None:
    try:
        main()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def serve(control: socket.socket) -> None:
    """Fork whenever we are asked to, until nobody can ask any more."""
    import batch_fakes  # type: ignore[import-not-found]  # noqa: F401

    import dutybook.alerts.sending
    import dutybook.pipeline.batch
    import dutybook.pipeline.unpacking
    import dutybook.pipeline.watching.runner  # noqa: F401
    from dutybook.web import job_worker

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        head, fds, _, _ = socket.recv_fds(control, 8, 4)
        if not head:
            return
        head += _exactly(control, 8 - len(head))
        order = json.loads(_exactly(control, int.from_bytes(head, "big")))
        begun, begins = os.pipe()
        pid = os.fork()
        if pid == 0:
            # A group of its own comes first: whoever ends the task at once ends the group.
            os.setsid()
            os.write(begins, b"x")
            _become(fds, order["env"], order["path"])
            _run(job_worker.main)
        os.close(begins)
        os.read(begun, 1)
        os.close(begun)
        control.sendall(pid.to_bytes(8, "big"))
        for fd in fds:
            os.close(fd)


if __name__ == "__main__":
    sys.path[:] = json.loads(sys.argv[2])
    serve(socket.socket(fileno=int(sys.argv[1])))
