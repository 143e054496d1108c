"""Builds a report from the content of a register: acts, their dates, norms under their headings, reviews and changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from dutybook.export.columns import cell_words, norm_lines
from dutybook.export.content import VERSION, Content, ObligationRow, act_of, filters_in_words, link_to, with_headings
from dutybook.export.ics_entries import entries_of, limits_of
from dutybook.export.report.model import (
    ActView,
    ChangeView,
    DateView,
    Due,
    Group,
    Line,
    NormView,
    Report,
    Speech,
    Tally,
    TermView,
    Title,
    Unread,
    inline,
)
from dutybook.records import Modality
from dutybook.store import DeadlineRow, DocumentRow, FactRow, NormRow, exports
from dutybook.store.exports import Heading
from dutybook.store.judgements.record import Record


def people(record: Record, speech: Speech) -> Iterator[Line]:
    """The review record as lines of a report: status, responsible people and dates, then notes and links; empty
    fields are left out.
    """

    def line(key: str, text: str) -> Iterator[Line]:
        if text:
            yield Line(speech.words(f"people.{key}"), inline(text))

    yield from line("status", speech.value("status", record.status))
    yield from line("why", record.why)
    yield from line("owner", record.owner)
    yield from line("reviewer", record.reviewer)
    yield from line("due", speech.day(record.due))
    yield from line("review_date", speech.day(record.review_date))
    yield from line("priority", speech.value("priority", record.priority) if record.priority else "")
    if record.applicability != "unassessed":
        text = speech.value("applicability", record.applicability)
        yield from line("applicability", _with_reason(text, record.applicability_reason))
    yield from line("control", record.control)
    if record.finding:
        yield from line("finding", _with_reason(speech.value("finding", record.finding), record.finding_reason))
    for note in record.notes:
        yield from line("notes", f"{speech.day(note.at[:10])}, {note.by}: {note.text}")
    for link in record.links:
        # Never a clickable link: what people typed is printed as text.
        yield from line("links", link.line)


def _with_reason(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text


_DEEPEST = 4
_STEPS = "; "


class Norms:
    """Builds the norms of a report. ``address`` is that of the register's pages, for links."""

    def __init__(self, speech: Speech, address: str) -> None:
        self.speech = speech
        self.address = address
        self._penalties: dict[tuple[str, str], NormRow] = {}

    def groups(self, pairs: Iterable[tuple[ObligationRow, tuple[Heading, ...]]]) -> Iterator[Group]:
        """The norms of a document in order, grouped by their headings."""
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
                        Title(min(level, _DEEPEST), self._heading(heading), row.document.language, f"h-{heading.id}")
                        for level, heading in enumerate(above[kept:], kept + 1)
                    )
                )
                before = path
            group.norms.append(self._norm(row))
        if group is not None:
            yield group

    def _heading(self, heading: Heading) -> str:
        words, place = inline(heading.words), self.speech.place(heading.place)
        named = place if heading.number else ""
        return f"{named} · {words}" if named and words else named or words or place

    def _norm(self, row: ObligationRow) -> NormView:
        norm, speech = row.norm, self.speech
        found = f"{row.evidence.name} {row.evidence.version}, {round(norm.confidence * 100)} %" if row.evidence else ""
        return NormView(
            id=norm.id,
            place=speech.place(norm.place),
            where=self.speech.where(norm.place, norm.page),
            modality=norm.modality,
            kind=speech.value("modality", norm.modality),
            should=speech.value("strength", "should") if norm.strength == "should" else "",
            bearer=inline(norm.bearer or ""),
            quote=inline(norm.quote),
            stem=inline(norm.stem) if norm.stem and norm.stem != norm.quote else "",
            lang=norm.language,
            url=link_to(row.document.source, self.address, f"/norms/{norm.id}"),
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
            event=inline("; ".join(event.origin for event in dated.events)),
        )

    def _lines(self, row: ObligationRow) -> Iterator[Line]:
        norm = row.norm
        for name, text in norm_lines(norm, self.speech.value):
            # The action is read in the quote, right above.
            if name != "action":
                yield Line(self.speech.words(f"norm.{name}"), inline(text), norm.language)
        if norm.penalty:
            # One provision sanctions many norms: its words stand at the first of them.
            first = self._penalties.setdefault((row.document.id, norm.penalty), norm)
            label = self.speech.words("norm.penalty")
            if first.id == norm.id:
                yield Line(label, inline(norm.penalty), norm.language)
            else:
                yield Line(
                    label, self.speech.words("norm.as_at", place=self.speech.place(first.place)), url=f"#n-{first.id}"
                )
        for key in ("applies_from", "applies_until"):
            if day := getattr(norm, key):
                yield Line(self.speech.words(f"norm.{key}"), self.speech.day(day))
        if cell := cell_words(norm.cell):
            yield Line(self.speech.words("norm.cell"), inline(cell), norm.language)


# Filters that leave an act whole: under any other, what changed elsewhere in it is not what was asked for.
_WHOLE_ACTS = {"work", "document", "language", "as_of", "all_versions", "jurisdiction"}
_OF_THE_ACT = ("entry_into_force", "application", "transposition", "expiry")


def report_of(content: Content, *, title: str | None = None, today: date | None = None, address: str = "") -> Report:
    """The report on a content in its reader's language. All norms are kept in memory.

    Args:
        today: the day from which days left are counted; None for no counting.
        address: that of the register's pages, for links.
    """
    return _Builder(content, today, address).report(title)


def _languages(documents: list[DocumentRow]) -> dict[str, set[str]]:
    """The languages in which each act is there."""
    found: dict[str, set[str]] = {}
    for document in documents:
        if document.work:
            found.setdefault(document.work, set()).add(document.language)
    return found


def _unread(document: DocumentRow) -> Unread:
    return Unread(inline(act_of(document)), inline(document.source), inline(document.reason))


class _Builder:
    def __init__(self, content: Content, today: date | None, address: str) -> None:
        self.content = content
        self.address = address
        self.speech = Speech(content.reader, today)
        self.words = self.speech.words
        self.modalities: Counter[str] = Counter()
        self.norms = Norms(self.speech, address)

    def report(self, title: str | None) -> Report:
        rows: dict[str, list[tuple[ObligationRow, tuple[Heading, ...]]]] = {}
        for row, above in with_headings(self.content, self.content.rows()):
            rows.setdefault(row.document.id, []).append((row, above))
            self.modalities[row.norm.modality] += 1
        listed = list(self.content.documents(rows.keys()))
        languages = _languages([document for document, _ in listed])
        facts: dict[str, list[FactRow]] = {}
        for fact, document in self.content.facts():
            facts.setdefault(document.id, []).append(fact)
        found = [(d, number) for d, number in listed if d.status != "unreadable" and d.id in rows.keys() | facts]
        acts = [self._act(d, number, rows.get(d.id, []), facts.get(d.id, []), languages) for d, number in found]
        ids = {document.id for document, _ in found}
        unread = [_unread(d) for d, _ in listed if d.status != "read" and d.id not in ids]
        speech, number = self.speech, self.modalities.total()
        return Report(
            title=inline(title or self._title(acts)),
            language=speech.language,
            made=self.words("made", version=VERSION),
            as_of=self.words("as_of", day=speech.day(speech.today)) if speech.today else "",
            filters=tuple(filters_in_words(self.content.filters, speech.language).split("\n")),
            number=number,
            tallies=tuple(map(self._tally, Modality)),
            counts=(
                *(
                    speech.count("norms", number),
                    speech.count("acts", len({d.work or d.id for d, _ in found})),
                ),
                *([speech.count("unread", len(unread))] if unread else []),
            ),
            acts=acts,
            unread=unread,
            labels={key: self.words(key) for key in self.words if "{" not in self.words(key)},
        )

    def _tally(self, modality: Modality) -> Tally:
        name, number = self.speech.value("modality", modality.value), self.modalities[modality.value]
        return Tally(modality.value, name, self.speech.number(number))

    def _title(self, acts: list[ActView]) -> str:
        names = list(dict.fromkeys(act.title for act in acts))
        return self.words("title.report", act=names[0]) if len(names) == 1 else self.words("title.register")

    def _act(
        self,
        document: DocumentRow,
        number: str | None,
        pairs: list[tuple[ObligationRow, tuple[Heading, ...]]],
        facts: list[FactRow],
        languages: dict[str, set[str]],
    ) -> ActView:
        title, full = inline(act_of(document)), inline(document.title)
        act = ActView(
            anchor=f"a-{document.id}",
            title=title,
            full=full if full != title else "",
            lang=document.language,
            lines=tuple(self._about(document, number, facts, sorted(languages.get(document.work or "", ())))),
        )
        act.groups = list(self.norms.groups(pairs))
        act.dates = sorted(self._dates(document, facts, [row for row, _ in pairs]), key=lambda d: d.iso)
        act.terms = [
            TermView(inline(t.term), inline(t.quote), self.speech.where(t.place, t.page))
            for t in exports.definitions(self.content.register, document.id)
        ]
        self._changed(act, document.id, {row.norm.id for row, _ in pairs})
        act.counts = self._counts(act, document.id, [d for row, _ in pairs for d in row.norm.deadlines], len(pairs))
        return act

    def _counts(self, act: ActView, document: str, deadlines: list[DeadlineRow], norms: int) -> list[str]:
        dated = sum(d.first_due is not None for d in deadlines)
        numbers = {
            "norms": norms,
            "dated": dated,
            "undated": len(deadlines) - dated,
            "changes": len(act.changes),
            "terms": len(act.terms),
            "rejected": exports.rejected_number(self.content.register, document),
        }
        return [self.speech.count(what, number) for what, number in numbers.items() if number]

    def _about(
        self, document: DocumentRow, number: str | None, facts: list[FactRow], languages: list[str]
    ) -> Iterator[Line]:
        def line(key: str, text: str | None, url: str | None = None) -> Iterator[Line]:
            if text:
                yield Line(self.words(f"act.{key}"), inline(text), url=url)

        known = self.content.act(document.id)
        yield from line(
            "number", "; ".join(dict.fromkeys((*([number] if number else []), *(n for _, n in known.numbers))))
        )
        yield from line("issuer", known.issuer)
        since = self.speech.day(document.version_date or known.valid_from)
        until = self.speech.day(known.valid_until)
        yield from line("version", f"{since} – {until}" if until else since)
        yield from line("language", self.speech.language_name(document.language))
        if len(languages) > 1:
            yield from line("languages", ", ".join(self.speech.language_name(code) for code in languages))
        yield from line("published", self.speech.day(document.published))
        for kind in _OF_THE_ACT:
            dated = sorted((f for f in facts if f.type == kind and f.due), key=lambda f: (str(f.due), f.scope))
            yield from line(kind, "; ".join(dict.fromkeys(self._when(fact) for fact in dated)))
        if document.status != "read":
            text = self.speech.value("document", document.status)
            yield from line("status", f"{text}: {document.reason}" if document.reason else text)
        yield from line("source", document.source, link_to(document.source, self.address, f"/documents/{document.id}"))
        yield from line("digest", document.sha256)

    def _when(self, fact: FactRow) -> str:
        """A date of the act, with what it is limited to."""
        scope = inline(limits_of(fact))
        return f"{self.speech.day(fact.due)} ({scope})" if scope else self.speech.day(fact.due)

    def _dates(self, document: DocumentRow, facts: list[FactRow], rows: list[ObligationRow]) -> Iterator[DateView]:
        for fact in facts:
            if fact.due and self.content.shows(fact.due):
                yield DateView(
                    **self._day(fact.due),
                    what=inline(limits_of(fact)),
                    lang=document.language,
                    kind=self.speech.value("fact", fact.type),
                    place=self.speech.where(fact.place, fact.page),
                )
        for row in rows:
            for deadline in row.norm.deadlines:
                for entry in entries_of(self.content, row, deadline):
                    if entry.visible:
                        norm = row.norm
                        yield DateView(
                            **self._day(entry.day),
                            what=entry.summary,
                            lang=norm.language,
                            kind=self.speech.value("modality", norm.modality),
                            place=self.speech.where(norm.place, deadline.page or norm.page),
                            modality=norm.modality,
                            returns=self.words("dates.returns") if entry.rule else "",
                            norm=norm.id,
                        )

    def _day(self, day: date) -> dict[str, str]:
        speech = self.speech
        return {
            "iso": day.isoformat(),
            "day": speech.day(day),
            "state": speech.state(day),
            "left": speech.left(day),
        }

    def _changed(self, act: ActView, document: str, new_norms: set[str]) -> None:
        difference = exports.change(self.content.register, document)
        if difference is None:
            return
        whole = self.content.filters.keys() <= _WHOLE_ACTS
        # A norm that changed in several ways is one line with all of them.
        kinds: dict[tuple[str, str, str], list[str]] = {}
        for change in difference.changes:
            if whole or change.new_norm in new_norms:
                texts = (
                    self.speech.place(change.place),
                    inline(change.old_quote or ""),
                    inline(change.new_quote or ""),
                )
                kinds.setdefault(texts, []).append(self.speech.value("change", change.kind))
        act.changes = [ChangeView(tuple(dict.fromkeys(labels)), *texts) for texts, labels in kinds.items()]
        day = difference.old.valid_from
        act.changes_since = (
            self.words("changes.since", day=self.speech.day(day)) if day else self.words("changes.unknown")
        )
