"""Language packs: valid, alike, free of doubles."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from pydantic import ValidationError

from dutybook.errors import Defect, NotFound
from dutybook.languages import available, load, pack


def _data(code: str) -> dict[str, object]:
    file = resources.files("dutybook.languages") / "packs" / f"{code}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _walk(value: object, path: str) -> Iterator[tuple[str, object]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}")


@pytest.mark.parametrize("code", available())
def test_pack_is_valid_and_says_its_own_code(code: str) -> None:
    assert load(code).code == code
    assert load(code) is load(code)


@pytest.mark.parametrize("code", available())
def test_no_list_holds_a_word_twice(code: str) -> None:
    doubles = {
        path: sorted({str(w) for w in value if value.count(w) > 1})
        for path, value in _walk(_data(code), code)
        if isinstance(value, list) and any(value.count(w) > 1 for w in value)
    }
    assert doubles == {}


@pytest.mark.parametrize("code", available())
def test_words_are_compared_in_small_letters(code: str) -> None:
    """Cues and actors meet text in small letters: a capital in the pack would never match."""
    norms, actors = load(code).norms, load(code).actors
    lists = [getattr(norms.cues, name) for name in type(norms.cues).model_fields]
    lists += [actors.business, actors.authority, actors.person, actors.any, actors.determiners, actors.prepositions]
    # a regular expression for one word sees the capital of a noun
    plain = [" ".join(p for p in w.split() if not p.startswith("/")) for words in lists for w in words]
    assert [w for w in plain if w != w.lower()] == []


@pytest.mark.parametrize("code", available())
def test_an_actor_has_one_class(code: str) -> None:
    actors = load(code).actors
    groups = {name: set(getattr(actors, name)) for name in ("business", "authority", "person", "any")}
    both = {(a, b): sorted(groups[a] & groups[b]) for a in groups for b in groups if a < b and groups[a] & groups[b]}
    assert both == {}


def test_packs_have_the_same_sections() -> None:
    """Those that seek norms: a pack may also know only how acts of its language are laid out."""
    seeking = [code for code in available() if load(code).seeks_norms]
    sections = {code: set(_data(code)) for code in seeking}
    every = set().union(*sections.values())
    missing = {code: sorted(every - have) for code, have in sections.items() if every - have}
    assert missing == {}
    norms = {code: set(_data(code)["norms"]["cues"]) for code in seeking}  # type: ignore[index,call-overload]
    assert len(set(map(frozenset, norms.values()))) == 1


def test_an_unknown_language_is_named_with_those_there_are() -> None:
    with pytest.raises(NotFound, match=r"'xx'.*de, .*en, .*fr"):
        load("xx")


def test_words_for_time_are_the_same_when_read_alone() -> None:
    for code in available():
        assert pack.temporal(code) == load(code).temporal, code
    with pytest.raises(NotFound, match="zz"):
        pack.temporal("zz")


@pytest.mark.parametrize(
    ("toml", "names"),
    [
        ('code = "zz"\nname = "Z"\nspacy = "xx"\n[norms]\nmodal = "x"\n', "modal"),
        ('code = "zz"\nname = "Z"\nspacy = "xx"\n[norms.cues]\nwish = ["x"]\n', "wish"),
        ('code = "zz"\nname = "Z"\nspacy = "xx"\n[norms.cues]\nobligation = "must"\n', "obligation"),
        ('code = "zz"\nname = "Z"\n', "spacy"),
        ('code = "zz"\nname = \n', "Invalid value"),
    ],
)
def test_a_broken_pack_is_a_defect_that_names_the_key(
    toml: str, names: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "zz.toml").write_text(toml, encoding="utf-8")
    monkeypatch.setattr(pack.resources, "files", lambda _: tmp_path)
    with pytest.raises(Defect, match=f"'zz'(.|\n)*{names}"):
        load.__wrapped__("zz")


def test_packs_cannot_be_changed_after_loading() -> None:
    with pytest.raises(ValidationError):
        load("en").code = "xx"  # type: ignore[misc]
