"""Search by meaning, measured: across languages on the search set, between language versions of acts, and on a million vectors.

    python benchmarks/semantic.py --set
    python benchmarks/semantic.py --register eu.db
    python benchmarks/semantic.py --calibrate [--encoder wide] [--register eu.db]
    python benchmarks/semantic.py --million 1000000 --register eu.db --work /tmp/million.db
    python benchmarks/semantic.py --server 2000 10000 50000

``--set`` takes the queries of ``tests/search`` to the norms of every other language of the set; with ``--register`` the norms of
that register stand among them as distractors. ``--register`` alone asks for a norm of an act by the words of the same norm in
another language. ``--calibrate`` says of each least similarity how many queries of the set still find a norm of another language that
says what they mean, and how many queries about no law at all find anything (in the set, or in that register). ``--million`` measures latency, size, time to build, and recall against looking at each vector. ``--server`` compares the index in memory with
pgvector (each vector, and its HNSW index) on a server of PostgreSQL of its own, in processor time, on vectors that lie about those of the set.
"""

from __future__ import annotations

import argparse
import collections
import resource
import sqlite3
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "search"), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from dutybook.searching import (  # noqa: E402
    Filters,
    search,
    vector_index,
)
from dutybook.searching.building import update  # noqa: E402
from dutybook.searching.meaning import encoder_named  # noqa: E402
from dutybook.searching.vector_index import SCALE, from_bytes, to_bytes  # noqa: E402
from dutybook.store import open_register  # noqa: E402
from dutybook.store.search import terms  # noqa: E402


def on_set(register: str | None) -> None:
    """Share of queries whose duty is in the first five of each language."""
    import relevance_set

    encoder = encoder_named("quick")
    norms = [norm for norm in relevance_set.norms() if norm.language in relevance_set.MAIN]
    languages = [norm.language for norm in norms]
    concepts = ["" if norm.id.endswith("/not") else norm.concept for norm in norms]
    vectors = from_bytes(to_bytes(encoder.encode([norm.text for norm in norms])), encoder.dimensions)
    if register:
        connection = sqlite3.connect(f"file:{register}?mode=ro", uri=True)
        rows = connection.execute(
            "SELECT DISTINCT n.language, v.vector FROM norms n JOIN norm_vectors l ON l.norm = n.id"
            " JOIN vectors v ON v.id = l.vector"
        ).fetchall()
        languages += [row[0] for row in rows]
        concepts += [""] * len(rows)
        vectors = np.concatenate([vectors, from_bytes([row[1] for row in rows], encoder.dimensions)])
    matrix = vectors.astype(np.float32)
    language = np.array(languages)
    hits: dict[tuple[str, str], list[bool]] = collections.defaultdict(list)
    for pair in relevance_set.pairs():
        if pair.language not in relevance_set.MAIN:
            continue
        similar = matrix @ encoder.query(pair.query)[0]
        for other in relevance_set.MAIN:
            at = np.flatnonzero(language == other)
            first = at[np.argsort(-similar[at])[:5]]
            hits[pair.language, other].append(any(concepts[i] == pair.concept for i in first))
    print(f"{len(norms)} norms of the set among {len(concepts)}; found in the first five, query by row, norm by column")
    print("    " + " ".join(f"{code:>5}" for code in relevance_set.MAIN))
    for one in relevance_set.MAIN:
        print(f"{one:>3} " + " ".join(f"{np.mean(hits[one, other]):5.2f}" for other in relevance_set.MAIN))
    across = [found for (one, other), each in hits.items() if one != other for found in each]
    within = [found for (one, other), each in hits.items() if one == other for found in each]
    print(f"across languages {np.mean(across):.3f} of {len(across)}, within one {np.mean(within):.3f} of {len(within)}")


def on_register(path: str, number: int = 300) -> None:
    """Share of norms that the words of another language find in the first five among all norms of their language."""
    with open_register(path, read_only=True) as register:
        places: dict[tuple[str, str], dict[str, list[tuple[str, str]]]] = {}
        rows = register._connection.execute(
            "SELECT d.work, n.place, n.language, n.quote, n.id FROM norms n JOIN documents d ON d.id = n.document"
            " WHERE d.work IS NOT NULL AND n.place <> '' ORDER BY d.work, n.place, n.id"
        )
        for work, place, language, quote, norm in rows:
            places.setdefault((work, place), {}).setdefault(language, []).append((quote, norm))
        rng = np.random.default_rng(7)
        for one, other in (("en", "fr"), ("fr", "en"), ("en", "de"), ("de", "fr"), ("en", "nl"), ("en", "es")):
            keys = [
                key
                for key, each in places.items()
                if all(len({quote for quote, _ in each.get(code, ())}) == 1 for code in (one, other))
            ]
            chosen = [keys[i] for i in rng.permutation(len(keys))[:number]]
            found = 0
            for key in chosen:
                query = places[key][one][0][0]
                hits = search(register, Filters(words=query, language=other), limit=50, semantic="only")
                texts = list(dict.fromkeys(hit.quote for hit in hits))[:5]
                found += places[key][other][0][0] in texts
            print(f"{one} to {other}: {found / max(1, len(chosen)):.3f} of {len(chosen)}")


def calibrate(name: str, register: str | None) -> None:
    """What each least similarity lets through."""
    import relevance_set
    from search_quality import read_unrelated

    encoder = encoder_named(name)
    norms = [norm for norm in relevance_set.norms() if norm.language in relevance_set.MAIN]
    matrix = encoder.encode([norm.text for norm in norms])
    language = np.array([norm.language for norm in norms])
    concept = np.array(["" if norm.id.endswith("/not") else norm.concept for norm in norms])
    right = [
        (matrix @ encoder.query(pair.query)[0])[(concept == pair.concept) & (language != pair.language)].max()
        for pair in relevance_set.pairs()
        if pair.language in relevance_set.MAIN
    ]
    if register:
        with open_register(register, read_only=True) as real:
            rows = [vector for _, vector in real.vectors.after(0)]
        matrix = from_bytes(rows, encoder.dimensions).astype(np.float32) / SCALE
    wrong = [(matrix @ encoder.query(words)[0]).max() for words in read_unrelated("develop")]
    print(f"{name}: {len(right)} queries of the set, {len(wrong)} about no law, {len(matrix)} norms")
    print("least similar   right found   no law finds anything")
    for least in np.arange(0.0, 0.95, 0.05 if name == "quick" else 0.02):
        print(f"{least:13.2f} {np.mean(np.array(right) >= least):13.3f} {np.mean(np.array(wrong) >= least):23.3f}")


def on_a_million(number: int, source: str, work: Path) -> None:
    """A register of ``number`` norms whose vectors lie about those of real ones."""
    import faiss

    faiss.omp_set_num_threads(1)
    encoder = encoder_named("quick")
    with open_register(source, read_only=True) as real:
        base = (
            from_bytes([vector for _, vector in real.vectors.after(0)], encoder.dimensions).astype(np.float32) / SCALE
        )
    if not work.exists():
        _fill(number, base, encoder, work)
    print(f"database {work.stat().st_size / 1e6:,.0f} MB")
    with open_register(work) as register:
        started = time.perf_counter()
        report = update(register)
        print(f"update: {report}, {time.perf_counter() - started:.1f} s")
    for file in work.parent.glob(f"{work.name}.*.vectors"):
        print(f"index file {file.stat().st_size / 1e6:,.0f} MB")
    queries = _queries()
    with open_register(work, read_only=True) as register:
        started = time.perf_counter()
        search(register, Filters(words="first"), limit=20, semantic="only")
        print(f"first query, with loading: {time.perf_counter() - started:.2f} s")
        for name, more in (
            ("all", {}),
            ("one language in eight", {"language": "pl"}),
            ("one document", {"document": "d00007"}),
        ):
            times, worked = [], []
            for query in queries if name == "all" else queries[::8]:
                started, cpu = time.perf_counter(), time.process_time()
                search(register, Filters(words=query, **more), limit=20, semantic="only")
                times.append(time.perf_counter() - started)
                worked.append(time.process_time() - cpu)
            p50, p95 = np.percentile(times, [50, 95]) * 1e3
            c50, c95 = np.percentile(worked, [50, 95]) * 1e3
            print(
                f"{name}: {len(times)} queries, p50 {p50:.1f} ms, p95 {p95:.1f} ms;"
                f" of the processor p50 {c50:.1f} ms, p95 {c95:.1f} ms",
                flush=True,
            )
        times = []
        for query in queries:
            started = time.perf_counter()
            encoder.query(query)
            times.append(time.perf_counter() - started)
        print("encoding alone: p50 {:.1f} ms, p95 {:.1f} ms".format(*(np.percentile(times, [50, 95]) * 1e3)))
        print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
        _recall(register, encoder, queries[:100], work)


def _recall(register, encoder, queries, work) -> None:
    model = register.vectors.model()
    flat = vector_index.VectorIndex(model.dimensions)
    flat.add(register.vectors.after(0))
    cells = vector_index.VectorIndex(model.dimensions, vector_index.read(work, model.index_token, model.dimensions))
    for probes in (16, 32, 48, 96):
        vector_index.PROBES = probes
        shares, times = [], []
        for query in queries:
            vector = encoder.query(query)
            started = time.perf_counter()
            near = cells.search(vector, 10)
            times.append(time.perf_counter() - started)
            # Of equally near ones any will do.
            least = flat.search(vector, 10)[-1][1]
            shares.append(sum(value >= least - 1e-9 for _, value in near) / 10)
        print(
            f"{probes} cells: recall of the first ten {np.mean(shares):.3f}, p95 {np.percentile(times, 95) * 1e3:.1f} ms"
        )


def on_server(sizes: list[int]) -> None:
    """Milliseconds of a processor for the 200 nearest vectors: in memory, by pgvector one by one, by its HNSW index."""
    import faiss
    import relevance_set
    import scale

    import postgres_server
    from dutybook.database_address import Address
    from dutybook.store.database.postgresql import points

    faiss.omp_set_num_threads(1)
    encoder = encoder_named("quick")
    norms = [norm.text for norm in relevance_set.norms() if norm.language in relevance_set.MAIN]
    base = from_bytes(to_bytes(encoder.encode(norms)), encoder.dimensions).astype(np.float32) / SCALE
    asked = [vector_index.steps(encoder.query(query))[0] for query in _queries()[::16]]
    rng = np.random.default_rng(5)
    index = vector_index.VectorIndex(encoder.dimensions)
    print(
        "vectors | in memory ms | pgvector, each ms | HNSW ms | recall of the first ten | HNSW made in s | bytes a point, a point in HNSW"
    )
    address = Address(postgres_server.database_for("semantic"))
    with open_register(address) as register:
        if not register.vectors.compared_by().startswith("server"):
            raise SystemExit("the server has no pgvector")
        register.vectors.begin(encoder.model, encoder.dimensions)
        used, number = scale.Server(address), 0
        for size in sorted(sizes):
            drawn = base[rng.integers(0, len(base), size - number)]
            drawn = drawn + rng.standard_normal(drawn.shape, dtype=np.float32) * (0.6 / np.sqrt(drawn.shape[1]))
            drawn /= np.linalg.norm(drawn, axis=1)[:, None]
            rows = [(number + i, str(number + i), row) for i, row in enumerate(to_bytes(drawn), 1)]
            register.vectors.connection.executemany("INSERT INTO vectors (id, key, vector) VALUES (?, ?, ?)", rows)
            index.add((row, vector) for row, _, vector in rows)
            number = size
            memory, each, near, shares = [], [], [], []
            exact = []
            for steps in asked:
                cpu = time.process_time()
                index.search(steps[None] / SCALE, 200)
                memory.append(1000 * (time.process_time() - cpu))
                before = used.used()
                exact.append(register.vectors.nearest([int(step) for step in steps], 200))
                each.append(used.used() - before)
            before = used.used()
            points.make_index(register.vectors.connection, encoder.dimensions)
            made = (used.used() - before) / 1000
            for steps, wanted in zip(asked, exact, strict=True):
                before = used.used()
                found = register.vectors.nearest([int(step) for step in steps], 200)
                near.append(used.used() - before)
                shares.append(sum(value >= wanted[9][1] for _, value in found[:10]) / 10)
            run = register.vectors.connection.run
            sizes_of = "SELECT pg_relation_size('vector_points'), pg_relation_size('vector_points_nearest')"
            table, cells = run(sizes_of).fetchone()
            points.drop_index(register.vectors.connection)
            figures = (np.percentile(times, 50) for times in (memory, each, near))
            print(
                size,
                *(f"{figure:.2f}" for figure in figures),
                f"{np.mean(shares):.3f}",
                f"{made:.1f}",
                table // size,
                cells // size,
                sep=" | ",
                flush=True,
            )


def _queries() -> list[str]:
    import relevance_set

    return [pair.query for pair in relevance_set.pairs() if pair.language in relevance_set.MAIN][:320]


def _fill(number: int, base: np.ndarray, encoder, work: Path) -> None:
    rng = np.random.default_rng(5)
    languages = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")
    with open_register(work) as register:
        register.vectors.begin(encoder.model, encoder.dimensions)
        connection = register._connection
        for start in range(0, number, 1000):
            drawn = base[rng.integers(0, len(base), 1000)]
            drawn = drawn + rng.standard_normal(drawn.shape, dtype=np.float32) * (0.6 / np.sqrt(drawn.shape[1]))
            drawn /= np.linalg.norm(drawn, axis=1)[:, None]
            document = f"d{start // 1000:05}"
            language = languages[start // 1000 % 8]
            connection.execute("BEGIN")
            connection.execute(
                "INSERT INTO documents (id, title, language, genre, status, reason, pages, characters, norms, problems,"
                " source, sha256, analyser, digest) VALUES (?, ?, ?, 'act', 'read', '', 1, 1, 1000, '[]', ?, ?, '', '')",
                (document, document, language, document, document),
            )
            connection.executemany(
                "INSERT INTO norms (id, document, place, modality, strength, bearer_class, quote, language, confidence,"
                " position, span_start, span_end, parts, boxes, terms, row, applies_why)"
                " VALUES (?, ?, 'Art 1', 'obligation', 'must', 'business', ?, ?, 1, ?, 0, 1, '{}', '[]', '', ?, '[]')",
                [
                    (f"n{start + i}", document, f"The operator keeps record {start + i}. " * 5, language, i, start + i)
                    for i in range(1000)
                ],
            )
            connection.executemany(
                "INSERT INTO vectors (id, key, vector) VALUES (?, ?, ?)",
                [(start + i + 1, f"{start + i:064}", row) for i, row in enumerate(to_bytes(drawn))],
            )
            connection.executemany(
                "INSERT INTO norm_vectors VALUES (?, ?)", [(f"n{start + i}", start + i + 1) for i in range(1000)]
            )
            terms.remake(connection, [document])
            connection.execute("COMMIT")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="store_true")
    parser.add_argument("--register")
    parser.add_argument("--calibrate", action="store_true")
    parser.add_argument("--encoder", default="quick")
    parser.add_argument("--million", type=int, metavar="NUMBER")
    parser.add_argument("--server", type=int, nargs="+", metavar="NUMBER")
    parser.add_argument("--work", type=Path, default=Path("million.db"))
    chosen = parser.parse_args()
    if chosen.calibrate:
        calibrate(chosen.encoder, chosen.register)
    elif chosen.server:
        on_server(chosen.server)
    elif chosen.set:
        on_set(chosen.register)
    elif chosen.million:
        on_a_million(chosen.million, chosen.register, chosen.work)
    elif chosen.register:
        on_register(chosen.register)
    else:
        parser.error("say what to measure")


if __name__ == "__main__":
    main()
