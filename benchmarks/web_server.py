"""For ``web.py``: a register with norms and real pages, ``dutybook serve`` over it as a process of its own, and a browser that asks."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote, urlencode

ROOT = Path(__file__).parents[1]
#: Documents with pages to look at, beside the made-up ones.
SAMPLES = (
    "seehafendatengesetz.de.pdf",
    "rundschreiben-auslagerung.de.pdf",
    "directive-repair-passports.en.pdf",
    "circular-outsourcing.en.pdf",
)
PASSWORD = "a long enough word for measuring"
_COMMAND = [sys.executable, "-m", "dutybook"]
_STARTING = 60.0
_EDGE = "edge-of-a-part"


def make(folder: Path, norms: int, samples: Sequence[str] = SAMPLES) -> Path:
    """The register in ``folder`` with so many made-up norms and the samples, made if it is not there yet; files of samples beside it."""
    target = folder / f"register-{norms}.db"
    if target.exists():
        return target
    sys.path.insert(0, str(Path(__file__).parent))
    import generate
    import scale

    from dutybook.store import open_register

    (folder / "samples").mkdir(parents=True, exist_ok=True)
    for name in samples:
        shutil.copy(ROOT / "corpora" / "samples" / name, folder / "samples" / name)
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    left = norms
    with open_register(part) as register, closing(scale.documents(generate.SEED)) as made:
        while left > 0:
            document = next(made)
            register.write(document)
            left -= document.norms
    files = [f"samples/{name}" for name in samples]
    limits = ["--workers", "1", "--time-limit", "600"]
    # From the folder, so that their sources are written relative to it.
    if files:
        command = [*_COMMAND, "--database", str(part.absolute()), "ingest", *files, *limits]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    with open_register(part) as register:
        register._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    part.rename(target)
    return target


def make_people(database: Path, number: int) -> list[str]:
    """So many editors with the same password; their names."""
    from dutybook.store.accounts import accounts_of, people, sessions
    from dutybook.web.account_access import Passwords

    accounts = accounts_of(database)
    names = [f"Person {n}" for n in range(number)]
    known = {person.name for person in people.people(accounts)} if accounts.exists() else set()
    hashed = Passwords().hash(PASSWORD)
    for name in names:
        if name not in known:
            _, key = people.add(accounts, name, "editor", datetime.now(UTC))
            sessions.set_first_password(accounts, key, hashed, datetime.now(UTC), address="")
    accounts.close()
    return names


class Server:
    """``dutybook serve`` as it is shipped, until :meth:`stop`."""

    def __init__(
        self,
        database: Path,
        *,
        several: bool = False,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        command = [*_COMMAND, "--database", str(database.absolute()), "serve", "--port", "0", *options]
        self.process = subprocess.Popen(
            [*command, *(["--multi-user"] if several else [])],
            cwd=database.parent,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "COLUMNS": "500", "PYTHONUNBUFFERED": "1", **(environment or {})},
        )
        assert self.process.stdout is not None
        self.link = self.address = ""
        until = time.monotonic() + _STARTING
        while not self.address and time.monotonic() < until:
            line = self.process.stdout.readline()
            if found := re.search(r"http://([\d.]+:\d+)(/\S*)?", line):
                self.address, self.link = found[1], found[2] or "/"
            elif not line:
                break
        if not self.address:
            self.stop()
            raise SystemExit("dutybook serve did not start: see what it says above")

    def enter(self) -> str:
        """The cookie of the one person."""
        with closing(Browser(self.address)) as browser:
            answer = browser.get(self.link)
        if answer.status != 303:
            raise SystemExit(f"nobody is let in: {answer.status}")
        return browser.cookie

    def sign_in(self, name: str) -> str:
        """The cookie of somebody with an account."""
        fields = r'<input type="hidden" name="([^"]*)" value="([^"]*)"'
        with closing(Browser(self.address)) as browser:
            page = browser.get("/sign-in").body.decode()
            hidden = {field: unescape(value) for field, value in re.findall(fields, page)}
            answer = browser.post("/sign-in", {**hidden, "name": name, "password": PASSWORD})
        if answer.status != 303:
            raise SystemExit(f"{name} cannot sign in: {answer.status}")
        return browser.cookie

    def cpu(self) -> float:
        """Milliseconds of CPU that the process and its children have used, as far as they and their threads live."""
        return sum(_cpu(pid) for pid in self._processes()) / 1e6

    def cpu_of_all(self) -> float:
        """The same with threads and processes that have ended since, but in steps of ten milliseconds."""
        return sum(_ticks(pid) for pid in self._processes()) * 1000 / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """The most MiB that the process and its children held, each at its time; 0 where the system does not tell."""
        return sum(_most(pid) for pid in self._processes()) / 1024

    def shared_memory(self) -> float:
        """The MiB that the process and its children hold now, shared pages counted in part; 0 where the system does not tell."""
        files = (Path(f"/proc/{pid}/smaps_rollup") for pid in self._processes())
        return sum(int(found[1]) for file in files if (found := re.search(r"^Pss:\s*(\d+)", _read(file), re.M))) / 1024

    def _processes(self) -> list[int]:
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += map(int, _read(children).split())
        return found

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def _cpu(pid: int) -> int:
    return sum(int((_read(file).split() or ["0"])[0]) for file in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def _ticks(pid: int) -> int:
    """User and system time of a process and of its children that have ended: fields 14 to 17 of its ``stat``."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))


def _most(pid: int) -> int:
    found = re.search(r"VmHWM:\s*(\d+)", _read(Path(f"/proc/{pid}/status")))
    return int(found[1]) if found else 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Answer:
    """``sent`` are the bytes of the body as they came, ``took`` milliseconds until the last of them."""

    status: int
    headers: dict[str, str]
    body: bytes
    took: float

    @property
    def sent(self) -> int:
        return len(self.body)


class Browser:
    """One connection that is kept, with its cookies; it takes compressed answers as browsers do."""

    def __init__(self, address: str, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.cookie = cookie

    def close(self) -> None:
        self.connection.close()

    def get(self, path: str, compressed: bool = False) -> Answer:
        return self._ask("GET", path, None, {"accept-encoding": "gzip"} if compressed else {})

    def post(self, path: str, form: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(form), {"content-type": "application/x-www-form-urlencoded"})

    def send(self, path: str, form: Mapping[str, str]) -> Answer:
        """As a form that may hold files is sent; none of the values has a line that begins with the edge of a part."""
        parts = (f'--{_EDGE}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in form.items())
        body = "".join(parts) + f"--{_EDGE}--\r\n"
        return self._ask("POST", path, body, {"content-type": f"multipart/form-data; boundary={_EDGE}"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        if self.cookie:
            headers["cookie"] = self.cookie
        begun = time.perf_counter()
        # Browsers write what is not ASCII as bytes of UTF-8, and ask again where the server had closed a connection that lay idle.
        address = quote(path, safe="%/?&=#:;,+@!$'()*~")
        for again in (True, False):
            try:
                self.connection.request(method, address, body, headers)
                answer = self.connection.getresponse()
                read = answer.read()
                break
            except (http.client.HTTPException, OSError) as error:
                self.connection.close()
                idle = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
                if not (again and method == "GET" and isinstance(error, idle)):
                    raise
        took = (time.perf_counter() - begun) * 1000
        given: SimpleCookie = SimpleCookie(self.cookie)
        for value in answer.headers.get_all("set-cookie") or ():
            given.load(value)
            self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in given.items())
        return Answer(answer.status, {n.lower(): v for n, v in answer.headers.items()}, read, took)
