"""Keeps versions that result from amendments in the register, read like any text, so that searches, differences and days know them."""

from __future__ import annotations

from dataclasses import replace

from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.config import ANALYSER_VERSION, Config, version_of
from dutybook.reasons import Reason, Why, because
from dutybook.records import Analysis, RawDocument, Status
from dutybook.resolve.amended.rendering import Heading, render_akoma_ntoso
from dutybook.resolve.versions import MADE
from dutybook.store import Register
from dutybook.store.documents.works import work_record
from dutybook.store.versions.amended import AmendedAct, MadeVersion, amended_act, made_documents

_DEFAULT = Config()
#: So many places are named of those that may be wrong.
_MOST_PLACES = 8


def render_version(act: AmendedAct, version: MadeVersion) -> str:
    """A version that was made as Akoma Ntoso; it names what it was made from."""
    sources = (version.base.document, *dict.fromkeys(change.document for change in version.changes))
    return render_akoma_ntoso(version.tree, Heading(version.base.title, act.language, version.day, sources))


def analyse_version(register: Register, act: AmendedAct, version: MadeVersion, config: Config = _DEFAULT) -> Analysis:
    """All that is in a version that was made: its work is that of the act, and it is only partly read where an instruction was left out."""
    name = f"{act.work}-{version.day}.{act.language}.made.xml".replace("/", "-")
    raw = RawDocument(name, render_version(act, version).encode(), "application/xml")
    found = analyse(raw, replace(config, language=act.language))
    reasons = (*found.document.reasons, *_reasons(version))
    document = replace(
        found.document,
        work=act.work,
        version_kind=MADE,
        version_date=version.day,
        title=version.base.title,
        status=Status.PARTLY_READ if reasons else found.document.status,
        reasons=reasons,
    )
    return replace(found, document=document, work=work_record(register, act.work), numbers=(), relations=())


def _reasons(version: MadeVersion) -> tuple[Reason, ...]:
    if not version.left:
        return ()
    places = list(dict.fromkeys(place for each in version.left for place in each.places or (each.quote[:60],)))
    more = " …" if len(places) > _MOST_PLACES else ""
    text = "{count} instructions of amending acts could not be applied: {places}"
    named = ", ".join(places[:_MOST_PLACES]) + more
    return (because(Why.PART_NOT_APPLIED, text, count=len(version.left), places=named),)


def keep_versions(
    register: Register, work: str, language: str | None = None, config: Config = _DEFAULT
) -> tuple[list[str], list[str]]:
    """Store the versions that result from amendments, in place of those that were kept before.

    A version that a published text has in the meantime is not made any more, and so it is removed.

    Returns:
        The documents that are kept now, and those that were removed.
    """
    act = amended_act(register, work, language)
    kept = []
    for version in act.versions:
        analysis = analyse_version(register, act, version, config)
        register.add(analysis, version_of(ANALYSER_VERSION, config))
        kept.append(analysis.document.id)
    stale = [document for document in made_documents(register, work, act.language) if document not in kept]
    for document in stale:
        register.remove(document)
    return kept, stale
