"""Draw the results: `chart.py RESULTS.json CHART.svg`, in the peers' environment."""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "also_bought", "font.size": 9})
from matplotlib import pyplot  # noqa: E402


def main(results, chart):
    """Draw each method's CPU time as a multiple of ours, task by task."""
    rows = [row for row in json.loads(Path(results).read_text()) if "failed" not in row]
    tasks = list(dict.fromkeys((row["shop"], row["side"]) for row in rows))
    methods = list(dict.fromkeys(row["method"] for row in rows))
    height = 0.8 / len(methods)
    figure, axis = pyplot.subplots(figsize=(8, 0.9 * len(tasks) + 1))
    for number, method in enumerate(methods):
        places, ratios = [], []
        for place, task in enumerate(tasks):
            cpu = {row["method"]: row["cpu"] for row in rows if (row["shop"], row["side"]) == task}
            if method in cpu:
                places.append(place + (number - len(methods) / 2 + 0.5) * height)
                ratios.append(cpu[method] / cpu["also_bought"])
        axis.barh(places, ratios, height * 0.9, label=method)
    axis.set_yticks(range(len(tasks)), [f"{shop}, {side}" for shop, side in tasks])
    axis.invert_yaxis()
    axis.set_xlabel("CPU time, in multiples of also_bought's")
    axis.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(chart, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
