"""Break each rule of the orders layer, one at a time, and name the tests that turn red.

`make mutants`; or `python tests/python/rule_mutants.py [--every N] [--only TEXT]`. A mutant is a
rule's macro put under another name, and one in its place that leaves a condition out or turns it
round. The demo shop is built once; then the unit tests of staging and orders run on each mutant,
and where they all pass, the models and data tests. Prints one line per mutant and exits with 1
where one survives.
"""

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

from dbt_project import REPOSITORY, Project, copy_repository

UNIT_TESTS = ("test", "--select", "models/staging,test_type:unit", "models/orders,test_type:unit")
BUILD = (
    *("build", "--indirect-selection", "buildable"),
    *("--select", "+models/orders", "demo_shop_truth"),
)

# What stands in the place of a rule: file, macro, {what is done to it: what it returns}. `original`
# is the rule as it was; a text in quotes is Jinja.
EXPRESSIONS = {
    ("rules/counts_as_purchase", "default__counts_as_purchase(order_status)"): {
        "removed": "true",
        "inverted": "not ({original})",
    },
    ("rules/is_excluded_account", "default__is_excluded_account(account_type)"): {
        "removed": "false",
        "inverted": "not ({original})",
    },
    ("rules/customer_item_limit", "default__is_verified_account(account_type)"): {
        "removed": "false",
        "inverted": "not ({original})",
    },
    ("rules/customer_item_limit", "default__customer_item_limit(item_count)"): {
        "removed": "max(cast(1000000000 as bigint))",
        "inverted": "min(cast(0 as bigint))",
    },
    ("rules/is_test_order", "default__is_test_order(customer_id, product_id)"): {
        "removed": "false",
        "inverted": "not ({original})",
    },
    ("rules/line_identity", "default__line_identity(order_has_line_ids)"): {
        "always by product": "product_id",
        "always by line id": "coalesce(order_line_id, product_id)",
    },
    ("rules/line_identity", "default__line_version_identity()"): {
        "removed": "'the same'",
        "never by line id": "concat(customer_id, quantity, unit_price, ordered_at)",
    },
    ("cleaning/is_unusable_id", "duckdb__is_unusable_id(expression)"): {
        "removed": "false",
        "inverted": "not ({original})",
    },
    ("cleaning/clean_text", "duckdb__cleaned_text(text)"): {"removed": "{{{{ text }}}}"},
    ("cleaning/clean_text", "is_clean_text(expression)"): {"removed": "true"},
    ("cleaning/parse_integer", "parse_integer(expression)"): {
        "removed": "try_cast({{{{ expression }}}} as bigint)"
    },
    ("cleaning/parse_decimal", "parse_decimal(expression)"): {
        "removed": "try_cast({{{{ expression }}}} as decimal(18, 4))"
    },
    ("cleaning/parse_timestamp", "duckdb__parse_timestamp(expression, formats, time_zone)"): {
        "removed": "try_cast({{{{ expression }}}} as timestamp)"
    },
}
# Rules that are a mapping of names to conditions: each is left out, and turned round.
MAPPINGS = {"rules/line_faults": "line_faults", "rules/exclusions": "exclusions"}


def entries(rule: str) -> list[str]:
    """Return the names in a rule's mapping, in order."""
    text = (REPOSITORY / "macros" / f"{rule}.sql").read_text()
    return re.findall(r"^        '(\w+)':", text, re.MULTILINE)


def mutants() -> list[tuple[str, str, str, str]]:
    """Return (file, macro with arguments, what is done, body) of every mutant."""
    found = []
    for (file, macro), changes in EXPRESSIONS.items():
        call = "{{ also_bought.original__" + macro + " }}"
        for done, body in changes.items():
            found.append((file, macro, done, body.format(original=call)))
    for file, name in MAPPINGS.items():
        for entry in entries(file):
            condition = "'not coalesce((' ~ rules." + entry + " ~ '), false)'"
            for done, change in {
                "removed": f"rules.pop('{entry}')",
                "inverted": f"rules.update({{'{entry}': {condition}}})",
            }.items():
                body = (
                    f"{{%- set rules = also_bought.original__default__{name}() -%}}"
                    f"{{%- do {change} -%}}{{{{ return(rules) }}}}"
                )
                found.append((file, f"default__{name}()", f"{entry} {done}", body))
    return found


def planted(text: str, macro: str, body: str) -> str:
    """Return the file with the macro under another name and the mutant in its place."""
    assert text.count(f"macro {macro}") == 1, macro
    renamed = text.replace(f"macro {macro}", f"macro original__{macro}")
    return f"{renamed}\n\n{{% macro {macro} %}}\n{body}\n{{% endmacro %}}\n"


def red_tests(project: Project, *command: str) -> list[str]:
    """Run dbt and return what failed; an error that ends the run is one failure, in its words."""
    results = project.root / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    process = project.start_dbt("--quiet", *command)
    process.join()
    if process.exitcode and not results.exists():
        return [(project.output.read_text().strip() or "dbt ended").splitlines()[0]]
    nodes = json.loads(results.read_text())["results"]
    failed = [node for node in nodes if node["status"] in ("fail", "error")]
    return sorted(node["unique_id"].split(".")[-1] for node in failed)


def main() -> int:
    """Build once, break every rule in turn, print what turned red; return 1 where nothing did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="take each n-th mutant only")
    parser.add_argument("--only", default="", help="mutants whose line holds this text")
    arguments = parser.parse_args()
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        project = copy_repository(Path(folder))
        assert not red_tests(project, *BUILD), project.output.read_text()
        for file, macro, done, body in mutants()[:: arguments.every]:
            line = f"{file} | {done}"
            if arguments.only not in line:
                continue
            path = Path(folder) / "macros" / f"{file}.sql"
            text = path.read_text()
            path.write_text(planted(text, macro, body))
            red = red_tests(project, *UNIT_TESTS) or red_tests(project, *BUILD)
            path.write_text(text)
            survivors += not red
            shown = ", ".join(red[:3]) + (f" and {len(red) - 3} more" if len(red) > 3 else "")
            print(f"{line} | {shown or 'SURVIVED'}", flush=True)
    print(f"{survivors} survived")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
