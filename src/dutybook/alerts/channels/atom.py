"""Writes an Atom feed (RFC 4287): a file that feed readers poll, with one entry for each event, the newest first.

An entry that is in the feed already, by its id, is not added again. The file is replaced atomically.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from lxml import etree

from dutybook.alerts.channels.interface import Attempt, Message, Target
from dutybook.alerts.channels.shared_files import check_path, lock_file, replace_file
from dutybook.alerts.text_safety import cut, plain
from dutybook.errors import BadRequest, DeliveryError
from dutybook.records import content_id

ENTRIES = 200
_MOST = 16 * 1024 * 1024
_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"


class Atom:
    """``atom:/srv/feeds/duties.xml#title=Duties``."""

    kinds = ("atom",)
    help = "atom:PATH.xml or .atom (#title=TEXT, entries=200): a feed that readers poll"

    def check(self, kind: str, address: str, options: Mapping[str, str]) -> tuple[Target, ...]:  # noqa: ARG002
        if unknown := sorted(set(options) - {"title", "entries"}):
            raise BadRequest(f"a feed has no option {unknown[0]!r}. There are: title, entries.")
        number = options.get("entries", str(ENTRIES))
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 10_000):
            raise BadRequest("a feed holds 1 to 10000 entries")
        made = {"entries": number} | ({"title": plain(options["title"])} if options.get("title") else {})
        return (Target("atom", check_path(address, (".xml", ".atom"), "a feed"), made),)

    def describe_target(self, target: Target) -> str:
        return f"feed {target.address}"

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        path = Path(target.address)
        attempt.step("sending")
        with lock_file(path):
            before = _entries(path)
            there = {one.findtext(f"{{{_ATOM}}}id") for one in before}
            made = [
                entry
                for item in message.items
                if (entry := _entry(message, item)).findtext(f"{{{_ATOM}}}id") not in there
            ]
            every = (made + before)[: int(target.options["entries"])]
            attempt.hold()
            replace_file(path, _feed(target, message, every))
            attempt.step("written")
        attempt.step("accepted")


def _entries(path: Path) -> list[etree._Element]:
    """The present entries of the feed. A file that is not such a feed is not overwritten."""
    if not path.exists() or path.stat().st_size == 0:
        return []
    if path.stat().st_size > _MOST:
        raise DeliveryError(f"{path} is too large for a feed of ours: name another file", lasting=True)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise DeliveryError(f"{path} is no feed: name another file, or remove it", lasting=True) from error
    if root.tag != f"{{{_ATOM}}}feed" or root.findtext(f"{{{_ATOM}}}generator") != "Dutybook":
        raise DeliveryError(f"{path} is not a feed of ours: name another file, or remove it", lasting=True)
    return list(root.findall(f"{{{_ATOM}}}entry"))


def _feed(target: Target, message: Message, entries: list[etree._Element]) -> bytes:
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(root, "id", f"urn:dutybook:feed:{content_id('feed', target.address)}")
    _add(root, "title", target.options.get("title") or f"Dutybook: {message.alert}")
    updated = max([one.findtext(f"{{{_ATOM}}}updated") or "" for one in entries] or [_stamp(message.created)])
    _add(root, "updated", updated)
    _add(_add(root, "author"), "name", "Dutybook")
    _add(root, "generator", "Dutybook")
    root.extend(entries)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _entry(message: Message, item: Mapping[str, Any]) -> etree._Element:
    made = etree.Element(f"{{{_ATOM}}}entry", nsmap={None: _ATOM})
    made.set(f"{{{_XML}}}lang", message.reader)
    _add(made, "id", f"urn:dutybook:{content_id('entry', message.alert)}:{item['id']}")
    _add(made, "title", cut(str(item.get("headline", "")), 200) or message.subject)
    _add(made, "updated", _stamp(message.created))
    link = str(item.get("link") or "")
    if link.startswith(("https://", "http://")):
        _add(made, "link", rel="alternate", href=link)
    _add(made, "content", str(item.get("html") or escape(str(item.get("text", "")))), type="html")
    return made


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    made.text = None if text is None else plain(text)
    return made


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
