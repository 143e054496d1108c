"""Controls in the browser and by the API: entered, linked on the page of a norm, shown with what they serve."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_office import BASE, Office

from dutybook.searching import meaning
from dutybook.searching.meaning import Meant
from dutybook.store import Filters, Register
from dutybook.web.access import COOKIE, Access


def token(client: TestClient) -> str:
    access: Access = client.app.state.access  # type: ignore[attr-defined]
    return access.token(client.cookies[COOKIE])


def post(client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"token": token(client), **fields})


@pytest.fixture
def norm(client: TestClient) -> str:
    found = client.get("/api/v1/norms?modality=obligation&language=en&work=32031R0418&limit=1").json()["items"]
    return str(found[0]["id"])


def test_a_control_is_entered_linked_and_unlinked(client: TestClient, norm: str) -> None:
    assert "no such controls" in client.get("/controls").text
    made = post(
        client, "/controls", title="Yearly <b>test</b>", reference="BC-3", status="active", description="a\r\nb"
    )
    assert made.status_code == 303
    page = made.headers["location"]
    assert "Yearly &lt;b&gt;test&lt;/b&gt;" in client.get(page).text
    assert "No control serves this norm" in client.get(f"/norms/{norm}").text
    linked = post(client, f"/norms/{norm}/controls", control="bc-3")
    assert linked.headers["location"] == f"/norms/{norm}#controls"
    assert f'href="{page}"' in client.get(f"/norms/{norm}").text
    shown = client.get(page).text
    assert f'href="/norms/{norm}"' in shown
    assert "linked by anna" in shown
    assert post(client, f"{page}/norms", unlink=norm).status_code == 303
    assert "It serves no norm yet" in client.get(page).text
    assert post(client, f"{page}/norms", unlink=norm).status_code == 404


def test_a_new_control_is_made_on_the_page_of_a_norm(client: TestClient, norm: str) -> None:
    post(client, "/controls", title="Yearly recovery test")
    for typed, answer in (
        ("Four <eyes>", "No control is called “Four &lt;eyes&gt;”"),
        ("yearly recovry test", "Did you mean Yearly recovery test?"),
        ("", "Write the reference"),
    ):
        unknown = post(client, f"/norms/{norm}/controls", control=typed)
        assert unknown.status_code == 409
        assert answer in unknown.text
    assert 'value="Four &lt;eyes&gt;"' in post(client, f"/norms/{norm}/controls", control="Four <eyes>").text
    assert post(client, f"/norms/{norm}/controls", control="Four eyes", make="1").status_code == 303
    listed = client.get("/controls?words=four").text
    (identity,) = set(re.findall(r'href="/controls/([0-9a-f]{16})"', listed))
    assert post(client, f"/norms/{norm}/controls", unlink=identity).status_code == 303


def test_a_form_that_is_too_late_or_wrong_writes_nothing(client: TestClient) -> None:
    page = post(client, "/controls", title="Four eyes").headers["location"]
    form = client.get(page).text
    revision = re.search(r'name="revision" value="(\d+)"', form)[1]  # type: ignore[index]
    assert post(client, page, revision=revision, title="Four eyes", owner="ben").status_code == 303
    late = post(client, page, revision=revision, title="Four eyes", owner="eve")
    assert late.status_code == 409
    assert "changed since" in late.text
    assert post(client, "/controls", title=" ").status_code == 409
    assert post(client, "/controls", title="FOUR EYES").status_code == 409
    assert client.post("/controls", data={"title": "x"}).status_code == 403
    assert client.get("/controls/nothing").status_code == 404


def test_the_form_of_a_control_says_what_the_control_is(client: TestClient) -> None:
    """What the form shows is what is saved: a control that is opened and saved as it is stays as it was."""
    said = {"title": "Four eyes", "category": "policy", "status": "on hold", "owner": "ben", "description": "a"}
    page = post(client, "/controls", **said).headers["location"]
    form = re.search(rf'<form method="post" action="{page}">.*?</form>', client.get(page).text, re.DOTALL)[0]  # type: ignore[index]
    chosen = dict(re.findall(r'<select name="(\w+)">(?:(?!</select>).)*?value="([^"]*)" selected', form, re.DOTALL))
    assert chosen == {"category": "policy", "status": "on hold"}
    revision = re.search(r'name="revision" value="(\d+)"', form)[1]  # type: ignore[index]
    assert post(client, page, **{**said, **chosen, "revision": revision}).status_code == 303
    kept = client.get(f"/api/v1{page}").json()["control"]
    assert {name: kept[name] for name in said} == said
    wrong = post(client, "/controls", title=" ", category="process")
    assert wrong.status_code == 409
    assert '<option value="process" selected>' in wrong.text


def test_readers_see_and_editors_write(office: Office) -> None:
    reader, editor = office.signed_in("Anna"), office.signed_in("Emil")
    assert post(editor, "/controls", title="Four eyes").status_code == 303
    page = reader.get("/controls").text
    assert "Four eyes" in page
    assert "New control" not in page
    assert post(reader, "/controls", title="x").status_code == 403


def test_the_api_does_the_same(client: TestClient, norm: str) -> None:
    client.headers["x-dutybook-token"] = token(client)
    made = client.post("/api/v1/controls", json={"title": "Four eyes", "category": "procedure"})
    assert made.status_code == 201
    path = f"/api/v1/controls/{made.json()['id']}"
    assert client.post("/api/v1/controls", json={"title": "four eyes"}).status_code == 409
    assert client.post(f"{path}/norms", json={"norms": [norm]}).json() == {"linked": 1}
    assert [n["norm"] for n in client.get(path).json()["norms"]] == [norm]
    assert client.get(f"/api/v1/norms/{norm}/review").json()["record"]["control"] == "Four eyes"
    assert client.patch(path, json={"status": "active", "revision": 1}).json()["status"] == "active"
    assert client.patch(path, json={"status": "planned", "revision": 1}).status_code in (409, 412)
    assert client.patch(path, json={}).status_code == 422
    assert client.delete(f"{path}/norms/{norm}").status_code == 204
    assert client.delete(f"{path}/norms/{norm}").status_code == 404
    assert [row["action"] for row in client.get(f"{path}/history").json()["items"]][:2] == ["unlinked", "set"]


def test_coverage_counts_and_lists_gaps(client: TestClient, norm: str) -> None:
    page = client.get("/coverage").text
    assert "Coverage and gaps" in page
    client.headers["x-dutybook-token"] = token(client)
    client.patch(f"/api/v1/norms/{norm}/review", json={"applicability": "yes"})
    work = client.get(f"/api/v1/norms/{norm}").json()["norm"]["work"]
    rows = client.get("/api/v1/coverage").json()["items"]
    assert [row["gap"] for row in rows if row["work"] == work] == [1]
    assert f'href="/norms/{norm}#controls"' in client.get("/coverage", params={"work": work, "state": "gap"}).text
    post(client, f"/norms/{norm}/controls", control="Four eyes", make="1")
    assert f'href="/norms/{norm}#controls"' in client.get("/coverage", params={"work": work, "state": "planned"}).text
    assert client.get("/coverage", params={"work": "no such act"}).status_code == 400


def test_suggestions_are_decided_with_one_key(client: TestClient, norm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nothing left to decide" in client.get("/control-suggestions").text
    post(client, "/controls", title="Reports of incidents")
    assert "dutybook index" in client.get("/control-suggestions").text

    def near(register: Register, filters: Filters, limit: int, *, related: bool) -> list[Meant]:
        assert filters.words == "Reports of incidents. "
        assert not related
        return [Meant(norm, norm, 0.8), Meant(norm, "far", 0.1)]

    monkeypatch.setattr(meaning, "why_not", lambda _: None)
    monkeypatch.setattr(meaning, "nearest", near)
    page = client.get("/control-suggestions?later=0").text
    assert 'data-key="c"' in page
    assert f'value="{norm}"' in page
    fields = dict(re.findall(r'name="(control|norm|next)" value="([^"]*)"', page))
    answer = post(client, "/control-suggestions", answer="decline", **fields)
    assert answer.headers["location"] == "/control-suggestions"
    assert "nothing left to decide" in client.get("/control-suggestions").text
    assert post(client, "/control-suggestions", answer="link", **(fields | {"next": "//evil"})).status_code == 303
    assert f'href="/norms/{norm}"' in client.get(f"/controls/{fields['control']}").text


def test_evidence_is_kept_as_link_or_file(client: TestClient, norm: str) -> None:
    kept = client.post(
        "/evidence",
        data={"token": token(client), "norm": norm, "title": "Test <2031>", "valid_until": "2000-01-01"},
        files={"files": ("../../Report (1).html", b"<script>alert(1)</script>")},
        headers={"origin": BASE},
    )
    assert kept.headers["location"] == f"/norms/{norm}#evidence"
    page = client.get(f"/norms/{norm}").text
    (identity,) = set(re.findall(r'href="/evidence/([0-9a-f]{16})"', page))
    assert "Test &lt;2031&gt;" in page
    shown = client.get(f"/evidence/{identity}").text
    assert "expired" in shown
    sent = client.get(f"/evidence/{identity}/file")
    assert sent.content == b"<script>alert(1)</script>"
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["content-disposition"] == 'attachment; filename="Report-1-.html"'
    revision = re.search(r'name="revision" value="(\d+)"', shown)[1]  # type: ignore[index]
    wanted = {
        "revision": revision,
        "title": "Test",
        "valid_until": "2999-01-01",
        "remind_days": "5",
        "target": "/etc/passwd",
    }
    assert post(client, f"/evidence/{identity}", **wanted).status_code == 303
    assert post(client, f"/evidence/{identity}", **wanted).status_code == 409
    assert "Test" in client.get("/evidence").text
    nothing = client.post(
        "/evidence", data={"token": token(client), "title": "x"}, files={"files": ("", b"")}, headers={"origin": BASE}
    )
    assert nothing.status_code == 400
    stranger = client.post("/evidence", data={"token": "wrong"}, files={"files": ("a", b"a")}, headers={"origin": BASE})
    assert stranger.status_code == 403


def test_evidence_is_taken_off_and_removed(client: TestClient, norm: str) -> None:
    control = post(client, "/controls", title="Four eyes").headers["location"].rpartition("/")[2]
    client.headers["x-dutybook-token"] = token(client)
    body = {"title": "Test", "target": "a.pdf", "norms": [norm], "controls": [control]}
    identity = client.post("/api/v1/evidence", json=body).json()["evidence"]["id"]
    page = f"/evidence/{identity}"
    off = post(client, f"{page}/links", control=control, **{"from": "control"})
    assert off.headers["location"] == f"/controls/{control}#evidence"
    assert post(client, f"{page}/links", norm=norm).headers["location"] == page
    assert norm not in client.get(f"/api/v1{page}").text
    client.patch(f"/api/v1{page}", json={"norms": [norm], "controls": [control]})
    assert client.delete(f"/api/v1{page}/norms/{norm}").status_code == 204
    assert client.delete(f"/api/v1{page}/norms/{norm}").status_code == 404
    assert client.delete(f"/api/v1{page}/controls/four eyes").status_code == 204
    assert client.delete(f"/api/v1{page}/controls/{control}").status_code == 404
    assert post(client, f"{page}/remove", revision="1").status_code == 409
    revision = re.search(r'name="revision" value="(\d+)"', client.get(page).text)[1]  # type: ignore[index]
    assert post(client, f"{page}/remove", revision=revision).headers["location"] == "/evidence"
    assert client.get(page).status_code == 404
    again = client.post("/api/v1/evidence", json=body).json()["evidence"]["id"]
    assert client.delete(f"/api/v1/evidence/{again}").status_code == 204
    assert client.get(f"/norms/{norm}").status_code == 200


def test_a_list_of_controls_is_looked_at_and_then_taken_over(client: TestClient, norm: str) -> None:
    post(client, "/controls", title="Recovery test", reference="BC-3")

    def send(data: bytes, name: str, key: str = token(client)) -> Any:
        return client.post(
            "/control-import", data={"token": key}, files={"files": (name, data)}, headers={"origin": BASE}
        )

    table = f"reference,title,status,norms\nBC-3,Yearly <test>,active,{norm}\nAC-1,Access,planned,\nX,Y,maybe,\n"
    address = send(table.encode(), "../my list.CSV").headers["location"]
    page = client.get(address).text
    assert "What would change" in page
    assert "Yearly &lt;test&gt;" in page
    assert "AC-1 Access" in page
    assert "&#39;maybe&#39; is no status" in page
    assert "AC-1" not in client.get("/controls").text
    assert post(client, address).headers["location"] == address
    assert "Imported" in client.get(address).text
    listed = client.get("/controls").text
    assert "AC-1" in listed
    assert "Yearly &lt;test&gt;" in listed
    assert post(client, address).status_code == 303
    library = b"ref_id: iso\nobjects:\n  reference_controls:\n  - {ref_id: A.1, name: Backups, category: process}\n"
    assert "A.1 Backups" in client.get(send(library, "lib.yaml").headers["location"]).text
    wrong = client.get(send(b"nothing;here\n1;2\n", "x.csv").headers["location"])
    assert wrong.status_code == 400
    assert "no column" in wrong.text
    assert send(b"title\na\n", "a.csv", "wrong").status_code == 403
    assert client.get("/control-import/none").status_code == 404
    assert client.get(f"/import/{address.rpartition('/')[2]}").status_code == 404


def test_the_api_takes_files_as_evidence(client: TestClient, norm: str) -> None:
    def send(name: str = "Report (1).pdf", **fields: str) -> Any:
        return client.post("/api/v1/evidence/files", data=fields, files={"files": (name, b"%PDF")})

    assert send().status_code == 403
    client.headers["x-dutybook-token"] = token(client)
    control = client.post("/api/v1/controls", json={"title": "Four eyes"}).json()["id"]
    sent = send(norms=norm, controls="Four eyes", valid_until="2032-03-31", remind_days="5")
    assert sent.status_code == 201
    made = sent.json()
    assert made["evidence"]["title"] == "Report (1).pdf"
    assert (made["evidence"]["kind"], made["evidence"]["bytes"], made["evidence"]["remind_days"]) == ("file", 4, 5)
    assert [one["norm"] for one in made["norms"]] == [norm]
    assert [one["id"] for one in made["controls"]] == [control]
    assert client.get(f"/evidence/{made['evidence']['id']}/file").content == b"%PDF"
    for wrong in ({"valid_until": "soon"}, {"remind_days": "-1"}, {"colour": "red"}):
        assert send(**wrong).status_code == 422
    assert send(norms="0123456789abcdef").status_code == 404
    assert client.post("/api/v1/evidence/files", data={"title": "x"}, files={}).status_code == 415
    two = [("files", ("a", b"a")), ("files", ("b", b"b"))]
    assert client.post("/api/v1/evidence/files", files=two).status_code == 422
    assert client.get("/api/v1/evidence").json()["total"] == 1
