"""The same lines as an analyst would script them: `pandas_script.py SHOP.duckdb OUT.parquet`."""

import sys

import duckdb
import pandas as pd

TABLES = ["orders_final_final", "orders_final", "orders_v2"]
COLUMNS = "order_id, customer_id, product_id, units, unit_price, status, ordered_at, updated_at"


def main(shop: str, out: str) -> None:
    """Read, type, drop what is unusable, keep the most trusted line of an order and product."""
    connection = duckdb.connect(shop, read_only=True, config={"threads": 2})
    frames = []
    for precedence, table in enumerate(TABLES):
        arrow = connection.sql(f"select {COLUMNS} from raw.{table}").to_arrow_table()
        frame = arrow.to_pandas(types_mapper=pd.ArrowDtype)
        frame["precedence"] = precedence
        frames.append(frame)
    lines = pd.concat(frames, ignore_index=True)
    del frames
    products = connection.execute("select product_id from raw.products where is_merchandise").df()
    lines["units"] = pd.to_numeric(lines["units"], errors="coerce")
    lines["unit_price"] = pd.to_numeric(lines["unit_price"], errors="coerce")
    for column in ("ordered_at", "updated_at"):
        lines[column] = pd.to_datetime(
            lines[column], format="%Y-%m-%d %H:%M:%S", errors="coerce", cache=False
        )
    lines = lines[
        (lines["customer_id"] != "")
        & lines["units"].notna()
        & lines["ordered_at"].notna()
        & lines["product_id"].isin(products["product_id"])
    ]
    lines = lines.sort_values(["precedence", "updated_at"], ascending=[True, False])
    lines = lines.drop_duplicates(["order_id", "product_id"])
    lines = lines[(lines["status"] == "completed") & (lines["units"] > 0)]
    lines.drop(columns=["precedence", "updated_at", "status"]).to_parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
