"""Two web servers over one register on a server of PostgreSQL: people, sessions and delays are the same at both."""

from __future__ import annotations

import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")

from web_office import Office, sign_in

import postgres_server
from dutybook import cli
from dutybook.database_address import Address
from dutybook.store.accounts import people, sessions


@pytest.fixture
def address() -> Address:
    postgres_server.needed()
    return Address(postgres_server.database_for(":memory:"))


def test_who_signs_in_at_one_server_is_known_at_the_other(address: Address) -> None:
    one, other = Office(address), Office(address)
    one.account("Anna", "admin")
    one.account("Emil", "editor")
    browser = one.signed_in("Emil")
    elsewhere = other.browser()
    elsewhere.cookies = browser.cookies
    assert elsewhere.get("/").status_code == 200
    assert elsewhere.get("/people").status_code == 403
    people.set_role(other.accounts, "Emil", "admin", other.now)
    assert browser.get("/people").status_code == 200
    people.disable(other.accounts, "Emil", other.now)
    assert browser.get("/").status_code == 303

    _, secret = sessions.new_token(one.accounts, "nightly", "read", one.now, person="Anna")
    program = other.browser(authorization=f"Bearer {secret}")
    assert program.get("/api/v1/norms").status_code == 200


def test_failed_attempts_at_both_count_together(address: Address) -> None:
    one, other = Office(address), Office(address)
    one.account("Anna", "admin")
    for office in (one, other, one, other, one):
        assert sign_in(office.browser(), "Anna", "wrong wrong wrong").status_code != 303
    assert sign_in(other.browser(), "Anna").status_code == 429


def test_accounts_on_a_server_from_the_command_line(address: Address, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--database", str(address), "accounts", "list"]) == 2
    assert "accounts add" in capsys.readouterr().err
    assert cli.run(["--database", str(address), "accounts", "add", "Anna Berg", "--role", "admin"]) == 0
    assert "/join?key=" in capsys.readouterr().out
    assert cli.run(["--database", str(address), "tokens", "new", "nightly", "--person", "Anna Berg"]) == 0
    assert cli.run(["--database", str(address), "accounts", "list"]) == 0
    assert "Anna Berg" in capsys.readouterr().out
