"""What a Formex file says of its act: title, CELEX number, dates, Official Journal."""

from __future__ import annotations

import re
from datetime import date

from dutybook.layout.drafts import squeeze
from dutybook.layout.xml.numbers import pack_of
from dutybook.layout.xml.tree import Node, attribute, child, children, find, findall, local, plain


def meta_of(root: Node, language: str) -> dict[str, str]:
    """``title``, ``celex``, ``published``, ``version_date``, ``journal``, each as far as the file says it."""
    title = title_of(root)
    meta = {"title": title}
    info = find(root, "INFO.CONSLEG")
    base = find(root, "FAM.COMP")
    original = next(children(base, "BIB.DATA"), None) if base is not None else None
    celex = plain(next(findall(original, "NO.CELEX"), None)) if original is not None else ""
    if info is not None:
        version = iso(attribute(info, "START.DATE"))
        meta["version_date"] = version
        reference = celex or f"3{attribute(info, 'CONSLEG.REF')}"
        if version and re.fullmatch(r"3\d{4}[A-Z]{1,2}\d{4}", reference):
            meta["celex"] = f"0{reference[1:]}-{version.replace('-', '')}"
        instance = find(original, "BIB.INSTANCE.CONS") if original is not None else None
    else:
        instance = find(root, "BIB.INSTANCE")
        own = plain(find(instance, "NO.CELEX")) if instance is not None else ""
        meta["celex"] = own or _celex(instance, title, language)
    if instance is not None:
        meta["published"] = _published(instance, child(root, "TITLE"))
        meta["journal"] = _journal(instance)
    return meta


def title_of(root: Node) -> str:
    """The act's own title, without what stands in brackets under it ("Text with EEA relevance")."""
    title = next((t for t in findall(root, "TITLE") if _is_act_title(t)), None)
    if title is None:
        return ""
    lines = [squeeze(_printed(p)) for p in findall(title, "P") if plain(p)] or [squeeze(_printed(title))]
    while len(lines) > 1 and lines[-1].startswith("(") and lines[-1].endswith(")"):
        lines.pop()
    return " ".join(lines)


def _is_act_title(title: Node) -> bool:
    return not any(local(a) in ("FAM.COMP", "BIB.DATA", "TBL", "GR.SEQ", "DIVISION") for a in title.iterancestors())


def _printed(node: Node) -> str:
    """The text with its capitals and quotation marks, without notes."""
    name = local(node)
    if name == "NOTE":
        return ""
    code = attribute(node, "CODE") if name.startswith("QUOT.") else ""
    mark = chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{2,4}", code) else ""
    inner = (node.text or "") + "".join(_printed(each) + (each.tail or "") for each in children(node))
    return mark + (inner.upper() if name == "HT" and attribute(node, "TYPE").upper() == "UC" else inner)


def iso(digits: str) -> str:
    """``20160427`` as an ISO date; empty where it is none."""
    if not re.fullmatch(r"(?:19|20)\d{6}", digits):
        return ""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return ""


def _published(instance: Node, title: Node | None) -> str:
    """The Official Journal's date: one that is not the act's own."""
    stated = iso(attribute(child(instance, "DATE"), "ISO")) if child(instance, "DATE") is not None else ""
    dated = find(title, "DATE") if title is not None else None
    return "" if dated is not None and iso(attribute(dated, "ISO")) == stated else stated


def _journal(instance: Node) -> str:
    """``L 119/1``: series and number, page."""
    series, number = plain(find(instance, "COLL")), plain(find(instance, "NO.OJ"))
    page = plain(find(instance, "PAGE.FIRST"))
    return f"{series} {number}/{page}" if series and number and page else ""


def _celex(instance: Node | None, title: str, language: str) -> str:
    """The CELEX number from year, number and the kind of act that its title names first."""
    numbers = find(instance, "NO.DOC") if instance is not None else None
    pack = pack_of(language)
    if numbers is None or pack is None:
        return ""
    year, current = plain(find(numbers, "YEAR")), plain(find(numbers, "NO.CURRENT"))
    if not re.fullmatch(r"(?:19|20)\d\d", year) or not re.fullmatch(r"\d{1,4}", current):
        return ""
    head = title[:200].casefold()
    found = [
        (head.find(word), letter)
        for letter, words in pack.structure.act_kinds.items()
        for word in words
        if word in head and letter in "RLD"
    ]
    return f"3{year}{min(found)[1]}{int(current):04d}" if found else ""
