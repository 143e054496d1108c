"""Every pass keeps to what it says of itself: what it reads, what it writes, and nothing that it remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from itertools import chain, repeat
from typing import Any

import numpy as np
import pytest
from scripted import Written, fitted, write

from dutybook.document_view import DocumentView
from dutybook.extract.norms.model.inputs import CLASSES, STATEMENTS
from dutybook.extract.norms.passes import network
from dutybook.extract.norms.pipeline import PASSES, FoundNorms, Pass, find_norms
from dutybook.extract.norms.unit import Unit

DOCUMENT = """
    [title] HARBOUR ORDER OF THE OUTER ISLANDS
    [none] The harbour lies behind the mole.
    [obligation before="The harbour"@0.4] <bearer>The pilot</bearer> <action>shall board each vessel</action>.
    [stem obligation list=items@0.8] <bearer>The ferryman</bearer> shall, each evening:
    [item=3 obligation class=person] <action>moor the boat</action>;
    [item=3 permission@0.6] <norm permission>he may hang up the lamp</norm> and <norm obligation class=any>shall shut the gate</norm>;
    [stem of=3 obligation list=items] in winter:
    [item=6 prohibition strength=should] <condition>if the water is frozen</condition>, not leave the landing;
    [none@0.6 language=de] Der Kai muss gefegt werden.
    [exemption class=business] <norm exemption><bearer>Barges</bearer> are exempt</norm>, as was always the case.
"""
OTHER = """
    [obligation class=authority] <bearer>The pilot</bearer> keeps the register of the moorings.
    [stem prohibition list=items] <bearer>No fisher</bearer> may:
    [item=1 prohibition] <action>mend the nets upon the quay</action>;
"""
DECISIONS: dict[str, Any] = {
    "labels": fitted(
        STATEMENTS, [0.1] * 5, network_none=[1, 0, 0, 0, 0], stem_obligation=[0, 1, 0, 0, 0], document=[0, 1, 1, 1, 1]
    ),
    "bearer": fitted(("right", "wrong"), [0.0, 0.1], unit=[1, -1], stem=[0.9, -0.9], before_odds=[0.3, -0.3]),
    "classes": fitted(CLASSES, [0] * 4, named=[0.5, 0, 0, 0], network_person=[0, 0, 1, 0]),
    "confidence": {"row": fitted(("right", "wrong"), [0, 0], all=[0.4, -0.4]) | {"points": [[0, 0.1], [1, 0.9]]}},
}
FITTED = pytest.mark.parametrize("decisions", [{}, DECISIONS], ids=["unfitted", "fitted"])
EACH = pytest.mark.parametrize("step", PASSES, ids=lambda step: step.name)
FIELDS = tuple(f.name for f in fields(Unit) if f.name != "trace")


class Undeclared:
    """Stands where a pass has not said that it reads: every use of it fails."""

    def _fail(self, *_: Any) -> Any:
        raise AssertionError("a pass reads a field that it does not name")

    __getattr__ = __eq__ = __hash__ = __bool__ = __iter__ = __len__ = __getitem__ = __contains__ = _fail  # type: ignore[assignment]
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __sub__ = __rsub__ = __float__ = __int__ = __index__ = (
        _fail
    )


def before_and_after(step: Pass, written: Written) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """The units that a pass is given, and those that it gives."""
    units: tuple[Unit, ...] = ()
    for other in PASSES[: PASSES.index(step)]:
        units = other.run(units, written.discourse, written.reader)
    return units, step.run(units, written.discourse, written.reader)


def plain(value: Any) -> Any:
    """A value that can be compared: arrays as lists, records as their fields."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, tuple | list) else value


def test_names_are_unique() -> None:
    assert len({step.name for step in PASSES}) == len(PASSES)


def test_fields_that_are_named_exist() -> None:
    for step in PASSES:
        assert step.reads | step.writes <= set(FIELDS), step.name


def test_every_field_is_written_by_some_pass() -> None:
    assert set().union(*(step.writes for step in PASSES)) == set(FIELDS)


@EACH
def test_what_a_pass_reads_was_written_before(step: Pass) -> None:
    written = set().union(*(other.writes for other in PASSES[: PASSES.index(step)]), set())
    # A unit that is not split has no part.
    assert step.reads <= written | {"part"}


@FITTED
@EACH
def test_a_pass_changes_only_what_it_writes(step: Pass, decisions: dict[str, Any]) -> None:
    before, after = before_and_after(step, write(DOCUMENT, decisions=decisions))
    known = {unit.index: unit for unit in before} | {(unit.index, unit.part): unit for unit in before}
    for unit in after:
        old = known.get((unit.index, unit.part)) or known.get(unit.index)
        if old is None:
            assert step is PASSES[0], "units are made by the first pass"
            continue
        changed = {name for name in FIELDS if plain(getattr(unit, name)) != plain(getattr(old, name))}
        assert changed <= step.writes
        assert unit.trace[: len(old.trace)] == old.trace, "what was decided before stays in the trace"
        assert {s.name for s in unit.trace[len(old.trace) :]} <= {step.name}
    assert [u.index for u in after] == sorted(u.index for u in after)


@FITTED
@EACH
def test_a_pass_reads_only_what_it_says(step: Pass, decisions: dict[str, Any]) -> None:
    written = write(DOCUMENT, decisions=decisions)
    before, after = before_and_after(step, written)
    hidden = {name: Undeclared() for name in FIELDS if name not in step.reads}
    again = step.run(tuple(replace(unit, **hidden) for unit in before), written.discourse, written.reader)
    for unit, old in zip(again, after, strict=True):
        for name in step.writes:
            value = getattr(unit, name)
            assert type(value) is Undeclared or plain(value) == plain(getattr(old, name)), name


@EACH
def test_a_pass_reads_all_that_it_says(step: Pass, monkeypatch: pytest.MonkeyPatch) -> None:
    # The units are put in order only where there is no time for all.
    monkeypatch.setattr(network, "_BATCH", 1)
    written = write(DOCUMENT, decisions=DECISIONS)
    before, _ = before_and_after(step, written)
    for name in step.reads:
        hidden = tuple(replace(unit, **{name: Undeclared()}) for unit in before)
        left = chain([1.0], repeat(0.5))
        hurried = replace(written.discourse, time_left=partial(next, left))
        with pytest.raises(AssertionError, match="a field that it does not name"):
            step.run(hidden, hurried, written.reader)


@FITTED
@EACH
def test_a_pass_gives_the_same_twice(step: Pass, decisions: dict[str, Any]) -> None:
    written = write(DOCUMENT, decisions=decisions)
    before, after = before_and_after(step, written)
    given = plain(before)
    assert plain(step.run(before, written.discourse, written.reader)) == plain(after)
    assert plain(before) == given, "what it is given is not changed"


def found(written: Written) -> Any:
    discourse = written.discourse
    return find_norms(DocumentView(written.text, discourse.sentences, family=discourse.family), written.reader)


@FITTED
def test_a_document_is_read_alike_whatever_was_read_before(decisions: dict[str, Any]) -> None:
    alone = found(write(DOCUMENT, decisions=decisions))
    found(write(OTHER, decisions=decisions))
    assert found(write(DOCUMENT, decisions=decisions)) == alone


@FITTED
def test_what_is_found_is_verbatim_in_order_and_has_names_of_its_own(decisions: dict[str, Any]) -> None:
    written = write(DOCUMENT, decisions=decisions)
    norms, rejections = found(written).norms, found(written).rejections
    assert norms
    for norm in norms:
        for part in (norm.bearer, norm.action, norm.recipient, norm.condition, norm.exception):
            assert part is None or part.span.of(written.text) == part.text
    assert [n.span for n in norms] == sorted(n.span for n in norms)
    ids = [n.id for n in norms] + [r.id for r in rejections]
    assert len(ids) == len(set(ids))


def test_the_same_words_twice_are_two_norms() -> None:
    line = "[obligation] The pilot shall board each vessel.\n"
    norms = found(write(line * 2)).norms
    assert len({n.id for n in norms}) == 2


def test_a_text_that_speaks_for_its_author_states_no_norms() -> None:
    written = write(DOCUMENT, "other")
    assert found(written) == FoundNorms()
    assert written.reader.asked == []


def test_what_looked_like_a_norm_and_is_none_is_listed_with_its_reason() -> None:
    rejections = found(write(DOCUMENT)).rejections
    assert {r.reason for r in rejections} == {"label_none", "carried_by_items"}


def test_the_network_is_asked_once_and_once_more_about_parts() -> None:
    written = write(DOCUMENT)
    found(written)
    assert [len(units) for units in written.reader.asked] == [8, 2]


def test_what_there_is_no_time_for_is_no_norm_and_is_named() -> None:
    lines = 120
    written = write("[obligation] The pilot shall board each vessel.\n" * lines)
    view = DocumentView(written.text, written.discourse.sentences, family=written.discourse.family)
    left = iter([1.0, 0.1])
    some = find_norms(view, written.reader, lambda: next(left, 0.1))
    assert 0 < len(some.norms) < lines
    (unread,) = some.unread
    assert max(norm.span.end for norm in some.norms) <= unread.start
    assert unread.end == max(sentence.span.end for sentence in written.discourse.sentences)
    whole = find_norms(view, written.reader)
    assert (len(whole.norms), whole.unread) == (lines, ())
    assert whole.norms[: len(some.norms)] == some.norms
