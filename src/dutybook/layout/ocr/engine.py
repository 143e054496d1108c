"""Tesseract as a child process: its language data, what recognition may cost, one call a page, no files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

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
_SCRIPTS = {"Greek": "el", "Cyrillic": "bg", "Arabic": "ar", "Hebrew": "he", "Japanese": "ja", "Han": "zh"}
"""The language tried for a script that is not Latin, as tesseract names it; the first page's text then tells."""


def code_of(language: str) -> str | None:
    """Tesseract's code for an ISO 639-1 language (``de`` or ``de-AT`` is ``deu``); None for one it does not know."""
    return _CODES.get(language.lower().replace("_", "-").split("-")[0])


def language_of_script(script: str) -> str | None:
    """A language (ISO 639-1) written in a script; None for Latin and scripts that are not known here."""
    return _SCRIPTS.get(script)


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
            raise RecognitionLate(
                because(Why.OCR_LATE, "it took longer than {seconds} s", seconds=round(seconds))
            ) from error
        except OSError as error:
            raise RecognitionFailed(
                because(Why.OCR_FAILED, "tesseract cannot be started ({why})", why=str(error.strerror))
            ) from error
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
