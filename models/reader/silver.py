#!/usr/bin/env python3
"""Makes silver examples: units of acts of the Union, with the labels that the English version states.

    git worktree add build/rules COMMIT
    python models/reader/silver.py ../shared --rules build/rules --out build/reader/silver.pkl

The English labels, and the parts in any language, are what the rules of Dutybook's first reader found. Those rules are gone; the
commit that :data:`RULES` names still has them beside the examples of this reader, and this script runs its code. A unit of another
language has the label of the English unit that stands at its place; its parts are known only where the rules of its language read the
same. GDPR and P2B are among the acts, so scores on their annotations are scores on seen documents. Never reads the AI Act.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

#: The last commit that has the rules and reads examples as this reader does.
RULES = "58db17b3"
#: Pairs of units that agree less in place, role, digits and length are not trusted.
_SURE, _SURE_BLIND = 0.62, 0.6


def make_silver(shared: Path) -> Iterator[Any]:
    """The examples of all acts, in a fixed order; imports are those of the commit with the rules."""
    from training.acts import ACTS, PARALLEL, versions
    from training.parallel import languages_of, read_parallel
    from training.units import in_language, read_text

    from dutybook.languages import available

    for act in ACTS:
        if act == "P2B":
            continue
        texts = {
            v.language: in_language(read_text(v.file.name, v.file.read_bytes(), None), v.language)
            for v in versions(shared, act)
            if v.tag == v.language
        }
        yield from _examples_of_act(act, texts)
    for path, act in PARALLEL.values():
        texts = {c: read_parallel(shared / path, c) for c in languages_of(shared / path) if c in available()}
        yield from _examples_of_act(act, texts, english_again=act in ACTS)
    texts = {
        v.language: in_language(read_text(v.file.name, v.file.read_bytes(), v.language), v.language)
        for v in versions(shared, "P2B")
    }
    yield from _examples_of_act("P2B", texts, least=_SURE_BLIND)


def _examples_of_act(
    act: str, texts: dict[str, Any], *, english_again: bool = False, least: float = _SURE
) -> Iterator[Any]:
    from reader.examples import Example, examples_of
    from training.aligning import align
    from training.units import seeks_norms, units_of

    from dutybook.extract.norms.model.inputs import can_hold_norms, describe_unit, find_first_items
    from dutybook.records import Span

    english = texts["en"]
    own = list(examples_of(_text(act, english), _wanted(english), [Span(0, len(english.text))], "act"))
    if not english_again:
        yield from sorted(own, key=lambda e: e.part >= 0)
    labelled = {e.index: e for e in own if e.part < 0}
    units = units_of(english)
    for code, text in texts.items():
        if code == "en":
            continue
        read = {}
        if seeks_norms(code):
            found = examples_of(_text(act, text), _wanted(text), [Span(0, len(text.text))], "act")
            read = {e.index: e for e in found if e.part < 0}
        items = find_first_items(text.sentences)
        for pair in align(units, units_of(text)):
            label, index = labelled.get(pair.first.index), pair.second.index
            if pair.score < least or pair.first.role != pair.second.role or label is None:
                continue
            if not can_hold_norms(text.sentences[index]):
                continue
            unit = describe_unit(text.sentences, index, text.genre, items.get(index))
            said = (label.statement, label.list, label.strength, label.bearer_class)
            made = Example("act", act, code, text.genre.value, unit, text.text, *said, index=index)
            yield _with_parts(made, label, read.get(index), replace)


def _with_parts(made: Any, label: Any, read: Any, change: Any) -> Any:
    """The example with the extents of a whole unit, or the parts that the rules of its language cut, where they agree."""
    if label.statement == "none":
        made = change(made, extents=())
    elif label.extents and len(label.extents) == 1:
        whole = label.unit.span.end - label.unit.span.start
        if label.extents[0].end - label.extents[0].start > 0.85 * whole:
            made = change(made, extents=(made.unit.span,))
    agrees = read is not None and read.statement == label.statement and read.list == label.list
    if agrees and label.statement != "none":
        made = change(made, tags=read.tags, known=read.known, extents=read.extents)
    return made


def _text(act: str, text: Any) -> Any:
    from reader.examples import Text

    return Text(act, text.text, text.sentences, text.genre, text.language)


def _wanted(text: Any) -> list[Any]:
    from reader.examples import PART_KINDS, Wanted
    from training.units import norms_of

    made = []
    for n in norms_of(text):
        parts = {kind: getattr(n, kind).text for kind in PART_KINDS if getattr(n, kind)}
        bearer = n.bearer.text if n.bearer else None
        made.append(Wanted(n.span, n.modality.value, n.strength.value, bearer, n.bearer_class.value, parts))
    return made


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--rules", type=Path, required=True, help="a checkout of the commit that RULES names")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    sys.path[:0] = [str(options.rules / "src"), str(options.rules / "models")]
    made = list(make_silver(options.shared))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(pickle.dumps(made))
    print(f"{len(made)} examples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
