"""What extraction and resolution may know of a document: its words, its structure, and what is known of it as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dutybook.languages import LanguagePack, available, load
from dutybook.records import Document, Family, Genre, Provision, ProvisionKind, Sentence, SentenceRole, Structure

LONGEST_SENTENCE = 20_000
"""Of a longer sentence only its first characters are read."""


@dataclass(frozen=True)
class DocumentView:
    """One document, as every step after its structure sees it.

    Args:
        text: the document's text; all spans are offsets into it.
        sentences: its sentences, stems and items; ``Sentence.stem`` is an index into them.
        provisions: where they stand.
        family: what the document is read as.
        language: its main language, ISO 639-1; each sentence has its own.
        title: of the document.
        published: when it was published (ISO), or None.
        work: the id of the work that the document is a version of, or None.
        document_id: becomes part of the id of everything that is found.
        pack_for: the language pack of a code.
        unsure: whether the family is only what plain rules take the document for.
    """

    text: str
    sentences: Sequence[Sentence]
    provisions: Sequence[Provision] = ()
    family: Family = Family.OTHER
    language: str = ""
    title: str = ""
    published: str | None = None
    work: str | None = None
    document_id: str = ""
    pack_for: Callable[[str], LanguagePack] = load
    unsure: bool = False

    @classmethod
    def of(cls, document: Document, structure: Structure, pack_for: Callable[[str], LanguagePack]) -> DocumentView:
        """The view of a document with its structure."""
        return cls(
            document.text,
            structure.sentences,
            structure.provisions,
            family=document.family,
            language=document.language,
            title=document.title,
            published=document.published,
            work=document.work,
            document_id=document.id,
            pack_for=pack_for,
            unsure=document.genre is Genre.UNSURE,
        )

    @cached_property
    def places(self) -> Mapping[str, str]:
        """How provisions are cited ("Art 4(7)"), by their ids."""
        return {provision.id: provision.place for provision in self.provisions}

    def line_of(self, sentence: Sentence, longest: int = LONGEST_SENTENCE) -> str:
        """The words of a sentence, at most the first ``longest`` characters."""
        return self.text[sentence.span.start : min(sentence.span.end, sentence.span.start + longest)]

    def pack_of(self, sentence: Sentence) -> LanguagePack:
        """The language pack of a sentence."""
        return self.pack_for(sentence.language)

    def place_of(self, sentence: Sentence) -> str:
        """How a sentence is cited; empty where its provision is not known."""
        return sentence.place or self.places.get(sentence.provision, "")

    def stem_of_item(self, sentence: Sentence) -> Sentence | None:
        """The stem of the list that a sentence is an item of; None for all that is no item."""
        is_item = sentence.stem is not None and sentence.role is SentenceRole.ITEM
        return self.sentences[sentence.stem] if is_item and sentence.stem is not None else None

    def article_of(self, provision: str) -> str:
        """The id of the article (or ``§``) around a provision; the provision's own where there is none."""
        at = self._provisions_by_id.get(provision)
        while at is not None and at.kind is not ProvisionKind.ARTICLE:
            at = self._provisions_by_id.get(at.parent or "")
        return at.id if at is not None else provision

    def language_of(self, provision: str) -> str:
        """The language of the sentences of a provision; the document's where it has none."""
        return self._languages.get(provision, self.language)

    def with_known_languages(self) -> DocumentView:
        """The view of the sentences in languages whose norms are known; items go on pointing at their stems.

        Better no findings, and a reason, than findings from another language's words.
        """
        codes = {code for code in {s.language for s in self.sentences} if seeks_norms(code)}
        kept = [index for index, sentence in enumerate(self.sentences) if sentence.language in codes]
        moved = {index: at for at, index in enumerate(kept)}
        sentences = (self.sentences[index] for index in kept)
        return replace(
            self,
            sentences=tuple(replace(s, stem=None if s.stem is None else moved.get(s.stem)) for s in sentences),
        )

    @cached_property
    def _provisions_by_id(self) -> Mapping[str, Provision]:
        return {provision.id: provision for provision in self.provisions}

    @cached_property
    def _languages(self) -> Mapping[str, str]:
        return {sentence.provision: sentence.language for sentence in self.sentences}


def seeks_norms(language: str) -> bool:
    """Whether norms can be sought in a language."""
    return language in available() and load(language).seeks_norms


__all__ = ["LONGEST_SENTENCE", "DocumentView", "seeks_norms"]
