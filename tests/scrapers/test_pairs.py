"""Recorded pairs: tests/sources/<spider>/<case>/ holds the pages of a source, its entry, and the raw listings they give.

`source.yaml` has the entry's url, settings, page, holds and languages, and besides

    pages      address -> file, or {file, type, status, location, headers, posted} (posted: the body of a POST, as it is), or
               a list of those for several bodies at one address; any other request is unknown, and fails
    outcome, evidence, seen, declared_total    what the run line says; evidence is null where left out

`expected.ndjson` is compared line by line. Where it is missing, it is written and the test fails: read it, then keep it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

PAIRS = Path(__file__).parent.parent / "sources"
FROM_THE_ENTRY = ("url", "page", "settings", "holds", "languages", "country", "organizer")
CASES = sorted(path.parent for path in PAIRS.glob("*/*/source.yaml"))


def case_id(case: Path) -> str:
    return f"{case.parent.name}.{case.name}".replace("_", "-")


@pytest.fixture(scope="module")
def crawled(crawling: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("pairs")
    sources, pages = [], []
    for case in CASES:
        entry = yaml.safe_load((case / "source.yaml").read_text(encoding="utf-8"))
        sources.append(
            {
                "id": case_id(case),
                "spider": case.parent.name,
                **{key: entry[key] for key in FROM_THE_ENTRY if key in entry},
            }
        )
        for url, answers in entry["pages"].items():
            for answer in answers if isinstance(answers, list) else [answers]:
                answer = {"file": answer} if isinstance(answer, str) else answer
                headers = {"Content-Type": answer.get("type", "text/html; charset=utf-8"), **answer.get("headers", {})}
                if "location" in answer:
                    headers["Location"] = answer["location"]
                pages.append(
                    crawling.page(
                        url,
                        (case / answer["file"]).read_bytes() if "file" in answer else b"",
                        answer.get("status", 200),
                        headers,
                        posted=answer["posted"].encode() if "posted" in answer else None,
                    )
                )
    assert len({(page.url, page.posted) for page in pages}) == len(pages), "two cases share an address"
    return crawling.crawl(folder, sources, [crawling.write_archive(folder / "pairs.warc.gz", pages)])


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_pages_give_the_expected_listings(case: Path, crawled: dict[str, Any]) -> None:
    entry = yaml.safe_load((case / "source.yaml").read_text(encoding="utf-8"))
    run, listings = crawled[case_id(case)]
    assert {"outcome": run["outcome"], "evidence": run["evidence"]} == {
        "outcome": entry["outcome"],
        "evidence": entry.get("evidence"),
    }
    assert run["declared_total"] == entry.get("declared_total")
    assert run["seen"] == entry.get("seen", run["seen"])
    expected = case / "expected.ndjson"
    if not expected.exists():
        expected.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in listings), encoding="utf-8")
        pytest.fail(f"{expected} was missing and has been written: read it, then keep it")
    assert listings == [json.loads(line) for line in expected.read_text(encoding="utf-8").splitlines()]
