"""Break each rule of the orders layer, one at a time, and name the tests that turn red.

`make mutants`; or `python tests/python/support/rule_mutants.py [--every N] [--only REGEX]`. A
mutant is a rule's macro put under another name, and one in its place that leaves a condition out or
turns it round; or a file with one text changed. The demo shop is built once; then the unit tests of
staging and orders run on each mutant; where they all pass, the models and data tests; and where
those pass too, the corpus of bad lines. Prints one line per mutant and exits with 1 where one
survives.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dbt_project import REPOSITORY, Project, copy_repository

# Where the unit tests of a rule are, if in one model; those of a model are its own.
TESTED_IN = {
    "macros/rules/line_faults.sql": "checked_order_lines",
    "macros/rules/later_lines.sql": "checked_order_lines",
    "macros/rules/exclusions.sql": "resolved_order_lines",
    "macros/rules/line_identity.sql": "models/orders",
    "macros/rules/is_return.sql": "received_order_lines",
    "macros/rules/counts_as_return.sql": "models/orders",
    "macros/rules/is_often_returned.sql": "item_returns",
    "macros/numbers/share_interval.sql": "item_returns",
    "macros/orders/take_from_pile.sql": "matched_returns",
    "macros/orders/older_extracts.sql": "compared_order_lines",
    "macros/orders/orders_compared_by_product.sql": "compared_order_lines",
    "macros/orders/line_versions.sql": "contested_order_lines",
}
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
    ("rules/counts_as_return", "default__counts_as_return(order_status)"): {
        "removed": "true",
        "as a purchase": "{{{{ also_bought.counts_as_purchase(order_status) }}}}",
    },
    ("rules/is_return", "default__is_return(line_type, quantity, unit_price)"): {
        "removed": "false",
        "quantities alone": "coalesce({{{{ quantity }}}} < 0, false)",
        "types ignored": (
            "coalesce({{{{ quantity }}}} < 0, false) or coalesce({{{{ unit_price }}}} < 0, false)"
        ),
    },
    ("rules/is_often_returned", "default__is_often_returned(returned_low, shop_share)"): {
        "removed": "false",
        "inverted": "not ({original})",
        "beside the shop": "{{{{ returned_low }}}} > 0.2",
    },
    ("numbers/share_interval", "share_low(found, cases)"): {
        "no interval": "1.0 * {{{{ found }}}} / {{{{ cases }}}}",
    },
    ("orders/joined_key", "joined_key(first, second)"): {
        "no escapes": "{{{{ dbt.concat([first, \"' '\", second]) }}}}",
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
    ("rules/null_words", "default__null_words()"): {"removed": "{{{{ return([]) }}}}"},
    ("rules/run_clock", "default__run_clock()"): {
        "removed": "cast('2100-01-01' as timestamp)",
        "never the var": "cast('{{{{ run_started_at.strftime(\"%Y-%m-%d\") }}}}' as timestamp)",
    },
    ("orders/is_damaged_id", "is_damaged_id(expression)"): {
        "removed": "false",
        "inverted": "not ({original})",
    },
    ("orders/id_skeleton", "id_skeleton(expression)"): {"removed": "{{{{ expression }}}}"},
    ("orders/is_unusable_id", "is_unusable_id(expression)"): {
        "removed": "false",
        "inverted": "not ({original})",
    },
    ("staging/clean_text", "duckdb__cleaned_text(text, invisible, blanks)"): {
        "removed": "{{{{ text }}}}"
    },
    ("staging/clean_text", "is_clean_text(expression)"): {"removed": "true"},
    ("staging/parse_integer", "parse_integer(expression)"): {
        "removed": "try_cast({{{{ expression }}}} as bigint)"
    },
    ("staging/parse_decimal", "parse_decimal(expression)"): {
        "removed": "try_cast({{{{ expression }}}} as decimal(18, 4))"
    },
    ("staging/parse_timestamp", "duckdb__parse_timestamp(text, formats, time_zone)"): {
        "removed": "try_cast({{{{ text }}}} as timestamp)"
    },
}
# Rules that are a mapping of names to entries with a condition: each is left out, and turned round.
MAPPINGS = {
    "rules/line_faults": "line_faults",
    "rules/exclusions": "exclusions",
    "rules/line_warnings": "line_warnings",
}
# Texts of a file, each of which is changed alone: file, {what is done: (old, new)}.
EDITS = {
    "macros/rules/check_limits.sql": {
        "odd days": ("'days_odd': 2", "'days_odd': 200"),
        "stale days": ("'days_stale': 7", "'days_stale': 700"),
        "low volume": ("'volume_low': 0.4", "'volume_low': 0"),
        "high volume": ("'volume_high': 4", "'volume_high': 4000"),
        "limits of a source": ("and source != 'all'", "and false"),
    },
    "macros/orders/check_catalogue.sql": {
        "missing values": ("having count(*) > 0", "having false"),
        "two rows": ("having count(*) > 1", "having false"),
        "codes": ("if has_codes", "if false"),
        "parents": ("if has_parents", "if false"),
    },
    "macros/orders/check_accounts.sql": {
        "two rows": ("having count(*) > 1", "having false"),
        "circles": ("where accounts.customer_id is null", "where false"),
    },
    "macros/orders/check_input_columns.sql": {
        "absent models": ("if not found and", "if false and"),
        "missing columns": ("elif found and", "elif false and"),
    },
    "macros/settings/nearest_name.sql": {
        "the nearest name": ("if nearest else '')) -%}", "if false else '')) -%}"),
    },
    "macros/rules/later_lines.sql": {
        "ordered later": ("'lines.ordered_at'", "'lines.updated_at'"),
        "changed later": ("'lines.updated_at'", "'lines.ordered_at'"),
        "earlier": ("'{} > '", "'{} < '"),
        "without a day": ("if has_day else", "if not has_day else"),
    },
    "macros/settings/check_input_tables.sql": {"absent tables": ("is none -%}", "is false -%}")},
    "macros/settings/check_state.sql": {
        "accepted": ("if check_name in also_bought.setting('accepted_checks')", "if false"),
        "stopping": ("elif check_name in", "elif check_name not in"),
        "the stop": ("where state = 'stop'", "where false"),
    },
    "macros/staging/id_problem.sql": {
        "inverted": ("when not {{", "when {{"),
        "removed": ("when not {{ also", "when false and not {{ also"),
    },
    "macros/staging/received_text.sql": {
        "nothing is left out": ("if column in personal_columns", "if false"),
        "all is left out": ("if column in personal_columns", "if true"),
    },
    "macros/staging/map_status.sql": {
        "case": ("also_bought.in_case('lower', also_bought.clean_text(expression))", "expression"),
        "undeclared words": ("    end\n{%- endmacro", "    else 'completed' end\n{%- endmacro"),
    },
    "macros/staging/clean_id.sql": {
        "case": ("in_case(letter_case, id) if letter_case", "in_case(letter_case, id) if false"),
        "placeholders": ("if with_placeholders else is_word", "if false else is_word"),
        "guards": (
            "also_bought.unguarded_id(also_bought.cleaned_text(",
            "((also_bought.cleaned_text(",
        ),
        "decimal zero": ("if drop_decimal_zero else id", "if false else id"),
    },
    "models/orders/received_order_lines.sql": {
        "ids of the erased": ("when accounts.is_erased then null", "when false then null"),
        "text of the erased": ("when accounts.is_erased then '(erased)'", "when false then ''"),
        "mergers": ("coalesce(accounts.merged_customer_id, received", "(received"),
        "words for a status": (
            "when {{ is_known_status",
            "when true or {{ is_known_status",
        ),
    },
    "macros/orders/typed_value.sql": {
        "parts of a unit": ("{{ expression }} = floor({{ expression }})", "true"),
        "zones": (
            "in received_type -%}\n        {{- return('cast(",
            "in 'never' -%}\n        {{- return('cast(",
        ),
    },
    "macros/orders/received_accounts.sql": {
        "accounts merged into themselves": (
            "nullif(merged_into_customer_id, customer_id) as",
            "merged_into_customer_id as",
        ),
    },
    "models/orders/customer_accounts.sql": {
        "erased by one account": (
            "when accounts.is_erased then 1 else 0",
            "when false then 1 else 0",
        ),
        "consent of all": ("when accounts.has_consent = false then 1", "when false then 1"),
    },
    "models/orders/excluded_customers.sql": {
        "consent": ("where not has_consent", "where false"),
        "consent first": ("then {{ loop.index }}", "then -{{ loop.index }}"),
        "the limit": ("from over_limit\n\n),", "from over_limit where false\n\n),"),
    },
    "models/orders/compared_order_lines.sql": {
        "faults of identity": ("where checked.is_compared\n\n", "where true\n\n"),
        "foreign line ids": ("where not is_agreed", "where false"),
        "faults of some": ("or count(fault) between 1 and count(*) - 1", ""),
        "another content": ("min(line_content) <> max(line_content)", "false"),
        "another line id": ("coalesce(min(order_line_id) <> max(order_line_id), false)", "false"),
        "extracts": ("count(extract_id) > 0", "false"),
        "precedence": ("'source_precedence', 'version_age'", "'-source_precedence', 'version_age'"),
        "the latest version": ("- coalesce(checked.updated_at", "+ interval 1 day - coalesce(null"),
        "only here": ("min(source_precedence) = max(source_precedence)", "true"),
    },
    "macros/orders/lines_to_compare.sql": {
        "orders of corrected lines": (
            "inner join read_lines\n            on ",
            "inner join read_lines\n            on false and ",
        ),
        "a known line once": ("where read_lines.source_row is null", "where true"),
        "other lines of the order": ("on known.order_id = changed_orders.order_id", "on false"),
    },
    "macros/orders/lines_to_read.sql": {
        "the last load again": ("loaded_at >= cast", "loaded_at > cast"),
        "lines without a time": ("'loaded_at is null',", "'false',"),
        "sources not known": ("'source_precedence not in ('", "'source_precedence in ('"),
        "lines dated ahead": ("where ordered_at > judged_at", "where false"),
        "lines gone or late": (
            "counts.known_lines + counts.new_lines -",
            "counts.received_lines -",
        ),
        "the clock": ("max(judged_at) <= ", "max(judged_at) <> "),
    },
    "macros/orders/inputs_hash.sql": {
        "accounts": ("where is_erased or merged", "where false and merged"),
        "models before": (
            "for parent_id in node.depends_on.get('nodes', [])",
            "for parent_id in []",
        ),
    },
    "macros/orders/older_extracts.sql": {
        "older extracts": ("where version_at < last_version_at", "where false"),
        "faults": ("and is_compared", ""),
    },
    "macros/orders/orders_compared_by_product.sql": {
        "line ids of some lines": (
            "where order_line_id is null and is_compared",
            "where false and is_compared",
        ),
        "returns beside purchases": ("and lines.is_return = elsewhere.is_return", ""),
        "one source alone": ("and lines.order_source <> elsewhere.order_source", ""),
    },
    "macros/orders/line_versions.sql": {
        "precedence": (
            "source_precedence = min(source_precedence) over by_line\n            and version_at",
            "version_at",
        ),
        "the latest version": (
            "and version_at = max(version_at)",
            "and version_at >= min(version_at)",
        ),
        "disagreement": (
            "as is_contradicting,",
            "and false as is_contradicting,",
        ),
        "returns are other lines": ("is_return or (", "false or ("),
        "an emptied return": (
            "coalesce(quantity, 0) = 0\n                and",
            "false\n                and",
        ),
        "returns in parts": ("when takes_back and has_purchase", "when false and has_purchase"),
        "later words with a fault": ("order_line_id is null and fault is not null", "false"),
        "older extracts": ("and not is_in_older_extract as", "as"),
    },
    "models/orders/contested_order_lines.sql": {
        "contradictions": ("when is_winner and is_contradictory", "when false"),
        "copies": ("when is_winner and copy_number = 1", "when is_winner"),
        "extracts": ("when extract_id is null", "when true or extract_id is null"),
        "numbered lines repeat nothing": ("or order_line_id is not null then 1", "then 1"),
        "equal to a survivor": (
            "when standing = 'merged' and equal_survivor_id",
            "when false and equal_survivor_id",
        ),
        "faults of copies": (
            "when fault is not null and is_said_by_winner",
            "when fault is not null",
        ),
    },
    "models/orders/resolved_order_lines.sql": {
        "codes from a day on": ("lines.ordered_at >= products.code_valid_from", "true"),
        "codes until a day": ("lines.ordered_at < products.code_valid_until", "true"),
        "survivors alone": ("when lines.standing <> 'survivor' then null", "when false then null"),
    },
    "models/orders/line_id_agreement.sql": {
        "products": ("and own_lines.product_id = trusted_lines.product_id", ""),
        "half of them": (
            "2 * count(trusted_lines.order_id) >=",
            "0 * count(trusted_lines.order_id) >=",
        ),
        "emptied lines": ("and is_compared and quantity <> 0", "and is_compared"),
    },
    "models/orders/matched_returns.sql": {
        "returns that count": ("or {{ counts_as_return('order_status') }})", "or true)"),
        "purchases that count": ("or {{ counts_as_purchase('order_status') }} as", "or true as"),
        "the excluded": ("where exclusion is null", ""),
        "faulty purchases": (
            "where standing = 'rejected' and is_return",
            "where false and is_return",
        ),
        "adjustments": ("and reason <> 'price_adjustment'", ""),
        "time": ("'ordered_at, is_return, ' ~", "'is_return, ' ~"),
        "what does not count first": (
            "when is_counted then 1 else 2",
            "when is_counted then 2 else 1",
        ),
        "the order first": ("('customer_id, order_id, product_id', within_order, 'true'),", ""),
        "variants of the order": (
            "('customer_id, order_id, family_id', within_order, parent_came_back),",
            "",
        ),
        "parents of the order": (
            "('customer_id, order_id, family_id', within_order, variant_came_back),",
            "",
        ),
        "other orders": ("('customer_id, product_id', by_time, 'is_counted'),", ""),
        "variants of other orders": (
            "('customer_id, family_id', by_time, 'is_counted and ' ~ parent_came_back),",
            "",
        ),
        "parents of other orders": (
            "('customer_id, family_id', by_time, 'is_counted and ' ~ variant_came_back),",
            "",
        ),
    },
    "macros/orders/take_from_pile.sql": {
        "never below nothing": ("greatest(0, -min(running_sum)", "least(0, -min(running_sum)"),
        "who takes part": ("when not ({{ takes_part }}) then 0", "when false then 0"),
        "later returns": ("greatest(0, lowest_height_from_here - height_before)", "units"),
    },
    "models/orders/order_line_verdicts.sql": {
        "returns without purchase": (
            "case when matched_quantity = 0 then 'return_without",
            "case when false then 'return_without",
        ),
        "fully returned": ("when matched_quantity = quantity then", "when false then"),
        "returns": ("when is_return and {{ counts_as_return", "when false and {{ counts_as_return"),
    },
    "models/orders/line_identity_warnings.sql": {
        "later words alone": ("and (faulty.updated_at > survivors.updated_at", "and (true"),
        "numbered lines": ("not faulty.has_line_ids and", ""),
        "another product": (
            "and coalesce(faulty.product_id, survivors.product_id) = survivors.product_id",
            "",
        ),
        "two customers": (
            "'first_customer_id <> last_customer_id'",
            "'first_customer_id = last_customer_id'",
        ),
        "weeks": ("dbt.dateadd('day', 28,", "dbt.dateadd('day', 2800,"),
        "line ids": ("where not is_agreed", "where is_agreed"),
        "a table loaded twice": ("and min(group_size) = 1", ""),
        "units on a line": ("max(quantity) = 1 and", ""),
        "a few copies": ("and 50 * sum(is_copy) >= count(*)", ""),
    },
    "models/orders/grain_checks.sql": {
        "totals of orders": ("when product_count = 1 and customer_count > 1", "when false"),
        "customers of one purchase": ("or line_count < 2 * customer_count", ""),
        "single units": ("5 * lines_of_several < line_count or", ""),
        "pairs": ("when pair_count = line_count", "when false"),
        "days": ("when day_count = line_count", "when false"),
        "times of day": (
            "day_count = line_count and is_at_midnight and",
            "day_count = line_count and",
        ),
        "order numbers": ("and is_at_midnight and has_no_order", "and is_at_midnight"),
        "few rows": ("and count(*) >= 30", ""),
    },
    "models/interactions/item_returns.sql": {
        "refunded orders": ("in ('return_matched', 'order_refunded')", "in ('return_matched')"),
        "returns without purchase": (
            "verdict_reason = 'return_matched' and quantity < 0",
            "quantity < 0",
        ),
        "in parts": ("least(return_count, purchase_count)", "return_count"),
        "the cut": ("or judged_lines.ordered_at < cuts.cut_at", "or true"),
    },
    "macros/orders/check_input_type.sql": {
        "types": ("if kind in kinds and not readings", "if false and not readings"),
        "words for yes and no": ("elif kind == 'yes or no' and", "elif false and"),
    },
    "models/orders/catalogue.sql": {
        "what the parent is": ("coalesce(parents.is_merchandise, true)", "true"),
        "a sensitive parent": ("coalesce(parents.is_sensitive, false)", "false"),
        "stock of variants": (
            "coalesce(variant_stocks.is_in_stock, typed.is_in_stock)",
            "typed.is_in_stock",
        ),
    },
    "models/orders/order_lines.sql": {
        "variants": (
            "coalesce(parent_product_id, product_id)",
            "product_id",
        ),
    },
    "models/orders/order_line_differences.sql": {
        "what differs": ("_here is distinct from", "_here is not distinct from"),
        "lower tables": ("where reason = 'lower_precedence_source'", "where reason <> ''"),
    },
    "models/orders/control_total_differences.sql": {
        "the tolerance": ("abs(kept - stated) <=", "abs(kept - stated) >="),
        "returned units": (
            "kept_lines.quantity - kept_lines.returned_quantity",
            "kept_lines.quantity",
        ),
        "the period": ("and kept_lines.ordered_at < totals.period_end", ""),
    },
    "models/orders/rejection_checks.sql": {
        "usable orders": ("'line_counts.kept_count = 0'", "'false'"),
        "rejected share": ("'rejected_share > '", "'false and rejected_share > '"),
    },
    "models/orders/revenue_checks.sql": {
        "currencies": ("'first_currency <> last_currency'", "'false'"),
        "control totals": ("'differing_count > 0'", "'false'"),
    },
    "models/orders/freshness_checks.sql": {
        "pauses": (
            "when days_old <= greatest(longest_pause",
            "when true or 1 <= greatest(longest_pause",
        ),
    },
    "models/orders/volume_checks.sql": {
        "sources without lines": ("where heard_of.order_source is null", "where false"),
    },
    "models/orders/id_warnings.sql": {
        "damaged ids": ("where is_damaged", "where false"),
        "case": ("where first_of_case <> last_of_case", "where false"),
        "skeletons": ("where first_of_skeleton <> last_of_skeleton", "where false"),
    },
    "models/orders/customer_warnings.sql": {
        "a hundred buyers": ("having count(*) >= 100", "having count(*) >= 1000"),
        "new customers alone": ("having min(lines.order_id) = max(lines.order_id)", ""),
        "most of its buyers": ("where 2 * buyers_by_hour.new_customer_count >", "where 0 >"),
        "shared contacts": (
            "having min(merged_customer_id) <> max(merged_customer_id)",
            "having false",
        ),
    },
}
OF_PERIODS = "a_week_unlike or days_ago or limits_of_its_own or is_stale or without_a_line"
# What dbt's own tests cannot see, since it ends a build or needs a shop of its own: the part of the
# corpus' tests that is asked at once.
SEEN_BY = {
    "macros/rules/check_limits.sql": OF_PERIODS,
    "macros/orders/check_catalogue.sql": "without_one_product",
    "macros/orders/check_accounts.sql": "in_a_circle or of_one_account",
    "macros/orders/check_input_columns.sql": "absent_table or not_built or missing_column",
    "macros/settings/nearest_name.sql": "missing_column",
    "macros/settings/check_input_tables.sql": "absent_table or not_built",
    "macros/settings/check_state.sql": "no_usable_order or too_many_rejected or a_week_unlike",
    "macros/staging/id_problem.sql": "declared_pattern",
    "macros/staging/clean_id.sql": "spelled",
    "models/orders/rejection_checks.sql": "currencies or no_usable_order or rejected_lines",
    "models/orders/revenue_checks.sql": "currencies or control",
    "models/orders/freshness_checks.sql": OF_PERIODS,
    "models/orders/volume_checks.sql": OF_PERIODS,
    "macros/orders/lines_to_compare.sql": "days_of_chance",
    "macros/orders/lines_to_read.sql": "all_lines or healed",
    "macros/orders/inputs_hash.sql": "all_lines_are_read",
    "models/orders/control_total_differences.sql": "control or daily",
    "models/orders/grain_checks.sql": "sums",
    "macros/orders/check_input_type.sql": "type",
}
CORPUS = tuple(
    f"tests/python/{name}.py"
    for name in (
        *("orders/test_corpus", "orders/test_incremental_orders", "orders/test_input_types"),
        "staging/test_cleaning",
    )
)


def entries(rule: str) -> list[str]:
    """Return the names in a rule's mapping, in order."""
    text = (REPOSITORY / "macros" / f"{rule}.sql").read_text()
    return re.findall(r"^        '(\w+)':", text, re.MULTILINE)


def mutants() -> list[tuple[str, str, str, str]]:
    """Return (file, what is done, old text, new text) of every mutant."""
    found = []
    for (file, macro), changes in EXPRESSIONS.items():
        call = "{{ also_bought.original__" + macro + " }}"
        for done, body in changes.items():
            found.append((f"macros/{file}.sql", done, *planted(macro, body.format(original=call))))
    for file, name in MAPPINGS.items():
        for entry in entries(file):
            inverted = f"'not coalesce((' ~ rules.{entry}.condition ~ '), false)'"
            for done, change in {
                "removed": f"rules.pop('{entry}')",
                "inverted": f"rules.{entry}.update({{'condition': {inverted}}})",
            }.items():
                body = (
                    f"{{%- set rules = also_bought.original__default__{name}() -%}}"
                    f"{{%- do {change} -%}}{{{{ return(rules) }}}}"
                )
                macro = f"default__{name}()"
                found.append((f"macros/{file}.sql", f"{entry} {done}", *planted(macro, body)))
    for file, changes in EDITS.items():
        found += [(file, done, old, new) for done, (old, new) in changes.items()]
    return found


def planted(macro: str, body: str) -> tuple[str, str]:
    """Return a macro's head, and what stands there instead: the mutant, the old one renamed."""
    head = f"{{% macro {macro}"
    return head, f"{head} %}}\n{body}\n{{% endmacro %}}\n\n\n{{% macro original__{macro}"


def red_tests(project: Project, *command: str) -> list[str]:
    """Run dbt and return what failed; an error that ends the run is one failure, in its words."""
    results = project.root / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    process = project.start_dbt("--quiet", *command)
    process.join()
    if process.exitcode and not results.exists():
        return [(project.output.read_text().strip() or "dbt ended").splitlines()[0]]
    # Where no test is selected, nothing is written.
    nodes = json.loads(results.read_text())["results"] if results.exists() else []
    failed = [node for node in nodes if node["status"] in ("fail", "error")]
    return sorted(node["unique_id"].split(".")[-1] for node in failed)


def red_unit_tests(project: Project, file: str) -> list[str]:
    """Run the unit tests that can see a file; return what failed."""
    models = (
        [Path(file).stem] if file.startswith("models/") else ["models/staging", "models/orders"]
    )
    models = [TESTED_IN[file]] if file in TESTED_IN else models
    return red_tests(project, "test", "--select", *(f"{model},test_type:unit" for model in models))


def red_in_corpus(folder: Path, *selection: str) -> list[str]:
    """Run the corpus' tests of the copy until one fails; return its name."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    process = subprocess.run(
        [*command, *CORPUS, *selection], cwd=folder, capture_output=True, text=True
    )
    assert process.returncode in (0, 1), process.stdout + process.stderr
    return re.findall(r"^(?:FAILED|ERROR) \S+::(\S+)", process.stdout, re.MULTILINE)


def main() -> int:
    """Build once, break every rule in turn, print what turned red; return 1 where nothing did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="take each n-th mutant only")
    parser.add_argument("--only", default="", help="mutants whose line matches this")
    arguments = parser.parse_args()
    survivors = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = copy_repository(folder)
        for part in ("profiles", "tests/python"):
            shutil.copytree(REPOSITORY / part, folder / part)
        shutil.copy(REPOSITORY / "pyproject.toml", folder)
        assert not red_tests(project, *BUILD), project.output.read_text()
        assert not red_in_corpus(folder, "-k", "spelled")
        for file, done, old, new in mutants()[:: arguments.every]:
            line = f"{file} | {done}"
            if not re.search(arguments.only, line):
                continue
            path = folder / file
            text = path.read_text()
            assert text.count(old) == 1, f"{line}: the text is there {text.count(old)} times"
            path.write_text(text.replace(old, new))
            if file in SEEN_BY:
                red = red_in_corpus(folder, "-k", SEEN_BY[file])
            else:
                red = red_unit_tests(project, file) or red_tests(project, *BUILD)
                red = red or red_in_corpus(folder)
            path.write_text(text)
            survivors += not red
            shown = ", ".join(red[:3]) + (f" and {len(red) - 3} more" if len(red) > 3 else "")
            print(f"{line} | {shown or 'SURVIVED'}", flush=True)
    print(f"{survivors} survived")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
