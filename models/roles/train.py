#!/usr/bin/env python3
"""Learns the English names of roles from definition lists that share their numbers.

    python models/roles/train.py ../shared

Reads the language versions of EU acts in ``../shared/docs/eu`` and ``../shared/parallel`` (never the AI Act, a demonstration
text), lays their definitions side by side by number, and keeps those of somebody who acts. Writes ``roles.json`` and ``card.md``
beside this file. There is no chance in it: the same texts give the same files.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from dutybook.document_view import DocumentView
from dutybook.extract.definitions import find_definitions
from dutybook.languages import available, load
from dutybook.languages.pack import stems
from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.config import Config
from dutybook.records import Definition, Sentence, SentenceRole, Span, Zone, small

HERE = Path(__file__).resolve().parent
LEFT_OUT = ("AIA_", "32024R1689", "GDPR_TOC", "COR_")
#: language -> act -> number -> definition's term
Terms = dict[str, dict[str, dict[str, tuple[str, bool]]]]


def of_documents(folder: Path, terms: Terms, pattern: str = "*") -> None:
    for file in sorted(folder.glob(pattern)):
        if any(name in file.name for name in LEFT_OUT) or file.suffix not in {
            ".pdf",
            ".html",
            ".xhtml",
            ".xml",
            ".txt",
        }:
            continue
        try:
            found = analyse(file, Config())
        except Exception as error:
            print(f"{file.name}: {error}", file=sys.stderr)
            continue
        if found.work is not None and found.work.id[:1] == "3":
            add(terms, found.work.id, found.definitions)


def of_parallel(file: Path, work: str, prefix: str, terms: Terms) -> None:
    """Provisions whose English text is a definition; ``ref`` is ``3.21`` for Article 3, point 21."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        english = str((row.get("en") or {}).get("description") or "")
        if not str(row["ref"]).startswith(prefix) or "means" not in english[:160]:
            continue
        article, _, number = row["ref"].partition(".")
        for code in (c for c in row if c in available()):
            text = str((row[code] or {}).get("description") or "").replace("\xa0", " ")
            place = f"Art {article}({number})"
            sentence = Sentence(Span(0, len(text)), "p", Zone.DEFINITION, code, SentenceRole.ITEM, place=place)
            add(terms, work, find_definitions(DocumentView(text, [sentence])))


def add(terms: Terms, work: str, definitions: tuple[Definition, ...]) -> None:
    for d in definitions:
        if d.place:
            terms[d.language][work].setdefault(d.number, (d.term.text, d.actor is not None))


def learn(terms: Terms, without: str = "") -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """The table of numbered roles, and the lexicon: a term's commonest role over all acts but ``without``."""
    acts = {
        work: {number: small(term) for number, (term, actor) in sorted(numbered.items()) if actor}
        for work, numbered in sorted(terms["en"].items())
        if work != without
    }
    lexicon: dict[str, dict[str, str]] = {}
    for code, works in sorted(terms.items()):
        pack = load(code)
        votes: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        written: dict[tuple[str, ...], str] = {}
        for work, numbered in sorted(works.items()):
            for number, (term, _) in sorted(numbered.items()):
                role = acts.get(work, {}).get(number)
                if role:
                    votes[stems(term, pack)][role] += 1
                    written.setdefault(stems(term, pack), " ".join(term.split()).casefold())
        # Where acts disagree ("Betreiber": operator here, deployer there) nothing is said.
        sure = {w: v for w, v in votes.items() if len(v) == 1 or v.most_common(2)[0][1] > v.most_common(2)[1][1]}
        lexicon[code] = {written[w]: v.most_common(1)[0][0] for w, v in sorted(sure.items())}
    return {w: t for w, t in acts.items() if t}, {c: t for c, t in lexicon.items() if t}


def scores(terms: Terms) -> list[tuple[str, int, int, int]]:
    """Leave one act out: language, defined actors whose English name is known, of these named by the lexicon, of these right."""
    rows = []
    for code, works in sorted(terms.items()):
        known = named = right = 0
        if code == "en":
            continue
        pack = load(code)
        for work, numbered in works.items():
            english = terms["en"].get(work, {})
            _, lexicon = learn(terms, without=work)
            by_stem = {stems(t, pack): role for t, role in lexicon.get(code, {}).items()}
            for number, (term, _) in numbered.items():
                if number in english and english[number][1]:
                    known += 1
                    predicted_role = by_stem.get(stems(term, pack))
                    named += predicted_role is not None
                    right += predicted_role == small(english[number][0])
        if known:
            rows.append((code, known, named, right))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    options = parser.parse_args()
    terms: Terms = defaultdict(lambda: defaultdict(dict))
    of_documents(options.shared / "docs" / "eu", terms)
    of_documents(options.shared / "gold", terms, "gdpr.pl.txt")
    of_parallel(options.shared / "parallel" / "dora.en-cs-es-fr.jsonl", "32022R2554", "3.", terms)
    of_parallel(options.shared / "parallel" / "gdpr.en-sv.jsonl", "32016R0679", "4.", terms)
    acts, lexicon = learn(terms)
    text = json.dumps({"acts": acts, "terms": lexicon}, ensure_ascii=False, indent=1, sort_keys=True)
    (HERE / "roles.json").write_text(text + "\n", encoding="utf-8")
    rows = scores(terms)
    lines = [
        "# Roles: the English names of bearers",
        "",
        "Made by `python models/roles/train.py ../shared` (no chance in it, so no seed). Learned from the numbered definitions of",
        f"{len(acts)} EU acts in {len(lexicon)} languages; the AI Act is left out. `acts`: numbered definitions of those acts, "
        f"{sum(map(len, acts.values()))} of somebody",
        f"who acts. `terms`: {sum(map(len, lexicon.values()))} terms to roles, for acts that were not read.",
        "",
        "Leave one act out: of the defined actors of an act, how many the lexicon learned from the *other* acts names, and how many of",
        "these as the act's own English text does. (Within one register, versions of one act are joined by number instead: always right.)",
        "",
        "| language | actors | named | right | right of named |",
        "|---|---|---|---|---|",
        *(f"| {c} | {k} | {n} | {r} | {r / n if n else 0:.2f} |" for c, k, n, r in rows),
    ]
    (HERE / "card.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
