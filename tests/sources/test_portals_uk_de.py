"""legislation.gov.uk: feeds, the publication log, effects, printed acts; gesetze-im-internet.de: names and archives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from portal_cases import GII, UK, gesetze, legislation_uk, uk_entry, uk_feed
from portal_fakes import FakeResponse, Site, file, zipped

from dutybook.errors import SourceError
from dutybook.ingest.sources import gesetze as german
from dutybook.ingest.sources import legislation_uk as british
from dutybook.ingest.sources.interface import Item, Known, Listing

NOW = datetime(2031, 4, 1, 12, tzinfo=UTC)
LIST = f"{UK}/uksi/2031/data.feed?results-count=100&sort=modified"
LOG = f"{UK}/update/legislation/ukpga/2031/7/data.feed?format=xml&event=published"


def _atom(text: str, **more: Any) -> FakeResponse:
    return FakeResponse(text, type="application/atom+xml", **more)


def _list(
    site: Site, target: str = "uksi/2031", cursor: dict[str, Any] | None = None, now: datetime = NOW, **options: Any
) -> Listing:
    return british.SOURCE.list(british.SOURCE.check(target, options), cursor or {}, site, now)


def _keys(listing: Listing) -> list[str]:
    return [item.key for item in listing.items]


# -- feeds --------------------------------------------------------------------------------------------------------------


def test_what_an_entry_says() -> None:
    item = _list(legislation_uk()).items[0]
    assert item.title == "The Tide Tables Regulations 2031"
    assert item.published == "2031-03-29"
    assert item.stamp == "2031-03-30T09:00:00Z"
    assert item.url == f"{UK}/uksi/2031/300"


def test_a_list_goes_back_to_what_was_seen_and_no_further() -> None:
    site = legislation_uk()
    listing = _list(site, cursor={"since": "2031-03-25T00:00:00+00:00"})
    assert _keys(listing) == ["uksi/2031/300"]
    assert len(site.log) == 1
    assert listing.cursor == {"since": (NOW - timedelta(days=2)).isoformat(timespec="seconds")}
    assert all(each.robots for each in site.log)


def test_a_page_that_fails_is_where_the_next_run_goes_on() -> None:
    site = legislation_uk()
    second = f"{LIST}&page=2"
    answer = site.routes[second]
    site.route(second, SourceError("does not answer now [504]"))
    first = _list(site, cursor={"since": "2020-01-01T00:00:00+00:00"})
    assert _keys(first) == ["uksi/2031/300", "uksi/2031/299"]
    assert first.cursor["next"] == second
    assert first.cursor["since"] == "2020-01-01T00:00:00+00:00"
    site.routes[second] = answer
    later = _list(site, cursor=dict(first.cursor), now=NOW + timedelta(days=1))
    assert _keys(later) == ["uksi/2031/12"]
    # What was published between the two runs is behind the start of the first.
    assert later.cursor == {"since": (NOW - timedelta(days=2)).isoformat(timespec="seconds")}


def test_a_cap_goes_on_with_the_next_page() -> None:
    first = _list(legislation_uk(), limit="1")
    assert first.cursor["next"] == f"{LIST}&page=2"
    assert "limit=" in first.problems[0]
    assert _keys(_list(legislation_uk(), cursor=dict(first.cursor), limit="1")) == ["uksi/2031/12"]


@pytest.mark.parametrize(
    "following",
    ["https://evil.example/data.feed", "http://localhost/data.feed", "https://www.legislation.gov.uk:8443/x"],
)
def test_a_next_page_elsewhere_is_not_asked(following: str) -> None:
    site = Site({LIST: _atom(uk_feed(uk_entry("uksi/2031/1", "One", "2031-03-30T09:00:00Z"), following=following))})
    with pytest.raises(SourceError, match="not followed"):
        _list(site)
    assert len(site.log) == 1


def test_a_feed_that_leads_back_to_itself_ends() -> None:
    site = Site(
        {
            LIST: _atom(
                uk_feed(uk_entry("uksi/2031/1", "One", "2031-03-30T09:00:00Z"), following=LIST.replace("&", "&amp;"))
            )
        }
    )
    assert "leads back to itself" in _list(site).problems[0]


def test_entries_that_name_no_act_are_said() -> None:
    site = Site(
        {
            LIST: _atom(
                uk_feed(
                    "<entry><id>tag:x</id><title>?</title><updated>gestern</updated></entry>",
                    "<entry/>",
                    uk_entry("uksi/2031/1", "A &amp; B\n   Order", "no time"),
                    uk_entry("uksi/2031/1", "the same again", "2031-03-30T09:00:00Z"),
                )
            )
        }
    )
    listing = _list(site)
    assert [(item.key, item.title) for item in listing.items] == [("uksi/2031/1", "A & B Order")]
    assert len(listing.problems) == 2


def test_a_feed_in_another_encoding_than_it_says() -> None:
    text = uk_feed(uk_entry("uksi/2031/1", "The Quay at Pwllheli – Ynys Môn Order", "2031-03-30T09:00:00Z"))
    listing = _list(
        Site(
            {
                LIST: _atom(text.encode("windows-1252").decode("latin-1"))
                if False
                else FakeResponse(text.encode("windows-1252"))
            }
        )
    )
    assert "Môn" in listing.items[0].title
    assert "Windows-1252" in listing.problems[0]


def test_what_is_new_and_the_publication_log() -> None:
    new = f"{UK}/new/uksi/data.feed?results-count=100&sort=published"
    assert _keys(
        _list(Site({new: _atom(uk_feed(uk_entry("uksi/2031/9", "Nine", "2031-03-30T09:00:00Z")))}), "new/uksi")
    ) == ["uksi/2031/9"]
    log = f"{UK}/update/legislation/data.feed?format=xml&event=published"
    entry = uk_entry("uksi/2031/9", "Nine", "2031-03-30T09:00:00.45768+01:00").replace(
        "<id>http://www.legislation.gov.uk/id/uksi/2031/9</id>",
        "<id>http://www.legislation.gov.uk/uksi/2031/9/made/data.xml/published/2031-03-30T09:00:00</id>"
        "<dc:identifier>http://www.legislation.gov.uk/id/uksi/2031/9</dc:identifier><pbl:Event>published</pbl:Event>",
    )
    old = uk_entry("uksi/2030/1", "Old", "2030-01-01T09:00:00Z")
    assert _keys(_list(Site({log: _atom(uk_feed(entry, old))}), "update")) == ["uksi/2031/9"]


def test_words_of_the_user_stay_one_value() -> None:
    site = Site({})
    with pytest.raises(SourceError):
        _list(site, "uksi/2031", title='"tide" AND x&sort=title')
    assert "title=%22tide%22+AND+x%26sort%3Dtitle" in site.log[0].url
    assert british.SOURCE.check("https://www.legislation.gov.uk/ukpga?title=finance", {})["title"] == "finance"


def test_an_act_that_is_only_printed() -> None:
    printed = f"{UK}/uksi/2031/5/pdfs/uksi_20310005_en.pdf"
    links = f'<link rel="alternate" type="application/pdf" href="{printed}" title="Original PDF"/>'
    site = Site(
        {
            LIST: _atom(uk_feed(uk_entry("uksi/2031/5", "Printed", "2031-03-30T09:00:00Z", links=links))),
            printed: FakeResponse(b"%PDF-1.4"),
        }
    )
    item = _list(site).items[0]
    assert item.extension == ".pdf"
    assert british.SOURCE.fetch(item, {}, Known(), site).extension == ".pdf"
    # Found out only from the metadata of the text.
    bare = f"""<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation"><ukm:Metadata xmlns:ukm="http://www.legislation.gov.uk/namespaces/metadata">
      <ukm:Alternatives><ukm:Alternative URI="https://evil.example/x.pdf"/><ukm:Alternative URI="{printed}"/></ukm:Alternatives></ukm:Metadata></Legislation>"""
    site.route(f"{UK}/uksi/2031/5/data.xml", FakeResponse(bare, type="application/xml"))
    other = Item("uksi/2031/5", f"{UK}/uksi/2031/5", more={"file": f"{UK}/uksi/2031/5/data.xml"})
    assert british.SOURCE.fetch(other, {}, Known(), site).extension == ".pdf"
    assert not site.asked("evil")


def test_a_text_that_is_still_being_made_comes_later() -> None:
    site = legislation_uk()
    item = _list(site).items[0]
    site.route(f"{UK}/uksi/2031/300/data.xml", FakeResponse(b"<p>accepted</p>", status=202))
    with pytest.raises(SourceError) as caught:
        british.SOURCE.fetch(item, {}, Known(), site)
    assert not caught.value.lasting


# -- one act ------------------------------------------------------------------------------------------------------------


def _logged(version: str, updated: str) -> str:
    return uk_entry("ukpga/2031/7", "Harbour Data Act 2031", updated).replace(
        "<id>http://www.legislation.gov.uk/id/ukpga/2031/7</id>",
        f"<id>x</id><dc:identifier>http://www.legislation.gov.uk/id/ukpga/2031/7</dc:identifier><pbl:Document>http://www.legislation.gov.uk/ukpga/2031/7/{version}</pbl:Document>",
    )


def test_an_acts_stamp_moves_with_its_publication_and_when_a_text_takes_effect() -> None:
    feed = uk_feed(
        _logged("2031-06-01", "2031-03-20T09:00:00Z"),
        _logged("2031-03-15", "2031-03-15T09:00:00Z"),
        _logged("enacted", "2031-03-05T09:00:00Z"),
    )
    site = Site({LOG: _atom(feed), f"{UK}/ukpga/2031/7/data.xml": file("uk-act.xml", "application/xml")})
    listing = _list(site, "ukpga/2031/7")
    assert [(i.key, i.title, i.stamp) for i in listing.items] == [
        ("ukpga/2031/7", "Harbour Data Act 2031", "2031-03-20T09:00:00Z 2031-03-15")
    ]
    later = _list(site, "ukpga/2031/7", now=datetime(2031, 6, 2, tzinfo=UTC))
    assert later.items[0].stamp == "2031-03-20T09:00:00Z 2031-06-01"
    assert british.SOURCE.fetch(listing.items[0], {}, Known(), site).extension == ".xml"


def test_an_act_without_a_log_is_asked_for_each_time() -> None:
    site = Site({f"{UK}/ukpga/2031/7/2032-01-01/data.xml": file("uk-act.xml", "application/xml")})
    listing = _list(site, "ukpga/2031/7/2032-01-01")
    assert listing.items[0].stamp is None
    assert "asked for each time" in listing.problems[0]
    assert british.SOURCE.fetch(listing.items[0], {}, Known(), site).data
    with pytest.raises(SourceError):
        _list(Site({LOG: SourceError("does not answer now [503]")}), "ukpga/2031/7")


def test_acts_that_change_an_act_come_with_what_they_do() -> None:
    effect = """<entry><id>http://www.legislation.gov.uk/changes/affected/ukpga/2031/7/affecting/uksi/2031/255/key-1</id><content type="text/xml">
      <ukm:Effect EffectId="key-{n}" AffectedURI="http://www.legislation.gov.uk/id/ukpga/2031/7" AffectingURI="http://www.legislation.gov.uk/id/uksi/2031/255" Type="words substituted" Applied="{applied}" AffectedProvisions="s. {n}" Modified="2031-03-1{n}T10:34:35Z">
      <ukm:AffectingTitle>The Harbour Data (Amendment) Regulations 2031</ukm:AffectingTitle><ukm:InForceDates><ukm:InForce Applied="false" Date="2031-08-01" Qualification="wholly in force"/></ukm:InForceDates></ukm:Effect></content>
      <title>x effect on y</title><updated>2031-03-12T10:34:35Z</updated></entry>"""
    changes = f"{UK}/changes/affected/ukpga/2031/7/data.feed?results-count=100"
    site = Site(
        {
            LOG: _atom(uk_feed()),
            changes: _atom(uk_feed(effect.format(n=1, applied="true"), effect.format(n=2, applied="false"))),
        }
    )
    listing = _list(site, "ukpga/2031/7", **{"with": "effects"})
    assert _keys(listing) == ["ukpga/2031/7", "uksi/2031/255"]
    change = listing.items[1]
    assert change.title == "The Harbour Data (Amendment) Regulations 2031"
    assert change.stamp == "2031-03-12T10:34:35Z"
    broken = _list(Site({LOG: _atom(uk_feed())}), "ukpga/2031/7", **{"with": "effects"})
    assert "not complete" in broken.problems[0]


# -- German federal law -------------------------------------------------------------------------------------------------


def _german(site: Site, target: str, **options: Any) -> Listing:
    return german.SOURCE.list(german.SOURCE.check(target, options), {}, site, NOW)


def test_acts_by_name_and_by_title() -> None:
    listing = _german(gesetze(), "hafendg, bojkennzv_2029, fortdg")
    assert _keys(listing) == ["hafendg", "bojkennzv_2029"]
    assert listing.gone == ("fortdg",)
    assert listing.items[1].title == "Verordnung über die Kennzeichnung von Bojen & Baken"
    found = _german(gesetze(), "titles", title="Häfen")
    assert _keys(found) == ["hafendg"]
    assert found.complete
    assert "leads elsewhere" in found.problems[0]
    with pytest.raises(SourceError, match="check the names"):
        _german(gesetze(), "fortdg")


def test_an_archive_with_pictures_brings_its_text_alone() -> None:
    item = _german(gesetze(), "hafendg").items[0]
    act = b"<?xml version='1.0'?><dokumente><norm/></dokumente>"
    archive = zipped({"BJNR1.xml": act, "bgbl1_1.jpg": b"\xff\xd8\xff"}, (2031, 1, 1, 0, 0, 0))
    fetched = german.SOURCE.fetch(item, {}, Known(), Site({f"{GII}/hafendg/xml.zip": FakeResponse(archive)}))
    assert (fetched.data, fetched.extension) == (act, ".xml")
