"""One task by one method in a process of its own: `python methods.py METHOD PAIRS K OUTPUT`.

Every method starts from the same three integer arrays and ends with the K best neighbours of
every row. Loading the arrays, imports and compiling (a tiny run first) are not timed. Prints
wall and CPU seconds and the peak of resident memory above what was there before, as JSON.
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

THREADS = 2
for library in ("OMP", "OPENBLAS", "MKL", "LK", "RAYON"):
    os.environ[f"{library}_NUM_THREADS"] = str(THREADS)

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import scipy.sparse as sp  # noqa: E402


def matrix_of(rows, columns, counts, dtype=np.float32, unit=True):
    """Build the matrix that the peers start from, with rows of length 1."""
    matrix = sp.csr_matrix((counts.astype(dtype), (rows, columns)))
    if unit:
        norms = np.sqrt(np.bincount(rows, counts.astype(float) ** 2, matrix.shape[0]))
        matrix.data /= np.repeat(norms, np.diff(matrix.indptr)).astype(dtype)
    return matrix


def also_bought(rows, columns, counts, k):
    """Run this project's kernel; its batches go to a file, as they go to a table in the models."""
    from also_bought.kernel.neighbours import cosine_neighbours

    budget = 20_000_000_000
    batches = cosine_neighbours(rows, columns, counts, k=k, threads=THREADS, memory_budget=budget)
    file = tempfile.TemporaryFile()  # noqa: SIM115  read again when all is timed
    with pa.ipc.new_file(file, batches.schema) as written:
        for batch in batches:
            written.write_batch(batch)

    def best():
        norms = np.bincount(rows, counts.astype(float) ** 2)
        best = np.zeros((norms.size, k), np.float32)
        for batch in map(written_file.get_batch, range(written_file.num_record_batches)):
            a, b, rank, dot, _shared = (column.to_numpy() for column in batch.columns)
            best[a, rank - 1] = dot / np.sqrt(norms[a] * norms[b])
        yield from best

    written_file = pa.ipc.open_file(file)
    return best


def sparse_dot_topn(rows, columns, counts, k):
    """Multiply with ING's top-n product; K + 1, because every row finds itself."""
    from sparse_dot_topn import sp_matmul_topn

    matrix = matrix_of(rows, columns, counts)
    product = sp_matmul_topn(
        matrix, matrix.T.tocsr(), k + 1, threshold=0.0, sort=True, n_threads=THREADS
    )
    return lambda: _best_of_matrix(product, k)


def similaripy(rows, columns, counts, k):
    """Run similaripy's cosine; K + 1, because every row finds itself."""
    import similaripy

    matrix = matrix_of(rows, columns, counts, unit=False)
    product = similaripy.cosine(
        matrix, k=k + 1, num_threads=THREADS, verbose=False, format_output="csr"
    )
    return lambda: _best_of_matrix(product, k)


def implicit(rows, columns, counts, k):
    """Fit implicit's cosine recommender; K + 1, because every row finds itself."""
    from implicit.nearest_neighbours import CosineRecommender

    model = CosineRecommender(K=k + 1, num_threads=THREADS)
    model.fit(matrix_of(rows, columns, counts, np.float64, unit=False).T, show_progress=False)
    return lambda: _best_of_matrix(model.similarity, k)


def scikit_learn(rows, columns, counts, k):
    """Search all neighbours with scikit-learn's brute force, which is blocked and dense."""
    from sklearn.neighbors import NearestNeighbors

    matrix = matrix_of(rows, columns, counts, unit=False)
    search = NearestNeighbors(n_neighbors=k, metric="cosine", n_jobs=THREADS).fit(matrix)
    distances, _others = search.kneighbors()
    return lambda: iter(1 - distances)


def lenskit(rows, columns, counts, k):
    """Train LensKit's item k-NN: its implicit mode sees pairs, not counts."""
    import pandas as pd
    from lenskit.data import from_interactions_df
    from lenskit.knn import ItemKNNScorer

    pairs = pd.DataFrame({"user_id": columns, "item_id": rows})
    model = ItemKNNScorer(save_nbrs=k, feedback="implicit")
    model.train(from_interactions_df(pairs))


def blocked_scipy(rows, columns, counts, k):
    """Multiply blocks of 500 rows with scipy and choose the K best of each row."""
    matrix = matrix_of(rows, columns, counts)
    transposed = matrix.T.tocsr()
    best = np.zeros((matrix.shape[0], k), np.float32)
    for first in range(0, matrix.shape[0], 500):
        block = matrix[first : first + 500] @ transposed
        for i in range(block.shape[0]):
            held = slice(block.indptr[i], block.indptr[i + 1])
            scores = block.data[held].copy()
            scores[block.indices[held] == first + i] = 0
            if scores.size > k:
                scores = scores[np.argpartition(-scores, k - 1)[:k]]
            best[first + i, : scores.size] = np.sort(scores)[::-1]
    return lambda: iter(best)


def duckdb(rows, columns, counts, k):
    """Join the pairs with themselves, as the SQL engine does."""
    import duckdb

    pairs = pa.table({"a": rows, "c": columns, "n": counts.astype(np.int64)})  # noqa: F841
    connection = duckdb.connect(config={"threads": THREADS})
    table = connection.sql(
        f"""
        with norms as (select a, sum(n * n)::double as norm2 from pairs group by a),
        dots as (
            select x.a, y.a as b, sum(x.n * y.n)::double as dot
            from pairs x join pairs y on x.c = y.c and x.a <> y.a group by all
        ),
        scored as (
            select dots.a, b, least(dot / sqrt(x.norm2 * y.norm2), 1) as score
            from dots join norms x on dots.a = x.a join norms y on dots.b = y.a
        ),
        ranked as (
            select *, row_number() over (partition by a order by score desc, b) as rank
            from scored
        )
        select a, rank, score from ranked where rank <= {k}
        """
    ).fetchnumpy()
    n_rows = int(rows.max()) + 1
    return lambda: _filled(table["a"], table["rank"] - 1, table["score"], n_rows, k)


def _filled(rows, places, scores, n_rows, k):
    """Yield each row's scores, best first, filled up with zeros."""
    best = np.zeros((n_rows, k), np.float32)
    best[rows, places] = scores
    yield from best


def _best_of_matrix(product, k):
    """Yield each row's best scores without the row itself, filled up with zeros."""
    product = sp.csr_matrix(product)
    for row in range(product.shape[0]):
        held = slice(product.indptr[row], product.indptr[row + 1])
        scores = product.data[held][product.indices[held] != row]
        best = np.zeros(k, np.float32)
        scores = np.sort(scores)[::-1][:k]
        best[: scores.size] = scores
        yield best


METHODS = {
    method.__name__: method
    for method in (
        also_bought,
        sparse_dot_topn,
        similaripy,
        implicit,
        scikit_learn,
        lenskit,
        blocked_scipy,
        duckdb,
    )
}


def _memory(name):
    """Read a figure of this process's memory, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) * 1024


def main(method, pairs_file, k, output_file):
    """Run one method, print its figures, and keep its scores if there is a file for them."""
    method, k = METHODS[method], int(k)
    random = np.random.default_rng(1)
    cells = random.choice(3000 * 300, 40_000, replace=False)
    method(cells // 300, cells % 300, random.integers(1, 4, cells.size), 5)
    with np.load(pairs_file) as pairs:
        rows, columns, counts = (pairs[name] for name in ("rows", "columns", "counts"))

    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before = _memory("VmRSS")
    started, cpu_started = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    best = method(rows, columns, counts, k)
    wall, cpu = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu_seconds = cpu.ru_utime + cpu.ru_stime - cpu_started.ru_utime - cpu_started.ru_stime
    peak = _memory("VmHWM") - before
    if output_file != "-" and best is not None:
        np.save(output_file, np.stack(list(best())).astype(np.float32))
    print(json.dumps({"wall": wall, "cpu": cpu_seconds, "peak": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
