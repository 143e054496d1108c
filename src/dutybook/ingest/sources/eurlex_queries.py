"""The questions that are asked about acts of the Union."""

from __future__ import annotations

from datetime import datetime

from dutybook.ingest.sources import sparql
from dutybook.ingest.sources.interface import Options

_EUROVOC = "http://eurovoc.europa.eu/"
TYPE = "http://publications.europa.eu/resource/authority/resource-type/"
FACTS = """  ?work cdm:resource_legal_id_celex ?celex .
  OPTIONAL { ?work cmr:lastModificationDate ?changed }
  OPTIONAL { ?work (cdm:official-journal-act_date_publication|cdm:resource_legal_published_in_official-journal/cdm:publication_general_date_publication) ?published }
  BIND(STR(?work) AS ?key)"""
_RELATED = {
    "consolidated": "cdm:act_consolidated_based_on_resource_legal|cdm:act_consolidated_consolidates_resource_legal",
    "corrigenda": "cdm:resource_legal_corrects_resource_legal",
    "amending": "cdm:resource_legal_amends_resource_legal",
    "based-on": "cdm:resource_legal_based_on_resource_legal",
}


def acts_query(options: Options, after: str, size: int) -> str:
    """Acts by number or address, and what belongs to them."""
    bases = []
    if options.get("acts"):
        numbers = sparql.values("number", (sparql.string(each) for each in options["acts"]))
        bases.append(f"{numbers} ?act cdm:resource_legal_id_celex ?number .")
    if options.get("same"):
        bases.append(f"{sparql.values('same', (sparql.iri(each) for each in options['same']))} ?act owl:sameAs ?same .")
    branches = []
    for base in bases:
        branches.append(f'{{ {base.replace("?act", "?work")} BIND("act" AS ?role) }}')
        branches += [
            f'{{ {base} ?work ({path}) ?act . BIND("{role}" AS ?role) }}'
            for role, path in _RELATED.items()
            if role in options.get("with", ())
        ]
    return f"""SELECT DISTINCT ?key ?celex ?changed ?published ?role WHERE {{
  {" UNION ".join(branches)}
{FACTS}
  {behind(after)}
}} ORDER BY ?key ?role LIMIT {size}"""


def query_of(options: Options, since: datetime | None, after: str, size: int) -> str:
    """Acts by concept, type, number and date, of which something changed since then."""
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
            f"FILTER(?day {sign} {sparql.day(options[name])})"
            for name, sign in (("from", ">="), ("until", "<="))
            if options.get(name)
        ]
    if since:
        lines.append("?work cmr:lastModificationDate ?moment .")
        lines.append(f"FILTER(?moment >= {sparql.instant(since)})")
    if options.get("celex"):
        lines.append(f"FILTER(STRSTARTS(STR(?celex), STR({sparql.string(options['celex'])})))")
    text = "\n  ".join(lines)
    return f"""SELECT DISTINCT ?key ?celex ?changed ?published WHERE {{
  {text}
{FACTS}
  {behind(after)}
}} ORDER BY ?key LIMIT {size}"""


def behind(after: str) -> str:
    return f"FILTER(?key > STR({sparql.string(after)}))" if after else ""
