"""Draw the results: `chart.py RESULTS.json CHART.svg`, in the peers' environment."""

import json
import sys
from pathlib import Path

import matplotlib as mpl
from protocols import OURS, PEERS

mpl.use("svg")
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "also_bought", "font.size": 9})
from matplotlib import pyplot  # noqa: E402


def main(results, chart):
    """Draw one panel per list: each method's mean and interval, and the target as a line."""
    panels = [
        (summary["data_set"], column)
        for summary in json.loads(Path(results).read_text())
        for column in summary["columns"]
        if column["target"]
    ]
    names = OURS | PEERS
    figure, axes = pyplot.subplots(
        -(-len(panels) // 2), 2, figsize=(10, 2.6 * -(-len(panels) // 2))
    )
    for axis, (data_set, column) in zip(axes.flat, panels, strict=False):
        means = sorted(column["means"].items(), key=lambda pair: pair[1][0])
        for place, (method, (mean, low, high)) in enumerate(means):
            colour = "tab:red" if method in OURS else "tab:blue"
            axis.plot([low, high], [place, place], color=colour, linewidth=2)
            axis.plot(mean, place, "o", color=colour, markersize=4)
        axis.axvline(column["target"], color="black", linestyle=":", linewidth=1)
        axis.set_yticks(range(len(means)), [names[method] for method, _ in means])
        axis.set_title(f"{data_set}, {column['list']}: {column['metric']}", fontsize=9)
        axis.set_xlim(left=0)
    for axis in axes.flat[len(panels) :]:
        axis.set_axis_off()
    figure.tight_layout()
    figure.savefig(chart, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
