"""Evidence is kept as link or file with its last day, is named by norms and controls, and keeps its history."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.errors import BadRequest, ChangedSince, NotFound
from dutybook.store import Register, open_register
from dutybook.store.controls import controls, evidence
from dutybook.store.controls.controls import ControlChange
from dutybook.store.controls.evidence import EvidenceChange
from dutybook.store.controls.items import item_history
from dutybook.store.database.connection import open_file
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.maintenance import health

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    made = open_register(tmp_path / "r.db")
    made.add(
        make_analysis([N("Pilots must keep a log.", place="Art 6"), N("Agents shall warn the office.", place="Art 8")])
    )
    return made


def test_a_link_is_evidence_of_norms_and_controls(register: Register) -> None:
    first, second = (norm.id for norm in register.norms())
    change = EvidenceChange(title="Audit 2031", target="https://x.example/a", valid_until="2031-12-31")
    made = evidence.add_link(register, change, by="anna", now=NOW)
    assert evidence.link_norms(register, made.id, [first, second], by="anna", now=NOW) == 2
    assert evidence.link_norms(register, made.id, [first], by="ben", now=NOW) == 0
    assert reviews.record(register, first).evidence == "Audit 2031: https://x.example/a"  # type: ignore[union-attr]
    assert [place for _, place, _ in evidence.linked_norms(register, made.id)] == ["Art 6", "Art 8"]
    control = controls.add_control(register, ControlChange(title="Audit"), by="anna", now=NOW)
    assert evidence.set_control(register, made.id, control.id, there=True, by="anna", now=NOW)
    assert not evidence.set_control(register, made.id, control.id, there=True, by="anna", now=NOW)
    assert [item.title for item in evidence.evidence_of_control(register, control.id)] == ["Audit 2031"]
    evidence.change_evidence(register, made.id, EvidenceChange(title="Audit 2031, final"), by="ben", now=NOW)
    assert reviews.record(register, first).evidence == "Audit 2031, final: https://x.example/a"  # type: ignore[union-attr]
    # What Excel shows names the evidence: the same text changes nothing, an empty one takes the link away.
    reviews.change(register, [first], Change(evidence="Audit 2031, final: https://x.example/a"), by="ben", now=NOW)
    assert [link.item for link in reviews.record(register, first).links] == [made.id]  # type: ignore[union-attr]
    reviews.change(register, [first], Change(evidence=""), by="ben", now=NOW)
    assert [place for _, place, _ in evidence.linked_norms(register, made.id)] == ["Art 8"]
    reviews.undo(register, first, by="ben", now=NOW)
    assert len(evidence.linked_norms(register, made.id)) == 2
    assert evidence.set_control(register, made.id, control.id, there=False, by="anna", now=NOW)
    assert {row.action for row in item_history(register, made.id)} == {
        "added",
        "set",
        "linked",
        "unlinked",
    }
    assert register.check() == []


def test_a_file_is_copied_under_a_safe_name(register: Register, tmp_path: Path) -> None:
    source = tmp_path / "Bericht (1) $(rm).PDF"
    source.write_bytes(b"%PDF")
    made = evidence.add_file(register, source, EvidenceChange(), by="anna", now=NOW)
    assert (made.title, made.kind, made.bytes) == ("Bericht (1) $(rm).PDF", "file", 4)
    path = evidence.file_of(register, made)
    assert path.read_bytes() == b"%PDF"
    assert path.parent == tmp_path / "r.evidence"
    assert path.name.endswith("-Bericht-1-rm-.PDF")
    again = evidence.add_file(register, source, EvidenceChange(title="Again"), by="anna", now=NOW)
    assert again.target == made.target
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with pytest.raises(BadRequest, match="stays"):
        evidence.change_evidence(register, made.id, EvidenceChange(target="/etc/passwd"), by="anna")
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(NotFound):
        evidence.file_of(register, made)


def test_what_cannot_be_kept_is_refused(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MAX_BYTES", 3)
    (tmp_path / "a.txt").write_text("four")
    with pytest.raises(BadRequest, match="more than"):
        evidence.add_file(register, tmp_path / "a.txt", EvidenceChange(), by="anna")
    assert list((tmp_path / "r.evidence").iterdir()) == []
    assert evidence.list_evidence(register) == []
    with pytest.raises(NotFound):
        evidence.add_file(register, tmp_path, EvidenceChange(), by="anna")
    with pytest.raises(BadRequest, match="memory"):
        evidence.add_file(open_register(), tmp_path / "a.txt", EvidenceChange(), by="anna")
    for wrong in ({"title": ""}, {"target": "javascript:alert(1)"}, {"valid_until": "soon"}, {"remind_days": -1}):
        with pytest.raises(BadRequest):
            EvidenceChange(**wrong)  # type: ignore[arg-type]
    made = evidence.add_link(register, EvidenceChange(title="A", target="a.pdf"), by="anna")
    with pytest.raises(ChangedSince):
        evidence.change_evidence(register, made.id, EvidenceChange(owner="x"), by="ben", revision=made.revision - 1)
    with pytest.raises(NotFound, match="no evidence"):
        evidence.find_evidence(register, "B")


def test_what_expires_comes_first_and_is_reminded_of(register: Register) -> None:
    for title, until, days in (
        ("Later", "2031-12-31", 30),
        ("Soon", "2031-01-20", 30),
        ("Over", "2030-12-31", 0),
        ("Ever", "", 30),
    ):
        change = EvidenceChange(title=title, target="a", valid_until=until, remind_days=days)
        evidence.add_link(register, change, by="anna", now=NOW)
    assert [item.title for item in evidence.list_evidence(register)] == ["Over", "Soon", "Later", "Ever"]
    today = date(2031, 1, 2)
    assert [(item.title, item.state(today)) for item in evidence.expiring(register, today)] == [
        ("Over", "expired"),
        ("Soon", "expiring"),
    ]
    assert [item.title for item in evidence.list_evidence(register, until=date(2031, 1, 31))] == ["Over", "Soon"]


@pytest.mark.sqlite_only
def test_a_file_is_examined_without_our_functions_of_sql(register: Register) -> None:
    evidence.add_link(register, EvidenceChange(title="A", target="a.pdf"), by="anna", now=NOW)
    with closing(open_file(register.path, read_only=True)) as plain:
        assert health.problems(plain) == []


def test_evidence_is_removed_with_its_links_and_file_and_its_history_stays(register: Register, tmp_path: Path) -> None:
    norm = next(iter(register.norms())).id
    control = controls.add_control(register, ControlChange(title="Audit"), by="anna", now=NOW)
    source = tmp_path / "a.txt"
    source.write_text("report")
    one, two = (
        evidence.add_file(register, source, EvidenceChange(title=t), by="anna", now=NOW) for t in ("One", "Two")
    )
    evidence.link_norms(register, one.id, [norm], by="anna", now=NOW)
    evidence.set_control(register, one.id, control.id, there=True, by="anna", now=NOW)
    with pytest.raises(ChangedSince):
        evidence.remove_evidence(register, one.id, by="ben", now=NOW, revision=one.revision)
    evidence.remove_evidence(register, one.id, by="ben", now=NOW)
    assert reviews.record(register, norm).links == ()  # type: ignore[union-attr]
    assert evidence.evidence_of_control(register, control.id) == []
    assert [row.action for row in item_history(register, one.id)][-3:] == [
        "unlinked",
        "unlinked",
        "removed",
    ]
    # The other one has the same file.
    path = evidence.file_of(register, two)
    assert path.is_file()
    evidence.remove_evidence(register, two.id, by="ben", now=NOW)
    assert not path.exists()
    assert evidence.list_evidence(register) == []
    assert register.check() == []
    # Who takes back the unlinking has the words of the link again, without evidence behind them.
    reviews.undo(register, norm, by="ben", now=NOW)
    assert [link.label for link in reviews.record(register, norm).links] == ["One"]  # type: ignore[union-attr]
    assert register.check() == []
    assert reviews.verify_history(register).broken is None
    with pytest.raises(NotFound):
        evidence.remove_evidence(register, one.id, by="ben")


def test_the_command_takes_evidence_off_and_removes_it(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    norm = next(iter(register.norms())).id
    controls.add_control(register, ControlChange(title="Audit"), by="anna", now=NOW)
    change = EvidenceChange(title="One", target="a.pdf")
    evidence.link_norms(register, evidence.add_link(register, change, by="anna").id, [norm], by="anna", now=NOW)
    front = ["--database", register.path, "evidence"]
    assert run([*front, "link", "One", "--control", "Audit", "--by", "anna"]) == 0
    assert run([*front, "remove", "One"]) == 0
    assert "of 1 norm and 1 control): would be removed" in capsys.readouterr().out
    assert run([*front, "unlink", "One", "--norm", norm, "--control", "Audit", "--by", "anna"]) == 0
    assert "2 unlinked" in capsys.readouterr().out
    assert run([*front, "remove", "One", "--yes", "--by", "anna"]) == 0
    assert evidence.list_evidence(register) == []
