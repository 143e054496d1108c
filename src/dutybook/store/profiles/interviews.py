"""Interviews on acts that the register holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dutybook.errors import NotFound
from dutybook.languages.actors import label_of
from dutybook.languages.proposal_words import describe_question
from dutybook.records.profiles import Profile
from dutybook.resolve.applicability.interview import Question, interview
from dutybook.resolve.applicability.proposing import ActProposer
from dutybook.store.profiles.making import read_act, read_norms
from dutybook.store.profiles.proposals import acts_for

if TYPE_CHECKING:
    from dutybook.store.register import Register


def questions_for(register: Register, profile: Profile, work: str, language: str = "en") -> list[Question]:
    """The questions that decide most of what of an act (id) applies to a profile, in the words of its text in ``language``.

    Raises:
        NotFound: no text of the act with norms is held.
    """
    found = acts_for(register, profile=profile.id, work=work, language=language)
    if not found:
        raise NotFound(f"no text of {work} with norms is held, so there is nothing to ask")
    document = found[0].document
    return interview(ActProposer(read_act(register, document)), profile, read_norms(register, document))


def question_fields(question: Question, language: str) -> dict[str, Any]:
    """A question in words of a language with its choices, as JSON has it."""
    choices = [
        {
            "term": choice.term,
            "label": label_of(choice.term, language),
            "work": choice.work,
            "place": choice.basis.place if choice.basis else "",
            "quote": choice.basis.quote if choice.basis else "",
        }
        for choice in question.choices
    ]
    return {
        "topic": question.topic.value,
        "question": describe_question(question.topic.value, [str(c["label"]) for c in choices], language),
        "norms": question.norms,
        "choices": choices,
    }
