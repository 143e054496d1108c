"""Small fictional analyses in one line: offsets, identifiers and boxes are right by construction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dutybook.reasons import reason_without_code
from dutybook.records import (
    Amount,
    Analysis,
    BearerClass,
    Box,
    Citation,
    Deadline,
    DeadlineKind,
    Direction,
    Document,
    Evidence,
    Fact,
    FactType,
    Family,
    Genre,
    Layout,
    LayoutBuilder,
    Modality,
    Norm,
    Page,
    Part,
    Penalty,
    Provision,
    ProvisionKind,
    Rejection,
    Span,
    Status,
    Strength,
    Work,
    Zone,
    content_id,
)

HARBOUR = Work("32031R0777", "regulation", "EU", "32031R0777", "Harbour Data Act", "European Parliament and Council")


@dataclass(frozen=True)
class N:
    """A norm to build. ``bearer``, ``action``, ``condition``, ``deadline`` … are found in ``text`` by their words."""

    text: str
    place: str = "Art 1"
    modality: str = "obligation"
    strength: str = "must"
    bearer: str | None = None
    bearer_class: str = "business"
    action: str | None = None
    condition: str | None = None
    exception: str | None = None
    deadline: str | None = None
    kind: str = "period"
    value: str | None = "PT72H"
    direction: str | None = "after"
    anchor: str | None = None
    due: date | None = None
    cites: str | None = None
    rejected: str | None = None
    fact: tuple[str, str, str] | None = None
    penalty: tuple[str, Amount] | None = None
    confidence: float = 0.9
    fields: tuple[tuple[str, float], ...] = ()
    why: str = "a modal verb in the enacting terms"
    norm: bool = field(default=True)


def make_analysis(
    norms: Iterable[N | str] = (),
    *,
    title: str = "Harbour Data Act",
    source: str = "harbour.txt",
    language: str = "en",
    work: Work | None = HARBOUR,
    genre: Genre = Genre.EU_ACT,
    pages: int = 1,
    status: Status = Status.READ,
    reason: str = "",
    salt: str = "",
) -> Analysis:
    """An analysis of a made-up document, a paragraph a norm; ``salt`` makes the bytes differ and nothing else."""
    wanted = [N(n) if isinstance(n, str) else n for n in norms]
    builder = LayoutBuilder()
    builder.block(title)
    spans: list[Span] = []
    for number, n in enumerate(wanted):
        page = 1 + number * pages // max(len(wanted), 1)
        start = builder.length
        for i, word in enumerate(n.text.split()):
            span = builder.append(f" {word}" if i else word)
            box = Box(page, 70 + 40 * i, 100 + 14 * number, 105 + 40 * i, 110 + 14 * number)
            builder.words.add(span.end - len(word), span.end, box)
        spans.append(Span(start, builder.length))
        builder.append("\n")
    text = builder.text()
    sha256 = content_id("bytes", ascii(text), salt) * 4
    document = Document(
        id=content_id("document", sha256),
        work=work.id if work else None,
        source=source,
        sha256=sha256,
        language=language,
        title=title,
        status=status,
        reasons=(reason_without_code(reason),) if reason else (),
        genre=genre,
        family=genre.family or Family.OTHER,
        pages=pages,
        text=text,
    )
    layout = Layout(
        text=text,
        blocks=tuple(builder.blocks),
        words=builder.words,
        pages=tuple(Page(n + 1, 595, 842) for n in range(pages)),
    )
    analysis = Analysis(document=document, work=work, layout=layout)
    return _fill(analysis, wanted, spans)


def make_unreadable(
    source: str = "broken.pdf", reason: str = "broken: the file ends too early", salt: str = ""
) -> Analysis:
    """An analysis of a file that could not be read."""
    sha256 = content_id("unreadable", source, salt) * 4
    document = Document(
        id=content_id("document", sha256),
        work=None,
        source=source,
        sha256=sha256,
        language="",
        title="",
        status=Status.UNREADABLE,
        reasons=(reason_without_code(reason),),
    )
    return Analysis(document=document, work=None, layout=None)


def _fill(analysis: Analysis, wanted: Sequence[N], spans: Sequence[Span]) -> Analysis:
    document = analysis.document
    text = document.text
    provisions: dict[str, Provision] = {}
    found: dict[str, list[object]] = {
        name: [] for name in ("norms", "deadlines", "facts", "penalties", "citations", "rejections")
    }
    for n, span in zip(wanted, spans, strict=True):
        provision = provisions.setdefault(
            n.place,
            Provision(
                content_id(document.id, n.place),
                None,
                ProvisionKind.ARTICLE,
                n.place.split()[-1],
                "Duties",
                span,
                n.place,
                Zone.ENACTING,
            ),
        )

        def part(words: str | None, within: Span = span) -> Part | None:
            if words is None:
                return None
            at = text.index(words, within.start, within.end)
            return Part(words, Span(at, at + len(words)))

        cue = next((part(w) for w in ("shall", "must", "may", "muss", "müssen", "doit") if f" {w} " in n.text), None)
        evidence = Evidence("modal-verb", "1", cue.span if cue else None, n.confidence, n.why, n.fields)
        if n.rejected:
            found["rejections"].append(
                Rejection(content_id(document.id, "rejected", span), provision.id, span, n.rejected, evidence)
            )
        elif n.norm:
            norm = Norm(
                id=content_id(document.id, "norm", span),
                provision=provision.id,
                place=n.place,
                span=span,
                modality=Modality(n.modality),
                strength=Strength(n.strength),
                bearer=part(n.bearer),
                bearer_class=BearerClass(n.bearer_class),
                action=part(n.action),
                recipient=None,
                condition=part(n.condition),
                exception=part(n.exception),
                evidence=evidence,
                language=document.language,
            )
            found["norms"].append(norm)
            if when := part(n.deadline):
                found["deadlines"].append(
                    Deadline(
                        id=content_id(norm.id, when.span),
                        norm=norm.id,
                        span=when.span,
                        kind=DeadlineKind(n.kind),
                        value=n.value,
                        direction=Direction(n.direction) if n.direction else None,
                        anchor=part(n.anchor),
                        evidence=replace(evidence, name="period", cue=when.span, fields=()),
                        due=n.due,
                        steps=(f"the text names {n.due}",) if n.due else (),
                        reason="" if n.due else "the event is not dated",
                    )
                )
        if cited := part(n.cites):
            found["citations"].append(
                Citation(content_id(document.id, cited.span), cited.span, cited.text, HARBOUR.id, None, True, evidence)
            )
        if n.fact:
            when = part(n.fact[1])
            assert when
            found["facts"].append(
                Fact(content_id(document.id, "fact", when.span), FactType(n.fact[0]), when.span, n.fact[2], evidence)
            )
        if n.penalty:
            fine = part(n.penalty[0])
            assert fine
            found["penalties"].append(
                Penalty(content_id(document.id, "penalty", fine.span), fine.span, (n.penalty[1],), evidence)
            )
    return replace(
        analysis, provisions=tuple(provisions.values()), **{name: tuple(rows) for name, rows in found.items()}
    )
