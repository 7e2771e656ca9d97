"""The whole of cleaning: shape, evidence, hostile text, the same rows in any order."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pipeline.clean
import pipeline.storage.raw
from pipeline.clean import HELPERS, clean, identify, write_cleaned
from pipeline.clean.language_tools.sentences import split_sentences
from pipeline.engine.local import in_processes
from pipeline.parts import MapParts, one_by_one
from pipeline.shipped import shipped
from pipeline.storage.raw import RawFile, read_ndjson
from pipeline.tables import CLEANED, EVIDENCE_TABLE, LISTINGS, RAW
from scrapers.entries import read_yaml
from scrapers.source import Organizer, Source

NIGHT = date(2026, 3, 1)
VALUES = [name for name in CLEANED.names if name not in (
    "listing_id", "source_id", "native_id", "channel", "url", "apply_url", "title", "organization", "description",
    "content_hash", "international_reason", "evidence",
)]  # fmt: skip


def assert_has_evidence(raw: pl.DataFrame, cleaned: Any) -> None:
    """Every value has evidence, and every quote is a verbatim piece of the raw field it names."""
    rows = {row["listing_id"]: row for row in identify(raw, LISTINGS.empty(), {}).to_dicts()}
    proven = set()
    for proof in cleaned.evidence.iter_rows(named=True):
        proven.add((proof["listing_id"], proof["field"]))
        assert proof["quote"]
        if proof["raw_field"] == "source":
            continue
        value = rows[proof["listing_id"]][proof["raw_field"]]
        texts = value if isinstance(value, list) else [value]
        assert any(proof["quote"] in text for text in texts), proof
    for row in cleaned.listings.filter(pl.col("reject_rule").is_null()).iter_rows(named=True):
        for field in VALUES:
            assert row[field] is None or (row["listing_id"], field) in proven, (field, row[field], row["title"])


def test_the_columns_are_those_of_the_tables(raw_rows: Any) -> None:
    cleaned = clean(raw_rows({}), NIGHT, {})
    assert cleaned.listings.columns == [*(name for name in CLEANED.names if name != "evidence"), *HELPERS]
    assert cleaned.evidence.schema == EVIDENCE_TABLE.schema


def test_no_rows_are_cleaned_too(raw_rows: Any, tmp_path: Path) -> None:
    cleaned = clean(raw_rows(), NIGHT, {})
    assert cleaned.listings.is_empty()
    (tmp_path / "raw.ndjson").write_text("")
    assert write_cleaned(read_ndjson(tmp_path / "raw.ndjson"), None, {}, tmp_path / "out.parquet") == 0
    assert pl.read_parquet(tmp_path / "out.parquet").schema == CLEANED.schema


def test_rows_that_tell_one_posting_are_one_listing(raw_rows: Any) -> None:
    twice = {"url": "https://example.org/a", "title": "Software Engineer"}
    rows = raw_rows(
        {**twice, "section": "New Grad Positions"},
        {**twice, "section": "Internships"},
        {**twice, "section": "Internships", "extra": {"closed": "Closed"}},
    )
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        listings = clean(rows[order], NIGHT, {}).listings
        assert listings["reject_rule"].to_list() == [None]


def test_the_order_of_rows_is_nothing(raw_rows: Any) -> None:
    rows = raw_rows(*({"title": f"Intern {n % 3}", "url": f"https://example.org/{n % 5}"} for n in range(12)))
    straight, reversed_ = clean(rows, NIGHT, {}), clean(rows.reverse(), NIGHT, {})
    assert straight.listings.equals(reversed_.listings)
    assert straight.evidence.equals(reversed_.evidence)
    assert straight.unknown.equals(reversed_.unknown)


@pytest.mark.parametrize("map_parts", [one_by_one, partial(in_processes, count=2)])
def test_many_rows_are_cleaned_a_few_at_a_time(
    raw_rows: Any, monkeypatch: pytest.MonkeyPatch, map_parts: MapParts
) -> None:
    """With workers and without."""
    descriptions = [
        "€775 per month",
        "40 hours per week",
        "Deadline: 3 May 2026",
        "Fluent in French.",
        "<p>Housing is provided</p>",
    ]
    rows = raw_rows(*({"title": f"Intern {n}", "description": descriptions[n % 5]} for n in range(23)))
    whole = clean(rows, NIGHT, {})
    monkeypatch.setattr(pipeline.clean, "_MAX_SLICE_ROWS", 8)
    in_parts = clean(rows, NIGHT, {}, map_parts)
    assert all(part.equals(other) for part, other in zip(whole, in_parts, strict=True))


def test_a_file_read_in_parts_is_cleaned_as_its_rows_are(
    raw_rows: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = raw_rows(*({"title": f"Praktikum {n} für Ärzte", "url": f"https://example.org/{n % 7}"} for n in range(11)))
    lines = [json.dumps(row, ensure_ascii=False) for row in rows.with_columns(extra=pl.struct(a=1)).to_dicts()]
    (tmp_path / "raw.ndjson").write_text("\n\n".join(lines), encoding="utf-8")
    write_cleaned(rows.with_columns(extra=pl.lit('{"a": 1}')), NIGHT, {}, tmp_path / "whole.parquet")
    monkeypatch.setattr(pipeline.storage.raw, "_BATCH_ROWS", 5)
    monkeypatch.setattr(pipeline.clean, "_MAX_SLICE_ROWS", 3)
    assert write_cleaned(RawFile(tmp_path / "raw.ndjson"), NIGHT, {}, tmp_path / "parts.parquet") == 11
    assert pl.read_parquet(tmp_path / "parts.parquet").equals(pl.read_parquet(tmp_path / "whole.parquet"))


def test_written_listings_carry_their_evidence(raw_rows: Any, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    write_cleaned(raw_rows({"pay": "€775 per month"}), NIGHT, {}, path)
    frame = pl.read_parquet(path)
    assert frame.schema == CLEANED.schema
    assert {"field": "pay_min", "quote": "€775 per month", "raw_field": "pay", "method": "stated"} in frame["evidence"][
        0
    ].to_list()


def test_unknown_words_are_counted(raw_rows: Any) -> None:
    unknown = clean(raw_rows({"employment_type": "Zzyzx", "posted": "someday"}), NIGHT, {}).unknown
    assert {("kind", "Zzyzx"), ("posted_on", "someday")} <= set(unknown.select("field", "text").rows())


def test_control_characters_are_removed_and_counted(raw_rows: Any) -> None:
    cleaned = clean(raw_rows({"title": "In\x07tern", "description": "One\x00 two\x00\tthree"}), NIGHT, {})
    assert cleaned.listings.select("title", "description").rows() == [("Intern", "One two three")]
    assert cleaned.unknown.select("field", "text").rows() == [("description", "U+0000"), ("title", "U+0007")]


def test_values_of_labelled_pages_are_quoted(shared: Path) -> None:
    raw = read_ndjson(shared / "eval" / "pages" / "raw.ndjson")
    assert_has_evidence(raw, clean(raw, NIGHT, {}))


BAIT = st.sampled_from(
    ["Deadline: ", "Intern ", "Salary €", "<b>", "</p>", "&amp;amp;", "&lt;", "1 1 1 1 1 ", "2026-", "((((", "a" * 50,
     "\u0e31" * 20, "\x00", "\u200b", "\ud7ff", "📅 31", "실습 ", "実習 ", "٣ ", "Duration: 3", "Language: English", "|", "\n",
     "23:59 CET ", "15 March 2026 ", "40 hours ", "per week ", "<!-- ", "<a ", "İ", "i\u0307", "we offer housing ",
     "Norwegian nationals ", "good French ", "summer 2026 "]
)  # fmt: skip
READ = (
    "title",
    "description",
    "posted",
    "deadline",
    "starts",
    "duration",
    "pay",
    "language",
    "section",
    "employment_type",
)
HOSTILE = st.lists(BAIT | st.text(max_size=12), max_size=14).map("".join)


# A few examples of many rows: twenty are cleaned as fast as one.
@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(READ, HOSTILE)), min_size=1, max_size=20))
def test_hostile_text_neither_fails_nor_lies(raw_rows: Any, rows: list[dict[str, str]]) -> None:
    raw = raw_rows(*rows)
    assert_has_evidence(raw, clean(raw, NIGHT, {}))


def test_sentences_of_which_a_filter_leaves_none_of_the_titles_are_read(raw_rows: Any) -> None:
    """polars keeps frames in pieces, and panicked where the first of them was left empty."""
    rows = raw_rows(
        {"title": "Two months", "description": "2026-05\n15 March 2026\nA week."}, {"title": "", "description": "Text."}
    )
    assert set(split_sentences(rows["title"], rows["description"]).n_chunks("all")) == {1}
    assert clean(rows, NIGHT, {}).listings.height == len(rows)


def test_a_megabyte_in_one_line_does_not_hang(raw_rows: Any) -> None:
    baits = ["1 ", "a", "ก็", "<", "Deadline: ", "((", "& ", "Intern ", "１", "<a ", "&lt;a ", "40 hours "]
    lines = [(bait * 400_000)[:400_000] for bait in baits]
    fields = ("title", "description", "posted", "deadline", "pay", "duration", "starts")
    rows = raw_rows(*(dict.fromkeys(fields, line) for line in lines))
    assert clean(rows, NIGHT, {}).listings.height == len(baits)


def test_words_in_dictionaries_are_words() -> None:
    """YAML reads a bare `no` or `on` as a truth value."""

    def wrong(part: Any) -> list[Any]:
        if isinstance(part, dict):
            return [key for key in part if isinstance(key, bool) or key is None] + [
                bad for value in part.values() for bad in wrong(value)
            ]
        if isinstance(part, list):
            return [bad for value in part for bad in wrong(value)]
        return [part] if isinstance(part, bool) or part is None else []

    folder = shipped("data", "reference")
    found = {path.name: wrong(read_yaml(path)) for path in sorted(folder.glob("*.yaml"))}
    assert not {name: bad for name, bad in found.items() if bad}


def test_no_key_of_a_dictionary_hides_another_of_the_same_name() -> None:
    """YAML's reader keeps the last of two, and the words of the first are lost."""

    def twice(node: yaml.Node) -> list[str]:
        if isinstance(node, yaml.SequenceNode):
            return [key for part in node.value for key in twice(part)]
        if not isinstance(node, yaml.MappingNode):
            return []
        keys = [key.value for key, _ in node.value]
        return [key for key in set(keys) if keys.count(key) > 1] + [
            key for _, part in node.value for key in twice(part)
        ]

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    paths = [path for folder in ("reference", "sources") for path in shipped("data", folder).rglob("*.yaml")]
    found = {path.name: twice(yaml.compose(path.read_text(encoding="utf-8"), Loader=loader)) for path in paths}
    assert len(paths) > 40
    assert not {name: keys for name, keys in found.items() if keys}


def test_extra_is_json_text(raw_rows: Any) -> None:
    rows = raw_rows({"extra": {"sponsorship": "Offers Sponsorship"}})
    assert json.loads(rows["extra"][0])
    assert clean(RAW.conform(rows), NIGHT, {}).listings["visa_support"][0] == "yes"


def test_a_row_that_names_nobody_is_of_the_body_behind_its_source(raw_rows: Any) -> None:
    rows = raw_rows({"url": "https://a.example/1"}, {"url": "https://a.example/2", "organization": " Other&amp;Co "})
    body = Organizer(name="Acme AG", type="employer")
    board = Source(
        id=rows["source_id"][0], name="A", channel="platform", spider="rss", url="https://a.example/", organizer=body
    )
    cleaned = clean(rows, NIGHT, {board.id: board})
    assert cleaned.listings.sort("url")["organization"].to_list() == ["Acme AG", "Other&Co"]
    assert_has_evidence(rows, cleaned)
