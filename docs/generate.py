"""Writes the parts of these pages that are made from the program: ``python docs/generate.py`` writes them anew, ``--check`` names what is out of date.

The reference of commands comes from the command line itself, that of the API from its OpenAPI description, and the table of scores from
``models/scores/real.json``. A test runs the check.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

from typer.main import get_command

from dutybook.cli.app import COMMANDS, GROUPS, app
from dutybook.cli.options import FILTERS, READING, set_global_options
from dutybook.web.api.openapi import document
from dutybook.web.api.problems import PROBLEMS

DOCS = Path(__file__).resolve().parent
#: Options that several commands take together: the heading under which they are described once, and their names.
SHARED: Mapping[str, tuple[str, frozenset[str]]] = {
    "Filters": ("which norms are meant", frozenset(FILTERS)),
    "Reading": ("how documents are read", frozenset(READING)),
}
#: So many options of a shared table make a command one of those that take it.
_ENOUGH = 5
_EXAMPLES = re.compile(r"^(?:Examples?:|[A-Z][\w ]+: dutybook )")
#: What the short table shows of the long one.
_SCORES = ("norm", "modality", "row", "bearer", "class", "deadline", "fact")
HEAD = "<!-- Made by docs/generate.py. Change what it is made from, then run: make reference -->\n"


def pages() -> dict[Path, str]:
    """The text of each page that is made or has a part that is made."""
    scores = DOCS / "explanation" / "scores.md"
    tasks = DOCS / "how-to" / "tasks.md"
    return {
        DOCS / "reference" / "commands.md": commands(),
        DOCS / "reference" / "api-operations.md": operations(),
        scores: between(scores.read_text("utf-8"), "scores", scores_table()),
        tasks: between(tasks.read_text("utf-8"), "tasks", tasks_table()),
    }


def between(text: str, name: str, made: str) -> str:
    """The text with ``made`` between the comments ``<!-- NAME -->`` and ``<!-- /NAME -->``."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    assert pattern.search(text), f"the comments around {name} are gone"
    return pattern.sub(lambda match: f"{match[1]}\n{made}\n\n{match[2]}", text)


# tasks


def tasks_table() -> str:
    """The tasks of ``tasks.toml`` with their steps and the number of them."""
    tasks = tomllib.loads((DOCS / "tasks.toml").read_text("utf-8"))["task"]
    rows = [
        f"| [{task['does']}]({task['page']}) | {'; '.join(_steps(task['steps']))} | {len(task['steps'])} |"
        for task in tasks
    ]
    return "\n".join(["| task | steps | number |", "|---|---|---:|", *rows])


def _steps(steps: list[list[str]]) -> Iterator[str]:
    """The steps in words; what follows a step of the same kind does not repeat its verb, and equal keys are counted."""
    before = ""
    for (done, what), same in groupby(steps):
        times = len(list(same))
        what = f"`{what}`" if done == "press" else what
        words = what if done == before else f"{done} {what}"
        yield f"{words} {times} times" if times > 1 else words
        before = done


# commands


def commands() -> str:
    """The page of all commands with their arguments and options."""
    root: Any = get_command(app)
    parts = [
        HEAD,
        "# Commands",
        (
            "Every command explains itself: `dutybook COMMAND --help`. This page says the same, in one place. Options that many commands "
            "share are described once, under [Filters](#filters) and [Reading](#reading)."
        ),
        "## dutybook",
        _described(root.help or ""),
        _options(_own(root.params), set_global_options),
    ]
    shared: dict[str, str] = {}
    for name, function in COMMANDS.items():
        parts += _command(name, root.commands[name], function, "##", shared)
    for group, (help, inner) in GROUPS.items():
        parts += [f"## {group}", _described(help)]
        for name, function in inner.items():
            parts += _command(f"{group} {name}", root.commands[group].commands[name], function, "###", shared)
    for heading, (what, _) in SHARED.items():
        parts += [f"## {heading}", f"These options say {what}.", shared[heading]]
    return "\n\n".join(parts) + "\n"


def _own(params: list[Any]) -> list[Any]:
    return [one for one in params if "--help" not in one.opts and not getattr(one, "hidden", False)]


def _command(path: str, command: Any, function: Any, level: str, shared: dict[str, str]) -> Iterator[str]:
    yield f"{level} {path}"
    params = _own(command.params)
    taken = [_argument(one) if one.required else f"[{_argument(one)}]" for one in params if _is_argument(one)]
    options = ["[OPTIONS]"] if len(taken) < len(params) else []
    yield f"```text\n{' '.join(['dutybook', path, *options, *taken])}\n```"
    yield _described(command.help or "")
    for heading, (_, names) in SHARED.items():
        mine = [one for one in params if one.name in names]
        if len(mine) < _ENOUGH:
            continue
        # The command with the most of them describes them for all.
        rows = _options(mine, function)
        shared[heading] = max(shared.get(heading, ""), rows, key=len)
        params = [one for one in params if one not in mine]
        lacking = _listed(names - {one.name for one in mine})
        yield f"It takes the options under [{heading}](#{heading.lower()}){lacking}{', and these:' if params else '.'}"
    if params:
        yield _options(params, function)


def _listed(names: frozenset[str]) -> str:
    listed = ", ".join(f"`--{name.replace('_', '-')}`" for name in sorted(names))
    return f", but not {listed}" if listed else ""


def _described(help: str) -> str:
    """The words of a help text as Markdown, its examples as code."""
    made = []
    for paragraph in inspect.cleandoc(help).split("\n\n"):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip() != "\b"]
        if lines and _EXAMPLES.match(lines[0]):
            rows = [_as_shell(line) for line in lines if not line.endswith(":")]
            made.append("\n".join(["```sh", *rows, "```"]))
        else:
            made.append(_escaped(" ".join(lines)))
    return "\n\n".join(made)


def _as_shell(row: str) -> str:
    """A line "Keep it: dutybook due …" as the command with a comment."""
    if explained := re.fullmatch(r"(dutybook .*?)( {2,})(\S.*)", row):
        return f"{explained[1]}{explained[2]}# {explained[3]}"
    label, _, command = row.partition(": dutybook ")
    if not command:
        return row
    return f"dutybook {command}" if label == "Example" else f"dutybook {command}    # {label[:1].lower()}{label[1:]}"


def _is_argument(one: Any) -> bool:
    return bool(one.param_type_name == "argument")


def _argument(one: Any) -> str:
    return re.sub(r"[\[\]]", "", one.metavar or one.name.upper())


def _options(params: list[Any], function: Any) -> str:
    hints = inspect.signature(function, eval_str=True).parameters
    rows = ["| | | default |", "|---|---|---|"]
    for one in params:
        if _is_argument(one):
            name = f"`{_argument(one)}`"
        else:
            value = "" if one.is_flag else f" {one.metavar or _placeholder(hints[one.name].annotation)}"
            name = ", ".join(f"`{opt}{value}`" for opt in (*one.opts, *one.secondary_opts)).replace("|", "\\|")
        rows.append(f"| {name} | {_cell(_help_of(one))} | {_default(one)} |")
    return "\n".join(rows)


def _placeholder(annotation: Any) -> str:
    """What stands for a value of a type: ``N`` for a number, the choices of an enumeration."""
    kinds = [annotation]
    while kinds:
        kind = kinds.pop()
        if inspect.isclass(kind) and issubclass(kind, Enum):
            return "|".join(str(one.value) for one in kind)
        if kind in (int, float):
            return "N"
        kinds += [one for one in get_args(kind) if one is not type(None)]
    return "TEXT"


def _help_of(one: Any) -> str:
    help = one.help or ""
    return f"{help} Also by the variable `{one.envvar}`." if one.envvar else help


def _default(one: Any) -> str:
    value = getattr(one.default, "value", one.default)
    return (
        f"`{value}`"
        if isinstance(value, (str, int, float, Path)) and not isinstance(value, bool) and str(value)
        else ""
    )


def _cell(text: str) -> str:
    return _escaped(" ".join(text.split())).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Text of a help as Markdown that shows it as it is, but for code in backticks."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([*_<\[\]])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


# the API


def operations() -> str:
    """The page of all operations of the API, by subject."""
    described = document()
    subjects: dict[str, list[str]] = {}
    for path, calls in described["paths"].items():
        for method, one in calls.items():
            (subject,) = one["tags"]
            subjects.setdefault(subject, []).append(
                f"| `{method.upper()} {path}` | {_cell(one['summary'])} | {_cell(_first(one.get('description', '')))} | {_names(one, described)} |"
            )
    parts = [
        HEAD,
        "# Operations of the API",
        (
            "Addresses are below `/api/v1`. [The API](api.md) says how to sign in, page through lists and change things; "
            "`/api/v1/openapi.json` of a running Dutybook describes every field."
        ),
    ]
    for subject, rows in subjects.items():
        table = "\n".join(["| call | | | parameters |", "|---|---|---|---|", *rows])
        parts += [f"## {subject[:1].upper()}{subject[1:]}", table]
    problems = [f"| {status} | {_cell(title)} | {_cell(means)} |" for status, (_, title, means) in PROBLEMS.items()]
    parts += ["## What a status means", "\n".join(["| | | |", "|---|---|---|", *problems])]
    return "\n\n".join(parts) + "\n"


def _first(text: str) -> str:
    return re.split(r"(?<=[.]) ", " ".join(text.split()), maxsplit=1)[0]


def _names(one: Mapping[str, Any], described: Mapping[str, Any]) -> str:
    """The names of an operation's parameters behind the question mark."""
    known = described["components"].get("parameters", {})
    given = [known[part["$ref"].rpartition("/")[2]] if "$ref" in part else part for part in one.get("parameters", [])]
    names = [f"`{part['name']}`" for part in given if part["in"] == "query"]
    return ", ".join(names)


# scores


def scores_table() -> str:
    """Scores on real documents: all, the groups, amending acts; then how often the contrary is said, and what confidences are worth."""
    report = json.loads((DOCS.parent / "models" / "scores" / "real.json").read_text("utf-8"))
    tables = report["tables"]
    rows = {"all": tables["all"]["all"], **{name: tables["group"][name] for name in ("law", "guidance", "news")}}
    rows["amending acts (new text that they quote)"] = tables["all"]["amending acts"]
    lines = [f"| | norms | {' | '.join(_SCORES)} |", f"|---|---|{'---|' * len(_SCORES)}"]
    for name, row in rows.items():
        lines.append(f"| {name} | {row['norms']:,} | {' | '.join(_score(row[key]) for key in _SCORES)} |")
    contrary, sure = report["contrary"], report["confidence"]["row"]
    lines += [
        "",
        (
            f"Of {contrary['of']:,} norms found, {contrary['norms'] / contrary['of']:.1%} say the contrary of the text. The calibration error of "
            f"a row's confidence is {_score(sure['calibration error'])}: so far is what it says, on average, from how often rows like it are right."
        ),
    ]
    return "\n".join(lines)


def _score(value: float) -> str:
    return str(Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)).removeprefix("0")


def main() -> int:
    """Write the pages, or check them; the exit code is 1 if one is out of date."""
    made = pages()
    old = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in old:
            print(f"{path.relative_to(DOCS.parent)} is out of date: make reference", file=sys.stderr)
        return 1 if old else 0
    for path in old:
        path.write_text(made[path], "utf-8")
        print(f"{path.relative_to(DOCS.parent)} is written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
