"""Fedlex and Legilux in memory, with invented acts."""

from __future__ import annotations

from datetime import UTC, datetime

from portal_fakes import FOLDER, Case, FakeResponse, Site, Store, file

FEDLEX = "https://fedlex.data.admin.ch"
FEDLEX_FILES = "https://www.fedlex.admin.ch/filestore/fedlex.data.admin.ch"
LEGILUX = "http://data.legilux.public.lu"
LEGILUX_FILES = "https://legilux.public.lu/filestore"
HARBOUR_PAGE = FakeResponse(
    "<!DOCTYPE html><html lang='de'><body><h1>Bojen</h1><p>Art. 1 Bojen sind rot.</p></body></html>",
    type="text/html",
    etag='"p"',
)


def fedlex_file(work: str, language: str, form: str, extension: str) -> str:
    """The address of a file of Fedlex, as the store names files but on the host that programs may ask."""
    path = f"{work}/{language}/{form.rstrip('-0123456789') if form.startswith('xml') else form}"
    named = f"{work}/{language}/{form}".replace("/", "-")
    return f"{FEDLEX_FILES}/{path}/fedlex-data-admin-ch-{named}.{extension}"


def fedlex() -> Site:
    site = Site({f"{FEDLEX}/sparqlendpoint": Store((FOLDER / "fedlex.ttl").read_text())})
    act = file("fedlex-act.xml", "application/xml", etag='"ch"')
    site.route(fedlex_file("eli/cc/2031/77/20310301", "de", "xml-10", "xml"), act)
    for work in ("eli/cc/2030/5/20300601", "eli/oc/2031/90"):
        site.route(fedlex_file(work, "de", "html", "html"), HARBOUR_PAGE)
    return site


def legilux_file(work: str, language: str, form: str, extension: str) -> str:
    """The address of a file of Legilux on the host that programs may ask."""
    path = f"{work}/{language}/{form}"
    return f"{LEGILUX_FILES}/{path}/{path.replace('/', '-')}.{extension}"


def legilux() -> Site:
    site = Site({"https://data.legilux.public.lu/sparqlendpoint": Store((FOLDER / "legilux.ttl").read_text())})
    act = file("legilux-act.xml", "application/xml", etag='"lu"')
    for work in ("loi/2031/03/01/a77/jo", "loi/2029/07/15/a12/consolide/20310304"):
        site.route(legilux_file(f"eli/etat/leg/{work}", "fr", "xml", "xml"), act)
    return site


CASES = (
    Case(
        "fedlex",
        "sr",
        {"from": "2031-03-01"},
        fedlex,
        ("eli/cc/2031/77/de", "eli/cc/2030/5/de"),
        f"{FEDLEX}/sparqlendpoint",
        b"<?xml",
        ".xml",
        (
            "",
            "2031",
            "Hafengesetz",
            "235.1.",
            "https://www.fedlex.admin.ch/de/home",
            "https://evil.example/eli/cc/2031/77",
        ),
        (
            ("747.777", "SR 747.777"),
            ("747.777,220", "RS 747.777, 220"),
            ("https://www.fedlex.admin.ch/eli/cc/2031/77/de", "eli/cc/2031/77"),
            ("https://fedlex.data.admin.ch/eli/cc/2031/77/20310301", "www.fedlex.admin.ch/eli/cc/2031/77"),
            ("AS", "ro"),
        ),
        now=datetime(2031, 3, 5, tzinfo=UTC),
    ),
    Case(
        "legilux",
        "journal",
        {"from": "2031-03-01"},
        legilux,
        ("eli/etat/leg/loi/2031/03/01/a77/jo/fr",),
        "https://data.legilux.public.lu/sparqlendpoint",
        b"<?xml",
        ".xml",
        ("", "Loi", "loi/2031", "https://evil.example/eli/etat/leg/loi/2031/03/01/a77", "loi/2031/03/01/a77,x"),
        (
            ("loi/2031/03/01/a77", "https://legilux.public.lu/eli/etat/leg/loi/2031/03/01/a77/jo"),
            ("loi/2031/03/01/a77", "http://data.legilux.public.lu/eli/etat/leg/loi/2031/03/01/a77/jo/fr/pdfa"),
            ("code/ports", "eli/etat/leg/code/ports/20310101/fr"),
            ("consolide", "Consolidé"),
        ),
        now=datetime(2031, 3, 5, tzinfo=UTC),
    ),
)
