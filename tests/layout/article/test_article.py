"""The article on a page: its body without what stands around it, and what the page says of it."""

from __future__ import annotations

import json

import pytest

from dutybook.layout.article import is_act, is_web_page, with_article
from dutybook.layout.article.blocks import PageBlock, cohesion, main_stretch, names_in
from dutybook.layout.article.cutting import without_blocks
from dutybook.layout.formats import read_layout
from dutybook.layout.html_meta import host_of
from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.as_json import analysis_to_dict
from dutybook.records import FurnitureKind, Layout, RawDocument
from dutybook.store import open_register

TITLE = "Hafenrat von Montelago verschiebt die Sperrung der Nordmole"
BODY = [
    "Der Hafenrat von Montelago hat die Sperrung der Nordmole um ein halbes Jahr verschoben, weil die Kräne nicht rechtzeitig geliefert werden.",
    "Die Nordmole gehört zu den ältesten Anlagen des Hafens. Seit dem Winter ist sie an drei Stellen unterspült, und der Hafenrat lässt sie jede "
    "Woche vermessen. „Wir sehen keine Gefahr für die Schiffe“, sagte die Vorsitzende des Hafenrats, Mara Quell, am Dienstag in Montelago.",
    "Ursprünglich sollten die Arbeiten an der Mole schon im Frühjahr beginnen. Die Reedereien hatten dagegen protestiert, da sie in den Monaten "
    "vor dem Sommer die meisten Fahrgäste befördern und auf die Anleger der Nordmole angewiesen sind.",
]
LATER = [
    "Auch die Fischer begrüßten den Aufschub. Sie müssen ihre Boote während der Arbeiten an der Nordmole in den Südhafen verlegen, wo die Liegeplätze "
    "knapp sind. Der Hafenrat hat ihnen zugesagt, die Gebühren für diese Zeit zu erlassen.",
    "Endgültig entscheidet der Hafenrat in seiner nächsten Sitzung. Bis dahin wollen die Reedereien einen eigenen Plan für die Arbeiten an der Mole "
    "vorlegen, über den dann gemeinsam beraten wird.",
]
ADVERTISEMENT = "Mit dem Bootsführerschein von Seemöwe lernen Sie bequem am Küchentisch und bestehen garantiert – jetzt kostenlosen Probekurs sichern"
MENU = ["Startseite", "Politik", "Hafen", "Sport", "Kultur", "Wetter", "Newsletter", "Anmelden", "Podcast", "Abo"]
FOOT = [
    "Impressum",
    "Datenschutz",
    "Cookie-Einstellungen",
    "Facebook",
    "Kontakt",
    "Mediadaten",
    "© 2031 Montelago Bote",
]


def pasted() -> str:
    lines = [
        "Hafen, Nordmole",
        TITLE,
        "03.05.2031 - 20:30:12",
        *BODY,
        "Anzeige",
        ADVERTISEMENT,
        "Fischer begrüßen den Aufschub",
    ]
    return "\n\n".join([*lines, *LATER, "@ montelago-bote.example"])


def read_text(text: str) -> Layout:
    return read_layout(RawDocument("a.txt", text.encode()))


def boilerplate(layout: Layout) -> list[str]:
    return [piece.text for piece in layout.furniture if piece.kind is FurnitureKind.BOILERPLATE]


def test_a_pasted_article_has_its_day_and_source_and_no_advertisement() -> None:
    layout = read_text(pasted())
    assert layout.meta["published"] == "2031-05-03"
    assert "20:30:12" in layout.meta["published_by"]
    assert layout.meta["publisher"] == "montelago-bote.example"
    for paragraph in [*BODY, *LATER, "Fischer begrüßen den Aufschub"]:
        assert paragraph in layout.text
    assert "Bootsführerschein" not in layout.text
    assert ADVERTISEMENT in boilerplate(layout)


def test_of_a_pasted_page_only_the_article_stays_and_the_rest_is_kept_aside() -> None:
    lines = [*MENU, TITLE, "Von Jon Aster", "3. Mai 2031, 20:30 Uhr", *BODY, *LATER, *FOOT]
    layout = read_text("\n".join(lines))
    assert layout.meta["published"] == "2031-05-03"
    assert layout.meta["author"] == "Jon Aster"
    assert layout.meta["title"] == TITLE
    for paragraph in [*BODY, *LATER]:
        assert paragraph in layout.text
    for line in [*MENU, *FOOT]:
        assert line not in layout.text.split("\n")
        assert line in boilerplate(layout)
    for block in layout.blocks:
        assert block.span.of(layout.text).strip()


@pytest.mark.parametrize("sign", ["Article {}\nTitle of it", "§ {}", "Artikel {} – Pflichten"])
def test_an_act_is_left_as_it_is(sign: str) -> None:
    articles = "\n".join(
        f"{sign.format(n)}\nThe keeper shall light lamp {n} every evening, whatever the weather is." for n in (1, 2, 3)
    )
    text = "\n".join(["ORDINANCE", "on the lighting of lamps", "3 May 2031", *MENU, articles, *FOOT])
    layout = read_text(text)
    assert not boilerplate(layout)
    assert "published" not in layout.meta


def test_a_day_alone_under_a_heading_in_capitals_is_that_of_an_act() -> None:
    layout = read_text("\n".join(["MINISTER OF HARBOURS", "ORDER", "3 May 2031", *BODY]))
    assert "published" not in layout.meta


def test_a_dateline_names_the_place_and_a_paragraph_behind_a_table_is_the_article_s() -> None:
    table = [line for letter in "ABC" for line in (f"Liegeplatz {letter}", "frei")]
    text = "\n\n".join([*MENU, TITLE, "Jon Aster · Montelago, 3. Mai 2031, 20:30 Uhr", *BODY, *table, *LATER, *FOOT])
    layout = read_text(text)
    assert layout.meta["place"] == "Montelago"
    for paragraph in [*BODY, *LATER]:
        assert paragraph in layout.text


PAGE = """<html lang="de"><head><title>{title} | Montelago Bote</title>
<meta property="og:type" content="article"><meta property="og:site_name" content="Montelago Bote">
<script type="application/ld+json">{data}</script></head><body>
<nav class="menu"><ul>{menu}</ul></nav>
<article class="story"><h1>{title}</h1><p class="byline">Von Jon Aster</p><p class="date">3. Mai 2031, 20:30 Uhr</p>
<div class="article-body">{body}<aside class="related"><h3>Lesen Sie auch</h3><a href="/x">Neue Fähre nach Jelovac wird getauft</a></aside>{later}</div></article>
<section class="comments"><h2>Kommentare</h2><div class="comment"><p>Das wird doch wieder nichts!</p></div></section>
<footer class="footer"><p>Impressum</p><p>© 2031 Montelago Bote</p></footer></body></html>"""


def page(**data: object) -> bytes:
    def paragraphs(texts: list[str]) -> str:
        return "".join(f"<p>{text}</p>" for text in texts)

    menu = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in MENU)
    made = PAGE.format(title=TITLE, data=json.dumps(data), menu=menu, body=paragraphs(BODY), later=paragraphs(LATER))
    return made.encode()


NEWS = {
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2031-05-03T20:30:12+02:00",
    "author": [{"@type": "Person", "name": "Jon Aster"}],
    "publisher": {"@type": "Organization", "name": "Montelago Bote"},
    "dateline": "MONTELAGO",
}


def test_a_page_of_news_says_what_it_is_and_keeps_the_rest_aside() -> None:
    layout = read_layout(RawDocument("a.html", page(**NEWS)))
    assert {name: layout.meta[name] for name in ("published", "author", "publisher", "place")} == {
        "published": "2031-05-03",
        "author": "Jon Aster",
        "publisher": "Montelago Bote",
        "place": "MONTELAGO",
    }
    for paragraph in [*BODY, *LATER]:
        assert paragraph in layout.text
    assert "Neue Fähre" not in layout.text
    assert "wieder nichts" not in layout.text
    assert any("Neue Fähre" in piece for piece in boilerplate(layout))
    assert any("wieder nichts" in piece for piece in boilerplate(layout))


def test_a_moment_in_the_page_s_own_zone_is_believed_rather_than_one_in_utc() -> None:
    head = '<meta property="article:published_time" content="2031-05-04T02:30:00+00:00">'
    markup = (
        page(**(NEWS | {"datePublished": "2031-05-03T20:30:00-06:00"})).decode().replace("<meta", head + "<meta", 1)
    )
    assert read_layout(RawDocument("a.html", markup.encode())).meta["published"] == "2031-05-03"


def test_a_page_without_markup_has_the_day_of_its_dateline() -> None:
    layout = read_layout(RawDocument("a.html", page()))
    assert layout.meta["published"] == "2031-05-03"


def test_what_is_known_of_an_article_arrives_in_json_and_in_the_register() -> None:
    analysis = analyse(RawDocument("a.html", page(**NEWS)))
    made = analysis_to_dict(analysis)
    assert (made["author"], made["publisher"], made["place"]) == ("Jon Aster", "Montelago Bote", "MONTELAGO")
    assert any("Neue Fähre" in paragraph for paragraph in made["boilerplate"])
    register = open_register(":memory:")
    register.add(analysis)
    (row,) = register.documents()
    assert (row.author, row.publisher, row.place) == ("Jon Aster", "Montelago Bote", "MONTELAGO")
    assert any("Neue Fähre" in paragraph for paragraph in register.boilerplate(row.id))


def test_blocks_are_taken_out_and_offsets_follow() -> None:
    layout = read_text("First words here.\nSecond words here.\nThird words here.\n")
    cut = without_blocks(layout, {1})
    assert [block.span.of(cut.text) for block in cut.blocks] == ["First words here.", "Third words here."]
    assert boilerplate(cut) == ["Second words here."]
    assert without_blocks(layout, set()) is layout
    assert without_blocks(layout, {0, 1, 2}) is layout


def test_a_layout_that_states_its_number_is_returned_as_it_is() -> None:
    layout = read_text(pasted())
    known = Layout(layout.text, layout.blocks, meta={"celex": "32031R0777"})
    assert with_article(known) is known


def test_pieces() -> None:
    assert main_stretch([-1, 2, 3, -1, 4, -9, 1]) == (1, 5)
    assert names_in("div class-x sidebar-teaser") >= {"aside", "related"}
    assert cohesion([frozenset({"a", "b"}), frozenset({"a"}), frozenset({"c"})], [1, 1, 1]) == [0.5, 1.0, 0.0]
    assert is_act([PageBlock(f"Article {n}") for n in (4, 5, 6)])
    assert not is_act([PageBlock(text) for text in ("NDR 1", "NDR 2", "NDR 90")])
    assert not is_web_page([PageBlock(text) for text in BODY])
    assert host_of("https://www.blatt.example.org/a/b") == "blatt.example.org"


FIRST, *OTHERS = BODY
UNSURE = ["Der Kurs dauert zwei Tage.", "Kontakt: hafen@montelago.example"]


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        ([TITLE, f"03-05-2031: {FIRST}", *OTHERS], "2031-05-03"),
        ([TITLE, f"03-05-2031 {FIRST}", *OTHERS], "2031-05-03"),
        ([TITLE, f"03-05-2031: {FIRST}", f"07-05-2031: {OTHERS[0]}", OTHERS[1]], ""),
        ([TITLE, FIRST.replace("hat die", "hat heute, 3. Mai 2031, die"), *OTHERS], "2031-05-03"),
        ([TITLE, "Jon Aster am 3. Mai 2031", *BODY], "2031-05-03"),
        ([TITLE, "Sperrung Nordmole am 3. Mai 2031", *BODY], ""),
        ([TITLE, "Aktualisiert am 03.05.2031", *BODY], "2031-05-03"),
        ([TITLE, "Stellungnahmen sind möglich bis zum", "Samstag, 03.05.2031", *BODY], ""),
        ([TITLE, "Einwände bis zum", "Freitag, 02.05.2031", *BODY, *UNSURE, "Montelago, 3. Mai 2031"], "2031-05-03"),
        (["3. 5. 2031", "Hafen kurz", TITLE, *BODY, "KONTAKTE", *UNSURE], "2031-05-03"),
        (["VERORDNUNG", TITLE, "3. Mai 2031", *BODY], ""),
    ],
)
def test_a_day_that_a_text_states_in_weaker_ways(lines: list[str], day: str) -> None:
    assert read_text("\n\n".join(lines)).meta.get("published", "") == day
