"""What people said goes to the successors of their norms, in later versions and other languages."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from builders import N, make_analysis
from dutybook.records import Analysis, Modality
from dutybook.store import Filters, Register, open_register
from dutybook.store.documents import writer
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import Record, replay

REPORT = N(
    "Each harbour operator shall report an incident to the port authority within 72 hours.",
    place="Art 5(1)",
    bearer="harbour operator",
    deadline="within 72 hours",
)
LOG = N("Pilots must keep a log of every voyage that they make.", place="Art 6(1)", bearer="Pilots")
SELL = N("Terminal keepers may sell surplus capacity to carriers.", place="Art 7(1)", modality="permission")
REST = N("Crews shall rest for eleven hours after each night shift.", place="Art 8(1)", bearer="Crews")
NEW = N("A ferry line shall publish its timetable before the season begins.", place="Art 9(1)")

TIGHTER = replace(
    REPORT,
    text="Each harbour operator shall report an incident to the port authority within 24 hours.",
    deadline="within 24 hours",
    value="PT24H",
)
MUST_SELL = replace(SELL, text="Terminal keepers must sell surplus capacity to carriers.", modality="obligation")
MOVED_LOG = replace(LOG, place="Art 6a(1)")


def version(norms: list[N], day: str | None, **more: object) -> Analysis:
    made = make_analysis(norms, source=f"{day}.{more.get('language', 'en')}.txt", salt=f"{day}", **more)  # type: ignore[arg-type]
    kind = "consolidated" if day else "original"
    return replace(made, document=replace(made.document, version_date=day, version_kind=kind))


V1 = version([REPORT, LOG, SELL, REST], None)
V2 = version([TIGHTER, LOG, SELL, REST], "2031-01-01")
V3 = version([TIGHTER, MOVED_LOG, MUST_SELL, NEW], "2032-01-01")


def norm(register: Register, analysis: Analysis, place: str) -> str:
    found = register._connection.execute(
        "SELECT id FROM norms WHERE document = ? AND place = ?", (analysis.document.id, place)
    ).fetchone()
    return str(found[0])


def say(register: Register, analysis: Analysis, place: str, **wanted: object) -> Record:
    wanted = {"status": "compliant", "owner": "anna"} | wanted
    change = Change(**wanted)  # type: ignore[arg-type]
    (done,) = reviews.change(register, [norm(register, analysis, place)], change, by="anna")
    return done.after


def of(register: Register, analysis: Analysis, place: str) -> Record:
    record = reviews.record(register, norm(register, analysis, place))
    assert record is not None
    return record


def reviewed() -> Register:
    register = open_register()
    register.add(V1, "1")
    for place in ("Art 5(1)", "Art 6(1)", "Art 7(1)", "Art 8(1)"):
        say(register, V1, place, note=f"about {place}", links=(("", "docs/x.pdf"),))
    return register


def test_work_goes_to_the_successor_and_what_it_rested_on_is_marked() -> None:
    register = reviewed()
    register.add(V2, "1")
    report = of(register, V2, "Art 5(1)")
    assert report.norm == norm(register, V2, "Art 5(1)")
    assert (report.status, report.owner) == ("requires review", "anna")
    assert "deadline moved in the version of 2031-01-01" in report.why
    assert [n.text for n in report.notes] == ["about Art 5(1)"]
    assert len(report.links) == 1
    for place in ("Art 6(1)", "Art 7(1)", "Art 8(1)"):
        record = of(register, V2, place)
        assert record.norm == norm(register, V2, place)
        assert (record.status, record.why) == ("compliant", ""), "nothing changed in these"
    assert reviews.record(register, norm(register, V1, "Art 5(1)")) == report, "an old text shows the same record"
    _, rows = reviews.history_of(register, norm(register, V1, "Art 5(1)"))
    carried = next(
        n for n, row in enumerate(rows) if (row.action, row.old) == ("carried", norm(register, V1, "Art 5(1)"))
    )
    before = replay(rows[0].review, rows[:carried])
    assert (before.status, before.owner, before.norm) == ("compliant", "anna", norm(register, V1, "Art 5(1)"))
    assert register.check() == []


def test_renumbered_keeps_its_status_and_repealed_stays_with_its_text() -> None:
    register = reviewed()
    register.add(V2, "1")
    say(register, V2, "Art 5(1)")
    register.add(V3, "1")
    assert of(register, V3, "Art 5(1)").status == "compliant", "nothing changed since it was looked at"
    log = of(register, V3, "Art 6a(1)")
    assert (log.status, log.why, log.norm) == ("compliant", "", norm(register, V3, "Art 6a(1)"))
    sell = of(register, V3, "Art 7(1)")
    assert sell.status == "requires review"
    assert sell.why.startswith("tightened in the version of 2032-01-01")
    rest = of(register, V2, "Art 8(1)")
    assert rest.norm == norm(register, V2, "Art 8(1)")
    assert (rest.status, rest.why) == ("requires review", "repealed by the version of 2032-01-01")
    assert register.check() == []


@pytest.mark.parametrize("order", list(itertools.permutations([V2, V3])))
def test_older_versions_that_come_later_change_nothing(order: tuple[Analysis, ...]) -> None:
    register = reviewed()
    for analysis in order:
        register.add(analysis, "1")
    now = {place: of(register, V3, place).norm for place in ("Art 5(1)", "Art 6a(1)", "Art 7(1)")}
    assert now == {place: norm(register, V3, place) for place in now}
    assert {of(register, V3, p).status for p in ("Art 5(1)", "Art 7(1)")} == {"requires review"}
    assert of(register, V3, "Art 6a(1)").status == "compliant"
    assert of(register, V1, "Art 8(1)").why == "repealed by the version of 2032-01-01"
    records = {place: of(register, V3, place) for place in now}
    # an older text once more
    document = V2.document.id
    register.remove(document)
    register.add(V2, "2")
    assert {place: of(register, V3, place) for place in now} == records
    assert register.check() == []


def test_a_version_that_comes_before_what_was_reviewed_changes_nothing() -> None:
    register = open_register()
    register.add(V3, "1")
    records = {place: say(register, V3, place) for place in ("Art 5(1)", "Art 6a(1)", "Art 7(1)")}
    register.add(V1, "1")
    register.add(V2, "1")
    assert {place: of(register, V3, place) for place in records} == records
    assert of(register, V1, "Art 5(1)") == records["Art 5(1)"], "and older texts show it"


def test_what_was_looked_at_is_not_asked_again() -> None:
    register = reviewed()
    register.add(V2, "1")
    say(register, V2, "Art 5(1)")
    register.add(replace(V2, document=replace(V2.document, title="Harbour Data Act (reprint)")), "2")
    register.add(replace(V1, document=replace(V1.document, title="Harbour Data Act (reprint)")), "2")
    assert of(register, V2, "Art 5(1)").status == "compliant"


def test_corrections_go_along_where_the_extractor_repeats_itself() -> None:
    register = open_register()
    register.add(V1, "1")
    fix = {"status": None, "owner": None, "reason": "misread"}
    say(register, V1, "Art 5(1)", correct={"bearer": "quaymaster"}, **fix)
    say(register, V1, "Art 6(1)", correct={"modality": "permission"}, **fix)
    say(register, V1, "Art 8(1)", finding="rejected", **fix)
    agreed = replace(
        V2, norms=tuple(replace(n, modality=Modality.PERMISSION) if n.place == "Art 6(1)" else n for n in V2.norms)
    )
    register.add(agreed, "1")
    assert register.norm(norm(register, V2, "Art 5(1)")).norm.bearer == "quaymaster", "other words, the same misreading"
    assert register.norm(norm(register, V1, "Art 5(1)")).norm.bearer == "quaymaster", "and the old text keeps its own"
    assert register.norm(norm(register, V2, "Art 6(1)")).norm.modality == "permission"
    assert [n.place for n in register.norms(Filters(review_state="rejected", all_versions=True))] == [
        "Art 8(1)",
        "Art 8(1)",
    ]
    assert register.count(Filters(words="quaymaster", all_versions=True)) == 2
    assert register.check() == []
    reviews.undo(register, norm(register, V2, "Art 5(1)"), by="anna")
    assert register.count(Filters(words="quaymaster")) == 0, "taken back in both"
    assert register.check() == []


def test_a_rejection_is_of_words_and_ends_with_them() -> None:
    register = open_register()
    register.add(V2, "1")
    say(register, V2, "Art 7(1)", finding="rejected", reason="a title")
    register.add(V3, "1")
    record = of(register, V3, "Art 7(1)")
    assert (record.status, record.finding) == ("requires review", "")
    assert "rejected, but worded otherwise" in record.why
    hidden = register.norms(Filters(review_state="rejected", all_versions=True))
    assert [n.document for n in hidden] == [V2.document.id]


def test_a_third_reading_in_a_later_version_asks_for_review() -> None:
    register = open_register()
    register.add(V1, "1")
    say(register, V1, "Art 6(1)", correct={"modality": "permission"}, reason="misread")
    third = replace(
        V2, norms=tuple(replace(n, modality=Modality.PROHIBITION) if n.place == "Art 6(1)" else n for n in V2.norms)
    )
    register.add(third, "1")
    record = of(register, V2, "Art 6(1)")
    assert record.status == "requires review"
    assert "has modality prohibition; it was corrected from obligation to permission" in record.why
    assert register.norm(record.norm).norm.modality == "prohibition", "the correction was of another reading"


def test_derived_tables_do_not_know_of_corrections() -> None:
    plain, corrected = open_register(), open_register()
    for register in (plain, corrected):
        register.add(V1, "1")
    say(corrected, V1, "Art 5(1)", correct={"modality": "permission", "bearer": "x"}, reason="y")
    for register in (plain, corrected):
        register.add(V2, "1")
    tables = "SELECT * FROM changes ORDER BY id", "SELECT * FROM norm_identities ORDER BY norm"
    for sql in tables:
        assert list(plain._connection.execute(sql)) == list(corrected._connection.execute(sql))


GERMAN = [
    N("Jeder Hafenbetreiber muss der Hafenbehörde einen Vorfall innerhalb von 72 Stunden melden.", place="Art 5(1)", bearer="Hafenbetreiber", deadline="innerhalb von 72 Stunden"),
    N("Lotsen müssen ein Logbuch über jede Fahrt führen, die sie machen.", place="Art 6(1)", bearer="Lotsen"),
    N("Terminalhalter dürfen freie Plätze an Frachtführer verkaufen.", place="Art 7(1)", modality="permission"),
    N("Mannschaften müssen nach jeder Nachtschicht elf Stunden ruhen.", place="Art 8(1)", bearer="Mannschaften"),
]  # fmt: skip
G1 = version(GERMAN, None, language="de", title="Hafendatengesetz")
G2 = version(
    [
        replace(GERMAN[0], text=GERMAN[0].text.replace("72", "24"), deadline="innerhalb von 24 Stunden", value="PT24H"),
        *GERMAN[1:],
    ],
    "2031-01-01",
    language="de",
    title="Hafendatengesetz",
)


def test_a_record_is_of_the_norm_in_all_languages_and_corrections_of_one() -> None:
    register = open_register()
    register.add(V1, "1")
    record = say(register, V1, "Art 6(1)", correct={"bearer": "sea pilots"}, reason="misread")
    register.add(G1, "1")
    assert of(register, G1, "Art 6(1)") == record
    assert register.norm(norm(register, G1, "Art 6(1)")).norm.bearer == "Lotsen"
    assert register.count(Filters(status="compliant")) == 2
    both = say(register, G1, "Art 6(1)", correct={"bearer": "Seelotsen"}, reason="falsch", status="applicable")
    assert both.id == record.id
    assert both.norm == record.norm, "it stands where it stood"
    assert {(c.norm, c.value) for c in both.corrections} == {
        (norm(register, V1, "Art 6(1)"), "sea pilots"),
        (norm(register, G1, "Art 6(1)"), "Seelotsen"),
    }
    register.add(V2, "1")
    register.add(G2, "1")
    assert register.norm(norm(register, V2, "Art 6(1)")).norm.bearer == "sea pilots"
    assert register.norm(norm(register, G2, "Art 6(1)")).norm.bearer == "Seelotsen"
    assert of(register, G2, "Art 6(1)").status == "applicable"
    assert register.check() == []


def test_a_change_that_only_another_language_has_yet_is_marked_once() -> None:
    register = open_register()
    register.add(V1, "1")
    register.add(G1, "1")
    say(register, V1, "Art 5(1)")
    say(register, V1, "Art 6(1)")
    register.add(G2, "1")
    report = of(register, V1, "Art 5(1)")
    assert report.status == "requires review"
    assert "in the version of 2031-01-01 (de)" in report.why
    assert of(register, V1, "Art 6(1)").status == "compliant"
    say(register, V1, "Art 5(1)")
    register.add(V2, "1")
    report = of(register, V2, "Art 5(1)")
    assert report.norm == norm(register, V2, "Art 5(1)")
    assert report.status == "compliant", "the same change in the record's own language is no news"
    assert register.check() == []


def test_two_records_of_what_turns_out_to_be_one_norm_both_stay() -> None:
    register = open_register()
    register.add(V1, "1")
    alone = replace(V2, work=None, document=replace(V2.document, work=None))
    register.add(alone, "1")
    say(register, V1, "Art 6(1)", owner="anna")
    say(register, V2, "Art 6(1)", owner="ben")
    register.add(V2, "2")
    old, new = of(register, V1, "Art 6(1)"), of(register, V2, "Art 6(1)")
    assert (old.owner, new.owner) == ("anna", "ben")
    assert old.status == "requires review"
    assert "has a record of its own" in old.why
    assert register.check() == []


def test_a_corrigendum_marks_what_it_puts_right_once() -> None:
    register = open_register()
    register.add(V1, "1")
    say(register, V1, "Art 5(1)")
    say(register, V1, "Art 6(1)")
    corrigendum = version(
        [N("On page 3, Article 5(1):", norm=False)], "2030-05-05", title="Corrigendum to the Harbour Data Act"
    )
    register.add(corrigendum, "1")

    def store_correction() -> None:
        """What the step of changes stores of a corrigendum, whatever it is able to read."""
        register._connection.execute(
            "INSERT INTO changes (id, work, language, old_document, new_document, position, identity, kind, old_norm, detail)"
            " SELECT 'c', ?, 'en', ?, ?, 0, identity, 'corrected', norm, ? FROM norm_identities WHERE norm = ?",
            (
                *(V1.work.id if V1.work else "", V1.document.id, corrigendum.document.id),
                *('{"old": "72 hours", "new": "24 hours"}', norm(register, V1, "Art 5(1)")),
            ),
        )

    store_correction()
    writer.derive_judgements(register._connection, [V1.work.id if V1.work else ""])
    record = of(register, V1, "Art 5(1)")
    assert record.why == "corrected by Corrigendum to the Harbour Data Act: 72 hours → 24 hours"
    assert of(register, V1, "Art 6(1)").status == "compliant"
    say(register, V1, "Art 5(1)")
    writer.derive_judgements(register._connection, [V1.work.id if V1.work else ""])
    assert of(register, V1, "Art 5(1)").status == "compliant"
