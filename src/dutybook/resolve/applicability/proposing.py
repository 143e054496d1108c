"""Proposes for a profile which norms of an act apply: from the act's scope, from whom each norm addresses, and from exemptions.

A proposal is "applies" or "no" only where words of the act decide it; all else is "ask". Each has a reason: a code, its values, and
the words of the act with their place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dutybook.languages.actors import Mention, TermKind, find_terms, plain, scope_words, terms
from dutybook.records.norm_fields import BearerClass
from dutybook.records.profiles import Basis, Ground, Profile, Proposal, Verdict
from dutybook.records.provisions import ProvisionKind
from dutybook.resolve.applicability.judging import (
    UNION,
    Asker,
    Judged,
    is_generic,
    judge_any,
    judge_item,
    judge_size,
    judge_words,
    narrowing,
)
from dutybook.resolve.applicability.scope import (
    ActText,
    DefinedTerm,
    Exemption,
    Item,
    Scope,
    exemptions_of,
    parse_scope,
)

#: Somebody who is bound by what binds authorities.
PUBLIC = "public administration"
#: So far into a sentence stands whom a state is to make act.
_NEAR = 90
_GROUPS = frozenset(
    {
        ProvisionKind.TITLE,
        ProvisionKind.PART,
        ProvisionKind.CHAPTER,
        ProvisionKind.SECTION,
        ProvisionKind.SUBSECTION,
    }
)
#: Endings of the codes of reasons that name who is meant.
_POSITIVE = ("_role", "_member", "_referred")
#: So many norms of a chapter have to agree before something follows for one that names nobody.
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class AddressedNorm:
    """What a proposal needs to know of a norm; ``stem`` are the words before its list, texts are as in the act."""

    id: str
    place: str
    bearer: str
    bearer_class: str
    role: str
    quote: str
    condition: str
    stem: str
    start: int
    end: int


class ActProposer:
    """Proposes for profiles what of one text of an act applies to them. The scope is read once."""

    def __init__(self, act: ActText) -> None:
        self.act = act
        self.scope: Scope = parse_scope(act)
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

    def definition(self, term: str) -> DefinedTerm | None:
        """The act's own definition of a term, where it has one of somebody."""
        return next((d for d in self.act.definitions if plain(d.term) == plain(term)), None)

    def asker(self, profile: Profile) -> Asker:
        """The profile as this act sees it."""
        return Asker(profile, self.act.language, self.act.work, self.scope)

    # The act

    def propose_act(self, profile: Profile) -> Proposal:
        """Whether the act as a whole is about a profile."""
        verdict, reason = self._territory(profile) or self._by_scope(self.asker(profile))
        return Proposal("", verdict, reason)

    def _territory(self, profile: Profile) -> tuple[Verdict, Ground] | None:
        """Where the law of a place does not reach a profile, or may not."""
        place = self.act.jurisdiction
        if not place:
            return None
        values = (("place", place), ("countries", ", ".join(profile.countries)))
        if not profile.countries:
            return Verdict.ASK, Ground("countries_unknown", values[:1], self._anywhere())
        here = UNION & set(profile.countries) if place == "EU" else {place} & set(profile.countries)
        return None if here else (Verdict.NO, Ground("elsewhere", values, self._anywhere()))

    def _anywhere(self) -> Basis | None:
        """The first words of the scope, for what rests on whose law it is."""
        items = (*self.scope.includes, *self.scope.excludes)
        return items[0].basis if items else None

    def _by_scope(self, asker: Asker) -> tuple[Verdict, Ground]:
        for left in self.scope.excludes:
            out = self._left_out(left.words, judge_item(left, asker), asker)
            if out.value:
                return Verdict.NO, Ground("excluded", (("term", out.term),), left.basis)
            if out.value is None and out.term:
                return Verdict.ASK, Ground("perhaps_excluded", (("term", out.term),), left.basis)
        includes = self.scope.includes or tuple(item for items in self.scope.groups.values() for item in items)
        judged, item = judge_any(includes, asker)
        if item is None:
            return Verdict.ASK, Ground("scope_unknown")
        basis = judged.basis or item.basis
        match judged.value:
            case True:
                return Verdict.APPLIES, Ground("in_scope", (("term", judged.term),), basis)
            case False:
                return Verdict.NO, Ground("not_in_scope", (), basis)
        return Verdict.ASK, Ground(_asked(judged), (("missing", "; ".join(judged.missing)),), basis)

    def _left_out(self, words: str, judged: Judged, asker: Asker) -> Judged:
        """An exclusion counts where it names a role or sector of the profile and nothing that narrows it further."""
        mentions = find_terms(words, self.act.language, asker.own_words)
        own = [m for m in mentions if m.term in asker.yes and _is_actor(m.term)]
        if not own:
            return judged if judged.value and judged.term == "size" else Judged(False)
        if judged.value is False:
            return judged
        left = self.words and any(any(narrowing(words, m, mentions, self.words)) for m in own)
        sized = judge_size(words, asker)
        if sized.value is not None or not left:
            return Judged(sized.value if sized.term else True, own[0].term)
        return Judged(None, own[0].term, ("wording",))

    # Norms

    def propose(self, profile: Profile, norms: Sequence[AddressedNorm]) -> Iterator[Proposal]:
        """A proposal for each norm of this text, in their order."""
        asker = self.asker(profile)
        act = self.propose_act(profile)
        addressed = {norm.id: self._by_address(norm, asker, act) for norm in norms}
        by_size = self._is_by_size(asker)
        neighbours = _Neighbours(norms, addressed, self._chapters())
        for norm in norms:
            # A bearer in a language without words of scope is somebody, not nobody.
            near = neighbours.of(norm) if self.words or not norm.bearer else None
            if near and by_size and self._is_generic(plain(norm.bearer)) and not _names_who_is_meant(near):
                # "The company" is whom the act is about, not whom the norm before it was about.
                near = None
            found = addressed[norm.id] or near or self._otherwise(norm, act)
            verdict, reason = self._with_act(found, act)
            verdict, reason = self._with_exemptions(norm, verdict, reason, asker)
            yield Proposal(norm.id, verdict, reason if reason.basis else replace(reason, basis=_own(self.act, norm)))

    def _chapters(self) -> dict[str, str]:
        """The id of the innermost chapter, section or title that each article is in, by the place of the article."""
        groups = [p for p in self.act.passages if p.kind in _GROUPS]
        found: dict[str, str] = {}
        for article in self.act.passages:
            around = [g for g in groups if g.start <= article.start and article.end <= g.end]
            if article.kind == ProvisionKind.ARTICLE and around:
                found[article.place] = max(around, key=lambda g: g.start).id
        return found

    def _is_by_size(self, asker: Asker) -> bool:
        """Whether the act is about firms of a size, whatever they do."""
        return any(
            judge_size(item.words, asker).term
            and not find_terms(item.words, self.act.language)
            and not (self.words and re.search(self.words.annex, item.words))
            for item in self.scope.includes
        )

    def _otherwise(self, norm: AddressedNorm, act: Proposal) -> tuple[Verdict, Ground]:
        """For a norm that names nobody who is known, and whose neighbours say nothing either."""
        by_size = dict(act.reason.values).get("term") == "size"
        if act.verdict is Verdict.APPLIES and by_size and self._is_generic(plain(norm.bearer)):
            return act.verdict, act.reason
        own = _own(self.act, norm)
        if self.words and norm.bearer and re.match(rf"(?:{self.words.organs})\b", plain(norm.bearer)):
            return Verdict.APPLIES, Ground("organ", (("bearer", norm.bearer),), own)
        return Verdict.ASK, Ground("nobody_named", (("bearer", norm.bearer),), own)

    def _with_act(self, found: tuple[Verdict, Ground], act: Proposal) -> tuple[Verdict, Ground]:
        """What follows for a norm from the proposal for its act."""
        verdict, reason = found
        if reason.code in ("anybody", "authority", "beside_authority", "person", "size_differs"):
            return found
        if act.verdict is Verdict.NO:
            if (
                act.reason.code in ("elsewhere", "excluded")
                or not reason.code.endswith(("role", "member"))
                or verdict is not Verdict.APPLIES
            ):
                return act.verdict, act.reason
            # Its bearer is named though its scope is not: one of the two is misread.
            return Verdict.ASK, replace(act.reason, code="scope_differs")
        if (
            act.verdict is Verdict.ASK
            and verdict is Verdict.APPLIES
            and act.reason.code not in ("scope_unknown", "ask_wording")
        ):
            return Verdict.ASK, act.reason
        return verdict, reason

    def _with_exemptions(
        self, norm: AddressedNorm, verdict: Verdict, reason: Ground, asker: Asker
    ) -> tuple[Verdict, Ground]:
        """What single provisions of the act leave out for a profile."""
        if verdict is Verdict.NO:
            return verdict, reason
        for item in self._conditions(norm):
            if judge_item(item, asker).value is False:
                return Verdict.NO, Ground("condition", (("place", item.basis.place),), item.basis)
        for exemption in exemptions_of(self.scope, norm.place):
            judged = self._exempt(exemption, asker)
            if judged.value and not exemption.conditional:
                return Verdict.NO, Ground("exempt", (("term", judged.term),), exemption.item.basis)
            if judged.value or judged.value is None:
                return Verdict.ASK, Ground("perhaps_exempt", (("term", judged.term),), exemption.item.basis)
        return verdict, reason

    def _conditions(self, norm: AddressedNorm) -> Iterator[Item]:
        """The statement of scope that a norm has as its condition: "Where Article 3(2) applies, …"."""
        found = self.words and re.search(self.words.by_scope, plain(norm.quote))
        if found:
            article, paragraph = found["article"], found["paragraph"]
            for item in self.scope.includes:
                numbers = re.findall(r"\w+", item.basis.place)[1:]
                if numbers[:1] == [article] and (paragraph is None or numbers[1:2] == [paragraph]):
                    yield item
                    return

    def _exempt(self, exemption: Exemption, asker: Asker) -> Judged:
        """Whether a profile is left out; what an exemption says of things, and not of who somebody is, says nothing here."""
        item = exemption.item
        mentions = find_terms(item.words, self.act.language, asker.own_words)
        sized = judge_size(item.words, asker)
        if not sized.term and not any(_is_actor(m.term) for m in mentions):
            return Judged(False)
        if sized.value is False:
            return sized
        if not any(m.term in asker.yes for m in mentions):
            generic = self.words is not None and re.search(rf"\b(?:{self.words.generic})\b", item.words) is not None
            return sized if generic and sized.term and not mentions else Judged(False)
        return self._left_out(item.words, judge_words(item.words, asker, listed=False), asker)

    def _by_address(self, norm: AddressedNorm, asker: Asker, act: Proposal) -> tuple[Verdict, Ground] | None:
        """By whom a norm addresses; None where it names nobody that is known."""
        own = _own(self.act, norm)
        bearer = plain(norm.bearer)
        if self.words and bearer and re.match(rf"(?:{self.words.anybody})", bearer):
            return (Verdict.APPLIES if act.verdict is Verdict.APPLIES else Verdict.ASK), Ground(
                "anybody", (("bearer", norm.bearer),), own
            )
        if norm.bearer_class == BearerClass.AUTHORITY:
            if not bearer or self._is_generic(bearer):
                return None
            through, made = self._through(norm, asker)
            if through:
                return made
            if asker.has(PUBLIC):
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
        named = [m for m in self._mentions(who, asker) if _is_actor(m.term)]
        if named and self._begins(who[: named[0].start]) and not self._is_authority(named[0]):
            made = self._by_bearer(who[: named[0].end], norm, asker, search_quote=False)
        elif self._is_generic(who):
            made = self._by_reference(norm, asker)
        else:
            return False, None
        return True, (made[0], replace(made[1], code=f"through_{made[1].code}")) if made else None

    def _is_generic(self, words: str) -> bool:
        """Whether words begin with a name for anybody: "the entities concerned"."""
        return self.words is not None and is_generic(words, self.words)

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
        article = _outer_places(norm.place)[-1]
        place = next((p for p in self.act.passages if number and p.place == f"{article}({number})"), None)
        if place is None:
            return None
        quote = self.act.text[place.start : place.end]
        basis = self.act.basis(place.place, quote, place.start, place.end)
        named = [m for m in self._mentions(plain(quote), asker) if _is_actor(m.term) and not self._is_authority(m)]
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
        mentions = [m for m in self._mentions(bearer, asker) if _is_actor(m.term)]
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
        own = _own(self.act, norm)
        judged, basis = self._judge_term(mention, asker)
        values = (("term", mention.term), ("bearer", norm.bearer or bearer))
        if judged.value is False:
            code = "authority" if self._is_authority(mention) else "other_role"
            return Verdict.NO, Ground(code, values, basis or own)
        if judged.value is None:
            missing = "; ".join(judged.missing) or mention.term
            return Verdict.ASK, Ground(_asked(judged), (*values, ("missing", missing)), basis or own)
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
        own = _own(self.act, norm)
        if sized := self._by_size(f"{before} {behind}", values, own, asker):
            return None if sized[0] is Verdict.APPLIES else sized
        doing = [asker.has(m.term) for m in find_terms(behind, self.act.language) if not _is_actor(m.term)]
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
        head = re.split(r",|\band\b|\bund\b|\bet\b", quote[: max(at, 0)])[0]
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
        own, values = _own(self.act, norm), (("bearer", norm.bearer or bearer),)
        if self.words is None:
            return self._by_role(norm, asker)
        if sized := self._by_size(bearer, values, own, asker):
            return sized
        if (
            re.match(rf"(?:{self.words.organs})\b", bearer)
            or norm.bearer_class == BearerClass.PERSON
            or self._is_generic(bearer)
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
            return Verdict.APPLIES, Ground("role", values, _own(self.act, norm))
        if have and len(have) == len(roles) and all(value is False for value in have):
            return Verdict.NO, Ground("other_role", values, _own(self.act, norm))
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
            who = re.split(r",| shall\b| may\b", found["who"])[0]
            sized, mentions = judge_size(who, asker), self._mentions(who, asker)
            if sized.term:
                judged = sized
            elif any(asker.has(m.term) for m in mentions):
                judged = judge_words(who, asker, listed=True)
            else:
                continue
            values = (("term", who), ("bearer", norm.bearer))
            if judged.value:
                return Verdict.NO, Ground("excepted", values, _own(self.act, norm))
            if judged.value is None:
                return Verdict.ASK, Ground(
                    "perhaps_excepted", (*values, ("missing", "; ".join(judged.missing))), _own(self.act, norm)
                )
        return None


class _Neighbours:
    """What the other norms of a paragraph, article or chapter say, for norms that name nobody themselves."""

    def __init__(
        self,
        norms: Iterable[AddressedNorm],
        found: dict[str, tuple[Verdict, Ground] | None],
        chapters: Mapping[str, str],
    ) -> None:
        self._chapters = chapters
        self._by_place: dict[str, list[tuple[Verdict, Ground]]] = defaultdict(list)
        self._authorities: dict[str, list[tuple[Verdict, Ground]]] = defaultdict(list)
        for norm in norms:
            made = found[norm.id]
            if made and made[1].code not in ("person", "anybody", "size", "size_differs"):
                into = self._authorities if made[1].code == "authority" else self._by_place
                for outer in self._outer(norm.place):
                    into[outer].append(made)

    def _outer(self, place: str) -> tuple[str, ...]:
        outer = _outer_places(place)
        return (*outer, self._chapters.get(outer[-1], ""))

    def of(self, norm: AddressedNorm) -> tuple[Verdict, Ground] | None:
        """What all norms of the same paragraph, else of the same article agree on; of the same chapter only who is not meant."""
        *near, chapter = self._outer(norm.place)
        for outer in near:
            if others := self._by_place.get(outer, []):
                return _agreed(others)
            if norm.bearer_class == BearerClass.AUTHORITY and (others := self._authorities.get(outer, [])):
                return _agreed(others)
        others = self._by_place.get(chapter, []) if chapter else []
        made = _agreed(others) if len(others) >= _ENOUGH else None
        return made if made and made[0] is Verdict.NO else None


def _agreed(others: Sequence[tuple[Verdict, Ground]]) -> tuple[Verdict, Ground] | None:
    if len({verdict for verdict, _ in others}) > 1:
        return None
    verdict, reason = others[0]
    return verdict, replace(reason, code=f"beside_{reason.code.removeprefix('through_')}")


def _names_who_is_meant(found: tuple[Verdict, Ground]) -> bool:
    """Whether a reason says who is meant, and not only who is not."""
    return found[0] is not Verdict.NO and found[1].code.endswith(_POSITIVE)


def _outer_places(place: str) -> tuple[str, ...]:
    """The paragraph and the article of a place.

    >>> _outer_places("Art 5(2)(a)"), _outer_places("Art 7")
    (('Art 5(2)', 'Art 5'), ('Art 7',))
    """
    article = re.match(r"(?:Art|§) ?\d+\w*", place)
    paragraph = re.match(r"(?:Art|§) ?\d+\w*(?:\([^)]*\)| Abs\. \d+\w*)", place)
    return tuple(found[0] for found in (paragraph, article) if found) or (place,)


def _rank(verdict: Verdict) -> int:
    return (Verdict.APPLIES, Verdict.ASK, Verdict.NO).index(verdict)


def _is_actor(term: str) -> bool:
    return term not in terms() or terms()[term].kind is not TermKind.ACTIVITY


def _own(act: ActText, norm: AddressedNorm) -> Basis:
    return act.basis(norm.place, norm.quote, norm.start, norm.end)


def _asked(judged: Judged) -> str:
    """The code of a reason that asks for what is missing."""
    if "size" in judged.missing:
        return "ask_size"
    if "countries" in judged.missing:
        return "ask_countries"
    return "ask_wording" if judged.missing == ("wording",) else "ask_role"


def ask_of(reason: Ground) -> str:
    """What has to be known for something else than "ask": size, countries, role, or wording, which a person has to read."""
    code = reason.code.removeprefix("through_").removeprefix("beside_")
    if code in ("ask_size", "ask_countries", "ask_role"):
        return code.removeprefix("ask_")
    return "countries" if code == "countries_unknown" else "wording"
