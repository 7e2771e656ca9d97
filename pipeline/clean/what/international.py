"""International: whether an internship is abroad for somebody, and the evidence for it.

Belongs here: the rule of pipeline/README.md ("What makes it international") on the columns of the other modules. Does not
belong here: who may apply (`eligibility`), where it is (`places`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.clean.language_tools.extraction import SOURCE, Extraction, by_source, evidence, extraction
from scrapers.source import Source


def judge_international(raw: pl.DataFrame, facts: pl.DataFrame, sources: Mapping[str, Source]) -> Extraction:
    """international, international_reason.

    `facts`: countries, organizer_type, organizer_country, visa_support, nationality_rule, nationalities,
    residence_countries; one row a raw listing. Reasons: nationals_only, residents_only (false); places_abroad,
    organizer_abroad, visa_support, several_nationalities (true); multinational (null: an employer's headquarters alone
    do not count)."""
    frame = raw.select(
        "row", places_abroad=by_source(sources, lambda source: source.places_abroad, pl.Boolean, default=False)
    ).hstack(facts)
    host = pl.col("countries")
    one_host = host.list.len() == 1
    elsewhere = (host.list.len() > 0) & ~host.list.contains(pl.col("organizer_country"))
    only_hosts = one_host & (pl.col("nationality_rule") == "only") & (pl.col("nationalities") == host)
    reason = (
        pl.when(only_hosts)
        .then(pl.lit("nationals_only"))
        .when(one_host & (pl.col("residence_countries") == host))
        .then(pl.lit("residents_only"))
        .when("places_abroad")
        .then(pl.lit("places_abroad"))
        .when(elsewhere & (pl.col("organizer_type") != "employer"))
        .then(pl.lit("organizer_abroad"))
        .when(pl.col("visa_support").is_in(["yes", "case_by_case"]))
        .then(pl.lit("visa_support"))
        .when((pl.col("nationality_rule") == "any") | (pl.col("nationalities").list.len() > 1))
        .then(pl.lit("several_nationalities"))
        .when(elsewhere & (pl.col("organizer_type") == "employer"))
        .then(pl.lit("multinational"))
    )  # fmt: skip
    judged = frame.with_columns(international_reason=reason).with_columns(
        international=pl.when(pl.col("international_reason").is_in(["nationals_only", "residents_only"]))
        .then(False)
        .when(pl.col("international_reason") != "multinational")
        .then(True)
    )
    from_catalogue = judged.filter(pl.col("international_reason") == "places_abroad")
    by_organizer = judged.filter(pl.col("international_reason") == "organizer_abroad").with_columns(
        quote=pl.format("organizer: {{country: {}}}", "organizer_country")
    )
    return extraction(
        judged.select("international", "international_reason"),
        [
            evidence(from_catalogue, "international", pl.lit("places_abroad: true"), SOURCE, SOURCE),
            evidence(by_organizer, "international", "quote", SOURCE, SOURCE),
        ],
    )


FROM_ELIGIBILITY = {
    "visa_support": "visa_support",
    "nationals_only": "nationalities",
    "residents_only": "residence_countries",
    "several_nationalities": "nationality_rule",
}
"""Reasons whose evidence is that of another field."""
