"""One Parquet file, read as the text that DuckDB writes for each value."""

import glob
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from also_bought.order_files.declaration import (
    Declaration,
    OrderFileError,
    Tally,
    check_names,
    shortened,
)
from also_bought.sql import quoted

ROWS_AT_A_TIME = 100_000


def parquet_batches(
    declared: Declaration, file: Path, name: str, tally: Tally
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a Parquet file, each value as the text that DuckDB writes for it."""
    try:
        schema = pq.read_schema(file)
        check_names(declared, schema.names, file, tally)
        for column in declared.headings:
            type_ = schema.field(column).type
            if pa.types.is_nested(type_) or pa.types.is_binary(type_):
                raise OrderFileError(
                    f"The column {column} holds {type_}, which is no single value.",
                    file,
                    "Take the value out before the file is written, or leave the column out.",
                )
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            values = ", ".join(f"cast({quoted(column)} as varchar)" for column in declared.headings)
            reader = connection.sql(
                f"select {values}, ? || ':' || (file_row_number + 1), null::varchar, null::varchar"
                " from read_parquet(?, file_row_number = true)",
                # A name may look like a pattern: orders[1].parquet.
                params=[name, glob.escape(str(file))],
            ).to_arrow_reader(ROWS_AT_A_TIME)
            for batch in reader:
                tally.lines += batch.num_rows
                yield pa.record_batch(batch.columns, schema=declared.schema)
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        # What the system refuses has a number; a damaged file is an OSError to Arrow, without one.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise OrderFileError(
            f"The file cannot be read as Parquet: {shortened(str(error).splitlines()[0])}",
            file,
            "Ask for it again.",
        ) from error
