"""The Python of Also Bought: two doors and four rooms.

The doors are `cli`, the program `also-bought`, and `duckdb_plugin`, which dbt's profiles name. The
rooms are `kernel`, which computes neighbours, regression and votes; `dbt_models`, which the Python
models of the dbt package call; `order_files`, which reads files in; and `publishing`, which brings
tables out.
"""
