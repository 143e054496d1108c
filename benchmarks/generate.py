#!/usr/bin/env python3
"""A register of acts that do not exist, as large as one likes, for measuring: a million norms in about a thousand documents.

    python benchmarks/generate.py OUT.db --norms 100000 [--seed 1]

The words and sentences are those of ``fictional.toml``, in eight languages; further nouns follow Zipf's law over 40,000 made-up
words a language, so that a few are everywhere and most are rare, as in real texts. Works have one to eight language versions of the
same duties in the same places, some a consolidated version in which a few duties changed; a document holds some hundreds of
norms with provisions, deadlines, definitions, citations, penalties, rejected sentences and evidence in the proportions of
the texts that we read. The rows have the shape of :func:`dutybook.store.documents.flatten` and go through ``Register.write``.

Everything follows from the seed: document ``n`` is the same however many are made.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import math
import sqlite3
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from dutybook.languages.topics import topics_of
from dutybook.records import content_id
from dutybook.store import open_register, schema
from dutybook.store.documents.columns import COLUMNS
from dutybook.store.documents.flatten import Flat, Row
from dutybook.store.search.terms import terms_of

SEED = 1
#: Made-up words a language, and how fast their frequency falls.
VOCABULARY = 40_000
_SLOPE = 1.05
#: Norms of a document: median, spread of its logarithm, least and most.
_SIZE = (780, 0.7, 40, 5_000)
#: Words of a norm: median and spread of its logarithm.
_LENGTH = (34, 0.45)
#: How many languages a work comes in, and how often.
_LANGUAGES = ((1, 2, 4, 8), (0.8, 0.12, 0.05, 0.03))
_MODALITIES = (("obligation", "prohibition", "permission", "exemption"), (0.62, 0.1, 0.22, 0.06))
#: Columns that a made-up document has nothing to say in.
_EMPTY: dict[str, object] = {
    **dict.fromkeys(("problems", "reasons", "steps", "scope", "outside", "applies_why", "boxes"), "[]"),
    **dict.fromkeys(("reason", "note", "about", "published_by", "analyser", "version_kind"), ""),
    "parts": "{}",
    "format": "text",
    "quoted": 0,
}


@cache
def _defaults(table: str) -> dict[str, object]:
    """What the schema puts into the columns of a table that nothing is said of, so that new columns need no word here."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        schema.create(fresh)
        found = fresh.execute(
            "SELECT name, dflt_value FROM pragma_table_info(?) WHERE dflt_value IS NOT NULL", (table,)
        )
        return {name: ast.literal_eval(default) for name, default in found}


@cache
def words_file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "fictional.toml").read_text(encoding="utf-8"))


@cache
def _weights() -> list[float]:
    total, sums = 0.0, []
    for rank in range(1, VOCABULARY + 1):
        total += (rank + 2.7) ** -_SLOPE
        sums.append(total)
    return sums


@cache
def vocabulary(language: str) -> tuple[str, ...]:
    """The nouns of a language, the most frequent first."""
    nouns: list[str] = words_file()["nouns"][language]
    syllables: list[str] = words_file()["syllables"][language]
    made = list(nouns)
    number = 0
    while len(made) < VOCABULARY:
        rest, word = number + 20, ""
        while rest:
            rest, digit = divmod(rest, len(syllables))
            word += syllables[digit]
        made.append(word.capitalize() if language == "de" else word)
        number += 1
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Duty:
    """A norm before it has words: numbers of notions in ``fictional.toml``, the same in every language."""

    number: int
    bearer: int
    action: int
    modality: str
    strength: str
    condition: int | None
    deadline: int | None
    due: date
    words: int
    article: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A document to make: of which work, in which language, which version of it."""

    number: int
    work: int
    language: str
    version: int
    versions: int
    norms: int
    jurisdiction: str
    seed: int

    @property
    def celex(self) -> str:
        return f"3{2050 + self.work % 40}{'RL'[self.work % 2]}{self.work % 10_000:04d}"

    @property
    def work_id(self) -> str:
        return self.celex if self.jurisdiction == "EU" else content_id("work", self.seed, self.work)


def plans(seed: int = SEED) -> Iterator[Plan]:
    """Documents without end, those of a work one after the other."""
    languages: list[str] = words_file()["languages"]
    number = work = 0
    while True:
        rng = Random(f"{seed} work {work}")
        count = rng.choices(*_LANGUAGES)[0]
        chosen = languages if count == len(languages) else sorted(rng.sample(languages, count), key=languages.index)
        versions = 1 + (rng.random() < 0.15)
        median, spread, least, most = _SIZE
        norms = int(min(max(rng.lognormvariate(math.log(median), spread), least), most))
        place = "EU" if count > 1 else rng.choice(["EU", *words_file()["signs"]["jurisdictions"]])
        for version in range(versions):
            for language in chosen:
                yield Plan(number, work, language, version, versions, norms, place, seed)
                number += 1
        work += 1


def flats(norms: int, seed: int = SEED) -> Iterator[Flat]:
    """The rows of documents, until they hold ``norms`` norms (the last one is cut)."""
    left = norms
    for plan in plans(seed):
        made = flat(plan, left)
        left -= made.norms
        yield made
        if left <= 0:
            return


@cache
def _duties(seed: int, work: int, norms: int, version: int) -> tuple[Duty, ...]:
    rng = Random(f"{seed} duties {work}")
    file = words_file()
    made: list[Duty] = []
    article = paragraph = 1
    for number in range(norms):
        if paragraph > rng.randint(1, 6):
            article, paragraph = article + 1, 1
        dated = rng.random()
        made.append(
            Duty(
                number=number,
                bearer=min(int(rng.expovariate(0.28)), len(file["bearers"]) - 1),
                action=rng.randrange(len(file["actions"])),
                modality=rng.choices(*_MODALITIES)[0],
                strength="should" if rng.random() < 0.04 else "must",
                condition=rng.randrange(len(file["conditions"])) if rng.random() < 0.25 else None,
                deadline=rng.randrange(len(file["deadlines"])) if dated < 0.16 else None,
                due=date(2024, 1, 1) + timedelta(days=rng.randrange(2500)),
                words=int(rng.lognormvariate(math.log(_LENGTH[0]), _LENGTH[1])),
                article=article,
                paragraph=paragraph,
            )
        )
        paragraph += rng.random() < 0.7
    if version:
        # A later version: some are gone, some have another day or another force.
        changed = Random(f"{seed} version {work} {version}")
        kept = [duty for duty in made if changed.random() > 0.02]
        made = [
            Duty(**{**_fields(duty), "modality": "obligation", "due": duty.due + timedelta(days=365)})
            if changed.random() < 0.04
            else duty
            for duty in kept
        ]
    return tuple(made)


def _fields(duty: Duty) -> dict[str, Any]:
    return {name: getattr(duty, name) for name in Duty.__slots__}


@dataclass
class _Made:
    """The tables of a document while they fill."""

    plan: Plan
    id: str
    tables: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in COLUMNS})

    def add(self, table: str, **values: object) -> None:
        values.setdefault("document", self.id)
        values.setdefault("position", len(self.tables[table]))
        empty = {**_defaults(table), **_EMPTY}
        self.tables[table].append(tuple(values.get(name, empty.get(name)) for name in COLUMNS[table]))  # type: ignore[misc]


def flat(plan: Plan, most: int | None = None) -> Flat:
    """The rows of one document, of at most ``most`` norms."""
    file = words_file()
    at = file["languages"].index(plan.language)
    sha = hashlib.sha256(f"{plan.seed} document {plan.number}".encode()).hexdigest()
    made = _Made(plan, content_id("document", sha))
    nouns, weights = vocabulary(plan.language), _weights()
    rng = Random(f"{plan.seed} title {plan.work}")
    about = rng.choices(range(VOCABULARY), cum_weights=weights, k=2)
    title = file["titles"]["subject"][at].format(*(nouns[n] for n in about))
    title += f" ({plan.celex})" if plan.jurisdiction == "EU" else f" ({plan.jurisdiction} {plan.work})"
    entry = date(2030, 1, 1) + timedelta(days=rng.randrange(-3000, 600))
    parts: list[str] = [title]
    length = len(title) + 1
    provisions: dict[tuple[int, int], str] = {}
    for term in range(min(20, plan.norms // 10)):
        noun = nouns[(about[0] + term * 7) % VOCABULARY]
        identity = content_id(made.id, "definition", term)
        made.add(
            "definitions",
            id=identity,
            work=plan.work_id,
            number=f"Art 2({term + 1})#1",
            place=f"Art 2({term + 1})",
            term=noun,
            role=noun,
            quote=f"({term + 1}) {noun}: {title}",
            language=plan.language,
            page=1,
            span_start=0,
            span_end=9,
        )
    terms = len(made.tables["definitions"])
    duties = _duties(plan.seed, plan.work, plan.norms, plan.version)
    for duty in duties[:most]:
        own = Random(((plan.seed * 1_000_003 + plan.work) * 64 + at) * 100_000 + duty.number)
        quote, bearer, action, condition, deadline = _sentence(duty, at, nouns, own)
        start, end = length, length + len(quote)
        parts.append(quote)
        length = end + 1
        page = 1 + start // 3000
        provision = _provision(made, provisions, duty, start, page, at, about, nouns)
        place = f"Art {duty.article}({duty.paragraph})"
        identity = content_id(made.id, "norm", start, end)
        who = file["bearers"][duty.bearer]
        heading = file["titles"]["headings"][at].format(nouns[(about[1] + duty.article) % VOCABULARY])
        boxes = _boxes(page, start, len(quote))
        made.add(
            "norms",
            id=identity,
            place=place,
            modality=duty.modality,
            strength=duty.strength,
            bearer=bearer,
            bearer_class=who["class"],
            quote=quote,
            action=action,
            condition=condition,
            page=page,
            language=plan.language,
            confidence=0.9,
            provision=provision,
            span_start=start,
            span_end=end,
            parts=json.dumps({"bearer": [start, start + len(bearer)]}),
            boxes=boxes,
            terms=terms_of(quote, None, bearer, action, place, title, language=plan.language),
            role=who["text"][0].partition(" ")[2],
            applies_from=entry.isoformat() if own.random() < 0.8 else None,
            bearer_definition=made.tables["definitions"][duty.bearer][0] if duty.bearer < terms else None,
            topics=" ".join(topics_of(plan.language, action, heading, quote)),
        )
        _evidence(made, "norms", identity, page, boxes)
        if deadline is not None and duty.deadline is not None:
            kind = file["deadlines"][duty.deadline]
            due = duty.due.isoformat() if kind["kind"] == "fixed" else None
            named = content_id(identity, "deadline")
            made.add(
                "deadlines",
                id=named,
                norm=identity,
                quote=deadline,
                kind=kind["kind"],
                due=due,
                page=page,
                value=due or kind.get("value"),
                direction="after",
                span_start=start,
                span_end=end,
            )
            _evidence(made, "deadlines", named, page, boxes)
        chance = own.random()
        if chance < 0.35:
            named = content_id(identity, "citation")
            cited = f"Art {1 + own.randrange(60)}"
            made.add(
                "citations",
                id=named,
                norm=identity,
                as_written=cited,
                work=plan.work_id,
                place=cited,
                resolved=1,
                page=page,
                span_start=start,
                span_end=end,
            )
            _evidence(made, "citations", named, page, "[]")
        if chance > 0.55:
            named = content_id(identity, "rejected")
            made.add(
                "rejected",
                id=named,
                place=place,
                quote=quote[:160],
                reason="it tells, it does not command",
                provision=provision,
                page=page,
                boxes=boxes,
                span_start=start,
                span_end=end,
            )
            _evidence(made, "rejected", named, page, boxes)
        if chance > 0.985:
            named = content_id(identity, "penalty")
            spans = {"span_start": start, "span_end": end}
            made.add("penalties", id=named, quote=f"EUR {own.randrange(1, 20)} 000 000", imposed=0, page=page, **spans)
            made.add("amounts", penalty=named, position=0, amount=1e6, currency="EUR")
            made.add("sanctions", norm=identity, penalty=named, position=0)
            _evidence(made, "penalties", named, page, "[]")
        for position in range(min(own.randrange(3), terms)):
            definition = made.tables["definitions"][own.randrange(terms)][0]
            made.add("norm_terms", norm=identity, definition=definition, position=position)
    text = "\n".join(parts)
    naming = {"work": plan.work_id, "kind": "regulation", "jurisdiction": plan.jurisdiction, "short_title": title}
    naming |= {"number": plan.celex if plan.jurisdiction == "EU" else None, "issuer": "The Council of the Isles"}
    made.add("works", **{**naming, "id": plan.work_id})
    made.add("work_names", **naming, language=plan.language)
    made.add("texts", text=text, boilerplate="[]")
    for number in range(1, len(text) // 3000 + 2):
        made.add("pages", number=number, width=595, height=842, source="text", confidence=None)
    amended = entry + timedelta(days=400)
    version = {"version_date": amended.isoformat() if plan.version else None, "published": entry.isoformat()}
    made.add(
        "documents",
        id=made.id,
        work=plan.work_id,
        title=title,
        language=plan.language,
        genre="eu_act",
        genre_probability=1.0,
        author="",
        place="",
        publisher="",
        family="eu_act",
        **{"status": "read", "pages": len(made.tables["pages"]), "characters": len(text), **version},
        norms=len(made.tables["norms"]),
        source=f"{plan.celex}-{plan.version}.{plan.language}.txt",
        sha256=sha,
        digest=sha,
        version_kind="consolidated" if plan.version else "original",
    )
    source = str(made.tables["documents"][0][COLUMNS["documents"].index("source")])
    return Flat(made.id, source, sha, sha, "read", "", made.tables)


def _provision(
    made: _Made,
    known: dict[tuple[int, int], str],
    duty: Duty,
    start: int,
    page: int,
    at: int,
    about: list[int],
    nouns: tuple[str, ...],
) -> str:
    """The provision of a duty, with the article around it, made where it begins."""
    heading = words_file()["titles"]["headings"][at].format(nouns[(about[1] + duty.article) % VOCABULARY])
    parent: str | None = None
    for kind, key in (("article", (duty.article, 0)), ("paragraph", (duty.article, duty.paragraph))):
        if key not in known:
            known[key] = content_id(made.id, "provision", *key)
            paragraph = kind == "paragraph"
            made.add(
                "provisions",
                id=known[key],
                parent=parent,
                kind=kind,
                number=str(key[paragraph]),
                page=page,
                heading="" if paragraph else heading,
                zone="enacting",
                span_start=start,
                span_end=start,
                place=f"Art {duty.article}" + (f"({duty.paragraph})" if paragraph else ""),
            )
        parent = known[key]
    assert parent is not None
    return parent


def _sentence(duty: Duty, at: int, nouns: tuple[str, ...], rng: Random) -> tuple[str, str, str, str | None, str | None]:
    """Quote, bearer, action, condition and deadline of a duty in the language at ``at``."""
    file = words_file()
    bearer = file["bearers"][duty.bearer]["text"][at]
    action = file["actions"][duty.action]["text"][at]
    kind = "should" if duty.strength == "should" and duty.modality == "obligation" else duty.modality
    sentence = file["sentences"][kind][at].format(bearer=bearer, action=action)
    deadline = condition = None
    if duty.deadline is not None:
        deadline = file["deadlines"][duty.deadline]["text"][at].format(day=f"{duty.due:%d.%m.%Y}")
        sentence += f" {deadline}"
    if duty.condition is not None:
        condition = file["conditions"][duty.condition]["text"][at]
        sentence += f", {condition}"
    joints = list(file["joints"].values())
    missing = duty.words - len(sentence.split())
    chosen = iter(rng.choices(nouns, cum_weights=_weights(), k=max(missing, 3)))
    while missing > 0:
        joint = rng.choice(joints)[at]
        sentence += joint.format(*(next(chosen, nouns[0]) for _ in range(joint.count("{"))))
        missing -= len(joint.split())
    return f"{sentence[0].upper()}{sentence[1:]}.", bearer[0].upper() + bearer[1:], action, condition, deadline


def _boxes(page: int, start: int, length: int) -> str:
    top = 80 + start % 3000 / 4
    lines = [
        {
            "page": page,
            "x0": 71.5,
            "top": round(top + 12 * line, 2),
            "x1": 523.25,
            "bottom": round(top + 10 + 12 * line, 2),
        }
        for line in range(length // 95 + 1)
    ]
    return json.dumps(lines, separators=(",", ":"))


def _evidence(made: _Made, kind: str, finding: str, page: int, boxes: str) -> None:
    made.add(
        "evidence",
        kind=kind,
        finding=finding,
        name="rules",
        version="1",
        cue="shall",
        cue_start=0,
        cue_end=5,
        confidence=0.9,
        why="cue “shall”; subject of the command",
        page=page,
        boxes=boxes,
        fields="{}",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--norms", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    if given.database.exists():
        print(f"{given.database} is there already; name a new file.", file=sys.stderr)
        return 2
    begun, norms = time.perf_counter(), 0
    with open_register(given.database) as register:
        for number, made in enumerate(flats(given.norms, given.seed), start=1):
            register.write(made)
            norms += made.norms
            if number % 50 == 0:
                print(f"{norms:>9} norms, {number} documents, {time.perf_counter() - begun:.0f} s", flush=True)
    print(f"{norms} norms in {time.perf_counter() - begun:.0f} s, {given.database.stat().st_size / 2**20:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
