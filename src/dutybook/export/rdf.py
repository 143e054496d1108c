"""Writes norms as linked data in Turtle: acts and texts in the words of ELI, obligations as requests in those of RRMV.

ELI, the European Legislation Identifier, describes an act (``LegalResource``), its text in a language (``LegalExpression``)
and the file with it (``Format``). RRMV, the Commission's Regulatory Reporting Metadata Vocabulary, describes an obligation
to do something as a ``Request`` that produces an ``Action``: with the agents and their roles, by when, how often, and with
which result. Prohibitions, permissions and exemptions are no requests. A class of LegalRuleML
says what kind of norm each is; Dublin Core has its words.

Acts have their own addresses (ELI, else the Publications Office's by CELEX number); norms have names that follow from the
text, so the same text gives the same names in any register. A time without a date is what RRMV calls incomplete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from dutybook.export.content import Content, ObligationRow, act_of, clean
from dutybook.export.frequency import frequency_of
from dutybook.ingest.sources.cellar import LANGUAGES
from dutybook.records import content_id
from dutybook.records.dates import parse_day
from dutybook.records.norm_fields import ROLES_APART, Modality
from dutybook.store import DeadlineRow, DocumentRow
from dutybook.store.exports import Act

PREFIXES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "lrmlmm": "http://docs.oasis-open.org/legalruleml/ns/v1.0/metamodel#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rrmv": "http://data.europa.eu/2qy/rrmv#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_CODES = "http://data.europa.eu/2qy/rrmv-codes/concept/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_CLASSES = {
    Modality.OBLIGATION: "lrmlmm:Obligation",
    Modality.PROHIBITION: "lrmlmm:Prohibition",
    Modality.PERMISSION: "lrmlmm:Permission",
    # LegalRuleML has no exemption: what one need not do, one is permitted not to do. ``dc:type`` tells them apart.
    Modality.EXEMPTION: "lrmlmm:Permission",
}
#: Frequencies of the Publications Office's authority table, by our codes.
_FREQUENCIES = {
    "R/P1D": "DAILY",
    "R/P1W": "WEEKLY",
    "R/P1M": "MONTHLY",
    "R/P3M": "QUARTERLY",
    "R/P6M": "ANNUAL_2",
    "R/P1Y": "ANNUAL",
    "R/P2Y": "BIENNIAL",
    "R/P3Y": "TRIENNIAL",
}
_DURATION = re.compile(r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?")
_WEEKS = re.compile(r"P(\d+)W")
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*")

Pairs = list[tuple[str, str]]


def write(content: Content, path: Path, *, address: str | None = None) -> int:
    """Write the norms with their acts and texts. Returns the number of norms.

    Args:
        content: the norms.
        path: the file.
        address: the register's own address, if it has one: each obligation then has the address of its page.
    """
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        return _Turtle(content, file, (address or "").rstrip("/")).write()


class _Turtle:
    """Writes one file; ``concepts`` are the terms that it uses, which are described at its end."""

    def __init__(self, content: Content, file: TextIO, address: str) -> None:
        self.content = content
        self.file = file
        self.address = address
        self.concepts: dict[str, tuple[str, str]] = {}
        self.acts: dict[str, str] = {}

    def write(self) -> int:
        for prefix, namespace in PREFIXES.items():
            self.file.write(f"@prefix {prefix}: <{namespace}> .\n")
        count, document = 0, ""
        for row in self.content.rows():
            count += 1
            if row.document.id != document:
                document = row.document.id
                self._text(row)
            self._norm(row)
        for name, (kind, label) in sorted(self.concepts.items()):
            pairs = [("a", "skos:Concept"), ("skos:prefLabel", literal(label, "en"))]
            self._node(name, [("a", kind), *pairs] if kind else pairs)
        return count

    def _node(self, name: str, pairs: Pairs) -> None:
        self.file.write(f"\n{name} {joined(pairs)} .\n")

    def _concept(self, name: str, kind: str, label: str) -> str:
        self.concepts[name] = (kind, label)
        return name

    def _code(self, scheme: str, kind: str, label: str) -> str:
        return self._concept(iri(f"{_CODES}{scheme}/{label}"), kind, label)

    def _text(self, row: ObligationRow) -> None:
        """The act, its text and the file of a document."""
        document, act = row.document, row.act or Act()
        expression, file = text_name(document), iri(f"urn:sha256:{document.sha256}")
        if document.work:
            known = document.work in self.acts
            name = self.acts.setdefault(document.work, act_name(document.work, act))
            about = [] if known else list(_act(row, act))
            self._node(name, [*about, ("eli:is_realized_by", expression)])
        language = LANGUAGES.get(document.language)
        pairs: Pairs = [
            ("a", "eli:LegalExpression, eli:Expression"),
            ("eli:title", literal(document.title or act_of(document), document.language)),
        ]
        if document.work:
            pairs.append(("eli:realizes", self.acts[document.work]))
        if language:
            pairs.append(("eli:language", iri(f"{_AUTHORITY}language/{language}")))
        if row.short_name:
            pairs.append(("eli:title_short", literal(row.short_name, self.content.reader)))
        pairs += _days(document, act)
        if document.publisher:
            pairs.append(("eli:publisher", literal(document.publisher)))
        pairs.append(("eli:is_embodied_by", file))
        self._node(expression, pairs)
        made: Pairs = [("a", "eli:Format, eli:Manifestation"), ("eli:embodies", expression)]
        if document.source.startswith(("https://", "http://")):
            made.append(("dcterms:source", iri(document.source)))
        made.append(("dcterms:identifier", literal(f"sha256:{document.sha256}")))
        self._node(file, made)

    def _norm(self, row: ObligationRow) -> None:
        norm = row.norm
        is_request = norm.modality == Modality.OBLIGATION
        words = literal(norm.duty, norm.language)
        pairs: Pairs = [
            ("a", _CLASSES[Modality(norm.modality)] + (", rrmv:Request" if is_request else "")),
            ("dcterms:identifier", literal(norm.id)),
            ("dc:type", literal(norm.modality)),
            ("dcterms:isPartOf", text_name(row.document)),
            ("dcterms:bibliographicCitation", literal(norm.place)),
            ("dcterms:description", words),
        ]
        for cited in dict.fromkeys(c.work for c in row.cites if c.work):
            pairs.append(("dcterms:references", act_name(cited, Act())))
        for topic in row.topics:
            subject = self._concept(iri(f"urn:dutybook:topic:{topic}"), "", topic)
            pairs.append(("rrmv:hasTopic" if is_request else "dcterms:subject", subject))
        if is_request:
            pairs.append(("rrmv:hasAnnotation", words))
            if self.address:
                pairs.append(("rrmv:hasURI", literal(f"{self.address}/norms/{norm.id}", kind="xsd:anyURI")))
            if frequency := self._frequency(norm.deadlines):
                pairs.append(("rrmv:hasFrequency", blank(frequency)))
            pairs.append(("rrmv:produces", blank(self._action(row))))
        else:
            if norm.bearer:
                agent = [("a", "eli:Agent"), ("skos:prefLabel", literal(norm.bearer, norm.language))]
                pairs.append(("dcterms:audience", blank(agent)))
            pairs += [("dcterms:valid", period)] if (period := _validity(row)) else []
        self._node(iri(f"urn:dutybook:norm:{norm.id}"), pairs)

    def _frequency(self, deadlines: tuple[DeadlineRow, ...]) -> Pairs:
        """How often, where the words say so."""
        code = frequency_of([deadline for deadline in deadlines if deadline.kind == "recurring"])
        if code is None or not code.startswith("R/"):
            return []
        pairs: Pairs = [("a", "rrmv:Frequency"), ("rrmv:value", literal(code))]
        if code in _FREQUENCIES:
            name = iri(f"{_AUTHORITY}frequency/{_FREQUENCIES[code]}")
            pairs.append(("rrmv:hasUnit", self._concept(name, "", _FREQUENCIES[code].lower().replace("_", " "))))
        return pairs

    def _action(self, row: ObligationRow) -> Pairs:
        norm = row.norm
        pairs: Pairs = [("a", "rrmv:Action")]
        if norm.action:
            pairs.append(("rrmv:hasAnnotation", literal(norm.action, norm.language)))
        if norm.bearer:
            # Who sends something to somebody is its addresser; who does anything else, its implementor.
            role = "addresser" if norm.recipient else "implementor"
            names = [name for name in (norm.role or "").split(ROLES_APART) if name]
            pairs.append(("rrmv:hasAgentRole", self._agent(norm.bearer, norm.language, role, names, norm.bearer_class)))
        if norm.recipient:
            pairs.append(("rrmv:hasAgentRole", self._agent(norm.recipient, norm.language, "addressee", [], "")))
        pairs += [("rrmv:atTime", self._deadline(deadline, norm.language)) for deadline in norm.deadlines]
        if norm.applies_from or norm.applies_until:
            ends = [("time:hasBeginning", norm.applies_from), ("time:hasEnd", norm.applies_until)]
            valid: Pairs = [(name, _instant(day)) for name, day in ends if day]
            pairs.append(("rrmv:atTime", blank([*self._interval("validity"), *valid])))
        if norm.contents:
            listed = [("dcterms:tableOfContents", literal(str(point), norm.language)) for point in norm.contents]
            pairs.append(("rrmv:hasResult", blank([("a", "rrmv:ActionResult"), *listed])))
        return pairs

    def _agent(self, words: str, language: str, role: str, names: list[str], kind: str) -> str:
        agent: Pairs = [("a", "eli:Agent"), ("skos:prefLabel", literal(words, language))]
        agent += [("skos:altLabel", literal(name, "en")) for name in names]
        if kind:
            name = iri(f"urn:dutybook:bearer-class:{kind}")
            agent.append(("rrmv:hasType", self._concept(name, "rrmv:AgentType", kind)))
        plays: Pairs = [("a", "rrmv:Role"), ("rrmv:hasType", self._code("roletype", "rrmv:RoleType", role))]
        return blank([("a", "rrmv:AgentRole"), ("rrmv:forAgent", blank(agent)), ("rrmv:withRole", blank(plays))])

    def _interval(self, function: str) -> Pairs:
        return [
            ("a", "time:ProperInterval"),
            ("rrmv:hasFunction", self._code("function", "rrmv:TemporalFunction", function)),
        ]

    def _deadline(self, deadline: DeadlineRow, language: str) -> str:
        """By when: the day where the text fixes it, the length of the period, and the words."""
        pairs = self._interval("deadline")
        pairs.append(("rdfs:comment", literal(deadline.quote, language)))
        if deadline.due:
            pairs.append(("time:hasEnd", _instant(deadline.due)))
        if duration := xsd_duration(deadline.value or ""):
            length: Pairs = [("a", "time:TemporalDuration"), ("rdf:value", literal(duration, kind="xsd:duration"))]
            pairs.append(("time:hasTemporalDuration", blank(length)))
        pairs.append(("rrmv:isIncomplete", "false" if deadline.due else "true"))
        return blank(pairs)


def _act(row: ObligationRow, act: Act) -> Iterator[tuple[str, str]]:
    yield "a", "eli:LegalResource, eli:Work"
    if local := row.work_number or row.document.work:
        yield "eli:id_local", literal(local)
    for _, number in act.numbers:
        if number != local:
            yield "dcterms:identifier", literal(number)
    if act.kind:
        yield "dc:type", literal(act.kind)
    if act.issuer:
        yield "eli:responsibility_of", literal(act.issuer)
    for name, day in (
        ("eli:first_date_entry_in_force", act.entry_into_force),
        ("eli:date_applicability", act.application),
        ("eli:date_no_longer_in_force", act.expiry),
    ):
        if day:
            yield name, _day(day)


def _days(document: DocumentRow, act: Act) -> Iterator[tuple[str, str]]:
    for name, written in (("eli:version_date", document.version_date), ("eli:date_publication", document.published)):
        if day := parse_day(written):
            yield name, _day(day)
    if act.version_kind:
        yield "dc:type", literal(act.version_kind)


def _validity(row: ObligationRow) -> str:
    """The days on which a norm applies as a DCMI period; empty where none is known."""
    days = (("start", row.norm.applies_from), ("end", row.norm.applies_until))
    parts = [f"{name}={day.isoformat()};" for name, day in days if day]
    return literal(" ".join([*parts, "scheme=W3C-DTF;"]), kind="dcterms:Period") if parts else ""


def act_name(work: str, act: Act) -> str:
    """The name of an act: its ELI, else the Publications Office's for its CELEX number, else one of ours.

    >>> act_name("32016R0679", Act())
    '<http://publications.europa.eu/resource/celex/32016R0679>'
    """
    numbers = dict(reversed(act.numbers))
    eli = numbers.get("eli", "")
    if eli.startswith(("http://", "https://")):
        return iri(eli)
    celex = numbers.get("celex") or (work if re.fullmatch(r"[1-9]\d{4}[A-Z]{1,2}\d{4}.*", work) else "")
    return iri(f"http://publications.europa.eu/resource/celex/{celex}" if celex else f"urn:dutybook:act:{work}")


def text_name(document: DocumentRow) -> str:
    """The name of a text of an act in one language and version."""
    return iri(f"urn:dutybook:text:{document.id}")


def xsd_duration(value: str) -> str:
    """A period (ISO 8601) as XML Schema writes it, which has no weeks; empty where it cannot be one.

    >>> xsd_duration("P2W"), xsd_duration("PT72H"), xsd_duration("R/P1Y")
    ('P14D', 'PT72H', '')
    """
    if weeks := _WEEKS.fullmatch(value):
        return f"P{int(weeks[1]) * 7}D"
    return value if _DURATION.fullmatch(value) else ""


def iri(name: str) -> str:
    """A name in angle brackets; what may not be in one is escaped as in an address.

    >>> iri("urn:dutybook:act:de:Some Act")
    '<urn:dutybook:act:de:Some%20Act>'
    """
    safe = _NOT_IN_IRI.sub(lambda found: quote(found[0]), clean(name).replace("\n", " "))
    return f"<{safe}>" if len(safe) < 2_000 else f"<urn:dutybook:name:{content_id(name)}>"


def literal(text: str, language: str = "", *, kind: str = "") -> str:
    r"""A text with its language (BCP 47) or the type of its value.

    >>> print(literal('to "report"', "en"), literal("2027-05-01", kind="xsd:date"))
    "to \"report\""@en "2027-05-01"^^xsd:date
    """
    written = f'"{clean(text).translate(_ESCAPES)}"'
    if kind:
        return f"{written}^^{kind}"
    return f"{written}@{language}" if _LANGUAGE.fullmatch(language) else written


def joined(pairs: Pairs) -> str:
    """Properties with their values."""
    return " ;\n    ".join(f"{name} {value}" for name, value in pairs)


def blank(pairs: Pairs) -> str:
    """A node without a name."""
    return f"[ {' ; '.join(f'{name} {value}' for name, value in pairs)} ]"


def _day(day: date) -> str:
    return literal(day.isoformat(), kind="xsd:date")


def _instant(day: date) -> str:
    return blank([("a", "time:Instant"), ("time:inXSDDate", _day(day))])
