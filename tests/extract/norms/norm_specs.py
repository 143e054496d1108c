"""Reads ``tests/specs/<language>/norms.txt`` and runs one line through structure and extraction.

A line is a sentence as a lawyer would mark it up::

    [eu_act] <norm obligation>Each <bearer class=business>terminal operator</bearer> shall notify the
    <recipient>harbour authority</recipient> of any cargo shift, <exception>unless it was announced</exception>.</norm>

* In brackets: the genre, and after a slash the part of the act (``[eu_act/recital]``).
* ``<norm MODALITY [should] [bearer="…"] [class=…]>`` is one norm; two norms in a sentence are two elements. The
  attributes say what the norm takes from elsewhere (a stem, an earlier sentence); a norm without any bearer names none.
* ``<bearer [class=…]>``, ``<recipient>``, ``<condition>``, ``<exception>``, ``<action>`` are the parts; the bearer is always
  compared, the others where they are marked.
* `` // `` parts a list's stem from its items, and paragraphs.
* A line without ``<norm>`` is no norm. ``# reason`` at its end is the reason of the rejection; ``# (remark)`` says why to
  the reader where nothing looked like a norm, so that nothing had to be rejected.
* Lines that begin with ``#`` are headings for the reader.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from dutybook.document_view import DocumentView
from dutybook.extract.norms.model.reader import Reader
from dutybook.extract.norms.pipeline import find_norms
from dutybook.records import BlockRole, Layout, LayoutBuilder, Norm, Rejection, Span, Structure
from dutybook.structure.build import build_structure

SPECS = Path(__file__).resolve().parents[2] / "specs"
# English, German and French stand below; further languages bring their ``frame.toml``.
LANGUAGES = ("en", "de", "fr", *sorted(p.parent.name for p in SPECS.glob("*/frame.toml")))

_TAG = re.compile(r"<(?P<close>/)?(?P<name>norm|bearer|recipient|condition|exception|action)(?P<attributes>[^<>]*)>")
_ATTRIBUTE = re.compile(r"(\w+)=(?:\"([^\"]*)\"|(\S+))")
_LINE = re.compile(r"\[(?P<genre>\w+)(?:/(?P<part>\w+))?\]\s+(?P<body>.+)$")


@dataclass
class Want:
    """A norm that a line marks; ``span`` and the parts' spans are into the line's plain text."""

    modality: str
    strength: str
    bearer: str | None
    kind: str | None
    start: int
    end: int = 0
    parts: dict[str, str] = field(default_factory=dict)


@dataclass
class Spec:
    """One line: ``blocks`` are its paragraphs without mark-up, ``plain`` the same joined by a line break."""

    language: str
    line: int
    genre: str
    part: str
    plain: str
    wants: list[Want]
    reason: str | None

    @property
    def id(self) -> str:
        return f"{self.language}/norms.txt:{self.line}"

    @property
    def blocks(self) -> list[str]:
        return self.plain.split("\n")


def parse_line(text: str, language: str, line: int) -> Spec:
    """One marked-up line; ValueError says what is wrong with it."""
    match = _LINE.match(text)
    if not match:
        raise ValueError(f"{language}/norms.txt:{line}: begins with no genre in brackets")
    body, reason = match["body"], None
    if "<norm" not in body:
        body, _, reason = body.rpartition(" # ")
        if not body:
            raise ValueError(f"{language}/norms.txt:{line}: a line without <norm> ends with '# reason'")
    body = re.sub(r"\s+//\s+", "\n", body.strip())
    plain, wants, open_tags, at = "", [], [], 0
    for tag in _TAG.finditer(body):
        plain += body[at : tag.start()]
        at = tag.end()
        if tag["close"]:
            name, start, attributes = open_tags.pop()
            if name != tag["name"]:
                raise ValueError(f"{language}/norms.txt:{line}: <{name}> closed by </{tag['name']}>")
            if name == "norm":
                wants[-1].end = len(plain)
                continue
            wants[-1].parts[name] = plain[start:]
            if name == "bearer":
                wants[-1].bearer = plain[start:]
                wants[-1].kind = attributes.get("class", wants[-1].kind)
        else:
            attributes = {key: quoted or bare for key, quoted, bare in _ATTRIBUTE.findall(tag["attributes"])}
            open_tags.append((tag["name"], len(plain), attributes))
            if tag["name"] == "norm":
                words = _ATTRIBUTE.sub("", tag["attributes"]).split()
                strength = "should" if "should" in words[1:] else "must"
                wants.append(Want(words[0], strength, attributes.get("bearer"), attributes.get("class"), len(plain)))
    if open_tags:
        raise ValueError(f"{language}/norms.txt:{line}: <{open_tags[-1][0]}> is not closed")
    return Spec(language, line, match["genre"], match["part"] or "", plain + body[at:], wants, reason)


@cache
def specs(language: str) -> tuple[Spec, ...]:
    """All lines of a language's file, in order."""
    lines = (SPECS / language / "norms.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        parse_line(line.strip(), language, number)
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    )


# How an act, a circular, an article of each language is framed: what stands before the line, and under which heading.
_FRAMES = {
    "en": {
        "title": "REGULATION (EU) 2031/777 of the Harbour Parliament on harbour data",
        "recitals": "Whereas:",
        "enacting": "HAVE ADOPTED THIS REGULATION:",
        "article": "Article {}",
        "annex": "ANNEX",
        "plain": "Harbour duties",
        "definitions": "Definitions",
        "scope": "Subject matter and scope",
        "amendments": "Amendments",
        "guidance": "Circular on harbours",
        "news": "Harbours in the news",
        "programme": "We want calm seas.",
    },
    "de": {
        "title": "VERORDNUNG (EU) 2031/777 über Hafendaten",
        "recitals": "in Erwägung nachstehender Gründe:",
        "enacting": "HABEN FOLGENDE VERORDNUNG ERLASSEN:",
        "article": "Artikel {}",
        "annex": "ANHANG",
        "plain": "Hafenpflichten",
        "definitions": "Begriffsbestimmungen",
        "scope": "Gegenstand und Anwendungsbereich",
        "amendments": "Änderungen",
        "guidance": "Rundschreiben zu Häfen",
        "news": "Häfen in den Nachrichten",
        "programme": "Wir wollen ruhige See.",
    },
    "fr": {
        "title": "RÈGLEMENT (UE) 2031/777 relatif aux données portuaires",
        "recitals": "considérant ce qui suit:",
        "enacting": "ONT ADOPTÉ LE PRÉSENT RÈGLEMENT:",
        "article": "Article {}",
        "annex": "ANNEXE",
        "plain": "Devoirs des ports",
        "definitions": "Définitions",
        "scope": "Objet et champ d'application",
        "amendments": "Modifications",
        "guidance": "Circulaire sur les ports",
        "news": "Les ports dans l'actualité",
        "programme": "Nous voulons une mer calme.",
    },
}


@cache
def _words(language: str) -> dict[str, str]:
    if language in _FRAMES:
        return _FRAMES[language]
    return tomllib.loads((SPECS / language / "frame.toml").read_text(encoding="utf-8"))


def _frame(spec: Spec, builder: LayoutBuilder) -> dict[str, str]:
    """Write what stands before the line; returns the layout's meta data."""
    words = _words(spec.language)

    def heading(text: str) -> None:
        builder.block(text, BlockRole.HEADING, level=1)

    if spec.genre == "eu_act":
        builder.block(words["title"])
        builder.block(words["recitals"])
        if spec.part == "recital":
            return {}
        builder.block("(1) " + words["news"] + ".")
        builder.block(words["enacting"])
        if spec.part == "annex":
            builder.block(words["annex"])
        else:
            heading(words["article"].format(2))
            heading(words.get(spec.part, words["plain"]))
    elif spec.genre == "statute":
        provision = words.get("provision", "§ {}") + " "
        heading(provision.format(1) + words["plain"])
        heading(provision.format(2) + words.get(spec.part, words["plain"]))
    elif spec.genre == "guidance":
        heading(words["guidance"])
    elif spec.genre == "news":
        heading(words["news"])
        return {"published": "2031-05-20"}
    elif spec.genre == "other":
        for _ in range(6):
            builder.block(words["programme"])
    return {}


def _after(spec: Spec, builder: LayoutBuilder) -> None:
    words = _words(spec.language)
    if spec.part == "recital":
        builder.block(words["enacting"])
    elif spec.genre == "statute":
        builder.block(words.get("provision", "§ {}").format(3) + " " + words["plain"], BlockRole.HEADING, level=1)


@dataclass
class Outcome:
    """What was found in one line; ``offset`` is where its plain text begins in ``text``."""

    text: str
    offset: int
    structure: Structure
    norms: list[Norm]
    rejections: list[Rejection]


def structured(spec: Spec) -> tuple[str, int, int, Structure]:
    """A small document around the line: its text, where the line begins and ends, and its structure."""
    builder = LayoutBuilder()
    meta = _frame(spec, builder)
    offset = builder.length
    for block in spec.blocks:
        builder.block(("(9) " if spec.part == "recital" else "") + block)
    end = builder.length
    _after(spec, builder)
    layout = Layout(builder.text(), tuple(builder.blocks), meta=meta)
    return layout.text, offset, end, build_structure(layout, "spec", spec.language)


def run(spec: Spec, reader: Reader) -> Outcome:
    """The line through structure and extraction, read by a network; only its own findings."""
    text, offset, end, structure = structured(spec)
    view = DocumentView(text, structure.sentences, structure.provisions, structure.family, document_id="spec")
    found = find_norms(view, reader)
    inside = Span(offset, end)
    return Outcome(
        text,
        offset,
        structure,
        [n for n in found.norms if inside.contains(n.span)],
        [r for r in found.rejections if inside.contains(r.span)],
    )


def bare(text: str) -> str:
    """For comparing quotes: white space single, list markers, outer punctuation and joining words' commas gone."""
    return " ".join(text.split()).strip(" ,;:.—–")


def differences(spec: Spec, outcome: Outcome) -> list[str]:
    """What a line asks for and did not get, in words; empty where all is as marked."""
    found = outcome.norms
    wrong = []
    if outcome.structure.family != spec.genre:
        wrong.append(f"genre {outcome.structure.family}, not {spec.genre}")
    if len(found) != len(spec.wants):
        got = [(n.modality.value, bare(n.span.of(outcome.text))[:60]) for n in found]
        reasons = [r.reason for r in outcome.rejections]
        return [*wrong, f"{len(found)} norms, not {len(spec.wants)}: {got}; rejected: {reasons}"]
    for want, norm in zip(spec.wants, found, strict=True):
        quote = bare(spec.plain[want.start : want.end])
        if bare(norm.span.of(outcome.text)) != quote:
            wrong.append(f"quote {bare(norm.span.of(outcome.text))!r}, not {quote!r}")
        if norm.modality != want.modality:
            wrong.append(f"{norm.modality}, not {want.modality} ({norm.evidence.why})")
        if norm.strength != want.strength:
            wrong.append(f"strength {norm.strength}, not {want.strength}")
        bearer = norm.bearer.text if norm.bearer else None
        if bearer != want.bearer:
            wrong.append(f"bearer {bearer!r}, not {want.bearer!r}")
        if want.kind and norm.bearer_class != want.kind:
            wrong.append(f"class {norm.bearer_class}, not {want.kind}")
        for name in ("recipient", "condition", "exception", "action"):
            if name in want.parts:
                part = getattr(norm, name)
                if part is None or bare(part.text) != bare(want.parts[name]):
                    wrong.append(f"{name} {part.text if part else None!r}, not {want.parts[name]!r}")
    return wrong
