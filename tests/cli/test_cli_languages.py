"""``dutybook languages``: each language with its scores and what it cannot do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from dutybook.cli.app import app
from dutybook.languages import available, load
from dutybook.languages.artefacts import measured
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.pipeline.capabilities import MEASURES, OTHERS, SECTION, WHATS, Lack, describe_capability, languages

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["languages", "command"],
    "additionalProperties": False,
    "properties": {
        "command": {"type": "string"},
        "languages": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "name", "abilities", "scores", "examples", "cannot"],
                "additionalProperties": False,
                "properties": {
                    "code": {"type": "string", "pattern": "^([a-z]{2}|others)$"},
                    "name": {"type": "string"},
                    "examples": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
                    "abilities": {
                        "type": "array",
                        "minItems": len(WHATS),
                        "items": {
                            "type": "object",
                            "required": ["what", "says", "can", "number", "of"],
                            "properties": {
                                "what": {"enum": list(WHATS)},
                                "says": {"type": "string", "minLength": 3},
                                "can": {"type": "boolean"},
                                "number": {"type": ["integer", "null"], "minimum": 0},
                                "of": {"type": "array", "items": {"type": "string"}},
                            },
                        },
                    },
                    "scores": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["texts", "norms", "measures"],
                            "properties": {
                                "texts": {"enum": ["held out", "open"]},
                                "norms": {"type": "integer", "minimum": 1},
                                "measures": {
                                    "type": "object",
                                    "propertyNames": {"enum": list(MEASURES)},
                                    "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
                                },
                            },
                        },
                    },
                    "cannot": {
                        "type": "array",
                        "items": {"type": "object", "required": ["what", "of", "says"]},
                    },
                },
            },
        },
    },
}


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["languages", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_every_pack_is_listed_and_those_without_one() -> None:
    answer = json.loads(run("--json"))
    jsonschema.validate(answer, SCHEMA)
    assert [row["code"] for row in answer["languages"]] == [*available(), OTHERS]
    assert len(available()) >= 24
    table = run()
    for code in available():
        assert load(code).name in table
    assert "others" not in table.partition("Bulgarian:")[0], "no row of numbers for what is not read"


def test_scores_are_those_of_the_benchmark() -> None:
    assert measured().sets[0].title == "held out", "what is to be expected stands first"
    for found in measured().sets:
        for code, row in found.languages.items():
            scored = next(r for r in languages() if r.code == code).score(found.title)
            assert scored is not None
            assert scored.norms == row["norms"]
            assert scored.measures["norm"] == row["norm"]
            assert f"{row['norm']:.2f} ({int(row['norms'])})" in run() or found.title == "open"


def test_a_named_language_is_told_in_full() -> None:
    printed = run("hu", "others")
    assert "Hungarian (hu)" in printed
    assert "no  reader's interface" in printed
    assert describe_capability(Lack("no_pack"), "en") in printed
    assert CliRunner().invoke(app, ["languages", "xx"]).exit_code != 0


def test_what_is_lacking_is_read_off_the_pack() -> None:
    by_code = {row.code: {lack.what for lack in row.cannot} for row in languages()}
    for code in available():
        pack = load(code)
        assert ("readings" in by_code[code]) == (bool(pack.temporal.relative) and not pack.temporal.readings)
        assert ("scope" in by_code[code]) == (not pack.facts.scope.verbs)
        assert ("no_reader" in by_code[code]) == (code not in reader_languages("web"))


@pytest.mark.parametrize("reader", reader_languages(SECTION))
def test_all_of_it_is_said_in_all_languages_of_readers(reader: str) -> None:
    words = reader_words(SECTION, reader)
    assert words.own == reader_words(SECTION, "en").own
    for row in languages():
        for found in (*row.abilities, *row.cannot):
            assert describe_capability(found, reader)
    source = Path(str(languages.__wrapped__.__code__.co_filename)).read_text("utf-8")
    for key in words:
        if key.startswith("cannot.") and not key.startswith("cannot.no_"):
            assert f'"{key.removeprefix("cannot.")}"' in source, f"nothing says {key}"
