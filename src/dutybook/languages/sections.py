"""The sections of a language pack except ``[temporal]``: words that structure an act, and words that identify findings.

Cue patterns of norms are words with spaces between them. ``a|b`` are alternatives, ``_`` is any one word, ``…``
stands for up to twelve words without punctuation, ``/…/`` is a regular expression for one word (slow: use few). All
other patterns are as in :mod:`.temporal`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from dutybook.languages.data import Section, Words
from dutybook.records import FactType, Family


class SectionPlaces(Section):
    """How a place below a ``§`` is cited: ``{}`` stands for the number; ``sentence`` is empty where none are counted."""

    paragraph: str = "({})"
    arabic: str = "({})"
    letter: str = "({})"
    double: str = "({})"
    roman: str = "({})"
    sentence: str = ""


class SectionVariant(SectionPlaces):
    """The forms of another country of the same language: those of an act that cites by its words more than by ``against``."""

    words: Words
    against: Words


class StructureWords(Section):
    """Words of headings and formulas, matched case-folded at the start of a block.

    ``divisions`` gives the heading words of books, parts, titles, chapters, sections, subsections and subsubsections;
    they may stand before or after their number. ``article_first`` is the word that stands for the number of the first
    article ("premier"), ``article_names`` for that of any ("único"); ``article_special`` begin provisions counted apart from
    the articles ("Disposición adicional"); ``article_plural`` and ``range_words`` head several at once ("Articles 5 à 7").
    ``preambles`` head a national act's statement of reasons, which goes up to its first article or title.
    ``number_first``: articles are headed "5. cikk". ``ordinal_o``: "1o" is written for "1º". ``o_is_a_word``: a line that begins with "o" need not be an item of a list. ``section_sign`` says what
    ``§`` opens, ``sign_last`` that it stands behind its number, which each chapter may begin anew ("2 kap. 4 §");
    ``paragraph_heads`` begin an article's paragraphs from the second on ("Stk. 2."), ``sole_paragraph`` heads an article's only one ("Parágrafo único"). ``dash_ends_list``: what
    follows all items of a list stands behind a dash. ``rule_letters`` end a handbook rule's number
    ("15A.2.1 R"); ``section_labels`` say by what a bare-numbered section is cited where words stand in an act's opening. ``division_ordinals`` are ordinals
    written out before or after a division word, in order, forms of one separated by ``|`` ("erster|erste|erstes"); ``citation_words`` what follows the number in
    a citation and never in a heading ("Absatz"); ``amendment_headings`` begin the title of an amending article, ``final_headings`` a line above the act's own last provisions ("Transitorios"),
    ``amendment_endings`` end it ("… módosítása"); in ``amendment_stems`` and ``definition_stems`` an ``…`` stands for
    any words between two parts; ``deletion_stems`` end the text of another act and announce none; ``act_kinds`` the words in an act's title by the letter of its CELEX
    number (R, L, D).
    """

    article: Words = ()
    article_first: Words = ()
    article_names: Words = ()
    article_special: Words = ()
    article_plural: Words = ()
    range_words: Words = ()
    number_first: bool = False
    ordinal_o: bool = False
    o_is_a_word: bool = False
    section_sign: Literal["article", "paragraph"] = "article"
    sign_last: bool = False
    paragraph_heads: Words = ()
    sole_paragraph: Words = ()
    dash_ends_list: bool = False
    rule_letters: Words = ()
    section_labels: dict[str, str] = Field(default_factory=dict)
    divisions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    division_ordinals: Words = ()
    annex: Words = ()
    recitals: Words = ()
    preambles: Words = ()
    enacting: Words = ()
    signature: Words = ()
    contents: Words = ()
    margin_number: Words = ()
    definition_headings: Words = ()
    amendment_headings: Words = ()
    final_headings: Words = ()
    amendment_endings: Words = ()
    amendment_stems: Words = ()
    deletion_stems: Words = ()
    definition_stems: Words = ()
    citation_words: Words = ()
    act_titles: Words = ()
    act_kinds: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    self_reference: Words = ()
    guidance_words: Words = ()
    statute_words: Words = ()
    national_titles: Words = ()
    programme_phrases: Words = ()
    section_places: SectionPlaces = SectionPlaces()
    section_variants: tuple[SectionVariant, ...] = ()

    @field_validator(
        "definition_headings", "amendment_headings", "final_headings", "amendment_endings", "amendment_stems", "deletion_stems",
        "definition_stems", "self_reference", "guidance_words", "statute_words", "national_titles", "programme_phrases",
    )  # fmt: skip
    @classmethod
    def _fold(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        """They meet case-folded text: a final sigma or a sharp s would never be found."""
        return tuple(word.casefold() for word in words)


class Sentences(Section):
    """What the sentence splitter must know: abbreviations (with their full stop), and ordinals before nouns.

    ``ordinal_dates``: a number with a full stop may stand before a month or a noun ("am 2. August").
    ``date_leads``: before a date that ends in an abbreviation they make a time limit, which ends its sentence where a capital
    follows ("iki 2034 m. rugsėjo 30 d. Prekeiviai …"); dates of acts go on ("2016 m. balandžio 27 d. Europos …").
    ``after_ordinals``: beginnings of capitalised words that go on after such a number ("iz članka 5. Uredbe").
    """

    abbreviations: Words = ()
    ordinal_dates: bool = False
    after_ordinals: Words = ()
    date_leads: Words = ()


class Cues(Section):
    """Patterns by what they say. ``recommendation`` is an obligation of strength *should*."""

    obligation: Words = ()
    prohibition: Words = ()
    permission: Words = ()
    exemption: Words = ()
    recommendation: Words = ()


class Exceptions(Section):
    """Patterns for the words that open an exception to a norm, and for those that close one ("… kivételével").

    ``opens_late`` opens one only behind a comma, semicolon or bracket: at the beginning of a sentence such words state a condition.
    """

    opens: Words = ()
    opens_late: Words = ()
    closes: Words = ()


class Norms(Section):
    """How a language commands: evidence for a reader, and a hint for the network, which decides; and how it excepts."""

    cues: Cues = Cues()
    exceptions: Exceptions = Exceptions()


class Actors(Section):
    """Nouns for those who act, by class, and the words that stand before them.

    ``inflections`` are endings of nouns, ``adjective_endings`` of adjectives. Where ``compounds`` is set a noun may end a longer
    word; ``capital_nouns`` says whether such a language capitalises its nouns. ``oblique_determiners`` stand before no subject,
    ``ambiguous_determiners`` are also something else ("a" in Portuguese). ``definition_heads``: what a definition says of a term
    that names an actor, by class.
    """

    business: Words = ()
    authority: Words = ()
    person: Words = ()
    any: Words = ()
    inflections: Words = ("",)
    adjective_endings: Words = ()
    determiners: Words = ()
    oblique_determiners: Words = ()
    ambiguous_determiners: Words = ()
    prepositions: Words = ()
    compounds: bool = False
    capital_nouns: bool = True
    definition_heads: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def by_capitals(self) -> bool:
        """Whether a capital tells a noun."""
        return self.compounds and self.capital_nouns


class FactFrame(Section):
    """One way to state a fact: ``cue`` stands in the sentence (or its list's stem), ``when`` finds the date.

    ``value`` is for patterns without a slot ("on the day after publication": ``P1D``; "on a day to be fixed by the minister":
    ``open``). ``families``: only there.
    ``opening_families``: there, too, but only where the date opens the sentence ("From 1 May 2030 vessels must …").
    ``date_after_cue``: the date must follow the cue. ``inflected``: one of these must end the date as written, where a case says
    what elsewhere a preposition says ("päivään", until). ``unless`` vetoes anywhere in the sentence. ``label``: a line
    that only names the date ("Entry into force: 1 May 2030") is read in the head of an act as well; its ``when`` follows from its cues
    unless it has one. ``enactment``: a period runs from the
    day on which the act was enacted, signed or made, which is not that of its publication; the act begins ``later`` days after its end, and
    on no day that can be computed without it. ``from_entry``: a period runs from the day on which the act enters into force. ``month_start``: the act begins on the first
    day of a month ("on the first day of the second month after publication"). ``under``: only
    where the provision has such a heading ("Transitional provisions"). ``commanded``: in its ``families`` a
    command will do as a cue ("From 1 May *no dogs are allowed*"). ``rest``: of a time that the day of publication lies in, one of these
    words of the quote says that what is left of it is meant ("*later* this year").
    """

    name: str
    type: FactType
    cue: Words
    when: Words = ()
    value: str | None = None
    families: tuple[Family, ...] = ()
    opening_families: tuple[Family, ...] = ()
    label: bool = False
    enactment: bool = False
    later: int | None = None
    from_entry: bool = False
    month_start: bool = False
    under: Words = ()
    unless: Words = ()
    unless_before: Words = ()
    unless_after: Words = ()
    inflected: Words = ()
    date_after_cue: bool = False
    commanded: bool = False
    rest: Words = ()
    confidence: float = Field(default=0.9, ge=0, le=1)


class Scope(Section):
    """How a language says what a date is about: the act, or which provisions of it. Patterns without slots.

    Every word of the clause must be known here, or the date is not taken to be about whole provisions.
    """

    act: Words = ()  # the act as subject or object: 'this Regulation'
    pronouns: Words = ()  # 'it', after a sentence about the act
    own_article: Words = ()  # 'this Article'
    own_paragraph: Words = ()  # 'this paragraph'
    following: Words = ()  # 'the following provisions': the items name them
    verbs: Words = ()  # 'shall apply', 'enters into force' and their parts
    contents: Words = ()  # before places: 'the obligations laid down in'
    fillers: Words = ()  # words that change nothing: 'however', articles
    corresponding: Words = ()  # 'and the corresponding obligations in this Act'
    exceptions: Words = ()  # before places left out: 'with the exception of'
    despite: Words = ()  # before places of other rules: 'by way of derogation from'
    relatives: Words = ()  # 'which': goes on about the places just named
    turns: Words = ()  # 'except that': another clause begins
    # words of chapters and sections in citations, by kind, highest first
    divisions: dict[str, Words] = Field(default_factory=dict)
    until: Words = ()  # before or in a day of expiry that still counts: 'until'
    ends_with: Words = ()  # in a day of expiry that counts no more: 'with effect from'
    statute_day_ends: bool = False  # a day on which a statute ceases to be in force is its first without it
    as_amended: Words = ()  # before the act that changed the provisions: 'as amended by'
    elapsed: Words = ()  # the period must run out first: 'after the lapse of'
    elapsed_adds_a_day: bool = False  # whether an act enters into force the day after such a period has run out
    replaced: Words = ()  # between two quoted dates, the old and the new


class Facts(Section):
    """How a language states entry into force, application, transposition, expiry, review."""

    frames: tuple[FactFrame, ...] = ()
    periods: Words = ()  # a period by its first and last day: 'from {date} to {date}'; the first may lack its year ({day})
    cited_before: Words = ()  # right before the date of another act or paper: 'Nr. 5', 'Verordnung vom'
    cited_after: Words = ()  # right after such a date: 'määrus'
    denied_before: Words = ()  # right before a date that is denied: 'and not'
    denied_after: Words = ()  # right after such a date, where a language says so: 'sijaan', 'helyett'
    commands: Words = ()  # what commands in news beside the cues of norms: 'requires firms to'
    past: Words = ()  # what speaks of the past, above all verbs: a clause with it announces nothing
    # patterns that several frames share, by a name: '{in_force}' in any of their patterns stands for one of them
    lexemes: dict[str, Words] = Field(default_factory=dict)
    scope: Scope = Field(default_factory=Scope)

    @model_validator(mode="before")
    @classmethod
    def _expand_lexemes(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Writes the lexemes out in the patterns of the frames."""
        words = {f"{{{name}}}": list(forms) for name, forms in data.get("lexemes", {}).items()}

        def expand(value: Any) -> Any:
            if isinstance(value, list | tuple):
                return [each for whole in value for each in words.get(whole, [expand(whole)])]
            for name in words if isinstance(value, str) else ():
                value = value.replace(name, f"(?:{'|'.join(words[name])})")
            return value

        frames = [{key: expand(value) for key, value in frame.items()} for frame in data.get("frames", ())]
        return {**data, "frames": frames}


class Penalties(Section):
    """How a language states fines."""

    cues: Words = ()  # words for a fine or penalty payment
    weak_cues: Words = ()  # 'sanctions': an amount must stand near them
    custodial: Words = ()  # a punishment stated without an amount
    unless: Words = ()  # sentences that only speak about fines
    not_fines: Words = ()  # words right before an amount that is no fine
    not_fines_after: Words = ()  # words right after an amount that is no fine
    currencies: dict[str, str] = Field(default_factory=dict)  # words and signs to ISO 4217 codes
    magnitudes: dict[str, int] = Field(default_factory=dict)  # million, Mio., bn
    fractions: dict[str, float] = Field(default_factory=dict)  # 'half' of a million, where it is none of a unit of time
    single: Words = ()  # magnitudes that mean one of it where no number counts them ('a fine of million euros')
    percent: Words = ("%",)
    decimal: str = Field(default=".", max_length=1)
    ranges: Words = ()  # between two amounts: 'de 3.000 a 30.000 euros' are two
    of_turnover: Words = ()  # what makes a percentage one of turnover
    of_before: Words = ()  # the same before the percentage
    links: Words = ()  # between an amount and its currency ('millions d'euros')
    of_words: Words = ()  # words that open another base of a percentage
    infringement: Words = ()  # words before the provisions that a fine sanctions
    contrary: Words = ()  # more of them, which alone make no sentence a threat: 'contrary to'
    omitted: Words = ()  # who does not do something ('who does not'): what is cited with it is infringed, but never the whole act
    whole_act: Words = ()  # the act itself, as what is infringed: 'this Regulation'
    in_breach: Words = ()  # 'in breach of this Act': what is done so is one offence, and not any breach
    breached_before: bool = False  # the provisions stand before such words, too ('5 artiklan vastaisesti')
    excepted: Words = ()  # words right before provisions that it does not ('other than')
    amounting: Words = ()  # between a noun for a fine and its amount ('multa por valor de 5 000 euros')
    joins: Words = ()  # between an amount and a noun for a fine ('5 000 euros d'amende')
    fined: Words = ()  # past forms of verbs for fining ('sanctionnée'): their amount follows one of the next words
    fined_by: Words = ()  # between such a verb and its amount ('à hauteur de')
    totals: Words = ()  # right before what several fines come to
    changed: Words = ()  # verbs that give a fine another amount
    changed_to: Words = ()  # right before that amount
    cancelled: Words = ()  # verbs that undo a fine
    imposed: Words = ()  # past forms of verbs that impose a fine
    possible: Words = ()  # what makes it one that may be imposed ('could', 'up to', 'whoever')
    # A sentence that states no amount states a fine or an offence with one of these:
    offends: Words = ()  # what makes an act an offence ('commits an offence')
    punishes: Words = ()  # in the present or with a modal verb: 'shall be punished'; an offender or a breach stands with it
    incurs: Words = ()  # the same with a noun for a fine: 'is liable to', 'faces'
    offender: Words = ()  # who is punished, beside the words of `infringement`: 'whoever', 'any person who'
    no_threat: Words = ()  # what makes it a sentence about fines that threatens none: 'Member States' (who make rules)


class Definitions(Section):
    """How a language defines terms without quotation marks, and what its nouns and adjectives end in."""

    patterns: Words = ()  # whole beginnings of sentences, with a group 'term'
    items: Words = ()  # the same for the items of a list of definitions
    head_last: bool = False  # the noun that others describe stands last ('service provider')
    endings: Words = ()  # removed, in addition to the inflections of actors, to compare words


class ActKind(Section):
    """A kind of EU act: its words in every inflection, and the letter of its CELEX number."""

    letter: Literal["R", "L", "D", "F", "H"]
    words: Words


class Citations(Section):
    """How a language cites provisions and acts. Word lists are patterns as in :mod:`.temporal`, without slots."""

    article: Words = ()
    section: Words = ("§§?",)  # words of a national provision
    annex: Words = ()
    annex_parts: Words = ()  # what an annex is divided into, named behind it: 'Annex I, Part A'
    raised_apart: bool = False  # texts that lost raised figures write '42 1' for '42¹'
    paragraph: Words = ()
    subparagraph: Words = ()
    sentence: Words = ()
    number: Words = ()
    point: Words = ()  # 'point': its letter stands in brackets
    indent: Words = ()  # indents that are counted ('podstavak 24.')
    letter: Words = ()  # 'Buchstabe': its letter may stand bare
    ordinals: Words = ()  # 'first' in 'the first subparagraph'
    # words that number a paragraph before its word ('eerste lid')
    ordinal_numbers: dict[str, int] = Field(default_factory=dict)
    first: Words = ()  # words for the number one ('premier')
    number_suffix: str = ""  # pattern glued to a number ('er' in '1er', '\.' in '5.')
    dotted: bool = False  # parts follow a number with dots ('artículo 5.2.b)'), 'bis' a space
    bare_letters: str = ""  # pattern of letters that stand bare behind a paragraph's number ('artikel 5.2 a')
    apart: bool = False  # 'bis' stands apart from its number ('article 2 bis')
    number_first: bool = False  # a number stands before its word ('5 straipsnio 2 dalis')
    section_last: bool = False  # '5 §' where other numbers stand behind their words
    # a number may stand before its word, too, and a part of it before ('prvi odstavek 5. člena')
    number_before: bool = False
    annex_first: bool = False  # but the word of an annex stands before it ('liite III')
    act_first: bool = False  # an act stands before its provision ('asetuksen (EU) 2016/679 5 artikla')
    act_kind_last: bool = False  # an act's number stands before its kind ('2016/679 rendelet')
    joiners: Words = (",",)  # between the numbers of several provisions
    ranges: Words = ("-", "–")  # between the ends of a range
    part_links: Words = ()  # between a part and its provision: 'of'
    act_links: Words = ()  # between a provision and its act: 'of', 'der'
    act_kinds: tuple[ActKind, ...] = ()
    act_qualifiers: Words = ()  # 'Delegated', 'Council' before the kind
    # words with capitals that may stand before an act's name ('European AI Act'), where any other one makes it another act's
    act_attributes: Words = ()
    joined_articles: str = ""  # pattern of articles that a hyphen joins to an abbreviation ('il-GDPR'), with the hyphen
    act_bodies: Words = ("EU", "EC", "EEC", "Euratom")  # in brackets, or after '/'
    act_numbers: Words = ()  # 'No' before an act's number
    this_act: Words = ()  # 'of this Regulation'
    that_act: Words = ()  # 'of that Regulation': the act cited last
    foreign: Words = ()  # acts without a number after a link: 'the Treaty'
    foreign_before: Words = ()  # a code before its section: '45 CFR'
    shared_joiners: Words = ()  # between provisions that share an abbreviation after the last: 'i. V. m.'
    codes: Words = ()  # codified article numbers: 'L. ?123-4'
