"""From lists to tables: the figures of a data set, and how they are said in Markdown."""

import json

import numpy as np
from evaluate import METRICS, mean_over_splits
from protocols import FOLDER, OURS, PEERS, PROTOCOLS

METRIC_NAMES = {"ndcg": "NDCG@10", "hit_rate": "HR@10"}
# The whole evaluation may cost this many times the production part of the build.
EVALUATION_COST = 3


def values_of(method, splits, which, metric):
    """Return (user ids, value of each) of a method per split; nothing if it makes no such list."""
    values = []
    for split in splits:
        with np.load(FOLDER / f"lists_{method}_{split.name}.npz") as lists:
            if which not in lists:
                return []
            users, value = METRICS[metric](split, which, lists[which])
        values.append((split.users[users], value))
    return values


def summarise(data_set, splits):
    """Return the figures of one data set: each method's means and what it took, and the goals."""
    protocol = PROTOCOLS[data_set]
    methods = {}
    for method in OURS | PEERS:
        file = FOLDER / f"figures_{method}_{data_set}.json"
        if file.exists():
            methods[method] = json.loads(file.read_text())
    columns = {
        (which, metric): {
            method: values
            for method in methods
            if (values := values_of(method, splits, which, metric))
        }
        for which in protocol["lists"]
        for metric in METRICS
        if metric == "ndcg" or (which, metric) in protocol["targets"]
    }
    goals = [
        goal(column, target, columns[column]) for column, target in protocol["targets"].items()
    ]
    return {
        "data_set": data_set,
        "columns": [
            {
                "list": which,
                "metric": METRIC_NAMES[metric],
                "target": protocol["targets"].get((which, metric)),
                "means": {method: mean_over_splits(each) for method, each in values.items()},
            }
            for (which, metric), values in columns.items()
        ],
        "goals": goals,
        "methods": methods,
    }


def goal(column, target, values):
    """Return the means of our lists, their target, and their differences from the best peer."""
    means = {method: mean_over_splits(each)[0] for method, each in values.items()}
    best = max(PEERS.keys() & means.keys(), key=means.get, default=None)
    differences = {
        method: mean_over_splits(
            [
                (users, value - theirs)
                for (users, value), (_, theirs) in zip(values[method], values[best], strict=True)
            ]
        )
        for method in OURS
        if best and method in values
    }
    which, metric = column
    return {
        "name": f"{which}, {METRIC_NAMES[metric]}",
        "target": target,
        "best_peer": best,
        "means": {method: means[method] for method in OURS if method in means},
        "differences": differences,
    }


def interval(mean, low, high):
    """Format a mean with its interval."""
    return f"{mean:.4f} ({low:.4f} to {high:.4f})"


def tables(summary):
    """Return the Markdown of one data set."""
    names = OURS | PEERS
    columns, methods = summary["columns"], summary["methods"]
    heads = [f"{column['list']}: {column['metric']}" for column in columns]
    lines = [
        " | ".join([f"| {summary['data_set']}", *heads, "s", "peak MB |"]),
        "| --- |" + " ---: |" * (len(heads) + 2),
    ]
    for method, figures in methods.items():
        cells = [
            interval(*column["means"][method]) if method in column["means"] else ""
            for column in columns
        ]
        took = [f"{figures['seconds']:.0f}", f"{figures['peak_mb']:.0f} |"]
        lines.append(" | ".join([f"| {names[method]}", *cells, *took]))
    lines.append("")
    for each in summary["goals"]:
        for method, mean in each["means"].items():
            short = each["target"] - mean
            is_met = "met" if short <= 0 else f"**not met**, {short:.4f} short"
            text = f"- {each['name']}, {names[method]}: {mean:.4f}, "
            text += f"to reach {each['target']}: {is_met}"
            if each["best_peer"]:
                best, difference = names[each["best_peer"]], each["differences"][method]
                text += f"; less the best peer's ({best}): {interval(*difference)}"
            lines.append(text)
    if next(iter(OURS)) in methods:
        lines += notes_on_builds(methods[next(iter(OURS))])
    return "\n".join(lines)


def notes_on_builds(figures):
    """Say what the builds chose and published, and what their evaluation took."""
    lines = [
        "",
        "| built at | list | blend | verdict | best baseline "
        "| NDCG@10 differs by | users | published |",
        "| --- | --- | --- | --- | --- | ---: | ---: | --- |",
    ]
    for build in figures["builds"]:
        for list_name, blend, verdict, baseline, *difference, users, published in build["verdicts"]:
            differs = interval(*difference) if users else ""
            cells = [build["cut"], list_name, blend, verdict, baseline, differs, users, published]
            lines.append(f"| {' | '.join(map(str, cells))} |")
    whole, production = (
        each["cpu_seconds"] for each in (figures["builds"][-1], figures["production"])
    )
    cost = whole / production - 1
    is_met = "met" if cost <= EVALUATION_COST else "**not met**"
    lines.append("")
    lines.append(
        f"- The last build took {whole:.0f} CPU seconds, and {production:.0f} without past cuts: "
        f"evaluation costs {cost:.1f} times production (at most {EVALUATION_COST}: {is_met})"
    )
    return lines
