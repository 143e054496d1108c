"""Lists as people type them: signs that are markers only where several follow each other, and the words that lead into a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dutybook.languages import LanguagePack
from dutybook.languages.patterns import NEVER, bounded, cached_by_identity
from dutybook.languages.sections import Norms
from dutybook.records import Block, BlockRole
from dutybook.structure.markers import Marker, Style, parse, readings_of

# As much of a block as its marker and the beginning of its text take.
_HEAD = 40
_SIGN = re.compile(
    r"""(?P<raw>
        (?P<star>\*{1,2}|\+)(?=\s)
      | (?P<box>\[[\sxX✓]?\])
      | (?P<o>o)(?=\s)
      | (?P<hyphen>[-–—])(?=[^\W\d_])
      | \[(?P<square>\d{1,2}|[a-z])\](?=\s)
      | (?P<slash>\d{1,2}|[a-z])/(?=\s)
      | (?P<colon>\d{1,2}|[a-z])\s?:(?=\s)
      | (?P<dashed>[a-zA-Z])\s?[–—-](?=\s)
      | (?:№|N(?:[ro]\.?|[º°]))\s?(?P<sign>\d{1,2})\s?[.:)]?(?=\s)
      | (?P<tight>\d{1,2}|[a-zα-ωа-я])\.(?=[^\W\d_]{2})
      | (?P<bare>\d{1,2})(?=\s[^\W\d_]|\s[„“«"'(])
    )\s*(?=[^\W\d_]|[„“«"'‘(])""",
    re.VERBOSE,
)
_BULLETS = frozenset({"star", "box", "o", "hyphen"})
# These are words, numbers or halves of words unless a paragraph leads into their list.
_NEEDS_LEAD = frozenset({"hyphen", "square", "tight", "bare", "o"})
# A list of sources is headed by fewer words: "References:".
_LEAD_WORDS = 4
# Blocks from one item to the next where nothing leads into the list; a word that joins the two may stand between them.
_NEAR = 2
# What stands between two items alone: "and", "bzw.", "or else".
_JOINS = 2


@dataclass(slots=True)
class _Series:
    """Markers of one shape that count on.

    ``led``: a paragraph leads into their list; ``wide``: a wide gap parts the first from its words; ``last``: the number of the last
    one's block.
    """

    shape: str
    led: bool
    wide: bool
    last: int
    items: list[tuple[int, Marker]]

    def is_list(self) -> bool:
        """Whether there are as many items as tell markers of this shape from what only looks like them."""
        if self.shape == "o" and self.wide:
            return True
        if self.shape in _NEEDS_LEAD and not self.led:
            return False
        if self.shape == "bare":
            return len(self.items) >= (2 if self.wide else 3)
        return len(self.items) >= 2 or (self.led and self.shape in {"star", "box", "o"})

    def goes_on(self, marker: Marker, index: int) -> bool:
        """Whether a marker of this shape is the next one; lists inside the items part only those that a paragraph leads into."""
        if not self.led and index > self.last + _NEAR:
            return False
        last = self.items[-1][1]
        return any((style, ordinal + (style is not Style.DASH)) in marker.readings for style, ordinal in last.readings)


def find_typed_items(text: str, blocks: Sequence[Block], pack: LanguagePack) -> dict[int, Marker]:
    """The markers of typed lists, by where their blocks begin."""
    found: dict[int, Marker] = {}
    for series in _series(text, blocks, pack):
        if series.is_list():
            found.update(series.items)
    return found


def _series(text: str, blocks: Sequence[Block], pack: LanguagePack) -> Iterator[_Series]:
    running: dict[str, _Series] = {}
    lead = ""
    for index, block in enumerate(blocks):
        words = block.span.of(text)
        shape, marker = _read(words, block, pack)
        key = shape + (marker.raw if marker is not None and shape == "star" else "")
        if marker is None or block.role is not BlockRole.BODY:
            if block.role is not BlockRole.BODY or (len(words.split()) > _JOINS and parse(words) is None):
                yield from running.values()
                running = {}
        elif key in running and running[key].goes_on(marker, index):
            running[key].items.append((block.span.start, marker))
            running[key].last = index
        else:
            if key in running:
                yield running.pop(key)
            if opens_list(marker):
                led = leads_on(lead, words[marker.end :], pack)
                led = led and (shape != "square" or len(lead.split()) >= _LEAD_WORDS)
                running[key] = _Series(shape, led, SET_APART in block.hint, index, [(block.span.start, marker)])
        lead = words
    yield from running.values()


SET_APART = "set-apart"
"""A reader's hint: a wide gap parts a block's first sign from its words."""


def _read(words: str, block: Block, pack: LanguagePack) -> tuple[str, Marker | None]:
    """The shape of what could be a block's typed marker, and the marker; None where it has none, or one that needs no others."""
    match = _SIGN.match(words, 0, _HEAD)
    if match is None:
        return "", None
    shape = next(name for name, value in match.groupdict().items() if name != "raw" and value)
    if shape == "o" and pack.structure.o_is_a_word and SET_APART not in block.hint:
        return "", None
    if shape in _BULLETS:
        raw = "[ ]" if shape == "box" else match["raw"]
        return shape, Marker(raw, "", "-", ((Style.DASH, 0),), match.end())
    number = match[shape]
    readings = readings_of(number)
    wrap = "." if shape == "tight" else shape
    return (shape, Marker(match["raw"], number, wrap, readings, match.end())) if readings else ("", None)


def opens_list(marker: Marker) -> bool:
    """Whether a marker can be the first of its list."""
    return any(style is Style.DASH or ordinal == 1 for style, ordinal in marker.readings)


def leads_on(lead: str, item: str, pack: LanguagePack) -> bool:
    """Whether a paragraph or a heading leads into a list whose first item begins with the words ``item``.

    It ends with a colon or with the words that command ("Employers must"), or it breaks off before small letters: behind a comma or
    a dash, or anywhere if it commands.
    """
    lead = lead.rstrip()
    if lead.endswith(":"):
        return True
    if lead.endswith((".", "!", "?", ";")) and not lead.endswith("..."):
        return False
    commands = _commands(pack.norms)
    bare = lead.rstrip(" ,…–—.")
    if any(match.end() == len(bare) for match in commands.finditer(bare)):
        return True
    return item.lstrip()[:1].islower() and (lead.endswith((",", "–", "—")) or commands.search(bare) is not None)


@cached_by_identity
def _commands(norms: Norms) -> re.Pattern[str]:
    """The words by which a language commands, forbids and allows, those aside that only a pattern describes."""
    cues = norms.cues
    every = (*cues.obligation, *cues.prohibition, *cues.permission, *cues.exemption, *cues.recommendation)
    plain = sorted({cue for cue in every if not re.search(r"[/\\()?*{}\[\]]", cue)}, key=len, reverse=True)
    sources = [" ".join(map(_word, cue.split())).replace(" ", r"\s+") for cue in plain]
    return re.compile(bounded("|".join(sources)), re.IGNORECASE) if sources else NEVER


def _word(written: str) -> str:
    """A word of a cue as source of a regular expression: ``…`` are any words, ``_`` is any one, ``a|b`` either."""
    if written == "…":
        return r"(?:[^\s.;:]+\s+){0,8}?[^\s.;:]+"
    if written == "_":
        return r"\S+"
    return f"(?:{'|'.join(map(re.escape, written.split('|')))})"
