"""Behind a proxy: who really asks, over https alone, and nobody past the proxy."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from web_office import Office, hidden, sign_in

from dutybook.store.accounts import base
from dutybook.web.access import Rates, address_network, parse_address
from dutybook.web.middleware import ProxyHeadersMiddleware

PROXY = "10.0.0.2"
OUTSIDE = "https://dutybook.example"


@pytest.fixture
def behind(database: Path) -> Office:
    office = Office(database, hosts=("dutybook.example",), proxies=(ip_network("10.0.0.0/30"), ip_network("fd00::/64")))
    office.account("Anna")
    return office


def test_only_the_proxy_may_ask(behind: Office) -> None:
    direct = behind.browser(OUTSIDE, address="192.0.2.1", **{"x-forwarded-for": PROXY, "x-forwarded-proto": "https"})
    answer = direct.get("/sign-in")
    assert answer.status_code == 403
    assert answer.headers["content-security-policy"]
    assert behind.browser(OUTSIDE, address=PROXY).get("/sign-in").status_code == 200
    assert behind.browser(OUTSIDE, address="").get("/sign-in").status_code == 403


def test_nothing_is_said_in_the_clear(behind: Office) -> None:
    for said in ("http", "HTTP", "https, http"):
        clear = behind.browser("http://dutybook.example", address=PROXY, **{"x-forwarded-proto": said})
        assert clear.get("/sign-in").status_code == 403
    told = behind.browser("http://dutybook.example", address=PROXY, **{"x-forwarded-proto": "https"})
    cookies = told.get("/sign-in").headers["set-cookie"]
    assert "__Host-dutybook-before=" in cookies
    assert "; Secure" in cookies
    form = hidden(told.get("/sign-in", headers={"cookie": cookies.partition(";")[0]}).text)
    data = {**form, "name": "Anna", "password": "correct horse battery"}
    answer = told.post("/sign-in", data=data, headers={"cookie": cookies.partition(";")[0]})
    said = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-dutybook="))
    assert "; Secure" in said
    assert "Path=/" in said
    assert "Domain" not in said


def test_the_address_is_from_the_last_hop_that_is_trusted(behind: Office) -> None:
    # What the client itself wrote stands further left.
    browser = behind.browser(OUTSIDE, address=PROXY, **{"x-forwarded-for": "8.8.8.8, 198.51.100.7"})
    sign_in(browser, "Anna")
    assert base.log_entries(behind.accounts)[0][1].address == "198.51.100.7"


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ([], PROXY),
        (["198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7, 10.0.0.1"], "198.51.100.7"),
        (["1.1.1.1", "198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7:4711"], "198.51.100.7"),
        (["[2001:db8::1]:443"], "2001:db8::1"),
        (["2001:db8::1"], "2001:db8::1"),
        (["::ffff:198.51.100.7"], "198.51.100.7"),
        (["unknown"], PROXY),
        (["<script>"], PROXY),
        (["1.1.1.1, garbage"], PROXY),
        ([""], PROXY),
        (["10.0.0.1, 10.0.0.3"], "10.0.0.1"),
        ([", ".join(["9.9.9.9"] * 5000)], "9.9.9.9"),
    ],
)
def test_addresses_as_proxies_write_them(said: list[str], client: str) -> None:
    hops = ProxyHeadersMiddleware(lambda *_: None, [ip_network("10.0.0.0/30")])  # type: ignore[arg-type, return-value]
    peer = parse_address(PROXY)
    assert peer
    assert str(hops._client(peer, said)) == client


def test_rates_are_of_each_and_fill_again() -> None:
    now = [0.0]
    rates = Rates(2, 3, lambda: now[0])
    assert [rates.wait("anna") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rates.wait("emil") == 0
    now[0] = 0.5
    assert [rates.wait("anna") for _ in range(2)] == [0, 0.5]
    now[0] = 60
    assert [rates.wait("anna") for _ in range(4)] == [0, 0, 0, 0.5]
    for n in range(30_000):
        rates.wait(str(n))
    assert len(rates._known) == 20_000


def test_who_asks_too_often_waits(database: Path) -> None:
    office = Office(database, rate=0.01, burst=3)
    office.account("Anna")
    office.account("Emil")
    anna, emil = office.signed_in("Anna"), office.signed_in("Emil")
    told: list[Any] = [anna.get("/about") for _ in range(4)]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    assert int(told[-1].headers["retry-after"]) >= 90
    assert emil.get("/about").status_code == 200
    # From another address she is the same; static files are nobody's.
    assert office.browser(address="203.0.113.4").get("/static/app.css").status_code == 200
    # An address has more, and then waits as well; a stranger too.
    stranger = office.browser(address="203.0.113.5")
    codes = [stranger.get("/sign-in").status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
    assert office.browser(address="203.0.113.6").get("/sign-in").status_code == 200


def test_one_customer_has_a_whole_network() -> None:
    assert (
        address_network("2001:db8:1:2:3::1") == address_network("2001:db8:1:2::9") != address_network("2001:db8:1:3::9")
    )
    assert address_network("192.0.2.1") == "192.0.2.1"
    assert address_network("") == ""
