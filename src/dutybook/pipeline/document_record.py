"""Makes the record of a document: what it is, and why it was only partly read."""

from __future__ import annotations

from collections.abc import Iterator

from dutybook.document_view import seeks_norms
from dutybook.ingest.files import is_document
from dutybook.pipeline.config import Config
from dutybook.reasons import Reason, Why, because
from dutybook.records import Document, Layout, Page, RawDocument, Status, Structure
from dutybook.resolve.works import Identity
from dutybook.structure.language import UNKNOWN

#: So many attached files are named; of more, that there are more.
_MOST_NAMES = 5


def describe_document(
    raw: RawDocument, file_format: str, layout: Layout, structure: Structure, identity: Identity, config: Config
) -> Document:
    """The record of a document whose layout, structure and work are known; its id comes from the bytes of the file."""
    published = config.published or layout.meta.get("published")
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
        version_date=layout.meta.get("version_date"),
        version_kind=identity.version_kind,
        published=published,
        published_by=_published_by(layout, published),
        format=file_format,
        pages=len(layout.pages),
        text=layout.text,
    )


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


__all__ = ["describe_document"]
