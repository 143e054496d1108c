"""Tesseract as a child process: its language data, what recognition may cost, one call a page, no files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dutybook.reasons import Reason, Why, because

# The 24 official languages of the Union, and those of their neighbours.
_CODES = {
    "bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est",
    "fi": "fin", "fr": "fra", "ga": "gle", "hr": "hrv", "hu": "hun", "it": "ita", "lt": "lit", "lv": "lav",
    "mt": "mlt", "nl": "nld", "pl": "pol", "pt": "por", "ro": "ron", "sk": "slk", "sl": "slv", "sv": "swe",
    "ar": "ara", "bs": "bos", "ca": "cat", "eu": "eus", "gl": "glg", "he": "heb", "is": "isl", "ja": "jpn",
    "ko": "kor", "lb": "ltz", "mk": "mkd", "no": "nor", "ru": "rus", "sq": "sqi", "sr": "srp", "tr": "tur",
    "uk": "ukr", "zh": "chi_sim",
}  # fmt: skip
SCRIPTS = {"Greek": "el", "Cyrillic": "bg", "Arabic": "ar", "Hebrew": "he", "Japanese": "ja", "Han": "zh"}
"""The language tried for a script that is not Latin, as tesseract names it; the first page's text then tells."""


def code_of(language: str) -> str | None:
    """Tesseract's code for an ISO 639-1 language (``de`` or ``de-AT`` is ``deu``); None for one it does not know."""
    return _CODES.get(language.lower().replace("_", "-").split("-")[0])


def how_to_install(language: str | None = None) -> str:
    """What a user does to get tesseract, or its data for a language."""
    if language is None:
        return "install tesseract (Debian and Ubuntu: tesseract-ocr, and tesseract-ocr-deu, -fra … for each language)"
    code = code_of(language) or language
    return f"install tesseract's data for “{language}” (Debian and Ubuntu: tesseract-ocr-{code.replace('_', '-')})"


# The language of a text (ISO 639-1) and how sure that is, 0 to 1.
Identify = Callable[[str], tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Recognition:
    """``language`` (ISO 639-1) is what the user says; else the document's own text pages tell, else a first page does.

    ``identify`` tells the language of a text; without it only ``language`` and what the file says of itself count.
    ``seconds`` is wall clock for all pages of a file, ``page_seconds`` for one of them, ``pixels`` the most an image
    of a page may have, ``processes`` how many pages are recognised at a time.
    """

    language: str | None = None
    identify: Identify | None = None
    seconds: float = 20.0
    page_seconds: float = 20.0
    pixels: int = 10_000_000
    processes: int = 2

    def __post_init__(self) -> None:
        for name in ("seconds", "page_seconds", "pixels", "processes"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above zero")


COMMAND = "DUTYBOOK_TESSERACT"
"""The environment variable that names another tesseract than the one on the path."""
_MAX_ANSWER = 40_000_000
_WINDOWS = Path("C:/Program Files/Tesseract-OCR/tesseract.exe")
_ASK_SECONDS = 10.0
_VERSION = re.compile(r"tesseract v?(\d[\w.-]*)")
_ROTATE = re.compile(r"^Rotate: (\d+)", re.MULTILINE)
_SCRIPT = re.compile(r"^Script: (\w+)", re.MULTILINE)
_OLDEST = 4


class RecognitionFailed(Exception):
    """One page was not recognised."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class RecognitionLate(RecognitionFailed):
    """It took too long."""


@dataclass(frozen=True, slots=True)
class Orientation:
    """How many quarter turns clockwise set a page upright, and its script (``Latin``, ``Greek``, …)."""

    turns: int
    script: str


class Engine(Protocol):
    """What recognises text. ``languages`` are its codes (``eng``, ``deu``); images are Pillow's, grey."""

    @property
    def languages(self) -> frozenset[str]: ...

    def hocr(self, image: Any, dpi: int, code: str, seconds: float, *, block: bool = False) -> bytes:
        """The words of an image as hOCR; ``block`` says that it is one column of lines.

        Raises:
            RecognitionFailed: it took longer than ``seconds``, or failed.
        """

    def orientation(self, image: Any, dpi: int, seconds: float) -> Orientation | None:
        """How the image must be turned; None where that is not clear."""


@dataclass(frozen=True, slots=True)
class Tesseract:
    """An installed tesseract: its path, version and language codes."""

    path: str
    version: str
    languages: frozenset[str]

    def hocr(self, image: Any, dpi: int, code: str, seconds: float, *, block: bool = False) -> bytes:
        return self._run(image, dpi, seconds, "-l", code, *(("--psm", "6") if block else ()), "hocr").stdout

    def orientation(self, image: Any, dpi: int, seconds: float) -> Orientation | None:
        if "osd" not in self.languages:
            return None
        try:
            answer = self._run(image, dpi, seconds, "-l", "osd", "--psm", "0").stdout.decode("utf-8", "replace")
        except RecognitionFailed:
            return None
        turn, script = _ROTATE.search(answer), _SCRIPT.search(answer)
        return Orientation(int(turn[1]) // 90 % 4, script[1] if script else "") if turn else None

    def _run(self, image: Any, dpi: int, seconds: float, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        width, height = image.size
        # PNM: no compression to pay for on either side of the pipe.
        data = b"P5 %d %d 255\n" % (width, height) + image.tobytes()
        command = [self.path, "stdin", "stdout", "--dpi", str(dpi), *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - the path is the user's own tesseract, the arguments are ours
                command, input=data, capture_output=True, timeout=max(seconds, 0.1), env=_environment(), check=False
            )
        except subprocess.TimeoutExpired as error:
            text = "it took longer than {seconds} s"
            raise RecognitionLate(because(Why.OCR_LATE, text, seconds=round(seconds))) from error
        except OSError as error:
            text = "tesseract cannot be started ({why})"
            raise RecognitionFailed(because(Why.OCR_FAILED, text, why=str(error.strerror))) from error
        if done.returncode or len(done.stdout) > _MAX_ANSWER:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            why = lines[-1][:120] if lines else f"code {done.returncode}"
            raise RecognitionFailed(because(Why.OCR_FAILED, "tesseract failed ({why})", why=why))
        return done


def installed() -> Tesseract | None:
    """The tesseract of this machine; None where there is none, it cannot be started, or is older than 4."""
    path = os.environ.get(COMMAND) or shutil.which("tesseract") or (str(_WINDOWS) if _WINDOWS.exists() else None)
    return _asked(path) if path else None


@lru_cache(maxsize=4)
def _asked(path: str) -> Tesseract | None:
    version = _VERSION.search(_say(path, "--version"))
    if version is None or int(version[1].split(".")[0]) < _OLDEST:
        return None
    listed = _say(path, "--list-langs").splitlines()
    codes = frozenset(line.strip() for line in listed[1:] if re.fullmatch(r"\w+", line.strip()))
    return Tesseract(path, version[1], codes)


def _say(path: str, question: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            [path, question], capture_output=True, timeout=_ASK_SECONDS, env=_environment(), check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    # Without the limit its threads wait for each other: five times the processor time for the same page.
    return {**os.environ, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C"}


if TYPE_CHECKING:
    from lxml import etree

_NUMBER = r"(-?[\d.]+(?:e-?\d+)?)"
_BOX = re.compile(r"bbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)")
_BASELINE = re.compile(rf"baseline {_NUMBER} {_NUMBER}")
_SIZE = re.compile(rf"x_size {_NUMBER}")
_CONF = re.compile(rf"x_wconf {_NUMBER}")
_TURNED = re.compile(rf"textangle {_NUMBER}")
_LINES = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"})
_UNSURE = 0.3
"""Below this, what is no word of letters is a speck on the paper."""
_NOISE = 0.1
_SURE_LINE = 0.6


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A recognised word, its box in pixels and how sure it is (0 to 1)."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float


@dataclass(frozen=True, slots=True)
class SeenLine:
    """Words of one line. ``base`` is the y of its baseline in the middle, ``slope`` how it falls, ``size`` its type's
    height in pixels (0: not stated), ``upright`` whether it runs from left to right.
    """

    words: tuple[SeenWord, ...]
    base: float
    slope: float
    size: float
    upright: bool


def lines_of(hocr: bytes) -> list[SeenLine]:
    """The lines with words, in tesseract's reading order; specks are left out."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(hocr, parser)
    except etree.XMLSyntaxError:
        return []
    found = (_line(element) for element in _of_class(root, _LINES)) if root is not None else ()
    return [line for line in found if line is not None]


def _of_class(root: etree._Element, names: frozenset[str]) -> list[etree._Element]:
    return [e for e in root.iter("{*}span", "span") if names & set((e.get("class") or "").split())]


def _line(element: etree._Element) -> SeenLine | None:
    title = element.get("title") or ""
    words = [word for word in map(_word, _of_class(element, frozenset({"ocrx_word"}))) if word is not None]
    mean = sum(w.confidence for w in words) / len(words) if words else 0.0
    # In a line that is sure on the whole, a word that is not is still one: "L'action" comes with a confidence of 0.
    words = [w for w in words if w.confidence >= _NOISE or (mean > _SURE_LINE and sum(map(str.isalpha, w.text)) > 1)]
    if not any(w.confidence >= _UNSURE or (len(w.text) > 2 and w.text.isalpha()) for w in words):
        return None
    box = _BOX.search(title)
    x0, _, x1, bottom = map(float, box.groups()) if box else (words[0].x0, 0.0, words[-1].x1, words[0].bottom)
    baseline = _BASELINE.search(title)
    slope, offset = (float(baseline[1]), float(baseline[2])) if baseline else (0.0, 0.0)
    turned = _TURNED.search(title)
    upright = turned is None or float(turned[1]) % 360 == 0
    size = _SIZE.search(title)
    base = bottom + offset + slope * (x1 - x0) / 2
    return SeenLine(tuple(words), base, slope, float(size[1]) if size else 0.0, upright)


def _word(element: etree._Element) -> SeenWord | None:
    title = element.get("title") or ""
    box, sure = _BOX.search(title), _CONF.search(title)
    text = "".join("".join(element.itertext()).split())
    if box is None or not text:
        return None
    confidence = min(max(float(sure[1]) / 100, 0.0), 1.0) if sure else 0.0
    if confidence < _UNSURE and not any(map(str.isalnum, text)):
        return None
    x0, top, x1, bottom = map(float, box.groups())
    return SeenWord(text, x0, top, x1, bottom, confidence) if x1 > x0 and bottom > top else None


_MARKER = re.compile(r"^([„“«(\[]?)([IVXLl|]{1,6})([.)][\]\-–—°]{0,2}|\.[)\-–—]?)$")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_NUMERALS = {tens * "X" + ones: 10 * tens + number for tens in range(4) for number, ones in enumerate(_ONES)}
_AS_ONES = str.maketrans("Ll|", "III")


def with_numerals(lines: Sequence[SeenLine]) -> tuple[SeenLine, ...]:
    """The lines of a page in order, numerals at their beginning as they must have been.

    What is no numeral as it was read (``IIL.``) always is one; what may be another (``L.``, ``XL.``) where it follows the one
    before it, or the second follows it.
    """
    found = [(at, match) for at, line in enumerate(lines) if (match := _marker(line))]
    made = list(lines)
    before = 0
    for place, (at, match) in enumerate(found):
        read, numeral = match[2], match[2].translate(_AS_ONES)
        value = _NUMERALS.get(numeral)
        if value is None:
            continue
        after = found[place + 1][1][2].translate(_AS_ONES) if place + 1 < len(found) else ""
        if read != numeral:
            alone = set(read) <= set("Ll|") or read.startswith("XL")
            if alone and (after != "II" if value == 1 else value != before + 1):
                continue
            words = made[at].words
            first = replace(words[0], text=match[1] + numeral + match[3])
            made[at] = replace(made[at], words=(first, *words[1:]))
        before = value
    return tuple(made)


def _marker(line: SeenLine) -> re.Match[str] | None:
    if not line.upright or len(line.words) < 2 or line.words[1].text[0].isdigit():
        return None
    return _MARKER.match(line.words[0].text)


_KNOWING = "eng"
_LIKE = re.compile(r"^([„“”‚‘'\"»«(\[]*)([$&8S5B6]{1,2})$")
_FOUND = re.compile(r"^[„“”‚‘'\"»«(\[]*(§{1,2})")
_MOST = 80
_GAP = 24


def with_signs(
    image: Any, lines: Sequence[SeenLine], dpi: int, engine: Engine, code: str, seconds: float
) -> tuple[SeenLine, ...]:
    """The lines read from a straightened image with the data ``code``, with the section signs that were misread."""
    suspects = _suspects(lines) if code != _KNOWING and _KNOWING in engine.languages else []
    if not suspects:
        return tuple(lines)
    sheet, rows = _sheet(image, [(lines[at].words[index], lines[at].words[index + 1]) for at, index in suspects])
    try:
        again = lines_of(engine.hocr(sheet, dpi, _KNOWING, seconds, block=True))
    except RecognitionFailed:
        return tuple(lines)
    made = list(lines)
    for (at, index), (top, bottom) in zip(suspects, rows, strict=True):
        seen = next(
            (line.words[0] for line in again if top <= (line.words[0].top + line.words[0].bottom) / 2 <= bottom), None
        )
        found = _FOUND.match(seen.text) if seen else None
        if seen and found:
            word = made[at].words[index]
            text = _LIKE.sub(lambda match, sign=found[1]: match[1] + sign, word.text)  # type: ignore[misc]
            put = replace(word, text=text, confidence=seen.confidence)
            made[at] = replace(made[at], words=(*made[at].words[:index], put, *made[at].words[index + 1 :]))
    return tuple(made)


def _suspects(lines: Sequence[SeenLine]) -> list[tuple[int, int]]:
    """Line and word of what may be a section sign, at most so many as a page has."""
    found = [
        (at, index)
        for at, line in enumerate(lines)
        if line.upright
        for index, (word, following) in enumerate(zip(line.words, line.words[1:], strict=False))
        if _LIKE.match(word.text) and following.text[0].isdecimal()
    ]
    return found[:_MOST]


def _sheet(image: Any, pairs: Sequence[tuple[SeenWord, SeenWord]]) -> tuple[Any, list[tuple[float, float]]]:
    """The pairs of words below each other, and from where to where each reaches."""
    from PIL import Image

    cuts = []
    for sign, number in pairs:
        top, bottom = min(sign.top, number.top), max(sign.bottom, number.bottom)
        pad = max((bottom - top) / 4, 3)
        cuts.append(image.crop((round(sign.x0 - pad), round(top - pad), round(number.x1 + pad), round(bottom + pad))))
    sheet = Image.new(
        "L", (max(cut.width for cut in cuts) + 2 * _GAP, sum(cut.height + _GAP for cut in cuts) + _GAP), 255
    )
    rows, y = [], _GAP
    for cut in cuts:
        sheet.paste(cut, (_GAP, y))
        rows.append((float(y), float(y + cut.height)))
        y += cut.height + _GAP
    return sheet, rows
