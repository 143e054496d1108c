"""The changes between two versions of an act, article by article, as a readable comparison of words; and the latest changes of all acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from dutybook.errors import NotFound
from dutybook.resolve.identity.changes import ChangeKind
from dutybook.resolve.identity.records import article, word_diff
from dutybook.store import Register
from dutybook.store.documents.works import WorkRow, short_names, work
from dutybook.store.versions.differences import (
    ChangedText,
    ChangeRow,
    CorrectionRow,
    VersionRow,
    recent_changes,
    standing_on,
)
from dutybook.web import render
from dutybook.web.pages.acts import act_address
from dutybook.web.reader import language_of
from dutybook.web.request_values import clean, kind_choices, offset_of, page_links, reading, text_of

router = APIRouter()

KINDS = tuple(kind.value for kind in ChangeKind)
#: Norms of a page.
LIMIT = 150
#: Words that are shown on either side of a change, where more is the same.
_AROUND = 30


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that both versions have (``same``) or only one of them. ``cut``: words in the middle are left out."""

    old: str
    new: str
    same: bool = False
    cut: tuple[str, str] | None = None


@dataclass(slots=True)
class Changed:
    """A norm with all of its changes."""

    place: str
    old_place: str
    old: str | None
    new: str | None
    kinds: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two versions of an act in one of its languages with what differs; ``problem``: why there are no two."""

    languages_here: list[str]
    language: str
    versions: list[VersionRow]
    corrections: list[CorrectionRow]
    old: VersionRow | None = None
    new: VersionRow | None = None
    changes: Sequence[ChangeRow] = ()
    problem: str = ""


def _compare(register: Register, act: str, asked: str, pair: tuple[str, str], reader: str) -> _Comparison:
    every = register.differences.versions(act)
    language = language_for(every, asked, reader)
    versions = [v for v in every if v.language == language]
    corrections = [c for c in register.differences.corrections(act) if c.language == language or not versions]
    made = _Comparison(sorted({v.language for v in every}), language, versions, corrections)
    try:
        old, new = find_pair(versions, *pair)
        found = register.differences.between(old, new).changes if old and new else ()
    except NotFound as error:
        return replace(made, problem=str(error))
    return replace(made, old=old, new=new, changes=found)


@router.get("/acts/{identity:path}/changes")
def changes(request: Request, identity: str) -> HTMLResponse:
    """The differences between two versions in one language; without a choice, the last two."""
    reader = language_of(request)
    kinds = [k for k in KINDS if k in {clean(v) for v in request.query_params.getlist("kind")}]
    offset = offset_of(request)
    pair = text_of(request, "from"), text_of(request, "to")
    with reading(request) as register, register.translated_errors():
        row = work(register, identity)
        title = short_names(register, [row.id], reader).get(row.id) or row.title or row.id
        made = _compare(register, row.id, text_of(request, "language"), pair, reader)
    counts = Counter(c.kind for c in made.changes)
    counts["corrected"] += len(made.corrections)
    norms = merge_changes(c for c in made.changes if not kinds or c.kind in kinds)
    visible_corrections = made.corrections if not kinds or "corrected" in kinds else []
    page = norms[offset : offset + LIMIT]
    asked = [(n, clean(v)) for n, v in request.query_params.multi_items() if n in ("language", "from", "to")]
    values = {
        "act": row,
        "title": title,
        "address": act_address(row.id),
        **{name: getattr(made, name) for name in ("languages_here", "language", "versions", "old", "new", "problem")},
        "groups": [(place, list(group)) for place, group in groupby(page, key=lambda c: article(c.place))],
        "corrections": [
            (c, tuple(shorten_pieces([(p.old, p.new) for p in word_diff(c.wrong, c.right)])))
            for c in visible_corrections
        ],
        "choices": kind_choices(KINDS, counts, kinds, lambda rest: _address(row, asked, rest, 0)),
        "kinds": kinds,
        "total": len(norms),
        **page_links(offset, LIMIT, len(page), offset + len(page) < len(norms), partial(_address, row, asked, kinds)),
    }
    return render.page(request, "changes.html", values, 404 if made.problem else 200)


def merge_changes(rows: Iterable[ChangeRow]) -> list[Changed]:
    """Norms in order, each with all of its changes: one whose deadline moved, for example, often became stricter."""
    found: dict[tuple[str | None, str | None], Changed] = {}
    for row in rows:
        made = found.setdefault(
            (row.old_norm, row.new_norm), Changed(row.place, row.old_place or "", row.old_norm, row.new_norm)
        )
        made.kinds.append(row.kind)
        made.why += [why for why in _why(row) if why not in made.why]
        if not made.pieces or row.detail.get("words"):
            made.pieces = tuple(shorten_pieces(_words(row)))
    return list(found.values())


def _words(row: ChangeRow) -> list[tuple[str, str]]:
    words = row.detail.get("words")
    if isinstance(words, list):
        return [(str(old), str(new)) for old, new in words]
    old, new = row.old_quote or "", row.new_quote or ""
    # A norm with no words of its own marked is new, gone, or says the same elsewhere.
    return [(old, new)] if row.kind in ("added", "repealed") or not (old and new) else [(new, new)]


def _why(row: ChangeRow) -> Iterator[str]:
    detail: dict[str, Any] = row.detail
    if detail.get("why"):
        yield from map(str, detail["why"])
    elif row.kind == "deadline moved":
        yield f"{_times(detail['old'])} → {_times(detail['new'])}"
    elif row.kind == "bearer changed":
        yield f"{detail['old']} → {detail['new']}"


def _times(times: Sequence[dict[str, str] | None]) -> str:
    return ", ".join(t["quote"] if t else "–" for t in times)


def shorten_pieces(words: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    """The compared words for the page. Of a long run without changes, only the words near a change are shown."""
    for number, (old, new) in enumerate(words):
        if old != new:
            yield Piece(old, new)
            continue
        split = old.split()
        if len(words) == 1 or len(split) <= 2 * _AROUND:
            yield Piece(old, new, same=True)
            continue
        before = "" if number == 0 else " ".join(split[:_AROUND])
        after = "" if number == len(words) - 1 else " ".join(split[-_AROUND:])
        yield Piece(old, new, same=True, cut=(before, after))


def language_for(versions: Sequence[VersionRow], asked: str, reader: str) -> str:
    """The language to compare in: as asked, else the reader's, English or the first with two versions, else any."""
    count = Counter(v.language for v in versions)
    order = sorted(count, key=lambda code: (code != asked, count[code] < 2, code != reader, code != "en", code))
    return order[0] if order else ""


def find_pair(versions: Sequence[VersionRow], since: str, until: str) -> tuple[VersionRow | None, VersionRow | None]:
    """The versions that ids or days name, else the last two; NotFound if a name fits none, or both fit the same."""
    if not versions:
        return None, None
    new = _version(versions, until) if until else versions[-1]
    at = versions.index(new)
    if since:
        old = _version(versions, since)
    elif at == 0:
        if until:
            raise NotFound("that version is the first one here: there is none to compare it with")
        return None, None
    else:
        old = versions[at - 1]
    if old == new:
        raise NotFound("that is one version: choose another one to compare it with")
    return old, new


def _version(versions: Sequence[VersionRow], named: str) -> VersionRow:
    from dutybook.store.search.filters import as_date

    for version in versions:
        if version.document == named:
            return version
    day = as_date(named, "version")
    return standing_on(list(versions), day.isoformat() if day else "")


def _address(row: WorkRow, asked: list[tuple[str, str]], kinds: list[str], offset: int) -> str:
    query = [*asked, *(("kind", kind) for kind in kinds), *([("offset", str(offset))] if offset else [])]
    return f"{act_address(row.id)}/changes" + (f"?{urlencode(query)}" if query else "")


TEXTS = 40


@router.get("/changes")
def all_changes(request: Request) -> HTMLResponse:
    """The newest texts that changed norms."""
    offset = offset_of(request)
    with reading(request) as register:
        found = recent_changes(register, TEXTS + 1, offset)
        names = short_names(register, sorted({row.work for row in found}), language_of(request))
    values = {
        "rows": [(row, names.get(row.work, row.work), _text_address(row), _counts(row)) for row in found[:TEXTS]],
        **page_links(offset, TEXTS, min(len(found), TEXTS), len(found) > TEXTS, "/changes?offset={}".format),
    }
    return render.page(request, "all_changes.html", values, section="changes_page")


def _text_address(row: ChangedText) -> str:
    if row.corrigendum:
        return f"{act_address(row.work)}/changes?" + urlencode({"language": row.language, "kind": "corrected"})
    asked = {"language": row.language, "from": row.old, "to": row.document}
    return f"{act_address(row.work)}/changes?" + urlencode(asked)


def _counts(row: ChangedText) -> list[tuple[str, int, str]]:
    """The kinds of change in order, how many norms have each, and the address that shows only these."""
    address = _text_address(row)
    return [
        (kind, row.counts[kind], address if row.corrigendum else f"{address}&{urlencode({'kind': kind})}")
        for kind in KINDS
        if row.counts.get(kind)
    ]
