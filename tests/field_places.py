"""Where a field of a norm arrives: analyses an act whose first norm has it and whose second has not, and looks into all that is made of them.

``python field_places.py FIELD ACT FOLDER [PLACE…]`` prints as JSON what each place (or these alone) has.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from dutybook.cli import run
from dutybook.export import export
from dutybook.export.tables import schema_of
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.as_json import analysis_to_dict
from dutybook.pipeline.config import Config
from dutybook.records import Analysis, RawDocument
from dutybook.store import open_register, schema_guide
from dutybook.store.documents.flatten import flatten
from dutybook.store.documents.norm_context import parts_of
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change

if TYPE_CHECKING:
    from starlette.testclient import TestClient

OTHER = "other words"


class Places:
    """A norm in everything that is made of it; each method that begins with ``in_`` looks into one place."""

    def __init__(self, field: str, text: str, folder: Path) -> None:
        self.field = field
        self.folder = folder
        self.database = folder / "register.db"
        self.analysis: Analysis = analyse(RawDocument("act.txt", text.encode()), Config(language="en"))
        self.norm, _ = (norm.id for norm in self.analysis.norms)

    def in_extract(self) -> Any:
        made = analysis_to_dict(self.analysis)
        validate(made, schema_of("extract"))
        first, second = made["norms"]
        return first[self.field] if not second[self.field] else f"also {second[self.field]}"

    def in_the_register(self) -> Any:
        with open_register(self.database) as register:
            register.write(flatten(self.analysis))
            (stored,), (viewed,) = (
                register._connection.execute(f"SELECT {self.field} FROM {table}").fetchone()
                for table in ("norms", "register")
            )
        return stored if stored == viewed else f"{stored} in the table, {viewed} in the view"

    def in_rows(self) -> Any:
        with open_register(self.database) as register:
            return getattr(register.norm(self.norm).norm, self.field)

    def in_the_sentence(self) -> Any:
        with open_register(self.database) as register:
            quote = register.norm(self.norm).norm.quote
            return next(quote[start:end] for name, start, end in parts_of(register, self.norm) if name == self.field)

    def in_csv(self) -> Any:
        rows = list(csv.DictReader(StringIO(self._exported("csv").read_text("utf-8-sig")), delimiter=";"))
        return rows[0][self.field]

    def in_json_lines(self) -> Any:
        lines = [json.loads(line) for line in self._exported("jsonl").read_text("utf-8").splitlines()]
        for line in lines:
            validate(line, schema_of("export"))
        return lines[0][self.field]

    def in_parquet(self) -> Any:
        import pyarrow.parquet

        return pyarrow.parquet.read_table(self._exported("parquet"))[self.field][0].as_py()

    def in_workbooks(self) -> Any:
        found: dict[str, Any] = {}
        for language in reader_languages("register"):
            sheet = openpyxl.load_workbook(self._exported("xlsx", reader=language)).worksheets[2]
            title = reader_words("register", language)(f"column.{self.field}")
            rows = list(sheet.iter_rows(values_only=True))
            row = next(number for number, row in enumerate(rows) if title in row)
            found[language] = rows[row + 1][rows[row].index(title)]
        return found

    def in_reports(self) -> Any:
        return self._line_of(self._exported("md").read_text("utf-8"), "report", "norm")

    def in_requirements(self) -> Any:
        import yaml

        library = yaml.safe_load(self._exported("yaml").read_text("utf-8"))
        (framework,) = library["objects"]["frameworks"]
        nodes = framework["requirement_nodes"]
        return self._line_of("\n".join(node.get("annotation", "") for node in nodes), "report", "norm")

    def in_show(self) -> Any:
        with redirect_stdout(StringIO()) as out:
            assert run(["--database", str(self.database), "show", self.norm]) == 0
        line = next(line for line in out.getvalue().splitlines() if line.strip().startswith(self.field))
        return line.strip().removeprefix(self.field).strip()

    def in_the_api(self) -> Any:
        from dutybook.web.api import openapi

        described = openapi.document()["components"]["schemas"]["NormRow"]["properties"][self.field]
        assert described["description"]
        return self._client().get(f"/api/v1/norms/{self.norm}").json()["norm"][self.field]

    def in_the_page(self) -> Any:
        page = self._client().get(f"/norms/{self.norm}").text
        words = reader_words("web", "en")(f"part.{self.field}")
        return page.partition(f"<dt>{words}</dt>")[2].partition(">")[2].partition("<")[0]

    def in_forms(self) -> Any:
        page = self._client().get(f"/norms/{self.norm}").text
        return page.partition(f'name="fix:{self.field}"')[2].partition('value="')[2].partition('"')[0]

    def in_the_schema(self) -> Any:
        (norms,) = (table for table in schema_guide.tables() if table.name == "norms")
        (column,) = (column for column in norms.columns if column.name == self.field)
        assert f"| `{self.field}` | {column.type.lower()}" in schema_guide.markdown()
        assert all(column.says for column in norms.columns)
        return column.says

    def in_corrections(self) -> Any:
        """What it was before somebody corrected it on the page."""
        with open_register(self.database) as register:
            reviews.change(register, [self.norm], Change(correct={self.field: OTHER}, reason="so"), by="anna")
            detail = register.norm(self.norm)
            assert getattr(detail.norm, self.field) == OTHER
            assert detail.review
            return detail.review.corrections[0].extracted

    def _exported(self, suffix: str, **options: str) -> Path:
        path = self.folder / f"register.{suffix}"
        with open_register(self.database) as register:
            assert export(register, path, **options) == len(self.analysis.norms)
        return path

    def _line_of(self, text: str, section: str, prefix: str) -> str:
        label = reader_words(section, "en")(f"{prefix}.{self.field}")
        line = next(line for line in text.splitlines() if label in line)
        return line.partition(label)[2].strip("*: ")

    def _client(self) -> TestClient:
        from starlette.testclient import TestClient

        from dutybook.web.access import COOKIE, Access
        from dutybook.web.app import create_app
        from dutybook.web.settings import Settings

        access = Access()
        client = TestClient(
            create_app(Settings(self.database, "anna", Path.cwd()), access), base_url="http://127.0.0.1:8765"
        )
        client.cookies.set(COOKIE, access.enter(access.key) or "")
        return client


def validate(made: Any, schema: Any) -> None:
    """Against a schema; no formats of texts are looked at."""
    # Building the grammar of addresses, which they would need, takes longer than all other imports.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import jsonschema

    jsonschema.validate(made, schema)


def values_in_places(places: Places, names: list[str]) -> dict[str, Any]:
    """What places have of the field of the first norm: a value, or the error that came instead."""
    found = {}
    for name in names or [name.removeprefix("in_") for name in vars(Places) if name.startswith("in_")]:
        look: Callable[[], Any] = getattr(places, f"in_{name}")
        try:
            found[name] = look()
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


if __name__ == "__main__":
    field, act, folder, *names = sys.argv[1:]
    print(json.dumps(values_in_places(Places(field, act, Path(folder)), names), default=str))
