"""What every page shares is made once; what differs between people and pages, and what changes, is seen at once."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient
from web_office import Office

from dutybook.store.accounts import people
from dutybook.web.access import Person, Role
from dutybook.web.render import write_navigation
from dutybook.web.search_address import SearchAddress


def links(page: str) -> dict[str, str]:
    """The addresses of the header's links, with how the open page is marked."""
    header = page[page.index("<header") : page.index("</header>")]
    found = re.findall(r'<a (?:class="narrow-only" )?href="(/[^"?]*)"(?: aria-current="(\w+)")?>', header)
    return dict(found)


def test_the_open_page_is_marked_on_each_page(client: TestClient) -> None:
    for _ in range(2):
        assert links(client.get("/search?words=shall").text)["/search"] == "page"
        there = links(client.get("/acts").text)
        assert (there["/acts"], there["/search"]) == ("page", "")


def test_each_language_has_its_own_words(client: TestClient) -> None:
    headings = {}
    for code in ("en", "de", "fr", "en", "de"):
        page = client.get("/about", headers={"accept-language": code}).text
        found = re.search(r'<h2 id="keys-title">([^<]+)</h2>', page)
        assert found is not None
        assert headings.setdefault(code, (found[1], links(page))) == (found[1], links(page))
    assert len({heading for heading, _ in headings.values()}) == 3


def test_a_new_role_is_seen_at_once(office: Office) -> None:
    office.account("Rita", "reader")
    with office.signed_in("Rita") as browser:
        assert "/upload" not in links(browser.get("/search").text)
        people.set_role(office.accounts, "Rita", "editor", office.now)
        assert "/upload" in links(browser.get("/search").text)
        people.set_role(office.accounts, "Rita", "reader", office.now)
        assert "/upload" not in links(browser.get("/search").text)


def test_one_who_only_reads_gets_no_links_to_change_things() -> None:
    may, may_not = (Person("Ada", Role.ADMIN, reads_only=reads) for reads in (False, True))
    assert "/watches/add" in write_navigation("/", "en", may)
    assert "/watches/add" not in write_navigation("/", "en", may_not)


def test_a_change_of_the_register_is_seen_by_the_next_search(client: TestClient, database: Path) -> None:
    before = client.get("/search?words=shall").text
    quote = re.search(r'href="/norms/(\w+)"', before)
    assert quote is not None
    assert client.get("/search?words=shall").text == before
    with sqlite3.connect(database) as other:
        other.execute("UPDATE norms SET bearer = 'The Keeper of Zzyzx' WHERE id = ?", (quote[1],))
    assert "The Keeper of Zzyzx" in client.get("/search?words=shall").text
    assert "The Keeper of Zzyzx" in client.get(f"/norms/{quote[1]}").text


@pytest.mark.parametrize("value", ["a b", "Ä&=/?", "x+y", "ⅳ", "%"])
def test_addresses_are_written_as_urlencode_writes_them(value: str) -> None:
    address = SearchAddress.of([("words", value), ("topic", "security"), ("topic", value)])
    assert str(address) == "/search?" + urlencode([("words", value), ("topic", "security"), ("topic", value)])
    assert address.query == urlencode(address.asked)
