"""The report of a night as an HTML page that loads nothing: no script, charts as SVG, light or dark as the reader has it.

Every text goes through the template's escaping. Belongs here: geometry of charts and kinds of cells. Does not belong here:
markup and styles (page.html.jinja).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.reports.facts import NIGHTS_COMPARED
from pipeline.reports.sections import Chart, Link, Section, Trend, percent

BAR_WIDTH, BAR_GAP, CHART_HEIGHT = 16, 4, 60
"""Units of the SVG, which the page scales."""


def render(title: str, sections: Sequence[Section]) -> str:
    """The document."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"cell": _cell, "bars": _bars}
    template = environment.get_template("page.html.jinja")
    width = (NIGHTS_COMPARED + 1) * (BAR_WIDTH + BAR_GAP)
    return template.render(title=title, sections=sections, chart_width=width, chart_height=CHART_HEIGHT)


def _cell(cell: Any) -> dict[str, str]:
    """What the template needs to draw a cell: its kind, its text, and what the kind needs."""
    if isinstance(cell, int):
        return {"kind": "number", "text": f"{cell:,}"}
    if isinstance(cell, Trend):
        rates = ", ".join(percent(rate) or "none" for rate in cell.rates)
        return {"kind": "trend", "text": cell.blocks, "label": rates}
    if isinstance(cell, Link):
        return {"kind": "link" if cell.is_web else "text", "text": cell.text, "address": cell.address}
    return {"kind": "text", "text": "" if cell is None else str(cell)}


def _bars(chart: Chart) -> list[dict[str, object]]:
    """The bars of a chart, with their positions and heights."""
    highest = max(*chart.values, 1)
    return [
        {
            "x": at * (BAR_WIDTH + BAR_GAP) + BAR_GAP // 2,
            "y": f"{CHART_HEIGHT - value * CHART_HEIGHT / highest:.1f}",
            "width": BAR_WIDTH,
            "height": f"{value * CHART_HEIGHT / highest:.1f}",
            "label": label,
            "value": f"{value:,}",
        }
        for at, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True))
    ]
