"""A night of made-up internships, exported, served, and a real headless Chromium on it.

Tests that need the browser skip with a word where there is none: Debian's is the package chromium.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pipeline.dashboard.serve import make_server
from pipeline.exports import export_night, publish_night
from tests.exports.small import NIGHT, internship, listing, run, small_warehouse, sound, source

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip

PLANTED = '<img src=x onerror="window.planted=1"><script>window.planted=1</script>'
HOSTILE, ARABIC, GERMAN_ONLY, CLOSED, TWICE, TITLED = 1, 2, 3, 4, 5, 6
"""Numbers of the internships that are not like the others."""

ROWS = 60


def openings() -> list[dict[str, Any]]:
    """ROWS internships; number 10 and on differ by what their number says."""
    special = {
        HOSTILE: {"title": PLANTED, "organization": '=HYPERLINK("http://elsewhere.example","x")', "description": PLANTED,
                  "best_url": "javascript:window.planted=1", "url": "javascript:window.planted=1",
                  "apply_url": "data:text/html,<script>1</script>", "cities": [PLANTED], "countries": ["DE"],
                  "risk_flags": [{"flag": "asks_for_money", "quote": PLANTED}]},
        ARABIC: {"title": "تدريب في هندسة البرمجيات", "posting_language": "ar", "countries": ["JP"], "cities": ["Tokyo"]},
        GERMAN_ONLY: {"title": "Nur für Deutsche", "posting_language": "de", "countries": ["FR"], "nationality_rule": "only",
                      "nationalities": ["DE"]},
        CLOSED: {"title": "Over and gone", "state": "closed", "closed_on": NIGHT, "closed_reason": "deadline",
                 "countries": ["FR"]},
        TITLED: {"title": "Neighbour of France", "countries": ["DE"],
                 "cities": ["Trier", "Kehl", "Aachen", "Speyer", "Worms", "Lahr"]},
        TWICE: {"title": "Café assistant", "countries": ["FR"], "cities": ["Paris"], "pay_status": "paid", "pay_month_eur": 900.0,
                "pay_min": 12.0, "pay_max": 12.0, "pay_currency": "EUR", "pay_period": "hour",
                "deadline": NIGHT + timedelta(days=3), "deadline_kind": "fixed", "visa_support": "yes", "fields": ["0413"]},
    }  # fmt: skip
    rows = []
    for number in range(1, ROWS + 1):
        facts: dict[str, Any] = {"first_seen": NIGHT - timedelta(days=number % 9)}
        if number >= 10:
            facts |= {
                "countries": [("DE", "FR", "IN", "JP")[number % 4]],
                "pay_status": "paid" if number % 3 == 0 else "unpaid",
                "pay_month_eur": 400.0 + number if number % 3 == 0 else None,
                "deadline": NIGHT + timedelta(days=number),
                "fields": ["0613"] if number % 2 else ["0311", "0413"],
                "languages_required": ["en"] if number % 5 else ["de", "en"],
                "weeks_min": 8,
                "weeks_max": 30 if number % 7 == 0 else 12,
                "season": "2026-summer" if number % 2 else "2025-winter",
                "occupation": "2512" if number % 8 == 0 else None,
                "study_levels": ["6", "7"] if number % 3 else None,
                "support": ["housing"] if number % 4 == 1 else None,
                "starts_on": NIGHT + timedelta(days=2 * number) if number % 6 == 0 else None,
                "channels": ["embassy"] if number % 4 == 0 else ["platform"],
            }
        rows.append(internship(number, **facts | special.get(number, {})))
    return rows


def published(home: Path, rows: dict[str, list[dict[str, Any]]]) -> Path:
    """exports/latest of a home with a warehouse of these rows."""
    warehouse = small_warehouse(home / "warehouse.duckdb", rows)
    building = home / "building"
    building.mkdir()
    export_night(warehouse, building, NIGHT)
    publish_night(building, home / "exports", NIGHT)
    return home / "exports" / "latest"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder of exports is served."""
    with make_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def latest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """exports/latest with the made-up night."""
    folder = tmp_path_factory.mktemp("dashboard")
    rows = sound(*openings())
    rows["listings"].append(
        listing(900, "other", internship_id=f"i{TWICE}", title="Café assistant (m/f)", url="https://other.example.org/900",
                apply_url="https://other.example.org/apply")
    )  # fmt: skip
    rows["sources"] += [
        source("other", full_text=False),
        source("strange", name=PLANTED, url="javascript:window.planted=1"),
    ]
    by_id = {one["internship_id"]: one["listing_id"] for one in rows["listings"][:ROWS]}
    rows["evidence"] = [
        {"listing_id": by_id[f"i{number}"], "field": field, "quote": quote, "raw_field": raw_field, "method": "stated"}
        for number, field, quote, raw_field in (
            (TWICE, "deadline", "apply by 17 March", "deadline"),
            (TWICE, "countries", "places: {country: FR}", "source"),
            (HOSTILE, "countries", PLANTED, "locations"),
            (
                TWICE,
                "pay_status",
                "d&eacute;dommagement &amp;euro;900 &lt;img src=x onerror=window.planted=1&gt;",
                "description",
            ),
        )
    ]
    rows["changes"] += [
        {"night": NIGHT, "internship_id": f"i{number}", "change": change, "field": field, "old": old, "new": new}
        for number, change, field, old, new in (
            (TWICE, "changed", "title", '"Coffee"', '"Café assistant"'),
            (TWICE, "changed", "description", '"SECRET"', '"y"'),
            (HOSTILE, "changed", "title", '"<b onclick=1>"', "null"),
            (CLOSED, "closed", None, None, None),
        )
    ]
    rows["source_runs"] = [run("free", NIGHT, "ok", complete=True)]
    rows["redirects"] = [{"old_id": "merged", "new_id": f"i{TWICE}", "night": NIGHT}]
    return published(folder, rows)


@pytest.fixture(scope="session")
def site(latest: Path) -> Iterator[str]:
    """Address of the served night."""
    with served(latest) as address:
        yield address


@pytest.fixture(scope="module")  # no longer: it leaves an event loop running, and nights and others need their own
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        pytest.skip("no Chromium here; Debian has it: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def watched(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Opens an address of the site in a browser that keeps nothing, on the day of the night or `today`; at the end nothing was
    complained of on the console, no other host was asked, and nothing that was planted ran."""
    contexts, troubles, hosts = [], [], set()

    def open_at(address: str = "", today: date = NIGHT, **settings: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **settings})
        context.clock.set_fixed_time(datetime.combine(today, time(12)))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(site + address)
        page.wait_for_selector("main h1")
        page.wait_for_selector("html[data-usable]", state="attached")  # what is seen first comes before that
        return page

    yield open_at
    planted = [page.evaluate("window.planted") for context in contexts for page in context.pages]
    for context in contexts:
        context.close()
    assert planted == [None] * len(planted)
    assert troubles == []
    assert hosts <= {urlsplit(site).netloc, ""}  # '' are blob: and data: addresses of the page itself


@pytest.fixture
def open_page(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    with watched(browser, site) as open_at:
        yield open_at


WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


COLOUR_RULES = ("color-contrast", "link-in-text-block")


def axe_faults(page: Any, *tags: str) -> list[tuple[str, str, list[str]]]:
    """What axe finds of faults in what is shown: the colour scheme, the rule, and the first elements that break it. In the light
    scheme by all rules with these tags; in the dark one, which has other colours and nothing else, by the rules of colours."""
    rules = {"light": {"type": "tag", "values": [*tags]}, "dark": {"type": "rule", "values": [*COLOUR_RULES]}}
    faults = []
    for scheme, by in rules.items():
        page.emulate_media(color_scheme=scheme)
        found = _violations(page, {"runOnly": by})
        faults += [(scheme, one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]
    return faults


def serious_faults(page: Any) -> list[tuple[str, str]]:
    """What axe finds of serious and critical faults by any of its rules: the rule, and the first element that breaks it."""
    found = _violations(page, {})
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


def _violations(page: Any, options: dict[str, Any]) -> list[dict[str, Any]]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    # To tell of each element by which rules it is sound takes two thirds of the time.
    found: list[dict[str, Any]] = (
        axe.Axe().run(page, options={**options, "resultTypes": ["violations"]}).response["violations"]
    )
    return found
