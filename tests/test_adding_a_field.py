"""A field of a norm is added by changing four files: the recipe is followed on a copy of the package, and the field arrives everywhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RECIPE = ROOT / "docs" / "recipes" / "add-a-field-of-a-norm.md"
WORDS = "in order to keep the quay clear"
ACT = f"""Article 1
Hours
The keeper shall write down the hours of fog {WORDS}, unless the lamp is lit.

Article 2
Lamp
The keeper shall light the lamp every evening.

Article 3
Entry into force
This Act enters into force on 1 May 2033.
"""

Step = tuple[str, str, str]


def steps() -> list[Step]:
    """The changes of the recipe: a file, what stands there, what stands there afterwards."""
    made = []
    for block in re.findall(r"^```diff\n(.*?)^```$", RECIPE.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        file, *lines = block.rstrip("\n").split("\n")
        before = [line[1:] for line in lines if not line.startswith("+")]
        after = [line[1:] for line in lines if not line.startswith("-")]
        made.append((file, "\n".join(before), "\n".join(after)))
    return made


FILES = tuple(dict.fromkeys(file for file, _, _ in steps()))


def places_after(folder: Path, followed: list[Step], *places: str, field: str = "purpose") -> str:
    """What is where in a copy of the package with some steps: JSON by place, or how it broke."""
    # With what is compiled, which holds for files as old as before; the names with a number are still being written.
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("*.pyc.*"))
    (folder / "models").symlink_to(ROOT / "models")
    for name, before, after in followed:
        file = folder / name
        text = file.read_text("utf-8")
        assert f"{before}\n" in text, f"{RECIPE.name} changes what {name} does not have: {before}"
        file.write_text(text.replace(f"{before}\n", f"{after}\n", 1), "utf-8")
    command = [sys.executable, str(ROOT / "tests" / "field_places.py"), field, ACT, str(folder), *places]
    environment = os.environ | {"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    return done.stdout.strip() if done.returncode == 0 else done.stderr


def test_a_field_is_added_with_four_files(tmp_path: Path) -> None:
    assert len(FILES) <= 4
    found = json.loads(places_after(tmp_path, steps()))
    assert found.pop("workbooks") == dict.fromkeys(("de", "en", "fr"), WORDS)
    assert found.pop("the_schema") == "What it is for"
    assert len(found) >= 14
    assert found == dict.fromkeys(found, WORDS)


def test_a_field_may_be_true_or_false(tmp_path: Path) -> None:
    declared = 'is_for_fog: Annotated[bool, About("Whether it is about fog")] = False'
    changed = {
        'purpose: Annotated[P | None, About("What it is for", correctable=True, width=30)] = None': declared,
        "purpose TEXT": "is_for_fog INTEGER NOT NULL",
        "n.purpose": "n.is_for_fog",
        "[purpose]": "[is_for_fog]",
        "purpose=find_purpose(span, discourse.text)": 'is_for_fog="fog" in span.of(discourse.text)',
    }
    followed = []
    for file, before, after in steps():
        old = next((old for old in changed if old in after), None)
        if old:
            followed.append((file, before, after.replace(old, changed[old])))
    found = json.loads(places_after(tmp_path, followed, field="is_for_fog"))
    for what in ("the_sentence", "forms", "corrections"):
        del found[what]
    assert found == {
        **dict.fromkeys(("extract", "rows", "json_lines", "parquet", "the_api"), True),
        "the_register": 1,
        "csv": "yes",
        "workbooks": {"de": "ja", "en": "yes", "fr": "oui"},
        **dict.fromkeys(("reports", "requirements", "show", "the_page"), "yes"),
        "the_schema": "Whether it is about fog",
    }


@pytest.mark.parametrize(
    "noticed",
    [
        {"src/dutybook/records/norm_fields.py": "got an unexpected keyword argument 'purpose'"},
        {"src/dutybook/store/schema.sql": "no such column: purpose"},
        # Each of these is noticed in a place of its own.
        {
            "src/dutybook/languages/reader/norm_fields.toml": "has no text 'column.purpose'",
            "src/dutybook/extract/norms/pipeline.py": '"extract": null',
        },
    ],
    ids=lambda noticed: "-".join(Path(file).name for file in noticed),
)
def test_a_file_that_is_forgotten_is_noticed(noticed: dict[str, str], tmp_path: Path) -> None:
    assert set(noticed) <= set(FILES)
    found = places_after(
        tmp_path, [step for step in steps() if step[0] not in noticed], "extract", "the_register", "workbooks"
    )
    assert [words for words in noticed.values() if words not in found] == []
