"""Proposes for a profile which norms of an act apply: from the act's scope, from whom each norm addresses, and from exemptions.

A proposal is "applies" or "no" only where words of the act decide it; all else is "ask". Each has a reason: a code, its values, and
the words of the act with their place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dutybook.languages.actors import find_terms, is_actor, plain, scope_words
from dutybook.records.norm_fields import BearerClass
from dutybook.records.profiles import Basis, Ground, Profile, Proposal, Verdict
from dutybook.records.provisions import ProvisionKind
from dutybook.resolve.applicability.addressees import AddressedNorm, Addressees, outer_places
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


class ActProposer:
    """Proposes for profiles what of one text of an act applies to them. The scope is read once."""

    def __init__(self, act: ActText) -> None:
        self.act = act
        self.scope: Scope = parse_scope(act)
        self.words = scope_words(act.language)
        self._addressees = Addressees(act, self.scope)

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
        return Verdict.ASK, Ground(judged.ask_code, (("missing", "; ".join(judged.missing)),), basis)

    def _left_out(self, words: str, judged: Judged, asker: Asker) -> Judged:
        """An exclusion counts where it names a role or sector of the profile and nothing that narrows it further."""
        mentions = find_terms(words, self.act.language, asker.own_words)
        own = [m for m in mentions if m.term in asker.yes and is_actor(m.term)]
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
        addressed = {norm.id: self._addressees.judge(norm, asker, act) for norm in norms}
        by_size = self._is_by_size(asker)
        neighbours = _Neighbours(norms, addressed, self._chapters())
        for norm in norms:
            # A bearer in a language without words of scope is somebody, not nobody.
            near = neighbours.of(norm) if self.words or not norm.bearer else None
            if near and by_size and is_generic(plain(norm.bearer), self.words) and not _names_who_is_meant(near):
                # "The company" is whom the act is about, not whom the norm before it was about.
                near = None
            found = addressed[norm.id] or near or self._otherwise(norm, act)
            verdict, reason = self._with_act(found, act)
            verdict, reason = self._with_exemptions(norm, verdict, reason, asker)
            yield Proposal(norm.id, verdict, reason if reason.basis else replace(reason, basis=norm.basis(self.act)))

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
        if act.verdict is Verdict.APPLIES and by_size and is_generic(plain(norm.bearer), self.words):
            return act.verdict, act.reason
        own = norm.basis(self.act)
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
        if not sized.term and not any(is_actor(m.term) for m in mentions):
            return Judged(False)
        if sized.value is False:
            return sized
        if not any(m.term in asker.yes for m in mentions):
            generic = self.words is not None and re.search(rf"\b(?:{self.words.generic})\b", item.words) is not None
            return sized if generic and sized.term and not mentions else Judged(False)
        return self._left_out(item.words, judge_words(item.words, asker, listed=False), asker)


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
        outer = outer_places(place)
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


def ask_of(reason: Ground) -> str:
    """What has to be known for something else than "ask": size, countries, role, or wording, which a person has to read."""
    code = reason.code.removeprefix("through_").removeprefix("beside_")
    if code in ("ask_size", "ask_countries", "ask_role"):
        return code.removeprefix("ask_")
    return "countries" if code == "countries_unknown" else "wording"
