"""``dutybook profile`` and ``applies``: organisations that norms may bind, and what is proposed for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.options import By, one, open_database, who
from dutybook.cli.output import count, print_fields, print_json, print_table, print_text, shorten
from dutybook.errors import BadFilter, BadRequest

if TYPE_CHECKING:
    from dutybook.records.profiles import Answer, Profile, Proposal
    from dutybook.store import Register
    from dutybook.store.profiles.profiles import ProfileChange
    from dutybook.store.profiles.proposals import ActProposal

HELP = "Organisations that norms may bind: what they are, how large, where. What applies to them is proposed: dutybook applies."
_STYLES = {"applies": "bold green", "no": "dim", "ask": "bold yellow"}


def _terms(name: str, help: str) -> tuple[Any, None]:
    option = typer.Option(f"--{name}", help=help, metavar="TERM")
    return Annotated[list[str] | None, option], None


_FIELDS: options.Choices = {
    "country": (
        Annotated[
            list[str] | None,
            typer.Option(
                "--country",
                help="Where it is established, has sites or offers what it does; may be given again, and takes the place of all.",
                metavar="CODE",
            ),
        ],
        None,
    ),
    "site": (
        Annotated[list[str] | None, typer.Option("--site", help="A place of it, in words.", metavar="PLACE")],
        None,
    ),
    "employees": one("employees", "Persons employed; empty: not known.", "NUMBER"),
    "turnover": one("turnover", "Turnover a year, in million euro.", "NUMBER"),
    "balance": one("balance", "Balance sheet total, in million euro.", "NUMBER"),
    "complete": (
        Annotated[
            bool | None,
            typer.Option("--complete/--incomplete", help="It has no role, activity or sector that is not named."),
        ],
        None,
    ),
    "yes": _terms("yes", "A role, activity or sector that it has: bank, controller, waste management …"),
    "no": _terms("no", "One that it has not."),
    "forget": _terms("forget", "One of which nothing is said any more."),
    "work": one("work", "Say these terms for this act alone.", "ACT"),
}


@options.taking(fields=_FIELDS)
def add(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    fields: dict[str, Any],
    by: By = None,
    as_json: options.Json = False,
) -> None:
    """Enter a profile. What applies to it is proposed at once.

    \b
    Example: dutybook profile add "Harbour Bank" --country DE --employees 900 --turnover 250 --yes bank --yes controller
    """
    from dutybook.store.profiles.profiles import add_profile

    with open_database(context, writes=True, create=True) as register:
        made = add_profile(register, _change(register, fields, name=name), by=who(by))
        _show(register, made, as_json)


@options.taking(fields=_FIELDS)
def change(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The profile.")],
    rename: Annotated[str | None, typer.Option("--name", help="A new name.", metavar="NAME")] = None,
    fields: dict[str, Any],
    by: By = None,
    as_json: options.Json = False,
) -> None:
    """Change a profile; what applies to it is proposed anew.

    \b
    Example: dutybook profile change "Harbour Bank" --employees 1100 --no "payment institution" --complete
    """
    from dutybook.store.profiles.profiles import change_profile

    with open_database(context, writes=True) as register:
        made = change_profile(register, name, _change(register, fields, name=rename), by=who(by))
        _show(register, made, as_json)


def list_profiles(context: typer.Context, as_json: options.Json = False) -> None:
    """List the profiles."""
    from dutybook.store.profiles.profiles import list_profiles as listed

    with open_database(context) as register:
        found = listed(register)
    if as_json:
        print_json(found)
    elif not found:
        print_text("no profiles yet: dutybook profile add NAME")
    else:
        rows = [(p.name, ", ".join(p.countries), _size(p), _answers(p.answers, yes=True)) for p in found]
        print_table(("profile", "countries", "size", "is and does"), rows)


def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The profile.")],
    history: Annotated[bool, typer.Option("--history", help="Show how it changed.")] = False,
    as_json: options.Json = False,
) -> None:
    """Show a profile, and what is proposed of each act for it."""
    from dutybook.cli.history import print_rows
    from dutybook.store.profiles.profiles import find_profile, profile_history

    with open_database(context) as register:
        if history:
            rows = profile_history(register, name)
            print_json(rows) if as_json else print_rows(rows)
        else:
            _show(register, find_profile(register, name), as_json)


def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The profile.")],
    by: By = None,
) -> None:
    """Remove a profile and its proposals. Its history and what was confirmed stay."""
    from dutybook.store.profiles.profiles import remove_profile

    with open_database(context, writes=True) as register:
        gone = remove_profile(register, name, by=who(by))
    print_text("removed  ", (gone.name, "bold"))


def list_terms(as_json: options.Json = False) -> None:
    """List the roles, activities and sectors that are known, with their words in other languages. Others can be given in own words."""
    from dutybook.languages.actors import terms

    if as_json:
        print_json([term.model_dump() for term in terms().values()])
        return
    rows = [(t.name, t.kind.value, ", ".join(t.de), ", ".join(t.fr)) for t in terms().values()]
    print_table(("term", "kind", "German", "French"), rows)


def ask(
    context: typer.Context,
    act: Annotated[str, typer.Argument(metavar="ACT", help="The act: any number or part of its short title.")],
    profile: Annotated[
        str | None, typer.Option("--profile", help="For whom; not needed if there is one profile.", metavar="NAME")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Of the questions: en, de, fr.", metavar="CODE")] = "en",
    as_json: options.Json = False,
) -> None:
    """Show the few questions that decide whether an act applies: at most seven. Answer them with dutybook profile change.

    \b
    Example: dutybook profile ask DORA --profile "Harbour Bank"
    """
    from dutybook.store.profiles.interviews import question_fields, questions_for

    with open_database(context) as register:
        chosen = _profile(register, profile)
        found = questions_for(register, chosen, _act(register, act), language)
    questions = [question_fields(question, language) for question in found]
    if as_json:
        print_json(questions)
        return
    if not questions:
        print_text("nothing is left to ask")
    for number, question in enumerate(questions, 1):
        print_text((f"{number}. ", "bold"), question["question"])
        for choice in question["choices"]:
            print_text(
                "   ", (choice["label"], "cyan"), f"  {choice['place']}: ", (shorten(choice["quote"], 90), "dim")
            )


def applies(
    context: typer.Context,
    act: Annotated[
        str | None, typer.Argument(metavar="[ACT]", help="The norms of this act; without it, all acts in a table.")
    ] = None,
    *,
    profile: Annotated[
        str | None, typer.Option("--profile", help="For whom; not needed if there is one profile.", metavar="NAME")
    ] = None,
    verdict: Annotated[
        str | None, typer.Option("--verdict", help="Only these: applies, no or ask.", metavar="VERDICT")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also norms of which somebody said whether they apply.")
    ] = False,
    norm: Annotated[
        list[str] | None, typer.Option("--norm", help="Only this norm (the beginning of its id).", metavar="ID")
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Record what is proposed of the norms listed; not of those to be asked.")
    ] = False,
    say: Annotated[
        str | None, typer.Option("--say", help="Record this instead of what is proposed: yes or no.", metavar="ANSWER")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why, with --say.", metavar="TEXT")] = None,
    language: Annotated[str, typer.Option("--language", help="Of the reasons: en, de, fr.", metavar="CODE")] = "en",
    by: By = None,
    limit: options.Limit = 50,
    as_json: options.Json = False,
) -> None:
    """Show what is proposed to apply to a profile, with the reason and the words of the act behind it; and confirm it.

    A proposal is never more than that until somebody confirms it: then it stands in the record of the norm (applies to us).

    \b
    Example: dutybook applies --profile "Harbour Bank"
    Example: dutybook applies DORA --profile "Harbour Bank" --verdict ask
    Example: dutybook applies DORA --profile "Harbour Bank" --verdict applies --confirm
    Example: dutybook applies --norm 3fa9 --say no --reason "we outsource nothing"
    """
    from dutybook.store.profiles.proposals import acts_for

    chosen = _verdict(verdict)
    if confirm and say:
        raise BadRequest("either confirm what is proposed (--confirm), or say something else (--say): give one of them")
    if say is not None and (say not in ("yes", "no") or not (reason or "").strip()):
        raise BadRequest("say yes or no, with a reason: --say no --reason TEXT")
    writes = confirm or say is not None
    if writes and act is None and not norm:
        raise BadRequest("name an act, or norms (--norm ID), whose proposals are meant")
    with open_database(context, writes=writes) as register:
        for_whom = _profile(register, profile)
        if act is None and not norm:
            found = acts_for(register, profile=for_whom.id, language=language)
            print_json([_act_json(a, language) for a in found]) if as_json else _print_acts(found, for_whom, language)
            return
        norms = _norms(register, for_whom, act, norm or [], chosen, everything)
        if writes:
            _record(register, for_whom, norms, who(by), language, say, reason)
            return
        _print_norms(register, for_whom, norms, limit, language, as_json)


def _norms(
    register: Register, profile: Profile, act: str | None, ids: Sequence[str], verdict: Any, everything: bool
) -> list[str]:
    from dutybook.store.profiles.proposals import proposed_norms

    if ids:
        return [register.norm(identity).norm.id for identity in ids]
    work = _act(register, act or "")
    return list(proposed_norms(register, profile.id, work=work, verdict=verdict, with_assessed=everything))


def _record(
    register: Register,
    profile: Profile,
    norms: Sequence[str],
    by: str,
    language: str,
    say: str | None,
    reason: str | None,
) -> None:
    from dutybook.languages.proposal_words import justify
    from dutybook.records.profiles import Verdict
    from dutybook.store.profiles.proposals import confirm, proposals_for

    if say is not None:
        reasons = {norm: str(reason) for norm in norms}
        done = confirm(register, profile, reasons, by=by, verdict=Verdict.APPLIES if say == "yes" else Verdict.NO)
        asked = 0
    else:
        own = proposals_for(register, profile, norms)
        decided = {norm: justify(p.reason, language) for norm, p in own.items() if p.verdict != Verdict.ASK}
        asked = len(norms) - len(decided)
        done = confirm(register, profile, decided, by=by)
    rest = f"; {count(asked, 'norm')} to be asked: --say yes or no" if asked else ""
    print_text(("recorded", "green"), f"  {count(len(done), 'norm')}{rest}")


def _print_norms(
    register: Register, profile: Profile, norms: Sequence[str], limit: int, language: str, as_json: bool
) -> None:
    from dutybook.languages.proposal_words import describe_reason, verdict_words
    from dutybook.store.profiles.proposals import proposals_for

    listed = norms[:limit]
    own = proposals_for(register, profile, listed)
    rows = {row.id: row for row in register.norms_by_id(list(listed))}
    if as_json:
        print_json(
            [
                {
                    "norm": norm,
                    "place": rows[norm].place,
                    "quote": rows[norm].quote,
                    "bearer": rows[norm].bearer,
                    **_proposal_json(own[norm], language),
                }
                for norm in listed
                if norm in own and norm in rows
            ]
        )
        return
    for norm in listed:
        if norm not in own or norm not in rows:
            continue
        proposal, row = own[norm], rows[norm]
        print_text(
            (f"{verdict_words(proposal.verdict, language):<14}", _STYLES[proposal.verdict.value]),
            (f" {norm[:8]}  ", "dim"),
            (f"{row.place}  ", "bold"),
            shorten(row.quote, 100),
        )
        print_text("               ", describe_reason(proposal.reason, language))
        basis = proposal.reason.basis
        if basis and basis.place != row.place:
            print_text("               ", (f"{basis.place}: “{shorten(basis.quote, 110)}”", "dim"))
    more = f", {len(norms) - len(listed):,} more: --limit" if len(norms) > len(listed) else ""
    print_text((f"{count(len(listed), 'proposal')}{more} for {profile.name}; nobody has confirmed them", "dim"))


def _print_acts(found: Sequence[ActProposal], profile: Profile, language: str) -> None:
    from dutybook.languages.proposal_words import describe_reason, verdict_words

    if not found:
        print_text("there are no acts yet: dutybook ingest")
    for act in found:
        proposal = act.proposal
        print_text(
            (f"{verdict_words(proposal.verdict, language):<14}", _STYLES[proposal.verdict.value]),
            (f" {act.work}  ", "bold"),
            shorten(act.title, 90),
        )
        basis = proposal.reason.basis
        where = f"  {basis.place}: “{shorten(basis.quote, 90)}”" if basis else ""
        print_text("               ", describe_reason(proposal.reason, language), (where, "dim"))
        counts = f"applies {act.applies:,}, no {act.no:,}, to be asked {act.ask:,}; confirmed {act.confirmed:,}"
        print_text("               ", (f"norms: {counts}", "dim"))
    print_text((f"proposed for {profile.name}", "dim"))


def _act_json(act: ActProposal, language: str) -> dict[str, Any]:
    counted = {name: getattr(act, name) for name in ("applies", "no", "ask", "confirmed")}
    return {
        "work": act.work,
        "title": act.title,
        "document": act.document,
        "language": act.language,
        **_proposal_json(act.proposal, language),
        "norms": counted,
    }


def _proposal_json(proposal: Proposal, language: str) -> dict[str, Any]:
    from dutybook.languages.proposal_words import describe_reason

    basis = proposal.reason.basis
    return {
        "verdict": proposal.verdict.value,
        "reason": describe_reason(proposal.reason, language),
        "code": proposal.reason.code,
        "basis": basis and {"place": basis.place, "quote": basis.quote, "document": basis.document},
    }


def _show(register: Register, profile: Profile, as_json: bool) -> None:
    from dutybook.store.profiles.proposals import acts_for

    acts = acts_for(register, profile=profile.id)
    if as_json:
        print_json({"profile": profile, "acts": [_act_json(act, "en") for act in acts]})
        return
    print_text((profile.name, "bold"), (f"  {profile.id}", "dim"))
    print_fields(
        [
            ("countries", ", ".join(profile.countries)),
            ("sites", "; ".join(profile.sites)),
            ("employees", None if profile.employees is None else f"{profile.employees:,}"),
            ("turnover", None if profile.turnover is None else f"EUR {profile.turnover:,g} million"),
            ("balance", None if profile.balance is None else f"EUR {profile.balance:,g} million"),
            ("size", _size(profile)),
            ("is and does", _answers(profile.answers, yes=True)),
            ("is not", _answers(profile.answers, yes=False)),
            ("list", "complete: what is not named is not so" if profile.complete else "perhaps not complete"),
            ("changed", f"{profile.changed} by {profile.changed_by} (row {profile.revision})"),
        ]
    )
    _print_acts(acts, profile, "en")


def _size(profile: Profile) -> str:
    return " or ".join(size.name.lower() for size in sorted(profile.sizes)) if len(profile.sizes) < 4 else ""


def _answers(answers: Iterable[Answer], *, yes: bool) -> str:
    return "; ".join(a.term + (f" ({a.work})" if a.work else "") for a in answers if a.yes is yes)


def _change(register: Register, fields: dict[str, Any], name: str | None) -> ProfileChange:
    from dutybook.store.profiles.profiles import ProfileChange

    def several(key: str) -> tuple[str, ...] | None:
        value = fields[key]
        return (value,) if isinstance(value, str) else value

    return ProfileChange(
        name=name,
        countries=several("country"),
        sites=several("site"),
        employees=fields["employees"],
        turnover=fields["turnover"],
        balance=fields["balance"],
        complete=fields["complete"],
        yes=several("yes") or (),
        no=several("no") or (),
        forget=several("forget") or (),
        work=_act(register, fields["work"]) if fields["work"] else "",
    )


def _profile(register: Register, name: str | None) -> Profile:
    """The profile that is named, or the only one."""
    from dutybook.store.profiles.profiles import find_profile, list_profiles

    if name is not None:
        return find_profile(register, name)
    everyone = list_profiles(register)
    if len(everyone) != 1:
        there = ", ".join(p.name for p in everyone) or "none yet: dutybook profile add NAME"
        raise BadRequest(f"say for whom: --profile NAME. There are: {there}.")
    return everyone[0]


def _act(register: Register, act: str) -> str:
    """The id of an act by a number or name of it."""
    from dutybook.cli.changes import work_of

    return work_of(register, act)


def _verdict(text: str | None) -> Any:
    from dutybook.records.profiles import Verdict

    if text is None:
        return None
    from dutybook.suggestions import check_one_of

    check_one_of("verdict", text, [verdict.value for verdict in Verdict], BadFilter)
    return Verdict(text)
