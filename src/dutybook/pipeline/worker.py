"""A child process that reads one document after the other, so that a hostile file harms only the child.

Started as a fresh interpreter with :data:`COMMAND`: unlike multiprocessing's *spawn* this does not import the caller's
main module again, so it works from notebooks and from scripts without a guard. Frames on its pipes are a length
(8 bytes) and a pickle: first :class:`Setup`, then any number of :class:`Job`, one :class:`Answer` for each. Both ends
are ours. The child ends when its input does: no orphan outlives a killed parent.
"""

from __future__ import annotations

import errno
import math
import os
import pickle
import platform
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO

from dutybook.memory import limit_memory
from dutybook.reasons import Reason, Why, because

if TYPE_CHECKING:
    from dutybook.pipeline.unpacking import Contents, Unpacker

#: What a fresh interpreter runs; the import path of the parent takes the place of ``{path}``.
COMMAND = "import sys; sys.path[:] = {path!r}; from dutybook.pipeline.worker import main; main()"

#: The number of the answer that a child gives when it has started.
READY = -1

_LENGTH = struct.Struct(">Q")
#: What the system says where a file cannot become longer: the disk is full, or what its user may have of it is used up.
_FULL = {getattr(errno, name, errno.ENOSPC) for name in ("ENOSPC", "EDQUOT", "EFBIG")}


@dataclass(frozen=True, slots=True)
class Setup:
    """What a child needs to know once. ``memory`` and ``max_bytes`` (of a file) are limits in bytes, 0 for none.

    ``analyse`` is called with (raw, config), ``finish`` with (analysis, version); both are names as ``module:function``.
    """

    memory: int
    analyse: str
    finish: str
    config: Any
    version: str
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """The time that a document may take, in seconds: of the processor and in all (0: no limit).

    ``a_page`` is what each of its pages allows for, if that is more, and ``most`` what all may come to; 0: pages count for nothing.
    """

    seconds: float = 0.0
    wall_seconds: float = 0.0
    a_page: float = 0.0
    most: float = 0.0

    def for_pages(self, pages: int) -> Allowance:
        """The allowance for a document of so many pages."""
        seconds = min(max(self.seconds, self.a_page * pages), self.most)
        return replace(self, seconds=seconds, wall_seconds=self.wall_seconds * seconds / self.seconds)


@dataclass(frozen=True, slots=True)
class Job:
    """A document to read: a file, or the member of it that ``inner`` leads to (see :mod:`dutybook.pipeline.unpacking`).

    Attributes:
        listing: only the list of its members is needed.
        share: the number of processes that may work on it, since no other document waits for them.
        allowance: the time that it may take.
        published: the publication date from its source.
        version: in place of the one in :class:`Setup`.
    """

    number: int
    path: Path
    source: str
    inner: tuple[int, ...] = ()
    listing: bool = False
    share: int = 1
    allowance: Allowance = Allowance()
    published: str | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Either a ``result``, or the ``reason`` why there is none; ``sha256`` is that of the bytes.

    ``contents`` lists the documents inside; an archive has only these, neither result nor reason.
    ``final`` is False where another attempt might end differently: out of memory, out of time, crashed.
    """

    number: int
    result: Any = None
    reason: Reason | None = None
    sha256: str = ""
    final: bool = True
    details: str = field(default="", repr=False)
    contents: Contents | None = None


def send(stream: BinaryIO, value: object) -> None:
    """Write one frame."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read one frame.

    Raises:
        EOFError: the other end is gone.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 - from our own parent or child


def import_function(name: str) -> Callable[..., Any]:
    """The function that ``module:function`` names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def main() -> None:
    """Answer jobs until the parent goes away."""
    try:
        _serve()
    except (EOFError, BrokenPipeError):
        os._exit(0)


def _serve() -> None:
    # Libraries may print; only our frames may reach the parent.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    setup: Setup = receive(sys.stdin.buffer)
    limit_memory(setup.memory)
    jobs: SimpleQueue[Job] = SimpleQueue()
    from dutybook.pipeline.unpacking import Unpacker

    # Imported before the first document: what is missing here is no document's fault, and takes none of its time.
    analyse, finish = import_function(setup.analyse), import_function(setup.finish)
    send(output, Answer(READY))
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    unpacker = Unpacker(setup.max_bytes, getattr(setup.config, "password", None))
    while True:
        job = jobs.get()
        _limit_time(job.allowance.seconds)
        answer = read_job(setup, job, unpacker, (analyse, finish), _announcer(output))
        try:
            send(output, answer)
        except MemoryError:
            send(output, answer_out_of_memory(setup, job, answer.sha256))


def _announcer(output: BinaryIO) -> Callable[[Allowance], None]:
    """A function that gives a document more time, and tells the parent."""
    started = time.process_time()

    def announce(allowance: Allowance) -> None:
        _limit_time(allowance.seconds - (time.process_time() - started))
        send(output, allowance)

    return announce


def _listen(jobs: SimpleQueue[Job]) -> None:
    try:
        while True:
            jobs.put(receive(sys.stdin.buffer))
    except BaseException:
        # The parent has gone, or is not to be understood: nothing that is being done is wanted any more, nor is what
        # was started for it, which is in our group.
        if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(0)


def read_job(
    setup: Setup,
    job: Job,
    unpacker: Unpacker,
    functions: tuple[Callable[..., Any], Callable[..., Any]],
    announce: Callable[[Allowance], None],
) -> Answer:
    """The answer for a job: what the second function makes of the first one's analysis, or why there is none.

    Nothing is raised for a document. ``announce`` is called with the time that it may take, where that depends on its pages.
    """
    from dutybook.errors import BadDocument

    analyse, finish = functions
    sha256 = ""
    contents: Contents | None = None
    try:
        raw = unpacker.read(job.path, job.source, job.inner)
        sha256 = raw.sha256
        contents = unpacker.contents(raw)
        if job.listing or (contents and contents.only):
            return Answer(job.number, sha256=sha256, contents=contents)
        allowed = job.allowance
        if allowed.a_page:
            from dutybook.layout.extent import estimate_pages

            allowed = allowed.for_pages(estimate_pages(raw, getattr(setup.config, "password", None)))
            announce(allowed)
        limits = {"seconds": allowed.seconds or allowed.wall_seconds, "wall_seconds": allowed.wall_seconds}
        config = replace(setup.config, workers=job.share, **limits)
        if job.published:
            config = replace(config, published=job.published)
        result = finish(analyse(raw, config), job.version or setup.version)
        return Answer(job.number, result=result, sha256=sha256, contents=contents)
    except BadDocument as error:
        # What is attached to a document can be read where the document itself cannot.
        return Answer(job.number, reason=error.reason, sha256=sha256, contents=contents)
    except MemoryError:
        return answer_out_of_memory(setup, job, sha256)
    except RecursionError:
        reason = because(Why.NESTED, "it is nested too deeply").of_kind("too large")
        return Answer(job.number, reason=reason, sha256=sha256)
    except Exception as error:
        if is_out_of_space(error):
            return answer_out_of_space(job, sha256)
        import traceback

        cause = " ".join(f"{type(error).__name__}: {error}".removesuffix(": ").split())
        reason = because(Why.DEFECT, "internal error, please report it: {why}", why=cause).of_kind("defect")
        details = traceback.format_exc()
        return Answer(job.number, reason=reason, sha256=sha256, details=details, contents=contents)


def answer_out_of_memory(setup: Setup, job: Job, sha256: str) -> Answer:
    """The answer for a document for which the memory is not sufficient."""
    most = round(setup.memory / 2**30, 1)
    reason = because(Why.MEMORY, "it needs more than {limit} GiB of memory", limit=most).of_kind("too large")
    return Answer(job.number, reason=reason, sha256=sha256, final=False)


def is_out_of_space(error: BaseException) -> bool:
    """Whether an error says that a disk is full."""
    # Python looks for a folder in which a file can be written, and says only that it found none.
    none = isinstance(error, FileNotFoundError) and "No usable temporary directory" in str(error)
    return none or (isinstance(error, OSError) and error.errno in _FULL)


def reason_out_of_space() -> Reason:
    """Why a document was not read for which the disk of temporary files has no space."""
    text = "there is no space on {machine} for temporary files: make some, or name another folder with TMPDIR"
    return because(Why.SPACE, text, machine=platform.node()).of_kind("no space")


def answer_out_of_space(job: Job, sha256: str = "") -> Answer:
    """The answer for a document for which the disk of temporary files has no space; a process that begins anew has no more."""
    return Answer(job.number, reason=reason_out_of_space(), sha256=sha256)


def _limit_time(seconds: float) -> None:
    """Have the kernel end this process (SIGXCPU) after so many more seconds of processor time, whatever it is doing."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    used, hard = time.process_time(), resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(used + seconds) if seconds else hard
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
