"""The whole path on the demo shop and on tiny shops: dbt end to end."""

import csv
import io
import random
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from dbt_project import REPOSITORY, Project

from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.pseudonyms import SECRET_VARIABLE
from also_bought.publishing.publication import PublishError

SEEDS = "seeds/demo_shop"
ORDER_TABLES = ("raw_orders_v2", "raw_orders_final", "raw_orders_final_final")
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


def read_table(project: Project, name: str) -> list[list[str]]:
    """Return the header and the rows of a seed of the demo shop."""
    text = (project.root / SEEDS / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def write_table(project: Project, name: str, rows: list[list[str]]) -> None:
    """Replace a seed of the demo shop."""
    with (project.root / SEEDS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def published(project: Project) -> dict[str, str]:
    """Publish, and return the hash of each table's rows without their run id."""
    publication = publish(project.database, project.root / "serving.duckdb")
    return {table.name: table.content_hash for table in publication.tables}


def test_every_published_table_and_column_has_a_comment_of_plain_sentences(built_demo):
    """BI tools show them beside the name, in a line."""
    published(built_demo)
    with duckdb.connect(str(built_demo.root / "serving.duckdb"), read_only=True) as connection:
        comments = connection.execute(
            "select table_name, null, comment from duckdb_tables()"
            " union all select table_name, column_name, comment from duckdb_columns()"
            " where database_name = 'serving'"
        ).fetchall()
    assert len(comments) >= 120
    assert [
        (table, column, comment)
        for table, column, comment in comments
        if not comment or "|" in comment or "\n" in comment.strip() or len(comment) > 400
    ] == []


def columns_that_name(ids: set[str], file: Path) -> set[tuple[str, str]]:
    """Return the columns of text in which one of the ids is a word, whatever its case."""
    with duckdb.connect(str(file), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_tables() inner join duckdb_columns()"
            " using (database_name, table_name) where data_type like 'VARCHAR%'"
        ).fetchall()
        texts = {
            (table, column): connection.execute(
                f'select distinct "{column}"::varchar from "{table}" where "{column}" is not null'
            ).fetchall()
            for table, column in columns
        }
    return {
        column
        for column, values in texts.items()
        for (value,) in values
        if ids.intersection(re.split(r"\W+", value.lower()) + re.split(r"[^\w-]+", value.lower()))
    }


def ids_of(demo: Project) -> set[str]:
    """Return every customer and every order of the shop, in lower case."""
    ids = demo.rows(
        "select customer_id from main_orders.order_line_verdicts"
        " union select order_id from main_orders.order_line_verdicts"
    )
    found = {word.lower() for (word,) in ids if word}
    assert len(found) > 1000
    return found


def test_with_a_secret_nothing_published_names_a_customer_or_an_order(
    built_demo, monkeypatch, tmp_path
):
    monkeypatch.setenv(SECRET_VARIABLE, "a secret of at least 32 characters")
    publish(built_demo.database, tmp_path / "serving.duckdb")
    # Some sources write a customer where the product belongs, and the trail shows what they wrote.
    assert columns_that_name(ids_of(built_demo), tmp_path / "serving.duckdb") == {
        ("order_line_trail", "product_id")
    }


def test_figures_name_no_customer_and_no_order(built_demo):
    published(built_demo)
    ids = ids_of(built_demo)
    figures = built_demo.root / "serving_bi.duckdb"
    assert columns_that_name(ids, figures) == set()
    # They are found where they are, and in a sentence too.
    whole = columns_that_name(ids, built_demo.root / "serving.duckdb")
    assert whole >= {("user_recommendations", "user_id"), ("order_warnings", "example")}
    planted = built_demo.root / "planted.duckdb"
    shutil.copy(figures, planted)
    with duckdb.connect(str(planted)) as connection:
        connection.execute(
            "update order_checks set sentence = 'The order of c0001, say, is odd.'"
            " where check_name = 'freshness'"
        )
    assert columns_that_name(ids, planted) == {("order_checks", "sentence")}


@pytest.mark.parametrize("page", ["contradicting-tables", "verdict-reasons"])
def test_the_queries_of_a_page_find_what_the_page_shows(built_demo, page):
    text = (REPOSITORY / "docs" / f"{page}.md").read_text(encoding="utf-8")
    _, *parts = text.split("```sql\n")
    assert parts
    with duckdb.connect(str(built_demo.database), read_only=True) as connection:
        connection.execute("set search_path = 'main_orders'")
        for part in parts:
            query, _, below = part.partition("```")
            table = re.search(r"(?:^.*[|+].*\n)+", below, re.MULTILINE)[0].splitlines()
            header, _, *shown = (
                [cell.strip() for cell in row.strip("|").split("|")] for row in table
            )
            found = connection.execute(query)
            assert [column for column, *_ in found.description] == header
            assert [[str(value) for value in row] for row in found.fetchall()] == shown


def test_a_second_build_changes_nothing(built_demo, demo):
    demo.dbt("build", *WITHOUT_UNIT_TESTS)
    assert demo.contents() == built_demo.contents()


def test_shuffled_rows_and_one_thread_give_the_same_tables(built_demo, demo):
    for number, name in enumerate((*ORDER_TABLES, "raw_products", "raw_customers")):
        header, *rows = read_table(demo, name)
        random.Random(number).shuffle(rows)
        write_table(demo, name, [header, *rows])
    demo.database.unlink()
    demo.dbt("build", "--threads", "1", *WITHOUT_UNIT_TESTS)
    before, after = built_demo.contents(), demo.contents()
    assert {name for name in before if before[name] != after[name]} == set()
    assert published(demo) == published(built_demo)


def test_slices_of_users_are_ranked_like_all_users_at_once(demo):
    def ranked() -> list[list[tuple]]:
        models = ("published_ranking", "ranked_candidates")
        return [demo.rows(f"from main_ranking.{model} order by all") for model in models]

    at_once = ranked()
    demo.edit("macros/engines/user_slices.sql", "user_count // 2500", "user_count // 70")
    demo.dbt("run", "--select", "published_ranking", "ranked_candidates")
    compiled = demo.root / "target/compiled/also_bought/models/ranking/ranked_candidates.sql"
    assert "and user_key > 0 and user_key <= 68" in compiled.read_text()
    assert ranked() == at_once


def test_both_engines_give_the_same_tables(demo):
    # Only the kernel can regress items on each other, and learn blends.
    in_python = "{also_bought__regression_items: 0, also_bought__learned_blends: false}"
    demo.dbt("run", "--vars", in_python)
    by_kernel = demo.contents()
    demo.dbt("run", "--vars", "{also_bought__neighbours_engine: sql}")
    by_sql = demo.contents()
    assert len(by_kernel["user_neighbours"]) > 1000
    # The history says by which code each entry was made.
    assert {name for name in by_kernel if by_kernel[name] != by_sql[name]} == {
        "recommendation_metrics",
        "recommendation_figures",
    }


def test_beyond_the_limit_sql_looks_for_no_user_neighbours_either(demo):
    in_sql = "{also_bought__neighbours_engine: sql, also_bought__max_billion_products: 0}"
    selected = ("user_neighbours_sql", "item_neighbours_sql")
    output = demo.dbt("run", "--select", *selected, "--vars", in_sql)
    assert "Neighbours by user_key: none are looked for, 0 products are the limit." in output
    assert demo.rows("from main_neighbours.user_neighbours_sql") == []
    assert len(demo.rows("from main_neighbours.item_neighbours_sql")) > 1000


def test_a_new_build_database_goes_on_with_the_published_history(demo):
    serving_file = demo.root / "serving" / "also_bought.duckdb"
    history = "select * exclude (run_id) from recommendation_metrics order by all"

    def evaluate_in_a_new_history(succeeds: bool = True) -> None:
        change(demo.database, "drop table main_history.recommendation_metrics")
        arguments = ("--select", "evaluation_data+", *WITHOUT_UNIT_TESTS)
        demo.dbt("build", *arguments, succeeds=succeeds)

    def change(database: Path, statement: str) -> None:
        with duckdb.connect(str(database)) as connection:
            connection.execute(statement)

    def read_history() -> list[tuple]:
        with duckdb.connect(str(serving_file), read_only=True) as connection:
            return connection.execute(history).fetchall()

    assert publish(demo.database, serving_file).remarks == ()
    before = read_history()
    # The same data and code: nothing is added.
    evaluate_in_a_new_history()
    publish(demo.database, serving_file)
    assert read_history() == before
    # Other data: another evaluation, sealed behind the published one.
    change(
        demo.database,
        "delete from main_candidates.item_popularity where (cut_key, item_key) ="
        " (select (1, min(item_key)) from main_candidates.item_popularity where cut_key = 1)",
    )
    evaluate_in_a_new_history()
    publish(demo.database, serving_file)
    after = read_history()
    assert [entry for entry in after if entry[0] == 1] == before
    assert {entry[0] for entry in after} == {1, 2}
    assert len(after) == 2 * len(before) > 0
    with duckdb.connect(str(serving_file), read_only=True) as connection:
        figures = connection.execute(
            "select evaluation_number, count(*) from recommendation_figures group by all order by 1"
        ).fetchall()
    assert figures == [(1, len(before)), (2, len(before))]
    # Who rewrites what was published is found out by its seal.
    change(serving_file, "update recommendation_metrics set mean = mean + 1")
    evaluate_in_a_new_history(succeeds=False)
    assert demo.failures() == {"assert_metric_history_was_not_rewritten"}


def test_metrics_that_were_rewritten_after_the_build_are_not_published(demo):
    table, place = "main_history.recommendation_metrics", "where rowid = 5"
    for column, other in (
        ("mean", 0.93),
        ("user_count", 1),
        ("data_hash", "zzz"),
        ("code_hash", "zzz"),
        ("previous_hash", "zzz"),
        ("evaluation_key", "zzz"),
    ):
        [before] = demo.rows(f"select {column} from {table} {place}")
        for value in ((other,), before):
            with duckdb.connect(str(demo.database)) as connection:
                connection.execute(f"update {table} set {column} = ? {place}", value)
            if value == before:
                continue
            with pytest.raises(PublishError, match="metric_history_was_not_rewritten was good"):
                publish(demo.database, demo.root / "serving.duckdb")


def test_an_empty_build_builds_every_model(demo):
    demo.dbt("build", "--empty", "--exclude-resource-type", "unit_test", "test")
    # An exposure is a no-op.
    assert set(demo.results().values()) == {"success", "no-op"}
    assert demo.rows("from main_published.user_recommendations") == []


# Order 11977 and 11981 stand in orders_final_final, lines 300812, 300813, 300820 and 300821.
FOURTH_TABLE = """\
_row,order_id,line_id,customer_id,product_id,units,ordered_at,unit_price_pence,status,updated_at
400001,11977,1,C0319,GAR-02,5,2025-01-13T12:26:21Z,651,completed,2025-04-01T09:00:00Z
400002,11977,2,C0319,EVE-01,1,2025-01-13T12:26:21Z,650,completed,2025-04-01T09:00:00Z
400003,11981,1,C0069,CYC-06,1,2025-01-13T16:38:27Z,829,cancelled,2025-04-01T09:00:00Z
400004,20001,1,C0069,CAM-08,1,2025-03-30T08:00:00Z,2200,completed,2025-04-01T09:00:00Z
400005,20001,2,C0069,NOPE-1,1,2025-03-30T08:00:00Z,2200,completed,2025-04-01T09:00:00Z
"""


def add_fourth_table(demo):
    name = "orders_final_final_2"
    (demo.root / SEEDS / f"raw_{name}.csv").write_text(FOURTH_TABLE)
    columns = FOURTH_TABLE.splitlines()[0].split(",")
    (demo.root / SEEDS / f"_{name}.yml").write_text(
        f"seeds: [{{name: raw_{name}, config: {{column_types:"
        f" {{{', '.join(column + ': varchar' for column in columns)}}}}}}}]"
    )
    staging = demo.root / "models" / "staging"
    model = (staging / "stg_shop__orders_final_final.sql").read_text()
    (staging / f"stg_shop__{name}.sql").write_text(model.replace("orders_final_final", name))
    demo.edit(
        "dbt_project.yml",
        "    - stg_shop__orders_final_final\n",
        f"    - stg_shop__{name}\n    - stg_shop__orders_final_final\n",
    )
    return name


def test_neighbours_refreshed_from_the_last_build_are_those_of_a_full_one(demo):
    model = "python_models/user_neighbours_python.py"
    # However little there is.
    kernel_alone = (
        "from also_bought.kernel import neighbours\n\nneighbours._FEW_PRODUCTS = -1\n\n\ndef"
    )
    demo.edit(model, "\n\ndef", kernel_alone)
    neighbours = "from main_neighbours.user_neighbours order by all"
    refreshing = ("--vars", "{also_bought__spare_neighbours_per_user: 50}")
    run = ("build", "--select", "+user_neighbours", "--exclude-resource-type", "unit_test", "test")
    assert "rows to find" not in demo.dbt(*run, *refreshing)
    before = demo.rows(neighbours)
    add_fourth_table(demo)
    to_find, all_rows = (
        int(number)
        for number in re.search(
            r"(\d+) of (\d+) rows to find, the others are known", demo.dbt(*run, *refreshing)
        ).groups()
    )
    # One customer has other counts.
    assert (to_find, all_rows > 200) == (1, True)
    refreshed = demo.rows(neighbours)
    assert refreshed != before
    assert "rows to find" not in demo.dbt(*run, "--full-refresh", *refreshing)
    assert demo.rows(neighbours) == refreshed


def test_a_fourth_order_table_is_a_staging_model_and_one_line(built_demo, demo):
    name = add_fourth_table(demo)
    # The truth of the demo shop knows three tables.
    demo.dbt("build", *WITHOUT_UNIT_TESTS)

    verdicts = """
        select source_row, verdict, verdict_reason from main_orders.order_line_verdicts
        where source_row in ('300812', '300813', '300820', '300821') or source_row like '4000__'
        order by source_row
    """
    assert built_demo.rows(verdicts) == [
        ("300812", "kept", None),
        ("300813", "kept", None),
        ("300820", "kept", None),
        ("300821", "kept", None),
    ]
    assert demo.rows(verdicts) == [
        ("300812", "superseded", "lower_precedence_source"),
        ("300813", "duplicate", "same_line_again"),
        ("300820", "superseded", "lower_precedence_source"),
        ("300821", "kept", None),
        ("400001", "kept", None),
        ("400002", "kept", None),
        ("400003", "cancelled", "order_cancelled"),
        ("400004", "kept", None),
        ("400005", "rejected", "product_not_in_catalogue"),
    ]
    counts = """
        select user_id, item_id, order_count, unit_count from main_interactions.user_item_counts
        where (user_id, item_id) in (
            ('C0319', 'GAR-02'), ('C0319', 'EVE-01'), ('C0069', 'CYC-06'), ('C0069', 'CAM-08')
        )
        order by all
    """
    assert built_demo.rows(counts) == [
        ("C0069", "CYC-06", 1, 1),
        ("C0319", "EVE-01", 1, 1),
        ("C0319", "GAR-02", 1, 2),
    ]
    assert demo.rows(counts) == [
        ("C0069", "CAM-08", 1, 1),
        ("C0319", "EVE-01", 1, 1),
        ("C0319", "GAR-02", 1, 5),
    ]
    audit = """
        select received_lines, kept_lines, duplicate_lines, superseded_lines, cancelled_lines,
            rejected_lines
        from main_published.order_audit where order_source = '{}'
    """
    assert demo.rows(audit.format(name)) == [(5, 3, 0, 0, 1, 1)]
    before = built_demo.rows(audit.format("orders_final_final"))[0]
    after = demo.rows(audit.format("orders_final_final"))[0]
    assert [b - a for a, b in zip(before, after, strict=True)] == [0, -3, 1, 2, 0, 0]
    for other in ("orders_final", "orders_v2"):
        assert demo.rows(audit.format(other)) == built_demo.rows(audit.format(other))


def build_shop(project: Project, purchases: list[tuple[str, str]], *, succeeds: bool = True) -> str:
    """Build a shop with one completed order of one unit for each (customer, product)."""
    header = read_table(project, "raw_orders_final_final")[0]
    for name in ORDER_TABLES:
        write_table(project, name, read_table(project, name)[:1])
    rows = [
        {
            "_row": str(number),
            "order_id": str(number),
            "line_id": "1",
            "customer_id": customer,
            "product_id": product,
            "units": "1",
            "ordered_at": f"2025-03-{number:02}T09:00:00Z",
            "unit_price_pence": "500",
            "status": "completed",
        }
        for number, (customer, product) in enumerate(purchases, start=1)
    ]
    write_table(
        project,
        "raw_orders_final_final",
        [header, *([row.get(column, "") for column in header] for row in rows)],
    )
    project.database.unlink()
    # The truth of the demo shop has nothing to say about another one.
    return project.dbt(
        "build",
        *WITHOUT_UNIT_TESTS,
        "--vars",
        "{also_bought__order_sources: [stg_shop__orders_final_final]}",
        succeeds=succeeds,
    )


LISTS = "select user_id, list, rank, item_id from main_published.user_recommendations order by all"
USER_PAIRS = "select user_id, rank, neighbour_id, similarity from main_neighbours.user_neighbours"
ITEM_PAIRS = "select item_id, rank, neighbour_id, similarity from main_neighbours.item_neighbours"


def test_a_shop_without_usable_orders_stops_and_keeps_what_was_published(demo):
    published(demo)
    serving_file = demo.root / "serving.duckdb"
    before = serving_file.read_bytes()
    output = build_shop(demo, [("", "TEA-01"), ("C0001", "no such product")], succeeds=False)
    assert "0 of 2 received order lines can be counted: 1 are rejected" in output
    with pytest.raises(PublishError, match="order_lines failed"):
        published(demo)
    assert serving_file.read_bytes() == before


def test_a_shop_with_one_user_recommends_what_the_user_bought(demo):
    build_shop(demo, [("C0001", "TEA-01"), ("C0001", "BAK-01"), ("C0001", "TEA-01")])
    assert demo.rows(LISTS) == [
        ("C0001", "buy_again", 1, "TEA-01"),
        ("C0001", "buy_again", 2, "BAK-01"),
        ("C0001", "for_you", 1, "TEA-01"),
        ("C0001", "for_you", 2, "BAK-01"),
    ]
    assert demo.rows(USER_PAIRS) == []
    assert demo.rows(ITEM_PAIRS) == []  # two buyers are needed


def test_a_shop_with_one_item_has_neighbours_and_nothing_to_explore(demo):
    build_shop(demo, [("C0001", "TEA-01"), ("C0002", "TEA-01")])
    assert demo.rows(LISTS) == [
        ("C0001", "buy_again", 1, "TEA-01"),
        ("C0001", "for_you", 1, "TEA-01"),
        ("C0002", "buy_again", 1, "TEA-01"),
        ("C0002", "for_you", 1, "TEA-01"),
    ]
    assert sorted(demo.rows(USER_PAIRS)) == [("C0001", 1, "C0002", 1.0), ("C0002", 1, "C0001", 1.0)]
    assert demo.rows(ITEM_PAIRS) == []


def test_equal_users_are_ranked_by_their_ids(demo):
    users = ["C0003", "C0001", "C0004", "C0002"]
    build_shop(demo, [(user, item) for user in users for item in ("TEA-01", "BAK-01")])
    ranked = demo.rows(f"{USER_PAIRS} order by user_id, rank")
    assert {similarity for *_, similarity in ranked} == {1.0}
    assert [neighbour for user, _, neighbour, _ in ranked if user == "C0002"] == [
        "C0001",
        "C0003",
        "C0004",
    ]
    assert len(ranked) == 12
    assert sorted(demo.rows(ITEM_PAIRS)) == [
        ("BAK-01", 1, "TEA-01", 1.0),
        ("TEA-01", 1, "BAK-01", 1.0),
    ]


FAULTS = {
    "a lost line": (
        "models/orders/order_line_verdicts.sql",
        "select * from judged",
        "select * from judged where source_row <> '300812'",
        "order_line_verdicts",
        "assert_every_received_line_has_one_verdict",
    ),
    "lines counted for orders": (
        "models/interactions/user_item_orders.sql",
        "group by users.user_key, items.item_key, order_lines.order_id",
        "group by users.user_key, items.item_key, order_lines.order_id, received_line_id",
        "user_item_orders",
        "assert_user_item_orders_are_sound",
    ),
    "an order not counted": (
        "models/interactions/user_item_orders.sql",
        "inner join items on order_lines.product_id = items.item_id\n",
        "inner join items on order_lines.product_id = items.item_id"
        " where order_lines.net_quantity > 1\n",
        "user_item_orders user_item_counts_by_cut user_item_counts",
        "assert_user_item_counts_reconcile_to_order_lines",
    ),
    "a reason left out": (
        "models/recommendations/recommendation_reasons.sql",
        "        {{ kind }}_points as contribution\n    from published\n",
        "        {{ kind }}_points as contribution\n    from published\n"
        "    inner join (select 0.2 as least_points) on {{ kind }}_points > least_points\n",
        "recommendation_reasons",
        "assert_reasons_add_up_to_the_score",
    ),
    "two people counted in a reason": (
        "models/recommendations/voting_neighbours.sql",
        "where voting_neighbours >= {{ fewest_people_named() }}\n",
        "",
        "voting_neighbours recommendation_reasons",
        "assert_no_reason_counts_a_handful_of_people",
    ),
    "a discontinued item recommended": (
        "macros/rules/reasons_off_sale.sql",
        "items ~ '.discontinued_on <= ' ~ judged_at ~ ' and ('",
        "'false and ('",
        "eligible_items+",
        "assert_only_items_on_sale_are_recommended",
    ),
    "a neighbour that is off sale": (
        "python_models/item_neighbours_python.py",
        '        eligible=dbt.ref("also_bought", "eligible_items"),\n',
        "",
        "item_neighbours_python item_neighbours_by_cut",
        "assert_item_neighbours_may_be_recommended",
    ),
    "a list that is not filled up": (
        "macros/ranking/ranked_item_lists.sql",
        "        and top_sellers.place <= {{ length }} + 1\n",
        "        and top_sellers.place < 1\n",
        "item_recommendations item_recommendation_lists",
        "assert_item_lists_are_full_or_say_why",
    ),
    "a list that does not hold what it says": (
        "macros/rules/lists.sql",
        "'buy_again': {'holds': ['bought']",
        "'buy_again': {'holds': ['new']",
        "list_definitions",
        "assert_lists_hold_the_kinds_that_they_say",
    ),
    "what came back recommended": (
        "models/candidates/candidates.sql",
        "where returned_items.item_key is null\n",
        "",
        "candidates+",
        "assert_what_came_back_is_not_recommended",
    ),
    "what sells of one category called bought by the same customers": (
        "macros/ranking/ranked_item_lists.sql",
        "'category_top_sellers' as strategy",
        "'item_neighbours' as strategy",
        "item_recommendations",
        # Nobody is counted there, and a score must be something.
        "item_recommendations",
    ),
    "a neighbour out of order": (
        "models/neighbours/user_neighbours.sql",
        "        neighbours.rank,\n",
        "        cast(count(*) over (partition by neighbours.user_key) + 1 - neighbours.rank"
        " as int) as rank,\n",
        "user_neighbours",
        "assert_user_neighbours_are_sound",
    ),
    "a column of a contract renamed": (
        "models/recommendations/item_recommendations.sql",
        "}}) as shared_users,\n",
        "}}) as shared_customers,\n",
        "item_recommendations",
        "item_recommendations",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_turns_a_test_red(demo, fault):
    path, sound, faulty, selected, red = FAULTS[fault]
    demo.edit(path, sound, faulty)
    # Unit tests would stop the faulty model itself; here the tests of the tables must notice.
    demo.dbt("build", "--select", *selected.split(), *WITHOUT_UNIT_TESTS, succeeds=False)
    assert red in demo.failures()


def test_what_two_customers_bought_at_any_time_is_not_called_one_purchase(demo):
    """The demo shop publishes top sellers beside items; here our list is published."""
    demo.edit(
        "models/recommendations/item_recommendations.sql",
        "{ranked.shared_users} customers or more who also bought {sources.item_name}",
        "{ranked.shared_users} customers or more together with {sources.item_name}",
    )
    with duckdb.connect(str(demo.database)) as connection:
        connection.execute(
            "update main_published.recommendation_verdicts"
            " set published_recommender = 'also_bought' where list = 'with_item'"
        )
    options = ("--select", "item_recommendations", *WITHOUT_UNIT_TESTS)
    demo.dbt("build", *options, succeeds=False)
    assert "assert_what_is_said_of_other_purchases_is_true" in demo.failures()
