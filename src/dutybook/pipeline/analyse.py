"""Bytes to findings: the one place that composes layout, structure, extraction and resolution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from dutybook.errors import EmptyDocument, NotFound
from dutybook.extract.citations import find_citations
from dutybook.extract.deadlines import find_deadlines
from dutybook.extract.deadlines.starters import StarterFinder
from dutybook.extract.definitions import find_definitions
from dutybook.extract.facts import find_facts
from dutybook.extract.facts.changes import find_date_changes
from dutybook.extract.norms import find_norms
from dutybook.extract.norms.cells import place_in_tables
from dutybook.extract.penalties import find_penalties
from dutybook.extract.relations import Subject, find_relations
from dutybook.ingest.containers import SEPARATOR
from dutybook.ingest.files import is_document
from dutybook.languages import available, load
from dutybook.layout.formats import read_layout, sniff
from dutybook.layout.limits import Limits
from dutybook.layout.published import with_publication
from dutybook.layout.versioned import with_version
from dutybook.pipeline.config import ANALYSER_VERSION, Config
from dutybook.pipeline.modelling import reader_of
from dutybook.pipeline.recognised import recognition_of, with_doubt
from dutybook.pipeline.unpacking import read_member, unwrapped
from dutybook.reasons import Reason, Why, because
from dutybook.records import (
    Analysis,
    Deadline,
    Document,
    Evidence,
    Genre,
    Layout,
    Norm,
    Page,
    Part,
    RawDocument,
    Relation,
    Sentence,
    StarterKind,
    Status,
    Structure,
    Work,
    content_id,
)
from dutybook.resolve.deadlines import names_this_act, resolve_deadline
from dutybook.resolve.facts import resolve_facts
from dutybook.resolve.roles import name_roles
from dutybook.resolve.sanctions import link_penalties
from dutybook.resolve.terms import link_terms
from dutybook.resolve.timeline import ActDates, act_dates, apply_dates
from dutybook.resolve.works import Identity, identify
from dutybook.structure.build import build_structure, pack_for
from dutybook.structure.language import UNKNOWN, prepare

_DEFAULT = Config()
#: Of the seconds for a document, those in which its pages are read.
_READING = 0.75
#: Among so many blocks stand the lines of a title.
_TITLE_BLOCKS = 40


def read(path: str | Path) -> RawDocument:
    """A file's bytes, as a document to analyse; ``all.zip!/annex.pdf`` is a file in an archive, or attached to a mail.

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


def analyse(source: RawDocument | str | Path, config: Config = _DEFAULT) -> Analysis:
    """Everything found in one document.

    A pure function of the bytes and ``config``: no clock, no network, no database. The same input gives the same
    records, identifiers included.

    Raises:
        BadDocument: the file cannot be read; the message says why and what to do.
    """
    raw = source if isinstance(source, RawDocument) else read(source)
    if not raw.data:
        raise EmptyDocument(
            because(Why.EMPTY, "{name}: the file is empty; get it again from where it came from", name=raw.source)
        )
    prepare()
    inner = unwrapped(raw)
    given = read_layout(inner, password=config.password, limits=_limits(config), recognition=recognition_of(config))
    layout = with_version(with_publication(given))
    document_id = raw.sha256[:16]
    structure = build_structure(layout, document_id, config.language)
    pack = pack_for(structure.language)
    published = config.published or layout.meta.get("published")
    identity = identify(structure.title, structure.genre, structure.language, layout, pack, raw.source)
    work = identity.work
    document = _document(raw, layout, structure, identity, document_id, published, config.members_apart)
    document = replace(document, format=sniff(inner.data, inner.source, inner.media_type))

    text, sentences = layout.text, structure.sentences
    # Without a pack no cue is known: better no findings, and a reason, than findings from another language's words.
    known = _with_packs(sentences)
    places = {p.id: p.place for p in structure.provisions}
    languages = {s.provision: s.language for s in sentences}
    norms, rejections = find_norms(
        text, known, structure.provisions, pack_for, structure.genre, document_id, reader_of(config), structure.title
    )
    norms = place_in_tables(norms, layout.tables, text)
    own = work.id if work else None
    definitions = find_definitions(text, sentences, pack_for, places, document_id)
    penalties = find_penalties(text, known, pack_for, document_id)
    citations = find_citations(text, known, pack_for, own, lambda s: places.get(s.provision), document_id)
    norms = link_terms(text, norms, definitions, pack_for)
    norms = name_roles(norms, definitions, pack_for, own)
    norms = link_penalties(text, norms, penalties, known, citations, places, pack_for, own)
    facts = resolve_facts(
        find_facts(text, known, pack_for, structure.genre, published, document_id, structure.provisions, own),
        published=published,
        genre=structure.genre,
        published_by=document.published_by,
        words_of=lambda fact: (fact.span.of(text), pack_for(languages.get(fact.provision, structure.language))),
    )
    consolidated = document.version_date if (document.version_date or "") > (published or "") else None
    norms = apply_dates(
        norms,
        facts,
        structure.provisions,
        genre=structure.genre,
        text=text,
        pack_for=pack_for,
        directive=work is not None and work.kind == "directive",
        version=consolidated,
    )
    analysis = Analysis(
        document=document,
        work=work,
        layout=layout,
        provisions=structure.provisions,
        norms=norms,
        deadlines=tuple(
            _deadlines(
                *(text, norms, act_dates(facts), published, structure.genre, work),
                StarterFinder(text, pack_for),
            )
        ),
        facts=facts,
        penalties=penalties,
        citations=citations,
        rejections=rejections,
        definitions=definitions,
        date_changes=find_date_changes(text, known, pack_for, structure.provisions, structure.title, own, document_id),
        numbers=identity.numbers,
        relations=_relations(text, layout, structure, identity, places, document_id),
    )
    return with_doubt(analysis)


def _relations(
    text: str, layout: Layout, structure: Structure, identity: Identity, places: dict[str, str], document_id: str
) -> tuple[Relation, ...]:
    """What the act does to others; the lines of its title are those of the first blocks that the title is made of."""
    if identity.work is None:
        return ()
    own = Subject(identity.work.id, identity.work.jurisdiction == "EU", identity.corrects)
    blocks = [b.span for b in layout.blocks[:_TITLE_BLOCKS]]
    first = next((n for n, span in enumerate(blocks) if _part_of(span.of(text), structure.title)), len(blocks))
    lines = list(takewhile(lambda span: _part_of(span.of(text), structure.title), blocks[first:]))
    # Above the title of a consolidated text stand the acts that changed it.
    above = blocks[:first] if identity.version_kind == "consolidated" and lines else []
    return find_relations(
        text, lines, structure.language, structure.sentences, pack_for, places, own, document_id, above
    )


def _part_of(line: str, title: str) -> bool:
    plain = " ".join(line.split())
    return len(plain) > 3 and plain.casefold() in title.casefold()


def _limits(config: Config) -> Limits:
    if not config.seconds:
        return Limits(workers=config.workers, tables=config.tables)
    seconds = min(Limits().max_seconds, _READING * config.seconds)
    return Limits(workers=config.workers, tables=config.tables, max_seconds=seconds)


def _with_packs(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences in languages whose norms are known; items go on pointing at their stems."""
    codes = {c for c in {s.language for s in sentences} if _seeks_norms(c)}
    known = (index for index, sentence in enumerate(sentences) if sentence.language in codes)
    places = {index: at for at, index in enumerate(known)}
    return tuple(
        replace(sentences[index], stem=None if (stem := sentences[index].stem) is None else places.get(stem))
        for index in places
    )


def _seeks_norms(language: str) -> bool:
    return language in available() and load(language).seeks_norms


def _document(
    raw: RawDocument,
    layout: Layout,
    structure: Structure,
    identity: Identity,
    document_id: str,
    published: str | None,
    members_apart: bool,
) -> Document:
    reasons = list(layout.problems)
    if not reasons:
        reasons += [_of_page(page) for page in layout.pages if page.source in {"image", "unread"}]
    attached = (
        []
        if members_apart
        else [a for a in layout.meta.get("attachments", "").split("\n") if is_document(a, lambda: 0)]
    )
    if attached:
        names = ", ".join(attached[:5]) + (" …" if len(attached) > 5 else "")
        said = "attached files are documents of their own (dutybook ingest or extract reads them): {names}"
        reasons.append(because(Why.PART_ATTACHED, said, names=names))
    if structure.language == UNKNOWN:
        reasons.append(
            because(Why.PART_LANGUAGE, "the language could not be told (too few words): norms were not sought")
        )
    elif not _seeks_norms(structure.language):
        said = "norms are not known in “{language}” yet: text and structure were read, not norms"
        reasons.append(because(Why.PART_OTHER_LANGUAGE, said, language=structure.language))
    return Document(
        id=document_id,
        work=identity.work.id if identity.work else None,
        source=raw.source,
        sha256=raw.sha256,
        language=structure.language,
        title=structure.title,
        status=Status.PARTLY_READ if reasons else Status.READ,
        reasons=tuple(reasons),
        genre=structure.genre,
        version_date=layout.meta.get("version_date"),
        version_kind=identity.version_kind,
        published=published,
        published_by=_published_by(layout, published),
        pages=len(layout.pages),
        text=layout.text,
    )


def _of_page(page: Page) -> Reason:
    said = page.note or because(Why(f"page.{page.source}"), "{source}", source=page.source)
    return because(Why.PART_PAGES, "page {pages}: {why}", pages=str(page.number), count=1, why=said)


def _published_by(layout: Layout, published: str | None) -> str:
    """What says when the document was published: quoted words, or what the file says of itself."""
    if not published:
        return ""
    if published != layout.meta.get("published"):
        return "said by the caller"
    return layout.meta.get("published_by", "")


def _deadlines(
    text: str,
    norms: Iterable[Norm],
    own: ActDates,
    published: str | None,
    genre: Genre,
    work: Work | None,
    starters: StarterFinder,
) -> Iterable[Deadline]:
    in_force, application = own.entry_into_force, own.application
    sources = {f.type.value: f.id for f in (in_force, application) if f is not None}
    # Only news speaks relative to its own date ("by the end of the month").
    relative_to = published if genre is Genre.NEWS else None
    for norm in norms:
        for found in find_deadlines(text, norm.span, pack_for(norm.language), relative_to):
            resolved = resolve_deadline(
                found,
                published=published,
                entry_into_force=in_force.due if in_force else None,
                application=application.due if application else None,
                genre=genre,
                jurisdiction=work.jurisdiction if work else "",
                words=found.span.of(text),
                sources=sources,
            )
            kind, starter = _starter(found.anchor, norm, genre, starters)
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


def _starter(
    anchor: Part | None, norm: Norm, genre: Genre, starters: StarterFinder
) -> tuple[StarterKind | None, Part | None]:
    """Who starts a deadline; an act's own dates start with the act."""
    if anchor is None:
        return None, None
    if genre in {Genre.EU_ACT, Genre.STATUTE} and names_this_act(anchor.text):
        return StarterKind.ACT, anchor
    return starters.find(anchor, norm.bearer, norm.language) or (None, None)


__all__ = ["ANALYSER_VERSION", "analyse", "read"]
