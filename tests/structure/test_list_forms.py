"""How guidance, checklists, leaflets and internal rules set lists: every item is one, without its marker, and nothing else is.

The sentences are those of ``tests/specs/<language>/norms.txt``, the forms what word processors, web pages and people type.
"""

from __future__ import annotations

import re

import pytest
from test_article_forms import sentences_of

from dutybook.layout.formats import read_layout
from dutybook.records import BlockRole, Layout, RawDocument, Sentence, SentenceRole
from dutybook.structure.build import build_structure

#: A form of a list with the languages it is tried in. ``|`` ends a line; ``{0}`` to ``{7}`` are sentences, ``{l0}`` to ``{l7}`` the same
#: as items of a list, ``{stem}`` is the beginning of a sentence.
FORMS: dict[str, str] = {
    # Bullets as they are typed, pasted from a word processor, or kept from its fonts.
    "{0}||{stem}:||• {l1}|• {l2}||{3}": "en de fr pl",
    "{0}||{stem}:||* {l1}|* {l2}||{3}": "en hr lt mt",
    "{0}||{stem}:||*\t{l1}|*\t{l2}||{3}": "it ro",
    "{0}|{stem}:|o {l1};|o {l2}.|{3}": "en de hu fi",
    "{0}|{stem}:|o\t{l1};|o\t{l2}.|{3}": "pl cs sk it sl",
    "{0}||{stem}:||✓ {l1}|✓ {l2}||{3}": "es bg",
    "{0}||{stem}:||✔ {l1}|✔ {l2}||{3}": "el ga",
    "{0}|{stem}:|➢ {l1};|➢ {l2}.|{3}": "nl da",
    "{0}|{stem}:|► {l1};|► {l2}.|{3}": "sv pt",
    "{0}|{stem}:|❖ {l1};|❖ {l2}.|{3}": "et lv",
    "{0}|{stem}:|\uf0b7 {l1};|\uf0b7 {l2}.|{3}": "fr hu",
    "{0}|{stem}:|\uf0a7 {l1};|\uf0a7 {l2}.|{3}": "de cs",
    "{0}|{stem}:|\u25aa {l1};|\u25aa {l2}.|{3}": "fi",
    "{0}|{stem}:|• {l1};|• {l2}.|{3}": "mt el",
    "{0}|{stem}:|•{l1};|•{l2}.|{3}": "en ro",
    "{0}|{stem}:|·\t{l1};|·\t{l2}.|{3}": "es lt",
    "{0}|{stem}:|- {l1};|- {l2}.|{3}": "bg ga",
    "{0}|{stem}:|-{l1};|-{l2}.|{3}": "el ro",
    "{0}|{stem}:|– {l1},|– {l2}.|{3}": "sl da",
    "{0}||{stem}:||+ {l1}|+ {l2}||{3}": "en",
    "{0}|{stem}:|→ {l1};|→ {l2}.|{3}": "de",
    # Checklists.
    "{0}|{stem}:|☐ {l1}|☐ {l2}|{3}": "en fr sv",
    "{0}|{stem}:|□ {l1}|□ {l2}|{3}": "it fi",
    "{0}|{stem}:|☑ {l1}|☒ {l2}|{3}": "da",
    "{0}|{stem}:|[ ] {l1}|[x] {l2}|{3}": "en de",
    # Letters, figures and roman numerals.
    "{0}|{stem}:|a) {l1};|b) {l2}.|{3}": "et lv",
    "{0}|{stem}:|(a) {l1};|(b) {l2}.|{3}": "mt ga",
    "{0}|{stem}:|a. {l1};|b. {l2}.|{3}": "nl sv",
    "{0}|{stem}:|a.{l1};|b.{l2}.|{3}": "nl de",
    "{0}|{stem}:|a){l1};|b){l2}.|{3}": "pl fr",
    "{0}|{stem}:|1.{l1};|2.{l2}.|{3}": "bg hr",
    "{0}|{stem}:|a - {l1};|b - {l2}.|{3}": "fr es",
    "{0}|{stem}:|a – {l1};|b – {l2}.|{3}": "de ro",
    "{0}|{stem}:|1 - {l1};|2 - {l2}.|{3}": "pt it",
    "{0}|{stem}:|1  {l1}|2  {l2}|{3}": "en fi",
    "{0}|{stem}:|1\t{l1}|2\t{l2}|{3}": "sv et",
    "{0}|{stem}:|1. {l1};|2. {l2}.|{3}": "lt hu",
    "{0}|{stem}:|1) {l1};|2) {l2}.|{3}": "lv pl",
    "{0}|{stem}:|(1) {l1};|(2) {l2}.|{3}": "ro sl",
    "{0}|{stem}:|[1] {l1};|[2] {l2}.|{3}": "en cs",
    "{0}|{stem}:|[a] {l1};|[b] {l2}.|{3}": "da",
    "{0}|{stem}:|1° {l1};|2° {l2}.|{3}": "fr nl",
    "{0}|{stem}:|1º {l1};|2º {l2}.|{3}": "es pt",
    "{0}|{stem}:|1.- {l1};|2.- {l2}.|{3}": "es it",
    "{0}|{stem}:|1/ {l1};|2/ {l2}.|{3}": "fr sk",
    "{0}|{stem}:|a/ {l1};|b/ {l2}.|{3}": "cs hu",
    "{0}|{stem}:|1: {l1};|2: {l2}.|{3}": "da",
    "{0}|{stem}:|№ 1. {l1};|№ 2. {l2}.|{3}": "bg",
    "{0}|{stem}:|(i) {l1};|(ii) {l2}.|{3}": "en mt ga",
    "{0}|{stem}:|i) {l1};|ii) {l2}.|{3}": "es hr",
    "{0}|{stem}:|i. {l1};|ii. {l2}.|{3}": "pt sv",
    "{0}|{stem}:|I. {l1};|II. {l2}.|{3}": "lt sk",
    "{0}|{stem}:|A. {l1};|B. {l2}.|{3}": "da el",
    "{0}|{stem}:|A) {l1};|B) {l2}.|{3}": "it hu",
    "{0}|{stem}:|а) {l1};|б) {l2}.|{3}": "bg",
    "{0}|{stem}:|(а) {l1};|(б) {l2}.|{3}": "bg",
    "{0}|{stem}:|α) {l1};|β) {l2}.|{3}": "el",
    "{0}|{stem}:|α. {l1};|β. {l2}.|{3}": "el",
    # Stems.
    "{0}|{stem}|• {l1};|• {l2}.|{3}": "en de pl",
    "{0}|{stem}|* {l1};|* {l2}.|{3}": "en fr",
    "{0}|{stem},|- {l1};|- {l2}.|{3}": "de hu",
    "{0}|{stem} –|• {l1};|• {l2}.|{3}": "sv",
    "{0}|{stem}...|• {l1};|• {l2}.|{3}": "en",
    "{0}|{stem}…|a) {l1};|b) {l2}.|{3}": "fr",
    "{0}|{stem}:||||• {l1};||||• {l2}.||{3}": "ro sk",
    # Lists in lists.
    "{stem}:|• {l1}:|  o {l2};|  o {l3};|• {l4}.|{5}": "en de",
    "{stem}:|• {l1}:|  – {l2};|  – {l3};|• {l4}.|{5}": "fr pl",
    "{stem}:|1. {l1}:|   a) {l2};|   b) {l3};|2. {l4}.|{5}": "nl lv",
    "{stem}:|a) {l1}:|   i) {l2};|   ii) {l3};|b) {l4}.|{5}": "pt ga",
    "{stem}:|- {l1}:|    - {l2};|    - {l3};|- {l4}.|{5}": "fi",
    "{stem}:|1. {l1}:|1.1. {l2};|1.2. {l3};|2. {l4}.|{5}": "et",
    "{stem}:|* {l1}:|** {l2};|** {l3};|* {l4}.|{5}": "lt",
    # What stands between items.
    "{stem}:|a) {l1}; {and}|b) {l2}.|{3}": "en de fr es",
    "{stem}:|- {l1}, {and}|- {l2}.|{3}": "it nl pl hu",
    "{stem}:|* {l1}|{and}|* {l2}.|{3}": "en de",
}  # fmt: skip
CASES = [(code, form) for form, codes in FORMS.items() for code in codes.split()]
AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "nl": "en", "pl": "oraz", "hu": "és"}

#: What an item of each letter below leads into: ``{outer}`` is the words of the item that the stem of the inner ones must be.
NESTED = {
    "{stem}:|• {l1}:|  o {l2};|  o {l3};|• {l4}.": "en de",
    "{stem}:|• {l1}:|  – {l2};|  – {l3};|• {l4}.": "fr pl",
    "{stem}:|- {l1}:|  * {l2};|  * {l3};|- {l4}.": "es",
    "{stem}:|1. {l1}:|   a) {l2};|   b) {l3};|2. {l4}.": "nl lv",
    "{stem}:|a) {l1}:|   - {l2};|   - {l3};|b) {l4}.": "cs",
    "{stem}:|a) {l1}:|   i) {l2};|   ii) {l3};|b) {l4}.": "pt ga",
    "{stem}:|- {l1}:|    - {l2};|    - {l3};|- {l4}.": "fi",
    "{stem}:|• {l1}:|\t• {l2};|\t• {l3};|• {l4}.": "sv",
}

#: The same list as pages, Markdown and tables set it, with the reader of the format.
PAGES = {
    "html": (
        "<p>{0}</p><p>{stem}:</p><ul><li>{l1};</li><li>{l2}.</li></ul><p>{3}</p>",
        "<p>{0}</p><p>{stem}:</p><ul><li><p>{l1};</p></li><li><p>{l2}.</p></li></ul><p>{3}</p>",
        "<p>{0}</p><p>{stem}:</p><ul><li>{u1}</li><li>{u2}</li></ul><p>{3}</p>",
        "<h2>Wahlordnung</h2><p>{0}</p><p>{stem}:</p><ul><li>{u1}</li><li>{u2}</li></ul><p>{3}</p>",
        "<p>{0}</p><div>{stem}:<ul><li>{l1},</li><li>{l2}.</li></ul></div><p>{3}</p>",
        "<p>{0}</p><p>{stem}:</p><p>• {l1};</p><p>• {l2}.</p><p>{3}</p>",
        "<p>{0}</p><p>{stem}:</p><p>✓ {l1}</p><p>✓ {l2}</p><p>{3}</p>",
        "<p>{0}</p><p>{stem}:</p><p>* {l1}</p><p>* {l2}</p><p>{3}</p>",
        "<p>{0}</p><p>{stem}:<br>- {l1};<br>- {l2}.</p><p>{3}</p>",
        "<p>{0}</p><p>{stem}:<br>• {l1}<br>• {l2}</p><p>{3}</p>",
        "<p>{0}</p><p>{stem}:<br>* {l1}<br>* {l2}</p><p>{3}</p>",
        "<p>{0}</p><p>{stem}:<br/>✔ {l1}<br/>✔ {l2}</p><p>{3}</p>",
        "<p>{0}</p><p>{stem}:</p><p>·&nbsp;&nbsp; {l1};</p><p>·&nbsp;&nbsp; {l2}.</p><p>{3}</p>",
        "<p>{0}</p><p>{stem}:</p><ol><li>1. {l1};</li><li>2. {l2}.</li></ol><p>{3}</p>",
        "<p>{0}</p><p>{stem}:</p><dl><dt>•</dt><dd>{l1};</dd><dt>•</dt><dd>{l2}.</dd></dl><p>{3}</p>",
    ),
    "md": (
        "{0}\n\n{stem}:\n\n* {l1};\n* {l2}.\n\n{3}",
        "{0}\n\n{stem}:\n* {l1};\n* {l2}.\n\n{3}",
        "{0}\n\n{stem}:\n\n* {u1}\n* {u2}\n\n{3}",
        "# Titel\n\n{0}\n\n{stem}:\n\n* {u1}\n* {u2}\n\n{3}",
        "{0}\n\n{stem}:\n\n- {l1};\n- {l2}.\n\n{3}",
        "{0}\n\n{stem}:\n\n+ {l1};\n+ {l2}.\n\n{3}",
        "{0}\n\n{stem}:\n\n• {l1};\n• {l2}.\n\n{3}",
        "{0}\n\n{stem}:\n\n1. {l1};\n2. {l2}.\n\n{3}",
        "{0}\n\n{stem}:\n\n- [ ] {l1};\n- [x] {l2}.\n\n{3}",
        "{0}\n\n**{stem}:**\n\n* {l1};\n* {l2}.\n\n{3}",
    ),
}

LOOKALIKES = (
    ("pl", "Komisja wydała raport.|o ochronie danych mówi rozdział czwarty.|Raport jest jawny."),
    ("cs", "Úřad vydal zprávu.|o ochraně včel mluví kapitola čtvrtá.|Zpráva je veřejná."),
    ("sk", "Úrad vydal správu.|o ochrane včiel hovorí štvrtá kapitola.|Správa je verejná."),
    ("it", "Il mugnaio tiene un registro.|o lo tiene il guardiano del ponte.|Il registro è pubblico."),
    ("sl", "Mlinar vodi knjigo.|o tem obvesti čuvaja mostu.|Knjiga je javna."),
    ("pt", "O moleiro fecha a eclusa.|o guarda da ponte abre o portão.|O registo é público."),
    ("pl", "Młynarz prowadzi rejestr.|a osoba uprawniona może go czytać.|i nikt inny."),
    ("sl", "Mlinar vodi knjigo,|a oseba jo lahko bere.|i nihče drug."),
    ("mt", "Il-ħaddiem iżomm reġistru.|i numri huma pubbliċi.|Ir-reġistru huwa miftuħ."),
    ("it", "La diga è chiusa.|i numeri sono pubblici.|e nessun altro."),
    ("en", "The rule applies from|1 January 2027 to all millers.|The register is public."),
    ("de", "Die Regel gilt ab|1. Januar 2027 für alle Müller.|Das Register ist öffentlich."),
    ("fr", "L'amende est de|2 000 euros au plus par ruche.|Le registre est public."),
    ("en", "The fine is|5 000 euros for each hive.|The register is public."),
    ("en", "The bridge is closed.[1]|References|[1] See the report of the harbour board.|[2] See the minutes of the board."),
    ("en", "The hive is kept cool.|- 5 °C is the lowest value.|The register is public."),
    ("en", "The price is fixed*.|The register is public.|* Without the fee for the bridge."),
    ("de", "Der Preis steht fest*.|Das Register ist öffentlich.|* Ohne die Gebühr für die Brücke."),
    ("es", "El alcalde habló con los pescadores.|–No cerraremos el puerto –dijo el alcalde.|–Así lo esperamos –dijo el pescador."),
    ("fr", "Le maire a parlé aux pêcheurs.|– Nous ne fermerons pas le port, dit le maire.|– Nous l'espérons, dit le pêcheur."),
    ("en", "What you must do|The miller keeps a register.|The register is public."),
    ("en", "Q: Must the miller keep a register?|A: The miller keeps a register.|Q: Is it public?|A: The register is public."),
    ("en", "Step 1: The miller opens the lock.|Step 2: The miller closes the gate."),
    ("en", "The hive holds 3 frames.|1 frame is kept empty.|2 frames are filled."),
    ("es", "El molinero lleva un registro|o lo lleva el guarda del puente.|y nadie más."),
    ("ro", "Morarul ține un registru|o dată pe an.|Registrul este public."),
    ("hu", "A molnár nyilvántartást vezet.|a hídőr olvassa azt.|A nyilvántartás nyilvános."),
)  # fmt: skip


def _sentence_parts(layout: Layout, sentences: tuple[Sentence, ...]) -> list[tuple[SentenceRole, str, str]]:
    """Each sentence's role, words without white space in a row, and the words of its stem."""
    words = [" ".join(s.span.of(layout.text).split()) for s in sentences]
    return [(s.role, words[n], words[s.stem] if s.stem is not None else "") for n, s in enumerate(sentences)]


def _bare(words: str) -> str:
    return re.sub(r"[.;,:…–\s]+$", "", words)


def is_item(role: SentenceRole, stem: str) -> bool:
    """Whether a sentence is an item, one that leads into a list of its own among them."""
    return role is SentenceRole.ITEM or (role is SentenceRole.STEM and stem != "")


def _words(code: str) -> dict[str, str]:
    """What forms are filled with: sentences by their numbers, the same as items (``l1``, with a capital ``u1``), a stem, "and"."""
    sentences = sentences_of(code)
    words = {str(n): s for n, s in enumerate(sentences)}
    words |= {f"l{n}": f"{s[0].lower()}{s[1:-1]}" for n, s in enumerate(sentences)}
    words |= {f"u{n}": s[:-1] for n, s in enumerate(sentences)}
    return words | {"stem": re.split("[,.]", sentences[6])[0], "and": AND.get(code, "")}


def _fill(form: str, words: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: words[name[1]], form)


def _check(code: str, form: str, text: str, name: str) -> list[tuple[SentenceRole, str, str]]:
    """Hold what a filled form becomes to what it was filled with; returns the sentences."""
    words = _words(code)
    layout = read_layout(RawDocument(name, text.encode()))
    parts = _sentence_parts(layout, build_structure(layout, "test", code).sentences)
    found = [re.sub(rf"[;,]? {AND.get(code, '-')}$", "", _bare(w)) for role, w, s in parts if is_item(role, s)]
    wanted = [words[name] for name in re.findall(r"\{([lu]\d)\}", form)]
    assert found == wanted, parts
    assert {_bare(s) for role, _, s in parts if is_item(role, s)} <= {words["stem"], *wanted}, parts
    assert {words[n] for n in re.findall(r"\{(\d)\}", form)} <= {words for _, words, _ in parts}, parts
    return parts


@pytest.mark.parametrize(("code", "form"), CASES, ids=[f"{code}-{n}" for n, (code, _) in enumerate(CASES)])
def test_items_of_a_list_are_items_without_their_markers(code: str, form: str) -> None:
    _check(code, form, _fill(form.replace("|", "\n"), _words(code)), "form.txt")


NESTED_CASES = [(code, form) for form, codes in NESTED.items() for code in codes.split()]


@pytest.mark.parametrize(
    ("code", "form"), NESTED_CASES, ids=[f"{code}-{n}" for n, (code, _) in enumerate(NESTED_CASES)]
)
def test_a_list_in_a_list_has_its_item_as_its_stem(code: str, form: str) -> None:
    words = _words(code)
    parts = _check(code, form, _fill(form.replace("|", "\n"), words), "form.txt")
    stems = {_bare(item): _bare(stem) for _, item, stem in parts}
    inner, outer = words["l1"], words["stem"]
    assert [stems[words[name]] for name in ("l1", "l2", "l3", "l4")] == [outer, inner, inner, outer], parts


PAGE_CASES = [(name, form) for name, forms in PAGES.items() for form in forms]


@pytest.mark.parametrize(("name", "form"), PAGE_CASES, ids=[f"{name}-{n}" for n, (name, _) in enumerate(PAGE_CASES)])
@pytest.mark.parametrize("code", ["de", "en", "fr", "pl"])
def test_lists_of_pages_are_lists(code: str, name: str, form: str) -> None:
    page = f"<html><body>{form}</body></html>" if name == "html" else form
    _check(code, form, _fill(page, _words(code)), f"form.{name}")


_HANGING = """
The port rules are read by all who keep a boat in the harbour, and by the crews of the ferries that cross it
every day of the week from the first of March to the last of November, the days of the regatta among them, on
which the harbour is closed to all. The members of the club must, when they leave the harbour at night or in
fog, and on every day on which the lamp on the pier is lit before noon, do what this list says:

{a} carry a lamp that can be seen from the pier and from the bridge, and keep the lamp lit until they have left
{gap}the harbour and passed the second buoy behind the breakwater
{a} tell the keeper of the bridge by radio or by a bell, so that he opens the gate before the boat has come up to
{gap}it and closes it behind the boat

The keeper of the bridge writes down the name of each boat and the hour at which it passed the bridge, and keeps
the book in which he has written them for as long as the harbour is in use by the club and for a year after.
"""


@pytest.mark.parametrize("gap", ["", "  "])
@pytest.mark.parametrize("sign", ["•", "*", "-", "✓", "\uf0b7", "o "])
def test_items_of_several_lines_are_whole(sign: str, gap: str) -> None:
    layout = read_layout(RawDocument("form.txt", _HANGING.format(a=sign, gap=gap).encode()))
    parts = _sentence_parts(layout, build_structure(layout, "test", "en").sentences)
    items = [(words[:13], words[-10:]) for role, words, stem in parts if is_item(role, stem)]
    assert items == [("carry a lamp ", "breakwater"), ("tell the keep", "d the boat")], parts


@pytest.mark.parametrize("sign", ["-", "•", "*", "a)"])
@pytest.mark.parametrize("head", ["", "Article 5\n", "Duties\n\n"])
def test_each_list_has_its_own_stem(head: str, sign: str) -> None:
    after = "b)" if sign == "a)" else sign
    lists = (
        ("The skipper must:", "carry a lamp;", "ring a bell."),
        ("The keeper must:", "open the gate;", "close the gate."),
    )
    text = head + "".join(f"{stem}\n{sign} {one}\n{after} {two}\n" for stem, one, two in lists) + "The gate is open.\n"
    layout = read_layout(RawDocument("form.txt", text.encode()))
    parts = _sentence_parts(layout, build_structure(layout, "test", "en").sentences)
    assert [(words, stem) for role, words, stem in parts if role is SentenceRole.ITEM] == [
        (item, stem) for stem, *items in lists for item in items
    ]


def test_short_items_of_several_lines_are_whole() -> None:
    text = "The skipper must:\n- carry a lamp and\n  two buoys on\n  the boat;\n- ring the bell.\nThe bell is public."
    layout = read_layout(RawDocument("form.txt", text.encode()))
    parts = _sentence_parts(layout, build_structure(layout, "test", "en").sentences)
    items = [words for role, words, stem in parts if is_item(role, stem)]
    assert items == ["carry a lamp and two buoys on the boat;", "ring the bell."]


@pytest.mark.parametrize(
    ("head", "items", "led"),
    [
        ("Employers must", "Keep a register|Lock the gate", True),
        ("You are required to", "Keep a register|Lock the gate", True),
        ("What you must do", "Keep a register|Lock the gate", False),
        ("Opening hours", "Monday to Friday|Sundays after mass", False),
        ("Register and gate", "a register of hives|a gate with a lock", False),
    ],
)
def test_a_heading_leads_into_a_list_only_where_it_commands(head: str, items: str, led: bool) -> None:
    for name, made in (
        ("form.txt", f"{head}\n" + "".join(f"• {item}\n" for item in items.split("|"))),
        ("form.html", f"<h2>{head}</h2><ul>" + "".join(f"<li>{item}</li>" for item in items.split("|")) + "</ul>"),
        ("form.md", f"## {head}\n\n" + "".join(f"* {item}\n" for item in items.split("|"))),
    ):
        layout = read_layout(RawDocument(name, made.encode()))
        parts = _sentence_parts(layout, build_structure(layout, "test", "en").sentences)
        assert [stem for _, _, stem in parts if stem] == ([head] * 2 if led else []), (name, parts)


@pytest.mark.parametrize(("code", "lines"), LOOKALIKES, ids=[f"{code}-{n}" for n, (code, _) in enumerate(LOOKALIKES)])
def test_what_only_looks_like_a_marker_is_none(code: str, lines: str) -> None:
    layout = read_layout(RawDocument("form.txt", lines.replace("|", "\n").encode()))
    parts = _sentence_parts(layout, build_structure(layout, "test", code).sentences)
    assert [words for role, words, stem in parts if is_item(role, stem)] == [], parts
    whole = [b.span.of(layout.text).removeprefix("– ") for b in layout.blocks if b.role is BlockRole.BODY]
    assert " ".join(words for _, words, _ in parts) == " ".join(" ".join(whole).split())
