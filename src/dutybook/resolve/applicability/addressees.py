"""Whom the norms of an act address, judged for a profile: by their bearers, by whom states are to make act, by references and exceptions.

Names that the act defines, or gives to a group, are resolved by its own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dutybook.languages.actors import Mention, find_terms, is_actor, plain, scope_words, terms
from dutybook.records.norm_fields import BearerClass
from dutybook.records.profiles import Basis, Ground, Profile, Proposal, Verdict
from dutybook.resolve.applicability.judging import (
    Asker,
    Judged,
    is_generic,
    judge_any,
    judge_size,
    judge_words,
    narrowing,
)
from dutybook.resolve.applicability.scope import ActText, DefinedTerm, Item, Scope

#: Somebody who is bound by what binds authorities.
_PUBLIC = "public administration"
#: So far into a sentence stands whom a state is to make act.
_NEAR = 90


@dataclass(frozen=True, slots=True)
class AddressedNorm:
    """What a proposal needs to know of a norm; ``stem`` are the words before its list, texts are as in the act."""

    id: str
    place: str
    bearer: str
    bearer_class: str
    role: str
    quote: str
    stem: str
    start: int
    end: int

    def basis(self, act: ActText) -> Basis:
        """Its own words in the act as the basis of a proposal."""
        return act.basis(self.place, self.quote, self.start, self.end)


class Addressees:
    """Judges for profiles whom the norms of one text of an act address; ``scope`` is the one read from this text."""

    def __init__(self, act: ActText, scope: Scope) -> None:
        self.act = act
        self.scope = scope
        self.words = scope_words(act.language)
        known = {plain(word) for term in terms().values() for word in term.words(act.language)}
        self.defined: dict[str, DefinedTerm] = {}
        self._groups: dict[tuple[Profile, str], tuple[Judged, Item | None]] = {}
        for defined in act.definitions:
            name = plain(defined.term)
            if defined.actor and name not in known and 3 < len(name) < 80 and not self._is_common(name):
                self.defined.setdefault(name, defined)

    def _is_common(self, name: str) -> bool:
        """Whether a defined term says nothing of who somebody is: a size, a part of any firm, or a word for anybody."""
        common = (self.words.organs, self.words.generic, *dict(self.words.sizes).values()) if self.words else ()
        return any(re.fullmatch(rf"(?:{each})", name) for each in common)

    def judge(self, norm: AddressedNorm, asker: Asker, act: Proposal) -> tuple[Verdict, Ground] | None:
        """What follows for a profile from whom a norm addresses; None where it names nobody that is known.

        Args:
            asker: the profile as the act sees it.
            act: the proposal for the act as a whole, which decides where a norm binds anybody.
        """
        own = norm.basis(self.act)
        bearer = plain(norm.bearer)
        if self.words and bearer and re.match(rf"(?:{self.words.anybody})", bearer):
            return (Verdict.APPLIES if act.verdict is Verdict.APPLIES else Verdict.ASK), Ground(
                "anybody", (("bearer", norm.bearer),), own
            )
        if norm.bearer_class == BearerClass.AUTHORITY:
            if not bearer or is_generic(bearer, self.words):
                return None
            through, made = self._through(norm, asker)
            if through:
                return made
            if asker.has(_PUBLIC):
                return Verdict.ASK, Ground("authority_perhaps", (("bearer", norm.bearer),), own)
            return Verdict.NO, Ground("authority", (("bearer", norm.bearer),), own)
        if not bearer:
            return self._by_exception(norm, asker)
        made = self._by_bearer(bearer, norm, asker)
        if made is None and norm.bearer_class == BearerClass.PERSON:
            return Verdict.NO, Ground("person", (("bearer", norm.bearer),), own)
        return made

    def _through(self, norm: AddressedNorm, asker: Asker) -> tuple[bool, tuple[Verdict, Ground] | None]:
        """Whether a state or an authority is to make others act, and what follows from who they are, where that is known."""
        found = self.words and re.search(self.words.through, plain(f"{norm.stem} {norm.quote}"))
        if not found:
            return False, None
        # "that, for the purposes of paragraph 1, the entities"
        who = re.sub(r"^,[^,]*,", "", found["who"]).strip()[:_NEAR]
        named = [m for m in self._mentions(who, asker) if is_actor(m.term)]
        if named and self._begins(who[: named[0].start]) and not self._is_authority(named[0]):
            made = self._by_bearer(who[: named[0].end], norm, asker, search_quote=False)
        elif is_generic(who, self.words):
            made = self._by_reference(norm, asker)
        else:
            return False, None
        return True, (made[0], replace(made[1], code=f"through_{made[1].code}")) if made else None

    def _begins(self, before: str) -> bool:
        """Whether nothing but small words, a part of a firm, or one more adjective stands before a name."""
        if self.words is None:
            return False
        left = re.sub(rf"(?<![\w-])(?:{self.words.neutral})(?![\w-])", " ", before).split()
        return (
            len(left) < 2 or re.match(rf"(?:(?:{self.words.neutral}) )*(?:{self.words.organs})\b", before) is not None
        )

    def _by_reference(self, norm: AddressedNorm, asker: Asker) -> tuple[Verdict, Ground] | None:
        """By those whom another paragraph of the article names: "entities referred to in paragraph 1"."""
        quote = plain(norm.quote)
        found = self.words and re.search(self.words.referred, quote)
        if not self.words or not found:
            return None
        numbered = re.search(self.words.paragraph, quote)
        number = found["paragraph"] or (numbered["number"] if numbered else None)
        article = outer_places(norm.place)[-1]
        place = next((p for p in self.act.passages if number and p.place == f"{article}({number})"), None)
        if place is None:
            return None
        quote = self.act.text[place.start : place.end]
        basis = self.act.basis(place.place, quote, place.start, place.end)
        named = [m for m in self._mentions(plain(quote), asker) if is_actor(m.term) and not self._is_authority(m)]
        judged = [(self._judge_term(m, asker)[0].value, m.term) for m in named]
        for wanted, code in ((True, "referred"), (None, "ask_role")):
            for value, term in judged:
                if value is wanted:
                    values = (("term", term), ("bearer", norm.bearer), ("missing", term))
                    return (Verdict.APPLIES if value else Verdict.ASK), Ground(code, values, basis)
        return (Verdict.NO, Ground("other_role", (("bearer", norm.bearer),), basis)) if judged else None

    def _mentions(self, text: str, asker: Asker) -> tuple[Mention, ...]:
        more = (*asker.own_words, *self.scope.groups, *self.defined)
        return find_terms(text, self.act.language, tuple(sorted(set(more))))

    def _is_authority(self, mention: Mention) -> bool:
        defined = self.defined.get(plain(mention.term))
        return defined is not None and defined.actor == BearerClass.AUTHORITY

    def _by_bearer(
        self, bearer: str, norm: AddressedNorm, asker: Asker, *, search_quote: bool = True
    ) -> tuple[Verdict, Ground] | None:
        """By the term in a bearer that says most for a norm; what the quote excepts comes first where it is searched."""
        mentions = [m for m in self._mentions(bearer, asker) if is_actor(m.term)]
        if not mentions:
            return self._without_term(bearer, norm, asker)
        best = min((self._by_mention(bearer, m, mentions, norm, asker) for m in mentions), key=lambda p: _rank(p[0]))
        if best[0] is not Verdict.NO and search_quote and (left := self._excepted(norm, asker)) is not None:
            return left
        return best

    def _by_mention(
        self, bearer: str, mention: Mention, mentions: Sequence[Mention], norm: AddressedNorm, asker: Asker
    ) -> tuple[Verdict, Ground]:
        """By one term in a bearer."""
        own = norm.basis(self.act)
        judged, basis = self._judge_term(mention, asker)
        values = (("term", mention.term), ("bearer", norm.bearer or bearer))
        if judged.value is False:
            code = "authority" if self._is_authority(mention) else "other_role"
            return Verdict.NO, Ground(code, values, basis or own)
        if judged.value is None:
            missing = "; ".join(judged.missing) or mention.term
            return Verdict.ASK, Ground(judged.ask_code, (*values, ("missing", missing)), basis or own)
        around = narrowing(bearer, mention, mentions, self.words) if self.words else ("", "")
        if (narrowed := self._by_narrowing(around, mention, norm, asker, values)) is not None:
            return narrowed
        if basis and plain(mention.term) in self.scope.groups:
            member = (("group", mention.term), ("term", judged.term), ("bearer", norm.bearer or bearer))
            return Verdict.APPLIES, Ground("member", member, basis)
        return Verdict.APPLIES, Ground("role", values, own)

    def _by_narrowing(
        self,
        around: tuple[str, str],
        mention: Mention,
        norm: AddressedNorm,
        asker: Asker,
        values: tuple[tuple[str, str], ...],
    ) -> tuple[Verdict, Ground] | None:
        """By the words before and behind a term that a profile is; None where nothing in them leaves the profile out, or may."""
        before, behind = around
        own = norm.basis(self.act)
        if sized := self._by_size(f"{before} {behind}", values, own, asker):
            return None if sized[0] is Verdict.APPLIES else sized
        doing = [asker.has(m.term) for m in find_terms(behind, self.act.language) if not is_actor(m.term)]
        if doing and all(each is False for each in doing):
            return Verdict.NO, Ground("other_activity", values, own)
        if (before or behind) and True not in doing and not self._named_plainly(mention, norm, asker):
            return Verdict.ASK, Ground("narrowed", values, own)
        return None

    def _by_size(
        self, words: str, values: tuple[tuple[str, str], ...], own: Basis, asker: Asker
    ) -> tuple[Verdict, Ground] | None:
        """By a size that words name; None where they name none. ``values`` go into the reason, ``own`` is its basis."""
        sized = judge_size(words, asker)
        if not sized.term:
            return None
        match sized.value:
            case True:
                return Verdict.APPLIES, Ground("size", values, own)
            case False:
                return Verdict.NO, Ground("size_differs", values, own)
        return Verdict.ASK, Ground("ask_size", (*values, ("missing", "size")), own)

    def _named_plainly(self, mention: Mention, norm: AddressedNorm, asker: Asker) -> bool:
        """Whether a sentence begins with the same term and nothing that narrows it: "Each carrier and, where there is one, its agent"."""
        if self.words is None or not norm.bearer:
            return False
        quote = plain(norm.quote)
        at = quote.find(plain(norm.bearer))
        head = re.split(rf",|\b(?:{self.words.joiner})\b", quote[: max(at, 0)])[0]
        named = [m for m in self._mentions(head, asker) if m.term == mention.term]
        return bool(named) and not any(narrowing(head, named[0], named, self.words))

    def _judge_term(self, mention: Mention, asker: Asker) -> tuple[Judged, Basis | None]:
        """Whether a profile is what a term in a bearer names: by its answers, by a list of the act, or by its definition."""
        name = plain(mention.term)
        known = asker.has(mention.term)
        if mention.term in asker.yes or mention.term in asker.no:
            return Judged(known), None
        if name in self.scope.groups:
            judged, item = self._judge_group(name, asker)
            return judged, judged.basis or (item.basis if item else None)
        if name in self.defined:
            defined = self.defined[name]
            basis = self.act.basis(defined.place, defined.quote, defined.start, defined.end)
            if defined.actor in (BearerClass.AUTHORITY, BearerClass.PERSON):
                return Judged(False), basis
            genus = self._genus(defined, asker)
            if genus is not None:
                # It is one kind of what the definition begins with, so it is not known whether it is this kind.
                return (Judged(False), basis) if genus is False else (Judged(None, missing=(mention.term,)), basis)
            return Judged(known, missing=(mention.term,)), basis
        return Judged(known, missing=(mention.term,)), None

    def _judge_group(self, name: str, asker: Asker) -> tuple[Judged, Item | None]:
        """Whether a profile is of those whom the act calls by one name; most norms of an act ask it again."""
        key = (asker.profile, name)
        if key not in self._groups:
            self._groups[key] = judge_any(self.scope.groups[name], asker)
        return self._groups[key]

    def _genus(self, defined: DefinedTerm, asker: Asker) -> bool | None:
        """Whether a profile is what a definition begins with: "means an investment firm that …"."""
        body = plain(defined.quote).partition(plain(defined.term))[2][:90]
        found = [m for m in self._mentions(body, asker) if plain(m.term) != plain(defined.term) and m.start < 25]
        if not found or plain(found[0].term) in self.scope.groups:
            return None
        return asker.has(found[0].term)

    def _by_exception(self, norm: AddressedNorm, asker: Asker) -> tuple[Verdict, Ground] | None:
        """By the words in front of an exception, where no bearer was found: nobody else can be excepted from."""
        if self.words is None:
            return None
        quote = plain(norm.quote)
        for found in re.finditer(rf",? (?:{self.words.except_}) ", quote):
            begins = max(0, found.start() - _NEAR)
            mentions = self._mentions(quote[begins : found.start()], asker)
            if mentions and begins + mentions[-1].end == found.start():
                last = mentions[-1]
                return self._by_bearer(quote[begins + last.start : begins + last.end], norm, asker)
        return None

    def _without_term(self, bearer: str, norm: AddressedNorm, asker: Asker) -> tuple[Verdict, Ground] | None:
        """By a bearer in whom no known term stands."""
        own, values = norm.basis(self.act), (("bearer", norm.bearer or bearer),)
        if self.words is None:
            return self._by_role(norm, asker)
        if sized := self._by_size(bearer, values, own, asker):
            return sized
        if (
            re.match(rf"(?:{self.words.organs})\b", bearer)
            or norm.bearer_class == BearerClass.PERSON
            or is_generic(bearer, self.words)
        ):
            return None
        if asker.profile.complete:
            return Verdict.NO, Ground("other_role", values, own)
        return Verdict.ASK, Ground("ask_role", (*values, ("missing", norm.bearer)), own)

    def _by_role(self, norm: AddressedNorm, asker: Asker) -> tuple[Verdict, Ground] | None:
        """By the English name of a bearer, in a language without words of scope."""
        values = (("term", norm.role), ("bearer", norm.bearer))
        roles = [role.strip() for role in norm.role.split(";") if role.strip()]
        have = [asker.has(role) for role in roles if role in terms() or role in asker.yes | asker.no]
        if True in have:
            return Verdict.APPLIES, Ground("role", values, norm.basis(self.act))
        if have and len(have) == len(roles) and all(value is False for value in have):
            return Verdict.NO, Ground("other_role", values, norm.basis(self.act))
        return None

    def _excepted(self, norm: AddressedNorm, asker: Asker) -> tuple[Verdict, Ground] | None:
        """Where a norm leaves out some of those whom it addresses: "financial entities, other than microenterprises"."""
        if self.words is None:
            return None
        quote = plain(norm.quote)
        for found in re.finditer(rf"(?:{self.words.except_}) (?P<who>[^.;:]{{3,160}})", quote):
            before = quote[max(0, found.start() - 60) : found.start()]
            if not self._mentions(before, asker) and not (norm.bearer and plain(norm.bearer) in before):
                continue
            who = re.split(rf",| (?:{self.words.verb})\b", found["who"])[0]
            sized, mentions = judge_size(who, asker), self._mentions(who, asker)
            if sized.term:
                judged = sized
            elif any(asker.has(m.term) for m in mentions):
                judged = judge_words(who, asker, listed=True)
            else:
                continue
            values = (("term", who), ("bearer", norm.bearer))
            if judged.value:
                return Verdict.NO, Ground("excepted", values, norm.basis(self.act))
            if judged.value is None:
                return Verdict.ASK, Ground(
                    "perhaps_excepted", (*values, ("missing", "; ".join(judged.missing))), norm.basis(self.act)
                )
        return None


def outer_places(place: str) -> tuple[str, ...]:
    """The paragraph and the article of a place, as far as it has them; the place itself where it is of another form.

    >>> outer_places("Art 5(2)(a)"), outer_places("Art 7")
    (('Art 5(2)', 'Art 5'), ('Art 7',))
    """
    article = re.match(r"(?:Art|§) ?\d+\w*", place)
    paragraph = re.match(r"(?:Art|§) ?\d+\w*(?:\([^)]*\)| Abs\. \d+\w*)", place)
    return tuple(found[0] for found in (paragraph, article) if found) or (place,)


def _rank(verdict: Verdict) -> int:
    return (Verdict.APPLIES, Verdict.ASK, Verdict.NO).index(verdict)
