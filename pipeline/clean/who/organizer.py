"""Organizer: who arranges the internship, what sort of body that is, and with whom the intern works.

Belongs here: what the catalogue says of a source, and the row's own organisation. Does not belong here: names in prose.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.clean.language_tools.extraction import SOURCE, Extraction, evidence, extraction
from pipeline.clean.language_tools.text import compared, folded, unescaped
from scrapers.source import Source


def clean_organizer(raw: pl.DataFrame, sources: Mapping[str, Source]) -> Extraction:
    """organization, organizer, organizer_type, organizer_country, host_organization.

    The catalogue's organizer stands behind every row of its source; a row that names another organisation names the host, and
    one that names none is the organizer's own (boards of an employer do not repeat its name). Without an organizer, the
    row's organisation arranges its own internship."""
    stated = pl.DataFrame(
        [
            (name, source.organizer.name, source.organizer.type, source.organizer.country)
            for name, source in sources.items()
        ],
        schema={
            "source_id": pl.String,
            "source_name": pl.String,
            "organizer_type": pl.String,
            "organizer_country": pl.String,
        },
        orient="row",
    )
    frame = (
        raw.select("row", "source_id", "organization", own_name=folded(pl.lit(unescaped(raw["organization"]))))
        .join(stated, on="source_id", how="left", maintain_order="left")
        .with_columns(
            organization=pl.coalesce("own_name", "source_name"),
            organizer=pl.coalesce("source_name", "own_name"),
            host_organization=pl.when(compared(pl.col("own_name")) != compared(pl.col("source_name"))).then("own_name"),
        )
        .with_columns(
            type_quote=pl.format("organizer: {{type: {}}}", "organizer_type"),
            country_quote=pl.format("organizer: {{country: {}}}", "organizer_country"),
            name_quote=pl.format("organizer: {{name: {}}}", "source_name"),
        )
    )
    named = frame.rename({"organization": "own"}).with_columns(organization=raw["organization"])
    own = named.filter(pl.col("source_name").is_null())
    unnamed = frame.filter(pl.col("own_name").is_null())
    return extraction(
        frame.select("organization", "organizer", "organizer_type", "organizer_country", "host_organization"),
        [
            evidence(frame, "organizer", "name_quote", SOURCE, SOURCE, value="source_name"),
            evidence(own, "organizer", "organization", "organization"),
            evidence(frame, "organizer_type", "type_quote", SOURCE, SOURCE),
            evidence(frame, "organizer_country", "country_quote", SOURCE, SOURCE),
            evidence(named, "host_organization", "organization", "organization"),
            evidence(unnamed, "organization", "name_quote", SOURCE, SOURCE),
        ],
    )
