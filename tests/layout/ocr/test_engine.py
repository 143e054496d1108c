"""Tesseract as a child process; a small program that answers like it stands for it."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from dutybook.layout.ocr.engine import COMMAND, RecognitionFailed, code_of, how_to_install, installed

PROGRAM = """#!{python}
import os, sys, time
arguments = sys.argv[1:]
if arguments == ["--version"]:
    print("tesseract {version}\\n leptonica-1.84.1")
elif arguments == ["--list-langs"]:
    print('List of available languages in "/x/" (3):\\ndeu\\neng\\nosd')
else:
    data = sys.stdin.buffer.read()
    if "--slow" in os.environ.get("FAKE", ""):
        time.sleep(30)
    if "--fail" in os.environ.get("FAKE", ""):
        sys.exit("Error opening data file")
    if "0" in arguments:
        print("Page number: 0\\nRotate: 270\\nScript: Greek")
    else:
        print(data[:12], os.environ["OMP_THREAD_LIMIT"], *arguments)
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if os.name == "nt":
        pytest.skip("a script is no program on Windows")
    path = tmp_path / "tesseract"
    path.write_text(PROGRAM.format(python=sys.executable, version="5.9.1"))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv(COMMAND, str(path))
    return path


IMAGE = Image.new("L", (3, 2), 255)


def test_what_is_installed_is_asked(program: Path) -> None:
    engine = installed()
    assert engine is not None
    assert (engine.version, engine.languages) == ("5.9.1", {"deu", "eng", "osd"})


def test_the_image_goes_through_the_pipe_and_one_thread_works(program: Path) -> None:
    engine = installed()
    assert engine is not None
    output = engine.hocr(IMAGE, 300, "deu", 20).decode()
    assert output.split("'")[1].startswith("P5 3 2 255")
    assert output.strip().endswith("1 stdin stdout --dpi 300 -l deu hocr")
    assert "--psm 6" in engine.hocr(IMAGE, 300, "deu", 20, block=True).decode()


def test_orientation(program: Path) -> None:
    engine = installed()
    assert engine is not None
    found = engine.orientation(IMAGE, 300, 20)
    assert found is not None
    assert (found.turns, found.script) == (3, "Greek")


def test_a_child_that_takes_too_long_is_ended(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = installed()
    assert engine is not None
    monkeypatch.setenv("FAKE", "--slow")
    started = time.monotonic()
    with pytest.raises(RecognitionFailed, match="longer than"):
        engine.hocr(IMAGE, 300, "eng", 0.5)
    assert time.monotonic() - started < 10


def test_a_failure_says_what_tesseract_said(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = installed()
    assert engine is not None
    monkeypatch.setenv("FAKE", "--fail")
    with pytest.raises(RecognitionFailed, match="Error opening data file"):
        engine.hocr(IMAGE, 300, "eng", 20)
    assert engine.orientation(IMAGE, 300, 20) is None


def test_too_old_or_not_there_is_not_installed(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old"
    old.write_text(PROGRAM.format(python=sys.executable, version="3.05"))
    old.chmod(0o755)
    monkeypatch.setenv(COMMAND, str(old))
    assert installed() is None
    monkeypatch.setenv(COMMAND, str(tmp_path / "none"))
    assert installed() is None


def test_all_official_languages_have_a_code() -> None:
    official = [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "ga",
        "hr",
        "hu",
        "it",
        "lt",
        "lv",
        "mt",
        "nl",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sv",
    ]
    codes = {code_of(language) for language in official}
    assert None not in codes
    assert len(codes) == 24
    assert code_of("de-AT") == "deu"
    assert code_of("xx") is None


def test_how_to_install_names_the_package() -> None:
    assert "tesseract-ocr-ell" in how_to_install("el")
    assert "tesseract-ocr" in how_to_install()
