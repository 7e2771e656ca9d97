"""Persons planted in every text of every recorded answer reach no raw file, warehouse, export or report, whatever the spider."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import yaml

from pipeline.nightly.replay import replay_night
from pipeline.storage.home import Home
from scrapers.pairs import ENTRY_KEYS
from scrapers.source import read_catalogue
from tests.scrapers.test_persons import CONTACTS, FORMS

PAIRS = Path(__file__).parent.parent / "sources"
NIGHT = date(2026, 3, 1)

PLANTED = [
    " " + contact.format(form) + "." for contact, form in zip(cycle(CONTACTS), FORMS * len(CONTACTS), strict=False)
]
"""Every form after every word for a contact: 20 and 13 have no common divisor."""
PERSON = {
    "name": "Ottoline Quillfeather",
    "firstName": "Ottoline",
    "email": "o.quillfeather@corp.example",
    "phone": "044 5550188",
}
ROLES = ("recruiter", "contact", "contactPerson", "hiringManager", "creator", "postedBy", "applicationContact")
TRACES = ("quillfeather", "ottoline", "5550188", "5550-188", "555 01 88")
WORDS = re.compile(r"[^\W\d]{3,} ")
TEXT = re.compile(r">([^<>]*[^\W\d]{3,} [^<>]*)<")
SCRIPT = re.compile(r"(<script\b[^>]*>)(.*?)(</script>)", re.S | re.I)


def contact(text: str) -> str:
    """The contact that is planted after a text: of the same text always the same."""
    return PLANTED[crc32(text.encode()) % len(PLANTED)]


def planted_json(value: Any, key: str = "") -> Any:
    """Each text of words with a contact, each object with persons, each address to apply at with one in its query."""
    if isinstance(value, dict):
        persons = dict.fromkeys(ROLES, PERSON)
        return {**persons, **{name: planted_json(each, name) for name, each in value.items()}}
    if isinstance(value, list):
        return [planted_json(each, key) for each in value]
    if not isinstance(value, str):
        return value
    if value.startswith("http"):
        mark = "&" if "?" in value else "?"
        return f"{value}{mark}contact=o.quillfeather%40corp.example" if "apply" in key.lower() else value
    return value + contact(value) if WORDS.search(value) else value


def planted_markup(text: str) -> str:
    """Each text of an element with a contact, JSON-LD among them."""

    def script(match: re.Match[str]) -> str:
        if "ld+json" not in match[1]:
            return match[0]
        try:
            return match[1] + json.dumps(planted_json(json.loads(match[2]))) + match[3]
        except json.JSONDecodeError:
            return match[0]

    parts = re.split(r"(<script\b.*?</script>|<style\b.*?</style>|<title>.*?</title>)", text, flags=re.S | re.I)
    whole = "".join(
        SCRIPT.sub(script, part) if number % 2 else TEXT.sub(lambda match: f">{match[1]}{contact(match[1])}<", part)
        for number, part in enumerate(parts)
    )
    return re.sub(r"(?<=[^\W\d]{3})\]\]>", f"{contact(whole)}]]>", whole)


def planted(body: bytes, kind: str) -> bytes:
    """An answer with persons in it; unchanged where it is no text."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.dumps(planted_json(json.loads(text))).encode()
        except json.JSONDecodeError:
            return body
    if text.lstrip()[:1] == "<":
        return planted_markup(text).encode()
    if "calendar" in kind:
        return re.sub(r"(?m)^((?:SUMMARY|DESCRIPTION|LOCATION)[^:\n]*:[^\r\n]*)", rf"\1{contact(text)}", text).encode()
    return re.sub(r"(?m)(\bIntern(?:ship)?\b)(?![\w/.-])", rf"\1{contact(text)}", text).encode()


def source_id(case: Path) -> str:
    return f"{case.parent.name}.{case.name}".replace("_", "-")


@pytest.fixture(scope="module")
def home(crawling: Any, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home after a night over all recorded pairs, planted."""
    folder = tmp_path_factory.mktemp("planted")
    sources, pages = [], []
    for case in sorted(path.parent for path in PAIRS.glob("*/*/source.yaml")):
        entry = yaml.safe_load((case / "source.yaml").read_text(encoding="utf-8"))
        own = {key: entry[key] for key in ENTRY_KEYS if key in entry}
        sources.append({"id": source_id(case), "spider": case.parent.name, **own, "holds": "internships"})
        for url, answers in entry["pages"].items():
            for answer in answers if isinstance(answers, list) else [answers]:
                answer = {"file": answer} if isinstance(answer, str) else answer
                kind = answer.get("type", "text/html; charset=utf-8")
                headers = {"Content-Type": kind, **answer.get("headers", {})}
                if "location" in answer:
                    headers["Location"] = answer["location"]
                body = planted((case / answer["file"]).read_bytes(), kind) if "file" in answer else b""
                posted = answer["posted"].encode() if "posted" in answer else None
                pages.append(crawling.page(url, body, answer.get("status", 200), headers, posted=posted))
    crawled = crawling.crawl(folder, sources, [crawling.write_archive(folder / "p.warc.gz", pages)])
    with_rows = {name.partition(".")[0] for name, each in crawled.items() if each.listings}
    assert with_rows == {source["spider"].replace("_", "-") for source in sources}, "every spider reads rows of them"
    made = Home(folder / "home")
    made.prepare()
    shutil.copytree(folder / "raw", made.raw(NIGHT))
    replay_night(made, read_catalogue(folder / "catalogue"), NIGHT)
    return made


def traces_in(content: str) -> list[str]:
    folded = content.casefold()
    return [f"{trace}: {folded[max(0, at - 120) : at + 60]!r}" for trace in TRACES if (at := folded.find(trace)) >= 0]


def test_no_raw_listing_names_a_person(home: Home) -> None:
    found: dict[str, list[str]] = {}
    for path in home.raw(NIGHT).glob("listings-*.ndjson"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if traces := traces_in(line):
                found.setdefault(json.loads(line)["source_id"], traces)
    assert not found


def test_no_file_of_the_home_names_one(home: Home) -> None:
    files = [path for path in home.root.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        content = path.read_bytes()
        assert not [trace for trace in TRACES if re.search(re.escape(trace.encode()), content, re.I)], path
