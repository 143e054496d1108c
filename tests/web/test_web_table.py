"""The table of results: columns, order, what is said of several norms at once, and cells that are edited in place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_office import Office, hidden

from dutybook.errors import BadFilter, BadRequest
from dutybook.searching import Filters, page
from dutybook.store import open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import Record
from dutybook.store.search.ordering import ORDERS
from dutybook.web.access import Access

TABLE = "/search?view=table&language=en"


def token(client: TestClient) -> str:
    return hidden(client.get(TABLE).text)["token"]


def norms_of(text: str) -> list[str]:
    return re.findall(r'<tr data-norm="(\w+)"', text)


def heads(text: str) -> list[str]:
    return re.findall(r'<th scope="col" class="(\w+)"', text)


def record(database: Path, norm: str) -> Record:
    with open_register(database, read_only=True) as register:
        return reviews.record(register, norm) or Record("")


def test_the_table_has_a_row_a_norm_and_the_usual_columns(client: TestClient) -> None:
    text = client.get(TABLE).text
    assert len(norms_of(text)) == 50
    assert heads(text) == ["modality", "bearer", "duty", "deadline", "applies_from", "act", "place", "status", "owner"]
    assert 'class="hits"' not in text
    following = re.search(r'rel="next" href="([^"]*)"', text)
    assert following
    assert "offset=50" in following[1]


def test_columns_are_chosen_and_kept(client: TestClient) -> None:
    chosen = client.get(f"{TABLE}&columns=duty&columns=tags&columns=nosuch").text
    assert heads(chosen) == ["duty", "tags"]
    later = client.get("/search?language=en").text
    assert heads(later) == ["duty", "tags"]
    assert heads(client.get("/search?view=list").text) == []
    assert heads(client.get("/search").text) == []


@pytest.mark.parametrize("order", [*ORDERS, *(f"-{name}" for name in ORDERS)])
def test_results_come_in_each_order(filled: Path, order: str) -> None:
    with open_register(filled, read_only=True) as register:
        for words in ("", "operator"):
            filters = Filters(words=words)
            usual = page(register, filters, limit=10_000)
            found = page(register, filters, limit=10_000, order=order, facets=("modality", "status"))
            assert sorted(hit.identity for hit in found.hits) == sorted(hit.identity for hit in usual.hits)
            again = page(register, filters, limit=5, offset=3, order=order)
            assert [hit.identity for hit in again.hits] == [hit.identity for hit in found.hits[3:8]]


def test_an_order_puts_what_has_no_value_last(filled: Path) -> None:
    with open_register(filled, read_only=True) as register:
        for order in ("deadline", "-deadline"):
            days = [hit.due for hit in page(register, Filters(language="en"), limit=10_000, order=order).hits]
            there = [day for day in days if day]
            assert there == sorted(there, reverse=order[0] == "-")
            assert days[len(there) :] == [None] * (len(days) - len(there))
            assert there
        with pytest.raises(BadFilter, match="Did you mean"):
            page(register, Filters(), order="deadlin")


def test_a_click_on_a_head_sorts_turns_round_and_ends(client: TestClient) -> None:
    text, states = client.get(TABLE).text, []
    for _ in range(3):
        at = re.search(r'class="deadline" aria-sort="(\w+)"><a href="([^"]*)"', text)
        assert at
        states.append(at[1])
        text = client.get(at[2].replace("&amp;", "&")).text
    assert states == ["none", "ascending", "descending"]
    assert 'class="deadline" aria-sort="none"' in text
    assert client.get(f"{TABLE}&sort=nosuch").status_code == 400


def test_several_norms_are_changed_at_once_and_the_change_is_undone(client: TestClient, database: Path) -> None:
    chosen = norms_of(client.get(TABLE).text)[:3]
    said = {
        "status": "applicable",
        "owner": "Berta",
        "applicability": "yes",
        "add_tag": "payments",
        "reason": "we ship",
    }
    sent = {"token": token(client), "norm": chosen, "back": TABLE, **said}
    answer = client.post("/search/bulk", data=sent)
    assert answer.status_code == 303
    done = client.get(answer.headers["location"]).text
    assert "3 norms changed" in done
    for norm in chosen:
        found = record(database, norm)
        assert (found.status, found.owner, found.applicability, found.tags) == (
            "applicable",
            "Berta",
            "yes",
            "payments",
        )
    for row in re.findall(r'<tr data-norm="\w+".*?</tr>', done, re.DOTALL)[:3]:
        assert "Berta" in row
    undo = {"token": token(client), "norm": [norm[:12] for norm in chosen], "judge": "undo", "back": TABLE}
    assert client.post("/search/bulk", data=undo).headers["location"] == TABLE
    assert record(database, chosen[0]).owner == ""


def test_all_that_is_found_is_changed_though_it_is_on_several_pages(client: TestClient, database: Path) -> None:
    text = client.get(TABLE).text
    one = {
        "token": hidden(text)["token"],
        "norm": norms_of(text)[:1],
        "back": TABLE,
        "every": "1",
        "search": "language=en",
    }
    answer = client.post("/search/bulk", data={**one, "owner": "Berta"})
    with open_register(database, read_only=True) as register:
        every = register.number(Filters(language="en"))
        assert register.number(Filters(owner="Berta", language="en")) == every > 50
    assert f"{every} norms changed" in client.get(answer.headers["location"]).text
    judged = client.post("/search/bulk", data={**one, "judge": "confirmed"})
    assert "1 norm changed" in client.get(judged.headers["location"]).text


@pytest.mark.parametrize(("judge", "reason"), [("confirmed", ""), ("rejected", "a heading"), ("rejected", "")])
def test_several_findings_are_judged(client: TestClient, database: Path, judge: str, reason: str) -> None:
    chosen = norms_of(client.get(TABLE).text)[:2]
    sent = {"token": token(client), "norm": chosen, "judge": judge, "reason": reason, "otherwise": "is no norm"}
    assert client.post("/search/bulk", data=sent).headers["location"].startswith("/search?done=")
    for norm in chosen:
        found = record(database, norm)
        assert found.finding == judge
        assert found.finding_reason == (reason or ("is no norm" if judge == "rejected" else ""))


def test_a_change_of_several_norms_that_is_impossible_is_explained(client: TestClient) -> None:
    def problem_page(**more: object) -> str:
        sent = {"token": token(client), "back": TABLE, **more}
        answer = client.post("/search/bulk", data=sent)
        assert answer.status_code == 303
        return client.get(answer.headers["location"]).text

    norm = norms_of(client.get(TABLE).text)[:1]
    assert "No norm is selected" in problem_page()
    assert "No change was chosen" in problem_page(norm=norm)
    assert 'role="alert"' in problem_page(norm=norm, applicability="no")
    assert 'role="alert"' in problem_page(norm=norm, status="nonsense")
    assert 'role="alert"' in problem_page(norm=["nosuch"], status="applicable")
    assert client.post("/search/bulk", data={"token": "x", "norm": norm}).status_code == 403
    away = client.post(
        "/search/bulk", data={"token": token(client), "norm": norm, "owner": "a", "back": "//evil.example"}
    )
    assert away.headers["location"].startswith("/search?done=")


def test_a_cell_is_edited_in_place(client: TestClient, database: Path) -> None:
    norm = norms_of(client.get(TABLE).text)[0]

    def send(**more: str) -> tuple[int, dict[str, str]]:
        answer = client.post("/search/edit", data={"token": token(client), "norm": norm, **more})
        return answer.status_code, answer.json()

    status, answer = send(field="status", value="applicable")
    assert (status, answer["value"], answer["text"]) == (200, "applicable", "applicable")
    assert send(field="due", value="2033-02-01", since=answer["since"])[1]["text"] in ("Feb 1, 2033", "1 Feb 2033")
    status, answer = send(field="owner", value="Late", since=answer["since"])
    assert status == 409
    assert "changed" in answer["message"]
    assert send(field="applicability", value="no")[0] == 400
    assert send(field="applicability", value="no", reason="no ships")[0] == 200
    assert send(field="tags", value="b, a,b")[1]["value"] == "a, b"
    assert send(field="due", value="tomorrow")[0] == 400
    assert send(field="priority", value="high")[1]["text"] == "high"
    assert heads(client.get(f"{TABLE}&columns=priority").text) == ["priority"]
    assert record(database, norm).applicability_reason == "no ships"
    assert client.post("/search/edit", data={"token": token(client), "norm": norm, "field": "why"}).status_code == 404


def test_a_saved_search_keeps_the_table(client: TestClient) -> None:
    page = client.get(f"{TABLE}&columns=duty&columns=owner&sort=-deadline").text
    query = re.search(r'name="query" value="([^"]*)"', page)
    assert query
    client.post("/searches", data={"token": token(client), "name": "Mine", "query": query[1].replace("&amp;", "&")})
    opened = client.get("/searches/open?name=Mine").headers["location"]
    assert opened == "/search?language=en&view=table&columns=duty&columns=owner&sort=-deadline"
    assert heads(client.get(opened).text) == ["duty", "owner"]


def test_readers_change_nothing(office: Office) -> None:
    browser = office.signed_in("Anna")
    text = browser.get(TABLE).text
    assert norms_of(text)
    assert 'name="norm"' not in text
    assert "data-edit=" not in text
    sent = {"token": hidden(text)["token"], "norm": norms_of(text)[:1], "owner": "x", "field": "owner", "value": "x"}
    assert browser.post("/search/bulk", data=sent).status_code == 403
    assert browser.post("/search/edit", data=sent).status_code == 403


def test_norms_are_found_by_their_tags(client: TestClient, database: Path) -> None:
    with open_register(database) as register:
        first, second = [norm.id for norm in register.norms(Filters(language="en"))][:2]
        reviews.change(register, [first], Change(tags="payments, DORA"), by="anna")
        reviews.change(register, [first, second], Change(add_tag="risk"), by="anna")
        assert [norm.id for norm in register.norms(Filters(tag="DORA", language="en"))] == [first]
        assert len(list(register.norms(Filters(tag=("DORA", "risk"), language="en")))) == 2
        assert list(register.norms(Filters(tag="DOR"))) == []
        record = reviews.record(register, first)
        assert record
        assert record.tags == "DORA, payments, risk"
    assert "payments</span>" in client.get("/search/values?facet=tag").text
    for wrong in ("a,b", " ", "x" * 61):
        with pytest.raises(BadRequest, match="is no tag"):
            Change(add_tag=wrong)


def test_access_is_needed(stranger: TestClient, access: Access) -> None:
    assert access.key
    assert stranger.post("/search/bulk", data={}).status_code == 401


def test_norms_are_found_by_whether_they_apply_to_us(client: TestClient, database: Path) -> None:
    with open_register(database) as register:
        every = register.number(Filters(language="en"))
        first, second = [norm.id for norm in register.norms(Filters(language="en"))][:2]
        reviews.change(register, [first], Change(applicability="yes"), by="anna")
        reviews.change(register, [second], Change(applicability="no", reason="no ships"), by="anna")
        assert [norm.id for norm in register.norms(Filters(applicability="yes", language="en"))] == [first]
        assert register.number(Filters(applicability=("yes", "no"), language="en")) == 2
        assert register.number(Filters(applicability="unassessed", language="en")) == every - 2
        assert register.number(Filters(applicability=("unassessed", "yes"), language="en")) == every - 1
    assert "yes</span>" in client.get("/search/values?facet=applicability").text
