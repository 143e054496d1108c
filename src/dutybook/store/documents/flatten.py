"""An analysis as table rows: pure, so that worker processes do it and the one writer only writes."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TypeVar

from dutybook.reasons import Reason, as_json
from dutybook.records import (
    Analysis,
    Box,
    Computation,
    Document,
    Evidence,
    FactType,
    Norm,
    Part,
    Span,
    Status,
    content_id,
    small,
)
from dutybook.records.norm_fields import NORM_FIELDS, PARTS, plain_value
from dutybook.resolve.act_dates import status_of
from dutybook.store.documents.columns import COLUMNS, REMADE
from dutybook.store.search.headings import Places
from dutybook.store.search.terms import headings_of, terms_of

#: Of the words of a gap so many characters are kept: a table may be long.
_LONGEST_GAP = 400
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

Row = tuple[str | int | float | None, ...]

_REMADE_AT = frozenset(COLUMNS["norms"].index(column) for column in REMADE)


@dataclass(frozen=True, slots=True)
class Flat:
    """The rows of one document by table. ``digest`` changes when, and only when, what they say does."""

    document: str
    source: str
    sha256: str
    digest: str
    status: str
    reasons: tuple[Reason, ...]
    tables: dict[str, list[Row]]

    @property
    def readable(self) -> bool:
        return self.status != Status.UNREADABLE.value

    @property
    def norms(self) -> int:
        return len(self.tables["norms"])

    @property
    def gaps(self) -> int:
        return len(self.tables["gaps"])


def boxes_json(boxes: Iterable[Box]) -> str:
    """Boxes as JSON objects in points, rounded to 1/100."""
    edges = ("x0", "top", "x1", "bottom")
    return _json([{"page": b.page, **{edge: round(getattr(b, edge), 2) for edge in edges}} for b in boxes])


def flatten(analysis: Analysis, version: str = "") -> Flat:
    """All rows of an analysis; ``version`` names the analyser that made it."""
    return _Flattener(analysis).flat(version)


def unreadable(source: str, sha256: str, reason: Reason, version: str = "") -> Flat:
    """The rows of a file that could not be read: the document alone, with the reason."""
    identity = content_id("unreadable", sha256 or source)
    document = Document(
        id=identity,
        work=None,
        source=source,
        sha256=sha256,
        language="",
        title="",
        status=Status.UNREADABLE,
        reasons=(reason,),
    )
    return flatten(Analysis(document=document, work=None, layout=None), version)


class _Flattener:
    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.id = analysis.document.id
        self.tables: dict[str, list[Row]] = {table: [] for table in COLUMNS}
        self.places = {p.id: p.place for p in analysis.provisions}
        self.headings = _headings(analysis)
        self.ends = {f.id for f in analysis.facts if f.type is FactType.EXPIRY}

    def flat(self, version: str) -> Flat:
        self._provisions()
        self._norms()
        self._facts()
        self._penalties()
        self._citations()
        self._procedure_steps()
        self._named_acts()
        self._rejections()
        self._definitions()
        self._work()
        self._gaps()
        self._pages()
        self._document(version)
        document = self.analysis.document
        content = self.tables | {
            "norms": [
                tuple(cell for at, cell in enumerate(row) if at not in _REMADE_AT) for row in self.tables["norms"]
            ]
        }
        digest = hashlib.sha256(_json(content).encode("utf-8", "surrogatepass")).hexdigest()
        head = self.tables["documents"][0]
        self.tables["documents"] = [(*head[:-1], digest)]
        return Flat(
            document=document.id,
            source=document.source,
            sha256=document.sha256,
            digest=digest,
            status=document.status.value,
            reasons=document.reasons,
            tables=self.tables,
        )

    def _document(self, version: str) -> None:
        document, work, layout = self.analysis.document, self.analysis.work, self.analysis.layout
        problems = _json(list(layout.problems) if layout else [])
        coverage = self.analysis.coverage
        self.tables["documents"].append(
            (
                *(self.id, work.id if work else None, _clean(document.title) or "", document.language),
                *(
                    document.genre.value,
                    round(document.genre_probability, 3),
                    document.family.value,
                    document.status.value,
                ),
                *(_clean(document.reason) or "", document.version_date),
                *(document.published, document.pages, len(document.text), len(self.analysis.norms), problems),
                *(_clean(document.source) or "", document.sha256, version, _clean(document.published_by)),
                *(document.in_force_from, document.in_force_until),
                *(document.version_kind, document.format, as_json(document.reasons)),
                *(_clean(value) or "" for value in (document.author, document.place, document.publisher)),
                *(coverage.operative, coverage.searched, len(coverage.gaps)),
                "",
            )
        )
        boilerplate = _json([_clean(paragraph) or "" for paragraph in document.boilerplate])
        self.tables["texts"].append((self.id, _clean(document.text) or "", boilerplate))

    def _work(self) -> None:
        if work := self.analysis.work:
            attributes = (work.kind, work.jurisdiction, work.number, _clean(work.short_title), _clean(work.issuer))
            self.tables["works"].append((work.id, *attributes))
            self.tables["work_names"].append((self.id, work.id, *attributes, self.analysis.document.language))
            for n in sorted(self.analysis.numbers, key=lambda n: (n.scheme, n.number)):
                self.tables["work_numbers"].append((self.id, work.id, n.scheme.value, _clean(n.number) or ""))
        for position, r in _in_order(self.analysis.relations):
            self.tables["work_relations"].append(
                (
                    *(r.id, self.id, position, r.work, r.related, r.kind.value, _clean(r.place) or ""),
                    *(self._quote(r.span), *self._page_and_span(r.span)),
                )
            )

    def _gaps(self) -> None:
        for position, gap in enumerate(self.analysis.coverage.gaps):
            words = self._quote(gap.span)[:_LONGEST_GAP] if gap.span else ""
            self.tables["gaps"].append(
                (
                    *(self.id, position, gap.kind.value, _clean(gap.place) or "", words, gap.page),
                    *(gap.span.start, gap.span.end),
                )
            )

    def _pages(self) -> None:
        layout = self.analysis.layout
        for page in layout.pages if layout else ():
            self.tables["pages"].append(
                (
                    *(self.id, page.number, round(page.width, 2), round(page.height, 2), page.source),
                    *(_clean(page.note) or "", page.confidence, as_json([page.note] if page.note else [])),
                )
            )

    def _provisions(self) -> None:
        for position, p in enumerate(self.analysis.provisions):
            parent = p.parent if p.parent in self.places else None
            self.tables["provisions"].append(
                (
                    *(p.id, self.id, parent, position, p.kind.value, _clean(p.number) or "", _clean(p.heading) or ""),
                    *(_clean(p.place) or "", p.zone.value, *self._page_and_span(p.span)),
                )
            )

    def _norms(self) -> None:
        # Here, so that commands that only read do not read what topics are told by.
        from dutybook.languages.topics import topics_of

        title = self.analysis.document.title
        above = Places((p.id, p.parent, p.kind, _clean(p.heading) or "") for p in self.analysis.provisions)
        for position, norm in _in_order(self.analysis.norms):
            quote, place = self._quote(norm.span), _clean(norm.place) or ""
            fields = {field.name: self._stored(getattr(norm, field.name)) for field in NORM_FIELDS}
            stem, bearer, action = fields["stem"], fields["bearer"], fields["action"]
            points = _clean(" ".join(point.quote for point in norm.contents))
            stands = above.of(norm.provision)
            self.tables["norms"].append(
                (
                    *(norm.id, self.id, place, quote, *fields.values(), self._page(norm.span)),
                    *(norm.evidence.confidence, norm.provision if norm.provision in self.places else None, position),
                    *(norm.span.start, norm.span.end, _json(_spans(norm)), self._boxes(norm.span)),
                    terms_of(quote, stem, bearer, action, points, place, _clean(title), language=norm.language),
                    *(headings_of(stands.headings, norm.language), int(stands.leading)),
                    *(_json(asdict(norm.cell)) if norm.cell else None, norm.bearer_definition),
                    *self._applied_by(norm),
                    " ".join(topics_of(norm.language, action, self.headings.get(norm.provision), quote)),
                )
            )
            for number, definition in enumerate(norm.definitions):
                self.tables["norm_terms"].append((norm.id, definition, self.id, number))
            for number, penalty in enumerate(norm.penalties):
                self.tables["sanctions"].append((norm.id, penalty, self.id, number))
            for number, time in enumerate(norm.times):
                days = (day.isoformat() if day else None for day in (time.begins, time.until))
                self.tables["norm_periods"].append(
                    (norm.id, number, self.id, *days, _clean(time.about) or "", time.fact)
                )
            self._evidence("norms", norm.id, norm.span, norm.evidence)
        for position, d in _in_order(self.analysis.deadlines):
            self.tables["deadlines"].append(
                (
                    *(d.id, d.norm, self.id, position, self._quote(d.span), d.kind.value, d.value),
                    *(
                        d.direction.value if d.direction else None,
                        _text(d.anchor),
                        d.due.isoformat() if d.due else None,
                    ),
                    *(_clean(d.reason) or "", _json(list(d.steps)), *self._page_and_span(d.span)),
                    *(_basis(d.basis), _text(d.starter), d.starter_kind.value if d.starter_kind else None),
                )
            )
            self._evidence("deadlines", d.id, d.span, d.evidence)

    def _stored(self, value: Any) -> Any:
        """A field of a norm as its column holds it."""
        plain = plain_value(value, self._quote)
        return _clean(_json(plain) if isinstance(plain, list) else plain) if isinstance(plain, str | list) else plain

    def _applied_by(self, norm: Norm) -> list[str | None]:
        """By which fact it begins to apply, and by which it ends."""
        return [next((i for i in norm.applies_by if (i in self.ends) is end), None) for end in (False, True)]

    def _facts(self) -> None:
        for position, f in _in_order(self.analysis.facts):
            due = f.due.isoformat() if f.due else None
            self.tables["facts"].append(
                (
                    *(f.id, self.id, position, f.type.value, self._quote(f.span), f.value, due, _json(list(f.steps))),
                    *(*self._page_and_span(f.span), _clean(f.place) or "", _json(list(f.scope))),
                    *(
                        _json(list(f.outside)),
                        f.reach.value,
                        _clean(f.about) or "",
                        _basis(f.basis),
                        status_of(f).value,
                    ),
                )
            )
            self._evidence("facts", f.id, f.span, f.evidence)
        for position, a in _in_order(self.analysis.amendments):
            self.tables["amendments"].append(
                (
                    *(a.id, self.id, position, a.kind.value, _clean(a.act) or None, _clean(a.work)),
                    *(_clean(a.target), _clean(a.place) or "", self._quote(a.span), self._page(a.span)),
                    *(a.span.start, a.span.end),
                )
            )
        for position, c in _in_order(self.analysis.date_changes):
            self.tables["date_changes"].append(
                (
                    *(
                        c.id,
                        self.id,
                        position,
                        c.work,
                        c.target,
                        *(day.isoformat() if day else "" for day in (c.old, c.new)),
                    ),
                    *(_clean(c.place) or "", self._quote(c.span), *self._page_and_span(c.span)),
                )
            )

    def _penalties(self) -> None:
        for position, p in _in_order(self.analysis.penalties):
            self.tables["penalties"].append(
                (
                    *(p.id, self.id, position, self._quote(p.span), int(p.imposed)),
                    *self._page_and_span(p.span),
                )
            )
            for number, a in enumerate(p.amounts):
                self.tables["amounts"].append((p.id, number, a.amount, a.currency, a.percent, a.of))
            self._evidence("penalties", p.id, p.span, p.evidence)

    def _citations(self) -> None:
        norms = [norm for _, norm in _in_order(self.analysis.norms)]
        starts = [n.span.start for n in norms]
        for position, c in _in_order(self.analysis.citations):
            # Norm quotes hardly overlap, so the last ones that begin before the citation are the only candidates.
            at = bisect_right(starts, c.span.start)
            norm = next((n.id for n in reversed(norms[max(0, at - 4) : at]) if n.span.contains(c.span)), None)
            self.tables["citations"].append(
                (
                    *(c.id, self.id, norm, position, _clean(c.as_written) or "", c.work, c.place, int(c.resolved)),
                    *self._page_and_span(c.span),
                )
            )
            self._evidence("citations", c.id, c.span, c.evidence)

    def _procedure_steps(self) -> None:
        for position, s in _in_order(self.analysis.procedure_steps):
            self.tables["procedure_steps"].append(
                (
                    *(s.id, self.id, position, s.step.value, s.value, int(s.is_reached), self._quote(s.span)),
                    *(self._quote(s.sentence), *self._page_and_span(s.span)),
                )
            )
            self._evidence("procedure_steps", s.id, s.span, s.evidence)

    def _named_acts(self) -> None:
        for position, n in _in_order(self.analysis.named_acts):
            self.tables["named_acts"].append(
                (
                    *(n.id, self.id, position, n.act, _clean(n.name) or "", n.language, int(n.is_draft)),
                    *(self._quote(n.span), *self._page_and_span(n.span)),
                )
            )
            self._evidence("named_acts", n.id, n.span, n.evidence)

    def _rejections(self) -> None:
        for position, r in _in_order(self.analysis.rejections):
            self.tables["rejected"].append(
                (
                    *(r.id, self.id, position, self.places.get(r.provision, ""), self._quote(r.span)),
                    *(_clean(r.reason) or "", r.provision if r.provision in self.places else None),
                    *(self._page(r.span), self._boxes(r.span), r.span.start, r.span.end),
                )
            )
            self._evidence("rejected", r.id, r.span, r.evidence)

    def _definitions(self) -> None:
        work = self.analysis.work.id if self.analysis.work else None
        for position, d in enumerate(sorted(self.analysis.definitions, key=lambda d: (d.span, d.nth, d.id))):
            term = _text(d.term) or ""
            self.tables["definitions"].append(
                (
                    *(d.id, self.id, position, work, _clean(d.number) or "", _clean(d.place) or "", term),
                    *(small(term), d.actor.value if d.actor else None, self._quote(d.span), d.language),
                    *self._page_and_span(d.span),
                )
            )
            self._evidence("definitions", d.id, d.span, d.evidence)

    def _evidence(self, kind: str, finding: str, span: Span, evidence: Evidence) -> None:
        cue = evidence.cue
        marked = cue or span
        self.tables["evidence"].append(
            (
                *(kind, finding, self.id, evidence.name, evidence.version, self._quote(cue) if cue else None),
                *(cue.start if cue else None, cue.end if cue else None, evidence.confidence),
                *(_clean(evidence.why) or "", self._page(marked), self._boxes(marked)),
                _json({name: round(p, 4) for name, p in evidence.fields}),
            )
        )

    def _quote(self, span: Span) -> str:
        return _clean(self.analysis.quote(span)) or ""

    def _page(self, span: Span) -> int | None:
        return self.analysis.page_of(span)

    def _page_and_span(self, span: Span) -> tuple[int | None, int, int]:
        """The page of a span, and where it begins and ends."""
        return self._page(span), span.start, span.end

    def _boxes(self, span: Span) -> str:
        return boxes_json(self.analysis.boxes_for(span))


class _Found(Protocol):
    """What was found in a document."""

    @property
    def id(self) -> str: ...
    @property
    def span(self) -> Span: ...


_F = TypeVar("_F", bound=_Found)


def _in_order(found: Iterable[_F]) -> Iterator[tuple[int, _F]]:
    """What was found in the order of the text, each with its position."""
    return enumerate(sorted(found, key=lambda each: (each.span, each.id)))


def _headings(analysis: Analysis) -> dict[str, str]:
    """The heading of each provision, or of the one around it where it has none of its own."""
    own = {p.id: _clean(p.heading) or "" for p in analysis.provisions}
    return {p.id: own[p.id] or own.get(p.parent or "", "") for p in analysis.provisions}


def _spans(norm: Norm) -> dict[str, list[int]]:
    parts = {name: getattr(norm, name) for name in PARTS}
    spans = {name: [part.span.start, part.span.end] for name, part in parts.items() if part}
    return spans | ({"stem": [norm.stem.start, norm.stem.end]} if norm.stem else {})


def _basis(basis: Computation | None) -> str | None:
    return _json({**asdict(basis), "event": basis.event.isoformat() if basis.event else None}) if basis else None


def _text(part: Part | None) -> str | None:
    return _clean(" ".join(part.text.split())) if part else None


def _clean(text: str | None) -> str | None:
    """Text that SQLite can hold: lone surrogates (broken fonts, odd file names) and NULs become U+FFFD.

    One character for one, so that spans stay right.
    """
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
