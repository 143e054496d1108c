"""From the content of an export to what a report says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from dutybook.export.about import VERSION, filters_in_words
from dutybook.export.ics_entries import entries_of, limits_of
from dutybook.export.links import link_to
from dutybook.export.outline import outlined
from dutybook.export.report.model import (
    ActView,
    ChangeView,
    DateView,
    Line,
    Report,
    Tally,
    TermView,
    Unread,
)
from dutybook.export.report.norms import Norms
from dutybook.export.report.speaking import Speech, inline
from dutybook.export.rows import Content, ObligationRow, act_of
from dutybook.records import Modality
from dutybook.store import DeadlineRow, DocumentRow, FactRow
from dutybook.store.exports.supplement import Heading

# Filters that leave an act whole: under any other, what changed elsewhere in it is not what was asked for.
_WHOLE_ACTS = {"work", "document", "language", "as_of", "all_versions", "jurisdiction"}
_OF_THE_ACT = ("entry_into_force", "application", "transposition", "expiry")


def report_of(
    content: Content, *, title: str | None = None, today: date | None = None, base: Path | None = None
) -> Report:
    """The report of a content in its reader's language; the norms are held in memory, as a report is.

    ``today``: the day that days left are counted from, if any. ``base``: the folder of documents with relative paths, for links.
    """
    return _Builder(content, today, base).report(title)


class _Builder:
    def __init__(self, content: Content, today: date | None, base: Path | None) -> None:
        self.content = content
        self.base = base
        self.speech = Speech(content.reader, today)
        self.words = self.speech.words
        self.modalities: Counter[str] = Counter()
        self.norms = Norms(self.speech, base)

    def report(self, title: str | None) -> Report:
        rows: dict[str, list[tuple[ObligationRow, tuple[Heading, ...]]]] = {}
        for row, above in outlined(self.content, self.content.rows()):
            rows.setdefault(row.document.id, []).append((row, above))
            self.modalities[row.norm.modality] += 1
        listed = list(self.content.documents(rows.keys()))
        languages: dict[str, set[str]] = {}
        for document, _ in listed:
            if document.work:
                languages.setdefault(document.work, set()).add(document.language)
        facts: dict[str, list[FactRow]] = {}
        for fact, document in self.content.facts():
            facts.setdefault(document.id, []).append(fact)
        shown = [
            (document, number)
            for document, number in listed
            if document.status != "unreadable" and (document.id in rows or facts.get(document.id))
        ]
        acts = [self._act(d, number, rows.get(d.id, []), facts.get(d.id, []), languages) for d, number in shown]
        told = {document.id for document, _ in shown}
        unread = [
            Unread(inline(act_of(d)), inline(d.source), inline(d.reason))
            for d, _ in listed
            if d.status != "read" and d.id not in told
        ]
        speech, number = self.speech, self.modalities.total()
        return Report(
            title=inline(title or self._title(acts)),
            language=speech.language,
            made=self.words("made", version=VERSION),
            as_of=self.words("as_of", day=speech.day(speech.today)) if speech.today else "",
            filters=tuple(filters_in_words(self.content.filters, speech.language).split("\n")),
            number=number,
            tallies=tuple(
                Tally(m.value, speech.value("modality", m.value), speech.number(self.modalities[m.value]))
                for m in Modality
            ),
            counts=(
                *(speech.count("norms", number), speech.count("acts", len({d.work or d.id for d, _ in shown}))),
                *([speech.count("unread", len(unread))] if unread else []),
            ),
            acts=acts,
            unread=unread,
            labels={key: self.words(key) for key in self.words if "{" not in self.words(key)},
        )

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
            for t in self.content.definitions(document.id)
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
            "rejected": self.content.rejected_number(document),
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
            said = self.speech.value("document", document.status)
            yield from line("status", f"{said}: {document.reason}" if document.reason else said)
        yield from line("source", document.source, link_to(document.source, None, self.base))
        yield from line("digest", document.sha256)

    def _when(self, fact: FactRow) -> str:
        """A date of the act, with what it is limited to."""
        scope = inline(limits_of(fact))
        return f"{self.speech.day(fact.due)} ({scope})" if scope else self.speech.day(fact.due)

    def _dates(self, document: DocumentRow, facts: list[FactRow], rows: list[ObligationRow]) -> Iterator[DateView]:
        for fact in facts:
            if fact.due and self.content.shows(fact.due):
                kind = self.speech.value("fact", fact.type)
                place = self.speech.where(fact.place, fact.page)
                yield self._date(fact.due, inline(limits_of(fact)), document.language, kind, "", place, "", "")
        for row in rows:
            for deadline in row.norm.deadlines:
                for entry in entries_of(self.content, row, deadline):
                    if entry.shown:
                        norm = row.norm
                        returns = self.words("dates.returns") if entry.rule else ""
                        kind = self.speech.value("modality", norm.modality)
                        place = self.speech.where(norm.place, deadline.page or norm.page)
                        yield self._date(
                            entry.day, entry.summary, norm.language, kind, norm.modality, place, returns, norm.id
                        )

    def _date(
        self, day: date, what: str, lang: str, kind: str, modality: str, place: str, returns: str, norm: str
    ) -> DateView:
        speech = self.speech
        return DateView(
            day.isoformat(),
            speech.day(day),
            speech.state(day),
            speech.left(day),
            what,
            lang,
            kind,
            modality,
            place,
            returns,
            norm,
        )

    def _changed(self, act: ActView, document: str, shown: set[str]) -> None:
        difference = self.content.change(document)
        if difference is None:
            return
        whole = self.content.filters.keys() <= _WHOLE_ACTS
        # A norm that changed in several ways is one line with all of them.
        kinds: dict[tuple[str, str, str], list[str]] = {}
        for change in difference.changes:
            if whole or change.new_norm in shown:
                told = (inline(change.place), inline(change.old_quote or ""), inline(change.new_quote or ""))
                kinds.setdefault(told, []).append(self.speech.value("change", change.kind))
        act.changes = [ChangeView(tuple(dict.fromkeys(said)), *told) for told, said in kinds.items()]
        day = difference.old.valid_from
        act.changes_since = (
            self.words("changes.since", day=self.speech.day(day)) if day else self.words("changes.unknown")
        )
