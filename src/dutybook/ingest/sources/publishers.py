"""The feeds and sites of supervisors by a short name, so that nobody has to look up an address.

None of them was requested when this list was written. The feeds are those of which other programs say, with a date in 2026, that they
read them (docs/how-to/watch.md has the months). An error of the watch shows that one has moved, and a watch can name the new address.
Missing on purpose: DNB, whose site refuses programs.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Feeds of news and publications.
FEEDS: Mapping[str, str] = {
    "afm": "https://www.afm.nl/nl-nl/rss-feed/nieuws-professionals",
    "amf": "https://www.amf-france.org/fr/flux-rss/display/21",
    "amf-english": "https://www.amf-france.org/en/flux-rss/display/21",
    "bafin": "https://www.bafin.de/DE/service/rss/_function/rssnewsfeed.xml?nn=150166",
    "bafin-english": "https://www.bafin.de/EN/service/rss/_function/rssnewsfeed.xml?nn=187494",
    "cssf": "https://www.cssf.lu/en/feed/publications",
    "eba": "https://www.eba.europa.eu/rss.xml",
    "ecb-supervision": "https://www.bankingsupervision.europa.eu/rss/pub.html",
    "ecb-supervision-press": "https://www.bankingsupervision.europa.eu/rss/press.html",
    "edpb": "https://www.edpb.europa.eu/feed/news_en",
    "edpb-publications": "https://www.edpb.europa.eu/feed/publications_en",
    "edps": "https://www.edps.europa.eu/feed/news_en",
    "eiopa": "https://www.eiopa.europa.eu/node/4816/rss_en",
    "esma": "https://www.esma.europa.eu/rss.xml",
    "fca": "https://www.fca.org.uk/news/rss.xml",
    "fca-publications": "https://www.fca.org.uk/publications/rss.xml",
    "finma": "https://www.finma.ch/en/rss/news/",
}
#: Sites, whose robots.txt says where their sitemaps are. Other programs are known to read those of AMF and FCA.
SITES: Mapping[str, str] = {
    "amf": "https://www.amf-france.org/",
    "bafin": "https://www.bafin.de/",
    "eba": "https://www.eba.europa.eu/",
    "ecb": "https://www.ecb.europa.eu/",
    "edpb": "https://www.edpb.europa.eu/",
    "eiopa": "https://www.eiopa.europa.eu/",
    "enisa": "https://www.enisa.europa.eu/",
    "esma": "https://www.esma.europa.eu/",
    "fca": "https://www.fca.org.uk/",
    "finma": "https://www.finma.ch/",
}


def address_of(target: str, among: Mapping[str, str]) -> str:
    """The address for a short name, in any case; any other target as it is.

    >>> address_of("EBA", FEEDS)
    'https://www.eba.europa.eu/rss.xml'
    >>> address_of("https://harbour.example/news.xml", FEEDS)
    'https://harbour.example/news.xml'
    """
    return among.get(target.strip().casefold(), target)
