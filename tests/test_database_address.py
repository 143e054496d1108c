"""Where a register is: a file, or an address that stands for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dutybook.database_address import FILES_VARIABLE, Address, database_named, file_needed
from dutybook.errors import BadRequest


def test_an_address_is_told_from_a_file() -> None:
    assert database_named("duties.db") == Path("duties.db")
    assert isinstance(database_named("postgresql://anna@db.example/duties"), Address)
    assert database_named(Path("a/duties.db")) == Path("a/duties.db")


@pytest.mark.parametrize(
    ("address", "without_password", "name"),
    [
        (
            "postgresql://anna:pw@db.example:5433/duties",
            "postgresql://anna@db.example:5433/duties",
            "db.example-5433-duties",
        ),
        ("postgresql://anna@/duties?host=/run/pg", "postgresql://anna@/duties?host=/run/pg", "run_pg-duties"),
        ("postgresql:///duties", "postgresql:///duties", "local-duties"),
    ],
)
def test_no_password_is_shown(address: str, without_password: str, name: str) -> None:
    assert (Address(address).without_password, Address(address).name) == (without_password, name)


def test_files_beside_it_are_in_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FILES_VARIABLE, str(tmp_path / "files"))
    address = Address("postgresql://db.example/duties")
    assert address.absolute().with_name(f"{address.name}.accounts") == tmp_path / "files" / "db.example-duties.accounts"
    monkeypatch.delenv(FILES_VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert address.parent == tmp_path / ".local/share/dutybook/db.example-duties"


def test_what_needs_a_file_says_so() -> None:
    assert file_needed(Path("duties.db"), "a backup") == Path("duties.db")
    with pytest.raises(BadRequest, match=r"a backup works on a register in a file.*pg_dump"):
        file_needed(Address("postgresql://anna:pw@db.example/duties"), "a backup")
