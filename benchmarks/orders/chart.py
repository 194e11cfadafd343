"""Draw where the layer's time goes: a bar per size, CPU seconds per million lines, by model."""

from pathlib import Path

COLOURS = ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#bab0ac"]
LEFT, WIDTH, ROW = 120, 600, 34


def draw(results: list[dict], chart: Path) -> None:
    """Write the chart as SVG.

    Parameters
    ----------
    results : list of dict
        Per size: `millions` of received lines, the `layer_cpu` seconds of the whole build, and the
        wall `seconds` of each model, by whose shares the CPU seconds are split.
    chart : pathlib.Path
        The file to write.
    """
    largest = results[-1]["seconds"]
    shown = sorted(largest, key=lambda model: -largest[model])[: len(COLOURS) - 1]
    bars = []
    for result in results:
        parts = {model: result["seconds"].get(model, 0) for model in shown}
        parts["all others"] = sum(result["seconds"].values()) - sum(parts.values())
        share = result["layer_cpu"] / sum(parts.values()) / result["millions"]
        bars.append({model: value * share for model, value in parts.items()})
    scale = WIDTH / max(sum(bar.values()) for bar in bars)
    shapes = []
    for row, (result, bar) in enumerate(zip(results, bars, strict=True)):
        x, y = LEFT, 30 + row * ROW
        shapes.append(f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">')
        shapes[-1] += f"{result['millions']} million</text>"
        for colour, value in zip(COLOURS, bar.values(), strict=True):
            width = value * scale
            shapes.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="22" fill="{colour}"/>'
            )
            x += width
        shapes.append(f'<text x="{x + 6:.1f}" y="{y + 15}">{sum(bar.values()):.1f} s</text>')
    y = 30 + len(results) * ROW + 14
    for number, (colour, model) in enumerate(zip(COLOURS, bars[0], strict=True)):
        x, line = LEFT + number % 3 * 210, y + number // 3 * 18
        shapes.append(f'<rect x="{x}" y="{line - 10}" width="11" height="11" fill="{colour}"/>')
        shapes.append(f'<text x="{x + 16}" y="{line}">{model}</text>')
    size = f'width="{LEFT + WIDTH + 60}" height="{y + 50}"'
    chart.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">\n'
        '<rect width="100%" height="100%" fill="white"/>\n'
        f'<text x="{LEFT}" y="18">Orders layer with dbt: CPU seconds per million lines</text>\n'
        + "\n".join(shapes)
        + "\n</svg>\n"
    )
