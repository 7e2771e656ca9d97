"""One night in four steps, each from files to files: clean, match, build, publish.

    clean_night    raw of the night, state of the night before  ->  listings, rejects, evidence, source_runs
    match_night    those listings, state of the night before    ->  internships, versions, changes, matches
    build_night    all of these                                 ->  the next warehouse file, not yet published
    publish_night  that file                                    ->  state/<night>, exports/<night>, warehouse.duckdb, latest

Between the steps frames lie as Parquet in work/<night>/, so that a killed night can be run again from its start: the state
of the night before is never touched. Each step is pure in what it computes; the assets and `rebuild` call the same ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline import exports, tables
from pipeline.clean import clean, identify, marked
from pipeline.lifecycle import rules as lifecycle
from pipeline.lifecycle.programmes import assign_programmes
from pipeline.match import MAX_OWN_POSTINGS_TRUST, match, mint
from pipeline.match.golden import golden_rows
from pipeline.match.texts import BATCH_ROWS, TEXTS_READ, read_texts
from pipeline.reports import page as report_page
from pipeline.reports import text as report
from pipeline.review import decisions
from pipeline.review.verified import read_verified
from pipeline.shipped import shipped
from pipeline.storage import raw, warehouse
from pipeline.storage.files import place
from pipeline.storage.home import KEEP_EXPORT_NIGHTS, Home, HomeError
from pipeline.storage.warehouse import Carry
from scrapers.listing import PAGE_UNREAD
from scrapers.runs import append_line
from scrapers.source import Catalogue, Source

CLOSED_AT_SOURCE = "closed_at_source"
"""The rule that refuses a row only as long as its source marks it closed."""

TRUSTED = ("ok", "partial", "dropped")
"""Outcomes whose rows are what the source has, if not all of it. Rows of a changed layout may be anything."""

LEFT_THE_CATALOGUE = lifecycle.Rules(misses_to_close=2, patience_nights=7, least=0, most=None, fill={}, is_asked=False)
"""The rules of a source that nobody asks any more: its listings become unverified."""


class CleanNight(NamedTuple):
    listings: pl.DataFrame
    rejects: pl.DataFrame
    runs: pl.DataFrame
    cleaned: int


class MatchNight(NamedTuple):
    internships: pl.DataFrame
    changes: pl.DataFrame


class Built(NamedTuple):
    path: Path
    rows: dict[str, int]


def refuse_older(home: Home, night: date) -> None:
    """Raise HomeError for a night older than the newest: its state would have to forget what came after."""
    newest = home.newest_night()
    if newest is not None and night < newest:
        raise HomeError(
            f"night {night} is older than the newest, {newest}; to replay from there: internships rebuild --from {night}"
        )


def last_runs(home: Home, night: date) -> dict[str, date]:
    """For each source the last night before `night` that it was asked on."""
    before = home.night_before(night)
    if before is None:
        return {}
    query = "SELECT source_id, max(night) FROM source_runs WHERE outcome NOT IN ('not_due', 'not_recorded') GROUP BY source_id"
    with warehouse.open_readonly(home.state(before)) as con:
        return dict(con.execute(query).fetchall())


def standing_runs(home: Home, night: date) -> dict[str, tuple[date, int]]:
    """For each source night and attempt of the run whose rows stand in the state before `night`: its last one, if that was
    believed. Sources whose raw files are gone are left out."""
    before = home.night_before(night)
    if before is None:
        return {}
    query = """
        SELECT source_id, night FROM source_runs WHERE outcome NOT IN ('not_due', 'not_recorded')
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY night DESC) = 1 AND complete AND outcome IN ('ok', 'unchanged')
    """
    with warehouse.open_readonly(home.state(before)) as con:
        believed = con.execute(query).fetchall()
    attempts = {
        on: dict(raw.published_runs(home.raw(on)).select("source_id", "attempt").iter_rows()) for _, on in believed
    }
    return {source: (on, attempts[on][source]) for source, on in believed if source in attempts[on]}


def clean_night(home: Home, catalogue: Catalogue, night: date) -> CleanNight:
    """Judge tonight's runs, clean what is new or changed, and let every listing live on."""
    work = _fresh(home.work(night))
    before = _before(
        home,
        night,
        {
            "listings": (tables.LISTINGS, "SELECT * FROM listings ORDER BY listing_id"),
            "rejects": (tables.REJECTS, "SELECT * FROM rejects ORDER BY reject_id"),
            "source_runs": (tables.SOURCE_RUNS, warehouse.RECENT),
        },
        work,
    )
    rules = _rules(catalogue, before["listings"])
    runs = raw.read_runs(home.raw(night)).filter(pl.col("source_id").is_in(list(catalogue.by_id)))
    rows = raw.read_listings(home.raw(night), runs)
    runs = count_rows(runs, rows)
    judged = lifecycle.judge_runs(runs, before["source_runs"], rules)
    trusted = judged.filter(pl.col("outcome").is_in(TRUSTED))
    rows = rows.join(trusted.select("source_id"), on="source_id", how="semi", maintain_order="left")

    past = lifecycle.listings_of_the_past(before["listings"], night)
    told = identify(rows, before["listings"], catalogue.by_id, past).rename({"is_closed_at_source": "is_closed"})
    stored = pl.concat(
        [
            before["listings"].select("listing_id", stored_hash="content_hash", rule=pl.lit(None, dtype=pl.String)),
            # What was closed and came to be refused later stands in both: as a listing it is told again.
            before["rejects"]
            .filter(~pl.col("reject_id").is_in(before["listings"]["listing_id"].implode()))
            .select(listing_id="reject_id", stored_hash="content_hash", rule="rule"),
        ]
    )
    told = told.join(stored, on="listing_id", how="left", maintain_order="left").with_columns(
        was_listed=pl.col("stored_hash").is_not_null() & pl.col("rule").is_null(),
        was_refused=pl.col("rule").is_not_null(),
    )
    # The same words are not read again; of a listing that its source marks closed, nor are any. What a posting said of
    # itself stands where its own page could not be read.
    is_unread = pl.col("extra").str.json_path_match(f"$.{PAGE_UNREAD}").is_not_null()
    same_words = ((pl.col("stored_hash") == pl.col("content_hash")) | is_unread).fill_null(False)
    same_mark = pl.col("was_listed") | ((pl.col("rule") == CLOSED_AT_SOURCE) == pl.col("is_closed")).fill_null(False)
    told = told.with_columns(is_known=(same_words & same_mark) | (pl.col("is_closed") & pl.col("was_listed")))
    to_clean = told.filter(~pl.col("is_known")).drop("stored_hash", "rule", "was_listed", "was_refused", "is_known")
    cleaned = clean(to_clean.rename({"is_closed": "is_closed_at_source"}), night, catalogue.by_id)
    accepted = cleaned.listings.filter(pl.col("reject_rule").is_null())
    stands = told.filter(pl.col("is_known") & pl.col("was_listed") & ~pl.col("is_closed"))
    seen = pl.concat(
        [
            stands.select("listing_id", "source_id", "native_id", "url", "apply_url", is_fresh=pl.lit(False)),
            accepted.drop("reject_rule", "is_closed_at_source").with_columns(is_fresh=pl.lit(True)),
        ],
        how="diagonal",
    ).sort("listing_id")
    marked_closed = told.filter("is_closed").select("listing_id", reason="closed_reason")
    last_complete = _last_complete(before["source_runs"], judged, night)
    listings = lifecycle.live_on(before["listings"], seen, marked_closed, judged, last_complete, rules, night)

    refused = _refused(cleaned.listings.filter(pl.col("reject_rule").is_not_null()), to_clean)
    # A listing that closed is no reject for being marked so; one that is told as something else now is.
    listed = listings.filter(pl.col("state") != "closed")["listing_id"]
    refused = refused.filter(
        (pl.col("rule") != CLOSED_AT_SOURCE) | ~pl.col("reject_id").is_in(listings["listing_id"].implode())
    )
    still = told.filter("is_known", "was_refused").select(reject_id="listing_id")
    still_refused = before["rejects"].join(still, on="reject_id", how="semi").select(refused.columns)
    rejects = lifecycle.keep_rejects(before["rejects"], pl.concat([refused, still_refused]), listed, night)
    refused_ids = pl.concat([refused["reject_id"], still["reject_id"]])
    source_runs = tables.SOURCE_RUNS.conform(
        judged.join(_counts(told, refused_ids), on="source_id", how="left")
        .with_columns(pl.col("listings", "rejects").fill_null(0).cast(pl.Int32), night=pl.lit(night, dtype=pl.Date))
        .select(tables.SOURCE_RUNS.names)
    ).sort("source_id")
    fresh = accepted.select("listing_id")
    _write(
        work,
        {
            "listings": listings,
            "rejects": rejects,
            "source_runs": source_runs,
            "evidence": cleaned.evidence.join(fresh, on="listing_id", how="semi"),
            "unknown_texts": cleaned.unknown.join(fresh, on="listing_id", how="semi").select(
                tables.UNKNOWN_TEXTS.names
            ),
            "fresh": fresh,
        },
    )
    return CleanNight(listings, rejects, source_runs, to_clean.height)


def match_night(home: Home, catalogue: Catalogue, night: date) -> MatchNight:
    """Tie listings to internships, make the rows of those that anything happened to, and say what changed."""
    work = home.work(night)
    before = _before(
        home,
        night,
        {
            "listings": (tables.LISTINGS, "SELECT * FROM listings ORDER BY listing_id"),
            "internships": (tables.INTERNSHIPS, "SELECT * FROM internships ORDER BY internship_id"),
            "matches": (tables.MATCHES, "SELECT * FROM matches ORDER BY listing_id"),
            "redirects": (tables.REDIRECTS, "SELECT * FROM redirects ORDER BY old_id"),
            "changes": (tables.CHANGES_TABLE, "SELECT * FROM changes WHERE change = 'reopened' ORDER BY ALL"),
        },
        work,
    )
    listings = pl.read_parquet(work / "listings.parquet")
    fresh = pl.read_parquet(work / "fresh.parquet")["listing_id"]
    held = decisions.held_on(home, night)
    decided = decisions.standing(held)
    # What is over for good is compared with nothing, unless people speak of it.
    past = lifecycle.listings_of_the_past(_without(listings, decisions.named(decided)), night)
    living = listings.filter(~pl.col("listing_id").is_in(past.implode()))
    own = [source.id for source in catalogue.sources if source.trust <= MAX_OWN_POSTINGS_TRUST]
    living = living.with_columns(
        seasons=pl.concat_list("season").list.drop_nulls(),
        native_id=pl.when(pl.col("source_id").is_in(own)).then("native_id"),
    )
    is_past = pl.col("listing_id").is_in(past.implode())
    matched = match(
        _with_texts(living, before["matches"], fresh), before["matches"].filter(~is_past), night, fresh, decided
    )
    matches = pl.concat(
        [decisions.mark(matched.matches, before["matches"], decided, night), before["matches"].filter(is_past)]
    )
    matches = matches.sort("listing_id")
    listings = listings.drop("internship_id").join(
        matches.select("listing_id", "internship_id", "url_key", "words_key"), on="listing_id", maintain_order="left"
    )
    touched = _touched(listings, before["listings"], fresh)
    is_touched = pl.col("internship_id").is_in(touched.implode())
    golden = golden_rows(
        listings.filter(is_touched),
        {source.id: source.trust for source in catalogue.sources},
        before["internships"].filter(is_touched),
    )
    last_seen = listings.group_by("internship_id").agg(pl.col("last_seen").max())
    same = (
        before["internships"]
        .filter(~is_touched)
        .drop("last_seen")
        .join(last_seen, on="internship_id", maintain_order="left")
        .select(tables.INTERNSHIPS.names)
    )
    internships = pl.concat([same, golden]).sort("internship_id")
    reopenings = pl.concat(
        [before["changes"].select("internship_id", "night"), _reopened(golden, before["internships"], night)]
    )
    internships = internships.with_columns(
        assign_programmes(internships, _postings(listings)),
        lifecycle.flag_lives(internships, listings, reopenings, night),
    )
    now, was = _that_differ(internships, before["internships"], touched)
    redirects = lifecycle.tell_merges(matched.redirects, before["matches"], matches)
    versions, changes = lifecycle.versions_and_changes(
        was, now, redirects, _left(matched.split, matches, before["matches"]), night
    )
    _write(
        work,
        {
            "listings": listings.select(tables.LISTINGS.names),
            "internships": internships,
            "internship_history": versions,
            "changes": tables.CHANGES_TABLE.conform(changes),
            "matches": matches,
            "redirects": lifecycle.extend_redirects(
                before["redirects"],
                pl.concat([redirects, _put_elsewhere(matches, before["matches"], night)]),
                _ids_of_their_own(matches.filter(pl.col("internship_id").is_in(matched.split.implode()))),
            ),
            "gone": redirects.select("old_id"),
            "held": pl.DataFrame({"decisions": [len(held)]}),
        },
    )
    return MatchNight(internships, changes)


def _ids_of_their_own(matches: pl.DataFrame) -> pl.DataFrame:
    """old_id, new_id: the ids that these listings begin an internship with, and their internships."""
    ids = pl.Series([mint(listing_id) for listing_id in matches["listing_id"]], dtype=pl.String)
    return matches.select(old_id=ids, new_id="internship_id").filter(pl.col("old_id") != pl.col("new_id"))


def _put_elsewhere(matches: pl.DataFrame, before: pl.DataFrame, night: date) -> pl.DataFrame:
    """REDIRECTS of the ids that new listings would have, had people not put them elsewhere: where a night is made again,
    readers may know them by these."""
    is_new = ~pl.col("listing_id").is_in(before["listing_id"].implode())
    ids = _ids_of_their_own(matches.filter(is_new, pl.col("reason") == decisions.DECIDED))
    unused = ids.filter(~pl.col("old_id").is_in(matches["internship_id"].implode()))
    return tables.REDIRECTS.conform(
        unused.with_columns(night=pl.lit(night, dtype=pl.Date), reason=pl.lit(decisions.DECIDED), score=1.0)
    )


def build_night(home: Home, catalogue: Catalogue, night: date) -> Built:
    """The warehouse file of this night, in work/<night>/."""
    work = home.work(night)
    path = work / "warehouse.duckdb"
    for stale in work.glob("warehouse.duckdb*"):
        stale.unlink()
    before = home.night_before(night)
    names = [table.name for table in tables.TABLES if table is not tables.ABOUT and table is not tables.SOURCES]
    frames = {name: pl.read_parquet(work / f"{name}.parquet") for name in names}
    fresh = pl.read_parquet(work / "fresh.parquet")["listing_id"]
    moved = pl.concat([frames["internship_history"]["internship_id"], pl.read_parquet(work / "gone.parquet")["old_id"]])
    ends = (
        f"CASE WHEN valid_to IS NULL AND internship_id IN (FROM ids) THEN DATE '{night}' ELSE valid_to END AS valid_to"
    )
    sources = _source_rows(catalogue.sources)
    carries = {
        **{name: Carry(frame) for name, frame in frames.items()},
        "internship_history": Carry(frames["internship_history"], keep="true", change=ends, ids=moved),
        "changes": Carry(frames["changes"], keep="true"),
        "source_runs": Carry(frames["source_runs"], keep="true"),
        "evidence": Carry(frames["evidence"], keep="listing_id NOT IN (FROM ids)", ids=fresh),
        "unknown_texts": Carry(frames["unknown_texts"], keep="listing_id NOT IN (FROM ids)", ids=fresh),
        # A source that left the catalogue stays: its listings name it.
        "sources": Carry(sources, keep="source_id NOT IN (FROM ids)", ids=sources["source_id"]),
    }
    reference = {name: shipped("data", "reference", f"{name}.csv") for name in tables.REFERENCE}
    warehouse.build(
        path, home.state(before) if before else None, carries, reference, night, version("international-internships")
    )
    return Built(path, {name: frame.height for name, frame in frames.items()})


def finish_publishing(home: Home, night: date) -> None:
    """Publish the newest night before `night` where a kill came between its state and its exports."""
    before = home.night_before(night)
    if before is None or (home.exports / before.isoformat()).exists():
        return
    exports.clean_leftovers(home.exports)
    building = home.exports / f".building-{before}"
    building.mkdir(parents=True)
    exports.export_night(home.state(before), building, before)
    exports.publish_night(building, home.exports, before)
    warehouse.publish(home.state(before), home.warehouse)


def publish_night(home: Home, night: date, *, prune: bool = True) -> list[exports.ExportedFile]:
    """Put the built warehouse and its exports where readers look; each appears in one step, complete. `prune`: remove
    what is older than its retention."""
    built, state = home.work(night) / "warehouse.duckdb", home.state(night)
    if not built.is_file():  # a first try put it there, and failed after that
        built = state
    exports.clean_leftovers(home.exports)
    building = home.exports / f".building-{night}"
    building.mkdir(parents=True)
    written = exports.export_night(built, building, night)
    reports = {".txt": report.render(built, night, read_verified(home)), **report_page.render(built, night)}
    place(built, state)
    held = home.work(night) / "held.parquet"
    if held.is_file():  # else a first try said so
        append_line(home.raw(night), {"event": raw.PUBLISHED, "decisions": pl.read_parquet(held).item()})
    exports.publish_night(building, home.exports, night)
    warehouse.publish(state, home.warehouse)
    home.report(night).parent.mkdir(exist_ok=True)
    for suffix, text in reports.items():
        home.report(night, suffix).write_text(text, encoding="utf-8")
    shutil.rmtree(home.work(night), ignore_errors=True)  # gone already where a first try came so far
    if prune:
        home.prune()
        exports.prune_exports(home.exports, KEEP_EXPORT_NIGHTS)
    return written


def replay_night(home: Home, catalogue: Catalogue, night: date) -> None:
    """Everything after collecting, without the graph: what `rebuild` does for each night. Raises WarehouseError where a
    check fails."""
    clean_night(home, catalogue, night)
    match_night(home, catalogue, night)
    built = build_night(home, catalogue, night)
    if failures := [found for found in warehouse.check(built.path) if not found.check.warns]:
        raise warehouse.WarehouseError(
            "; ".join(f"{found.check.name}: {found.check.rule} ({found.rows} rows)" for found in failures)
        )
    publish_night(home, night, prune=False)


def _fresh(folder: Path) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def _before(
    home: Home, night: date, queries: Mapping[str, tuple[tables.Table, str]], work: Path
) -> dict[str, pl.DataFrame]:
    before = home.night_before(night)
    return warehouse.read_tables(home.state(before) if before else None, queries, work)


def _write(work: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    for name, frame in frames.items():
        frame.write_parquet(work / f"{name}.parquet", compression="lz4")


def _rules(catalogue: Catalogue, listings: pl.DataFrame) -> dict[str, lifecycle.Rules]:
    known = {source.id: rules_of(source) for source in catalogue.sources}
    return {**dict.fromkeys(listings["source_id"].unique().sort().to_list(), LEFT_THE_CATALOGUE), **known}


def rules_of(source: Source) -> lifecycle.Rules:
    """What its entry says of a source's life."""
    return lifecycle.Rules(
        source.misses,
        source.patience_nights,
        source.expect.least,
        source.expect.most,
        source.expect.fill,
        zone=source.zone,
    )


def count_rows(runs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Runs with open_rows and closed_rows, and `fill`: the share of each source's rows that have each raw field."""
    fields = [column.name for column in tables.RAW.columns if column.name not in ("source_id", "channel", "extra")]
    filled = (
        rows.group_by("source_id")
        .agg(
            (pl.col(name).list.len() > 0 if name == "locations" else pl.col(name).is_not_null())
            .mean()
            .round(3)
            .alias(name)
            for name in fields
        )
        .unpivot(index="source_id", variable_name="field", value_name="rate")
        .sort("source_id", "field")
        .group_by("source_id", maintain_order=True)
        .agg(pl.struct("field", "rate").alias("fill"))
    )
    marks = marked(rows)
    counted = (
        rows.select("source_id")
        .hstack(marks)
        .group_by("source_id")
        .agg(
            open_rows=(~pl.col("is_closed_at_source") & ~pl.col("no_link")).sum().cast(pl.Int32),
            closed_rows=pl.col("is_closed_at_source").sum().cast(pl.Int32),
        )
    )
    return (
        runs.join(filled, on="source_id", how="left", maintain_order="left")
        .join(counted, on="source_id", how="left", maintain_order="left")
        .with_columns(pl.col("open_rows", "closed_rows").fill_null(0))
    )


def _last_complete(earlier: pl.DataFrame, judged: pl.DataFrame, night: date) -> dict[str, date]:
    complete = earlier.filter("complete").group_by("source_id").agg(pl.col("night").max())
    tonight = judged.filter("complete")["source_id"].to_list()
    return {**dict(complete.iter_rows()), **dict.fromkeys(tonight, night)}


def _refused(refused: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Refused rows as lifecycle.keep_rejects wants them, with the raw listing as JSON text."""
    words = told.select("listing_id", text=pl.struct(tables.RAW.names).struct.json_encode())
    return refused.join(words, on="listing_id", maintain_order="left").select(
        "source_id", "url", "title", "text", "content_hash", reject_id="listing_id", rule="reject_rule"
    )


def _counts(told: pl.DataFrame, refused: pl.Series) -> pl.DataFrame:
    """For each source tonight's open listings and refused rows."""
    is_refused = pl.col("listing_id").is_in(refused.implode())
    return told.group_by("source_id").agg(listings=(~is_refused & ~pl.col("is_closed")).sum(), rejects=is_refused.sum())


def _with_texts(listings: pl.DataFrame, before: pl.DataFrame, fresh: pl.Series) -> pl.DataFrame:
    """The listings with the columns of `match.texts.read_texts`: read for those that are fresh, the others as `before`
    (MATCHES) has them."""
    names = TEXTS_READ.names()
    known = before.select("listing_id", *names).drop_nulls(names).filter(~pl.col("listing_id").is_in(fresh.implode()))
    unread = listings.select("listing_id", "title", "description").join(known, on="listing_id", how="anti")
    read = unread.select("listing_id").hstack(read_texts(unread.iter_slices(BATCH_ROWS)))
    return listings.join(pl.concat([known, read]), on="listing_id", how="left", maintain_order="left")


def _touched(listings: pl.DataFrame, before: pl.DataFrame, fresh: pl.Series) -> pl.Series:
    """Ids of internships, old and new, whose rows may differ from the night before."""
    watched = ["state", "closed_on", "closed_reason", "url", "apply_url", "internship_id"]
    joined = listings.join(before.select("listing_id", *watched), on="listing_id", how="left", suffix="_before")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in watched)
    moved = joined.filter(differs | pl.col("listing_id").is_in(fresh.implode()))
    return pl.concat([moved["internship_id"], moved["internship_id_before"].drop_nulls()]).unique().sort()


def _without(listings: pl.DataFrame, named: pl.Series) -> pl.DataFrame:
    """The listings but those of internships that one of the named ones belongs to."""
    is_named = pl.col("listing_id").is_in(named.implode()).any().over("internship_id")
    return listings.filter(~is_named)


def _postings(listings: pl.DataFrame) -> pl.DataFrame:
    """internship_id, posting: by what each listing is known at its source."""
    known_by = pl.coalesce(pl.format("id:{}", "native_id"), pl.format("url:{}", "url_key"))
    return listings.select("internship_id", posting=pl.format("{}:{}", "source_id", known_by)).unique(
        maintain_order=True
    )


def _reopened(golden: pl.DataFrame, before: pl.DataFrame, night: date) -> pl.DataFrame:
    """internship_id, night of what was closed and is not any more."""
    was_closed = before.filter(pl.col("state") == "closed").select("internship_id")
    again = golden.filter(pl.col("state") != "closed").join(
        was_closed, on="internship_id", how="semi", maintain_order="left"
    )
    return again.select("internship_id", night=pl.lit(night, dtype=pl.Date))


def _that_differ(
    internships: pl.DataFrame, before: pl.DataFrame, touched: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The internships that may differ from the night before, and their rows of then: what was touched, and what got other
    flags as time went by."""
    flags = before.select("internship_id", _was="life_flags")
    moved = internships.join(flags, on="internship_id").filter(pl.col("life_flags").ne_missing(pl.col("_was")))
    ids = pl.concat([touched, moved["internship_id"]]).unique().implode()
    return internships.filter(pl.col("internship_id").is_in(ids)), before.filter(pl.col("internship_id").is_in(ids))


def _left(split: pl.Series, matches: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """internship_id, left_id: the ids minted for listings that left another internship, and the one most of them left."""
    return (
        matches.filter(pl.col("internship_id").is_in(split.implode()))
        .join(before.select("listing_id", left_id="internship_id"), on="listing_id")
        .filter(pl.col("left_id") != pl.col("internship_id"))
        .group_by("internship_id", "left_id")
        .len()
        .sort("internship_id", "len", "left_id", descending=[False, True, False])
        .unique("internship_id", keep="first", maintain_order=True)
        .select("internship_id", "left_id")
    )


def _source_rows(sources: list[Source]) -> pl.DataFrame:
    """The catalogue as rows of `sources`."""
    rows = [
        {
            "source_id": source.id,
            "name": source.name,
            "channel": source.channel,
            "spider": source.spider,
            "url": source.url,
            "page": source.page,
            "country": source.country,
            "languages": list(source.languages),
            "holds": source.holds,
            "cadence": source.cadence,
            "misses_to_close": source.misses,
            "patience_nights": source.patience_nights,
            "trust": source.trust,
            "licence": source.rights.licence,
            "terms": source.rights.terms,
            "attribution": source.rights.attribution,
            "full_text": source.rights.full_text,
            "verified": str(source.verified),
        }
        for source in sources
    ]
    return tables.SOURCES.conform(pl.DataFrame(rows, schema=tables.SOURCES.schema))
