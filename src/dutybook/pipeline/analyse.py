"""Analyses one document: combines layout, structure, extraction and resolution."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

from dutybook.document_view import DocumentView, seeks_norms
from dutybook.errors import EmptyDocument, NotFound
from dutybook.extract import coverage
from dutybook.extract.amendments import find_amendments, place_quoted_norms
from dutybook.extract.citations import find_citations
from dutybook.extract.deadlines import TemporalFinding, find_deadlines
from dutybook.extract.deadlines.starters import Starter, find_starter
from dutybook.extract.definitions import find_definitions
from dutybook.extract.facts import find_date_changes, find_facts
from dutybook.extract.named_acts import find_named_acts
from dutybook.extract.norms.legal_status import mark_not_yet_in_force
from dutybook.extract.norms.pipeline import FoundNorms, find_norms, place_in_tables
from dutybook.extract.penalties import find_penalties
from dutybook.extract.procedures import find_procedure_steps
from dutybook.extract.relations import Subject, find_relations
from dutybook.ingest.containers import SEPARATOR
from dutybook.ingest.files import is_document
from dutybook.layout.document_dates import with_dates
from dutybook.layout.formats import read_layout, sniff
from dutybook.layout.limits import Limits
from dutybook.layout.ocr import Recognition
from dutybook.memory import no_collection
from dutybook.pipeline.config import Config, reader_of
from dutybook.pipeline.unpacking import decompress, read_member
from dutybook.reasons import Reason, Why, about_pages, because
from dutybook.records import (
    Analysis,
    Citation,
    Deadline,
    Document,
    Evidence,
    Fact,
    Family,
    FurnitureKind,
    Layout,
    NamedAct,
    Norm,
    Page,
    Penalty,
    RawDocument,
    Rejection,
    Relation,
    Span,
    StarterKind,
    Status,
    Structure,
    content_id,
)
from dutybook.resolve.act_dates import own_beginning
from dutybook.resolve.deadlines import names_this_act, resolve_deadline, resolve_facts
from dutybook.resolve.norm_links import link_terms, name_roles
from dutybook.resolve.penalty_links import link_penalties
from dutybook.resolve.timeline import ActDates, act_dates, apply_dates
from dutybook.resolve.works import Identity, identify
from dutybook.structure.build import build_structure, pack_for
from dutybook.structure.language import UNKNOWN, prepare
from dutybook.structure.language import identify as identify_language
from dutybook.structure.title_features import clean_title

#: So many attached files are named; of more, that there are more.
_MOST_NAMES = 5


def describe_document(
    raw: RawDocument, file_format: str, layout: Layout, structure: Structure, identity: Identity, config: Config
) -> Document:
    """The record of a document whose layout, structure and work are known; its id comes from the bytes of the file."""
    published = config.published or _own_publication(layout, structure.family)
    reasons = [*_pages_unread(layout), *_files_apart(layout, config), *_language_unknown(structure.language)]
    return Document(
        id=raw.sha256[:16],
        work=identity.work.id if identity.work else None,
        source=raw.source,
        sha256=raw.sha256,
        language=structure.language,
        title=structure.title,
        status=Status.PARTLY_READ if reasons else Status.READ,
        reasons=tuple(reasons),
        genre=structure.genre,
        genre_probability=structure.genre_probability,
        family=structure.family,
        version_date=layout.meta.get("version_date"),
        version_kind=identity.version_kind,
        published=published,
        published_by=_published_by(layout, published),
        in_force_from=own_beginning(layout.meta.get("in_force_from"), published, identity.version_kind),
        in_force_until=layout.meta.get("in_force_until"),
        format=file_format,
        pages=len(layout.pages),
        author=layout.meta.get("author", ""),
        place=layout.meta.get("place", ""),
        publisher=layout.meta.get("publisher", ""),
        text=layout.text,
        boilerplate=tuple(p.text for p in layout.furniture if p.kind is FurnitureKind.BOILERPLATE),
    )


def _own_publication(layout: Layout, family: Family) -> str | None:
    """The day of publication that a file states; the place and the day in an act are those of its signature."""
    signed = family in {Family.EU_ACT, Family.STATUTE} and layout.meta.get("dateline")
    return None if signed else layout.meta.get("published")


def _pages_unread(layout: Layout) -> Iterator[Reason]:
    """The reasons why pages were left out, from the layout stage, or else the pages that are images."""
    yield from layout.problems or (_unread(page) for page in layout.pages if page.source in {"image", "unread"})


def _unread(page: Page) -> Reason:
    why = page.note or because(Why(f"page.{page.source}"), "{source}", source=page.source)
    return because(Why.PART_PAGES, "page {pages}: {why}", pages=str(page.number), count=1, why=why)


def _files_apart(layout: Layout, config: Config) -> Iterator[Reason]:
    """The reason that attached files are not part of the document; none if each becomes a document of its own."""
    attached = [a for a in layout.meta.get("attachments", "").split("\n") if is_document(a, lambda: 0)]
    if attached and not config.members_apart:
        names = ", ".join(attached[:_MOST_NAMES]) + (" …" if len(attached) > _MOST_NAMES else "")
        words = "attached files are documents of their own (dutybook ingest or extract reads them): {names}"
        yield because(Why.PART_ATTACHED, words, names=names)


def _language_unknown(language: str) -> Iterator[Reason]:
    if language == UNKNOWN:
        yield because(Why.PART_LANGUAGE, "the language could not be determined (too few words): norms were not sought")
    elif not seeks_norms(language):
        words = "norms are not known in “{language}” yet: text and structure were read, not norms"
        yield because(Why.PART_OTHER_LANGUAGE, words, language=language)


def _published_by(layout: Layout, published: str | None) -> str:
    """The evidence for the publication date: quoted words, or the metadata of the file."""
    if not published:
        return ""
    if published != layout.meta.get("published"):
        return "given by the caller"
    return layout.meta.get("published_by", "")


def find_norm_deadlines(
    view: DocumentView, norms: Iterable[Norm], dates: ActDates, jurisdiction: str
) -> tuple[Deadline, ...]:
    """The deadlines that norms set, in their order.

    Args:
        view: the document.
        norms: of the document.
        dates: when the act enters into force and begins to apply; deadlines may run from there.
        jurisdiction: whose act it is (``DE``), empty where that is not known.
    """
    return tuple(_find(view, norms, dates, jurisdiction))


def _find(view: DocumentView, norms: Iterable[Norm], dates: ActDates, jurisdiction: str) -> Iterator[Deadline]:
    # Only news speaks relative to its own date ("by the end of the month").
    relative_to = view.published if view.family is Family.NEWS else None
    for norm in norms:
        for found in find_deadlines(view.text, norm.span, view.pack_for(norm.language), relative_to):
            resolved = resolve_deadline(view, found, dates, jurisdiction=jurisdiction, words=found.span.of(view.text))
            kind, starter = _find_starter(view, found, norm) or (None, None)
            yield Deadline(
                id=content_id(norm.id, found.span.start, found.value),
                norm=norm.id,
                span=found.span,
                kind=found.kind,
                value=found.value,
                direction=found.direction,
                anchor=found.anchor,
                evidence=Evidence(
                    "rules", f"{norm.language}-{found.rule}", found.span, found.confidence, f"rule “{found.rule}”"
                ),
                due=resolved.due,
                steps=resolved.steps,
                reason=resolved.reason,
                basis=resolved.basis,
                starter=starter,
                starter_kind=kind,
            )


def _find_starter(view: DocumentView, found: TemporalFinding, norm: Norm) -> Starter | None:
    """Who starts a deadline. Dates of an act start with the act itself."""
    anchor = found.anchor
    if anchor is None:
        return None
    if view.family in {Family.EU_ACT, Family.STATUTE} and names_this_act(anchor.text):
        return StarterKind.ACT, anchor
    return find_starter(view, anchor, norm.bearer, norm.language)


Finding = TypeVar("Finding", Norm, Deadline, Fact, Penalty, Citation, NamedAct, Rejection)

_UNKNOWN = 0.9
"""How sure words are that another program recognised: such files do not say."""


def recognition_of(config: Config) -> Recognition | None:
    """How the layout stage is to recognise text; None if it is not."""
    if not config.ocr:
        return None
    return Recognition(
        language=config.language, identify=identify_language, seconds=config.ocr_seconds, processes=config.workers
    )


def with_doubt(analysis: Analysis) -> Analysis:
    """The analysis with findings on recognised pages marked, their confidence multiplied by that of the words."""
    layout = analysis.layout
    pages = {page.number: page.confidence for page in layout.pages if page.source == "ocr"} if layout else {}
    if layout is None or not pages:
        return analysis
    return replace(
        analysis,
        norms=_doubted(analysis.norms, layout, pages),
        deadlines=_doubted(analysis.deadlines, layout, pages),
        facts=_doubted(analysis.facts, layout, pages),
        penalties=_doubted(analysis.penalties, layout, pages),
        citations=_doubted(analysis.citations, layout, pages),
        named_acts=_doubted(analysis.named_acts, layout, pages),
        rejections=_doubted(analysis.rejections, layout, pages),
    )


def _doubted(findings: Iterable[Finding], layout: Layout, pages: Mapping[int, float | None]) -> tuple[Finding, ...]:
    made = []
    for finding in findings:
        touched = [page for page in _pages(layout, finding.span) if page in pages]
        if touched:
            sure = min(_UNKNOWN if (certainty := pages[page]) is None else certainty for page in touched)
            why = f"its words were recognised in an image (page {', '.join(map(str, touched))}, {sure:.0%} sure)"
            evidence = finding.evidence
            because = f"{evidence.why}; {why}" if evidence.why else why
            evidence = replace(evidence, confidence=round(evidence.confidence * sure, 4), why=because)
            finding = replace(finding, evidence=evidence)
        made.append(finding)
    return tuple(made)


def _pages(layout: Layout, span: Span) -> list[int]:
    return sorted({box.page for box in layout.boxes_for(span)})


_DEFAULT = Config()
#: Of the seconds for a document, those in which its pages are read.
_READING = 0.45
#: Among so many blocks stand the lines of a title.
_TITLE_BLOCKS = 40


class _Clock:
    """The time that a document has taken so far."""

    def __init__(self, config: Config) -> None:
        self._seconds, self._wall_seconds = config.seconds, config.wall_seconds or config.seconds
        self._started, self._used = time.monotonic(), time.process_time()

    def time_left(self) -> float:
        """The share of the time that is left, 1 where the settings name no limit."""
        if not self._seconds:
            return 1.0
        used = (time.process_time() - self._used) / self._seconds
        return 1.0 - max(used, (time.monotonic() - self._started) / self._wall_seconds)


def with_text_unread(document: Document, found: FoundNorms, layout: Layout, config: Config) -> Document:
    """The document, partly read if there is text in which norms were not sought."""
    places = [_describe_unread(found.unread, layout)] if found.unread else []
    if found.unread_plain:
        where = _describe_unread(found.unread_plain, layout)
        words = "in sentences without words such as “shall” or “may” ({where})"
        places.append(because(Why.PART_OF_PLAIN, words, where=where))
    if not places:
        return document
    text = "norms were not sought {where}: it would have taken longer than {seconds} seconds; allow more (--time-limit)"
    seconds = round(config.seconds)
    reasons = [because(Why.PART_NORMS_TIME, text, where=where, seconds=seconds) for where in places]
    return replace(document, status=Status.PARTLY_READ, reasons=(*document.reasons, *reasons))


def _describe_unread(unread: Sequence[Span], layout: Layout) -> Reason:
    """Where text stands in which norms were not sought: its pages, or else its share of the text."""
    ends = [(layout.page_of(span.start), layout.page_of(span.end - 1)) for span in unread]
    pages = {page for first, last in ends if first and last for page in range(first, last + 1)}
    if pages:
        return about_pages(Why.PART_OF_PAGES, sorted(pages), "on {named}")
    share = max(round(100 * sum(map(len, unread)) / max(len(layout.text), 1)), 1)
    if len(unread) == 1:
        return because(Why.PART_OF_END, "in the last {share} % of the text", share=share)
    return because(Why.PART_OF_TEXT, "in {share} % of the text", share=share)


def read(path: str | Path) -> RawDocument:
    """Read a file as a document to analyse. ``all.zip!/annex.pdf`` is a file in an archive, or one attached to a mail.

    Raises:
        NotFound: there is no such file.
    """
    file = Path(path)
    if SEPARATOR in str(path) and not file.exists():
        return read_member(str(path))
    try:
        return RawDocument(str(path), file.read_bytes())
    except FileNotFoundError as error:
        raise NotFound(f"{path}: there is no such file; check the spelling") from error
    except OSError as error:
        raise NotFound(
            f"{path}: cannot be read ({error.strerror}); check that it is a file and its permissions"
        ) from error


@no_collection()
def analyse(source: RawDocument | str | Path, config: Config = _DEFAULT) -> Analysis:
    """Find everything in one document.

    It is a pure function of the bytes and ``config``: it uses no clock, no network and no database. The same input
    gives the same records, including identifiers.

    Raises:
        BadDocument: the file cannot be read; the message says why and what to do.
    """
    clock = _Clock(config)
    raw = source if isinstance(source, RawDocument) else read(source)
    if not raw.data:
        raise EmptyDocument(because(Why.EMPTY, "the file is empty; check that it was saved or downloaded completely"))
    prepare()
    inner = decompress(raw)
    layout = _read_layout(inner, config)
    structure = build_structure(layout, raw.sha256[:16], config.language)
    pack = pack_for(structure.language)
    identity = identify(structure.title, structure.family, structure.language, layout, pack, raw.source)
    file_format = sniff(inner.data, inner.source, inner.media_type)
    document = describe_document(raw, file_format, layout, structure, identity, config)
    work = identity.work
    view = DocumentView.of(document, structure, pack_for)
    known = view.with_known_languages()

    definitions = find_definitions(view)
    penalties = find_penalties(known)
    citations = find_citations(known, work.jurisdiction if work else "")
    named_acts = find_named_acts(known, citations)
    acts = {c.span: c.work for c in citations if c.work} | {n.span: n.act for n in named_acts}
    facts = resolve_facts(view, find_facts(known, [*acts]), document.published_by, layout.meta.get("enacted"))
    # All that does not ask for norms comes before them, so that it is known what time is left.
    amendments = find_amendments(known)
    date_changes = find_date_changes(known)
    relations = _find_relations(view, layout, identity)
    steps = find_procedure_steps(known, acts)
    found = find_norms(known, reader_of(config), clock.time_left)
    document = with_text_unread(document, found, layout, config)
    norms = place_in_tables(found.norms, layout.tables, view.text)
    norms = place_quoted_norms(known, norms, amendments)
    norms = link_terms(view, norms, definitions)
    norms = name_roles(view, norms, definitions)
    norms = link_penalties(known, norms, penalties, citations)
    norms = apply_dates(
        view, norms, facts, directive=work is not None and work.kind == "directive", version=_later_version(document)
    )
    norms = mark_not_yet_in_force(view, norms, facts, acts)
    others = {
        coverage.DATE: [fact.span for fact in facts],
        coverage.DEFINITION: [definition.span for definition in definitions],
        coverage.PENALTY: [penalty.span for penalty in penalties],
        coverage.INSTRUCTION: [amendment.span for amendment in amendments],
    }
    rejections = coverage.explain_rejections(found.rejections, norms, others)
    analysis = Analysis(
        document=document,
        work=work,
        layout=layout,
        provisions=structure.provisions,
        norms=norms,
        deadlines=find_norm_deadlines(view, norms, act_dates(facts), work.jurisdiction if work else ""),
        facts=facts,
        penalties=penalties,
        citations=citations,
        rejections=rejections,
        definitions=definitions,
        amendments=amendments,
        date_changes=date_changes,
        numbers=identity.numbers,
        relations=relations,
        procedure_steps=steps,
        coverage=coverage.measure_coverage(view, layout, norms, rejections),
        named_acts=named_acts,
    )
    return with_doubt(analysis)


def _read_layout(raw: RawDocument, config: Config) -> Layout:
    limits = Limits(workers=config.workers, tables=config.tables)
    if config.seconds:
        passes = min(limits.max_seconds, _READING * (config.wall_seconds or config.seconds))
        limits = replace(limits, max_seconds=passes, max_processor_seconds=_READING * config.seconds)
    layout = read_layout(raw, password=config.password, limits=limits, recognition=recognition_of(config))
    return with_dates(layout)


def _later_version(document: Document) -> str | None:
    """The date of a consolidated text that is later than the act's own; None for the act as published."""
    return document.version_date if (document.version_date or "") > (document.published or "") else None


def _find_relations(view: DocumentView, layout: Layout, identity: Identity) -> tuple[Relation, ...]:
    """What the act does to others; the lines of its title are those of the first blocks that the title is made of."""
    if identity.work is None:
        return ()
    own = Subject(identity.work.id, identity.work.jurisdiction == "EU", identity.corrects)
    blocks = [b.span for b in layout.blocks[:_TITLE_BLOCKS]]
    first = next((n for n, span in enumerate(blocks) if _is_part_of(span.of(view.text), view.title)), len(blocks))
    lines = list(takewhile(lambda span: _is_part_of(span.of(view.text), view.title), blocks[first:]))
    # Above the title of a consolidated text stand the acts that changed it.
    above = blocks[:first] if identity.version_kind == "consolidated" and lines else []
    return find_relations(view, own, lines, above)


def _is_part_of(line: str, title: str) -> bool:
    plain = clean_title(line)
    return len(plain) > 3 and plain.casefold() in title.casefold()
