"""A reverse proxy signs people in and names them in a header: only its own is believed."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from web_office import Office, hidden

from dutybook.cli.serving import GivenElsewhere, elsewhere_of
from dutybook.errors import BadRequest
from dutybook.store import open_register
from dutybook.store.accounts import people
from dutybook.store.accounts.identities import Membership
from dutybook.web.account_access import AccountAccess, TrustedHeader
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

PROXY = "192.0.2.1"
HTTPS = "https://law.example"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    open_register(tmp_path / "o.db").close()
    made = Office(tmp_path / "o.db")
    header = TrustedHeader("Remote-User", "Remote-Groups", Membership({"legal": "editor"}, ""))
    made.door = AccountAccess(made.passwords, lambda: made.now, header=header)
    made.settings = Settings(
        tmp_path / "o.db", "nobody", Path.cwd(), hosts=("law.example",), proxies=(ip_network(f"{PROXY}/32"),)
    )
    made.app = create_app(made.settings, made.door)
    made.accounts = made.door.accounts
    return made


def through(office: Office, address: str = PROXY, **headers: str) -> Any:
    return office.browser(HTTPS, address, **{name.replace("_", "-"): value for name, value in headers.items()})


def test_whom_the_proxy_names_is_inside(office: Office) -> None:
    browser = through(office, remote_user="anna.berg", remote_groups="canteen, legal")
    away = browser.get("/acts")
    assert away.headers["location"] == "/sign-in?next=%2Facts"
    assert browser.get(away.headers["location"]).headers["location"] == "/acts"
    assert browser.get("/acts").status_code == 200
    (anna,) = people.people(office.accounts)
    assert (anna.name, anna.role) == ("anna.berg", "editor")


def test_only_the_proxy_is_believed(office: Office) -> None:
    assert (
        through(office, "192.0.2.9", remote_user="anna.berg", remote_groups="legal").get("/sign-in").status_code == 403
    )
    assert people.people(office.accounts) == []


def test_two_names_are_none(office: Office) -> None:
    browser = through(office)
    answer = browser.get(
        "/sign-in", headers=[("remote-user", "anna"), ("remote-user", "root"), ("remote-groups", "legal")]
    )
    assert answer.status_code == 200
    assert people.people(office.accounts) == []


def test_a_session_is_of_whom_the_proxy_names_now(office: Office) -> None:
    browser, named = through(office, remote_groups="legal"), {"remote-user": "Ånna".encode()}
    assert browser.get("/sign-in", headers=named).status_code == 303
    assert "Ånna" in browser.get("/account", headers=named).text
    other = browser.get("/account", headers={"remote-user": "emil"})
    assert other.headers["location"] == "/sign-in?next=%2Faccount"
    assert browser.get("/account").status_code == 303, "the proxy has signed this person out"


def test_who_is_in_no_group_stays_outside(office: Office) -> None:
    answer = through(office, remote_user="emil", remote_groups="canteen").get("/sign-in")
    assert (answer.status_code, "none of the groups" in answer.text) == (403, True)


def test_who_has_a_password_comes_in_without_the_header(office: Office) -> None:
    office.account("Ada", "admin")
    browser = through(office)
    form = hidden(browser.get("/sign-in").text)
    assert (
        browser.post("/sign-in", data={**form, "name": "Ada", "password": "correct horse battery"}).status_code == 303
    )
    assert browser.get("/people").status_code == 200


@pytest.mark.parametrize(
    ("given", "proxies", "words"),
    [
        ({"user_header": "Remote-User"}, (), "anybody could send the header"),
        ({"user_header": "Remote User"}, (PROXY,), "no name of a header"),
        ({"issuer": "https://login.example"}, (), "--oidc-client"),
        ({"issuer": "http://login.example", "client": "x"}, (), "https://"),
        ({"roles": ("legal=editor",)}, (), "--oidc-issuer or --user-header"),
        ({"user_header": "U", "roles": ("legal",)}, (PROXY,), "legal=editor"),
        ({"user_header": "U", "roles": ("legal=boss",)}, (PROXY,), "roles: reader"),
        ({"user_header": "U", "otherwise": "boss"}, (PROXY,), "--default-role"),
    ],
)
def test_options_that_make_no_sense_are_refused(given: dict[str, Any], proxies: tuple[str, ...], words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        elsewhere_of(GivenElsewhere(**given), proxies, multi_user=True)


def test_options_say_who_has_which_role() -> None:
    made = elsewhere_of(GivenElsewhere(user_header="U", roles=("a=b=editor", "it=admin")), (PROXY,), multi_user=True)
    assert made.header is not None
    assert made.header.membership == Membership({"a=b": "editor", "it": "admin"}, "")
    plain = elsewhere_of(GivenElsewhere(issuer="https://login.example", client="x"), (), multi_user=True)
    assert plain.provider is not None
    assert plain.provider.membership.role_of([]) == "reader"
    with pytest.raises(BadRequest, match="--multi-user"):
        elsewhere_of(GivenElsewhere(user_header="U"), (PROXY,), multi_user=False)
