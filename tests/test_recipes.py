"""The recipes of docs/recipes work as they are written: their code is installed as a package of its own, and used."""

from __future__ import annotations

import importlib
import io
import json
import re
import shutil
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import quay
from dutybook.alerts import channels
from dutybook.alerts.channels import parse_target
from dutybook.alerts.collection import collect
from dutybook.alerts.management import Wanted, add
from dutybook.alerts.sending import send
from dutybook.alerts.settings import parse_kinds
from dutybook.errors import BadRequest, BrokenDocument, NoText, SourceError
from dutybook.export import export, known_formats
from dutybook.ingest import sources
from dutybook.ingest.sources.interface import Item, Known, Response
from dutybook.languages import pack as packs
from dutybook.layout import formats
from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.config import Config
from dutybook.records import RawDocument
from dutybook.store import Filters, open_register
from dutybook.store.documents.flatten import flatten

RECIPES = Path(__file__).resolve().parents[1] / "docs" / "recipes"
NOW = datetime(2032, 4, 1, 8, 0, tzinfo=UTC)
Install = Callable[[str], ModuleType]


def blocks(recipe: str, kind: str) -> list[str]:
    """The code blocks of a recipe in one language."""
    text = (RECIPES / f"{recipe}.md").read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs the code of a recipe as its package says: a module, and the entry point that makes it known."""
    modules: list[str] = []

    def installed(recipe: str) -> ModuleType:
        (code,), (project,) = blocks(recipe, "python"), blocks(recipe, "toml")
        ((group, points),) = tomllib.loads(project)["project"]["entry-points"].items()
        ((name, value),) = points.items()
        module = value.partition(":")[0]
        site = tmp_path / "site"
        dist_info = site / f"{module}-1.0.dist-info"
        dist_info.mkdir(parents=True)
        (site / f"{module}.py").write_text(code, "utf-8")
        (dist_info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", "utf-8")
        (dist_info / "entry_points.txt").write_text(f"[{group}]\n{name} = {value}\n", "utf-8")
        monkeypatch.syspath_prepend(str(site))
        importlib.invalidate_caches()
        assert [point.value for point in metadata.entry_points(group=group, name=name)] == [value]
        modules.append(module)
        _forget()
        return importlib.import_module(module)

    yield installed
    for module in modules:
        sys.modules.pop(module, None)
    _forget()


def _forget() -> None:
    """What installed packages bring is looked up once in a process; here one comes and goes."""
    formats.readers.cache_clear()
    channels.channels.cache_clear()


class Server:
    """A fetcher over a few answers."""

    def __init__(self, **answers: bytes) -> None:
        self.answers = answers

    def get(self, url: str, *, known: Known | None = None, **_: Any) -> Response:
        if known and known.etag == "1":
            return Response(url, 304, {}, not_modified=True)
        return Response(url, 200, {"etag": "1"}, self.answers[url.rpartition("/")[2].partition(".")[0]])


def test_a_source(install: Install) -> None:
    install("add-a-source")
    assert "bulletin" in sources.kinds()
    source: Any = sources.source_of("bulletin")
    options = source.check("https://harbour.example/notices.json", {})
    with pytest.raises(BadRequest, match="Write it like"):
        source.check("notices", {})
    notice = {"url": "https://harbour.example/fog.html", "title": "Fog", "changed": "2032-03-30"}
    server = Server(notices=json.dumps([notice]).encode(), fog=b"<p>Sound the horn.</p>")
    listing = source.list(options, {}, server, NOW)
    assert [(item.key, item.stamp) for item in listing.items] == [(notice["url"], "2032-03-30")]
    item: Item = listing.items[0]
    fetched = source.fetch(item, options, Known(), server)
    assert fetched.data == b"<p>Sound the horn.</p>"
    assert source.fetch(item, options, Known(etag=fetched.etag), server).data is None
    for broken in (b"<html>", b"[1]", b'[{"url": "https://harbour.example/"}]'):
        with pytest.raises(SourceError):
            source.list(options, {}, Server(notices=broken), NOW)


def test_a_format(install: Install) -> None:
    book = _book("<h1>Article 1</h1><p>The keeper shall write down\n the hours of fog.</p>")
    assert "epub" not in formats.readers()
    install("add-a-format")
    layout = formats.read_layout(RawDocument("order.epub", book))
    assert [block.span.of(layout.text) for block in layout.blocks] == [
        "Article 1",
        "The keeper shall write down the hours of fog.",
    ]
    with pytest.raises(NoText):
        formats.read_layout(RawDocument("order.epub", _book("")))
    with pytest.raises(BrokenDocument):
        formats.read_layout(RawDocument("order.epub", book[: len(book) // 2]))


def _book(chapter: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("chapters/1.xhtml", f"<html><body>{chapter}</body></html>")
    return made.getvalue()


def test_an_export(install: Install, tmp_path: Path) -> None:
    install("add-an-export")
    assert ".list" in known_formats()
    with open_register(":memory:") as register:
        register.write(flatten(quay.read(quay.FIRST)))
        assert export(register, tmp_path / "quay.list", {"modality": "prohibition"}, options={"bullet": "*"}) == 1
    written = (tmp_path / "quay.list").read_text("utf-8")
    assert written == "* Art 3: Operators shall not open a sealed crate on board of a moored vessel.\n"


def test_a_channel(install: Install, tmp_path: Path) -> None:
    install("add-a-channel")
    letters, database = tmp_path / "letters", tmp_path / "register.db"
    letters.mkdir()
    with pytest.raises(BadRequest, match="a folder that is there"):
        parse_target(f"letters:{tmp_path / 'nowhere'}")
    with open_register(database) as register:
        register.write(flatten(quay.read(quay.FIRST)))
        wanted = Wanted("quays", Filters(), (f"letters:{letters}",), parse_kinds(["all"]), every="now")
        add(register, wanted, now=NOW)
        register.write(flatten(quay.read(quay.SECOND, version="2032-03-01")))
        collect(register, now=NOW)
    assert send(database, now=NOW).sent == 1
    (letter,) = letters.iterdir()
    assert "within [-five-] {+two+} days" in letter.read_text("utf-8")
    assert send(database, now=NOW).sent == 0


@pytest.fixture
def icelandic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pack of the recipe among the others."""
    folder = tmp_path / "languages"
    ignored = shutil.ignore_patterns("*.py", "__pycache__")
    shutil.copytree(str(resources.files("dutybook.languages")), folder, ignore=ignored)
    (written,) = blocks("add-a-language", "toml")
    (folder / "packs" / "is.toml").write_text(written, "utf-8")
    caches = (packs.load, packs.temporal, packs.available)
    for cache in caches:
        cache.cache_clear()
    monkeypatch.setattr(packs.resources, "files", lambda _: folder)
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.usefixtures("icelandic")
def test_a_language() -> None:
    assert "is" in packs.available()
    (act,) = blocks("add-a-language", "text")
    found = analyse(RawDocument("act.txt", act.encode()), Config(language="is"))
    assert found.document.language == "is"
    # What is forbidden is not told from what is due in a language that the network never learned, as the recipe says.
    assert [(n.place, n.bearer and n.bearer.text) for n in found.norms] == [
        ("Art 1", "Rekstraraðili"),
        ("Art 2", None),
    ]
    assert found.norms[0].modality.value == "obligation"
    assert [deadline.value for deadline in found.deadlines] == ["P3D"]


def test_every_recipe_is_followed() -> None:
    followed = {"add-a-source", "add-a-format", "add-an-export", "add-a-channel", "add-a-language"}
    followed.add("add-a-field-of-a-norm")  # test_adding_a_field.py
    assert {file.stem for file in RECIPES.glob("*.md")} == followed
