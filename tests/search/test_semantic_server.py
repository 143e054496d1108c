"""Vectors that a server of PostgreSQL compares by pgvector give what the index in memory gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from concepts import Concepts

import postgres_server
from builders import N, make_analysis
from dutybook.database_address import Address
from dutybook.searching import Filters, meaning, search
from dutybook.searching.building import status, update
from dutybook.searching.vector_index import VectorIndex, steps, to_bytes
from dutybook.store import Register, open_register
from dutybook.store.maintenance import moving

pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from dutybook.store.database.postgresql import points

QUESTIONS = (
    "notify breach",
    "zgłosić naruszenie",
    "keep record of ships",
    "data",
    "registre",
)
CROWD = [f"Operator {number} shall notify each breach of data." for number in range(60)]


def fill(register: Register) -> None:
    register.add(make_analysis([*CROWD, "The captain shall keep a record of ships."]), "1")
    register.add(
        make_analysis([N("Der Betreiber muss jede Verletzung der Daten melden.")], language="de", source="h.txt"), "1"
    )
    register.add(make_analysis(["Le navire tient un registre."], language="fr", source="f.txt", work=None), "1")


def found(register: Register, **more: str) -> list[list[tuple[str, float | None]]]:
    asked = [search(register, Filters(words, **more), semantic="only", limit=40) for words in QUESTIONS]
    return [[(hit.id, hit.similarity) for hit in hits] for hits in asked]


@pytest.fixture
def server(concepts: Concepts) -> Iterator[Register]:
    """A register on a server with pgvector, with vectors."""
    postgres_server.needed()
    with open_register(Address(postgres_server.database_for(":memory:"))) as register:
        if register.vectors.compared_by() == "here":
            pytest.skip("the server has no pgvector (Debian: postgresql-17-pgvector)")
        fill(register)
        update(register, concepts)
        yield register


@pytest.fixture
def file(concepts: Concepts) -> Iterator[Register]:
    with open_register() as register:
        fill(register)
        update(register, concepts)
        yield register


def test_the_same_is_found_in_the_same_order(server: Register, file: Register) -> None:
    assert (status(server).compared_by, status(file).compared_by) == ("server", "here")
    assert found(server) == found(file)
    assert found(server, language="de") == found(file, language="de")
    assert found(server, document="f.txt") == found(file, document="f.txt")


def test_points_are_the_bytes_of_vectors(server: Register) -> None:
    vectors = np.random.default_rng(5).standard_normal((200, 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1)[:, None]
    vectors[0, :4] = (1, -1, 0.3175, -0.3175)
    index = VectorIndex(256)
    server._connection.execute("DELETE FROM vectors")
    server._connection.executemany(
        "INSERT INTO vectors (id, key, vector) VALUES (?, ?, ?)",
        [(number, str(number), vector) for number, vector in enumerate(to_bytes(vectors), 1)],
    )
    index.add(server.vectors.after(0))
    for query in vectors[:5]:
        own = index.search(query[None], 30)
        theirs = server.vectors.nearest([int(step) for step in steps(query[None])[0]], 30)
        assert theirs == [(number, round(near * 400**2)) for number, near in own]
        allowed = range(2, 200, 7)
        assert [
            number for number, _ in server.vectors.nearest([int(s) for s in steps(query[None])[0]], 10, allowed)
        ] == [number for number, _ in index.search(query[None], 10, allowed)]


def test_the_approximate_index_of_the_server_finds_the_same(
    server: Register, file: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "APPROXIMATE_FROM", 20)
    assert update(server).approximate
    assert status(server).compared_by == "server index"
    assert not update(server).approximate
    assert found(server) == found(file)
    server.add(make_analysis(["Ein Schiff führt ein Verzeichnis."], language="de", source="s.txt", work=None), "1")
    file.add(make_analysis(["Ein Schiff führt ein Verzeichnis."], language="de", source="s.txt", work=None), "1")
    assert (update(server).encoded, update(file).encoded) == (1, 1)
    assert found(server) == found(file), "what came since is in the index"


def test_a_removed_document_is_not_found(server: Register) -> None:
    (row,) = server.documents("h.txt")
    server.remove(row.id)
    assert server._connection.execute("SELECT count(*) FROM vector_points").fetchone() == (62,)
    assert "de" not in {hit.language for hit in search(server, "Verletzung melden", semantic="only")}


def test_vectors_of_other_dimensions_take_the_place_of_those_before(
    server: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "APPROXIMATE_FROM", 20)
    assert update(server).approximate
    server.vectors.begin("another/1", 320)
    assert status(server).compared_by == "server"
    assert server._connection.execute("SELECT count(*) FROM vector_points").fetchone() == (0,)
    wide = to_bytes(np.full((1, 320), 0.05, dtype=np.float32))
    server._connection.execute("INSERT INTO vectors (key, vector) VALUES ('wide', ?)", tuple(wide))


def test_a_register_that_was_made_without_pgvector_gets_points(
    concepts: Concepts, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres_server.needed()
    with open_register(Address(postgres_server.database_for(":memory:"))) as register, open_register() as file:
        if register.vectors.compared_by() == "here":
            pytest.skip("the server has no pgvector (Debian: postgresql-17-pgvector)")
        run = register._connection.run  # type: ignore[attr-defined]
        run("DROP TABLE vector_points")
        run("DROP FUNCTION add_point CASCADE")
        assert register.vectors.compared_by() == "here"
        fill(register)
        fill(file)
        with monkeypatch.context() as patch:
            patch.setattr(points, "OLDEST", (99, 0))
            update(register, concepts)
            assert status(register).compared_by == "here", "without a pgvector that it knows it goes on as before"
        update(file, concepts)
        before = found(register)
        assert before == found(file)
        meaning._loaded.pop(register)
        update(register)
        assert status(register).compared_by == "server"
        assert found(register) == before


def test_points_come_with_a_register_that_is_copied(server: Register) -> None:
    target = Address(postgres_server.database_for("copied"))
    before = found(server)
    moving.copy_register(Address(server.path), target)
    with open_register(target) as register:
        assert status(register).compared_by == "server"
        assert found(register) == before
