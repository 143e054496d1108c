"""The four walks of docs/walk.md, each with the modules that it enters: ``python tests/walks.py`` prints them as JSON, and with
``--write`` puts their numbers into that page.

They run in a process of their own, so that nothing that another test has loaded or cached shortens them.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "alerts")]

import dutybook  # noqa: E402
from tracing import modules_entered  # noqa: E402

PDF = "circular-outsourcing.en.pdf"
FIRST = """# Regulation (EU) 2031/777 of the European Parliament and of the Council of 3 March 2031 on harbour beacons

Official Journal of the European Union L 2031/777 12.5.2031

HAVE ADOPTED THIS REGULATION:

Article 1

The operator shall report every incident to the competent authority within five days.

Article 2

This Regulation shall enter into force on the twentieth day following that of its publication.
"""
SECOND = "02031R0777 — EN — 20.01.2033 — 001.001\n\n" + FIRST.replace("five days", "two days")


def read_a_pdf(folder: Path) -> Callable[[], None]:
    """A PDF from its bytes to rows."""

    def walk() -> None:
        analysis = dutybook.analyse(dutybook.samples() / PDF)
        with dutybook.open_register(folder / "register.db") as register:
            register.add(analysis)
        assert analysis.norms

    return walk


def search_a_page(folder: Path) -> Callable[[], None]:
    """A search from the address bar to the page of results."""
    from starlette.testclient import TestClient

    from dutybook.web.access import Access
    from dutybook.web.app import create_app
    from dutybook.web.settings import Settings

    access = Access()
    app = create_app(Settings(folder / "register.db", "anna", folder), access)
    browser = TestClient(app, base_url="http://127.0.0.1:8765", headers={"accept-language": "en"})
    assert browser.get(f"/enter?key={access.key}").status_code == 200

    def walk() -> None:
        page = browser.get("/search", params={"words": "outsourcing"})
        assert page.status_code == 200
        assert 'class="hit"' in page.text

    return walk


def search_by_command(folder: Path) -> Callable[[], None]:
    """A search on the command line, in a process that has the commands already."""
    from dutybook.cli import app, run

    assert app
    printed = io.StringIO()

    def walk() -> None:
        with contextlib.redirect_stdout(printed):
            assert run(["--database", str(folder / "register.db"), "search", "outsourcing"]) == 0
        assert "outsourcing" in printed.getvalue()

    return walk


def watch_a_folder(folder: Path) -> Callable[[], None]:
    """A watch from a changed file to a mail."""
    from servers import MailServer

    from dutybook.alerts.management import Wanted
    from dutybook.alerts.management import add as add_alert
    from dutybook.alerts.settings import parse_kinds
    from dutybook.pipeline.reading import ReadingOptions
    from dutybook.pipeline.watching import definition, run
    from dutybook.pipeline.watching.runner import current_time
    from dutybook.store import Filters

    rules, database = folder / "rules", folder / "watched.db"
    rules.mkdir()
    order = rules / "order.md"
    order.write_text(FIRST)
    wanted = definition.WatchDefinition("folder", str(rules), name="rules", options={"settle": 0})
    definition.add_watch(database, wanted, by="anna", now=current_time())
    run(database, reading=ReadingOptions(workers=1))
    order.write_text(SECOND)

    def walk() -> None:
        with MailServer() as server:
            to = f"mailto:anna@example.org#smtp=127.0.0.1:{server.port}&tls=none&from=bot@example.org"
            with dutybook.open_register(database) as register:
                wanted = Wanted("harbour", Filters(), (to,), parse_kinds(["all"]), every="now")
                add_alert(register, wanted, now=current_time())
            report = run(database, ("rules",), reading=ReadingOptions(workers=1))
            assert not report.problems, report.problems
            assert len(server.box.taken) == 1, report

    return walk


#: The walks by the names that docs/walk.md marks them with.
WALKS = {"document": read_a_pdf, "search": search_a_page, "command": search_by_command, "watch": watch_a_folder}


PAGE = ROOT / "docs" / "walk.md"
MARK = re.compile(r"<!-- walk: (\w+), modules: (\d+) -->")


def make(names: Iterable[str] = WALKS) -> dict[str, list[str]]:
    """The modules that some walks enter, sorted; the searches need what the document's walk stores."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            walk = WALKS[name](Path(folder))
            with modules_entered() as entered:
                walk()
            found[name] = sorted(entered)
    return found


def write(found: dict[str, list[str]]) -> None:
    """Put the numbers of modules into docs/walk.md."""
    text = PAGE.read_text("utf-8")
    for name, number in MARK.findall(text):
        start = text.index(f"<!-- walk: {name},")
        end = text.find("\n## ", start)
        section = text[start : end if end >= 0 else None]
        now = section.replace(f"modules: {number} ", f"modules: {len(found[name])} ")
        text = text.replace(section, now.replace(f"enters {number} modules", f"enters {len(found[name])} modules"))
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    made = make()
    if sys.argv[1:] == ["--write"]:
        write(made)
    else:
        print(json.dumps(made, indent=1))
