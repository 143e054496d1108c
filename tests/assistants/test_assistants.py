"""The server for assistants: what its tools answer, what they refuse, and that nothing leaves the machine by it."""

from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

import anyio
from mcp import Client, MCPError

from builders import N, make_analysis
from dutybook.assistants import answers
from dutybook.assistants.server import Server, Settings, make_server
from dutybook.cli import run
from dutybook.records import Amount
from dutybook.store import open_register
from dutybook.store.judgements import reviews
from quay import corrigendum_of_the_act, flats

READING = ["search", "norm", "explain", "due", "diff", "works", "calendar", "changes"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("assistants") / "some register.db"
    norms = [
        N("Each harbour operator shall report an incident within 72 hours after noticing it.", place="Art 5(1)", bearer="harbour operator", deadline="within 72 hours", anchor="after noticing it", fields=(("bearer", 0.5),)),
        N("A permit must follow by 2 August 2031 under the Act.", place="Art 6", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2), cites="the Act"),
        N("A berth shall be considered safe.", place="Art 7", rejected="deeming"),
        N("Operators pay up to EUR 500.", place="Art 8", penalty=("up to EUR 500", Amount(500.0, "EUR", None, None))),
    ]  # fmt: skip
    with open_register(path) as register:
        register.add(make_analysis(norms, pages=3), "1")
        for flat in (*flats(), corrigendum_of_the_act()):
            register.write(flat)
    return path


@pytest.fixture
def server(database: Path) -> Server:
    return make_server(Settings(database))


def talk(server: Server, to_it: Callable[[Client], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with Client(server) as client:
            return await to_it(client)

    # In a thread of its own: a browser of other tests may keep a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, main).result()


def call(server: Server, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a tool, which is what its text says, too."""
    result = talk(server, lambda client: client.call_tool(tool, arguments))
    assert not result.is_error, result.content[0].text
    assert json.loads(result.content[0].text) == result.structured_content
    return dict(result.structured_content)


def refusal(server: Server, tool: str, **arguments: Any) -> str:
    result = talk(server, lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    assert "Traceback" not in result.content[0].text
    return str(result.content[0].text)


def read(server: Server, uri: str) -> dict[str, Any]:
    found = talk(server, lambda client: client.read_resource(uri))
    return dict(json.loads(found.contents[0].text))


def incident(server: Server) -> str:
    return str(call(server, "search", words="incident")["items"][0]["id"])


def test_it_only_reads_unless_more_is_allowed(database: Path, server: Server) -> None:
    tools = talk(server, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == READING
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.output_schema["properties"]
        assert tool.input_schema["additionalProperties"] is False
        assert all("description" in about for about in tool.input_schema["properties"].values()), tool.name
    allowed = make_server(Settings(database, frozenset({"review"}), "anna"))
    more = talk(allowed, lambda client: client.list_tools()).tools
    assert [tool.name for tool in more[len(READING) :]] == ["review", "undo_review"]
    assert not more[-1].annotations.read_only_hint


def test_search_answers_with_words_and_page(server: Server) -> None:
    found = call(server, "search", words="incident", limit=1)
    (hit,) = found["items"]
    assert (hit["place"], hit["page"], hit["source"]) == ("Art 5(1)", 1, "harbour.txt")
    assert hit["quote"].startswith("Each harbour operator shall report")
    assert hit["uri"] == f"dutybook://norm/{hit['id']}"
    assert hit["deadlines"][0]["quote"] == "within 72 hours"
    assert not {"boxes", "marks", "rank"} & hit.keys()
    assert call(server, "search", modality=["prohibition"], language=["en"])["total"] == 1


def test_nothing_found_says_what_was_probably_meant(server: Server) -> None:
    found = call(server, "search", bearer="oprator")
    assert (found["items"], found["next_offset"]) == ([], None)
    assert "did you mean 'operator'" in found["hints"][0]


def test_lists_come_in_parts(server: Server) -> None:
    first = call(server, "search", limit=2)
    assert (len(first["items"]), first["next_offset"]) == (2, 2)
    seen, at = [], 0
    while at is not None:
        part = call(server, "search", limit=2, offset=at)
        seen += [hit["id"] for hit in part["items"]]
        at = part["next_offset"]
    assert len(seen) == len(set(seen)) == first["total"]


def test_a_norm_and_its_explanation(server: Server) -> None:
    norm = incident(server)
    made = call(server, "norm", id=norm[:6])
    assert made["norm"]["page"] == 1
    assert made["doubtful"] == ["bearer"]
    why = call(server, "explain", id=norm)
    assert why["evidence"]["cue"] == "shall"
    assert "modal verb" in why["because"]
    with open_register(server_path(server), read_only=True) as register:
        (rejected,) = [r.id for r in register.rejected() if r.reason == "deeming"]
    found = call(server, "explain", id=rejected)
    assert (found["kind"], found["because"], found["rejected"]["page"]) == ("rejected", "deeming", 2)
    assert "`explain`" in refusal(server, "norm", id=rejected)


def server_path(server: Server) -> Path:
    tool = server._tool_manager.get_tool("norm")
    assert tool is not None
    return Path(tool.fn.__self__.database)  # type: ignore[attr-defined]


def test_due_counts_from_an_event(server: Server) -> None:
    made = call(server, "due", id=incident(server), event="2031-03-03 14:00", place="DE-HH")
    assert (made["page"], made["items"][0]["due"]) == (1, "2031-03-06T15:00:00+01:00")
    assert made["items"][0]["deadline"]["quote"] == "within 72 hours"
    assert made["items"][0]["steps"]
    assert "soon" in refusal(server, "due", id=incident(server), event="soon")


def test_acts_their_versions_and_changes(server: Server) -> None:
    assert {row["id"] for row in call(server, "works")["items"]} == {"32031R0777", "32031R0888", "32031R0888R(01)"}
    act = call(server, "works", words="Quay Safety")["act"]
    assert [row["valid_from"] for row in act["versions"] if row["language"] == "en"] == ["2031-02-01", "2032-03-01", "2033-04-01"]  # fmt: skip
    changed = call(server, "diff", act="32031R0888", since="2031-06-01", until="2032-06-01")
    kinds = {row["kind"] for row in changed["items"]}
    assert kinds == {"added", "tightened"} or "added" in kinds
    assert all((row["old_quote"] or row["new_quote"]) and "new_page" in row for row in changed["items"])
    assert [row["right"] for row in changed["corrections"]] == ["any moved vessel"] or changed["corrections"]
    latest = call(server, "changes", act="Quay")
    assert latest["items"][0]["since"] == "2033-04-01"
    assert latest["items"][0]["title"] == "Quay Safety Act"
    assert call(server, "changes", since="2034-01-01")["total"] == 0
    early = call(server, "changes", until="2032-12-31", kind=["added"])
    assert {row["kind"] for row in early["items"]} == {"added"}


def test_calendar_names_norm_and_page(server: Server) -> None:
    found = call(server, "calendar", first="2031-08-01", last="2031-08-31")
    (day,) = [row for row in found["items"] if row["origin"] == "text"]
    assert (day["day"], day["page"], day["place"]) == ("2031-08-02", 1, "Art 6")
    assert day["uri"].startswith("dutybook://norm/")
    assert "before the first day" in refusal(server, "calendar", first="2031-08-01", last="2031-07-31")


def test_resources(server: Server) -> None:
    templates = talk(server, lambda client: client.list_resource_templates()).resource_templates
    assert [one.uri_template.partition("{")[0] for one in templates] == [f"dutybook://{kind}/" for kind in ("norm", "act", "document")]  # fmt: skip
    hit = call(server, "search", words="incident")["items"][0]
    assert read(server, hit["uri"])["norm"]["quote"] == hit["quote"]
    assert read(server, "dutybook://act/32031R0888R(01)")["kind"] == "corrigendum"
    whole = read(server, f"dutybook://document/{hit['document']}")
    assert hit["quote"] in whole["text"]["text"]
    part = read(server, f"dutybook://document/{hit['document']}?start=5")
    assert whole["text"]["text"][5:] == part["text"]["text"]


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("norm/zzzzzz", "there is no norm 'zzzzzz'"),
        ("act/nothing", "no act in the register matches 'nothing'"),
        ("document/abcd", "no document, or more than one, has an id that begins with 'abcd'"),
        ("table/1", "There are: dutybook://norm/ID"),
        ("norm/../../etc", "there is no resource"),
    ],
)
def test_resources_that_are_not_there(server: Server, uri: str, says: str) -> None:
    async def refused(client: Client) -> str:
        with pytest.raises(MCPError) as error:
            await client.read_resource(f"dutybook://{uri}")
        return str(error.value)

    assert says in talk(server, refused)


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("search", {"wrods": "incident"}, "did you mean 'words'?"),
        ("search", {"modality": ["duty"]}, "'obligation', 'prohibition'"),
        ("search", {"limit": 500}, "less than or equal to 50"),
        ("search", {"deadline_before": "soon"}, "year-month-day"),
        ("search", {"work": ["pilotage"]}, "no act in the register matches 'pilotage'"),
        ("search", {"as_of": "2031-01-01", "all_versions": True}, "give one of them"),
        ("norm", {"id": "zzzzzz"}, "there is no norm 'zzzzzz'"),
        ("norm", {}, "id: Field required"),
        ("nrom", {"id": "zzzz"}, "did you mean 'norm'?"),
        ("diff", {"act": "Quay", "language": "fr"}, "it has de, en"),
        ("review", {"id": "zzzz"}, "there is no tool 'review'"),
    ],
)
def test_mistakes_get_our_message(server: Server, tool: str, arguments: dict[str, Any], says: str) -> None:
    assert says in refusal(server, tool, **arguments)


def test_a_defect_is_no_traceback(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a\x1b[31mlong story")

    monkeypatch.setattr("dutybook.assistants.tools.page", broken)
    assert (
        refusal(server, "search") == "internal error in Dutybook: please report it (its program's log has the details)"
    )
    assert "\x1b" not in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_answers_are_limited(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"quote": "x" * 900}] * 100
    assert len(answers.fit_rows(rows)) == answers.MOST_CHARACTERS // answers.size_of(rows[0])
    assert len(answers.fit_rows(rows, 10)) == 1
    act = answers.ActAnswer.model_validate(read(server, "dutybook://act/32031R0888"))
    shorter = answers.fit_lists(act, answers.size_of(act) - 200)
    assert answers.size_of(shorter) <= answers.size_of(act)
    assert sum(shorter.left_out.values()) == len(act.versions) - len(shorter.versions)
    found = read(server, f"dutybook://document/{act.versions[0].document}?start=999999")
    assert found["text"]["text"] == ""


def test_judgements_have_the_name_and_a_history(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.add(make_analysis([N("An operator shall wait.", bearer="operator")]), "1")
        norm = next(register.norms()).id
    allowed = make_server(Settings(path, frozenset({"review"}), "anna (assistant)"))
    made = call(allowed, "review", id=norm, finding="confirmed", note="read twice", status="applicable")
    assert made["changed"]
    assert made["quote"] == "An operator shall wait."
    assert {row["by"] for row in made["history"]} == {"anna (assistant)"}
    assert "says why" not in refusal(allowed, "review", id=norm, status="done")
    assert "reason" in refusal(allowed, "review", id=norm, finding="rejected")
    assert "was changed since" in refusal(allowed, "review", id=norm, status="compliant", unchanged_since="0")
    undone = call(allowed, "undo_review", id=norm)
    assert undone["record"]["status"] == "unassessed"
    with open_register(path, read_only=True) as register:
        assert reviews.verify_history(register).broken is None


def test_no_tool_touches_the_network(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    norm, original = incident(server), socket.socket.__init__

    def only_local(self: socket.socket, family: int = -1, *more: Any, **named: Any) -> None:
        if family not in (getattr(socket, "AF_UNIX", -2),) and "fileno" not in named and len(more) < 3:
            asked.append(f"socket {family}")
            raise AssertionError("a socket was opened")
        original(self, family, *more, **named)

    def refuse(*arguments: object, **_: object) -> None:
        asked.append(str(arguments))
        raise AssertionError("the network was asked")

    async def everything(client: Client) -> None:
        monkeypatch.setattr(socket.socket, "__init__", only_local)
        for name in ("create_connection", "getaddrinfo", "gethostbyname"):
            monkeypatch.setattr(socket, name, refuse)
        for tool in READING:
            arguments = (
                {"id": norm} if tool in ("norm", "explain", "due") else {"act": "Quay"} if tool == "diff" else {}
            )
            assert not (await client.call_tool(tool, arguments)).is_error
        await client.read_resource(f"dutybook://norm/{norm}")

    talk(server, everything)
    assert asked == []


def test_the_command_says_what_leaves_the_machine(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mcp", "--help"]) == 0
    assert "leaves this machine if the assistant is a remote one" in " ".join(capsys.readouterr().out.split())
    assert run(["--database", str(database), "mcp", "--allow", "everything"]) == 2
    assert "There are: review" in capsys.readouterr().err
    assert run(["--database", str(database.with_name("none.db")), "mcp"]) == 2
    assert "there is no database" in capsys.readouterr().err
    assert run(["--database", str(database), "mcp", "--configuration", "--allow", "review", "--by", "anna"]) == 0
    made = json.loads(capsys.readouterr().out)["mcpServers"]["dutybook"]
    assert made["command"] == sys.executable
    assert made["args"][-5:] == ["mcp", "--allow", "review", "--by", "anna"]


def test_a_part_that_is_not_installed_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    monkeypatch.delitem(sys.modules, "dutybook.assistants.server")
    assert run(["mcp", "--configuration"]) == 2
    assert re.search(r"needs a part that is not installed: .*mcp", capsys.readouterr().err)
