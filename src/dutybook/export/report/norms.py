"""The norms of a report: under their headings, each with its deadlines, conditions, penalties and what people said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from dutybook.export.cells import cell_words
from dutybook.export.links import link_to
from dutybook.export.report.model import Due, Group, Line, NormView, Title
from dutybook.export.report.people import people
from dutybook.export.report.speaking import Speech, inline
from dutybook.export.rows import ObligationRow
from dutybook.store import DeadlineRow, NormRow
from dutybook.store.exports.supplement import Heading

_DEEPEST = 4
_STEPS = "; "


class Norms:
    """Makes the norms of a report; ``base`` is the folder of documents with relative paths, for links."""

    def __init__(self, speech: Speech, base: Path | None) -> None:
        self.speech = speech
        self.base = base
        self._penalties: dict[tuple[str, str], NormRow] = {}

    def groups(self, pairs: Iterable[tuple[ObligationRow, tuple[Heading, ...]]]) -> Iterator[Group]:
        """The norms of a document in its order, under the headings that they stand under."""
        group: Group | None = None
        before: tuple[str, ...] = ()
        for row, above in pairs:
            path = tuple(heading.id for heading in above)
            if group is None or path != before:
                if group is not None:
                    yield group
                kept = next((n for n, (a, b) in enumerate(zip(path, before, strict=False)) if a != b), min(len(path), len(before)))  # fmt: skip
                group = Group(
                    tuple(
                        Title(min(level, _DEEPEST), _heading(heading), row.document.language, f"h-{heading.id}")
                        for level, heading in enumerate(above[kept:], kept + 1)
                    )
                )
                before = path
            group.norms.append(self._norm(row))
        if group is not None:
            yield group

    def _norm(self, row: ObligationRow) -> NormView:
        norm, speech = row.norm, self.speech
        found = f"{row.evidence.name} {row.evidence.version}, {round(norm.confidence * 100)} %" if row.evidence else ""
        return NormView(
            id=norm.id,
            place=inline(norm.place),
            where=self.speech.where(norm.place, norm.page),
            modality=norm.modality,
            kind=speech.value("modality", norm.modality),
            should=speech.value("strength", "should") if norm.strength == "should" else "",
            bearer=inline(norm.bearer or ""),
            quote=inline(norm.quote),
            stem=inline(norm.stem) if norm.stem and norm.stem != norm.quote else "",
            lang=norm.language,
            url=link_to(row.document.source, norm.page, self.base),
            found=found,
            deadlines=tuple(self._due(deadline, norm.language) for deadline in norm.deadlines),
            lines=tuple(self._lines(row)),
            people=tuple(people(row.review, speech)) if row.review else (),
        )

    def _due(self, deadline: DeadlineRow, language: str) -> Due:
        day = deadline.first_due
        dated = next((d for d in deadline.dated() if d.due == day), deadline) if day else deadline
        # The day of a stored event may have a time, which is what counts there.
        moment = (dated.moment or "").partition("T")[2][:5]
        return Due(
            quote=inline(f"{deadline.quote} ({deadline.anchor})" if deadline.anchor else deadline.quote),
            lang=language,
            day=f"{self.speech.day(day)}{f', {moment}' if moment else ''}" if day else "",
            state=self.speech.state(day),
            left=self.speech.left(day) if day else "",
            how=inline(_STEPS.join(dated.steps) if day else deadline.reason),
            event=inline("; ".join(event.said for event in dated.events)),
        )

    def _lines(self, row: ObligationRow) -> Iterator[Line]:
        norm = row.norm
        for key in ("recipient", "condition", "exception"):
            if text := getattr(norm, key):
                yield Line(self.speech.words(f"norm.{key}"), inline(text), norm.language)
        if norm.penalty:
            # One provision sanctions many norms: its words stand at the first of them.
            first = self._penalties.setdefault((row.document.id, norm.penalty), norm)
            label = self.speech.words("norm.penalty")
            if first.id == norm.id:
                yield Line(label, inline(norm.penalty), norm.language)
            else:
                yield Line(label, self.speech.words("norm.as_at", place=inline(first.place)), url=f"#n-{first.id}")
        for key in ("applies_from", "applies_until"):
            if day := getattr(norm, key):
                yield Line(self.speech.words(f"norm.{key}"), self.speech.day(day))
        if cell := cell_words(norm.cell):
            yield Line(self.speech.words("norm.cell"), inline(cell), norm.language)


def _heading(heading: Heading) -> str:
    words = inline(heading.words)
    named = inline(heading.place) if heading.number else ""
    return f"{named} · {words}" if named and words else named or words or inline(heading.place)
