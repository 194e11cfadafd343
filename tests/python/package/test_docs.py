"""The documentation says what the code does: pages by their text, tables by the manifest."""

import csv
import json
import re
from pathlib import PurePath

import pytest
import yaml
from dbt_project import REPOSITORY, copy_repository

PAGE = (REPOSITORY / "docs" / "verdict-reasons.md").read_text(encoding="utf-8")
SEEDS = REPOSITORY / "seeds" / "demo_shop"
ROW_IDS = {"orders_v2": "row_id", "orders_final": "RowId", "orders_final_final": "_row"}
HIDDEN_COLUMNS = {*ROW_IDS.values(), "cust_email"}
VISIBLE = str.maketrans({"\a": "␇"})
# The demo shop's tables are no files, and it knows nothing of consent.
REASONS_ELSEWHERE = {
    "line_encoding_invalid",
    "line_unreadable",
    "customer_erased",
    "customer_without_consent",
    "customer_over_item_limit",
    "quantity_out_of_range",
    "test_order",
    "line_type_unknown",
    "price_adjustment",
    "product_sensitive",
    # Nor is it built as of a past day.
    "ordered_after_as_of",
    "updated_after_as_of",
}
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]
PAGES += sorted(REPOSITORY.glob("docs/*.md")) + sorted(REPOSITORY.glob("examples/*/README.md"))
CODE_BLOCK = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
TABLE_OR_HEADING = re.compile(r"^ *[|#].*$", re.MULTILINE)
BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d\.) )")
BETWEEN_SENTENCES = re.compile(r"""(?<=[.?!])[)*"”]*\s+(?=["“(*`\dA-Z\[]|dbt )""")
# Every column is described, also of tables that only this package reads.
DESCRIBED_LAYERS = {path.name for path in (REPOSITORY / "models").iterdir() if path.is_dir()}
# The vars without which some tables are not built.
OPTIONAL = {
    f"also_bought__{name}": True
    for name in ("basket_affinity", "repurchase_intervals", "similar_items")
} | {"also_bought__merchandising_rules": "stg_shop__merchandising_rules"}
REASON_TITLE = re.compile(r"^### (\w+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Return what dbt knows of this project without running it, with all that is optional."""
    project = copy_repository(tmp_path_factory.mktemp("parsed"))
    wrong_macro_docs = ["InvalidMacroAnnotation", "MacroNotFoundForPatch"]
    options = {"--warn-error-options": {"error": wrong_macro_docs}, "--vars": OPTIONAL}
    project.dbt(
        "parse", *(part for key, value in options.items() for part in (key, json.dumps(value)))
    )
    return json.loads((project.root / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def public_models(manifest: dict) -> dict[str, dict]:
    """Return the public models by their name."""
    models = {
        node["name"]: node for node in manifest["nodes"].values() if node.get("access") == "public"
    }
    assert len(models) >= 14
    return models


def seed(name: str) -> list[dict[str, str]]:
    """Return the rows of a seed of the demo shop."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sentences(page: str) -> list[str]:
    """Return the sentences of a page without its code, tables and headings."""
    prose = TABLE_OR_HEADING.sub("\n", CODE_BLOCK.sub("\n", page))
    paragraphs = (" ".join(paragraph.split()) for paragraph in BETWEEN_PARAGRAPHS.split(prose))
    return [s for paragraph in paragraphs for s in BETWEEN_SENTENCES.split(paragraph) if s]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_no_sentence_has_more_than_30_words(page):
    """A long sentence makes two claims, and is hard to read in a second language."""
    found = sentences(page.read_text(encoding="utf-8"))
    assert len(found) > 5
    assert [sentence for sentence in found if len(sentence.split()) > 30] == []


def test_page_says_of_each_reason_what_its_row_says(built_demo):
    """Each reason has a section; its second and third part begin with the words of the table."""
    rows = built_demo.rows(
        "select verdict_reason, in_plain_words, what_to_do from main_published.verdict_reasons"
    )
    assert len(rows) >= 30
    _, *parts = REASON_TITLE.split(PAGE.partition("\n## Why was this line not counted?")[0])
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    assert set(sections) == {reason for reason, _, _ in rows}
    for reason, in_plain_words, what_to_do in rows:
        paragraphs = [
            " ".join(part.split()) for part in sections[reason].replace("`", "").split("\n\n")
        ]
        _, why, cure = (part for part in paragraphs if part.startswith("**"))
        assert why.startswith(f"**Reason** {in_plain_words}"), reason
        assert cure.startswith(f"**How to fix** {what_to_do}"), reason


def test_examples_are_lines_of_the_demo_shop_with_that_reason():
    """An example is a row as received, and the truth of the demo shop gives it the reason."""
    received = {
        (table, row[row_id]): row
        for table, row_id in ROW_IDS.items()
        for row in seed(f"raw_{table}")
    }
    true_reasons = {
        (row["order_source"], row["source_row"]): row["verdict_reason"]
        for row in seed("demo_shop_truth")
    }
    _, *parts = REASON_TITLE.split(PAGE)
    for reason, section in zip(parts[::2], parts[1::2], strict=True):
        if reason in REASONS_ELSEWHERE:
            continue
        examples = re.findall(r"^(orders_\w+) (\d+): (.+)$", section, re.MULTILINE)
        assert reason in {true_reasons[table, row] for table, row, _ in examples}
        for table, row, text in examples:
            columns = received[table, row].items()
            shown = " | ".join(f"{k}={v}" for k, v in columns if k not in HIDDEN_COLUMNS)
            assert text.rstrip() == shown.translate(VISIBLE).rstrip(), (reason, row)


def test_every_table_says_what_its_row_is(manifest):
    """The first sentence of a description states the grain, whoever may read the table."""
    tables = [n for n in manifest["nodes"].values() if n["resource_type"] in ("model", "seed")]
    assert len(tables) >= 60
    silent = [n["name"] for n in tables if not n["description"].startswith("One row per ")]
    assert silent == []


def test_no_sentence_of_a_description_has_more_than_30_words(manifest):
    """Analysts read them in their BI tool, beside the table."""
    described = [*manifest["nodes"].values(), *manifest["macros"].values()]
    texts = {
        f"{of['name']}.{part.get('name', '')}": part["description"]
        for of in described
        if of["package_name"] == "also_bought"
        for part in [of, *of.get("columns", {}).values(), *of.get("arguments", [])]
        if part.get("description")
    }
    assert len(texts) >= 500
    long = {
        name: sentence
        for name, text in texts.items()
        for sentence in sentences(text)
        if len(sentence.split()) > 30
    }
    assert long == {}


def test_every_macro_that_a_shop_calls_or_overrides_is_described(manifest):
    """So are its arguments. dbt itself compares them with the macro: flag `validate_macro_args`."""
    called = (
        "macros/rules/",
        "macros/staging/",
        "macros/text/as_text.sql",
        "macros/text/sentence.sql",
    )
    macros = [
        macro
        for macro in manifest["macros"].values()
        if macro["original_file_path"].startswith(called) and "__" not in macro["name"]
    ]
    assert len(macros) >= 40
    silent = [macro["name"] for macro in macros if not macro["description"].strip()]
    silent += [
        f"{macro['name']}({argument['name']})"
        for macro in macros
        for argument in macro["arguments"]
        if not (argument["type"] and argument["description"])
    ]
    assert silent == []


def test_every_column_of_a_public_model_is_described(public_models):
    """A reader need not guess what a column means."""
    for name, model in public_models.items():
        assert model["columns"], name
        undescribed = [c["name"] for c in model["columns"].values() if not c["description"].strip()]
        assert undescribed == [], name


def test_every_column_of_a_built_table_is_described(built_demo):
    """What a private table's column means need not be read out of its SQL.

    A signal has a column of its name in several tables; the macro of the signals has its words.
    """
    with (REPOSITORY / "seeds" / "blends" / "blends.csv").open(encoding="utf-8") as file:
        signals = set(next(csv.reader(file))) - {"list", "blend", "preference"}
    of_signals = signals | {f"{evidence}_points" for evidence in {*signals, "top_sellers"}}
    manifest = json.loads((built_demo.root / "target" / "manifest.json").read_text())
    columns = {}
    for schema, table, column in built_demo.rows(
        "select table_schema, table_name, column_name from information_schema.columns"
    ):
        columns.setdefault((schema, table), set()).add(column)
    undescribed, seen = [], set()
    for node in manifest["nodes"].values():
        # models/<layer>/<model>.sql, or python_models/<model>.py with the layer's schema.
        folder = PurePath(node["original_file_path"]).parent.name
        layer = node["config"]["schema"] if folder == "python_models" else folder
        if node["resource_type"] == "model" and layer in DESCRIBED_LAYERS:
            seen.add(layer)
            described = {c["name"] for c in node["columns"].values() if c["description"].strip()}
            built = columns.get((node["schema"], node["alias"]), set())
            undescribed += [
                f"{node['name']}.{column}" for column in sorted(built - described - of_signals)
            ]
    # The demo shop has no events and asks neither for baskets nor for similar items:
    # test_events.py, test_basket_affinity.py and test_similar_items.py build those layers.
    assert seen == DESCRIBED_LAYERS - {"baskets", "content", "events"}
    assert undescribed == []


def test_every_public_model_has_a_contract_and_a_group(public_models, manifest):
    """A reader can rely on its columns, and knows whom to ask."""
    for name, model in public_models.items():
        assert model["contract"]["enforced"], name
        assert model["config"]["group"], name
    for group in manifest["groups"].values():
        assert group["owner"]["name"]
        assert "@" in group["owner"]["email"]


def test_every_public_model_has_a_primary_key_of_which_nothing_is_null(public_models):
    """The key identifies a row: its columns are there, and none of them may be null."""
    for name, model in public_models.items():
        required = {
            column["name"]
            for column in model["columns"].values()
            if column["config"]["meta"].get("not_null")
            or any(constraint["type"] == "not_null" for constraint in column["constraints"])
        }
        key = model["config"]["meta"]["primary_key"]
        assert key, name
        assert set(key) <= required, name


def test_what_claims_something_is_tested(manifest):
    """A model or seed with claims in its YAML has a test that counts the rows that break them."""
    claims = {"primary_key", "unique", "not_null", "expression_is_true", "accepted_values"}
    claims |= {"ranks_without_gaps", "never_rises_with_rank"}
    claiming, tested = set(), set()
    for node in manifest["nodes"].values():
        if node["resource_type"] in ("model", "seed"):
            columns = node["columns"].values()
            metas = [node["config"]["meta"], *(column["config"]["meta"] for column in columns)]
            constraints = [column["constraints"] for column in columns]
            if any(claims & set(meta) for meta in metas) or any(constraints):
                claiming.add(node["unique_id"])
        elif node["resource_type"] == "test" and "broken_claims" in node["raw_code"]:
            tested |= set(node["depends_on"]["nodes"])
    assert len(claiming) >= 60
    assert claiming == tested


def test_names_of_unit_tests_fit_what_postgres_allows(manifest):
    """A unit test's name becomes a table's there."""
    assert max(len(test["name"]) for test in manifest["unit_tests"].values()) <= 63


def test_every_public_model_is_read_by_an_exposure(public_models, manifest):
    """Nothing is public for nobody, and no exposure reads a private model."""
    exposures = manifest["exposures"].values()
    read = {node.split(".")[-1] for e in exposures for node in e["depends_on"]["nodes"]}
    assert read == set(public_models)
    for exposure in exposures:
        assert exposure["owner"]["email"], exposure["name"]
        assert exposure["maturity"], exposure["name"]
        assert exposure["url"], exposure["name"]
        assert exposure["description"].strip(), exposure["name"]


def test_the_exposure_of_the_report_links_to_each_of_its_views(manifest):
    report = manifest["exposures"]["exposure.also_bought.report"]
    page = REPOSITORY / "also_bought" / "report" / "templates" / "page.html"
    views = re.findall(r'<section id="(\w+)"', page.read_text(encoding="utf-8"))
    assert len(views) == 5
    links = re.findall(r"\]\((\S+)\)", report["description"])
    assert links == [f"{report['url']}#{view}" for view in views]


def test_each_dashboard_has_an_exposure_that_reads_what_it_shows(manifest):
    definition = REPOSITORY / "dashboards" / "superset" / "dashboards.yml"
    shown = {
        board["title"].lower().replace(" ", "-"): {chart["table"] for chart in board["charts"]}
        # Publishing writes them; no model does.
        - {"publication", "list_overlap", "publication_history"}
        for board in yaml.safe_load(definition.read_text(encoding="utf-8"))
    }
    assert shown == {
        exposure["url"].split("/")[-2]: {
            node.split(".")[-1] for node in exposure["depends_on"]["nodes"]
        }
        for exposure in manifest["exposures"].values()
        if exposure["type"] == "dashboard"
    }
    for exposure in manifest["exposures"].values():
        if exposure["type"] == "dashboard":
            for node in exposure["depends_on"]["nodes"]:
                assert manifest["nodes"][node]["config"]["meta"]["published_group"] == "bi", node


def test_readme_lists_the_tables_with_those_that_are_published_first(public_models, manifest):
    """Its table has each public model once, and the sentence below it says where they end."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    table = readme.partition("\n## The tables, and what they answer\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    published = {
        node["name"] for node in manifest["nodes"].values() if "published" in node.get("tags", [])
    }
    assert sorted(listed) == sorted({*public_models, *published})
    (last,) = re.findall(r"The tables down to `(\w+)` are published", table)
    assert set(listed[: listed.index(last) + 1]) == published


def test_page_of_the_engines_names_the_macros_that_another_warehouse_needs(manifest):
    """They are those that are dispatched and have no implementation for all."""
    page = (REPOSITORY / "docs" / "engines.md").read_text(encoding="utf-8")
    macros = {
        macro["name"]
        for macro in manifest["macros"].values()
        if macro["package_name"] == "also_bought"
    }
    dispatched = {name.removeprefix("duckdb__") for name in macros if name.startswith("duckdb__")}
    needed = {name for name in dispatched if f"default__{name}" not in macros}
    assert len(needed) >= 4
    assert set(re.findall(r"`<adapter>__(\w+)`", page)) == needed
    assert set(re.findall(r"`((?:spark|postgres)__\w+)`", page)) <= macros


def test_overview_names_only_models_that_exist(manifest):
    """The front page of the documentation teaches this project, not its past."""
    overview = manifest["docs"]["doc.also_bought.__overview__"]["block_contents"]
    models = {node["name"] for node in manifest["nodes"].values()}
    columns = {"customer_id", "user_id", "product_id", "item_id", "reason", "strategy"}
    other = {"public", "orders"}  # an access and a layer
    named = set(re.findall(r"`(\w+)`", overview)) - columns - other
    assert len(named) >= 8
    assert named <= models
