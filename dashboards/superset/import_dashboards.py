"""Bring the dashboards of dashboards.yml into a Superset, or up to date there.

Run it where Superset runs, with Superset's Python and settings:

    python import_dashboards.py 'duckdb:////srv/also_bought.duckdb?access_mode=read_only'

A published Postgres schema is read in the same way, with `--schema`. Columns, their types and
descriptions are read from there. Every part keeps its id, so the next import replaces it.
`superset import-dashboards` would not do: it leaves charts and tables as they are.
"""

import argparse
import json
import uuid
from pathlib import Path

import sqlalchemy
import yaml

DATABASE = "Also Bought"
VIZ_TYPES = {
    "table": "table",
    "number": "big_number_total",
    "bar": "echarts_timeseries_bar",
    "line": "echarts_timeseries_line",
}
ROW_LIMIT = 1000
# Superset's grid has twelve columns; heights are in units of eight pixels.
GRID_WIDTH, CHART_HEIGHT = 12, 50


def stable_id(*names: str) -> str:
    """Return the same UUID for the same names, wherever and whenever."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("also_bought", *names))))


def database(uri: str) -> dict:
    """Return a connection that can only read."""
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": uri,
        "allow_dml": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "expose_in_sqllab": True,
        "extra": {},
        "uuid": stable_id("database"),
        "version": "1.0.0",
    }


def dataset(inspector: sqlalchemy.engine.Inspector, table: str, schema: str | None) -> dict:
    """Return a published table with its columns and their descriptions; stop where it is not."""
    try:
        columns = inspector.get_columns(table, schema=schema)
    except sqlalchemy.exc.NoSuchTableError:
        raise SystemExit(
            f"There is no table {table} in what is published there.\n"
            "Publish with the version of these dashboards, or remove its charts from"
            " dashboards.yml."
        ) from None
    return {
        "table_name": table,
        "schema": schema,
        "description": inspector.get_table_comment(table, schema=schema)["text"],
        "columns": [
            {
                "column_name": column["name"],
                "type": str(column["type"]),
                "is_dttm": isinstance(column["type"], sqlalchemy.Date | sqlalchemy.DateTime),
                "description": column.get("comment"),
                "groupby": True,
                "filterable": True,
            }
            for column in columns
        ],
        "metrics": [],
        "uuid": stable_id("dataset", table),
        "database_uuid": stable_id("database"),
        "version": "1.0.0",
    }


def chart(dashboard: str, wanted: dict) -> dict:
    """Return a chart: what the page draws, and the query that the server answers."""
    where = wanted.get("where", "")
    measures = [
        {"expressionType": "SQL", "sqlExpression": sql, "label": label}
        for label, sql in wanted.get("measures", {}).items()
    ]
    order = [(name.lstrip("-"), not name.startswith("-")) for name in wanted.get("order", ())]
    params = {
        "viz_type": VIZ_TYPES[wanted["kind"]],
        "row_limit": ROW_LIMIT,
        "adhoc_filters": [
            {"expressionType": "SQL", "clause": "WHERE", "sqlExpression": where} for _ in where[:1]
        ],
    }
    query = {"extras": {"where": f"({where})" if where else ""}, "row_limit": ROW_LIMIT}
    if wanted["kind"] == "table":
        params |= {
            "query_mode": "raw",
            "all_columns": wanted["columns"],
            "order_by_cols": [json.dumps(column) for column in order],
            "show_cell_bars": False,
            "column_config": {
                column: {"d3NumberFormat": form}
                for column, form in wanted.get("formats", {}).items()
            },
        }
        query |= {"columns": wanted["columns"], "orderby": order}
    elif wanted["kind"] == "number":
        params |= {"metric": measures[0]}
        query |= {"metrics": measures}
    elif wanted["kind"] == "line":
        months = {
            "expressionType": "SQL",
            "columnType": "BASE_AXIS",
            "sqlExpression": wanted["by"],
            "label": wanted["by"],
            "timeGrain": "P1M",
        }
        params |= {"x_axis": wanted["by"], "time_grain_sqla": "P1M", "metrics": measures}
        query |= {"columns": [months], "metrics": measures, "orderby": [(wanted["by"], True)]}
    else:
        params |= {
            "x_axis": wanted["by"],
            "metrics": measures,
            "x_axis_sort": measures[0]["label"],
            "x_axis_sort_asc": True,
            "orientation": "horizontal",
            "stack": "Stack" if len(measures) > 1 else None,
            "show_legend": len(measures) > 1,
        }
        query |= {
            "columns": [wanted["by"]],
            "metrics": measures,
            "orderby": [(measures[0], False), (wanted["by"], True)],
        }
    return {
        "slice_name": wanted["title"],
        "viz_type": params["viz_type"],
        "params": params,
        "query_context": json.dumps(
            {"queries": [query], "form_data": params, "result_format": "json"}
        ),
        "uuid": stable_id("chart", dashboard, wanted["title"]),
        "dataset_uuid": stable_id("dataset", wanted["table"]),
        "version": "1.0.0",
    }


def rows_of_charts(charts: list[dict]) -> list[list[dict]]:
    """Return the charts as they stand: side by side while a row has room."""
    rows: list[list[dict]] = []
    room = 0
    for wanted in charts:
        width = wanted.get("width", GRID_WIDTH)
        if width > room:
            rows.append([])
            room = GRID_WIDTH
        rows[-1].append(wanted)
        room -= width
    return rows


def dashboard(wanted: dict) -> dict:
    """Return a dashboard with its charts laid out in rows."""
    rows = rows_of_charts(wanted["charts"])
    position: dict = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {
            "type": "GRID",
            "id": "GRID_ID",
            "children": [f"ROW-{number}" for number in range(len(rows))],
            "parents": ["ROOT_ID"],
        },
    }
    for number, charts in enumerate(rows):
        row = f"ROW-{number}"
        ids = [f"CHART-{number}-{place}" for place in range(len(charts))]
        position[row] = {
            "type": "ROW",
            "id": row,
            "children": ids,
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for chart_id, one in zip(ids, charts, strict=True):
            position[chart_id] = {
                "type": "CHART",
                "id": chart_id,
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", row],
                "meta": {
                    # Superset puts the number that it gives to the chart in place of this one.
                    "chartId": len(position),
                    "uuid": stable_id("chart", wanted["title"], one["title"]),
                    "sliceName": one["title"],
                    "width": one.get("width", GRID_WIDTH),
                    "height": CHART_HEIGHT,
                },
            }
    return {
        "dashboard_title": wanted["title"],
        "description": wanted["description"],
        "slug": wanted["title"].lower().replace(" ", "-"),
        "position": position,
        "metadata": {},
        "published": True,
        "uuid": stable_id("dashboard", wanted["title"]),
        "version": "1.0.0",
    }


def export_files(uri: str, schema: str | None) -> dict[str, dict]:
    """Return the files of an export of Superset; stop where nothing can be read."""
    definition = Path(__file__).with_name("dashboards.yml")
    dashboards = yaml.safe_load(definition.read_text(encoding="utf-8"))
    engine = sqlalchemy.create_engine(uri)
    try:
        inspector = sqlalchemy.inspect(engine)
    except sqlalchemy.exc.DBAPIError as error:
        # The engine's own form of the address hides a password.
        raise SystemExit(f"Cannot read {engine.url!r}.\n{error.orig}") from None
    files = {
        "metadata.yaml": {"version": "1.0.0", "type": "assets"},
        "databases/also_bought.yaml": database(uri),
    }
    for table in sorted({one["table"] for board in dashboards for one in board["charts"]}):
        files[f"datasets/also_bought/{table}.yaml"] = dataset(inspector, table, schema)
    for board in dashboards:
        files[f"dashboards/{stable_id('dashboard', board['title'])}.yaml"] = dashboard(board)
        for one in board["charts"]:
            made = chart(board["title"], one)
            files[f"charts/{made['uuid']}.yaml"] = made
    return files


def import_files(files: dict[str, dict], username: str) -> None:
    """Import files as a user, in place of what Superset has of the same ids."""
    # Superset must be set up before its commands can be imported.
    from superset.app import create_app

    with create_app().app_context():
        from superset import security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.utils.core import override_user

        user = security_manager.find_user(username=username)
        if user is None:
            raise SystemExit(f"Superset knows no user {username}. Name one with --username.")
        with override_user(user):
            ImportAssetsCommand(
                {name: yaml.safe_dump(content) for name, content in files.items()}
            ).run()


def main() -> None:
    """Import what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("uri", help="SQLAlchemy's address of what is published")
    parser.add_argument("--schema", help="the published schema, in Postgres")
    parser.add_argument("--username", default="admin", help="whose the dashboards become")
    options = parser.parse_args()
    import_files(export_files(options.uri, options.schema), options.username)


if __name__ == "__main__":
    main()
