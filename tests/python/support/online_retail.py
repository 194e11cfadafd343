"""The example Online Retail, where its data are."""

import os
import shutil
from pathlib import Path

import duckdb
from dbt_project import REPOSITORY, Project, copy_repository

DATA = Path(os.environ.get("ALSO_BOUGHT_DATA", REPOSITORY.parent / "shared" / "data"))
RETAIL = DATA / "online_retail_2010_2011" / "online_retail.parquet"


def online_retail(root: Path, since: str) -> tuple[Project, duckdb.DuckDBPyRelation]:
    """Copy the example and its lines of a date and later to `root`.

    Returns
    -------
    project : Project
        It reads the lines where `ALSO_BOUGHT_DATA` is `root`.
    lines : duckdb.DuckDBPyRelation
        The lines with their row numbers: the source table of other warehouses.
    """
    example = copy_repository(root).root / "examples" / "online_retail"
    shutil.copytree(
        REPOSITORY / "examples" / "online_retail",
        example,
        ignore=shutil.ignore_patterns("target", "logs", "dbt_packages", "*.duckdb*"),
    )
    file = root / RETAIL.parent.name / RETAIL.name
    file.parent.mkdir()
    duckdb.sql(f"from read_parquet('{RETAIL}') where \"InvoiceDate\" >= '{since}'").write_parquet(
        str(file)
    )
    project = Project(example, "also_bought.duckdb")
    project.dbt("deps")
    return project, duckdb.sql(f"from read_parquet('{file}', file_row_number = true)")
