"""The export in Turtle: it is what ELI and RRMV ask for (SHACL), and says what the register knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import pyshacl
import pytest
from export_fakes import hostile, mixed
from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, SKOS, TIME

from builders import N, make_analysis
from dutybook.export import export
from dutybook.records import DeadlineKind, Part, Span
from dutybook.store import Register, open_register

ELI = Namespace("http://data.europa.eu/eli/ontology#")
RRMV = Namespace("http://data.europa.eu/2qy/rrmv#")
RULES = Namespace("http://docs.oasis-open.org/legalruleml/ns/v1.0/metamodel#")
CODES = "http://data.europa.eu/2qy/rrmv-codes/concept/"
SHAPES = resources.files("dutybook.export") / "schema" / "norms.shacl.ttl"


def graph_of(register: Register, tmp_path: Path, **more: object) -> Graph:
    """The graph of an export, after a check against the shapes."""
    count = export(register, tmp_path / "a.ttl", **more)  # type: ignore[arg-type]
    graph = Graph().parse(tmp_path / "a.ttl", format="turtle")
    conforms, _, problems = pyshacl.validate(graph, shacl_graph=Graph().parse(data=SHAPES.read_text("utf-8")))
    assert conforms, problems
    norms = {
        norm for kind in ("Obligation", "Prohibition", "Permission") for norm in graph.subjects(RDF.type, RULES[kind])
    }
    assert len(norms) == count
    return graph


def reporting() -> Register:
    words = "Providers shall report incidents to the harbour master every year, and within 72 hours of each."
    made = make_analysis(
        [N(words, place="Art 7(1)", bearer="Providers", action="report incidents", deadline="within 72 hours")]
    )
    (norm,) = made.norms
    start = norm.span.start + words.index("the harbour")
    (deadline,) = made.deadlines
    yearly = replace(
        deadline,
        id="y" * 16,
        value="R/P1Y",
        kind=DeadlineKind.RECURRING,
        due=date(2027, 3, 31),
        reason="",
        steps=("counted",),
    )
    made = replace(
        made,
        norms=(
            replace(
                norm,
                recipient=Part("the harbour master", Span(start, start + 18)),
                role="provider",
                applies_from=date(2026, 8, 2),
            ),
        ),
        deadlines=(deadline, yearly),
    )
    register = open_register()
    register.add(made)
    return register


def test_an_obligation_is_a_request_with_its_action(tmp_path: Path) -> None:
    graph = graph_of(reporting(), tmp_path, options={"address": "https://law.example/"})
    (request,) = graph.subjects(RDF.type, RRMV.Request)
    assert (request, RDF.type, RULES.Obligation) in graph
    identity = str(graph.value(request, DCTERMS.identifier))
    assert graph.value(request, RRMV.hasURI) == Literal(f"https://law.example/norms/{identity}", datatype=XSD.anyURI)
    assert graph.value(request, DCTERMS.bibliographicCitation) == Literal("Art 7(1)")
    annotation = graph.value(request, RRMV.hasAnnotation)
    assert isinstance(annotation, Literal)
    assert annotation.language == "en"
    frequency = graph.value(request, RRMV.hasFrequency)
    assert graph.value(frequency, RRMV.value) == Literal("R/P1Y")
    assert str(graph.value(frequency, RRMV.hasUnit)).endswith("/frequency/ANNUAL")
    action = graph.value(request, RRMV.produces)
    assert graph.value(action, RRMV.hasAnnotation) == Literal("report incidents", lang="en")
    roles = {
        str(graph.value(graph.value(role, RRMV.withRole), RRMV.hasType)).removeprefix(CODES): str(
            graph.value(graph.value(role, RRMV.forAgent), SKOS.prefLabel)
        )
        for role in graph.objects(action, RRMV.hasAgentRole)
    }
    assert roles == {"roletype/addresser": "Providers", "roletype/addressee": "the harbour master"}
    assert '"PT72H"^^xsd:duration' in (tmp_path / "a.ttl").read_text("utf-8")
    times = {
        (
            str(graph.value(time, RRMV.hasFunction)).removeprefix(CODES),
            str(graph.value(time, RRMV.isIncomplete)),
            str(graph.value(graph.value(time, TIME.hasBeginning), TIME.inXSDDate)),
            str(graph.value(graph.value(time, TIME.hasEnd), TIME.inXSDDate)),
            str(graph.value(graph.value(time, TIME.hasTemporalDuration), RDF.value)),
        )
        for time in graph.objects(action, RRMV.atTime)
    }
    assert times == {
        # rdflib reads PT72H as three days.
        ("function/deadline", "true", "None", "None", "P3D"),
        ("function/deadline", "false", "None", "2027-03-31", "None"),
        ("function/validity", "None", "2026-08-02", "None", "None"),
    }


def test_acts_texts_and_files_are_those_of_eli(tmp_path: Path) -> None:
    graph = graph_of(reporting(), tmp_path)
    act = URIRef("http://publications.europa.eu/resource/celex/32031R0777")
    assert {(act, RDF.type, ELI.LegalResource), (act, ELI.id_local, Literal("32031R0777"))} <= set(graph)
    (text,) = graph.objects(act, ELI.is_realized_by)
    assert graph.value(text, ELI.realizes) == act
    assert graph.value(text, ELI.title) == Literal("Harbour Data Act", lang="en")
    assert str(graph.value(text, ELI.language)).endswith("/language/ENG")
    file = graph.value(text, ELI.is_embodied_by)
    assert str(file).startswith("urn:sha256:")
    assert graph.value(file, ELI.embodies) == text


def test_what_is_no_obligation_is_no_request(tmp_path: Path) -> None:
    graph = graph_of(mixed(), tmp_path)
    kinds = sorted(
        str(kind)
        for norm in graph.subjects(RDF.type, RULES.Permission)
        for kind in graph.objects(norm, URIRef("http://purl.org/dc/elements/1.1/type"))
    )
    assert kinds == ["exemption", "permission"]
    assert len(set(graph.subjects(RDF.type, RULES.Prohibition))) == 1
    assert len(set(graph.subjects(RDF.type, RRMV.Request))) == 2


def test_words_of_documents_are_data(tmp_path: Path) -> None:
    bad = {
        "quote": 'say "yes" \\" . <urn:x> a <urn:y> .',
        "lines": "one\u2028two\\u0022",
        "lone": "half \ud800 a letter",
    }
    graph = graph_of(hostile(**bad), tmp_path)
    words = {str(words) for words in graph.objects(None, DCTERMS.description)}
    assert bad["quote"] in words
    assert (URIRef("urn:x"), RDF.type, URIRef("urn:y")) not in graph


def test_the_same_text_has_the_same_names(tmp_path: Path) -> None:
    export(reporting(), tmp_path / "a.ttl")
    export(reporting(), tmp_path / "b.ttl")
    assert (tmp_path / "a.ttl").read_bytes() == (tmp_path / "b.ttl").read_bytes()


def test_an_empty_register_is_an_empty_graph(tmp_path: Path) -> None:
    assert not graph_of(open_register(), tmp_path)


@pytest.mark.parametrize("line", ["rrmv:produces [ a rrmv:Action ]", "rrmv:hasAnnotation"])
def test_the_shapes_find_what_is_missing(tmp_path: Path, line: str) -> None:
    export(mixed(), tmp_path / "a.ttl")
    graph = Graph().parse(tmp_path / "a.ttl", format="turtle")
    graph.remove((None, RRMV[line.partition(":")[2].split()[0]], None))
    conforms, *_ = pyshacl.validate(graph, shacl_graph=Graph().parse(data=SHAPES.read_text("utf-8")))
    assert not conforms
