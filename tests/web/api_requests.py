#!/usr/bin/env python
"""One request for each verb of the API, over the samples. ``python tests/web/api_requests.py`` writes the examples and the golden description anew."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from filling import SAMPLES, fill  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

from dutybook.web.access import COOKIE, Access  # noqa: E402
from dutybook.web.api import openapi  # noqa: E402
from dutybook.web.app import create_app  # noqa: E402
from dutybook.web.settings import Settings  # noqa: E402

BASE = "http://127.0.0.1:8765"
EXAMPLES = HERE.parents[1] / "src" / "dutybook" / "web" / "api" / "examples.json"
GOLDEN = HERE.parent / "golden" / "openapi.json"
#: Verbs that answer with something else than JSON.
FILES = {"getNormImage", "getPage", "export"}
_PLAIN_TARGET = "mailto:anna@example.org#smtp=mail.example.org:587&from=bot@example.org"


@dataclass(frozen=True)
class Asked:
    """A request, and its answer (None where it has none)."""

    operation: str
    method: str
    path: str
    body: Any
    status: int
    answer: Any


def client_of(database: Path) -> TestClient:
    """A browser in its session, which may change things."""
    access = Access()
    client = TestClient(
        create_app(Settings(database, "anna", Path.cwd()), access), base_url=BASE, follow_redirects=False
    )
    session = access.enter(access.key) or ""
    client.cookies.set(COOKIE, session)
    client.headers["x-dutybook-token"] = access.token(session)
    return client


class Player:
    """Asks one verb after the other."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.asked: list[Asked] = []

    def ask(self, operation: str, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, "/api/v1" + path, **({} if body is None else {"json": body}))
        assert answer.status_code < 300, (operation, answer.status_code, answer.text[:500])
        is_json = answer.headers.get("content-type", "") == "application/json"
        told = answer.json() if is_json else None
        self.asked.append(Asked(operation, method, path, body, answer.status_code, told))
        return told

    def send_file(self, operation: str, path: str, name: str, data: bytes, **fields: str) -> Any:
        answer = self.client.post("/api/v1" + path, data=fields, files={"files": (name, data)})
        assert answer.status_code < 300, (operation, answer.status_code, answer.text[:500])
        self.asked.append(Asked(operation, "POST", path, None, answer.status_code, answer.json()))
        return answer.json()


def play(client: TestClient) -> list[Asked]:
    """All verbs once, with what they need in between."""
    player = Player(client)
    ask = player.ask
    found = ask("searchNorms", "GET", "/norms?words=incident&modality=obligation&limit=2&facet=topic")
    pages = ask("searchNorms", "GET", "/norms?work=32031R0418&language=en&due_window=later&limit=1")["items"]
    norm = next(hit["id"] for hit in [*pages, *found["items"]] if hit["page"])
    ask("countNorms", "GET", "/facets?words=incident&facet=modality&facet=topic")
    ask("getNorm", "GET", f"/norms/{norm}")
    ask("explain", "GET", f"/norms/{norm}/explain")
    ask("getNormImage", "GET", f"/norms/{norm}/image")
    ask(
        "changeReview",
        "PATCH",
        f"/norms/{norm}/review",
        {
            "finding": "confirmed",
            "status": "applicable",
            "owner": "anna",
            "due": "2032-01-31",
            "note": "asked the supplier",
        },
    )
    ask("getReview", "GET", f"/norms/{norm}/review")
    ask("getHistory", "GET", f"/norms/{norm}/history?limit=2")
    ask("listMentions", "GET", "/mentions?limit=2")
    ask("undoReview", "POST", f"/norms/{norm}/review/undo")
    propose(client, norm)
    ask("listApprovals", "GET", "/approvals?limit=1")
    ask("decideReview", "POST", f"/norms/{norm}/review/decision", {"approve": False, "reason": "we run no ferries"})
    ask("getReviewQueue", "GET", "/review?limit=1")
    ask("verifyHistory", "GET", "/audit/verify")
    ask("suggestControls", "GET", "/control-suggestions?limit=1")
    drill = {"title": "Yearly recovery test", "reference": "BC-3", "owner": "anna"}
    control = ask("addControl", "POST", "/controls", drill)["id"]
    ask("linkNorms", "POST", f"/controls/{control}/norms", {"norms": [norm], "reason": "agreed with the auditor"})
    ask("changeControl", "PATCH", f"/controls/{control}", {"status": "active"})
    ask("listControls", "GET", "/controls?words=recovery&limit=1")
    ask("getControl", "GET", f"/controls/{control}")
    ask("getControlHistory", "GET", f"/controls/{control}/history?limit=2")
    ask("getCoverage", "GET", "/coverage?limit=1")
    ask("declineNorms", "POST", f"/controls/{control}/declined", {"norms": [norm]})
    ask("linkNorms", "POST", f"/controls/{control}/norms", {"norms": [norm]})
    proof = {
        "title": "Recovery test 2031",
        "target": "https://intranet.example/tests/2031",
        "valid_until": "2032-03-31",
    }
    item = ask("addEvidence", "POST", "/evidence", {**proof, "norms": [norm], "controls": [control]})["evidence"]["id"]
    ask("changeEvidence", "PATCH", f"/evidence/{item}", {"valid_until": "2033-03-31"})
    ask("getEvidence", "GET", f"/evidence/{item}")
    ask("listEvidence", "GET", "/evidence?limit=1")
    ask("unlinkEvidenceNorm", "DELETE", f"/evidence/{item}/norms/{norm}")
    ask("unlinkEvidenceControl", "DELETE", f"/evidence/{item}/controls/{control}")
    ask("removeEvidence", "DELETE", f"/evidence/{item}")
    player.send_file(
        "addEvidenceFile", "/evidence/files", "report.txt", b"41 minutes", title="Recovery test", norms=norm
    )
    ask("unlinkNorm", "DELETE", f"/controls/{control}/norms/{norm}")
    ask(
        "addProfile",
        "POST",
        "/profiles",
        {"name": "Quay Pay", "countries": ["DE"], "employees": 40, "yes": ["payment institution"], "complete": True},
    )
    ask("listProfiles", "GET", "/profiles")
    ask("changeProfile", "PATCH", "/profiles/Quay%20Pay", {"turnover": 9.5, "no": ["credit institution"]})
    ask("getProfile", "GET", "/profiles/Quay%20Pay")
    ask("listProposedActs", "GET", "/profiles/Quay%20Pay/acts?limit=2")
    ask("getInterview", "GET", "/profiles/Quay%20Pay/interviews/32031R0418")
    proposed = ask("listProposals", "GET", "/profiles/Quay%20Pay/proposals?verdict=no&limit=2&reader=en")
    told = {"norms": [one["norm"] for one in proposed["items"]]}
    ask("confirmProposals", "POST", "/profiles/Quay%20Pay/confirm", told)
    for one in told["norms"]:
        client.post(f"/api/v1/norms/{one}/review/undo")
    ask("removeProfile", "DELETE", "/profiles/Quay%20Pay")
    ask("listActs", "GET", "/acts?words=quay&limit=2")
    ask("listComingActs", "GET", "/coming-acts?limit=2")
    ask("getAct", "GET", "/acts/32031R0888")
    ask("listVersions", "GET", "/acts/32031R0888/versions?limit=2")
    ask("compareVersions", "GET", "/acts/32031R0888/changes?limit=2")
    ask("getTimeline", "GET", "/acts/32031R0418/timeline?language=en")
    ask("listDocuments", "GET", "/documents?status=unreadable")
    document = client.get(f"/api/v1/norms/{norm}").json()["norm"]["document"]
    ask("getDocument", "GET", f"/documents/{document}")
    ask("listProvisions", "GET", f"/documents/{document}/provisions?limit=2")
    ask("getText", "GET", f"/documents/{document}/text?length=200")
    ask("getPage", "GET", f"/documents/{document}/pages/1.png")
    ask("listRejected", "GET", f"/rejected?document={document}&limit=1")
    ask("listFacts", "GET", f"/facts?document={document}&limit=1")
    ask("listPenalties", "GET", "/penalties?limit=1")
    ask("getAgenda", "GET", "/deadlines/due?from=2031-01-01&to=2040-12-31&limit=2")
    waiting = norm_with_period(client)
    ask("getDue", "GET", f"/norms/{waiting}/due?event=2032-03-02")
    kept = ask("storeEvent", "POST", f"/norms/{waiting}/events", {"event": "2032-03-02 14:00", "note": "incident 17"})
    ask("listEvents", "GET", "/events?limit=1")
    ask("forgetEvent", "DELETE", f"/events/{kept['items'][0]['stored']['id']}")
    ask("openAssessments", "POST", "/assessments")
    ask("listTasks", "GET", "/tasks?kind=assessment&limit=1")
    item = ask("listAssessments", "GET", "/assessments?limit=1")["items"][0]["id"]
    ask("getAssessment", "GET", f"/assessments/{item}")
    ask("changeAssessment", "PATCH", f"/assessments/{item}", {"decision": "no effect", "reason": "we have no quay"})
    ask("countIncident", "GET", "/incident-clocks?aware=2032-03-02%2014:00&limit=2")
    incident = ask("storeIncident", "POST", "/incidents", {"aware": "2032-03-02 14:00", "title": "crane 7"})["id"]
    ask("listIncidents", "GET", "/incidents?status=open&limit=1")
    duties = ask("getIncident", "GET", f"/incidents/{incident}")["duties"]
    ask("changeIncident", "PATCH", f"/incidents/{incident}", {"classified": "2032-03-02 16:00"})
    ask("reportDuty", "PATCH", f"/incidents/{incident}/duties/{duties[0]['id']}", {"submitted": "2032-03-03 09:00"})
    listed = ask("listNews", "GET", "/news?all=true&limit=1")
    ask("getNewsEvent", "GET", f"/news/{listed['items'][0]['id']}")
    ask("listClaims", "GET", "/claims?limit=1")
    ask("listProcedures", "GET", "/procedures?limit=1")
    ask(
        "saveSearch",
        "POST",
        "/searches",
        {"name": "incidents", "filters": {"words": "incident", "modality": ["obligation"]}},
    )
    ask("getSearch", "GET", "/searches/incidents")
    ask("listSearches", "GET", "/searches")
    ask("forgetSearch", "DELETE", "/searches/incidents")
    ask(
        "addAlert",
        "POST",
        "/alerts",
        {
            "name": "incidents",
            "filters": {"words": "incident"},
            "to": [_PLAIN_TARGET],
            "on": ["changed"],
            "every": "weekly fri 16:00",
            "zone": "Europe/Berlin",
        },
    )
    ask("listAlerts", "GET", "/alerts")
    ask("getAlert", "GET", "/alerts/incidents")
    ask("previewAlert", "GET", "/alerts/incidents/preview")
    ask("setAlertState", "PATCH", "/alerts/incidents", {"state": "paused"})
    deliver(client)
    ask("listDeliveries", "GET", "/deliveries?limit=1")
    delivery = client.get("/api/v1/deliveries").json()["items"][0]["id"]
    ask("getDelivery", "GET", f"/deliveries/{delivery}")
    ask("retryDelivery", "POST", f"/deliveries/{delivery}/retry")
    ask("removeAlert", "DELETE", "/alerts/incidents")
    ask("listWatchKinds", "GET", "/watch-kinds?limit=2")
    ask(
        "addWatch",
        "POST",
        "/watches",
        {"kind": "feed", "target": "https://authority.example/news.xml", "every": "1h", "name": "authority"},
    )
    ask("listWatches", "GET", "/watches")
    ask("getWatch", "GET", "/watches/authority")
    ask("listWatchItems", "GET", "/watches/authority/items")
    ask("pauseWatch", "PATCH", "/watches/authority", {"paused": True})
    ask("removeWatch", "DELETE", "/watches/authority")
    ask("export", "GET", "/export/csv?modality=prohibition")
    ask("getAbout", "GET", "/about")
    ask("getLanguages", "GET", "/languages?reader=en")
    ask("getHealth", "GET", "/health")
    ask("examine", "GET", "/doctor")
    ask("getIndex", "GET", "/index")
    ask("getOpenApi", "GET", "/openapi.json")
    return player.asked


def propose(client: TestClient, norm: str) -> None:
    """Have somebody else propose a change, as where judgements need a second person."""
    from dutybook.store import open_register
    from dutybook.store.judgements import reviews
    from dutybook.store.judgements.approval_rule import set_second_person
    from dutybook.store.judgements.change import Change

    with open_register(client.app.state.registers.database) as register:
        set_second_person(register, on=True, by="anna")
        reviews.change(register, [register.norm(norm).norm.id], Change(status="compliant"), by="ben")
        set_second_person(register, on=False, by="anna")


def norm_with_period(client: TestClient) -> str:
    """A norm with one period that an event starts."""
    for hit in client.get("/api/v1/norms?limit=200&language=en").json()["items"]:
        if len(hit["deadlines"]) == 1 and hit["deadlines"][0]["kind"] == "period":
            counted = client.get(f"/api/v1/norms/{hit['id']}/due?event=2032-03-02").json()["items"][0]
            if counted["due"]:
                return str(hit["id"])
    raise AssertionError("no norm of the samples has a period that an event starts")


def deliver(client: TestClient) -> None:
    """Put a message into the outbox as a run of the alerts would."""
    from datetime import UTC, datetime

    from dutybook.store import open_register
    from dutybook.store.alerts import alerts, events, outbox
    from dutybook.store.alerts.events import AlertEvent
    from dutybook.store.database.connection import immediate

    now = datetime.now(UTC)
    with open_register(client.app.state.registers.database) as register:
        alert = alerts.alert_named(register, "incidents")
        alerts.change_state(register, alert.id, alerts.ACTIVE)
        data = {
            "titles": {},
            "texts": {
                "en": {
                    "title": "Quay Safety Act",
                    "place": "Art 1",
                    "quote": "x",
                    "document": "d",
                    "norm": "n",
                    "page": None,
                    "source": "s",
                }
            },
        }
        with immediate(register._connection):
            made = events.record_event(
                register,
                AlertEvent("document", frozenset({"document"}), None, "2032-01-01", ("k",), data),
                now,
            )
            assert made
            outbox.put_events(register, alert.id, [made[0]], now, now)
        outbox.gather(register, now)


def examples(asked: list[Asked]) -> dict[str, Any]:
    """What is shown of them: short, and without anything of this machine."""
    made: dict[str, Any] = {}
    for one in asked:
        if one.operation in made:
            continue
        told: dict[str, Any] = {"method": one.method, "path": one.path}
        if one.body is not None:
            told["body"] = one.body
        if one.answer is not None and one.operation != "getOpenApi":
            told["answer"] = short(one.answer)
        if one.operation == "examine":
            told["answer"] = {"good": True, "findings": [f for f in one.answer["findings"] if f["what"] == "packages"]}
        made[one.operation] = told
    return made


def short(value: Any) -> Any:
    """The first things of lists, and paths as others have them."""
    if isinstance(value, dict):
        return {name: short(v) for name, v in value.items()}
    if isinstance(value, list):
        return [short(v) for v in value[:2]]
    if isinstance(value, str):
        return value.replace(str(SAMPLES), "corpora/samples")
    return value


def golden() -> str:
    """The description as it is released, to be compared line by line; examples may change freely."""
    made = openapi.document()
    for path in made["paths"].values():
        for verb in path.values():
            for part in [*verb["responses"].values(), verb.get("requestBody", {})]:
                for content in part.get("content", {}).values():
                    content.pop("example", None)
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Write both anew."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "register.db")
        fill(database)
        with client_of(database) as client:
            told = examples(play(client))
    EXAMPLES.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    GOLDEN.write_text(golden(), encoding="utf-8")


if __name__ == "__main__":
    main()
