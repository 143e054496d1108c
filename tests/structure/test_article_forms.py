"""Each state's way to set articles, paragraphs and lists: every sentence is found, in its article, without its number.

The sentences are those of ``tests/specs/<language>/norms.txt``, the forms what official collections, gazettes and converters print.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from dutybook.layout.formats import read_layout
from dutybook.records import RawDocument
from dutybook.structure.build import build_structure

SPECS = Path(__file__).resolve().parents[1] / "specs"
_TAG = re.compile(r"<[^>]+>|^\[[^]]*\]\s*")

#: ``{0}`` to ``{7}`` are sentences, ``{l0}`` to ``{l7}`` the same as items of a list, ``{stem}`` is the beginning of a sentence.
FORMS: dict[str, tuple[str, ...]] = {
    "bg": (
        "Чл. 1. {0}|Чл. 2. (1) {1}|(2) {2}|Чл. 3. {3}",
        "Чл. 1. (1) {0}|(2) {stem}:|1. {l1};|2. {l2}.|Чл. 2. {3}",
        "§ 1. {0}|§ 2. {1}|§ 3. {2}",
        "1 Чл. 1.|Чл. 1. {0}|2 Чл. 2.|Чл. 2. (1) {1}|(2) {2}",
    ),
    "cs": ("§ 1|Registr|(1) {0}|(2) {1}|§ 2|{2}", "Čl. 1|{0}|Čl. 2|(1) {1}|(2) {2}", "§ 1 {0}|§ 2 {1}|§ 3 {2}"),
    "da": (
        "§ 1. {0}|Stk. 2. {1}|§ 2. {stem}:|1) {l2}.|2) {l3}.|Stk. 2. {4}",
        "§ 1. {0}|Stk. 2 {1}|§ 1 a. {2}",
        "§ 1|{stem}:|• 1) {l0},|• 2) {l1}.|Stk. 2 {2}",
    ),
    "de": (
        "§ 1 Register|(1) {0}|(2) {1}|§ 2 Tagebuch|{2}",
        "§ 1. (1) {0}|(2) {1}|§ 2. {2}",
        "§ 1 {0}|§ 2 {1}|§ 3 {2}",
        "Art. 1 Register|1 {0}|2 {1}|Art. 2 Tagebuch|{2}",
        "§ 1|{stem}:|1. {l0},|2. {l1}.|§ 2|{2}",
        "§ 1. {stem}:|1. {l0},|2. {l1}.|§ 2. {2}",
    ),
    "el": (
        "Άρθρο 1|{0}|Άρθρο 2|1. {1}|2. {2}",
        "ΑΡΘΡΟ 1|{0}|ΑΡΘΡΟ 2|{stem}:|α) {l1},|β) {l2}.",
        "1 Άρθρο 1 - Μητρώο|1. {0}|2. {1}|2 Άρθρο 2 - Ημερολόγιο|{2}",
    ),
    "en": (
        "1. {0}|2. (1) {1}|(2) {2}",
        "1.—(1) {0}|(2) {1}|2.—{2}",
        "§ 1. Register.|{0}|§ 2. Logbook.|(a) {1}|(b) {2}",
        "Article 1|Register|1. {0}|2. {1}",
        "Article 1 {0}|Article 2 {1}|Article 3 {2}",
        "SEC. 1. REGISTER.|(a) {0}|(b) {1}|SEC. 2. LOGBOOK.|{2}",
    ),
    "es": (
        "Artículo 1. Registro.|{0}|Artículo 2. Diario.|1. {1}|2. {2}",
        "Artículo 1.- {0}|Artículo 2.- {1}|Artículo 3.- {2}",
        "ARTÍCULO 1º. {0}|ARTÍCULO 2º. {1}|ARTÍCULO 3º. {2}",
    ),
    "et": ("§ 1. Register|(1) {0}|(2) {1}|§ 2. Päevik|{2}", "§ 1. {0}|§ 2. {1}|§ 3. {stem}:|1) {l3};|2) {l4}."),
    "fi": ("1 §|{0}|2 §|{1}|{2}", "1 § Rekisteri|{0}|2 § Päiväkirja|{1}", "1 §|Rekisteri|{0}|2 §|Päiväkirja|{stem}:|1) {l1};|2) {l2}."),
    "fr": (
        "Article 1er. - {0}|Article 2. - {1}|Art. 3. – {2}",
        "Article L. 121-1|{0}|Article L. 121-2|{stem} :|1° {l0};|2° {l1}.",
        "Article R. 312-5|I.-{0}|II.-{1}",
        "Article 1|I. - {0}|II. - {1}|Article 2|{2}",
    ),
    "ga": ("1. {0}|2. (1) {1}|(2) {2}", "1.—(1) {0}|(2) {1}|2.—{2}", "Airteagal 1|{0}|Airteagal 2|1. {1}|2. {2}"),
    "hr": ("Članak 1.|{0}|Članak 2.|(1) {1}|(2) {2}", "1 Članak 1.|(1) {0}|(2) {1}|2 Članak 2.|{2}", "Članak 1.|{stem}:|– {l0},|– {l1}.|{2}"),
    "hu": (
        "1. § {0}|2. § (1) {1}|(2) {2}|3. § {3}",
        "1 1. §|1. § (1) {0}|(2) {1}|2 2. §|2. § {2}",
        "1. § (1) * {0}|(2) * {1}|2. § * {2}",
        "1. cikk|{0}|2. cikk|(1) {1}|(2) {2}",
    ),
    "it": (
        "Art. 1|(Registro)|1. {0}|2. {1}|Art. 2|(Diario)|1. {2}",
        "Art. 1. - {0}|Art. 2. - {1}|Art. 3. - {2}",
        "Articolo 1|Registro|{0}|Articolo 2|Diario|{stem}:|a) {l1};|b) {l2}.",
    ),
    "lt": (
        "1 straipsnis. Registras|1. {0}|2. {1}|2 straipsnis. Žurnalas|{2}",
        "1 1 straipsnis. Registras|1. {0}|2. {1}|2 2 straipsnis. Žurnalas|{2}",
        "1 straipsnis. Registras|1. {0}|Straipsnio dalies pakeitimai:|Nr. XI-7, 2031-03-03, paskelbta TAR 2031-03-10, i. k. 2031-7|2. {1}",
    ),
    "lv": (
        "1. pants. {0}|2. pants. (1) {1}|(2) {2}|3. pants. {3}",
        "1.pants. {0}|2.pants. {1}|3.pants. {2}",
        "1. pants. Reģistrs|(1) {0}|(2) {1}|2. pants. Žurnāls|{2}",
    ),
    "mt": ("1. {0}|2. (1) {1}|(2) {2}", "Artikolu 1|{0}|Artikolu 2|1. {1}|2. {2}"),
    "nl": (
        "Artikel 1|1. {0}|2. {1}|Artikel 2|{2}",
        "Artikel 1. Register|1 {0}|2 {1}|Artikel 2. Dagboek|{2}",
        "Art. 1. {0}|Art. 2. § 1. {1}|§ 2. {2}|Art. 3. {3}",
        "Artikel 3:1|{0}|Artikel 3:2|{stem}:|a. {l1};|b. {l2}.",
    ),
    "pl": (
        "Art. 1. {0}|Art. 2. 1. {1}|2. {2}|Art. 3. {3}",
        "§ 1. {0}|§ 2. 1. {1}|2. {2}",
        "§ 1. {stem}:|1) {l0};|2) {l1}.|§ 2. {2}",
    ),
    "pt": (
        "Artigo 1.º|Registo|1 - {0}|2 - {1}|Artigo 2.º|Diário|{2}",
        "Art. 1º {0}|Art. 2º {1}|§ 1º {2}|§ 2º {3}",
        "Artigo 1.º|{stem}:|a) {l0};|b) {l1}.",
    ),
    "ro": (
        "Art. 1. - (1) {0}|(2) {1}|Art. 2. - {2}|Art. 3. - {3}",
        "Art. 1 {0}|Art. 2 (1) {1}|(2) {2}|Art. 3 {3}",
        "1 Articolul 1|Registre (1) {0} (2) {1}|2 Articolul 2|{2}",
    ),
    "sk": ("§ 1|Register|(1) {0}|(2) {1}|§ 2|{2}", "Čl. 1|{0}|Čl. 2|1. {1}|2. {2}"),
    "sl": (
        "1. člen|(register)|{0}|2. člen|(dnevnik)|(1) {1}|(2) {stem}:|– {l3};|– {l4}.",
        "1. člen|{stem}:|1. {l0};|2. {l1}.",
    ),
    "sv": ("1 § {0}|2 § {1}|{2}|3 § {3}", "1 kap. Register|1 § {0}|2 § {1}|2 kap. Dagbok|1 § {2}"),
}  # fmt: skip
CASES = [(code, form) for code, forms in FORMS.items() for form in forms]


def sentences_of(code: str) -> list[str]:
    """Eight sentences of a language, of those that hold no number, colon or further full stop."""
    lines = (SPECS / code / "norms.txt").read_text(encoding="utf-8").splitlines()
    plain = [_TAG.sub("", _TAG.sub("", line)).strip() for line in lines if not line.startswith("#")]
    fit = [
        s for s in plain if len(s.split()) > 5 and len(s) < 200 and s[0].isupper() and re.fullmatch(r"[^\d:|/.]*\.", s)
    ]
    return random.Random(5).sample(fit, 8)


@pytest.mark.parametrize(("code", "form"), CASES, ids=[f"{code}-{n}" for n, (code, _) in enumerate(CASES)])
def test_every_sentence_stands_in_its_article(code: str, form: str) -> None:
    sentences = sentences_of(code)
    items = {f"l{n}": f"{s[0].lower()}{s[1:-1]}" for n, s in enumerate(sentences)}
    stem = re.split("[,.]", sentences[6])[0]
    for gap in ("\n", "\n\n"):
        text = gap.join(form.split("|")).format(*sentences, stem=stem, **items)
        layout = read_layout(RawDocument("form.txt", text.encode()))
        found = build_structure(layout, "test", code)
        place = {p.id: p.place for p in found.provisions}
        sentence_places = {
            " ".join(s.span.of(layout.text).split()).rstrip(".;,: "): place[s.provision] for s in found.sentences
        }
        wanted = [s.rstrip(".") for n, s in enumerate(sentences) if f"{{{n}}}" in form]
        wanted += [items[f"l{n}"] for n in range(8) if f"{{l{n}}}" in form]
        wanted += [stem] if "{stem}" in form else []
        assert [w for w in wanted if w not in sentence_places] == [], (text, sentence_places)
        assert [w for w in wanted if sentence_places[w].startswith(("¶", "Preamble"))] == []


def test_all_languages_have_forms() -> None:
    assert len(FORMS) == 24
    assert all(forms for forms in FORMS.values())
