"""Writes to files that several processes may write to: JSON Lines or text, and Atom feeds (RFC 4287) that readers poll.

What is in a file already is not written again. A file is locked while it is written.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from html import escape
from pathlib import Path
from typing import IO, Any

from lxml import etree

from dutybook.alerts.channels import Attempt, Message, Target, cut, plain
from dutybook.errors import BadRequest, DeliveryError
from dutybook.records import content_id

_MAX_WAIT = 30.0


def check_path(address: str, endings: tuple[str, ...], what: str) -> str:
    """An absolute path in an existing folder.

    Raises:
        BadRequest: it has another ending, or there is no such folder.
    """
    path = Path(os.path.abspath(os.path.expanduser(address)))
    if not address or path.suffix.lower() not in endings:
        raise BadRequest(f"{what} needs the name of a file that ends in {' or '.join(endings)}, not {address!r}")
    if path.is_dir() or not path.parent.is_dir():
        raise BadRequest(f"there is no folder {path.parent} to write {path.name} in: make it first")
    return str(path)


@contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Lock ``path`` against all processes that also call this. The lock of a process that dies is released.

    Raises:
        DeliveryError: another process has had the lock for half a minute, or the folder cannot be written.
    """
    lock = path.with_name(f".{path.name}.lock")
    try:
        file = lock.open("ab")
    except OSError as error:
        raise DeliveryError(f"{path} cannot be written: {error.strerror or error}") from error
    with file:
        end = time.monotonic() + _MAX_WAIT
        while not _locked(file):
            if time.monotonic() > end:
                raise DeliveryError(f"{path} is being written by another process for too long")
            time.sleep(0.02)
        try:
            yield
        except OSError as error:
            raise DeliveryError(f"{path} cannot be written: {error.strerror or error}") from error
        finally:
            _unlock(file)


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file atomically: a reader sees the old one or the new one."""
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name[:60]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(target.stat().st_mode & 0o777)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _locked(file: IO[Any]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[Any]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _locked(file: IO[Any]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


_CHUNK = 1 << 20


class File:
    """``file:/srv/alerts.jsonl`` or ``file:/srv/alerts.txt``."""

    kinds = ("file",)
    help = "file:PATH.jsonl (one line for each event) or file:PATH.txt"

    def check(self, kind: str, address: str, options: Mapping[str, str]) -> tuple[Target, ...]:  # noqa: ARG002
        if options:
            raise BadRequest("a file has no options")
        return (Target("file", check_path(address, (".jsonl", ".txt"), "an alert's file"), {}),)

    def describe_target(self, target: Target) -> str:
        return f"file {target.address}"

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        path = Path(target.address)
        make = _lines if path.suffix.lower() == ".jsonl" else _block
        attempt.step("sending")
        with lock_file(path):
            path.touch()
            with path.open("rb+") as file:
                _mend(file)
                missing = make(message, file)
                attempt.hold()
                file.seek(0, os.SEEK_END)
                # A block that is cut off is found by its missing line end, and taken away by whoever writes next.
                half = len(missing) // 2
                for part in (missing[:half], missing[half:]):
                    file.write(part)
                    file.flush()
                    attempt.step("written")
                os.fsync(file.fileno())
        attempt.step("accepted")


def _mend(file: IO[bytes]) -> None:
    """Remove an incomplete line at the end, left by a process that was killed."""
    end = file.seek(0, os.SEEK_END)
    at = end
    while at:
        start = max(0, at - _CHUNK)
        file.seek(start)
        found = file.read(at - start).rfind(b"\n")
        if found >= 0:
            at = start + found + 1
            break
        at = start
    if at != end:
        file.truncate(at)


def _lines(message: Message, file: IO[bytes]) -> bytes:
    """A line for each event that the file does not have yet."""
    there = _ids_in(file, message.id)
    lines = []
    for item in message.plain_items:
        if str(item.get("id", "")) not in there:
            fields = {"delivery": message.id, "alert": message.alert, "created": _created(message), **item}
            lines.append(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
    if message.more and "more" not in there:
        fields = {"delivery": message.id, "alert": message.alert, "created": _created(message), "id": "more"}
        lines.append(json.dumps(fields | {"more": message.more}, separators=(",", ":")))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _ids_in(file: IO[bytes], delivery: str) -> set[str]:
    """The ids of the events for which the file has lines of this delivery."""
    begins = f'{{"delivery":"{delivery}"'.encode()
    file.seek(0)
    found = set()
    for line in file:
        if line.startswith(begins):
            found.add(str(json.loads(line).get("id", "")))
    return found


def _block(message: Message, file: IO[bytes]) -> bytes:
    """The digest between two lines with the delivery's id, as a single line until it is complete."""
    begins = f"===== {message.id} {_created(message)} ".encode()
    ends = f"===== {message.id} end".encode()
    file.seek(0)
    at, open_at = 0, -1
    for line in file:
        if line.startswith(begins):
            open_at = at
        if line.rstrip() == ends:
            return b""
        at += len(line)
    if open_at >= 0:
        # Ours, cut off: nobody wrote after it, since whoever would have mends first.
        file.truncate(open_at)
    else:
        _cut_open_block(file)
    # A line of the text that looks like one of ours is set in.
    body = "\n".join(f" {line}" if line.startswith("=====") else line for line in message.text.splitlines())
    head = f"{begins.decode()}{message.subject}"
    return f"{head}\n{body}\n{ends.decode()}\n\n".encode("utf-8", "replace")


def _cut_open_block(file: IO[bytes]) -> None:
    """Remove the last block if it is incomplete. Its delivery writes it again."""
    file.seek(0)
    at, open_at, open_id = 0, -1, b""
    for line in file:
        if line.startswith(b"===== "):
            word = line.split(b" ")[1]
            if line.rstrip() == b"===== " + word + b" end":
                open_at = -1
            else:
                open_at, open_id = at, word
        at += len(line)
    if open_at >= 0 and open_id:
        file.truncate(open_at)


def _created(message: Message) -> str:
    return message.created.isoformat(timespec="seconds")


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
                for item in message.digests or message.items
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
