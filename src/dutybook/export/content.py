"""Selects what an export writes: rows of the register with what belongs to them, as texts and links that are safe in
any file format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from importlib import metadata
from itertools import islice
from typing import Any

from dutybook.errors import BadFilter
from dutybook.languages.proposal_words import justify, verdict_words
from dutybook.languages.reader import reader_words
from dutybook.records.findings import Doubt
from dutybook.store import DocumentRow, EvidenceRow, FactRow, Filters, NormRow, Register, RejectedRow, exports
from dutybook.store.documents.works import short_names
from dutybook.store.exports import Act, ChangeLine, Heading, Term
from dutybook.store.judgements.corrections import FINDING
from dutybook.store.judgements.record import Record
from dutybook.store.profiles.for_us import state_of
from dutybook.store.profiles.proposals import NormProposal
from dutybook.store.rows import CitationRow
from dutybook.store.search.filters import as_date

# Characters that XML 1.0 or a spreadsheet cannot hold: C0 and C1 controls but tab and line feed, lone surrogates,
# and the two non-characters (XML 1.0, production 2). The next-line control U+0085 is a line break, not noise.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n?|\x85|\u2028|\u2029")

_NOTE = "… [shortened here: the text has {characters} characters]"

CELL_LIMIT = 32_767
"""Characters a spreadsheet cell holds, counted in UTF-16 units (Excel specifications and limits)."""


def clean(text: str) -> str:
    """``text`` without control characters; every kind of line break becomes ``\\n``.

    >>> clean("a\\x00b\\r\\nc")
    'ab\\nc'
    """
    return _UNFIT.sub("", _BREAKS.sub("\n", text))


def abbreviate(text: str, limit: int) -> str:
    """``text`` if it has at most so many characters, else its beginning with an ellipsis.

    >>> abbreviate("Harbour fees", 9)
    'Harbour…'
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def count_utf16_units(text: str) -> int:
    """The length in UTF-16 code units, by which spreadsheets limit the text of a cell."""
    return len(text) + sum(character > "\uffff" for character in text)


def shorten(text: str, limit: int = CELL_LIMIT, note: str | None = None) -> str:
    """``text`` if it fits into ``limit`` UTF-16 units, else its beginning with an ellipsis and a note of its real length.

    Args:
        note: the note in another language, with ``{characters}`` for the length.

    >>> shorten("x" * 100, 60)
    'xxxxxxxxxxxxx… [shortened here: the text has 100 characters]'
    """
    if len(text) <= limit // 2 or count_utf16_units(text) <= limit:
        return text
    ending = (note or _NOTE).replace("{characters}", f"{len(text):,}")
    room = limit - len(ending)
    kept = text[:room]
    while count_utf16_units(kept) > room:
        kept = kept[: -(-(count_utf16_units(kept) - room) // 2) * -1]
    return kept + ending


def link_to(source: str, address: str = "", path: str = "") -> str | None:
    """A link that leads somewhere on any machine: to the source's web address, else to the register's own page.

    None where there is neither: a file of this machine is never linked, since an export leaves it.

    Args:
        source: the address or file of a document.
        address: the address of the register's pages, without a slash at its end; empty if they are not served.
        path: the page there, such as ``/norms/2ce86aaccdfe031f``.

    >>> link_to("https://example.org/act.html"), link_to("/srv/acts/a.pdf"), link_to("javascript:alert(1)")
    ('https://example.org/act.html', None, None)
    >>> link_to("/srv/acts/a.pdf", "https://duties.example.org", "/norms/2ce8")
    'https://duties.example.org/norms/2ce8'
    """
    if source.startswith(("https://", "http://")) and not any(c.isspace() or not c.isprintable() for c in source):
        return source
    return f"{address}{path}" if address else None


# What only norms have: under such a filter a fact of the act is not what was asked for.
_OF_NORMS = (
    *("words", "bearer", "modality", "bearer_class", "strength", "place", "role", "applies_on"),
    *("status", "owner", "applicability", "for_us", "profile", "tag", "review_state"),
)


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """A norm with its document, its act's official number, the nearest heading above it, its evidence and its review
    record.

    ``proposals`` say whether it applies to each profile. ``act`` is what the register knows of its act, ``short_name`` what people call it among themselves, ``cites`` are its references, ``topics`` the names of its topics.
    """

    norm: NormRow
    document: DocumentRow
    work_number: str | None = None
    heading: str = ""
    evidence: EvidenceRow | None = None
    review: Record | None = None
    act: Act | None = None
    short_name: str = ""
    cites: tuple[CitationRow, ...] = ()
    topics: tuple[str, ...] = ()
    proposals: tuple[NormProposal, ...] = ()
    reader: str = "en"

    @property
    def proposed(self) -> str:
        """Whether it applies to each profile, as proposed, one per line, with the reason in the reader's language."""
        return "\n".join(
            f"{one.name}: {verdict_words(one.proposal.verdict, self.reader)}. {justify(one.proposal.reason, self.reader)}"
            for one in self.proposals
        )

    @property
    def for_us(self) -> str | None:
        """Whether it is for us (`dutybook.store.profiles.for_us`); None where nobody said so and there are no profiles."""
        applicability = self.review.applicability if self.review else None
        if not self.proposals and applicability in (None, "unassessed"):
            return None
        return state_of(applicability, [one.proposal.verdict.value for one in self.proposals])

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """The fields that may be wrong, the least probable first."""
        return self.evidence.doubts(self.review) if self.evidence else ()


def act_of(document: DocumentRow) -> str:
    """The name of a document for readers: the act's short title, else the document's title, else its source."""
    return document.work_title or document.title or document.source


#: Progress is reported each time that so many norms were read.
_PROGRESS_EACH = 250


class Content:
    """What is exported: the part of a register that filters leave. Without ``places``, norms have no spans and boxes,
    which is quicker. ``with_deadlines``: only norms with deadlines.

    Every method starts a new iteration in register order: by document, then by place in it. ``seen`` are the ids of
    documents that count under a filter. ``reader`` is the reader's language (ISO 639-1), for headings and labels.

    Raises:
        BadFilter: a filter is unknown, impossible, or names nothing in the register.
    """

    def __init__(
        self,
        register: Register,
        filters: Mapping[str, object] | None = None,
        reader: str = "en",
        *,
        places: bool = True,
        with_deadlines: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._progress = progress
        self._places = places
        self._with_deadlines = with_deadlines
        self.filters: dict[str, object] = {n: v for n, v in (filters or {}).items() if v is not None and v != ""}
        self.reader = reader
        self.register = register
        self._filters = _as_filters(self.filters)
        register.check_filters(self._filters)
        self._after = as_date(self._filters.deadline_after, "deadline_after")
        self._before = as_date(self._filters.deadline_before, "deadline_before")
        self._numbers = exports.work_numbers(register)

    def rows(self) -> Iterator[ObligationRow]:
        """The norms that meet the filters."""
        documents = self._all_documents()
        acts: dict[str, Act] = {}
        names = short_names(self.register, {d.work for d in documents.values() if d.work}, self.reader)
        found = exports.supplemented(
            self.register, self._filters, places=self._places, with_deadlines=self._with_deadlines
        )
        for number, (norm, more) in enumerate(found, 1):
            if self._progress and number % _PROGRESS_EACH == 0:
                self._progress(number)
            document = documents[norm.document]
            if document.id not in acts:
                acts = {document.id: self.act(document.id)}  # rows come document by document
            yield ObligationRow(
                *(norm, document, self._number(document), more.heading, more.evidence, more.review),
                *(acts[document.id], names.get(document.work or "", ""), more.cites, more.topics),
                proposals=more.proposals,
                reader=self.reader,
            )

    def documents(self, seen: Collection[str]) -> Iterator[tuple[DocumentRow, str | None]]:
        """All documents with their act's number."""
        for document in self.register.documents():
            if not self._filters.narrows or document.id in seen:
                yield document, self._number(document)

    def facts(self, *, of_classes: bool = False) -> Iterator[tuple[FactRow, DocumentRow]]:
        """Facts that meet the filters; none where a filter asks for something only norms have.

        ``of_classes``: also for a class of bearers, since the dates of an act concern all of them.
        """
        of_norms = [name for name in _OF_NORMS if not (of_classes and name == "bearer_class")]
        if any(getattr(self._filters, name) for name in of_norms):
            return
        for document in exports.documents(self.register, self._filters):
            for fact in self.register.facts(document.id):
                yield fact, document

    def rejections(self, seen: Collection[str]) -> Iterator[tuple[RejectedRow, DocumentRow]]:
        """The rejected candidates of the documents that :meth:`documents` gives, then the norms that people rejected.

        Only those that the filters leave. For a norm that people rejected, ``reason`` is empty where nobody gave one,
        and the name of the evidence is the person.
        """
        for document, _ in self.documents(seen):
            for row in exports.rejected(self.register, document.id):
                yield row, document
        if self._filters.review_state:
            return
        documents = self._all_documents()
        chosen = replace(self._filters, review_state="rejected")
        for norm, more in exports.supplemented(self.register, chosen, places=False):
            correction = more.review.correction(norm.id, FINDING) if more.review else None
            who, why = (f"{correction.by}, {correction.at[:10]}", correction.why) if correction else ("", "")
            evidence = EvidenceRow(who, "", None, 1.0, why, norm.page, ())
            of = (norm.id, norm.document, norm.document_title, norm.source, norm.place, norm.quote)
            yield RejectedRow(*of, why, norm.page, (), evidence=evidence), documents[norm.document]

    def in_one_language(self) -> set[str]:
        """The norms (full ids) that meet the filters, each in the reader's language, or in one where that has none."""
        return exports.in_one_language(self.register, self._filters, self.reader)

    def changes(self) -> Iterator[tuple[ChangeLine, DocumentRow]]:
        """The changes between versions of norms that meet the filters, each with the version that has its text; the
        newest first.
        """
        documents = self._all_documents()
        for line in exports.changes(self.register, self._filters):
            yield line, documents[line.document]

    def terms(self, seen: Collection[str]) -> Iterator[tuple[Term, DocumentRow]]:
        """The terms defined in documents in force."""
        documents = {row.id: row for row in exports.documents(self.register, self._filters)}
        chosen = [i for i in documents if not self._filters.narrows or i in seen]
        for term in exports.terms(self.register, chosen):
            yield term, documents[term.document]

    def act(self, document: str) -> Act:
        """What the register knows of the act of a document (full id)."""
        return exports.act(self.register, document)

    def shows(self, due: date | None) -> bool:
        """Whether a date lies in the period of the filters. Without a period every date does, as does None."""
        if due is None:
            return self._after is None and self._before is None
        return (self._after is None or self._after <= due) and (self._before is None or due <= self._before)

    def _all_documents(self) -> dict[str, DocumentRow]:
        return {row.id: row for row in self.register.documents()}

    def _number(self, document: DocumentRow) -> str | None:
        return self._numbers.get(document.work or "", document.work)


def _as_filters(given: Mapping[str, Any]) -> Filters:
    names = [field.name for field in fields(Filters)]
    for name in given:
        if name not in names:
            raise BadFilter(f"there is no filter {name!r}; there are: {', '.join(names)}")
    return Filters(**given)


def _version() -> str:
    try:
        return metadata.version("dutybook")
    except metadata.PackageNotFoundError:  # a source tree on the path, not installed
        return "unknown"


VERSION = _version()
"""The version of Dutybook that writes."""


def filters_in_words(filters: Mapping[str, object], reader: str) -> str:
    """The filters for a reader (language code), one per line.

    >>> print(filters_in_words({"modality": "obligation"}, "de"))
    Art der Norm: Pflicht
    """
    words, values = reader_words("register", reader), reader_words("values", reader)
    lines = []
    for name, value in filters.items():
        label = words.get(f"filter.{name}", words.get(f"column.{name}", name.replace("_", " ")))
        several = value if isinstance(value, tuple | list) else [value]
        texts = [values("applicability.yes") if v is True else values.get(f"{name}.{v}", str(v)) for v in several]
        lines.append(f"{label}: {', '.join(texts)}")
    return "\n".join(lines) or words("about.no_filters")


_CHUNK = 400


def with_headings(
    content: Content, rows: Iterable[ObligationRow]
) -> Iterator[tuple[ObligationRow, tuple[Heading, ...]]]:
    """Each norm with the headings above it, outermost first, without the act's own title."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        above = exports.above(content.register, [row.norm.id for row in chunk])
        for row in chunk:
            yield row, tuple(h for h in above.get(row.norm.id, ()) if not _is_title(h, row))


def with_identities(
    content: Content, pairs: Iterable[tuple[ObligationRow, tuple[Heading, ...]]]
) -> Iterator[tuple[ObligationRow, tuple[Heading, ...], str]]:
    """Each norm with the headings above it and its identity through versions, copies and languages."""
    iterator = iter(pairs)
    while chunk := list(islice(iterator, _CHUNK)):
        identities = exports.identities(content.register, [row.norm.id for row, _ in chunk])
        for row, above in chunk:
            yield row, above, identities[row.norm.id]


def _is_title(heading: Heading, row: ObligationRow) -> bool:
    if heading.number or heading.kind != "heading":
        return False
    own = _letters(heading.words or heading.place)
    return own in {_letters(row.document.title), _letters(row.document.work_title or "")}


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
