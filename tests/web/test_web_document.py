"""A document: its tree, its pages or its text, what was found in the margin, what was rejected."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from builders import N, make_analysis
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.pipeline.analyse import analyse
from dutybook.records import Coverage, Gap, GapKind, RawDocument, Span
from dutybook.store import open_register
from dutybook.store.documents.view import PlaceRow, places
from dutybook.web.document_window import CHARACTERS, PIECE, build_tree, find_children, find_window, make_slug

SECTIONS = (
    "findings",
    "frame",
    "document_page",
    "norm_page",
    "review_page",
    "calendar_page",
    "about_page",
    "changes_page",
    "export_page",
    "home_page",
    "search_page",
    "import_page",
    "start_page",
    "api_page",
    "accounts",
    "upload",
    "refusals",
    "calendar",
    "timeline",
    "places",
    "workbook",
)


def document_of(database: Path, source: str) -> str:
    with open_register(database, read_only=True) as register:
        sql = "SELECT id FROM documents WHERE source LIKE ?"
        return str(register._connection.execute(sql, (f"%{source}",)).fetchone()[0])


@pytest.fixture
def paged(database: Path) -> str:
    return document_of(database, "regulation-harbour-data.en.pdf")


@pytest.fixture
def plain(database: Path) -> str:
    return document_of(database, "quay<script>.txt")


def test_pages_come_with_their_norms_in_the_margin(client: TestClient, paged: str) -> None:
    text = client.get(f"/documents/{paged}?at=Art+6(2)").text
    assert 'id="Art-6-2"' in text
    margin = text.partition('<ul class="plain margin"')[2].partition("</ul>")[0]
    assert "The logs shall be kept" in margin or "The logs" in text
    # The rectangle leads to the note, the note to the norm.
    box = re.search(r'<a href="#(n-\w+)" tabindex="-1"><rect class="obligation"', text)
    assert box
    assert f'id="{box[1]}"' in text
    assert f'href="/norms/{box[1][2:]}"' in text
    # Pictures are fetched when they come into view; the first one at once.
    assert text.count('loading="lazy"') == text.count("<img ") - 1


def test_a_place_is_found_as_cited_as_in_an_address_and_above(client: TestClient, paged: str) -> None:
    pages = {
        re.search(r'id="(page-\d+)"', client.get(f"/documents/{paged}", params={"at": at}).text)[1]  # type: ignore[index]
        for at in ("Art 6(2)", "Art-6-2", "Art 6(2)(zz)")
    }
    assert len(pages) == 1
    assert pages != {"page-1"}
    assert client.get(f"/documents/{paged}?at=Nowhere+77").status_code == 200


def test_all_pages_are_walked_through(client: TestClient, paged: str) -> None:
    address, seen = f"/documents/{paged}", []
    while address:
        text = client.get(address).text
        assert len(text.encode()) < 100_000
        seen += [int(n) for n in re.findall(r'id="page-(\d+)"', text)]
        following = re.search(r'rel="next" href="(/documents/[^"]*page[^"]*)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == list(range(1, 11))


def test_every_norm_of_a_document_stands_in_its_margin_once(client: TestClient, database: Path, paged: str) -> None:
    with open_register(database, read_only=True) as register:
        ids = {row[0] for row in register._connection.execute("SELECT id FROM norms WHERE document = ?", (paged,))}
    for view in ("", "&view=text"):
        found: list[str] = []
        address = f"/documents/{paged}?rejected=0{view}"
        while address:
            text = client.get(address).text
            found += re.findall(r'<li class="note (?!rejected)\w+" id="n-(\w+)"', text)
            following = re.search(r'rel="next" href="(/documents/[^"]*(?:page|from)=[^"]*)"', text)
            address = following[1].replace("&amp;", "&") if following else ""
        assert len(found) == len(set(found))
        assert set(found) == ids


def test_modalities_narrow_the_margin(client: TestClient, paged: str) -> None:
    text = client.get(f"/documents/{paged}?page=4&kind=permission").text
    assert 'class="note permission"' in text
    assert 'class="note obligation"' not in text
    assert 'class="note rejected"' not in text
    assert re.search(r'class="badge permission" aria-current="true"', text)
    rejected = client.get(f"/documents/{paged}?kind=rejected").text
    assert 'class="note obligation"' not in rejected


def test_a_text_has_its_norms_marked_and_no_markup_of_its_own(client: TestClient, plain: str) -> None:
    text = client.get(f"/documents/{plain}").text
    assert re.search(r'<a class="found obligation" href="#n-\w+">', text)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(3)" in text


def test_branches_of_the_tree_are_fetched(client: TestClient, database: Path, paged: str) -> None:
    with open_register(database, read_only=True) as register:
        rows = places(register, paged)
    article = next(row for row in rows if row.place == "Art 6")
    branch = client.get(f"/documents/{paged}/tree?of={article.id}").text
    assert 'data-slug="Art-6-2"' in branch
    assert "<html" not in branch
    assert client.get(f"/documents/{paged}/tree?of=nothing").status_code == 200
    assert client.get("/documents/nothing/tree").status_code == 404


def test_what_was_rejected_is_listed_with_its_reason(client: TestClient, database: Path, paged: str) -> None:
    with open_register(database, read_only=True) as register:
        row = register.rejected(paged, 1)[0]
    listed = client.get(f"/documents/{paged}").text.partition('id="rejected"')[2]
    assert reader_words("findings", "en")(f"step.{row.reason}") in listed
    assert f"#n-{row.id}" in listed


def test_what_was_not_read_is_said(client: TestClient, database: Path) -> None:
    text = client.get(f"/documents/{document_of(database, 'broken.pdf')}").text
    assert "<strong>The file is damaged.</strong>" in text
    assert "get it again, or save it anew in a PDF viewer" in text
    assert "This document has no text to show." in text


def test_penalties_are_listed_with_what_they_sanction(client: TestClient, database: Path) -> None:
    text = (
        "# Harbour Act\n\n## Article 1\nSkippers shall keep a log.\n\n## Article 2\nSkippers shall not anchor in the fairway.\n\n"
        "## Article 9\nAny breach of Article 2 of this Act is punished by a fine of up to EUR 500.\n\n"
        "## Article 10\nA skipper who is drunk is punished by a fine of up to EUR 900.\n"
    )
    with open_register(database) as register:
        register.add(analyse(RawDocument("penalties.md", text.encode())))
    page = client.get(f"/documents/{document_of(database, 'penalties.md')}").text
    about = page[page.index("<dt>Penalties</dt>") :]
    first, second = about.split("<li>")[1:3]
    assert "€500" in first
    assert re.findall(r'<a href="/norms/\w+">([^<]+)</a>', first) == ["Art 2"]
    assert "€900" in second
    assert "was not read" in second


def test_a_page_deep_in_a_document_leads_to_the_dates_at_its_beginning(client: TestClient, paged: str) -> None:
    deep = client.get(f"/documents/{paged}?page=9").text
    assert "<dt>Dates</dt>" not in deep
    assert f'<a href="/documents/{paged}">At the beginning of the document</a>' in deep
    first = client.get(f"/documents/{paged}").text
    assert "<dt>Dates</dt>" in first
    assert "At the beginning of the document" not in first


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=99999", "page=x", "from=-1", "from=99999999", "kind=zz", "view=zz", "at=%00", "rejected=9999"],
)
def test_nothing_typed_breaks_a_document(client: TestClient, paged: str, plain: str, query: str) -> None:
    for document in (paged, plain):
        assert client.get(f"/documents/{document}?{query}").status_code == 200


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An act of some 600 pages as text: 1,200 articles of three paragraphs."""
    path = tmp_path_factory.mktemp("long") / "register.db"
    with open_register(path) as register:
        register.add(
            analyse(RawDocument("long.txt", b"Long Act\n\nArticle 1\n\nThe keeper shall keep the lamps lit at night."))
        )
        document = register._connection.execute("SELECT id FROM documents").fetchone()[0]
        words = "The keeper shall keep the lamps lit. " * 12
        text, rows = "", []
        for article in range(1, 1201):
            start = len(text)
            text += f"Article {article}\n"
            inner = []
            for paragraph in range(1, 4):
                first = len(text)
                text += f"{paragraph}. {words}\n"
                inner.append(
                    (
                        f"{article:06x}{paragraph}",
                        document,
                        f"{article:06x}",
                        "paragraph",
                        str(paragraph),
                        "",
                        f"Art {article}({paragraph})",
                        first,
                        len(text) - 1,
                    )
                )
            rows += [
                (
                    f"{article:06x}",
                    document,
                    None,
                    "article",
                    str(article),
                    "Lamps",
                    f"Art {article}",
                    start,
                    len(text) - 1,
                ),
                *inner,
            ]
        c = register._connection
        c.execute("DELETE FROM provisions")
        c.execute("UPDATE texts SET text = ?", (text,))
        c.execute("UPDATE documents SET characters = ?", (len(text),))
        c.executemany("INSERT INTO provisions VALUES (?, ?, ?, 0, ?, ?, ?, ?, 'enacting', NULL, ?, ?)", rows)
        c.execute("UPDATE provisions SET position = span_start * 10 + (parent IS NOT NULL)")
        c.commit()
    return path, document


def test_a_document_of_600_pages_stays_small(long: tuple[Path, str], client: TestClient) -> None:
    database, document = long
    client.app.state.registers.database = database  # type: ignore[attr-defined]
    for query in ("", "?at=Art+600(2)", "?at=Art+1200"):
        answer = client.get(f"/documents/{document}{query}")
        assert answer.status_code == 200
        assert len(answer.content) < 100_000
        assert "Art 1 – Art 50" in answer.text
    assert 'aria-current="location"' in client.get(f"/documents/{document}?at=Art-600-2").text


def test_a_cold_page_of_a_dense_document_stays_below_100_kb(client: TestClient, database: Path) -> None:
    words = (
        "shall keep the lamps of the outer quay lit from dusk until dawn and write down in the book of the harbour when"
    )
    norms = [
        N(
            f"Operator {n} {words} lamp {n} went out.",
            place=f"Art {1 + n // 3}({1 + n % 3})",
            bearer=f"Operator {n}",
            rejected="competence" if n % 6 == 5 else None,
            norm=n % 6 != 5,
        )
        for n in range(230)
    ]
    made = make_analysis(norms, pages=8, work=None, source="dense.pdf")
    with open_register(database) as register:
        register.add(made)
    text = client.get(f"/documents/{made.document.id}").text
    assert text.count('<li class="note ') > 20
    assert text.count("data-slug=") > 50
    sent = len(text.encode())
    for name in re.findall(r'<(?:link|script)[^>]*(?:href|src)="([^"]+)"', text):
        with client.stream("GET", name, headers={"accept-encoding": "gzip"}) as answer:
            sent += sum(len(part) for part in answer.iter_raw())
    assert sent < 100_000


def test_windows_follow_each_other_without_a_gap() -> None:
    starts = list(range(0, 200_000, 1_700))
    at, seen = 0, []
    while at < 200_000:
        begin, end, _ = find_window(starts, 200_000, at)
        seen.append((begin, end))
        at = end
    assert seen[0][0] == 0
    assert seen[-1][1] == 200_000
    assert all(one[1] == other[0] for one, other in pairwise(seen))
    begin, _, before = find_window(starts, 200_000, 100_000)
    assert 0 < begin - before <= CHARACTERS
    assert find_window([0], 50, 40) == (0, 50, -1)


def test_what_is_too_long_for_one_piece_is_cut(database: Path, client: TestClient, plain: str) -> None:
    with open_register(database) as register:
        text = "word " * 4_000
        register._connection.execute("UPDATE texts SET text = ? WHERE document = ?", (text, plain))
        register._connection.execute("UPDATE documents SET characters = ? WHERE id = ?", (len(text), plain))
        register._connection.execute("DELETE FROM provisions WHERE document = ?", (plain,))
        register._connection.commit()
    page = client.get(f"/documents/{plain}").text
    assert page.count('<section class="piece') > CHARACTERS // PIECE - 1
    assert "from=" in page


def _place(number: int, kind: str = "article", parent: str | None = None) -> PlaceRow:
    name = {"recital": "Recital", "article": "Art"}[kind]
    return PlaceRow(
        f"{kind[0]}{number}", parent, kind, str(number), "", f"{name} {number}", None, number * 10, number * 10 + 10
    )


def test_a_long_row_of_articles_is_grouped_and_opened_where_one_is() -> None:
    roots = build_tree([_place(n) for n in range(1, 301)], 1_205)
    assert [node.until for node in roots][:2] == ["Art 50", "Art 100"]
    assert [node.number for node in roots][:2] == ["Art 1", "Art 51"]
    opened = [node for node in roots if node.expanded]
    assert [(node.number, node.until) for node in opened] == [("Art 101", "Art 150")]
    assert [node.slug for node in opened[0].children if node.current] == ["Art-120"]
    assert len(find_children([_place(n) for n in range(1, 301)], roots[0].id)) == 50
    assert build_tree([_place(n) for n in range(1, 20)], None)[0].number == "Art 1"


@pytest.mark.parametrize(
    ("place", "written"), [("Art 5(2)(a)", "Art-5-2-a"), ("§ 3 Abs. 1", "3-Abs-1"), ("¶ 7", "7"), ("()", "")]
)
def test_places_in_addresses(place: str, written: str) -> None:
    assert make_slug(place) == written


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", reader_languages("web"))
def test_every_language_has_every_text(section: str, language: str) -> None:
    english = reader_words(section, "en")
    words = reader_words(section, language)
    assert words.own == set(english)
    for key in english:
        braces = [sorted(re.findall(r"{(\w+)}", given.get(key, ""))) for given in (english, words)]
        assert braces[0] == braces[1], key


def test_a_rejected_sentence_is_taken_in_with_a_button(client: TestClient, database: Path) -> None:
    made = make_analysis(
        [
            N("Each pilot shall report a fog.", place="Art 1", bearer="pilot"),
            N("Ropes shall be coiled by the crew.", place="Art 2", rejected="duty_word"),
            N("A quay shall be deemed dry.", place="Art 3", rejected="label_none"),
        ],
        salt="coils",
    )
    with open_register(database) as register:
        register.add(made, "1")
    address = f"/documents/{made.document.id}"
    page = client.get(f"{address}?why=duty_word").text
    assert "it has a word of obligation, but no norm was found in it" in page
    assert "deemed dry" not in page.partition('id="rejected"')[2]
    (sentence,) = re.findall(r'name="rejected" value="(\w+)"', page)
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    assert client.post(f"{address}/norms", data={"rejected": sentence}).status_code == 403
    given = {"rejected": sentence, "token": token, "modality": "obligation", "reason": "the crew must"}
    answer = client.post(f"{address}/norms", data=given)
    assert answer.status_code == 303
    norm = client.get(answer.headers["location"]).text
    assert "Ropes shall be coiled by the crew." in norm
    assert "a reviewer says that it is a norm" in norm
    assert sentence not in client.get(address).text.partition('id="rejected"')[2]


def test_what_was_not_searched_is_shown_by_kind(client: TestClient, database: Path) -> None:
    made = make_analysis([N("Each pilot shall report a fog.", place="Art 1", bearer="pilot")], salt="gaps")
    span = made.norms[0].span
    gaps = (Gap(GapKind.DUTY_WORD, span, 1, "Art 1"), Gap(GapKind.PICTURE, Span(0, 0), 2))
    with open_register(database) as register:
        register.add(replace(made, coverage=Coverage(200, 180, gaps)), "1")
    page = client.get(f"/documents/{made.document.id}").text
    assert "read with gaps" in page
    assert "90" in page.partition('class="coverage"')[2].partition("</p>")[0]
    assert "a page whose words were not recognised" in page
    assert "read-with-gaps" in client.get("/documents").text


def test_the_contents_have_no_signatories() -> None:
    def row(number: int, kind: str, heading: str = "", parent: str | None = None) -> PlaceRow:
        return PlaceRow(f"r{number}", parent, kind, "", heading, heading or kind, None, number, number + 1)

    rows = [
        row(1, "heading", "Declarations"),
        row(2, "signature"),
        row(3, "heading", "For the Council"),
        row(4, "heading", "The President", "r3"),
        row(5, "signature", parent="r4"),
        row(6, "heading", "Statement of the Commission"),
        row(7, "text", parent="r6"),
        row(8, "annex", "Forms"),
        row(9, "heading", "How to fill them in"),
    ]
    assert [node.name for node in build_tree(rows, None)] == [
        "Declarations",
        "Statement of the Commission",
        "Forms",
        "How to fill them in",
    ]
