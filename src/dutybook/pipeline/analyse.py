"""Analyses one document: combines layout, structure, extraction and resolution."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

from dutybook.document_view import DocumentView
from dutybook.errors import EmptyDocument, NotFound
from dutybook.extract.citations import find_citations
from dutybook.extract.definitions import find_definitions
from dutybook.extract.facts import find_facts
from dutybook.extract.facts.changes import find_date_changes
from dutybook.extract.norms.pipeline import find_norms, place_in_tables
from dutybook.extract.penalties import find_penalties
from dutybook.extract.relations import Subject, find_relations
from dutybook.ingest.containers import SEPARATOR
from dutybook.layout.document_dates import with_publication, with_version
from dutybook.layout.formats import read_layout, sniff
from dutybook.layout.limits import Limits
from dutybook.pipeline.config import ANALYSER_VERSION, Config
from dutybook.pipeline.document_record import describe_document
from dutybook.pipeline.model_choice import reader_of
from dutybook.pipeline.norm_deadlines import find_norm_deadlines
from dutybook.pipeline.ocr_findings import recognition_of, with_doubt
from dutybook.pipeline.unpacking import decompress, read_member
from dutybook.reasons import Why, because
from dutybook.records import Analysis, Document, Layout, RawDocument, Relation
from dutybook.resolve.deadlines import resolve_facts
from dutybook.resolve.norm_links import link_penalties, link_terms, name_roles
from dutybook.resolve.timeline import act_dates, apply_dates
from dutybook.resolve.works import Identity, identify
from dutybook.structure.build import build_structure, pack_for
from dutybook.structure.language import prepare

_DEFAULT = Config()
#: Of the seconds for a document, those in which its pages are read.
_READING = 0.75
#: Among so many blocks stand the lines of a title.
_TITLE_BLOCKS = 40


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


def analyse(source: RawDocument | str | Path, config: Config = _DEFAULT) -> Analysis:
    """Find everything in one document.

    It is a pure function of the bytes and ``config``: it uses no clock, no network and no database. The same input
    gives the same records, including identifiers.

    Raises:
        BadDocument: the file cannot be read; the message says why and what to do.
    """
    raw = source if isinstance(source, RawDocument) else read(source)
    if not raw.data:
        raise EmptyDocument(
            because(Why.EMPTY, "{name}: the file is empty; get it again from where it came from", name=raw.source)
        )
    prepare()
    inner = decompress(raw)
    layout = _read_layout(inner, config)
    structure = build_structure(layout, raw.sha256[:16], config.language)
    pack = pack_for(structure.language)
    identity = identify(structure.title, structure.genre, structure.language, layout, pack, raw.source)
    file_format = sniff(inner.data, inner.source, inner.media_type)
    document = describe_document(raw, file_format, layout, structure, identity, config)
    work = identity.work
    view = DocumentView.of(document, structure, pack_for)
    known = view.with_known_languages()

    definitions = find_definitions(view)
    penalties = find_penalties(known)
    citations = find_citations(known)
    facts = resolve_facts(view, find_facts(known), document.published_by)
    norms, rejections = find_norms(known, reader_of(config))
    norms = place_in_tables(norms, layout.tables, view.text)
    norms = link_terms(view, norms, definitions)
    norms = name_roles(view, norms, definitions)
    norms = link_penalties(known, norms, penalties, citations)
    norms = apply_dates(
        view,
        norms,
        facts,
        directive=work is not None and work.kind == "directive",
        version=_later_version(document),
    )
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
        date_changes=find_date_changes(known),
        numbers=identity.numbers,
        relations=_find_relations(view, layout, identity),
    )
    return with_doubt(analysis)


def _read_layout(raw: RawDocument, config: Config) -> Layout:
    seconds = min(Limits().max_seconds, _READING * config.seconds) if config.seconds else Limits().max_seconds
    limits = Limits(workers=config.workers, tables=config.tables, max_seconds=seconds)
    layout = read_layout(raw, password=config.password, limits=limits, recognition=recognition_of(config))
    return with_version(with_publication(layout))


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
    plain = " ".join(line.split())
    return len(plain) > 3 and plain.casefold() in title.casefold()


__all__ = ["ANALYSER_VERSION", "analyse", "read"]
