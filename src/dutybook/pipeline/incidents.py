"""Finds the duties to notify that an incident brings, among the norms of a register, and counts when each ends."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dutybook.errors import BadFilter
from dutybook.extract.deadlines import TemporalFinding, find_deadlines
from dutybook.extract.norms.actors import classify_bearer
from dutybook.extract.norms.model.inputs import CLASSES
from dutybook.languages import load
from dutybook.languages.incidents import (
    MOMENTS,
    SUBMITTED,
    Match,
    find_words,
    first_in,
    incident_languages,
    names_in,
    search_expression,
)
from dutybook.languages.period_laws import period_law
from dutybook.pipeline.due_dates import normalise_event
from dutybook.records import BearerClass, DeadlineKind, Family, Span, content_id
from dutybook.records.incidents import Clock, CountedDuty, Duty
from dutybook.records.norm_fields import ListPoint
from dutybook.records.profiles import Verdict
from dutybook.resolve.calendar import law_for
from dutybook.resolve.holidays import zone_of
from dutybook.resolve.incidents import count_duties, link_duties, parts_of_place
from dutybook.store import Filters, NormRow, Register
from dutybook.store.deadlines.events import kind_of_act
from dutybook.store.incidents.candidates import CandidateNorm, candidate_norms
from dutybook.store.incidents.incidents import (
    IncidentChange,
    StoredIncident,
    change_incident,
    duties_of,
    open_incident,
)
from dutybook.store.profiles.profiles import find_profile
from dutybook.store.profiles.proposals import acts_for, proposals_of

#: Kinds of deadlines that an incident can start.
_STARTED = frozenset({DeadlineKind.PERIOD, DeadlineKind.IMMEDIATE, DeadlineKind.VAGUE})
_PROMPT = frozenset({DeadlineKind.IMMEDIATE, DeadlineKind.VAGUE})
#: So many characters after an anchor belong to it where it was cut short ("from the moment | the entity has become aware").
_TAIL = 80
_CLAUSE_END = re.compile(r"[;.:,]")
#: The words of recipients stand at most so far apart.
_GAP = 40
#: So many characters at most stand between "shall ensure that" and who is made to act.
_NEXT = 14
_AUTHORITY = BearerClass.AUTHORITY.value
#: An authority's norm is looked at again where its bearer's words make it less likely an authority than this.
_SURE = 0.5
_LONGEST_CONTENT = 600


@dataclass(frozen=True, slots=True)
class IncidentQuery:
    """Which duties are searched: of these ``kinds`` of incident (none: of all), among norms that pass ``filters``.

    Among these, ``profile`` is the name of one: duties that are proposed not to apply to it are left out.
    ``reader`` is the language that is preferred where a norm stands in several.
    """

    kinds: tuple[str, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    reader: str = "en"


def find_duties(register: Register, asked: IncidentQuery) -> tuple[Duty, ...]:
    """The duties to notify of an incident, act by act, with their clocks linked (see :func:`dutybook.resolve.incidents.link_duties`).

    A norm is one if it makes somebody who is no authority tell an authority, or those who are affected, of an incident of these kinds:
    by its words, not by a list of acts. What its words leave open is a doubt of the duty.

    Raises:
        BadFilter: a filter makes no sense.
    """
    given = {"modality": "obligation", "new_text": "own", **asked.filters}
    profile = str(given.pop("profile", "") or "")
    try:
        filters = Filters(**given)
    except TypeError as error:
        raise BadFilter(f"norms cannot be chosen so: {error}") from error
    expression = search_expression(frozenset(asked.kinds))
    by_document: dict[str, list[CandidateNorm]] = defaultdict(list)
    for candidate in candidate_norms(register, expression, filters, asked.reader):
        if candidate.norm.language in incident_languages():
            by_document[candidate.norm.document].append(candidate)
    found: list[Duty] = []
    for document, candidates in by_document.items():
        found += _Act(register, document, candidates, frozenset(asked.kinds)).duties()
    return tuple(_for_profile(register, found, profile) if profile else found)


def _for_profile(register: Register, duties: Sequence[Duty], name: str) -> Iterator[Duty]:
    """Duties without those that are proposed not to apply to a profile; where that has to be asked, it is a doubt.

    A norm that has a state make others notify names the state: there the proposal of its act counts.

    Raises:
        NotFound: there is no such profile.
    """
    profile = find_profile(register, name).id
    norms = proposals_of(register, [duty.norm for duty in duties])
    acts = {one.work: one.proposal.verdict for one in acts_for(register, profile=profile)}
    for duty in duties:
        own = next((one.proposal.verdict for one in norms.get(duty.norm, ()) if one.profile == profile), None)
        verdict = acts.get(duty.work or "") if "state" in duty.doubts else own
        if verdict is not Verdict.NO:
            yield duty if verdict is Verdict.APPLIES else replace(duty, doubts=(*duty.doubts, "applies"))


def incident_change(fields: Mapping[str, Any]) -> IncidentChange:
    """A change of an incident as people write it, with its moments in the form in which they are stored.

    ``fields`` has those of :class:`~dutybook.store.incidents.incidents.IncidentChange`; None leaves a field as it is.

    Raises:
        BadFilter: a moment is no date.
        NotFound: there is no such place or law.
        BadRequest: something else in it cannot be meant.
    """
    made = dict(fields)
    for name in MOMENTS:
        if given := (made.get(name) or "").strip():
            made[name] = normalise_event(given)
    if place := (made.get("place") or "").strip():
        zone_of(place)
        made["place"] = place.upper()
    if law := (made.get("law") or "").strip():
        period_law(law)
    return IncidentChange(**made)


def preview_incident(
    register: Register, incident: IncidentChange, asked: IncidentQuery, *, now: datetime
) -> tuple[CountedDuty, ...]:
    """The duties of an incident that is not stored, counted as those of a stored one."""
    values = incident.values
    moments = {name: values[name] for name in MOMENTS if values.get(name)}
    try:
        return count_duties(
            find_duties(register, asked), moments, {}, now=now, place=incident.place or None, law=incident.law or None
        )
    except ValueError as error:
        raise BadFilter(str(error)) from error


def store_incident(
    register: Register, incident: IncidentChange, *, by: str, now: datetime | None = None, reader: str = "en"
) -> StoredIncident:
    """Enter an incident with the duties that it brings now.

    Raises:
        BadRequest: it is not said when it was noticed.
    """
    asked = IncidentQuery(incident.kinds or (), incident.filters or {}, reader)
    return open_incident(register, incident, find_duties(register, asked), by=by, now=now)


def search_again(register: Register, incident: StoredIncident, *, by: str, now: datetime | None = None) -> int:
    """Add the duties that the register has for an incident and that it has not; returns how many."""
    before = len(duties_of(register, incident.id))
    duties = find_duties(register, IncidentQuery(incident.kind_names, incident.searched))
    change_incident(register, incident.id, IncidentChange(), duties=duties, by=by, now=now)
    return len(duties_of(register, incident.id)) - before


class _Act:
    """The duties of one document."""

    def __init__(
        self, register: Register, document: str, candidates: Sequence[CandidateNorm], kinds: frozenset[str]
    ) -> None:
        self._register = register
        self._candidates = candidates
        self._kinds = kinds
        first = candidates[0].norm
        self._title = first.work_title or first.document_title or first.source
        titles = f"{first.work_title or ''} | {first.document_title}"
        self._of_title = names_in("titles", first.language, titles)
        family, jurisdiction = kind_of_act(register, document)
        self._law = law_for(Family(family), jurisdiction)
        self._is_news = Family(family) is Family.NEWS
        self._text: str | None = None

    def duties(self) -> tuple[Duty, ...]:
        """The duties in the order of the text; none of a news item, which only reports them."""
        if self._is_news:
            return ()
        found = [duty for candidate in self._candidates for duty in self._of_norm(candidate)]
        stems = {candidate.norm.stem for candidate in self._candidates if candidate.norm.stem}
        introduced = {duty.norm for duty in found if not duty.clocks and any(_same(duty.quote, s) for s in stems)}
        kept = [duty for duty in found if duty.norm not in introduced]
        return self._with_contents(_with_recipients(link_duties(kept)))

    def _of_norm(self, candidate: CandidateNorm) -> Iterator[Duty]:
        norm = candidate.norm
        points = dict(self._timed_points(norm))
        words = " | ".join([norm.duty, *(point.quote for point in points)])
        kind_doubt = self._kind_doubt(norm.language, words, candidate.headings)
        if kind_doubt is None or not find_words("notifying", norm.language, words):
            return
        bearer_doubt = _bearer_doubt(norm)
        if bearer_doubt is None:
            return
        doubts = tuple(filter(None, (kind_doubt, bearer_doubt)))
        if points:
            for point, clocks in points.items():
                yield self._duty(norm, point, clocks, doubts)
            return
        duty = self._duty(norm, None, _clocks(norm), doubts)
        if _notifies(duty, norm):
            yield duty

    def _kind_doubt(self, language: str, words: str, headings: str) -> str | None:
        """None if it is about another kind of incident or about none, else a doubt of it (empty: none)."""
        own = names_in("kinds", language, words) or names_in("kinds", language, headings)
        if own:
            return "" if not self._kinds or own & self._kinds else None
        if not names_in("incident", language, f"{words} | {headings}"):
            return None
        if not self._of_title:
            return "kind"
        return "" if not self._kinds or self._of_title & self._kinds else None

    def _timed_points(self, norm: NormRow) -> Iterator[tuple[ListPoint, tuple[Clock, ...]]]:
        """The points of the list that a norm introduces which have periods of their own: each is a duty."""
        for point in norm.contents:
            if not find_words("moments", norm.language, point.quote):
                continue
            if self._text is None:
                self._text = self._register.text(norm.document)
            found = find_deadlines(self._text, Span(point.start, point.end), load(norm.language))
            clocks = tuple(_clock_of(finding, found, self._text, point.end, norm.language) for finding in found)
            if any(clock.kind == DeadlineKind.PERIOD for clock in clocks):
                yield point, clocks

    def _duty(self, norm: NormRow, point: ListPoint | None, clocks: tuple[Clock, ...], doubts: tuple[str, ...]) -> Duty:
        own = point.quote if point else norm.quote
        recipient, kind = _recipient(norm)
        if any(clock.kind == DeadlineKind.PERIOD and not clock.moment for clock in clocks):
            doubts = (*doubts, "moment")
        if not recipient:
            doubts = (*doubts, "recipient")
        return Duty(
            id=content_id("duty", norm.id, point.start if point else -1),
            norm=norm.id,
            document=norm.document,
            work=norm.work,
            title=self._title,
            place=point.place if point else norm.place,
            language=norm.language,
            quote=" ".join((f"{norm.quote} {own}" if point else norm.duty).split()),
            bearer=norm.bearer or "",
            recipient=recipient,
            recipient_kind=kind,
            stage=first_in("stages", norm.language, _without_anchors(own, clocks)),
            condition=norm.condition or "",
            contents=() if point else tuple(p.quote[:_LONGEST_CONTENT] for p in norm.contents),
            law=self._law,
            clocks=clocks,
            doubts=doubts,
        )

    def _with_contents(self, duties: Sequence[Duty]) -> tuple[Duty, ...]:
        """Duties with what a norm of the same article says that they contain ("The notification shall at least: …")."""
        taken = {duty.norm for duty in duties}
        lists = [c.norm for c in self._candidates if c.norm.contents and c.norm.id not in taken]
        return tuple(
            replace(duty, contents=_contents_for(duty, lists)) if not duty.contents and duty.clocks else duty
            for duty in duties
        )


def _with_recipients(duties: Sequence[Duty]) -> tuple[Duty, ...]:
    """Duties with the recipient of another duty of the same article where their own sentence names none; that stays a doubt."""
    made = []
    for duty in duties:
        if not duty.recipient and duty.clocks:
            article = parts_of_place(duty.place)[:1]
            same = [d for d in duties if d.recipient_kind == "authority" and parts_of_place(d.place)[:1] == article]
            if same:
                duty = replace(duty, recipient=same[0].recipient, recipient_kind=same[0].recipient_kind)
        made.append(duty)
    return tuple(made)


def _contents_for(duty: Duty, lists: Iterable[NormRow]) -> tuple[str, ...]:
    own = parts_of_place(duty.place)
    for norm in lists:
        place = parts_of_place(norm.place)
        if place[:1] != own[:1] or not find_words("notifying", norm.language, norm.quote):
            continue
        stages = names_in("stages", norm.language, norm.quote)
        if stages and duty.stage and duty.stage not in stages:
            continue
        # "The notification referred to in paragraph 1", or a sentence of the same paragraph.
        if (own[1:2] and own[1] in parts_of_place(norm.quote)) or place[:2] == own[:2]:
            return tuple(point.quote[:_LONGEST_CONTENT] for point in norm.contents)
    return ()


def _same(quote: str, stem: str) -> bool:
    return " ".join(stem.split()).rstrip(":") in quote


def _bearer_doubt(norm: NormRow) -> str | None:
    """None if an authority is bound; else a doubt (empty: none): "state" where a state makes others notify."""
    if norm.bearer_class != _AUTHORITY:
        return ""
    if ensuring := find_words("ensuring", norm.language, norm.duty):
        ends = [match.end for match in ensuring]
        authority_starts = [
            m.start for m in find_words("recipients", norm.language, norm.duty) if m.name == "authority"
        ]
        # "Member States shall ensure that their CSIRTs …" binds an authority after all.
        return None if any(0 <= start - end <= _NEXT for end in ends for start in authority_starts) else "state"
    if norm.bearer is None or names_in("recipients", norm.language, norm.bearer) & {"authority"}:
        return None
    chance = float(classify_bearer(norm.bearer, norm.language)[CLASSES.index(_AUTHORITY)])
    return "bearer" if chance < _SURE else None


def _notifies(duty: Duty, norm: NormRow) -> bool:
    """Whether a norm with the words of a notification is one: told to somebody, or in time after a moment of an incident."""
    if not duty.clocks and norm.deadlines:
        return False  # its deadlines are fixed days, or return
    if any(clock.moment for clock in duty.clocks):
        return True
    # "Where the notification is late, it shall give the reasons": what stands in a condition is not what is to be done.
    done = norm.quote.replace(norm.condition, " ") if norm.condition else norm.quote
    if not duty.recipient or not find_words("notifying", norm.language, done):
        return False
    # Nothing in it starts with an incident: a heading alone that speaks of one is not enough for a period, nor for none.
    words = " | ".join([norm.quote, *duty.contents])
    spoken = names_in("kinds", norm.language, words) or names_in("incident", norm.language, words)
    if duty.clocks and all(clock.kind in _PROMPT for clock in duty.clocks):
        return True
    return bool(spoken) and (bool(duty.clocks) or duty.recipient_kind == "authority")


def _recipient(norm: NormRow) -> tuple[str, str]:
    """To whom a norm says that it is told, in its words, and whether that is an authority or who is affected."""
    words = " ".join(norm.duty.split())
    own = (norm.bearer or "").casefold()
    found = [m for m in find_words("recipients", norm.language, words) if not _named(own, words[m.start : m.end])]
    read = norm.recipient or ""
    kinds = names_in("recipients", norm.language, read)
    at = words.find(read) if "authority" in kinds else -1
    known = Span(at, at + len(read)) if at >= 0 else None
    verb_end = next((m.end for m in find_words("notifying", norm.language, words)), len(words))
    first = _choose_recipient(found, known, verb_end)
    if first is None:
        return (read, "authority" if "authority" in kinds else "affected") if kinds else ("", "")
    group = _group_around(first, found)
    start, end = group[0].start, group[-1].end
    if known is not None:
        start, end = min(start, known.start), max(end, known.end)
    return words[start:end], "authority" if any(m.name == "authority" for m in group) else "affected"


def _choose_recipient(found: Sequence[Match], known: Span | None, verb_end: int) -> Match | None:
    """Of the recipients in a norm's words the one that it most likely means; None where there is none.

    That is the one that the reader found (``known``: where it stands), else whoever is named first after "notify" (which ends at
    ``verb_end``), else the first authority, else whoever is named first.
    """
    preferred = (
        [m for m in found if known is not None and known.start <= m.start < known.end],
        [m for m in found if m.start >= verb_end],
        [m for m in found if m.name == "authority"],
        found,
    )
    return next((matches[0] for matches in preferred if matches), None)


def _group_around(first: Match, found: Sequence[Match]) -> list[Match]:
    """A recipient with those who are named next to it, in the order of the text: "the CSIRT or, where applicable, the competent authority"."""
    group = [first]
    for match in found[found.index(first) + 1 :]:
        if match.start - group[-1].end <= _GAP:
            group.append(match)
    for match in reversed(found[: found.index(first)]):
        if group[0].start - match.end <= _GAP:
            group.insert(0, match)
    return group


def _named(bearer: str, words: str) -> bool:
    """Whether words name the bearer: "the controller" tells nothing to the controller."""
    return bool(bearer) and (bearer in words.casefold() or words.casefold() in bearer)


def _clocks(norm: NormRow) -> tuple[Clock, ...]:
    """The deadlines of a norm that an incident can start."""
    found = [d for d in norm.deadlines if d.kind in _STARTED and d.due is None]
    words = norm.quote
    made = []
    for deadline in found:
        anchor = _extended(words, deadline.anchor, [d.quote for d in found]) if deadline.anchor else ""
        moment = _moment_of(norm.language, anchor)
        if not moment and not deadline.anchor and deadline.kind not in _PROMPT:
            # "A manufacturer that becomes aware of … shall, within 24 hours, …": the words around it say what starts it.
            moment = first_in("moments", norm.language, norm.duty)
        made.append(_clock(deadline.quote, deadline.kind, deadline.value, deadline.direction, anchor or None, moment))
    return tuple(made)


def _clock(quote: str, kind: str, value: str | None, direction: str | None, anchor: str | None, moment: str) -> Clock:
    # What is to be done at once has no clock that a submission could start.
    return Clock(
        quote, str(kind), value, str(direction) if direction else None, anchor, "" if kind in _PROMPT else moment
    )


def _clock_of(finding: TemporalFinding, others: Sequence[TemporalFinding], text: str, end: int, language: str) -> Clock:
    """The clock of a deadline found in a point of a list: its anchor with the words after it, up to the next deadline."""
    anchor = ""
    if finding.anchor is not None:
        after = [other.span.start for other in others if other.span.start >= finding.anchor.span.end]
        stop = min([end, finding.anchor.span.end + _TAIL, *after])
        anchor = " ".join((finding.anchor.text + _tail(text[finding.anchor.span.end : stop])).split())
    moment = _moment_of(language, anchor)
    return _clock(finding.span.of(text), finding.kind.value, finding.value, finding.direction, anchor or None, moment)


def _without_anchors(words: str, clocks: Sequence[Clock]) -> str:
    """Words without those that say what starts a period: an earlier report named there is not what is to be submitted."""
    plain = " ".join(words.split())
    for clock in clocks:
        plain = plain.replace(clock.anchor or "", " ") if clock.anchor else plain
    return plain


def _moment_of(language: str, anchor: str) -> str:
    """What starts a period, by the words of its anchor: a report that it names ("of the initial notice") by its submission."""
    found = first_in("moments", language, anchor)
    return found or (SUBMITTED if names_in("stages", language, anchor) else "")


def _extended(words: str, anchor: str, quotes: Sequence[str]) -> str:
    """An anchor with the words that follow it in a norm, up to the end of the clause or the next deadline."""
    at = words.find(anchor)
    if at < 0:
        return " ".join(anchor.split())
    end = at + len(anchor)
    after = [start for quote in quotes if (start := words.find(quote, end)) >= 0]
    return " ".join((anchor + _tail(words[end : min([end + _TAIL, *after])])).split())


def _tail(words: str) -> str:
    end = _CLAUSE_END.search(words)
    return words[: end.start()] if end else words
