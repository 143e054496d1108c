#!/usr/bin/env python3
"""Scores the dates of acts against dates that were read by hand.

    python benchmarks/act_dates.py FOLDER [--truth TRUTH.jsonl] [--split NAME] [--errors] [--keep FOLDER]

The truth, ``act_dates.jsonl`` beside this script unless another is named, has one act a line: ``file`` (inside FOLDER), ``country``,
``split``, ``dates`` (each ``kind``, ``day``, ``part``: what of the act it is about, empty for all of it, the ``page`` where it stands
and, if it may be shown, the ``quote``) and ``open``, the kinds of which only the most important dates are listed. A day that the text
does not name is listed where it follows from days that the file states. ``--keep`` keeps what was read of each document (layout and
structure).

Half of the acts, chosen by the hash of their names before anything was scored, are ``seen``; of the other half, ``aside``, the figures
are printed but never the errors, so that nothing is tuned on them.
``act_dates_second.jsonl`` has other acts, chosen at random by language and read before the program saw them.
``act_dates_third.jsonl`` has 77 more: of the acts that no list has, of folds 0 to 3, ``random.Random("third")`` drew up to a number for
each language, in the order of bg, cs, da, de, el, en, es, et, fi, fr, hr, hu, it, lt, lv, nl, pl, pt, ro, sk, sl, sv, from the sorted
names; no act of the Union that a list has in another language or version, and none of Irish and Maltese, of which no act was left. They
are ``third`` where the hash of the file's path is even, else ``kept``; the errors of the latter are never printed either.

A date is *right* where the program shows its kind and day, *unresolved* where it shows that there is one but no day ("three months
after publication", "changed by …"), *silent* where it shows nothing and *wrong* where it shows another day in its place. A day that is
shown for the whole act and is none of its dates counts as *extra*. What is shown for the whole act, without a doubt, is shown as
*sure*. Outside of the Union, entry into force and application are one thing.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dutybook.document_view import DocumentView
from dutybook.extract.citations import find_citations
from dutybook.extract.facts import find_facts
from dutybook.extract.named_acts import find_named_acts
from dutybook.layout.document_dates import with_dates
from dutybook.layout.formats import read_layout, sniff
from dutybook.pipeline.analyse import describe_document, read
from dutybook.pipeline.config import Config
from dutybook.pipeline.unpacking import decompress
from dutybook.records import Document, Structure
from dutybook.resolve.act_dates import DateAssertion, assert_dates
from dutybook.resolve.deadlines import resolve_facts
from dutybook.resolve.works import identify
from dutybook.structure.build import build_structure, pack_for

_TRUTH = Path(__file__).with_suffix(".jsonl")
_ASIDE = frozenset({"aside", "kept"})
_BEGINS = frozenset({"entry_into_force", "application"})


@dataclass
class Score:
    """The marks of a group of dates."""

    marks: Counter[str] = field(default_factory=Counter)

    def line(self, name: str) -> str:
        m = self.marks
        known = m["right"] + m["unresolved"] + m["wrong"] + m["silent"]
        error = (m["wrong"] + m["silent"]) / known if known else 0.0
        counts = "  ".join(f"{mark} {m[mark]:3}" for mark in ("right", "unresolved", "wrong", "silent", "extra"))
        return f"{name:24} {known:4} dates  {counts}  wrong shown as sure {m['sure']:3}  error {error:.3f}"


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of a document before facts are sought."""

    document: Document
    structure: Structure
    jurisdiction: str
    enacted: str | None


def read_document(source: Path, keep: Path | None) -> Known:
    kept = keep / f"{source.name}.act.pickle" if keep else None
    if kept and kept.exists():
        made: tuple[Any, ...] = pickle.loads(kept.read_bytes())
    else:
        raw = read(source)
        inner = decompress(raw)
        layout = with_dates(read_layout(inner))
        structure = build_structure(layout, raw.sha256[:16])
        made = raw, sniff(inner.data, inner.source, inner.media_type), layout, structure
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps(made))
    raw, file_format, layout, structure = made
    pack = pack_for(structure.language)
    identity = identify(structure.title, structure.family, structure.language, layout, pack, raw.source)
    document = describe_document(raw, file_format, layout, structure, identity, Config())
    work = identity.work
    return Known(document, structure, work.jurisdiction if work else "", layout.meta.get("enacted"))


def find_dates(source: Path, keep: Path | None) -> tuple[DateAssertion, ...]:
    known = read_document(source, keep)
    document = known.document
    view = DocumentView.of(document, known.structure, pack_for)
    read_view = view.with_known_languages()
    citations = find_citations(read_view, known.jurisdiction)
    acts = {c.span for c in citations if c.work} | {n.span for n in find_named_acts(read_view, citations)}
    facts = resolve_facts(view, find_facts(read_view, acts), document.published_by, known.enacted)
    return assert_dates(document, facts)


def kinds(kind: str, country: str) -> frozenset[str]:
    return _BEGINS if country != "EU" and kind in _BEGINS else frozenset({kind})


def judge(act: dict[str, Any], predicted: tuple[DateAssertion, ...]) -> Iterator[tuple[str, str, str]]:
    """Kind, mark and description of each date of the act, and of each day that is shown and is none of its dates."""
    country, listed = act["country"], act["dates"]
    for date in listed:
        of = [a for a in predicted if a.kind in kinds(date["kind"], country)]
        days = {a.due.isoformat() for a in of if a.due}
        if date["day"] in days:
            mark = "right"
        elif any(a.due is None for a in of):
            mark = "unresolved"
        elif any(a.sure and a.due and a.due.isoformat() not in {d["day"] for d in listed} for a in of):
            mark = "wrong"
        else:
            mark = "silent"
        yield date["kind"], mark, f"{date['day']} {date['part']} “{date.get('quote', '')}” shown: {sorted(days)}"
    for a in predicted:
        if not a.sure or a.due is None or a.kind in act["open"]:
            continue
        same = [d for d in listed if not d["part"] and a.kind in kinds(d["kind"], country)]
        if a.due.isoformat() not in {d["day"] for d in same}:
            yield a.kind, "extra", f"{a.due} {a.place} “{a.quote[:160]}”"
            yield a.kind, "sure", ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", type=Path, default=_TRUTH)
    parser.add_argument("--split", help="only the acts of this split")
    parser.add_argument("--only", default="", help="only files whose name contains this")
    parser.add_argument(
        "--errors", action="store_true", help="list what is not right, except in acts that are set aside"
    )
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    total, by_kind, by_country, by_split = Score(), dict[str, Score](), dict[str, Score](), dict[str, Score]()
    for line in arguments.truth.read_text().splitlines():
        act = json.loads(line)
        if (arguments.split and act["split"] != arguments.split) or arguments.only not in act["file"]:
            continue
        predicted = find_dates(arguments.folder / act["file"], arguments.keep)
        for kind, mark, what in judge(act, predicted):
            keys = (by_kind, kind), (by_country, act["country"]), (by_split, act["split"])
            for score in (total, *(groups.setdefault(key, Score()) for groups, key in keys)):
                score.marks[mark] += 1
            if arguments.errors and act["split"] not in _ASIDE and mark not in {"right", "sure"}:
                sys.stdout.write(f"{mark:10} {act['file']} {kind}: {what}\n")
    for title, scores in (("kind", by_kind), ("country", by_country), ("split", by_split)):
        sys.stdout.write(f"\nby {title}\n" + "".join(f"{s.line(name)}\n" for name, s in sorted(scores.items())))
    sys.stdout.write("\n" + total.line("all") + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
