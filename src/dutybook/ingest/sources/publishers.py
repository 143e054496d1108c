"""The feeds and sites of supervisors by a short name, so that nobody has to look up an address.

The addresses are those that the supervisors publish. They were not requested when this list was written and may have moved:
an error of the watch shows it, and a watch can name the new address.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Feeds of news and publications.
FEEDS: Mapping[str, str] = {
    "eba": "https://www.eba.europa.eu/rss.xml",
    "edpb": "https://www.edpb.europa.eu/feed/news_en",
    "edpb-publications": "https://www.edpb.europa.eu/feed/publications_en",
    "esma": "https://www.esma.europa.eu/rss.xml",
    "finma": "https://www.finma.ch/en/rss/news/",
}
#: Sites, whose robots.txt says where their sitemaps are.
SITES: Mapping[str, str] = {
    "bafin": "https://www.bafin.de/",
    "eba": "https://www.eba.europa.eu/",
    "ecb": "https://www.ecb.europa.eu/",
    "edpb": "https://www.edpb.europa.eu/",
    "eiopa": "https://www.eiopa.europa.eu/",
    "enisa": "https://www.enisa.europa.eu/",
    "esma": "https://www.esma.europa.eu/",
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
