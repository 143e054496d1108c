from __future__ import annotations

from pathlib import Path

import pytest

from dutybook.layout.markdown import plain_text, read_markdown
from dutybook.records import BlockRole, Layout


def read(text: str) -> Layout:
    return read_markdown(text.encode())


def blocks(layout: Layout) -> list[tuple[str, str]]:
    return [(b.hint, b.span.of(layout.text)) for b in layout.blocks]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# § 1 – Keepers\n\nWho keeps.", [("h1", "§ 1 – Keepers"), ("p", "Who keeps.")]),
        ("### Lamps ###\nThe lamp.", [("h3", "Lamps"), ("p", "The lamp.")]),
        ("Lamps\n=====\n\nHorns\n-----\nThe horn.", [("h1", "Lamps"), ("h2", "Horns"), ("p", "The horn.")]),
        ("#hashtag is no heading", [("p", "#hashtag is no heading")]),
        ("##Lamps\n\nThe lamp.", [("h2", "Lamps"), ("p", "The lamp.")]),
        ("The lamp\nis lit.\n\nIt burns.", [("p", "The lamp is lit."), ("p", "It burns.")]),
        ("The lamp.  \nThe horn.", [("p", "The lamp."), ("p", "The horn.")]),
        ("(1) Keepers\n\n1. light\n\na) the lamp,\n\naa) green", [("li", "(1) Keepers"), ("li", "1. light"), ("li", "a) the lamp,"), ("li", "aa) green")]),
        ("* the lamp\n* the horn\n  and its hose", [("li", "the lamp"), ("li", "the horn and its hose")]),
        ("- the lamp", [("li", "- the lamp")]),
        ("(7)\n\nThe lamp.", [("p", "(7) The lamp.")]),
        ("The keeper lit\n1. the lamp", [("p", "The keeper lit 1. the lamp")]),
        ("> (1) The lamp\n> is lit.\n>\n> (2) The horn.", [("quote", "(1) The lamp is lit."), ("quote", "(2) The horn.")]),
        ("```\ncode *as* it is\n```\nText.", [("code", "code *as* it is"), ("p", "Text.")]),
        ("one\n\n---\n\ntwo", [("p", "one"), ("p", "two")]),
        ("[Top](#top) | [All](/all)\n\nText.", [("p", "Text.")]),
        ("[x]: https://x.example\n\nText.", [("p", "Text.")]),
    ],
)  # fmt: skip
def test_blocks(text: str, found: list[tuple[str, str]]) -> None:
    assert blocks(read(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("**must** and *may* and __shall__ and _can_", "must and may and shall and can"),
        ("***both***", "both"),
        ("**a *b* c**", "a b c"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        (r"\*kept\* and \_kept\_", "*kept* and _kept_"),
        ("`code`", "code"),
        ("[the act](https://x.example/a) and <https://y.example>", "the act and https://y.example"),
        ("![lamp](l.png) on", "lamp on"),
        ("a<br>b<!-- c -->", "a b"),
        ("A &amp; B&nbsp;C", "A & B C"),
        ("Keeper\\*innen", "Keeper*innen"),
    ],
)
def test_inline(text: str, found: str) -> None:
    assert plain_text(text) == found


def test_levels_and_roles() -> None:
    layout = read("# A\n\n## B\n\ntext")
    assert [(b.role, b.level) for b in layout.blocks] == [
        (BlockRole.HEADING, 1),
        (BlockRole.HEADING, 2),
        (BlockRole.BODY, 0),
    ]


def test_table() -> None:
    layout = read("| Lamp | Range |\n|:--|--:|\n| **Green** | 9 \\| 10 |\n| Red | |\n\nAfter.")
    (table,) = layout.tables
    assert [[c.span.of(layout.text) for c in row] for row in table.rows] == [
        ["Lamp", "Range"],
        ["Green", "9 | 10"],
        ["Red", ""],
    ]
    assert blocks(layout)[-1] == ("p", "After.")


def test_table_of_contents() -> None:
    layout = read("* [§ 1 Lamps](#1-lamps)\n* [§ 2 Horns](#2-horns)\n\n# § 1 Lamps\n\nText.")
    assert [b.role for b in layout.blocks[:2]] == [BlockRole.CONTENTS] * 2


def test_footnotes() -> None:
    layout = read("The lamp[^a] is lit.\n\n[^a]: A green one.\n\nThe end.")
    assert blocks(layout) == [("p", "The lamp is lit."), ("p", "The end."), ("footnote", "(a) A green one.")]
    (mark,) = layout.marks
    assert layout.text[: mark.at] == "The lamp"
    assert mark.note is not None
    assert mark.note.of(layout.text) == "(a) A green one."


@pytest.mark.parametrize(
    ("text", "meta"),
    [
        ("% Lamp Act (LA)\n% Made: 03.05.2031\n\nText.", {"title": "Lamp Act (LA)"}),
        ("% Lamp Act\n% 2031-05-03\n\nText.", {"title": "Lamp Act", "published": "2031-05-03"}),
        ("---\ntitle: 'Lamp Act'\ndate: 2031-05-03T10:00\nlang: de-AT\ntags: [a]\n---\nText.", {"title": "Lamp Act", "published": "2031-05-03", "language": "de"}),
        ("---\ntitle: Lamp Act\ndate: soon\n---\nText.", {"title": "Lamp Act"}),
        ("---\ntitle: Lamp Act\npublication_date: '2031-05-03'\n---\nText.", {"title": "Lamp Act", "published": "2031-05-03"}),
        (
            '---\ntitulo: "Ley de faros"\nfecha_publicacion: "2031-05-03"\nultima_actualizacion: "2033-01-01"\n---\nTexto.',
            {"title": "Ley de faros", "published": "2031-05-03"},
        ),
        # The day of its promulgation is the one on which it was published, not that on which it was passed.
        (
            "---\ntitle: Lamp Act\npublication_date: 2031-05-03\npromulgation_date: 2031-05-28\n---\nText.",
            {"title": "Lamp Act", "published": "2031-05-28"},
        ),
        (
            "---\ntitle: Lamp Act\npublication_date: 2036-05-03\noriginal_publication: LG 2031, 6\n---\nText.",
            {"title": "Lamp Act"},
        ),
        (
            "---\ntitle: Lamp Act\nstatus: expired\neffective_from: 2031-06-01\neffective_to: 2035-05-31\n---\nText.",
            {"title": "Lamp Act", "in_force_from": "2031-06-01", "in_force_until": "2035-05-31"},
        ),
        # A collection may call the day of the act its publication, and that of the gazette otherwise.
        (
            "---\ntitle: Lamp Act\npublication_date: 2031-05-03\ngu_date: 2031-05-07\nentry_in_force: 2031-06-01\n---\nText.",
            {"title": "Lamp Act", "published": "2031-05-07", "in_force_from": "2031-06-01"},
        ),
        (
            "---\ntitle: Lamp Act\npublication_date: 2031-05-03\nmemorial_date: soon\nentry_into_force: 13 mai 2031\n---\nText.",
            {"title": "Lamp Act", "published": "2031-05-03", "in_force_from": "2031-05-13"},
        ),
        # The last day of an act in force is that of a version, as is the first one where the original's has a key of its own.
        (
            "---\ntitle: Lamp Act\nstatus: in_force\neffective_from: 2034-06-01\neffective_to: 2035-05-31\noriginal_effective_date: 2031-06-01\n---\nText.",
            {"title": "Lamp Act", "in_force_from": "2031-06-01"},
        ),
        ("# Lamp Act\n\n## 1\n\nText.", {"title": "Lamp Act"}),
        ("# § 1\n\n# § 2\n\nText.", {}),
        ("---\n\nText with a rule above.", {}),
    ],
)  # fmt: skip
def test_meta(text: str, meta: dict[str, str]) -> None:
    layout = read(text)
    assert layout.meta == meta
    assert "Text" in layout.text


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "sections"), [("de/GwG.md", 76), ("de/LkSG.md", 25), ("at/TKG2021.md", 218), ("at/VStG.md", 87)]
)
def test_sections_of_real_statutes(shared: Path, name: str, sections: int) -> None:
    layout = read_markdown((shared / "docs" / "national" / name).read_bytes())
    found = [b for b in layout.blocks if b.role is BlockRole.HEADING and "§" in b.span.of(layout.text)]
    assert abs(len(found) - sections) <= 2
    assert layout.meta["title"]
