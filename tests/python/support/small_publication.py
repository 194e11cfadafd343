"""A serving file of a few rows, made in a moment: for the tests of what reads one."""

import datetime
import functools
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt_project import REPOSITORY

from also_bought.publishing.duckdb_file import STORAGE_VERSION
from also_bought.publishing.own_tables import OWN_TABLES
from also_bought.publishing.publication import RUN_ID_COLUMN
from also_bought.sql import literal, quoted

TYPES = {"string": "varchar"}
CUT = datetime.datetime(2025, 3, 4)
LISTS = ("explore", "for_you")
BASELINES = {"top_sellers_week": 0.02, "own_frequency": -0.03, "random": 0.3}
# A page would run them, end the element that holds them, or read them from right to left.
HOSTILE_NAMES = (
    "</script><script>document.title = 'taken'</script>",
    "<img src=x onerror=\"document.title = 'taken'\">",
    "{{ 7 * 7 }} & 'quoted' \"twice\"",
    "שולחן 3 \u202e",
    "Gül & Söhne «ß»",
    "\x00\x1b[31mred\u2028",
)


# A page asks nobody for a picture, and follows no address that runs.
PICTURES = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E",
    "https://shop.example.com/picture.png",
    None,
)
LINKS = ('https://shop.example.com/P?a=1&b="2"', "javascript:document.title = 'taken'", None)


@functools.cache
def published_columns() -> dict[str, dict[str, str]]:
    """Return the columns of each published table with their types, as the project declares them."""
    found = {}
    for file in sorted((REPOSITORY / "models").rglob("*.yml")):
        for model in yaml.safe_load(file.read_text()).get("models", []):
            if "published" in model.get("config", {}).get("tags", []):
                found[model["name"]] = {
                    column["name"]: TYPES.get(column["data_type"], column["data_type"])
                    for column in model["columns"]
                } | {RUN_ID_COLUMN: "varchar"}
    return found


def write_publication(file: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Write a serving file with every published table.

    Parameters
    ----------
    file : pathlib.Path
        The file to make.
    rows : dict of str to list of dict
        The rows of tables by the names of their columns; what is not named is null.
    """
    tables = published_columns()
    for make in OWN_TABLES.values():
        table = make(("main",))
        tables[table.name] = {column.name: column.data_type for column in table.columns}
    assert all(set(row) <= set(tables[name]) for name in rows for row in rows[name])
    # A browser's DuckDB is older than ours.
    version = {"storage_compatibility_version": STORAGE_VERSION}
    with duckdb.connect(str(file), config=version) as connection:
        for name, columns in tables.items():
            definitions = ", ".join(
                f"{quoted(column)} {data_type}" for column, data_type in columns.items()
            )
            connection.execute(f"create table {quoted(name)} ({definitions})")
            filled = rows.get(name, [])
            if filled:
                values = ", ".join("?" * len(columns))
                connection.execute(
                    f"insert into {quoted(name)} values {', '.join([f'({values})'] * len(filled))}",
                    [row.get(column) for row in filled for column in columns],
                )
        for name in rows:
            if name != "publication":
                connection.execute(
                    "insert into publication select 3, 'a-run', 7, timestamp '2025-04-01 06:30:00',"
                    f" {literal(name)}, (select count(*) from {quoted(name)}), 'hash', '[]',"
                    " 'app', 'seal'"
                )


def small_rows() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a shop of nine customers and as many products, some with hostile names."""
    items = [f"P{number}" for number in range(3)] + list(HOSTILE_NAMES)
    names = [None, "Bread", "Tea", *HOSTILE_NAMES]
    users = [f"U{number}" for number in range(3)] + list(HOSTILE_NAMES)
    rows: dict[str, list[dict[str, Any]]] = {
        "list_definitions": [
            {"list": name, "holds_new_items": True, "holds_bought_items": name == "for_you"}
            for name in LISTS
        ],
        "metric_definitions": [
            {
                "metric": "ndcg",
                "metric_name": "NDCG",
                "in_plain_words": "How high the hits stand.",
                "may_be_concluded": "Which list is better?",
                "may_not_be_concluded": "How much is sold.",
            }
        ],
        "order_audit": [
            {
                "order_source": source,
                "received_lines": 1500 + 100 * number,
                "kept_lines": 1200,
                "duplicate_lines": 200,
                "superseded_lines": 50,
                "cancelled_lines": 30,
                "rejected_lines": 20 + 100 * number,
                "later_lines": 0,
                "lines_only_here": 1234 * number,
                "contradicting_lines": number,
            }
            for number, source in enumerate(("orders_v2", HOSTILE_NAMES[0]))
        ],
        "order_checks": [
            {
                "order_source": "orders_v2",
                "check_name": "freshness",
                "found": 9.0,
                "state": "warn",
                "sentence": "The newest order is 9 days old.",
            },
            {
                "order_source": "all",
                "check_name": "usable_orders",
                "found": 1.0,
                "state": "ok",
                "sentence": "2400 of 3100 received order lines can be counted.",
            },
        ],
        "order_check_definitions": [
            {
                "check_name": name,
                "kind": kind,
                "in_plain_words": f"What {name} asks.",
                "stops_a_build": name == "usable_orders",
            }
            for name, kind in (
                ("freshness", "check"),
                ("usable_orders", "check"),
                ("unit_price_missing", "warning"),
            )
        ],
        "order_warnings": [
            {
                "order_source": "orders_v2",
                "warning": "unit_price_missing",
                "row_count": 17,
                "example": HOSTILE_NAMES[1],
            }
        ],
        "verdict_reasons": [
            {
                "reason_number": 1,
                "verdict_reason": "customer_id_missing",
                "verdict": "rejected",
                "in_plain_words": "The line names no customer.",
                "what_to_do": "Send the customer.",
            }
        ],
        "control_total_differences": [
            {
                "order_source": source,
                "period_start": datetime.date(2025, month, 1),
                "period_end": datetime.date(2025, month + 1, 1),
                "measure": measure,
                "stated": 1200 + month,
                "kept": 1200 + month + difference,
                "difference": difference,
                "is_within_tolerance": difference == 0,
            }
            for month, source, measure, difference in (
                *((month, "all", "line_count", 0) for month in range(1, 12)),
                *((month, "orders_v2", "revenue", 0) for month in range(1, 12)),
                (2, HOSTILE_NAMES[0], "revenue", Decimal("-17.25")),
                (3, "all", "order_count", 40),
            )
        ],
        "product_returns": [
            {
                "item_id": items[1],
                "item_name": names[1],
                "purchase_count": 400,
                "returned_count": 200,
                "returned_share": 0.5,
                "returned_low": 0.45,
                "returned_high": 0.55,
                "is_often_returned": True,
            }
        ],
        "recommendation_verdicts": [
            {
                "list": name,
                "verdict": "worse" if name == "for_you" else "better",
                "sentence": f"What is to be said of {name}.",
                "published_recommender": "also_bought" if name == "explore" else "own_frequency",
                "best_baseline": "own_frequency" if name == "for_you" else "top_sellers_week",
                "baseline_ndcg": 0.5,
                "ndcg_difference": -0.03 if name == "for_you" else 0.02,
                "interval_low": -0.04 if name == "for_you" else 0.01,
                "interval_high": -0.02 if name == "for_you" else 0.03,
                "user_count": 1206,
            }
            for name in LISTS
        ],
        "recommender_definitions": [
            {"list": name, "recommender": baseline, "role": "baseline", "ranks_by": "something"}
            for name in LISTS
            for baseline in BASELINES
        ],
        "recommendation_metrics": [
            metric_row(name, baseline, difference, ranks)
            for name in LISTS
            for baseline, difference in BASELINES.items()
            for ranks in (5, 10)
        ],
    }
    figures = published_columns()["recommendation_figures"]
    rows["recommendation_figures"] = [
        {column: row[column] for column in row if column in figures}
        | {"sentence": f"A sentence of {row['list']} at {row['evaluated_ranks']}."}
        for row in rows["recommendation_metrics"]
    ]
    rows["item_recommendation_lists"] = [
        {
            "item_id": item,
            "item_name": name,
            "wanted_rows": 10,
            "row_count": 2,
            "also_bought_rows": 2,
            "shortfall_reason": "few_buyers",
        }
        for item, name in zip(items, names, strict=True)
    ]
    rows["item_recommendations"] = [
        {
            "item_id": item,
            "item_name": name,
            "rank": rank,
            "recommended_item_id": items[(place + rank) % 9],
            "recommended_item_name": names[(place + rank) % 9],
            "score": 1 / rank,
            "strategy": "item_neighbours",
            "shared_users": 5,
            "reason": f"bought by 5 customers who also bought {name}",
        }
        for place, (item, name) in enumerate(zip(items, names, strict=True))
        for rank in (1, 2)
    ]
    rows["products"] = [
        {
            "product_id": item,
            "product_name": name,
            "brand": HOSTILE_NAMES[1] if place % 2 else None,
            "category": HOSTILE_NAMES[0] if place > 4 else "Kitchen",
            "price": 12.5 + place,
            "image_url": PICTURES[place % 3],
            "product_url": LINKS[place % 3],
        }
        for place, (item, name) in enumerate(zip(items, names, strict=True))
    ]
    rows["customer_segments"] = [
        {
            "segment": "all",
            "list": name,
            "user_count": 9,
            "full_list_count": 0,
            "mean_row_count": 2.0,
        }
        for name in LISTS
    ]
    rows["publication_history"] = [
        {
            "publication_number": number,
            "published_at": datetime.datetime(2025, 3, 29 + number, 6, 30),
            "subject": subject,
            "name": name,
            "measure": measure,
            "value": value * number,
        }
        for number in (1, 2)
        for subject, name, measure, value in (
            *(("order source", f"source {place}", "received_lines", 1000) for place in (1, 2)),
            ("order source", "source 1", "kept_lines", 600),
            ("order source", "source 1", "rejected_lines", 40),
            ("order check", "volume all", "is_failing", 1),
            ("list", "for_you", "overlap", 0.25),
            ("list", "for_you", "full_list_share", 0.5),
            ("model", HOSTILE_NAMES[0], "build_seconds", 2.5),
            ("model", "candidates", "build_seconds", 5),
        )
    ]
    rows["daily_order_lines"] = [
        {
            "row_id": f"{audit['order_source']} {fate} {day}",
            "order_source": audit["order_source"],
            "ordered_on": day,
            "verdict": fate,
            "verdict_reason": None if fate == "kept" else "customer_id_missing",
            "line_count": audit[f"{fate}_lines"] // 2,
            "unit_count": 1,
            "revenue": 1,
        }
        for audit in rows["order_audit"]
        for fate in ("kept", "duplicate", "rejected")
        for day in (
            datetime.date(2025, 1, 31),
            None if fate == "rejected" else datetime.date(2025, 3, 1),
        )
    ]
    rows["order_line_trail"] = [
        {
            "received_line_id": f"orders_v2 {HOSTILE_NAMES[1]}",
            "order_source": "orders_v2",
            "verdict": "rejected",
            "verdict_reason": "customer_id_missing",
            "quantity": 1,
            "received_copies": 1,
        }
    ]
    rows |= {"user_recommendations": [], "user_recommendation_lists": []}
    rows["recommendation_reasons"] = []
    for place, user in enumerate(users):
        for name in LISTS:
            keys = {"user_id": user, "list": name}
            rows["user_recommendation_lists"].append(
                keys
                | {"wanted_rows": 10, "row_count": 2, "shortfall_reason": "few_new_items_on_sale"}
            )
            for rank in (1, 2):
                # The product P0 is shown to nobody.
                item = 1 + (place + rank) % 8
                shown = keys | {"rank": rank, "item_id": items[item]}
                rows["user_recommendations"].append(
                    shown
                    | {
                        "item_name": names[item],
                        "score": 4.0,
                        "recommender": "also_bought",
                        "strategy": "item_neighbours",
                        "reason": f"because you bought {names[place]}",
                        "own_order_count": place,
                    }
                )
                rows["recommendation_reasons"] += [
                    shown
                    | {"reason_rank": 1, "contribution": 3.0}
                    | {
                        "strategy": "item_neighbours",
                        "reason": f"because you bought {names[place]}",
                    },
                    shown
                    | {"reason_rank": 2, "contribution": 1.0}
                    | {"strategy": "top_sellers", "reason": "a top seller"},
                ]
    ranks = {(item, name): [] for item in items for name in LISTS}
    for row in rows["user_recommendations"]:
        ranks[row["item_id"], row["list"]].append(row["rank"])
    rows["item_exposure"] = [
        {
            "item_id": item,
            "list": name,
            "user_count": len(found),
            "mean_rank": sum(found) / len(found) if found else None,
            "not_shown_because": None if found else "out_of_stock",
        }
        for (item, name), found in ranks.items()
    ]
    return rows


def metric_row(name: str, baseline: str, difference: float, ranks: int = 10) -> dict[str, Any]:
    """Return a row of recommendation_metrics: the first evaluation, to be changed by the caller."""
    return {
        "evaluation_number": 1,
        "cut_at": CUT,
        "series_key": f"{name} {baseline} {ranks}",
        "list": name,
        "target_set": "period",
        "segment": "all",
        "metric": "ndcg",
        "evaluated_ranks": ranks,
        "baseline": baseline,
        "population": "users who bought something in the 28 days after the cut",
        "is_suspect": False,
        "user_count": 1206,
        "mean": 0.5 + difference,
        "baseline_mean": 0.5,
        # The verdict is about ten ranks: its row is the one of equal difference.
        "difference": difference if ranks == 10 else difference / 2,
        "difference_low": round(difference - 0.01, 4),
        "difference_high": round(difference + 0.01, 4),
    }
