"""Consolidated laws of the BOE: those that changed since a day, and one by its number."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from dutybook.errors import SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.interface import Cursor, Fetcher, Item, Listing, Options
from dutybook.ingest.sources.missing import is_missing
from dutybook.ingest.sources.responses import day, line, many, moment, parsed_json
from dutybook.ingest.sources.service_addresses import own

HOSTS = frozenset({"www.boe.es", "boe.es"})
API = "https://www.boe.es/datosabiertos/api"
FORMATS = {"xml": ".xml", "html": ".html", "pdf": ".pdf"}
NUMBER = re.compile(r"BOE-[AB]-\d{4}-\d{1,6}|BOE-A-\d{4}-\d{1,6}-\d{1,3}")
#: How far back the first listing goes if the user does not say.
START = timedelta(days=7)
OVERLAP = timedelta(days=2)
_PAGE = 200


def _search(options: Options) -> str:
    """The condition of a search as JSON; codes are digits, so nothing of a user's words gets into it."""
    fields = {"rank": "rango@codigo", "subject": "materia@codigo"}
    parts = [
        "(" + " or ".join(f"{field}:{code}" for code in options[name]) + ")"
        for name, field in fields.items()
        if options.get(name)
    ]
    if not parts:
        return ""
    return json.dumps({"query": {"query_string": {"query": " and ".join(parts)}, "range": {}}, "sort": []})


def consolidated(options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
    """Laws by the day of their last change, the latest first; a list that was cut goes on at the day it came to."""
    since = day(cursor.get("since")) or options.get("from") or (now - START).date().isoformat()
    until = day(cursor.get("until"))
    started = day(cursor.get("started")) if until else None
    begun = started or now.date().isoformat()
    items: dict[str, Item] = {}
    problems: list[str] = []
    most = int(options["limit"])
    reached, offset = until, 0
    search = _search(options)
    try:
        while True:
            asked = {"from": since.replace("-", ""), "offset": str(offset), "limit": str(_PAGE)}
            if until:
                asked["to"] = until.replace("-", "")
            if search:
                asked["query"] = search
            address = f"{API}/legislacion-consolidada?{urlencode(asked)}"
            found, said = parsed_json(
                fetcher.get(address, accept="application/json", robots=False), "the list of consolidated laws"
            )
            problems += said
            if "data" not in found:
                raise SourceError("the list of consolidated laws is of another kind than the BOE's")
            laws = [each for each in many(found.get("data")) if isinstance(each, dict)]
            for law in laws:
                item = _of_law(law, problems)
                if item and _wanted(item, law, options):
                    items.setdefault(item.key, item)
            last = next((d for law in reversed(laws) if (d := day(law.get("fecha_actualizacion")))), None)
            if len(laws) < _PAGE:
                break
            offset += len(laws)
            moved = last is not None and last != reached
            reached = last or reached
            if len(items) >= most and moved and reached:
                problems.append(
                    f"there is more than the {most:,} laws that a run lists (limit=); the rest comes next time"
                )
                return _listing(items, {"since": since, "until": reached, "started": begun}, problems)
    except SourceError as error:
        if not items or not reached:
            raise
        problems.append(f"the list broke off and goes on from {reached} next time: {error}")
        return _listing(items, {"since": since, "until": reached, "started": begun}, problems)
    after = date.fromisoformat(begun) - OVERLAP
    return _listing(items, {"since": after.isoformat()}, problems)


def _listing(items: dict[str, Item], cursor: dict[str, str], problems: list[str]) -> Listing:
    return Listing(tuple(items.values()), cursor, problems=tuple(dict.fromkeys(problems)))


def _wanted(item: Item, law: dict[str, Any], options: Options) -> bool:
    department = law.get("departamento")
    name = line(department.get("texto")) if isinstance(department, dict) else line(department)
    return option_values.has_words(item.title, options.get("title", ())) and option_values.has_words(
        name, options.get("departments", ())
    )


def _of_law(law: dict[str, Any], problems: list[str]) -> Item | None:
    number = line(law.get("identificador"), 40).upper()
    if not NUMBER.fullmatch(number):
        problems.append("a law without a number was left out")
        return None
    changed = moment(law.get("fecha_actualizacion"))
    return Item(
        key=f"{number}/consolidada",
        url=own(line(law.get("url_html_consolidada")), HOSTS) or f"https://www.boe.es/buscar/act.php?id={number}",
        title=line(law.get("titulo")),
        published=day(law.get("fecha_publicacion")),
        language="es",
        stamp=changed.isoformat() if changed else line(law.get("fecha_actualizacion")) or None,
        extension=".xml",
        more={
            "files": [["xml", f"{API}/legislacion-consolidada/id/{number}"]],
            "in_force": day(law.get("fecha_vigencia")),
            "repealed": line(law.get("estatus_derogacion")) == "S" or line(law.get("vigencia_agotada")) == "S",
            "eli": own(line(law.get("url_eli")), HOSTS) or "",
        },
    )


def one_law(options: Options, fetcher: Fetcher) -> Listing:
    """One law: its consolidated text, or the document as published where there is none."""
    number = options["number"]
    problems: list[str] = []
    try:
        found, said = parsed_json(
            fetcher.get(
                f"{API}/legislacion-consolidada/id/{number}/metadatos", accept="application/json", robots=False
            ),
            f"the data about {number}",
        )
        problems += said
    except SourceError as error:
        if not is_missing(error):
            raise
        files = {
            "xml": f"https://www.boe.es/diario_boe/xml.php?id={number}",
            "html": f"https://www.boe.es/diario_boe/txt.php?id={number}",
        }
        ordered = [[name, files[name]] for name in options["formats"] if name in files]
        item = Item(
            key=number,
            url=f"https://www.boe.es/buscar/doc.php?id={number}",
            language="es",
            extension=FORMATS[ordered[0][0]],
            more={"files": ordered},
        )
        return Listing((item,), {}, problems=(f"{number} is not consolidated: the document as published is watched",))
    law = next((each for each in many(found.get("data")) if isinstance(each, dict)), {})
    consolidated = _of_law({"identificador": number, **law}, problems)
    return Listing((consolidated,) if consolidated else (), {}, problems=tuple(problems))
