"""Pack sections ``[norms]``, ``[actors]``, ``[facts]``, ``[penalties]``, ``[citations]`` and ``[definitions]``: words
that identify findings.

Cue patterns of norms are words with spaces between them. ``a|b`` are alternatives, ``_`` is any one word, ``…``
stands for up to twelve words without punctuation, ``/…/`` is a regular expression for one word (slow: use few). All
other patterns are as in :mod:`.temporal`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dutybook.languages.sections.base import Section
from dutybook.records import FactType, Genre


class Cues(Section):
    """Patterns by what they say. ``recommendation`` is an obligation of strength *should*."""

    obligation: tuple[str, ...] = ()
    prohibition: tuple[str, ...] = ()
    permission: tuple[str, ...] = ()
    exemption: tuple[str, ...] = ()
    recommendation: tuple[str, ...] = ()


class Norms(Section):
    """How a language commands: evidence for a reader, and a hint for the network, which decides."""

    cues: Cues = Cues()


class Actors(Section):
    """Nouns for those who act, by class, and the words that stand before them.

    ``inflections`` are endings of nouns, ``adjective_endings`` of adjectives. Where ``compounds`` is set a noun may end a longer
    word; ``capital_nouns`` says whether such a language capitalises its nouns. ``oblique_determiners`` stand before no subject,
    ``ambiguous_determiners`` are also something else ("a" in Portuguese). ``definition_heads``: what a definition says of a term
    that names an actor, by class.
    """

    business: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    inflections: tuple[str, ...] = ("",)
    adjective_endings: tuple[str, ...] = ()
    determiners: tuple[str, ...] = ()
    oblique_determiners: tuple[str, ...] = ()
    ambiguous_determiners: tuple[str, ...] = ()
    prepositions: tuple[str, ...] = ()
    compounds: bool = False
    capital_nouns: bool = True
    definition_heads: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def by_capitals(self) -> bool:
        """Whether a capital tells a noun."""
        return self.compounds and self.capital_nouns


class FactFrame(Section):
    """One way to state a fact: ``cue`` stands in the sentence (or its list's stem), ``when`` finds the date.

    ``value`` is for patterns without a slot ("on the day after publication": ``P1D``). ``genres``: only there.
    ``opening_genres``: there, too, but only where the date opens the sentence ("From 1 May 2030 vessels must …").
    ``date_after_cue``: the date must follow the cue. ``unless`` vetoes anywhere in the sentence. ``label``: a line
    that only names the date ("Entry into force: 1 May 2030") is read in the head of an act as well.
    """

    name: str
    type: FactType
    cue: tuple[str, ...]
    when: tuple[str, ...]
    value: str | None = None
    genres: tuple[Genre, ...] = ()
    opening_genres: tuple[Genre, ...] = ()
    label: bool = False
    unless: tuple[str, ...] = ()
    unless_before: tuple[str, ...] = ()
    unless_after: tuple[str, ...] = ()
    date_after_cue: bool = False
    confidence: float = Field(default=0.9, ge=0, le=1)


class Scope(Section):
    """How a language says what a date is about: the act, or which provisions of it. Patterns without slots.

    Every word of the clause must be known here, or the date is not taken to be about whole provisions.
    """

    act: tuple[str, ...] = Field(default=(), description="the act as subject or object: 'this Regulation'")
    pronouns: tuple[str, ...] = Field(default=(), description="'it', after a sentence about the act")
    own_article: tuple[str, ...] = Field(default=(), description="'this Article'")
    own_paragraph: tuple[str, ...] = Field(default=(), description="'this paragraph'")
    following: tuple[str, ...] = Field(default=(), description="'the following provisions': the items name them")
    verbs: tuple[str, ...] = Field(default=(), description="'shall apply', 'enters into force' and their parts")
    contents: tuple[str, ...] = Field(default=(), description="before places: 'the obligations laid down in'")
    fillers: tuple[str, ...] = Field(default=(), description="words that change nothing: 'however', articles")
    corresponding: tuple[str, ...] = Field(default=(), description="'and the corresponding obligations in this Act'")
    exceptions: tuple[str, ...] = Field(default=(), description="before places left out: 'with the exception of'")
    despite: tuple[str, ...] = Field(
        default=(), description="before places of other rules: 'by way of derogation from'"
    )
    relatives: tuple[str, ...] = Field(default=(), description="'which': goes on about the places just named")
    turns: tuple[str, ...] = Field(default=(), description="'except that': another clause begins")
    divisions: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="words of chapters and sections in citations, by kind, highest first"
    )
    until: tuple[str, ...] = Field(default=(), description="before or in a day of expiry that still counts: 'until'")
    ends_with: tuple[str, ...] = Field(
        default=(), description="in a day of expiry that counts no more: 'with effect from'"
    )
    statute_day_ends: bool = Field(
        default=False, description="a day on which a statute ceases to be in force is its first without it"
    )
    elapsed: tuple[str, ...] = Field(default=(), description="the period must run out first: 'after the lapse of'")
    elapsed_adds_a_day: bool = Field(
        default=False, description="whether an act enters into force the day after such a period has run out"
    )
    replaced: tuple[str, ...] = Field(default=(), description="between two quoted dates, the old and the new")


class Facts(Section):
    """How a language states entry into force, application, transposition, expiry, review."""

    frames: tuple[FactFrame, ...] = ()
    cited_before: tuple[str, ...] = Field(
        default=(), description="right before the date of another act or paper: 'Nr. 5', 'Verordnung vom'"
    )
    cited_after: tuple[str, ...] = Field(default=(), description="right after such a date: 'määrus'")
    scope: Scope = Field(default_factory=Scope)


class Penalties(Section):
    """How a language states fines."""

    cues: tuple[str, ...] = Field(default=(), description="words for a fine or penalty payment")
    weak_cues: tuple[str, ...] = Field(default=(), description="'sanctions': an amount must stand near them")
    custodial: tuple[str, ...] = Field(default=(), description="a punishment stated without an amount")
    unless: tuple[str, ...] = Field(default=(), description="sentences that only speak about fines")
    not_fines: tuple[str, ...] = Field(default=(), description="words right before an amount that is no fine")
    not_fines_after: tuple[str, ...] = Field(default=(), description="words right after an amount that is no fine")
    currencies: dict[str, str] = Field(default_factory=dict, description="words and signs to ISO 4217 codes")
    magnitudes: dict[str, int] = Field(default_factory=dict, description="million, Mio., bn")
    percent: tuple[str, ...] = ("%",)
    decimal: str = Field(default=".", max_length=1)
    ranges: tuple[str, ...] = Field(default=(), description="between two amounts: 'de 3.000 a 30.000 euros' are two")
    of_turnover: tuple[str, ...] = Field(default=(), description="what makes a percentage one of turnover")
    of_before: tuple[str, ...] = Field(default=(), description="the same before the percentage")
    links: tuple[str, ...] = Field(default=(), description="between an amount and its currency ('millions d'euros')")
    of_words: tuple[str, ...] = Field(default=(), description="words that open another base of a percentage")
    infringement: tuple[str, ...] = Field(default=(), description="words before the provisions that a fine sanctions")
    excepted: tuple[str, ...] = Field(
        default=(), description="words right before provisions that it does not ('other than')"
    )


class Definitions(Section):
    """How a language defines terms without quotation marks, and what its nouns and adjectives end in."""

    patterns: tuple[str, ...] = Field(default=(), description="whole beginnings of sentences, with a group 'term'")
    items: tuple[str, ...] = Field(default=(), description="the same for the items of a list of definitions")
    head_last: bool = Field(default=False, description="the noun that others describe stands last ('service provider')")
    endings: tuple[str, ...] = Field(
        default=(), description="removed, in addition to the inflections of actors, to compare words"
    )


class ActKind(Section):
    """A kind of EU act: its words in every inflection, and the letter of its CELEX number."""

    letter: Literal["R", "L", "D", "F", "H"]
    words: tuple[str, ...]


class Citations(Section):
    """How a language cites provisions and acts. Word lists are patterns as in :mod:`.temporal`, without slots."""

    article: tuple[str, ...] = ()
    section: tuple[str, ...] = Field(default=("§§?",), description="words of a national provision")
    annex: tuple[str, ...] = ()
    paragraph: tuple[str, ...] = ()
    subparagraph: tuple[str, ...] = ()
    sentence: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    point: tuple[str, ...] = Field(default=(), description="'point': its letter stands in brackets")
    letter: tuple[str, ...] = Field(default=(), description="'Buchstabe': its letter may stand bare")
    ordinals: tuple[str, ...] = Field(default=(), description="'first' in 'the first subparagraph'")
    ordinal_numbers: dict[str, int] = Field(
        default_factory=dict, description="words that number a paragraph before its word ('eerste lid')"
    )
    first: tuple[str, ...] = Field(default=(), description="words for the number one ('premier')")
    number_suffix: str = Field(default="", description="pattern glued to a number ('er' in '1er', '\\.' in '5.')")
    dotted: bool = Field(
        default=False, description="parts follow a number with dots ('artículo 5.2.b)'), 'bis' a space"
    )
    bare_letters: str = Field(
        default="", description="pattern of letters that stand bare behind a paragraph's number ('artikel 5.2 a')"
    )
    apart: bool = Field(default=False, description="'bis' stands apart from its number ('article 2 bis')")
    number_first: bool = Field(default=False, description="a number stands before its word ('5 straipsnio 2 dalis')")
    number_before: bool = Field(
        default=False,
        description="a number may stand before its word, too, and a part of it before ('prvi odstavek 5. člena')",
    )
    annex_first: bool = Field(default=False, description="but the word of an annex stands before it ('liite III')")
    act_first: bool = Field(
        default=False, description="an act stands before its provision ('asetuksen (EU) 2016/679 5 artikla')"
    )
    act_kind_last: bool = Field(
        default=False, description="an act's number stands before its kind ('2016/679 rendelet')"
    )
    joiners: tuple[str, ...] = Field(default=(",",), description="between the numbers of several provisions")
    ranges: tuple[str, ...] = Field(default=("-", "–"), description="between the ends of a range")
    part_links: tuple[str, ...] = Field(default=(), description="between a part and its provision: 'of'")
    act_links: tuple[str, ...] = Field(default=(), description="between a provision and its act: 'of', 'der'")
    act_kinds: tuple[ActKind, ...] = ()
    act_qualifiers: tuple[str, ...] = Field(default=(), description="'Delegated', 'Council' before the kind")
    act_bodies: tuple[str, ...] = Field(default=("EU", "EC", "EEC", "Euratom"), description="in brackets, or after '/'")
    act_numbers: tuple[str, ...] = Field(default=(), description="'No' before an act's number")
    this_act: tuple[str, ...] = Field(default=(), description="'of this Regulation'")
    that_act: tuple[str, ...] = Field(default=(), description="'of that Regulation': the act cited last")
    foreign: tuple[str, ...] = Field(default=(), description="acts without a number after a link: 'the Treaty'")
    foreign_before: tuple[str, ...] = Field(default=(), description="a code before its section: '45 CFR'")
    shared_joiners: tuple[str, ...] = Field(
        default=(), description="between provisions that share an abbreviation after the last: 'i. V. m.'"
    )
    codes: tuple[str, ...] = Field(default=(), description="codified article numbers: 'L. ?123-4'")
