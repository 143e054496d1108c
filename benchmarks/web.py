#!/usr/bin/env python3
"""How fast the web application answers over a large register, how much a browser loads, and what fifty people at once feel.

    python benchmarks/web.py --keep FOLDER [--norms 1000000] [--users 50] [--seconds 60] [--think 0] [--ingest] [--json web.json]
    python benchmarks/web.py --keep FOLDER --only users --doors accounts --users 100 --seconds 600 --think 5 --ingest

A register of made-up norms (``generate.py``) with some real PDFs beside them is made once in ``--keep`` (a million norms need 5 GB
and ten minutes), and a real ``dutybook serve`` is asked over HTTP: pages one after the other, each address once; then the bytes of pages
with all that they load in a browser that has nothing yet; then ``--users`` people for ``--seconds``, alone
(one session) and with accounts, each in turn: search, open a norm, look at its page, go back, with a pause of ``--think``
seconds on average before each request. The people are a process of its own on the same machine. Images count where they are asked
for the second time. With ``--ingest`` documents are read into the same register all the while; an error is then what fails it,
too, and the exit code is 1 after any error. CPU is what the server used for a request, all of its processes together.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass
from html import unescape
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode, urljoin

sys.path.insert(0, str(Path(__file__).parent))

import generate
import scale
import web_load
from web_server import SAMPLES, Browser, Server, make, make_people

#: What we want to stay below at a million norms on two cores: milliseconds (p95), bytes, milliseconds (p95) of many people at once.
GOALS = {
    "results": 200,
    "results, 3 facets chosen": 200,
    "results, 3 chosen, all counted": 200,
    "norm": 100,
    "image, cached": 60,
}
COLD_GOAL, USERS_GOAL = 100_000, 1_000
#: Addresses of each kind.
EACH = 60
#: One person with the link, or people with accounts.
DOORS = ("alone", "accounts")


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of page: milliseconds of wall clock and of the server's CPU, bytes of the answers in the middle, answers that were no success."""

    kind: str
    number: int
    p50: float
    p95: float
    most: float
    cpu50: float
    cpu95: float
    bytes: int
    errors: int


@dataclass(frozen=True, slots=True)
class Painted:
    """What a browser loads for a page when it has nothing yet: bytes as they are sent, with and without pictures of pages."""

    kind: str
    html: int
    styles: int
    scripts: int
    drawings: int
    pictures: int

    @property
    def first(self) -> int:
        return self.html + self.styles + self.scripts + self.drawings


def addresses(database: Path, each: int, seed: int) -> dict[str, list[str]]:
    """Addresses of each kind to ask for, the same ones for the same register."""
    from dutybook.store import open_register

    rng = Random(seed)
    words = _words(each, rng)
    with open_register(database, read_only=True, create=False) as register:
        read = register._connection.execute

        def some(sql: str, many: int = each) -> list[str]:
            found = [row[0] for row in read(sql)]
            return rng.sample(found, min(many, len(found)))

        last = read("SELECT max(row) FROM norms").fetchone()[0]
        picked = (read("SELECT id FROM norms WHERE row >= ? LIMIT 1", (rng.randrange(last),)) for _ in range(each))
        norms = [row[0] for found in picked for row in found]
        documents = some("SELECT id FROM documents WHERE norms > 0")
        works = [quote(work, safe="") for work in some("SELECT DISTINCT work FROM documents WHERE work IS NOT NULL")]
        changed = some("SELECT DISTINCT d.work FROM documents d WHERE d.version_kind = 'consolidated'", 20)
        drawn = read(
            "SELECT d.id, p.number FROM documents d JOIN pages p ON p.document = d.id WHERE d.source LIKE '%samples/%.pdf'"
        ).fetchall()
    chosen = [
        {"modality": modality, "topic": topic, "applies": "in-force"}
        for modality in ("obligation", "permission")
        for topic in ("security", "reporting", "governance")
    ]
    three = [(("words", word), *rng.choice(chosen).items()) for word in words]
    return {
        "results": ["/search?" + urlencode({"words": word}) for word in words],
        "results, 3 facets chosen": ["/search?" + urlencode(asked) for asked in three],
        "values of a facet": ["/search/values?" + urlencode([*asked, ("facet", "bearer_role")]) for asked in three],
        "overview": ["/"],
        "results, no words": [
            "/search",
            "/search?modality=obligation",
            "/search?topic=security&language=pt",
            "/search?offset=500",
        ],
        "norm": [f"/norms/{norm}" for norm in norms],
        "image, first": [f"/documents/{document}/pages/{number}.png" for document, number in drawn[:each]],
        "image, cached": [f"/documents/{document}/pages/{number}.png" for document, number in drawn[:each]],
        "document": [f"/documents/{document}" for document in documents],
        "review": ["/review", *(f"/review?later={later}" for later in range(1, 8)), "/review?language=de"],
        "calendar": ["/calendar", "/calendar/year", *(f"/calendar?year=2027&month={month}" for month in range(1, 13))],
        "acts": ["/acts", "/acts?offset=100", *(f"/acts?words={w}" for w in words[:6])],
        "act": [f"/acts/{work}" for work in works],
        "changes": ["/changes", "/changes?offset=40", *(f"/acts/{quote(w, safe='')}/changes" for w in changed)],
        "documents": ["/documents", "/documents?offset=100"],
        "news": ["/news"],
        "export": ["/export", *("/export?" + urlencode({"words": word}) for word in words[:6])],
        "about": ["/about"],
        "API search": ["/api/v1/norms?" + urlencode({"words": word}) for word in words],
        "API norm": [f"/api/v1/norms/{norm}" for norm in norms],
    }


def _words(each: int, rng: Random) -> list[str]:
    """What people type: frequent words and rare ones, several at once, prefixes, phrases."""
    kinds = [scale.common(), *scale.queries().values()]
    typed = [filters.words for kind in kinds for filters in kind]
    common, rest = typed[: len(kinds[0])], typed[len(kinds[0]) :]
    return [*common, *rng.sample(rest, max(min(each - len(common), len(rest)), 0))]


def measure(server: Server, browser: Browser, kind: str, asked: Sequence[str]) -> Measured:
    """Ask for addresses one after the other."""
    asked = asked or ["/"]
    walls, cpus, sizes, errors = [], [], [], 0
    for address in asked:
        used = server.cpu()
        answer = browser.get(address)
        cpus.append(server.cpu() - used)
        walls.append(answer.took)
        sizes.append(answer.sent)
        errors += answer.status != 200
    p = scale.percentile
    return Measured(
        *(kind, len(asked), p(walls, 0.5), p(walls, 0.95), max(walls), p(cpus, 0.5), p(cpus, 0.95)),
        *(int(statistics.median(sizes)), errors),
    )


def painted(browser: Browser, kind: str, address: str) -> Painted:
    """What a page and all that it names weigh as a browser gets them."""
    plain = browser.get(address).body.decode()
    page = browser.get(address, compressed=True)
    found = {unescape(a) for a in re.findall(r'<(?:link|script|img|image)[^>]*?\s(?:href|src)="([^"]+)"', plain)}
    sizes = dict.fromkeys(("styles", "scripts", "drawings", "pictures"), 0)
    for name in sorted(found):
        answer = browser.get(urljoin(address, name), compressed=True)
        sort = answer.headers.get("content-type", "")
        if answer.status != 200 or not name.startswith("/"):
            continue
        for part, which in (("css", "styles"), ("javascript", "scripts"), ("svg", "drawings"), ("png", "pictures")):
            if part in sort:
                sizes[which] += answer.sent
    return Painted(kind, page.sent, **sizes)


def report(measured: Sequence[Measured], paints: Sequence[Painted], loads: Sequence[web_load.Load]) -> None:
    if measured:
        heads = ("p50 ms", "p95 ms", "most", "CPU p50", "CPU p95", "kB", "errors", "goal")
        print(f"{'':<32}{'n':>4}" + "".join(f"{head:>9}" for head in heads))
    for m in measured:
        figures = (m.p50, m.p95, m.most, m.cpu50, m.cpu95, m.bytes / 1000)
        goal = GOALS.get(m.kind, "")
        print(f"{m.kind:<32}{m.number:>4}" + "".join(f"{f:>9.1f}" for f in figures) + f"{m.errors:>9}{goal:>9}")
    if paints:
        print(f"\n{'cold page, kB':<32}{'html':>8}{'styles':>8}{'scripts':>8}{'svg':>8}{'sum':>8}{'goal':>6}{'png':>8}")
    for paint in paints:
        parts = (paint.html, paint.styles, paint.scripts, paint.drawings, paint.first)
        print(
            f"{paint.kind:<32}"
            + "".join(f"{part / 1000:>8.1f}" for part in parts)
            + f"{COLD_GOAL / 1000:>6.0f}{paint.pictures / 1000:>8.1f}"
        )
    for load in loads:
        print(
            f"\n{load.users} people {load.how}, {load.seconds:.0f} s, pause {load.think:g} s: {load.requests} requests,"
            f" {load.rate:.1f} a second, {load.errors} errors; p50 {load.p50:.0f} ms, p95 {load.p95:.0f} ms (goal {USERS_GOAL}),"
            f" most {load.most:.0f} ms; server {load.memory:.0f} MiB, {load.cores:.2f} cores"
        )
        print("  " + "; ".join(f"{what} p50 {p50:.0f} p95 {p95:.0f} ms" for what, (p50, p95) in load.steps.items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, required=True, help="the folder of registers, each made once")
    parser.add_argument("--norms", type=int, default=1_000_000)
    parser.add_argument("--samples", type=int, default=len(SAMPLES), help="so many real documents beside them")
    parser.add_argument("--each", type=int, default=EACH, help="addresses of each kind")
    parser.add_argument("--kinds", nargs="+", help="only these kinds of pages")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, nargs="+", default=[1.0, 0.0])
    parser.add_argument("--doors", choices=DOORS, nargs="+", default=list(DOORS), help="pages are asked at the first")
    parser.add_argument("--only", choices=("pages", "cold", "users"), nargs="+", default=("pages", "cold", "users"))
    parser.add_argument("--ingest", action="store_true", help="read documents while people are there")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seed", type=int, default=generate.SEED)
    given = parser.parse_args()
    database = make(given.keep, given.norms, SAMPLES[: given.samples])
    asked = addresses(database, given.each, given.seed)
    measured: list[Measured] = []
    paints: list[Painted] = []
    loads: list[web_load.Load] = []
    ingests: list[web_load.Ingest] = []
    for door in given.doors if "users" in given.only else given.doors[:1]:
        several = door == "accounts"
        names = make_people(database, given.users) if several else []
        with closing(Started(database, several)) as started, closing(Browser(started.server.address)) as browser:
            server = started.server
            cookies = [server.sign_in(name) for name in names] if several else [server.enter()] * given.users
            browser.cookie = cookies[0]
            first = door == given.doors[0]
            if first and "pages" in given.only:
                browser.get("/")
                for kind, paths in asked.items():
                    if not given.kinds or kind in given.kinds:
                        measured.append(measure(server, browser, kind, paths))
                        report(measured[-1:], (), ())
            if first and "cold" in given.only:
                paints += [painted(browser, kind, paths[0]) for kind, paths in asked.items() if _is_page(kind)]
            if "users" in given.only:
                for think in given.think:
                    how = "with accounts" if several else "in one session"
                    with web_load.Ingest(database) if given.ingest else nullcontext() as ingest:
                        loads.append(web_load.run(server, cookies, asked, given.seconds, think, how))
                    if ingest:
                        ingests.append(ingest)
    print()
    report(measured, paints, loads)
    for ingest in ingests:
        print(f"  meanwhile {ingest.read} documents were read; {len(ingest.errors)} errors {ingest.errors[:3]}")
    if given.json:
        measurements = {"pages": measured, "cold": paints, "users": loads}
        whole = {name: [asdict(row) for row in rows] for name, rows in measurements.items()}
        given.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return 1 if any(load.errors for load in loads) or any(ingest.errors for ingest in ingests) else 0


class Started:
    """A server that is stopped whatever happens."""

    def __init__(self, database: Path, several: bool) -> None:
        self.server = Server(database, several=several)

    def close(self) -> None:
        self.server.stop()


def _is_page(kind: str) -> bool:
    return not kind.startswith(("image", "API"))


if __name__ == "__main__":
    sys.exit(main())
