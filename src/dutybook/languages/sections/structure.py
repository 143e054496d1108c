"""Pack sections ``[structure]`` and ``[sentences]``: words that structure an act."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from dutybook.languages.sections.base import Section


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

    words: tuple[str, ...]
    against: tuple[str, ...]


class StructureWords(Section):
    """Words of headings and formulas, matched case-folded at the start of a block.

    ``divisions`` gives the heading words of books, parts, titles, chapters, sections, subsections and subsubsections;
    they may stand before or after their number. ``article_first`` is the word that stands for the number of the first
    article ("premier"), ``article_names`` for that of any ("único"); ``article_special`` begin provisions counted apart from
    the articles ("Disposición adicional"); ``article_plural`` and ``range_words`` head several at once ("Articles 5 à 7").
    ``preambles`` head a national act's statement of reasons, which goes up to its first article or title.
    ``number_first``: articles are headed "5. cikk". ``ordinal_o``: "1o" is written for "1º". ``section_sign`` says what
    ``§`` opens, ``sign_last`` that it stands behind its number, which each chapter may begin anew ("2 kap. 4 §");
    ``paragraph_heads`` begin an article's paragraphs from the second on ("Stk. 2."), ``sole_paragraph`` heads an article's only one ("Parágrafo único"). ``rule_letters`` end a handbook rule's number
    ("15A.2.1 R"); ``section_labels`` say by what a bare-numbered section is cited where words stand in an act's opening. ``division_ordinals`` are ordinals
    written out before or after a division word, in order, forms of one separated by ``|`` ("erster|erste|erstes"); ``citation_words`` what follows the number in
    a citation and never in a heading ("Absatz"); ``amendment_headings`` begin the title of an amending article,
    ``amendment_endings`` end it ("… módosítása"); in ``amendment_stems`` and ``definition_stems`` an ``…`` stands for
    any words between two parts; ``deletion_stems`` end the text of another act and announce none; ``act_kinds`` the words in an act's title by the letter of its CELEX
    number (R, L, D).
    """

    article: tuple[str, ...] = ()
    article_first: tuple[str, ...] = ()
    article_names: tuple[str, ...] = ()
    article_special: tuple[str, ...] = ()
    article_plural: tuple[str, ...] = ()
    range_words: tuple[str, ...] = ()
    number_first: bool = False
    ordinal_o: bool = False
    section_sign: Literal["article", "paragraph"] = "article"
    sign_last: bool = False
    paragraph_heads: tuple[str, ...] = ()
    sole_paragraph: tuple[str, ...] = ()
    rule_letters: tuple[str, ...] = ()
    section_labels: dict[str, str] = Field(default_factory=dict)
    divisions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    division_ordinals: tuple[str, ...] = ()
    annex: tuple[str, ...] = ()
    recitals: tuple[str, ...] = ()
    preambles: tuple[str, ...] = ()
    enacting: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    margin_number: tuple[str, ...] = ()
    definition_headings: tuple[str, ...] = ()
    amendment_headings: tuple[str, ...] = ()
    amendment_endings: tuple[str, ...] = ()
    amendment_stems: tuple[str, ...] = ()
    deletion_stems: tuple[str, ...] = ()
    definition_stems: tuple[str, ...] = ()
    citation_words: tuple[str, ...] = ()
    act_titles: tuple[str, ...] = ()
    act_kinds: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    self_reference: tuple[str, ...] = ()
    guidance_words: tuple[str, ...] = ()
    statute_words: tuple[str, ...] = ()
    national_titles: tuple[str, ...] = ()
    programme_phrases: tuple[str, ...] = ()
    section_places: SectionPlaces = SectionPlaces()
    section_variants: tuple[SectionVariant, ...] = ()

    @field_validator(
        "definition_headings", "amendment_headings", "amendment_endings", "amendment_stems", "deletion_stems",
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

    abbreviations: tuple[str, ...] = ()
    ordinal_dates: bool = False
    after_ordinals: tuple[str, ...] = ()
    date_leads: tuple[str, ...] = ()
