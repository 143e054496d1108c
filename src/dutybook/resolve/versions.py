"""Which texts of one act are copies of each other, which version follows which, and from when until when each stood.

Pure: what is known of each document goes in, where it stands comes out, whatever the order. The rules:

- A text with a version date is that version; one that is known to be the original (as published) is the first version.
  A text of neither kind (guidance, an undated print) is the version of the day on which it was published.
- In one language, texts of one version are copies if they hold the same norms, and parts (annexes in files of their own)
  if they do not: each part is a text of its own.
- Of copies one is preferred: a published text before one that was made by applying amendments, a text that is whole (half of the norms of
  the fullest at least) before an excerpt, one that was read whole before one that was not, then the better source (a format that states its structure, web pages, word
  processors, marked-up and laid out text, flat text, pictures), then the one with more norms.
- A version stands from its date until the day before the next one's. The original stands from the day on which the act
  entered into force, else from its publication, but not longer than until the first later version: where a corrected
  text has the original's own day, the original stood on no day (its last day is the one before its first).
- An undated text next to dated ones is a copy of the one whose norms it has; else it stands outside of the chain, on all
  days, because nobody knows on which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dutybook.records import content_id

#: Better sources first: formats that state their structure, then those from which it is read.
_SOURCES = ("xml", "json", "html", "epub", "docx", "odt", "rtf", "markdown", "pdf", "mail", "text")
#: Norms that two texts share, of those of the smaller one: as much makes copies (wording is read alike in all formats).
_SHARED = 0.5
#: Norms that an undated text shares with a dated one, of all of both: so much makes it that version.
_SAME = 0.9


@dataclass(frozen=True, slots=True)
class Copy:
    """What is known of a document. ``in_force`` is the day of the act's entry into force that it states; ``norms`` are
    keys of its norms' words, ``count`` how many norms it has. Dates are ISO or None.
    """

    document: str
    language: str
    kind: str = ""
    version_date: str | None = None
    published: str | None = None
    in_force: str | None = None
    read: bool = True
    format: str = ""
    count: int = 0
    norms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document stands: fields as the columns of the table ``versions``."""

    document: str
    language: str
    expression: str
    valid_from: str | None
    valid_until: str | None
    previous: str | None
    next: str | None
    preferred: bool
    current: bool


#: The kind of versions that were made by applying amendments.
MADE = "made"
_ORIGINAL = ""
_UNDATED = "undated"


def stand(work: str, copies: Iterable[Copy]) -> list[Standing]:
    """Where each document of a work stands, by document."""
    given = sorted(copies, key=lambda c: c.document)
    begun = _begun(given)
    found: list[Standing] = []
    for language in sorted({c.language for c in given}):
        found += _in_language(work, language, [c for c in given if c.language == language], begun)
    return sorted(found, key=lambda s: s.document)


def compared(copies: Iterable[Copy]) -> set[str]:
    """The documents whose norms :func:`stand` looks at: where one language has several texts of a version, or an undated one
    among others. That of a version's only text may be left out.
    """
    slots: dict[tuple[str, str], list[str]] = {}
    languages: dict[str, list[str]] = {}
    for copy in copies:
        slots.setdefault((copy.language, _slot(copy)), []).append(copy.document)
        languages.setdefault(copy.language, []).append(copy.document)
    found = {document for documents in slots.values() if len(documents) > 1 for document in documents}
    for language, slot in slots:
        if slot == _UNDATED and len(languages[language]) > 1:
            found.update(languages[language])
    return found


def _begun(copies: Sequence[Copy]) -> str | None:
    """From when the original stood: what most of the original's texts say, the earliest of what equally many say."""
    originals = [c for c in copies if _slot(c) == _ORIGINAL]
    for stated in ([c.in_force for c in originals], [c.published for c in originals]):
        counts = Counter(day for day in stated if day)
        if counts:
            return min(counts, key=lambda day: (-counts[day], day))
    return None


def _slot(copy: Copy) -> str:
    """The version that a text is of: empty for the original."""
    if copy.version_date:
        return copy.version_date
    if copy.kind == "original":
        return _ORIGINAL
    # When a consolidated text was published is when the act was: it says nothing of the version.
    return (copy.published if copy.kind != "consolidated" else None) or _UNDATED


def _in_language(work: str, language: str, copies: Sequence[Copy], begun: str | None) -> list[Standing]:
    slots, undated = _sort_copies(copies)
    order = sorted(slots)
    mains = [_texts(slots[slot])[0][0].document for slot in order]
    starts = [begun if slot == _ORIGINAL else slot for slot in order]
    if len(starts) > 1 and order[0] == _ORIGINAL and starts[0] is not None:
        starts[0] = min(starts[0], *(s for s in starts[1:] if s))
    found: list[Standing] = []
    for at, slot in enumerate(order):
        last = at == len(order) - 1
        ends = None if last else _before(starts[at + 1])
        around = (mains[at - 1] if at else None, None if last else mains[at + 1])
        found += _of_slot((work, language, slot), slots[slot], (starts[at], ends), around, current=last)
    return found + _of_slot((work, language, _UNDATED), undated, (None, None), (None, None), current=True)


def _sort_copies(copies: Sequence[Copy]) -> tuple[dict[str, list[Copy]], list[Copy]]:
    """The copies of each version, and the undated ones that match none of them."""
    slots: dict[str, list[Copy]] = {}
    for copy in copies:
        slots.setdefault(_slot(copy), []).append(copy)
    undated: list[Copy] = []
    for copy in slots.pop(_UNDATED, []):
        same = _same(copy, slots)
        slots[same].append(copy) if same is not None else undated.append(copy)
    return slots, undated


def _of_slot(
    key: tuple[str, str, str],
    copies: Sequence[Copy],
    days: tuple[str | None, str | None],
    around: tuple[str | None, str | None],
    *,
    current: bool,
) -> list[Standing]:
    found = []
    for number, text in enumerate(_texts(copies)):
        # The fullest text stands for the version; the id of any other includes its first document.
        own = () if number == 0 else (min(c.document for c in text),)
        expression = content_id(*key, *own)
        found += [
            Standing(
                *(copy.document, copy.language, expression, *days, *around), preferred=copy is text[0], current=current
            )
            for copy in text
        ]
    return found


def _texts(copies: Sequence[Copy]) -> list[list[Copy]]:
    """The different texts among those of one version, the fullest first; of each its copies, the preferred one first."""
    groups = _group_alike(sorted((c for c in copies if c.norms), key=lambda c: (-len(c.norms), c.document)))
    groups.sort(key=lambda group: (_is_made(group), -max(c.count for c in group), min(c.document for c in group)))
    empty = [c for c in copies if not c.norms]
    if empty:
        # A text without norms (contents, an extract) competes with nothing.
        groups = [groups[0] + empty, *groups[1:]] if groups else [empty]
    return [_ranked(group) for group in groups]


def _is_made(group: Sequence[Copy]) -> bool:
    return all(c.kind == MADE for c in group)


def _group_alike(copies: Sequence[Copy]) -> list[list[Copy]]:
    """Groups of copies that share most of their norms, directly or through others."""
    groups: list[list[Copy]] = []
    for copy in copies:
        near = [group for group in groups if any(_alike(copy, other) for other in group)]
        merged = [copy, *(c for group in near for c in group)]
        groups = [group for group in groups if group not in near] + [merged]
    return groups


def _alike(one: Copy, other: Copy) -> bool:
    return len(one.norms & other.norms) >= _SHARED * min(len(one.norms), len(other.norms))


def _same(copy: Copy, slots: dict[str, list[Copy]]) -> str | None:
    """The version whose norms an undated text has, the latest of equals."""
    found = [
        (len(copy.norms & other.norms) / len(copy.norms | other.norms), slot)
        for slot, others in slots.items()
        for other in others
        if copy.norms and other.norms
    ]
    best = max(found, default=(0.0, ""))
    return best[1] if best[0] >= _SAME else None


def _ranked(copies: Sequence[Copy]) -> list[Copy]:
    fullest = max(c.count for c in copies)

    def rank(copy: Copy) -> tuple[object, ...]:
        source = _SOURCES.index(copy.format) if copy.format in _SOURCES else len(_SOURCES)
        return (copy.kind == MADE, 2 * copy.count < fullest, not copy.read, source, -copy.count, copy.document)

    return sorted(copies, key=rank)


def _before(day: str | None) -> str | None:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat() if day else None
