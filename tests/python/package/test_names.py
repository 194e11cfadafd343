"""No name of the package is taken by the project that installs it, nor the other way round."""

import json
import re
from itertools import cycle

import pytest
import yaml
from dbt_project import IS_LONG, REPOSITORY, Project, copy_repository

PACKAGE = "also_bought"
MACROS = {
    name: path.read_text()
    for path in sorted((REPOSITORY / "macros").rglob("*.sql"))
    for name in re.findall(r"{%-?\s*(?:macro|test) (\w+)", path.read_text())
}
# What starts with an engine's name or `default` is there to be overridden.
FIXED_MACROS = sorted(name for name in MACROS if "__" not in name)

# A test of the book shop: it takes tables of certain names for ours.
ABOUT_NAMES = "assert_demo_shop_is_absent"

KINDS = ("models", "seeds", "snapshots")


def book_shop(root) -> Project:
    """Return the small consumer of the repository, after `dbt deps`."""
    copy_repository(root)
    shop = Project(root / "integration_tests", "book_shop.duckdb")
    shop.dbt("deps")
    return shop


def manifest(shop: Project) -> dict:
    """Return what dbt knows of the shop and of the package in it."""
    shop.dbt("parse", "--no-partial-parse")
    return json.loads((shop.root / "target" / "manifest.json").read_text())


def ours(resources: dict) -> dict[str, dict]:
    """Return those of the package."""
    return {key: value for key, value in resources.items() if value["package_name"] == PACKAGE}


def read_by(manifest: dict) -> dict[str, list[str]]:
    """Return what each node of the package reads."""
    return {
        key: node["depends_on"].get("nodes", []) for key, node in ours(manifest["nodes"]).items()
    }


def take_names(shop: Project, package: dict, first_kind: int) -> None:
    """Give the shop resources of its own under each name of the package, all unlike ours.

    A name is a model's, a seed's or a snapshot's, in turns that begin with `first_kind`.
    """
    disabled = [node for nodes in package["disabled"].values() for node in nodes]
    nodes = [*package["nodes"].values(), *disabled]
    refable = sorted(
        {
            node["name"]
            for node in nodes
            if node["package_name"] == PACKAGE and node["resource_type"] in ("model", "seed")
        }
    )
    tests = sorted(
        node["name"] for node in ours(package["nodes"]).values() if node["resource_type"] == "test"
    )
    assert len(refable) > 70
    assert len(tests) > 70

    def write(path: str, text: str) -> None:
        file = shop.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    resources = {"version": 2}
    write("models/taken/any_table.sql", "select 1 as unlike_ours")
    kinds = cycle(KINDS[first_kind:] + KINDS[:first_kind])
    for name, kind in zip(refable, kinds, strict=False):
        if kind == "models":
            write(f"models/taken/{name}.sql", "select 1 as unlike_ours")
        elif kind == "seeds":
            write(f"seeds/taken/{name}.csv", "unlike_ours\n1\n")
        else:
            resources.setdefault("snapshots", []).append(
                {
                    "name": name,
                    "relation": "ref('any_table')",
                    "config": {
                        "unique_key": "unlike_ours",
                        "strategy": "check",
                        "check_cols": "all",
                    },
                }
            )
    for name in tests:
        write(f"tests/taken/{name}.sql", "select 1 as unlike_ours where false")
    write(
        "macros/taken.sql",
        "\n".join(
            [
                f"{{% macro {name}() %}}the shop's own{{% endmacro %}}"
                f"{{% test {name}(model) %}}select 1 as one where false{{% endtest %}}"
                for name in FIXED_MACROS
            ]
        ),
    )
    write(
        "models/taken/docs.md",
        "\n".join(
            f"{{% docs {doc['name']} %}}the shop's own{{% enddocs %}}"
            for doc in ours(package["docs"]).values()
            if doc["name"] != "__overview__"
        ),
    )
    resources |= {
        "sources": [
            {"name": name, "tables": [{"name": name, "identifier": "any_table"}]}
            for name in refable
        ],
        "groups": [
            {"name": group["name"], "owner": {"name": "The shop"}}
            for group in ours(package["groups"]).values()
        ],
        "exposures": [
            {"name": name, "type": "dashboard", "owner": {"name": "The shop"}}
            for name in sorted(
                exposure["name"]
                for exposure in [*package["exposures"].values(), *disabled]
                if exposure["resource_type"] == "exposure"
            )
        ],
        "unit_tests": [
            {
                "name": name,
                "model": "any_table",
                "given": [],
                "expect": {"rows": [{"unlike_ours": 1}]},
            }
            for name in re.findall(
                r"^  - name: (\w+)$",
                "\n".join(
                    path.read_text().partition("\nunit_tests:\n")[2]
                    for path in (REPOSITORY / "models").rglob("*__unit_tests.yml")
                ),
                flags=re.MULTILINE,
            )
        ],
    }
    assert all(resources.values())
    write("models/taken/resources.yml", yaml.safe_dump(resources))


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> tuple[dict, dict]:
    """Return the manifest and the public tables of the shop that has no name of ours."""
    shop = book_shop(tmp_path_factory.mktemp("plain"))
    package = manifest(shop)
    shop.dbt("build")
    return package, shop.contents()


@pytest.mark.parametrize("first_kind", range(len(KINDS)))
def test_the_package_reads_its_own_whatever_the_shop_calls_the_like(tmp_path, plain, first_kind):
    package, tables = plain
    shop = book_shop(tmp_path)
    take_names(shop, package, first_kind)
    assert read_by(manifest(shop)) == read_by(package)
    # What is read decides; that it also builds is shown for one of the three.
    if first_kind == 0:
        shop.dbt("build", "--exclude", ABOUT_NAMES)
        assert shop.contents() == tables


def test_the_views_that_a_shop_asks_of_all_its_models_are_refused_in_words(tmp_path, plain):
    shop = book_shop(tmp_path)
    shop.edit("dbt_project.yml", "models:\n", "models:\n  +materialized: view\n")
    output = shop.dbt("build", succeeds=False)
    assert "is configured as view; it must be a table" in output
    assert "models: {book_shop: {+materialized: view}}" in output
    assert not shop.database.exists() or not shop.rows(
        "select 1 from duckdb_tables() where schema_name = 'main_published'"
    )


def test_macros_name_the_package_when_they_call_each_other():
    """A macro that is called from a shop's model looks for another in the shop first."""
    unqualified = {}
    for name, text in MACROS.items():
        calls = re.findall(r"(?<![\w.'\"])(\w+)\(", re.sub(r"{%-?\s*(macro|test) \w+", "", text))
        if found := set(calls) & set(FIXED_MACROS):
            unqualified[name] = found
    assert not unqualified


SCHEMA_MACROS = {
    "custom only": "{{ custom_schema_name or target.schema }}",
    "target only": "{{ target.schema }}",
}
ALIAS_MACROS = {
    "package in front": "{{ node.package_name }}__{{ custom_alias_name or node.name }}",
    "layer in front": "{{ node.fqn[1] }}_{{ node.name }}",
}


def own_names(shop: Project, schema: str, alias: str) -> None:
    """Give the shop macros of its own for the names of schemas and relations."""
    macros = {
        "generate_schema_name(custom_schema_name, node)": schema,
        "generate_alias_name(custom_alias_name=none, node=none)": alias,
    }
    (shop.root / "macros" / "names.sql").write_text(
        "\n".join(
            f"{{% macro {signature} -%}}{body}{{%- endmacro %}}"
            for signature, body in macros.items()
        )
    )


@pytest.mark.parametrize(
    ("schema", "alias"),
    [
        ("target only", "layer in front"),
        *([("custom only", "package in front")] if IS_LONG else []),
    ],
)
def test_a_shop_may_name_schemas_and_relations_by_its_own_rule(tmp_path, plain, schema, alias):
    shop = book_shop(tmp_path)
    own_names(shop, SCHEMA_MACROS[schema], ALIAS_MACROS[alias])
    shop.dbt("build", "--exclude-resource-type", "unit_test", "--exclude", ABOUT_NAMES)
    assert shop.contents() == plain[1]
    assert "main_published" not in {
        relation.split('"')[3] for relation in shop.public_tables().values()
    }
