"""The SPARQL queries about acts of the European Union."""

from __future__ import annotations

from datetime import datetime

from dutybook.ingest.sources import sparql
from dutybook.ingest.sources.interface import Options

_EUROVOC = "http://eurovoc.europa.eu/"
TYPE = "http://publications.europa.eu/resource/authority/resource-type/"
# Two optional patterns and no path: what the endpoint is asked every day by its own pages.
FACTS = """  ?work cdm:resource_legal_id_celex ?celex .
  OPTIONAL { ?work cmr:lastModificationDate ?changed }
  OPTIONAL { ?work cdm:official-journal-act_date_publication ?published }
  OPTIONAL { ?work cdm:resource_legal_published_in_official-journal ?issue . ?issue cdm:publication_general_date_publication ?issued }
  BIND(STR(?work) AS ?key)"""
_CDM = "http://publications.europa.eu/ontology/cdm#"
#: How a work belongs to an act, and what Cellar calls it.
RELATED = {
    "consolidated": ("act_consolidated_based_on_resource_legal", "act_consolidated_consolidates_resource_legal"),
    "corrigenda": ("resource_legal_corrects_resource_legal",),
    "amending": ("resource_legal_amends_resource_legal",),
    "based-on": ("resource_legal_based_on_resource_legal",),
}


def role_of(relation: str) -> str:
    """The role of a work for an act, by Cellar's relation; the act itself has none.

    >>> role_of("http://publications.europa.eu/ontology/cdm#resource_legal_amends_resource_legal")
    'amending'
    """
    name = relation.removeprefix(_CDM)
    return next((role for role, names in RELATED.items() if name in names), "act")


def acts_query(options: Options, after: str, size: int) -> str:
    """A query for acts by number or address, and for related texts."""
    bases = []
    if options.get("acts"):
        numbers = sparql.values("number", (sparql.string(each) for each in options["acts"]))
        bases.append(f"{numbers} ?act cdm:resource_legal_id_celex ?number .")
    if options.get("same"):
        bases.append(f"{sparql.values('same', (sparql.iri(each) for each in options['same']))} ?act owl:sameAs ?same .")
    names = [name for role, of_role in RELATED.items() if role in options.get("with", ()) for name in of_role]
    relations = sparql.values("relation", (sparql.iri(_CDM + name) for name in names))
    branches = []
    for base in bases:
        branches.append(f"{{ {base.replace('?act', '?work')} }}")
        if names:
            branches.append(f"{{ {base} {relations} ?work ?relation ?act . }}")
    return f"""SELECT DISTINCT ?key ?celex ?changed ?published ?issued ?relation WHERE {{
  {" UNION ".join(branches)}
{FACTS}
  {behind(after)}
}} ORDER BY ?key LIMIT {size}"""


def query_of(options: Options, since: datetime | None, after: str, size: int) -> str:
    """A query for acts by concept, type, number and date that have changed since a time."""
    lines = []
    if options.get("eurovoc"):
        lines.append(sparql.values("concept", (sparql.iri(_EUROVOC + each) for each in options["eurovoc"])))
        lines.append("?work cdm:work_is_about_concept_eurovoc ?concept .")
    if options.get("type"):
        lines.append(sparql.values("type", (sparql.iri(TYPE + each) for each in options["type"])))
        lines.append("?work cdm:work_has_resource-type ?type .")
    if options.get("from") or options.get("until"):
        lines.append("?work cdm:work_date_document ?day .")
        lines += [
            f"FILTER(?day {sign} {sparql.format_day(options[name])})"
            for name, sign in (("from", ">="), ("until", "<="))
            if options.get(name)
        ]
    if since:
        lines.append("?work cmr:lastModificationDate ?moment .")
        lines.append(f"FILTER(?moment >= {sparql.instant(since)})")
    if options.get("celex"):
        lines.append(f"FILTER(STRSTARTS(STR(?celex), STR({sparql.string(options['celex'])})))")
    text = "\n  ".join(lines)
    return f"""SELECT DISTINCT ?key ?celex ?changed ?published ?issued WHERE {{
  {text}
{FACTS}
  {behind(after)}
}} ORDER BY ?key LIMIT {size}"""


def behind(after: str) -> str:
    """A condition for the rows after the key ``after``; empty for the first page."""
    return f"FILTER(?key > STR({sparql.string(after)}))" if after else ""
