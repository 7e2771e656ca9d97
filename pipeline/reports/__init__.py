"""What a night reports to the people who run it, and alerts.

facts      the night, read once from the built warehouse
text       the table that a run and `internships status` print
sections   what the long report says; markdown and page are its two forms
alerts     what cannot wait, by webhook and mail
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from pipeline.reports import markdown, text
from pipeline.reports.facts import ChangedLayout, read_facts
from pipeline.reports.sections import sections_of
from pipeline.storage.raw import Durations

__all__ = ["render"]


def render(
    warehouse: Path,
    night: date,
    verified: Mapping[str, date],
    durations: Durations,
    layouts: Sequence[ChangedLayout] = (),
) -> dict[str, str]:
    """The reports of `night`, by the suffix of their files: `.txt`, `.md`, `.html`. Arguments as of `facts.read_facts`.
    Raises WarehouseError."""
    from pipeline.reports import page  # with jinja2, which `internships status` does without

    facts = read_facts(warehouse, night, verified, durations, layouts)
    title, sections = f"Night of {night}", sections_of(facts)
    return {
        ".txt": text.render_facts(facts),
        ".md": markdown.render(title, sections),
        ".html": page.render(title, sections),
    }
