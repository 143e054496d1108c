"""Checks the installation: packages, models, language packs, database and disk."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from dutybook.database_address import DatabaseName
from dutybook.errors import DutybookError

#: Below this many bytes a register may soon not be written any more.
_LITTLE_SPACE = 500 * 1000 * 1000
_OLDEST_SQLITE = (3, 38)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. ``state``: ok, note (works, with a limitation), bad (does not work)."""

    what: str
    state: str
    says: str


def examine(database: DatabaseName, *, deep: bool = False) -> Iterator[Finding]:
    """Make all checks, one after the other."""
    yield from _python()
    yield from _sqlite()
    yield from _packages()
    yield from _models()
    yield from _languages()
    yield from _recognition()
    yield from _database(database, deep=deep)
    yield from _disk(database)


def _python() -> Iterator[Finding]:
    from importlib import metadata

    good = sys.version_info >= (3, 11)
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding(
        "Python", "ok" if good else "bad", version if good else f"{version} is too old: 3.11 or newer is needed"
    )
    try:
        yield Finding("Dutybook", "ok", metadata.version("dutybook"))
    except metadata.PackageNotFoundError:
        yield Finding("Dutybook", "note", "runs from its sources without being installed: pip install -e .")


def _sqlite() -> Iterator[Finding]:
    import sqlite3

    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
        search = True
    except sqlite3.OperationalError:
        search = False
    finally:
        connection.close()
    version = sqlite3.sqlite_version
    if not search:
        yield Finding("SQLite", "bad", f"{version} has no full-text search (FTS5): use another build of Python")
    elif sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        yield Finding("SQLite", "bad", f"{version} is too old: 3.38 or newer is needed")
    else:
        yield Finding("SQLite", "ok", f"{version} with full-text search")


def _packages() -> Iterator[Finding]:
    from dutybook.extras import core_requirements, extras, install_command, missing_from, requirements_of

    wanted = core_requirements()
    if not wanted:
        return
    if lacking := missing_from(wanted):
        yield Finding("packages", "bad", f"not installed: {', '.join(lacking)}; install Dutybook again")
    else:
        yield Finding("packages", "ok", "all that Dutybook needs are installed")
    for part in extras():
        if part == "dev":
            continue
        lacking = missing_from(requirements_of(part))
        says = f"not installed ({', '.join(lacking)}): {install_command(part)}" if lacking else "installed"
        yield Finding(f"extra {part}", "note" if lacking else "ok", says)


def _models() -> Iterator[Finding]:
    from dutybook.extract.norms.model.reader import NAME, verify_model

    try:
        yield Finding(f"model {NAME}", "ok", f"version {verify_model()['version']}")
    except DutybookError as error:
        yield Finding(f"model {NAME}", "bad", str(error))


def _languages() -> Iterator[Finding]:
    from dutybook.languages import available, load

    bad, seeking = [], []
    for code in available():
        try:
            if load(code).seeks_norms:
                seeking.append(code)
        except DutybookError as error:
            bad.append(f"{code} ({error})")
    if bad:
        yield Finding("languages", "bad", "not valid: " + "; ".join(bad))
    else:
        yield Finding("languages", "ok", f"norms in {', '.join(seeking) or 'none'}; structure in {len(available())}")


def _recognition() -> Iterator[Finding]:
    from dutybook.languages import available, load
    from dutybook.layout.ocr import installed
    from dutybook.layout.ocr.engine import code_of, how_to_install

    engine = installed()
    if engine is None:
        yield Finding("text recognition", "note", f"scans and pictures are not read: {how_to_install()}")
        return
    wanted = {code: code_of(code) for code in available() if load(code).seeks_norms}
    lacking = [code for code, theirs in wanted.items() if theirs not in engine.languages]
    known = ", ".join(sorted(engine.languages - {"osd"})) or "none"
    says = f"tesseract {engine.version}, data for {known}"
    if lacking:
        says += "; for scans in " + ", ".join(f"“{code}”: {how_to_install(code)}" for code in lacking)
    if "osd" not in engine.languages:
        says += "; without the data “osd” (tesseract-ocr-osd) pages on their side take longer"
    yield Finding("text recognition", "note" if lacking else "ok", says)


def _database(database: DatabaseName, *, deep: bool) -> Iterator[Finding]:
    from dutybook.pipeline.config import ANALYSER_VERSION
    from dutybook.store import open_register
    from dutybook.store.maintenance import health

    if not database.exists():
        yield Finding("database", "note", f"there is none at {database}; `dutybook ingest FOLDER` makes it")
        return
    found = [Finding(each.what, each.state, each.says) for each in health.examine(database, deep=deep)]
    yield from found
    if any(finding.state == "bad" or finding.what == "format" for finding in found):
        return
    with open_register(database, create=False, read_only=True) as register:
        summary = register.summary()
        earlier = sum(
            document.analyser.partition(";")[0] not in ("", ANALYSER_VERSION) for document in register.documents()
        )
    yield Finding("database", "ok", f"{database} is sound: {summary.documents:,} documents, {summary.norms:,} norms")
    if summary.unreadable or summary.partly_read:
        number = len(summary.unreadable) + len(summary.partly_read)
        yield Finding("documents", "note", f"{number:,} were not read whole: dutybook documents --unread")
    yield from _alerts(database)
    if earlier:
        yield Finding(
            "documents", "note", f"{earlier:,} were read by another version: ingest them again for what it finds now"
        )


def _alerts(database: DatabaseName) -> Iterator[Finding]:
    """Check for messages of alerts that did not arrive, and for alerts whose searches no longer work."""
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts, outbox

    with open_register(database, create=False, read_only=True) as register:
        found = alerts.all_alerts(register)
        counted = outbox.count_deliveries(register)
    if not found:
        return
    troubled = [alert for alert in found if alert.problem]
    for alert in troubled:
        yield Finding("alerts", "bad", f"{alert.name!r} tells nothing: {alert.problem}")
    if dead := counted.get("dead", 0):
        says = f"{dead:,} message{'' if dead == 1 else 's'} of an alert {'was' if dead == 1 else 'were'} given up: dutybook alerts outbox --dead"
        yield Finding("alerts", "note", says)
    elif not troubled:
        yield Finding("alerts", "ok", f"{len(found):,} alert{'' if len(found) == 1 else 's'}, nothing was given up")


def _disk(database: DatabaseName) -> Iterator[Finding]:
    folder = database.absolute().parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding("disk", "bad", f"{folder} cannot be looked at: {error.strerror}")
        return
    enough = free > _LITTLE_SPACE
    says = f"{free / 1e9:.1f} GB free in {folder}"
    yield Finding("disk", "ok" if enough else "bad", says if enough else f"only {says}: free some space")
