"""Each check of sql/checks is silent on a sound warehouse and speaks where its rule is broken."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pipeline.storage.warehouse import check, sql_files

PLACE = (
    "UPDATE listings SET places = "
    "[{'city': 'A', 'region': NULL, 'country': '%s', 'latitude': %s, 'longitude': 0, 'text': 'A'}]"
)

BREAKS = {
    "boards_have_lists_of_their_own": [
        "UPDATE sources SET spider = 'rss'; UPDATE listings SET state = 'open', native_id = right(listing_id, 1)::INTEGER % 3, "
        "source_id = CASE WHEN right(listing_id, 1)::INTEGER < 3 THEN 'feed' ELSE 'page' END; "
        "DELETE FROM listings WHERE right(listing_id, 1)::INTEGER > 5",
    ],
    "changes_agree_with_history": [
        "DELETE FROM changes WHERE internship_id = 'i1'",
        "DELETE FROM changes WHERE change = 'closed' AND internship_id = 'i4'",
        "DELETE FROM changes WHERE change = 'reopened'",
        "UPDATE changes SET change = 'changed' WHERE change = 'reopened'",
        "UPDATE changes SET change = 'reopened' WHERE change = 'changed'",
        "INSERT INTO changes VALUES (DATE '2026-03-14', 'i1', 'closed', 'state', NULL, NULL)",
        "INSERT INTO changes VALUES (DATE '2026-03-01', 'i3', 'changed', 'title', NULL, NULL)",
    ],
    "changes_hold_json": ["UPDATE changes SET new = 'gone' WHERE change = 'closed'"],
    "closed_has_reason": [
        "UPDATE listings SET closed_on = NULL WHERE state = 'closed'",
        "UPDATE listings SET closed_reason = 'gone' WHERE listing_id = 'l0'",
        "UPDATE internships SET closed_reason = NULL WHERE state = 'closed'",
        "UPDATE internships SET closed_on = last_seen WHERE state = 'unverified'",
    ],
    "countries_known": [
        "UPDATE internships SET countries = ['XX'] WHERE internship_id = 'i0'",
        "UPDATE listings SET nationalities = ['UK'] WHERE listing_id = 'l0'",
        PLACE % ("ZZ", 0),
        "UPDATE sources SET country = 'fr'",
    ],
    "evidence_has_listing": [
        "UPDATE evidence SET listing_id = 'l99'",
        "UPDATE evidence SET quote = ''",
    ],
    "history_ends_with_internships": [
        "UPDATE internships SET title = 'another' WHERE internship_id = 'i0'",
        "UPDATE internships SET cities = [] WHERE internship_id = 'i1'",
    ],
    "history_has_one_open_version": [
        "UPDATE internship_history SET valid_to = DATE '2026-03-20' WHERE internship_id = 'i1'",
        "UPDATE internship_history SET valid_to = NULL WHERE internship_id = 'i0'",
        "UPDATE internship_history SET internship_id = 'i9' WHERE internship_id = 'i1'",
    ],
    "history_versions_meet": [
        "UPDATE internship_history SET valid_to = valid_to + 1 WHERE internship_id = 'i0'",
        "UPDATE internship_history SET valid_to = valid_to - 1 WHERE internship_id = 'i0'",
        "UPDATE internship_history SET valid_to = valid_from WHERE internship_id = 'i3'",
    ],
    "internships_have_listings": [
        "UPDATE internships SET listing_count = 2 WHERE internship_id = 'i1'",
        "DELETE FROM listings WHERE listing_id = 'l1'",
    ],
    "least_before_greatest": ["UPDATE internships SET weeks_min = 8, weeks_max = 4 WHERE internship_id = 'i0'"],
    "listings_have_internships": ["UPDATE listings SET internship_id = 'i99' WHERE listing_id = 'l0'"],
    "matches_cover_listings": [
        "DELETE FROM matches WHERE listing_id = 'l0'",
        "DELETE FROM listings WHERE listing_id = 'l7'",
        "UPDATE matches SET internship_id = 'i1' WHERE listing_id = 'l0'",
    ],
    "nights_in_order": [
        "UPDATE listings SET last_seen = first_seen - 1 WHERE listing_id = 'l1'",
        "UPDATE internships SET last_seen = DATE '2026-03-15' WHERE internship_id = 'i1'",
        "UPDATE internships SET closed_on = DATE '2026-01-01' WHERE internship_id = 'i4'",
    ],
    "no_personal_addresses": [
        "UPDATE internships SET title = 'Intern, write to ann@example.org' WHERE internship_id = 'i0'",
        "UPDATE listings SET organization = 'bob.b@mail.example.co.uk' WHERE listing_id = 'l0'",
    ],
    "numbers_are_finite": [
        "UPDATE listings SET pay_min = 'NaN'::DOUBLE WHERE listing_id = 'l0'",
        "UPDATE internships SET pay_max = 'Infinity'::DOUBLE WHERE internship_id = 'i0'",
        "UPDATE internships SET structure_score = 101 WHERE internship_id = 'i0'",
        PLACE % ("DE", 91),
    ],
    "redirects_lead_somewhere": [
        "UPDATE redirects SET new_id = 'i99'",
        "UPDATE redirects SET old_id = 'i1'",
    ],
    "rejects_are_no_listings": ["UPDATE rejects SET reject_id = 'l0'"],
    "sources_known": ["DELETE FROM sources WHERE source_id = 'idle'", "DELETE FROM sources WHERE source_id = 'feed'"],
    "states_agree": [
        "UPDATE listings SET state = 'unverified' WHERE listing_id = 'l1'",
        "UPDATE internships SET state = 'open' WHERE internship_id = 'i4'",
    ],
    "unknown_texts_have_listing": ["UPDATE unknown_texts SET listing_id = 'l99'"],
}  # fmt: skip


def test_a_sound_warehouse_breaks_no_rule(warehouse: Path) -> None:
    assert check(warehouse) == []


def test_every_check_is_tried_and_opens_with_its_rule() -> None:
    assert [file.stem for file in sql_files("checks")] == sorted(BREAKS)
    for file in sql_files("checks"):
        first, *others = file.read_text(encoding="utf-8").splitlines()
        assert first.startswith("-- ") and first.endswith("."), file.name
        assert [line for line in others if line.startswith("--")] in ([], ["-- Severity: warn"]), file.name


@pytest.mark.parametrize(("name", "broken"), [(name, broken) for name, every in BREAKS.items() for broken in every])
def test_a_broken_rule_is_found(warehouse: Path, tmp_path: Path, name: str, broken: str) -> None:
    copy = tmp_path / "warehouse.duckdb"
    shutil.copyfile(warehouse, copy)
    rule = next(file for file in sql_files("checks") if file.stem == name).read_text(encoding="utf-8")
    with closing(duckdb.connect(str(copy))) as con:
        assert con.execute(rule).fetchall() == []
        con.execute(broken)
        assert con.execute(rule).fetchall() != []
