"""People sign in, stay in for a while, and go; nothing tells a stranger who they are."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from web_office import PASSWORD, Office, hidden, sign_in

from dutybook.errors import NotARegister
from dutybook.store.accounts import base, people, sessions
from dutybook.store.accounts.people import Unacceptable
from dutybook.web.account_access import AccountAccess, Passwords, check_new_password


def session_cookie(answer: Any, name: str = "dutybook") -> str:
    return next((c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{name}=")), "")


def test_signing_in_leads_where_one_wanted_to_go(office: Office) -> None:
    browser = office.browser()
    away = browser.get("/acts?words=quay")
    assert away.status_code == 303
    assert away.headers["location"] == "/sign-in?next=%2Facts%3Fwords%3Dquay"
    page = browser.get(away.headers["location"])
    assert 'autocomplete="current-password"' in page.text
    assert "<nav aria-label=" not in page.text
    # However the name is spelt.
    answer = browser.post("/sign-in", data={**hidden(page.text), "name": "ＡNNA", "password": PASSWORD})
    assert answer.headers["location"] == "/acts?words=quay"
    assert browser.get("/acts?words=quay").status_code == 200
    assert browser.get("/sign-in?next=/news").headers["location"] == "/news"
    assert people.named(office.accounts, "anna").last_signed_in == "2031-05-06T09:00:00+00:00"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\n//x",
        "/sign-in",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(office: Office, target: str) -> None:
    assert sign_in(office.browser(), "Anna", next=target).headers["location"] == "/"
    assert office.signed_in("Anna").get("/sign-in", params={"next": target}).headers["location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_other_sites(office: Office) -> None:
    said = session_cookie(sign_in(office.browser(), "Anna")).lower()
    for flag in ("httponly", "samesite=lax", "path=/", "max-age=604800"):
        assert flag in said
    assert "secure" not in said
    assert "domain" not in said
    before = office.browser().get("/sign-in").headers["set-cookie"].lower()
    assert "httponly" in before
    assert "samesite=strict" in before


def test_a_session_begins_anew_with_each_sign_in(office: Office) -> None:
    browser = office.browser()
    # Somebody else put a session there before: it is not taken up.
    browser.cookies.set("dutybook", "fixed", domain="127.0.0.1")
    assert "fixed" not in session_cookie(sign_in(browser, "Anna"))
    # One that is real ends when somebody signs in over it.
    old = office.signed_in("Anna").cookies["dutybook"]
    other = office.browser()
    form = hidden(other.get("/sign-in").text)
    other.cookies.set("dutybook", old, domain="127.0.0.1")
    assert other.get("/about").status_code == 200
    answer = other.post("/sign-in", data={**form, "name": "Emil", "password": PASSWORD})
    assert answer.status_code == 303
    assert old not in session_cookie(answer)
    kept = office.browser()
    kept.cookies.set("dutybook", old)
    assert kept.get("/about").status_code == 303


def test_a_form_to_sign_in_is_of_the_browser_that_asked(office: Office) -> None:
    victim, other = office.browser(), office.browser()
    form = hidden(other.get("/sign-in").text)
    data = {**form, "name": "Anna", "password": PASSWORD}
    assert victim.post("/sign-in", data=data).status_code == 403
    victim.get("/sign-in")
    assert victim.post("/sign-in", data=data).status_code == 403
    assert victim.post("/sign-in", data={"name": "Anna", "password": PASSWORD}).status_code == 403
    mine = {**data, **hidden(victim.get("/sign-in").text)}
    assert victim.post("/sign-in", data=mine, headers={"origin": "https://evil.example"}).status_code == 403
    assert victim.post("/sign-in", data=mine, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert victim.post("/sign-in", data=mine).status_code == 303


def test_a_change_needs_the_token_of_this_very_session(office: Office) -> None:
    emil, ada = office.signed_in("Emil"), office.signed_in("Ada")
    norm = re.search(r'href="(/norms/\w+)"', emil.get("/search").text)
    assert norm
    where = norm[1] + "/review"
    foreign = hidden(ada.get(norm[1]).text)["token"]
    assert emil.post(where, data={"owner": "x"}).status_code == 403
    assert emil.post(where, data={"owner": "x", "token": "é" * 64}).status_code == 403
    assert emil.post(where, data={"owner": "x", "token": foreign}).status_code == 403
    assert emil.post(where, data=hidden(emil.get(norm[1]).text) | {"owner": "x"}).status_code == 303
    assert "x" in ada.get(norm[1]).text


def test_nobody_learns_who_has_an_account(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    people.disable(office.accounts, "Emil", office.now)
    people.add(office.accounts, "Invited", "reader", office.now)
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str, password: str) -> bool:
        verified.append(hashed.rsplit("$", 2)[0])
        return bool(verify(self, hashed, password))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    answers = []
    for name, password in (
        ("Anna", "wrong wrong wrong"),
        ("Nobody", PASSWORD),
        ("Emil", PASSWORD),
        ("Invited", PASSWORD),
        ("Invited", ""),
    ):
        answer = sign_in(office.browser(), name, password)
        answers.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert len(set(answers)) == 1
    assert answers[0][0] == 401
    # The same work with the same parameters each time.
    assert len(verified) == 5
    assert len(set(verified)) == 1


def test_guessing_gets_slower_and_the_right_password_works_after_the_wait(office: Office) -> None:
    for n in range(5):
        assert sign_in(office.browser(), "anna", f"guess number {n}").status_code == 401
    refused = sign_in(office.browser(), "Anna")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert "Wait a second" in refused.text
    # A name that nobody has waits just the same.
    for n in range(5):
        sign_in(office.browser(address="198.51.100.9"), "nobody", f"guess number {n}")
    assert sign_in(office.browser(address="198.51.100.9"), "nobody").status_code == 429
    # Elsewhere whoever has the name gets in.
    elsewhere = office.browser(address="203.0.113.77")
    assert sign_in(elsewhere, "Anna").status_code == 303
    # Over a start of the program.
    again = Office(office.database)
    again.now = office.now
    assert sign_in(again.browser(), "Anna").status_code == 429
    office.pass_time(seconds=1.5)
    assert sign_in(office.browser(), "Anna", "guess number 6").status_code == 401
    office.pass_time(seconds=1.5)
    assert sign_in(office.browser(), "Anna").headers["retry-after"] == "1"
    office.pass_time(seconds=1)
    assert sign_in(office.browser(), "Anna").status_code == 303
    assert sign_in(office.browser(), "Anna", "wrong again, once").status_code == 401


def test_an_address_cannot_try_many_names(office: Office) -> None:
    for n in range(20):
        assert sign_in(office.browser(), f"name {n}", "guess guess guess").status_code == 401
    assert sign_in(office.browser(), "Anna").status_code == 429
    assert sign_in(office.browser(address="203.0.113.9"), "Anna").status_code == 303
    office.pass_time(seconds=2)
    assert sign_in(office.browser(), "Anna").status_code == 303


def test_many_guesses_at_once_are_no_way_round(office: Office) -> None:
    forms = []
    for _ in range(12):
        browser = office.browser()
        forms.append((browser, hidden(browser.get("/sign-in").text)))
    told: list[int] = []

    def guess(browser: TestClient, form: dict[str, str]) -> None:
        told.append(browser.post("/sign-in", data={**form, "name": "Anna", "password": "guess guess"}).status_code)

    threads = [threading.Thread(target=guess, args=both) for both in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [401] * 5 + [429] * 7


def test_people_sign_in_at_once(office: Office) -> None:
    told: list[int] = []

    def enter() -> None:
        told.append(sign_in(office.browser(), "Anna").status_code)

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [303] * 4
    assert len(sessions.sessions(office.accounts, "Anna", office.now)) == 4


def test_sessions_end(office: Office) -> None:
    idle, busy = office.signed_in("Anna"), office.signed_in("Emil")
    for _ in range(15):
        office.pass_time(hours=11.9)
        if busy.get("/about").status_code != 200:
            break
    # Seven days at most, however busy.
    assert 6.9 < (office.now - datetime(2031, 5, 6, 9, tzinfo=UTC)).total_seconds() / 86400 < 7.5
    assert busy.get("/about").status_code == 303
    assert idle.get("/about").status_code == 303


def test_a_session_outlasts_the_program(office: Office) -> None:
    anna = office.signed_in("Anna")
    session = anna.cookies["dutybook"]
    token = hidden(anna.get("/account").text)["token"]
    again = Office(office.database)
    browser = again.browser()
    browser.cookies.set("dutybook", session)
    assert browser.get("/about").status_code == 200
    # A page that was open meanwhile still works.
    assert hidden(browser.get("/account").text)["token"] == token


def test_signing_out_is_on_the_server_too(office: Office) -> None:
    anna = office.signed_in("Anna")
    session = anna.cookies["dutybook"]
    assert anna.post("/account/sign-out").status_code == 403
    assert anna.post("/account/sign-out", data=hidden(anna.get("/account").text)).status_code == 303
    kept = office.browser()
    kept.cookies.set("dutybook", session)
    assert kept.get("/about").status_code == 303


def test_signing_out_everywhere_else(office: Office) -> None:
    here, there, third = (office.signed_in("Anna", address=f"192.0.2.{n}") for n in range(3))
    page = here.get("/account").text
    assert page.count('name="number"') == 2
    assert "192.0.2.2" in page
    emil = office.signed_in("Emil")
    # Nobody ends another's session.
    number = hidden(page)["number"]
    emil.post("/account/sessions", data={"token": hidden(emil.get("/account").text)["token"], "number": number})
    assert [b.get("/about").status_code for b in (here, there, third)] == [200] * 3
    here.post("/account/sessions", data={"token": hidden(page)["token"], "number": number})
    assert sorted(b.get("/about").status_code for b in (there, third)) == [200, 303]
    here.post("/account/sessions", data={"token": hidden(page)["token"]})
    assert [b.get("/about").status_code for b in (here, there, third, emil)] == [200, 303, 303, 200]


def test_a_new_password_ends_what_was(office: Office) -> None:
    here, there = office.signed_in("Anna"), office.signed_in("Anna")
    old = here.cookies["dutybook"]
    form = {"token": hidden(here.get("/account").text)["token"], "old": PASSWORD, "password": "ein ganz anderer Satz"}
    where = "/account/password"
    assert here.post(where, data={**form, "again": "another"}).status_code == 400
    assert here.post(where, data={**form, "old": "wrong", "again": form["password"]}).status_code == 400
    short = here.post(where, data={**form, "password": "short", "again": "short"})
    assert "at least 12" in short.text
    assert there.get("/about").status_code == 200
    assert here.post(where, data={**form, "again": form["password"]}).status_code == 303
    assert here.cookies["dutybook"] != old
    assert here.get("/about").status_code == 200
    assert there.get("/about").status_code == 303
    stolen = office.browser()
    stolen.cookies.set("dutybook", old)
    assert stolen.get("/about").status_code == 303
    assert sign_in(office.browser(), "Anna").status_code == 401
    assert sign_in(office.browser(), "Anna", form["password"]).status_code == 303


def test_who_is_invited_sets_a_password_once(office: Office) -> None:
    ada = office.signed_in("Ada")
    token = hidden(ada.get("/people").text)["token"]
    page = ada.post("/people", data={"token": token, "name": "Nora", "role": "editor"})
    link = re.search(r"<code>http://127.0.0.1:8765(/join\?key=[\w-]+)</code>", page.text)
    assert link
    assert link[1] not in ada.get("/people").text
    nora, late = office.browser(), office.browser()
    form = hidden(nora.get(link[1]).text)
    second = hidden(late.get(link[1]).text)
    for bad in ("short", "aaaaaaaaaaaaaaaa", "my name is nora!!"):
        assert nora.post("/join", data={**form, "password": bad, "again": bad}).status_code == 400
    good = {"password": "quite some sentence", "again": "quite some sentence"}
    assert nora.post("/join", data={**form, **good}).status_code == 303
    assert nora.get("/about").status_code == 200
    assert late.post("/join", data={**second, **good}).status_code == 404
    assert late.get(link[1]).status_code == 404
    # A link that nobody used in time, and one that a newer one replaced.
    old = people.reset(office.accounts, "Nora", office.now)[1]
    assert nora.get("/about").status_code == 303
    new = people.reset(office.accounts, "Nora", office.now)[1]
    assert late.get(f"/join?key={old}").status_code == 404
    assert late.get(f"/join?key={new}").status_code == 200
    office.pass_time(hours=73)
    assert late.get(f"/join?key={new}").status_code == 404


def test_a_role_counts_at_once(office: Office) -> None:
    emil, ada = office.signed_in("Emil"), office.signed_in("Ada")
    norm = re.search(r'href="(/norms/\w+)"', emil.get("/search").text)
    assert norm
    form = hidden(emil.get(norm[1]).text)
    token = hidden(ada.get("/people").text)["token"]
    change = {"token": token, "name": "Emil", "what": "role", "role": "reader"}
    assert ada.post("/people/change", data=change).status_code == 303
    assert emil.post(norm[1] + "/review", data={**form, "owner": "x"}).status_code == 403
    assert "/review" not in re.findall(r'action="[^"]*', emil.get(norm[1]).text)
    ada.post("/people/change", data={"token": token, "name": "Emil", "what": "disable"})
    assert emil.get("/about").status_code == 303
    last = ada.post("/people/change", data={"token": token, "name": "Ada", "what": "role", "role": "reader"})
    assert last.status_code == 400
    assert "only administrator" in last.text


def test_changes_of_two_people_at_once_are_each_under_their_name(office: Office) -> None:
    office.account("Emma", "editor")
    browsers = {name: office.signed_in(name, address=f"192.0.2.{n}") for n, name in enumerate(("Emil", "Emma"))}
    norms = re.findall(r'class="law"[^>]*><a href="(/norms/\w+)"', browsers["Emil"].get("/search").text)[:6]

    def work(name: str, own: list[str]) -> None:
        browser = browsers[name]
        for norm in own:
            browser.post(norm + "/review", data=hidden(browser.get(norm).text) | {"owner": f"of {name}"})

    threads = [threading.Thread(target=work, args=(name, norms[n::2])) for n, name in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    from dutybook.store import open_register
    from dutybook.store.judgements import reviews

    with open_register(office.database, read_only=True) as register:
        for n, norm in enumerate(norms):
            name = list(browsers)[n % 2]
            row = reviews.history_of(register, norm.rpartition("/")[2])[1][-1]
            assert (row.by, row.new) == (name, f"of {name}")


def test_tokens_are_shown_once_and_are_one_s_own(office: Office) -> None:
    anna, emil = office.signed_in("Anna"), office.signed_in("Emil")
    form = {"token": hidden(anna.get("/account").text)["token"], "name": "nightly", "scope": "read", "days": "90"}
    made = anna.post("/account/tokens", data=form)
    secret = re.search(r"<code>(dutybook_[\w-]+)</code>", made.text)
    assert secret
    assert secret[1] not in anna.get("/account").text
    assert "nightly" in anna.get("/account").text
    assert anna.post("/account/tokens", data={**form, "name": " "}).status_code == 400
    assert anna.post("/account/tokens", data={**form, "scope": "all"}).status_code == 400
    number = hidden(anna.get("/account").text)["id"]
    others = {"token": hidden(emil.get("/account").text)["token"], "id": number}
    assert emil.post("/account/tokens/revoke", data=others).status_code == 404
    bearer = {"authorization": f"Bearer {secret[1]}"}
    assert office.browser().get("/api/v1/nothing", headers=bearer).status_code == 404
    assert anna.post("/account/tokens/revoke", data={**form, "id": number}).status_code == 303
    assert office.browser().get("/api/v1/nothing", headers=bearer).status_code == 401


def test_a_token_of_somebody_alone_opens_nothing_for_several(office: Office) -> None:
    from dutybook.store.accounts.sessions import new_token

    secret = new_token(office.accounts, "script", "write", office.now)[1]
    assert office.browser().get("/api/v1/x", headers={"authorization": f"Bearer {secret}"}).status_code == 401


def test_a_name_is_markup_nowhere_and_one_line_everywhere(office: Office) -> None:
    nasty = '<script>alert(1)</script>"><img src=x>'
    office.account(nasty, "admin")
    browser = office.signed_in(nasty, **{"user-agent": "<b>evil</b>\x1b[2J"})
    form = hidden(browser.get("/people").text)
    for bad in ("two\nlines", "bell\x07", "right\u202eleft", " blank", "", "x" * 65, "(terminal)"):
        answer = browser.post("/people", data={"token": form["token"], "name": bad, "role": "reader"})
        assert answer.status_code == 400, bad
    browser.post("/people/reset", data={"token": form["token"], "name": nasty})
    browser = None
    office.account("Boss", "admin")
    boss = office.signed_in("Boss")
    sign_in(office.browser(), "no such\nname signed in", "x")
    for page in ("/people", "/people/log", "/account"):
        text = boss.get(page).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "<b>evil" not in text
    for _, entry in base.log_entries(office.accounts):
        assert all(value.isprintable() for value in (entry.by, entry.person, entry.detail, entry.address))
    # What is nobody's name may be a password in the wrong place.
    assert "no such" not in boss.get("/people/log").text
    assert b"no such" not in office.accounts.path.read_bytes()


def test_a_damaged_file_lets_nobody_in_and_says_what_to_do(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    anna = office.signed_in("Anna")
    office.accounts.close()
    whole = office.accounts.path.read_bytes()
    office.accounts.path.with_name(office.accounts.path.name + "-wal").unlink(missing_ok=True)
    office.accounts.path.unlink()
    office.accounts.path.write_bytes(b"SQLite format 3\0" + b"\xff" * (len(whole) - 16))
    for path in ("/", "/sign-in", "/join?key=x"):
        answer = anna.get(path)
        assert answer.status_code == 503
        assert "accounts file" in answer.text
        # Where it lies is for the log.
        assert office.accounts.path.name not in answer.text
    assert any("nobody is let in" in record.message for record in caplog.records)
    with pytest.raises(NotARegister, match="nobody is let in"):
        office.accounts.check()
    office.accounts.path.write_text("something else entirely, and no database")
    assert anna.get("/").status_code == 503


def test_passwords_are_hashed_anew_when_more_work_is_right(office: Office) -> None:
    before = sessions.hash_of(office.accounts, "Anna")
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    office.door.passwords = stronger
    assert sign_in(office.browser(), "Anna").status_code == 303
    after = sessions.hash_of(office.accounts, "Anna")
    assert before
    assert after
    assert before[1] != after[1]
    assert "t=2" in after[1]
    assert sign_in(office.browser(), "Anna").status_code == 303
    assert PASSWORD.encode() not in office.accounts.path.read_bytes()


def test_passwords_by_default_take_work() -> None:
    # RFC 9106, second recommendation.
    hashed = PasswordHasher()
    assert (hashed.time_cost, hashed.memory_cost, hashed.type.name) == (3, 65536, "ID")
    assert not Passwords(PasswordHasher(1, 8, 1)).right("no hash at all", "x")


def test_a_password_is_one_however_it_is_typed() -> None:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    assert passwords.right(passwords.hash("Stra\u00dfe n\u00e4chtens"), "Stra\u00dfe na\u0308chtens")
    assert not passwords.right(passwords.hash("x" * 20), "x" * 21)
    check_new_password("anything goes here", "anything goes here", "Al Bo")


@pytest.mark.parametrize(
    "password", ["Password1234", "passwordpassword", "dutybook2026!", "Vienna123456", "abcdabcdabcd"]
)
def test_a_password_that_everybody_guesses_is_refused(password: str) -> None:
    with pytest.raises(Unacceptable, match="easily guessed"):
        check_new_password(password, password, "Al Bo")


def test_who_waits_for_htmx_is_led_to_the_page(office: Office) -> None:
    answer = office.browser().get("/search?words=x", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in"


def test_accounts_are_no_pages_of_somebody_alone(client: TestClient) -> None:
    for path in ("/sign-in", "/join", "/people", "/people/log"):
        assert client.get(path).status_code == 404
    assert "<h2>Tokens</h2>" in client.get("/account").text
    token = hidden(client.get("/account").text)["token"]
    made = client.post("/account/tokens", data={"token": token, "name": "feed", "scope": "feed"})
    assert "dutybook_" in made.text


def test_the_clock_and_the_work_are_real_by_default(database: Path) -> None:
    door = AccountAccess()
    assert abs((door.now() - datetime.now(UTC)).total_seconds()) < 5
