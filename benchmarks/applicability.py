#!/usr/bin/env python
"""What applies to five invented firms: proposals compared with what was expected before the program was written.

    python benchmarks/applicability.py ../shared                    # reads the acts first (minutes)
    python benchmarks/applicability.py ../shared --register FILE    # acts that a register holds already

``applicability.toml`` has the firms, the acts and the expectations, a group of norms a line. A proposal is right where its verdict is the
expected one. "asked" are those that are left to people though the text decides, "wrong" those that say the opposite: these alone
mislead. Development acts were open while the rules were written, the others were not looked at.
"""

from __future__ import annotations

import argparse
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dutybook.languages.proposal_words import describe_reason
from dutybook.pipeline.batch import ingest
from dutybook.pipeline.pool import Limits
from dutybook.pipeline.reading import ReadingOptions
from dutybook.records.profiles import Answer, Profile, Proposal, Verdict
from dutybook.records.provisions import lies_in
from dutybook.resolve.applicability.addressees import AddressedNorm
from dutybook.resolve.applicability.proposing import ActProposer
from dutybook.store import Register, open_register
from dutybook.store.profiles.making import read_act, read_norms

HERE = Path(__file__).parent
#: Seconds that reading one act may take.
_SECONDS = 1500.0


def firms(spec: Mapping[str, Any]) -> list[Profile]:
    """The invented firms."""
    return [
        Profile(
            firm["name"],
            firm["name"],
            tuple(firm["countries"]),
            employees=firm.get("employees"),
            turnover=firm.get("turnover"),
            balance=firm.get("balance"),
            complete=firm["complete"],
            answers=tuple(Answer(term, True) for term in firm["yes"]),
        )
        for firm in spec["firms"]
    ]


def is_meant(norm: AddressedNorm, group: Mapping[str, Any]) -> bool:
    """Whether a norm is one of a group."""
    there = norm.place in group.get("exact", ()) or any(lies_in(norm.place, place) for place in group.get("places", ()))
    return there and ("bearers" not in group or norm.bearer_class in group["bearers"])


def compared(
    register: Register, document: str, act: Mapping[str, Any], profiles: list[Profile]
) -> Iterator[tuple[str, str, str, Proposal, str]]:
    """Firm, group, expected verdict, proposal and words of each norm of the groups, and of the act as a whole."""
    proposer = ActProposer(read_act(register, document))
    norms = read_norms(register, document)
    for number, profile in enumerate(profiles):
        own = {proposal.norm: proposal for proposal in proposer.propose(profile, norms)}
        for group in act["groups"]:
            expected = group["expected"][number]
            if "places" not in group and "exact" not in group:
                yield profile.name, group["name"], expected, proposer.propose_act(profile), ""
                continue
            for norm in norms:
                if is_meant(norm, group):
                    yield profile.name, group["name"], expected, own[norm.id], f"{norm.place}: {norm.quote[:90]}"


def outcome(expected: str, verdict: Verdict) -> str:
    """right, asked or wrong."""
    if verdict.value == expected:
        return "right"
    return "asked" if verdict is Verdict.ASK else "wrong"


def documents_of(register: Register, work: str, language: str) -> str | None:
    """The text of an act in a language."""
    found = [d.id for d in register.documents() if d.work == work and d.language == language]
    return found[0] if found else None


def read_acts(spec: Mapping[str, Any], shared: Path, database: Path) -> None:
    """Read the acts into a new register."""
    files = [str(shared / "docs" / "eu" / name) for act in spec["acts"] for name in act["files"].values()]
    present = [name for name in files if Path(name).is_file()]
    ingest(present, database, ReadingOptions(workers=1, limits=Limits(seconds=_SECONDS)))


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--register", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print what is not right, of development acts alone")
    given = parser.parse_args()
    spec = tomllib.loads((HERE / "applicability.toml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        database = given.register or Path(folder, "acts.db")
        if given.register is None:
            read_acts(spec, given.shared, database)
        with open_register(database, create=False, read_only=True) as register:
            report(spec, register, wrong=given.wrong)


def report(spec: Mapping[str, Any], register: Register, *, wrong: bool) -> None:
    """Print a line an act and language, and the sums of development acts and of the others."""
    profiles = firms(spec)
    sums: dict[tuple[bool, str], Counter[str]] = {}
    by_verdict: dict[bool, Counter[tuple[str, str]]] = {True: Counter(), False: Counter()}
    without = 0
    print(f"{'act':8} {'':3} {'proposals':>9} {'right':>6} {'asked':>6} {'wrong':>6}")
    for act in spec["acts"]:
        for language in act["files"]:
            document = documents_of(register, act["work"], language)
            if document is None:
                print(f"{act['name']:8} {language:3} not held")
                continue
            counted: Counter[str] = Counter()
            for firm, group, expected, proposal, words in compared(register, document, act, profiles):
                made = outcome(expected, proposal.verdict)
                counted[made] += 1
                if language == "en":
                    by_verdict[act["development"]][expected, proposal.verdict.value] += 1
                without += not (describe_reason(proposal.reason, "en") and (proposal.reason.basis or not words))
                if wrong and made != "right" and act["development"]:
                    print(
                        f"  {firm} | {group} | {expected} | {proposal.verdict.value} {proposal.reason.code} | {words}"
                    )
            sums.setdefault((act["development"], language), Counter()).update(counted)
            line(act["name"], language, counted)
    for (development, language), counted in sorted(sums.items(), reverse=True):
        line("all open" if development else "unseen", language, counted)
    for development, table in by_verdict.items():
        print(f"\n{'open' if development else 'unseen'} acts in English: expected, proposed, how many")
        for (expected, verdict), number in sorted(table.items()):
            print(f"  {expected:8} {verdict:8} {number:6}")
    print(f"\nproposals without a reason or the words behind it: {without}")


def line(name: str, language: str, counted: Counter[str]) -> None:
    """Print shares."""
    total = counted.total()
    shares = " ".join(f"{counted[made] / total:6.3f}" if total else "     –" for made in ("right", "asked", "wrong"))
    print(f"{name:8} {language:3} {total:9} {shares}")


if __name__ == "__main__":
    main()
