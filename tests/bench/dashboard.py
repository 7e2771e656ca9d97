"""`python -m tests.bench.dashboard [ROWS]`: the page with 100,000 open internships in headless Chromium.

Told are what the server sent until the first openings were seen (aim: 600 kB) and until all was read; the time until then (aim:
2 s until a filter answers); that from a click on a filter, a letter of a search and a change of who asks to the picture that
shows it (aim: 100 ms); an internship's own page by its address; and what exporting takes. Beside the time stands how long the
page's own thread had a processor, which does not grow if the machine has other work. Rows are made up: as many different titles,
employers and towns as a real night has.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import threading
import time
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

import duckdb

from pipeline.dashboard.serve import make_server
from pipeline.exports import dashboard
from pipeline.shipped import shipped
from pipeline.storage.warehouse import Carry, build
from pipeline.tables import REFERENCE, TABLES
from tests.dashboard.conftest import CHROMIUM, FLAGS

ROWS = 100_000
NIGHT = date(2026, 3, 14)
TIMES = 5
FIRST_VIEW_KB, USABLE_SECONDS, ANSWER_MS = 600, 2.0, 100.0

WORDS = [
    "analysis", "archive", "bridge", "climate", "cloud", "coast", "control", "culture", "data", "design", "economics",
    "energy", "engine", "field", "finance", "forest", "garden", "health", "history", "human", "innovation", "justice",
    "kitchen", "labour", "language", "market", "material", "media", "migration", "museum", "music", "network",
    "ocean", "policy", "product", "protein", "quality", "railway", "research", "robot", "river", "security", "signal",
    "social", "solar", "space", "strategy", "supply", "systems", "theatre", "tissue", "tourism", "traffic",
    "transport", "urban", "vaccine", "water", "web", "wind",
]  # fmt: skip

MACROS = f"""
    CREATE TEMP MACRO pick(of, nth, salt) AS of[1 + (hash(nth, salt) % len(of))::INTEGER];
    CREATE TEMP MACRO below(most, nth, salt) AS (hash(nth, salt) % most)::INTEGER;
    CREATE TEMP MACRO word(nth, salt) AS pick({WORDS}, nth, salt);
"""

INTERNSHIPS = f"""
    INSERT INTO internships BY NAME
    SELECT
        'i_' || left(md5(nth::VARCHAR), 16) AS internship_id, 'p' || internship_id AS programme_id, 'open' AS state,
        DATE '{NIGHT}' - below(120, nth, 1) AS first_seen, DATE '{NIGHT}' AS last_seen, false AS reopened,
        1 AS listing_count, 'https://jobs.example.org/' || md5(nth::VARCHAR) AS best_url, best_url AS url,
        [pick(['university', 'embassy', 'platform', 'nonprofit', 'agency', 'network'], nth, 3)] AS channels,
        ['free'] AS source_ids,
        concat_ws(' ', 'Intern', word(nth, 4), word(nth, 5), 'and', word(nth, 6), below(5000, nth, 7)) AS title,
        'Company ' || word(below(20000, nth, 8), 0) || ' ' || below(20000, nth, 8) AS organization,
        CASE WHEN below(20, nth, 10) > 0
            THEN [codes[1 + floor(power(below(1000, nth, 9) / 1000.0, 3) * 200)::INTEGER]] END AS countries,
        ['Town ' || below(3000, nth, 11)] AS cities,
        CASE WHEN below(3, nth, 12) > 0 THEN [pick(['0613', '0311', '0413', '0912', '0732', '0215'], nth, 13)] END AS fields,
        pick(['2512', '2431', NULL, NULL, NULL, NULL, NULL], nth, 31) AS occupation,
        pick(['internship', 'traineeship', 'fellowship'], nth, 14) AS kind,
        pick(['paid', 'allowance', 'unpaid', NULL], nth, 15) AS pay_status,
        CASE WHEN pay_status IN ('paid', 'allowance') THEN 200.0 + below(2500, nth, 16) END AS pay_month_eur,
        pick([['en'], ['de', 'en'], NULL], nth, 17) AS languages_required,
        pick(['en', 'de', 'fr', 'ja', 'ar'], nth, 18) AS posting_language,
        CASE WHEN below(5, nth, 19) < 3 THEN DATE '{NIGHT}' + below(200, nth, 20) END AS deadline,
        CASE WHEN deadline IS NOT NULL THEN 'fixed' END AS deadline_kind,
        DATE '{NIGHT}' + below(300, nth, 21) AS starts_on,
        4 + below(40, nth, 22) AS weeks_min, weeks_min + below(20, nth, 23) AS weeks_max,
        pick(['yes', 'no', 'case_by_case', NULL], nth, 24) AS visa_support,
        pick(['onsite', 'hybrid', 'remote', NULL], nth, 25) AS work_mode,
        CASE WHEN below(10, nth, 26) = 0 THEN 'only' END AS nationality_rule,
        CASE WHEN nationality_rule = 'only' THEN ['AT', 'BE', 'DE', 'FR', 'IT'] END AS nationalities,
        pick(['required', 'not_required', NULL], nth, 27) AS enrolment,
        pick([['student'], ['student', 'recent_graduate'], NULL], nth, 28) AS eligibility,
        pick([['6'], ['6', '7'], NULL], nth, 29) AS study_levels,
        pick([['housing'], ['meals', 'visa'], NULL], nth, 30) AS support,
        CASE WHEN starts_on > DATE '2026-09-01' THEN starts_on + 7 * weeks_max END AS ends_on,
        array_to_string(list_transform(range(150), lambda place: word(nth, 40 + place)), ' ') AS description
    FROM range(?) AS made(nth), (SELECT list(iso2 ORDER BY iso2) AS codes FROM countries)
"""

LISTINGS = """
    INSERT INTO listings BY NAME
    SELECT 'l' || substr(internship_id, 2) AS listing_id, 'free' AS source_id, 'platform' AS channel, url, title, organization,
        internship_id AS content_hash, internship_id, state, first_seen, last_seen, 0 AS misses
    FROM internships
"""

EVIDENCE = """
    INSERT INTO evidence BY NAME
    SELECT listing_id, field, word(hash(listing_id), length(field)) || ' ' || field AS quote, 'description' AS raw_field,
        'stated' AS method
    FROM listings, (SELECT unnest(['deadline', 'countries', 'pay_status', 'weeks_min', 'fields', 'visa_support']) AS field)
"""

SOURCES = """
    INSERT INTO sources BY NAME
    SELECT 'free' AS source_id, 'Free' AS name, 'platform' AS channel, 'rss' AS spider, 'https://jobs.example.org/' AS url,
        true AS full_text
"""

CLICK = """
    async (selector) => {
        const box = document.querySelector(selector)
        const began = performance.now()
        box.click()
        await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
        return performance.now() - began
    }
"""

TYPE = """
    async (text) => {
        const field = document.querySelector('#q')
        const began = performance.now()
        field.value = text
        field.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
        return performance.now() - began
    }
"""

PROFILE = {
    "passports": ["IN"], "residence": "IN", "studies": ["061"], "level": "7", "enrolled": True,
    "languages": [{"language": "en", "cefr": "C1"}], "available": {"from": "2026-04-01", "to": "2026-12-31"},
    "weeks": {"least": 8, "most": 30}, "needs": ["visa"], "wishes": {"countries": ["DE", "FR"], "words": "ocean data"},
}  # fmt: skip
NEEDS = ("paid", "visa", "housing")

TYPED = ("naciones unidas", "water railway")

CHOICES = (
    ("to", "DE"), ("paid", "paid"), ("deadline", "30"), ("field", "06"), ("weeks", "12"), ("language", "en"), ("visa", "yes"),
    ("mode", "remote"), ("channel", "embassy"), ("occupation", "2512"),
)  # fmt: skip


def make_night(folder: Path, rows: int) -> Path:
    """exports/latest as far as the page needs it, for so many open internships."""
    warehouse = folder / "warehouse.duckdb"
    reference = {name: shipped("data", "reference", f"{name}.csv") for name in REFERENCE}
    build(warehouse, None, {table.name: Carry(table.empty()) for table in TABLES}, reference, NIGHT, "0")
    with duckdb.connect(warehouse) as con:
        con.execute(MACROS)
        con.execute(INTERNSHIPS, [rows])
        for statement in (LISTINGS, EVIDENCE, SOURCES):
            con.execute(statement)
    night = folder / "night"
    night.mkdir()
    began = time.perf_counter()
    dashboard.write(warehouse, night, NIGHT, [])
    print(f"dashboard of {rows} open internships: exported in {time.perf_counter() - began:.2f} s")
    for path in sorted((night / "dashboard").iterdir()):
        print(f"  {path.name:36}{path.stat().st_size / 1e6:8.2f} MB")
    return night


class Counting:
    """A server of a night that counts what it sends, and when."""

    def __init__(self, night: Path) -> None:
        self.sent: list[tuple[float, int]] = []
        self.server = make_server(night, 0)
        handler, sent = self.server.RequestHandlerClass, self.sent

        class Counted(handler):  # type: ignore[misc, valid-type]
            def _begin(self, status: HTTPStatus, headers: dict[str, str]) -> None:
                sent.append((time.time(), int(headers.get("Content-Length", 0))))
                super()._begin(status, headers)

        self.server.RequestHandlerClass = Counted
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def until(self, moment: float) -> float:
        """kB of what was asked for until then, in seconds since 1970."""
        return sum(size for at, size in self.sent if at <= moment) / 1e3


class Loaded:
    """The page, loaded anew for a person who told this; what it took until something was seen, and until all was read."""

    def __init__(self, browser: Any, server: Counting, profile: str = "{}", address: str = "") -> None:
        server.sent.clear()
        self.page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        self.page.add_init_script(f"sessionStorage.setItem('internships.profile', {json.dumps(profile)})")
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.goto(server.address + address)
        self.page.wait_for_selector("html[data-usable]", state="attached")
        began = self.page.evaluate("performance.timeOrigin") / 1000
        mark = "name => performance.getEntriesByName(name)[0].startTime / 1000"
        self.seen, self.usable = (self.page.evaluate(mark, name) for name in ("seen", "usable"))
        self.processor = self.thread_seconds()
        self.kb_seen, self.kb_usable = server.until(began + self.seen), server.until(began + self.usable)

    def thread_seconds(self) -> float:
        """Seconds of a processor that the page's own thread had."""
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

    def answer(self, script: str, *arguments: Any) -> tuple[float, float]:
        """Milliseconds until what the script does is drawn, and those of a processor."""
        before = self.thread_seconds()
        taken = self.page.evaluate(script, *arguments)
        return taken, (self.thread_seconds() - before) * 1000


def bench(rows: int = ROWS) -> None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return print("dashboard: not measured, playwright is not installed")
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        return print("dashboard: not measured, no Chromium here")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        server = Counting(make_night(Path(scratch), rows))
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        loads = [Loaded(browser, server) for _ in range(TIMES)]
        last = loads[-1]
        spread("first openings seen after", [one.seen for one in loads])
        print(f"  read until then: {last.kb_seen:.0f} kB (aim: {FIRST_VIEW_KB} kB)")
        spread(f"all answers after (aim: {USABLE_SECONDS} s)", [one.usable for one in loads])
        processor = statistics.median(one.processor for one in loads)
        print(f"  read until then: {last.kb_usable:.0f} kB; processor: {processor:.2f} s")
        choices = [f'input[name="{name}"][value="{key}"]' for name, key in CHOICES for _ in range(2)]
        tell("a click on a filter", [last.answer(CLICK, choice) for choice in choices])
        last.page.fill("#q", "w")  # what a search looks through is made when the field has the focus
        last.page.wait_for_selector("#found[data-words=w]")
        tell(
            "a letter of a search", [last.answer(TYPE, text[:end]) for text in TYPED for end in range(1, len(text) + 1)]
        )
        told = Loaded(browser, server, json.dumps(PROFILE))
        print(f"  with a whole profile all answers after {told.usable:.2f} s, read {told.kb_usable:.0f} kB")
        needs = [f"#need-{need}" for need in NEEDS for _ in range(4)]
        tell("another need of a person", [told.answer(CLICK, need) for need in needs])
        [address] = last.page.locator(".card h2 a").first.evaluate_all("links => links.map(link => link.hash)")
        own = Loaded(browser, server, address=address)
        print(f"  an internship's own page, by its address, seen after {own.seen:.2f} s, read {own.kb_seen:.0f} kB")
        browser.close()
        server.server.shutdown()
    return None


def spread(what: str, seconds: list[float]) -> None:
    print(f"  {what}: {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})")


def tell(what: str, answers: list[tuple[float, float]]) -> None:
    taken, processor = zip(*answers, strict=True)
    print(
        f"  {what} (aim: {ANSWER_MS:.0f} ms): median {statistics.median(taken):.0f} ms, greatest of {len(taken)}"
        f" {max(taken):.0f} ms; of a processor {statistics.median(processor):.0f} and {max(processor):.0f} ms"
    )


if __name__ == "__main__":
    bench(*map(int, sys.argv[1:2]))
