"""What may be wrong is marked where it is shown, in the reader's language, for the eye and for the ear."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dutybook.store import open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from quay_doubts import REPORT, doubtful

WRONG = {
    "en": "may be wrong: 0.54 probability that it is right",
    "de": "möglicherweise falsch: mit Wahrscheinlichkeit 0,54 richtig",
    "fr": "peut-être faux\xa0: juste avec une probabilité de 0,54",
}
WHY = {
    "en": "the network reads an obligation (0.97); the sentence names the bearer (0.54)",
    "de": "das Netz erkennt eine Pflicht (0,97); der Satz nennt den Adressaten (0,54)",
    "fr": "le réseau reconnaît une obligation (0,97); la phrase nomme le destinataire (0,54)",
}
LINE = {
    "en": "Doubtful: bearer (0.54), class of bearer (0.61)",
    "de": "Zweifelhaft: Adressat (0,54), Art des Adressaten (0,61)",
    "fr": "Incertain\xa0: destinataire (0,54), catégorie de destinataire (0,61)",
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    doubtful(tmp_path / "register.db").close()
    return tmp_path / "register.db"


def ids(database: Path) -> dict[str, str]:
    with open_register(database, read_only=True) as register:
        return {norm.place: norm.id for norm in register.norms()} | {"document": next(register.norms()).document}


def page(client: TestClient, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    return html.unescape(answer.text)


def marked(text: str) -> list[tuple[str, bool]]:
    """What is marked, as it is seen, and whether strongly; what is said aloud is what the tip says."""
    found = re.findall(
        r'<span class="doubt( strong)?" title="([^"]+)">(.*?)<span class="visually-hidden" lang="\w\w"> \(([^)]+)\)</span></span>',
        text,
        re.DOTALL,
    )
    assert len(found) == text.count('class="doubt')
    assert all(tip == aloud for _, tip, _, aloud in found)
    return [(re.sub(r"<[^>]+>", "", seen).strip(), bool(strong)) for strong, _, seen, _ in found]


@pytest.mark.parametrize("language", WRONG)
def test_a_norm_has_its_doubtful_fields_marked(client: TestClient, database: Path, language: str) -> None:
    text = page(client, f"/norms/{ids(database)['Art 3']}", language)
    named = {"en": "business", "de": "Unternehmen", "fr": "entreprise"}[language]
    assert marked(text) == [("ferry master", True), (named, False)]
    for said in (WRONG[language], WHY[language], LINE[language]):
        assert said in text


def test_every_field_can_be_marked_on_every_page(client: TestClient, database: Path) -> None:
    known = ids(database)
    every = [
        ("Art 5", True), ("permission", False), ("must", False), ("The keeper of the pier may put up a sign.", False),
        ("keeper of the pier", False), ("business", True),
    ]  # fmt: skip
    assert sorted(marked(page(client, f"/norms/{known['Art 5']}"))) == sorted(every)
    assert sorted(marked(page(client, "/review"))) == sorted(every), "the least sure finding comes first"
    seen = dict(marked(page(client, f"/documents/{known['document']}")))
    assert seen == dict(every[:4]), "in the margin of a page neither bearer nor class are shown"
    seen = dict(marked(page(client, f"/documents/{known['document']}?view=text")))
    assert seen == dict([*every[:3], ("ferry master", True), every[4]])


def test_what_the_margin_does_not_show_is_named(client: TestClient, database: Path) -> None:
    known = ids(database)
    assert LINE["de"] in page(client, f"/documents/{known['document']}", "de")
    assert "Doubtful: class of bearer (0.61)" in page(client, f"/documents/{known['document']}?view=text")


def test_what_is_sure_or_said_is_not_marked(client: TestClient, database: Path) -> None:
    known = ids(database)
    for place in ("Art 4", "Art 6"):
        text = page(client, f"/norms/{known[place]}")
        assert not marked(text)
        assert "Doubtful" not in text
    with open_register(database) as register:
        reviews.change(register, [known["Art 3"]], Change(finding="confirmed"), by="anna")
    assert not marked(page(client, f"/norms/{known['Art 3']}"))


@pytest.mark.parametrize(("language", "said"), [("en", "the network finds no norm here (0.83)"), ("de", "das Netz findet hier keine Norm (0,83)")])  # fmt: skip
def test_reasons_of_rejections_are_told_in_words(client: TestClient, database: Path, language: str, said: str) -> None:
    document = ids(database)["document"]
    for view in ("", "?view=text"):
        text = page(client, f"/documents/{document}{view}", language)
        assert text.count(said) == 3, "in the margin, among the reasons and in the list"
        assert "label_none" not in re.sub(r'href="[^"]*"', "", text)


def test_the_api_has_numbers_and_codes(client: TestClient, database: Path) -> None:
    evidence = client.get(f"/api/v1/norms/{ids(database)['Art 3']}/explain").json()["evidence"]
    assert (evidence["fields"], evidence["why"]) == (dict(REPORT.fields), REPORT.why)
