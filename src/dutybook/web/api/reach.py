"""What a request over the network may have this machine reach: no path of the machine, no private network, no variable but our own."""

from __future__ import annotations

import re

from dutybook.web.api.problems import Refusal, bad

#: Variables that a request may name begin so: their owner put them there for Dutybook.
VARIABLES = "DUTYBOOK_"
_FILES = ("file", "atom")
_REFERENCE = re.compile(r"(?:env|file):([^\s&#@/]*)", re.IGNORECASE)


def check_target(text: str) -> None:
    """See that an alert's place is none that only somebody at the machine may name.

    Raises:
        Refusal: it is a file, names a file with a secret, a variable that is not for Dutybook, or a private network.
    """
    kind = text.strip().partition(":")[0].strip().lower()
    if kind in _FILES:
        raise _only_there("to", f"{kind}: writes a file of the machine")
    _check_references("to", text)
    if re.search(r"[#&]private=(?!no\b)", text, re.IGNORECASE):
        raise _only_there("to", "private=yes lets it reach machines of the local network")


def check_watch(kind: str, target: str) -> None:
    """See that a source is none that only somebody at the machine may name.

    Raises:
        Refusal: it is a folder, or names a variable or file that is not for Dutybook.
    """
    if kind.strip().lower() == "folder" or target.strip().lower().startswith(("file:", "/", "\\")):
        raise _only_there("target", "a folder of the machine is watched")
    _check_references("target", target)


def _check_references(name: str, text: str) -> None:
    for found in _REFERENCE.finditer(text):
        if found[0].lower().startswith("file:"):
            raise _only_there(name, "file: names a file of the machine")
        if not found[1].startswith(VARIABLES):
            raise _only_there(
                name, f"env:{found[1]} is no variable for Dutybook: give it a name that begins with {VARIABLES}"
            )


def _only_there(name: str, why: str) -> Refusal:
    says = f"{why}; that can only be set up on the machine itself, with the command line"
    return Refusal(403, says, errors=[bad("body", name, says)])
