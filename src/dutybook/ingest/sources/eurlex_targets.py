"""Parses the targets that users write for EUR-Lex: CELEX numbers, ELI, pages, concepts, types of acts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from dutybook.errors import BadRequest
from dutybook.ingest.sources import cellar, option_values
from dutybook.ingest.sources.interface import Options
from dutybook.ingest.sources.responses import is_of
from dutybook.languages.eu_acts import celex_of_eli, is_celex

HOW = (
    "write a CELEX number (32022R2554), the beginning of one with a star (32026R*), an ELI "
    "(http://data.europa.eu/eli/reg/2022/2554/oj), the address of a page of EUR-Lex, or “query” with options such as "
    "eurovoc=5181, type=REG*,DIR, from=2026-01-01"
)
_FAMILIES = {name: (name, f"{name}_IMPL", f"{name}_DEL") for name in ("REG", "DIR", "DEC")}
_ELI = re.compile(r"(?:^|/)(eli/[\w/().,~-]+)$")
_IN_PAGE = re.compile(r"/legal-content/([A-Z]{2})/", re.IGNORECASE)


def targets(target: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """``acts`` (CELEX numbers), ``same`` (addresses in Cellar) or ``celex`` (a pattern), and the languages of a page."""
    acts: list[str] = []
    same: list[str] = []
    languages: list[str] = []
    written = re.sub(r"(^|[\s,;])CELEX[:\s]+(?=[0-9CE])", r"\1", target.strip(), flags=re.IGNORECASE)
    parts = [part for part in re.split(r"[,;\s]+", written) if part]
    if len(parts) == 1 and re.fullmatch(r"[0-9CE]\d{4}[A-Z]{0,2}\d{0,4}\*", parts[0], re.IGNORECASE):
        return {"celex": parts[0].upper()}, ()
    if not parts or parts == ["query"]:
        return {}, ()
    for part in parts:
        name, language = _meant(part)
        if language:
            languages.append(language)
        (same if name.startswith(("https:", "http:")) else acts).append(name)
    return {"acts": list(dict.fromkeys(acts)), "same": list(dict.fromkeys(same))}, tuple(dict.fromkeys(languages))


def _meant(written: str) -> tuple[str, str]:
    """``(CELEX number or address in Cellar, language or "")``."""
    language = ""
    text = written
    if is_of(written, "eur-lex.europa.eu", "data.europa.eu", "publications.europa.eu"):
        parts = urlsplit(written if "://" in written else "https://" + written)
        path = unquote(parts.path)
        page = _IN_PAGE.search(path)
        language = page[1].lower() if page and page[1].lower() in cellar.LANGUAGES else ""
        uri = parse_qs(parts.query).get("uri", [""])[0]
        if uri.upper().startswith("OJ:"):
            return "http://publications.europa.eu/resource/oj/" + _safe(uri[3:], written), language
        if uri.upper().startswith("CELEX:") or "/celex/" in path:
            text = uri if uri else path.rpartition("/celex/")[2]
        elif _ELI.search(path):
            eli = re.sub(r"/([a-z]{3})(?:/(?:xhtml|html|pdf|txt))?$", "", path.rstrip("/"))
            code = path.rstrip("/").removeprefix(eli).strip("/")[:3]
            known = {c.lower(): short for short, c in cellar.LANGUAGES.items()}
            return _of_eli(eli, written), language or known.get(code, "")
    elif _ELI.search(written):
        return _of_eli(written.rstrip("/"), written), ""
    celex = re.sub(r"^CELEX[: ]?", "", text.strip(), flags=re.IGNORECASE).upper()
    if is_celex(celex):
        return celex, language
    raise BadRequest(f"{written!r} is no act of the Union that can be asked for; {HOW}")


def _of_eli(path: str, written: str) -> str:
    celex = celex_of_eli(path + ("" if path.endswith("/oj") else "/"))
    version = re.search(r"/(\d{4})-(\d\d)-(\d\d)$", path)
    if celex and "/corrigendum/" not in path:
        return f"0{celex[1:]}-{''.join(version.groups())}" if version else celex
    found = _ELI.search(path)
    if not found:
        raise BadRequest(f"{written!r} is no ELI of the Union; {HOW}")
    return "http://publications.europa.eu/resource/" + _safe(found[1], written)


def _safe(name: str, written: str) -> str:
    if not re.fullmatch(r"[\w/().,~-]{1,200}", name) or ".." in name:
        raise BadRequest(f"{written!r} cannot be asked for; {HOW}")
    return name


def pattern(written: str) -> str:
    """The beginning of a CELEX number.

    Raises:
        BadRequest: it cannot be one.
    """
    text = written.upper()
    if text and not re.fullmatch(r"[0-9CE]\d{4}[A-Z]{0,2}\d{0,4}\*?", text):
        raise BadRequest(f"celex {written!r} is not the beginning of a CELEX number; write celex=32026R*")
    return text.removesuffix("*")


def concept(written: str) -> str:
    """The number of a EuroVoc concept from its number or address.

    Raises:
        BadRequest: it is neither.
    """
    number = written.removeprefix("http://eurovoc.europa.eu/").removeprefix("https://eurovoc.europa.eu/")
    number = number.removeprefix("eurovoc:")
    if not re.fullmatch(r"(?:c_[0-9a-f]{6,12}|\d{1,8})", number):
        raise BadRequest(
            f"eurovoc {written!r} is no concept; write its number or address: eurovoc=5181, http://eurovoc.europa.eu/5181"
        )
    return number


def types(written: Sequence[str]) -> list[str]:
    """The types of acts in Cellar from types and names of families (``REG*``).

    Raises:
        BadRequest: one is malformed.
    """
    found: list[str] = []
    for each in written:
        name = each.upper()
        if name.endswith("*") and name[:-1] in _FAMILIES:
            found += _FAMILIES[name[:-1]]
        elif re.fullmatch(r"[A-Z][A-Z0-9_]{1,40}", name):
            found.append(name)
        else:
            raise BadRequest(
                f"type {each!r} is no type of act; write type=REG,DIR,DEC, REG_IMPL, REG_DEL, or REG* for all of a kind"
            )
    return list(dict.fromkeys(found))


def formats(options: Options) -> list[str]:
    """The formats in the order of preference, the user's first."""
    wanted = option_values.choices(options, "formats", tuple(cellar.FORMATS), tuple(cellar.FORMATS))
    return list(dict.fromkeys((*wanted, *cellar.FORMATS)))
