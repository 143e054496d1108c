"""Appends to a file: JSON Lines, one line for each event, or text. What is in the file already is not written again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from dutybook.alerts.channels.interface import Attempt, Message, Target
from dutybook.alerts.channels.shared_files import check_path, lock_file
from dutybook.errors import BadRequest

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
