"""People sign in at an OpenID provider: what is believed, who is let in, as whom and with which role."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from openid_provider import OpenIdProvider
from web_office import BASE, Office, hidden

from dutybook.errors import BadRequest
from dutybook.store import open_register
from dutybook.store.accounts import base, identities, people
from dutybook.store.accounts.identities import Membership
from dutybook.web.account_access import AccountAccess
from dutybook.web.app import create_app
from dutybook.web.oidc import Provider
from dutybook.web.settings import Settings

ROLES = Membership({"legal": "editor", "it": "admin"}, "reader")


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with OpenIdProvider() as started:
        yield started


class Branch(Office):
    """An application whose people sign in at a provider, too."""

    def __init__(self, database: Path, provider: OpenIdProvider, membership: Membership = ROLES, **more: Any) -> None:
        super().__init__(database)
        self.now = datetime.now(UTC)
        given = {"issuer": provider.issuer, "client": provider.client, "secret": provider.secret, **more}
        self.door = AccountAccess(self.passwords, lambda: self.now, provider=Provider(**given, membership=membership))
        self.settings = Settings(database, "nobody", Path.cwd(), address=BASE)
        self.app = create_app(self.settings, self.door)
        self.accounts = self.door.accounts


@pytest.fixture
def branch(tmp_path: Path, provider: OpenIdProvider) -> Branch:
    open_register(tmp_path / "branch.db").close()
    return Branch(tmp_path / "branch.db", provider)


def come_back(branch: Branch, provider: OpenIdProvider, browser: Any = None, **changes: str) -> Any:
    """What is answered to a browser that comes back from the provider; ``changes`` to what it brings along."""
    browser = browser or branch.browser()
    away = browser.get("/sign-in/oidc?next=/acts")
    assert away.status_code == 303, away.text
    assert away.headers["location"].startswith(f"{provider.issuer}/authorize?")
    return browser.get("/sign-in/oidc/return", params={**provider.authorize(away.headers["location"]), **changes})


def test_the_first_sign_in_makes_the_person(branch: Branch, provider: OpenIdProvider) -> None:
    assert provider.asked == [], "nothing is asked before somebody wants to sign in"
    provider.claims["groups"] = ["legal", "canteen"]
    browser = branch.browser()
    assert 'href="/sign-in/oidc?next=/acts"' in browser.get("/sign-in?next=/acts").text
    assert provider.asked == []
    answer = come_back(branch, provider, browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/acts")
    account = browser.get("/account").text
    assert "Anna Berg" in account
    assert 'id="password"' not in account, "there is no password to change"
    (anna,) = people.people(branch.accounts)
    assert (anna.name, anna.role, anna.ready) == ("Anna Berg", "editor", True)
    events = [(entry.event, entry.by) for _, entry in base.log_entries(branch.accounts)]
    assert events == [("signed in", "Anna Berg"), ("created", provider.issuer)]
    # The second time it is the same person, whatever the provider calls her, with the role of her groups now.
    provider.claims |= {"name": "Anna Berg-Roth", "groups": ["it"]}
    assert come_back(branch, provider).status_code == 303
    (anna,) = people.people(branch.accounts)
    assert (anna.name, anna.role) == ("Anna Berg", "admin")
    # The same session counts with the new role at once, and without a group with the role of all others.
    provider.claims["groups"] = []
    come_back(branch, provider)
    assert people.named(branch.accounts, "Anna Berg").role == "reader"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "https://other.example"),
        ("aud", "another application"),
        ("aud", ["dutybook", "another application"]),
        ("azp", "another application"),
        ("nonce", "of another request"),
        ("nonce", None),
        ("exp", timedelta(minutes=-10)),
        ("exp", None),
        ("iat", timedelta(hours=1)),
        ("nbf", timedelta(hours=1)),
        ("sub", ""),
        ("sub", None),
        ("at_hash", "of another access token"),
    ],
)
def test_a_token_that_is_foreign_or_expired_is_refused(
    branch: Branch, provider: OpenIdProvider, name: str, value: object
) -> None:
    # Counted from now, and not where tests are collected: workers that start in different seconds would collect different tests.
    provider.token[name] = int(time.time() + value.total_seconds()) if isinstance(value, timedelta) else value
    answer = come_back(branch, provider)
    assert answer.status_code == 403
    assert "was not accepted" in answer.text
    assert people.people(branch.accounts) == []


@pytest.mark.parametrize("how", ["another key", "no signature", "a shared secret", "no token"])
def test_a_token_that_the_provider_has_not_signed_is_refused(
    branch: Branch, provider: OpenIdProvider, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = provider.id_token

    def unsigned(asked: dict[str, str]) -> str | None:
        _, claims, _ = signed(asked).split(".")
        if how == "no token":
            return None
        if how == "no signature":
            return f"{encoded({'alg': 'none'})}.{claims}."
        # The public key as a secret: the oldest of all confusions of algorithms.
        head = encoded({"alg": "HS256", "kid": "one"})
        secret = provider.keys[0].as_pem(private=False)
        signature = hmac.new(secret, f"{head}.{claims}".encode(), "sha256").digest()
        return f"{head}.{claims}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"

    if how == "another key":
        provider.signing = RSAKey.generate_key(2048, {"kid": "one"})
    else:
        monkeypatch.setattr(provider, "id_token", unsigned)
    assert come_back(branch, provider).status_code == 403
    assert people.people(branch.accounts) == []


def encoded(header: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")


def test_keys_that_were_changed_are_fetched_again(branch: Branch, provider: OpenIdProvider) -> None:
    assert come_back(branch, provider).status_code == 303
    provider.keys = [RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})]
    provider.signing = provider.keys[0]
    assert come_back(branch, provider).status_code == 403, "not for each token that comes"
    branch.pass_time(seconds=40)
    assert come_back(branch, provider).status_code == 303
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_an_answer_is_of_the_browser_that_asked(branch: Branch, provider: OpenIdProvider) -> None:
    assert come_back(branch, provider, state="another").status_code == 403
    assert come_back(branch, provider, iss="https://other.example").status_code == 403
    assert come_back(branch, provider, code="unknown").status_code == 403
    stranger, victim = branch.browser(), branch.browser()
    brought = provider.authorize(stranger.get("/sign-in/oidc").headers["location"])
    assert victim.get("/sign-in/oidc/return", params=brought).status_code == 403
    # The cookie of one request is not for another, and not for ever.
    victim.get("/sign-in/oidc")
    assert victim.get("/sign-in/oidc/return", params=brought).status_code == 403
    branch.pass_time(minutes=11)
    assert stranger.get("/sign-in/oidc/return", params=brought).status_code == 403
    refused = stranger.get("/sign-in/oidc/return", params={"error": "access_denied", "state": "x"})
    assert refused.status_code == 403
    assert people.people(branch.accounts) == []


def test_a_code_works_once(branch: Branch, provider: OpenIdProvider) -> None:
    browser = branch.browser()
    away = browser.get("/sign-in/oidc").headers["location"]
    kept = dict(browser.cookies)
    brought = provider.authorize(away)
    assert browser.get("/sign-in/oidc/return", params=brought).status_code == 303
    other = branch.browser()
    for name, value in kept.items():
        other.cookies.set(name, value)
    assert other.get("/sign-in/oidc/return", params=brought).status_code == 403


def test_a_name_alone_opens_no_account(branch: Branch, provider: OpenIdProvider) -> None:
    branch.account("Anna Berg", "admin")
    assert come_back(branch, provider).status_code == 303
    names = {person.name: person.role for person in people.people(branch.accounts)}
    assert names == {"Anna Berg": "admin", "Anna Berg anna@example.org": "reader"}


def test_an_account_can_be_linked(branch: Branch, provider: OpenIdProvider) -> None:
    branch.account("Anna", "editor")
    identities.link(branch.accounts, "Anna", provider.issuer, "248289761001", branch.now)
    browser = branch.browser()
    come_back(branch, provider, browser)
    assert "Anna Berg" not in browser.get("/account").text
    assert [person.name for person in people.people(branch.accounts)] == ["Anna"]
    branch.account("Emil")
    with pytest.raises(BadRequest, match="sign-in of Anna already"):
        identities.link(branch.accounts, "Emil", provider.issuer, "248289761001", branch.now)


def test_who_is_in_no_group_or_disabled_stays_outside(tmp_path: Path, provider: OpenIdProvider) -> None:
    open_register(tmp_path / "b.db").close()
    branch = Branch(tmp_path / "b.db", provider, Membership({"legal": "editor"}, ""), groups="realm_access.roles")
    provider.claims["realm_access"] = {"roles": ["canteen"]}
    assert "none of the groups" in come_back(branch, provider).text
    provider.claims["realm_access"] = {"roles": ["legal"]}
    assert come_back(branch, provider).status_code == 303
    people.disable(branch.accounts, "Anna Berg", branch.now)
    answer = come_back(branch, provider)
    assert (answer.status_code, "is disabled" in answer.text) == (403, True)


def test_groups_come_from_the_user_information_where_the_token_has_none(
    branch: Branch, provider: OpenIdProvider
) -> None:
    provider.user_information = {"groups": ["it"]}
    assert come_back(branch, provider).status_code == 303
    assert people.named(branch.accounts, "Anna Berg").role == "admin"
    provider.user_information = {"groups": ["it"], "sub": "somebody else"}
    assert come_back(branch, provider).status_code == 403


def test_a_provider_that_is_not_what_it_says_is_not_asked(tmp_path: Path, provider: OpenIdProvider) -> None:
    open_register(tmp_path / "b.db").close()
    for about in (
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": None},
    ):
        provider.about = about
        answer = Branch(tmp_path / "b.db", provider).browser().get("/sign-in/oidc")
        assert (answer.status_code, "does not answer as it should" in answer.text) == (502, True)
    for address in ("http://login.example", "ftp://login.example", "login.example", "https://"):
        with pytest.raises(BadRequest, match="https://"):
            Provider(address, "dutybook")


def test_the_cookie_on_the_way_is_kept_from_scripts_and_goes(branch: Branch, provider: OpenIdProvider) -> None:
    browser = branch.browser()
    said = browser.get("/sign-in/oidc").headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "max-age=600"} <= set(said.split("; "))
    come_back(branch, provider, browser)
    assert not [name for name in browser.cookies if name.endswith("openid")]


def test_without_a_provider_there_is_no_such_page(tmp_path: Path) -> None:
    open_register(tmp_path / "b.db").close()
    office = Office(tmp_path / "b.db")
    office.account("Anna")
    assert "/sign-in/oidc" not in office.browser().get("/sign-in").text
    assert office.browser().get("/sign-in/oidc").headers["location"].startswith("/sign-in?next=")
    assert office.signed_in("Anna").get("/sign-in/oidc").status_code == 404


def test_who_has_a_password_still_has_it(branch: Branch, provider: OpenIdProvider) -> None:
    branch.account("Emil")
    assert 'id="password"' in branch.signed_in("Emil").get("/account").text
    assert provider.asked == []
    assert hidden(branch.browser().get("/sign-in").text)["next"] == "/"
    assert branch.now - timedelta(minutes=1) < datetime.now(UTC)
