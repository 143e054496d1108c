#!/usr/bin/env python3
"""Scores what the register makes of dates that news state about acts.

    python benchmarks/claims.py ../shared [--keep FOLDER] [--errors]

``claims/statements.tsv`` has sentences of our own in 24 languages about acts in ``../shared/docs/eu``, each with the day on which it was
written, the act, the kind of date, the date and the state that the act's text gives it; the states were written before the program was run.
``claims/real.jsonl`` has the dated statements about acts that a person found in the news of ``gold/real``, folds 0 to 3, and in the article of the
first user: keys and labels, no text. ``claims/steps.tsv`` has sentences of our own in 24 languages about acts in the making, written before the
program was run on them. A claim counts as *found* with its kind and date, as *linked* if it is about the act, and as *right* if its
state is the expected one. *False contradictions* are what would tell somebody that a correct article is wrong.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from act_dates import read_document

from dutybook.document_view import DocumentView
from dutybook.extract.citations import find_citations
from dutybook.extract.facts import find_date_changes, find_facts
from dutybook.extract.named_acts import find_named_acts
from dutybook.extract.procedures import find_procedure_steps
from dutybook.layout.formats import read_layout
from dutybook.pipeline.analyse import describe_document
from dutybook.pipeline.config import Config
from dutybook.records import Analysis, Document, Family, Genre, RawDocument, Sentence, Span, Structure, Work, Zone
from dutybook.resolve.deadlines import resolve_facts
from dutybook.resolve.works import Identity
from dutybook.store import Register, open_register
from dutybook.store.news.procedures import procedures
from dutybook.structure.build import build_structure, pack_for

HERE = Path(__file__).parent / "claims"
ACTS = ("GDPR_32016R0679_EN_OJ_2016", "DA_32023R2854_EN_OJ_2023", "DORA_32022R2554_EN_OJ_2022", "DSA_32022R2065_EN_OJ_2022", "MICA_32023R1114_EN_OJ_2023",
        "NIS2_32022L2555_EN_OJ_2022", "CSDDD_32024L1760_EN_OJ_2024", "SFDR_32019R2088_EN_OJ_2019", "PSD2_32015L2366_EN_OJ_2015", "AMLR_32024R1624_EN_OJ_2024")  # fmt: skip
#: A day after all articles.
LATER = date(2030, 1, 1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim that an article makes: about ``work``, of the kind ``type``, for ``due``, with the state that it should get."""

    work: str
    type: str
    due: str
    state: str


def findings(document: Document, structure: Structure, work: Work | None) -> Analysis:
    """What the register needs of a document here: its dates and the acts that it names, no norms."""
    view = DocumentView.of(document, structure, pack_for)
    known = view.with_known_languages()
    facts = resolve_facts(view, find_facts(known), document.published_by)
    citations = find_citations(known)
    named = find_named_acts(known, citations)
    acts = {c.span: c.work for c in citations if c.work} | {n.span: n.act for n in named}
    return Analysis(
        document,
        work,
        None,
        structure.provisions,
        facts=facts,
        citations=citations,
        named_acts=named,
        date_changes=find_date_changes(known),
        procedure_steps=find_procedure_steps(known, acts),
    )


def read_acts(folder: Path, keep: Path | None) -> Iterator[Analysis]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(ACTS):
            known = read_document(path, keep)
            document, structure = known.document, known.structure
            yield findings(document, structure, Work(document.work or "", "regulation", "EU", None, ""))


def make_article(sentence: str, language: str, published: str, number: int) -> Analysis:
    raw = RawDocument(f"statement-{number}.txt", sentence.encode())
    layout = read_layout(raw)
    structure = build_structure(layout, raw.sha256[:16], language)
    structure = replace(structure, family=Family.NEWS, genre=Genre.NEWS, language=language)
    document = describe_document(raw, "text", layout, structure, Identity(None, ()), Config(published=published))
    return findings(document, structure, None)


def claims_of(register: Register, document: str) -> list[dict[str, Any]]:
    sql = "SELECT work, type, due, state, reason, actual, whole, quote FROM claims WHERE document = ?"
    names = ("work", "type", "due", "state", "reason", "actual", "whole", "quote")
    return [dict(zip(names, row, strict=True)) for row in register._select(sql, document)]


def judge(wanted: Wanted, made: list[dict[str, Any]]) -> str:
    fitting = [claim for claim in made if (claim["type"], claim["due"]) == (wanted.type, wanted.due)]
    if not fitting:
        return "not found"
    linked = [claim for claim in fitting if claim["work"] == wanted.work]
    if not linked and wanted.state != "unchecked":
        return "not linked"
    # What cannot be checked is expected where it lies ahead of the article.
    right = {"unchecked", "expected"} if wanted.state == "unchecked" else {wanted.state}
    return "right" if (linked or fitting)[0]["state"] in right else "wrong state"


def judge_steps(path: Path, *, errors: bool) -> None:
    """Sentences of our own about acts (in brackets) in the making: the step, its date and whether it is reached, each all right or not."""
    marks: Counter[str] = Counter()
    with path.open(encoding="utf-8", newline="") as file:
        for language, published, *wanted, marked in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text, act = marked.replace("[", "").replace("]", ""), marked.index("[")
            acts = {Span(act, marked.index("]") - 1): "act"}
            sentence = Sentence(Span(0, len(text)), "p", Zone.ENACTING, language)
            view = DocumentView(text, [sentence], language=language, family=Family.NEWS, published=published)
            found = [
                [s.step.value, s.value or "-", "reached" if s.is_reached else "announced"]
                for s in find_procedure_steps(view, acts)
            ]
            right = found == ([] if wanted[2] == "none" else [wanted])
            mark = "right" if right else "none found" if not found else "wrong"
            marks[mark] += 1
            if errors and not right:
                print(f"  {mark:12} {language} {marked}\n      {wanted} {found}")
    print(f"steps: {sum(marks.values())} sentences  " + "  ".join(f"{mark} {n}" for mark, n in marks.most_common()))


def judge_real_steps(register: Register, shared: Path, keep: Path | None, *, errors: bool) -> None:
    """The steps that a person found in the news of ``gold/real``, folds 0 to 3, and in the article of the first user."""
    labels = [json.loads(line) for line in (HERE / "steps.jsonl").read_text(encoding="utf-8").splitlines()]
    ids: dict[str, str] = {}
    for name in {label["doc"] for label in labels}:
        known = read_document(next((shared / "docs" / "real").glob(f"{name}.*")), keep)
        document, structure = known.document, known.structure
        ids[name] = document.id
        register.add(replace(findings(document, structure, None), document=replace(document, work=None)))
    rows = procedures(register, today=LATER)
    predicted_steps = [(row, one) for row in rows for one in row.dates if one.document in ids.values()]
    right: set[int] = set()
    for label in labels:
        wanted = (label["step"], label["value"], "reported" if label["reached"] else "announced")
        found = next(
            (
                number
                for number, (row, one) in enumerate(predicted_steps)
                if one.document == ids[label["doc"]] and label["act"] in f"{row.title} {row.work}".lower()
                if (one.step, one.due, one.status) == wanted
            ),
            None,
        )
        if found is not None:
            right.add(found)
        elif errors:
            print(f"  not found    {label}")
    others = [
        (row.title, one.step, one.due, one.status) for n, (row, one) in enumerate(predicted_steps) if n not in right
    ]
    print(f"real steps: {len(labels)} labelled, {len(right)} found; {len(others)} other steps shown")
    if errors:
        print(*(f"  shown, too   {other}" for other in others), sep="\n")


def report(name: str, rows: list[tuple[str, Wanted, list[dict[str, Any]], str]], *, errors: bool) -> None:
    marks = Counter(mark for _, _, _, mark in rows)
    print(f"{name}: {len(rows)} claims  " + "  ".join(f"{mark} {n}" for mark, n in marks.most_common()))
    right = {(key, want.type, want.due) for key, want, _, _ in rows if want.state == "contradicted"}
    contradicted = {
        (key, c["type"], c["due"]) for key, _, made, _ in rows for c in made if c["state"] == "contradicted"
    }
    print(f"  contradicted by the register {len(contradicted)}, of these false {len(contradicted - right)}")
    if errors:
        for key, want, made, mark in rows:
            if mark != "right":
                print(f"  {mark:12} {key}\n      {want}\n      {made}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--keep", type=Path, help="keep what was read of documents in this folder")
    parser.add_argument("--errors", action="store_true", help="list what is not right, and all claims of real news")
    options = parser.parse_args()
    with open_register(":memory:") as register:
        for act in read_acts(options.shared / "docs" / "eu", options.keep):
            register.add(act)
        rows = []
        with (HERE / "statements.tsv").open(encoding="utf-8", newline="") as file:
            for number, (language, published, *labels, sentence) in enumerate(
                csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            ):
                article = make_article(sentence, language, published, number)
                register.add(article)
                made = claims_of(register, article.document.id)
                wanted = Wanted(*labels)
                rows.append((f"{language} {sentence}", wanted, made, judge(wanted, made)))
        report("statements", rows, errors=options.errors)
        real = [json.loads(line) for line in (HERE / "real.jsonl").read_text(encoding="utf-8").splitlines()]
        rows = []
        found: dict[str, list[dict[str, Any]]] = {}
        for label in real:
            name = label.pop("doc")
            if name not in found:
                path = next((options.shared / "docs" / "real").glob(f"{name}.*"))
                known = read_document(path, options.keep)
                document, structure = known.document, known.structure
                article = findings(document, structure, None)
                register.add(replace(article, document=replace(document, work=None)))
                found[name] = claims_of(register, document.id)
            wanted = Wanted(**label)
            rows.append((name, wanted, found[name], judge(wanted, found[name])))
        report("real news", rows, errors=options.errors)
        judge_real_steps(register, options.shared, options.keep, errors=options.errors)
    judge_steps(HERE / "steps.tsv", errors=options.errors)
    return 0


if __name__ == "__main__":
    sys.exit(main())
