"""Systems of which a page is a part: boards whose address it has, loads or links to, by the spiders' own marks.

A spider declares in `MARKS`, a literal in its module, by what its pages are known:

    hosts   regular expressions of addresses (without scheme) that it reads as they are
    boards  the same of addresses that name a board, with named groups that an entry of its file in the catalogue gives
    page    of what the HTML of a site on a domain of its own holds; its entry gives the site's `host`
    entry   what an entry says beside the groups, with them in braces
    here    of addresses of such a site that are read as they are: a part of it

The addresses of data/reference/posting_ids.yaml, and of the templates in the catalogue, are known besides. Belongs here: from
addresses and marks to entries. Does not belong here: pages by hand (`rows`), feeds and files (`candidates`).
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from pipeline.catalogue.recognition.pages import Page
from pipeline.clean.language_tools.dictionary import read_reference
from scrapers.entries import Defaults, read_yaml, split_document
from scrapers.source import CatalogueError, Source, board_file, spider_files

ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>\\)]+", re.I)
OWN, LOADED, LINKED = "its address", "what it loads", "what it links to"


class System(NamedTuple):
    """A board that a page shows or leads to. `how`: OWN, LOADED or LINKED; `mark`: the address or words that show it."""

    source: Source
    how: str
    mark: str
    links: int = 1


def find_systems(page: Page, catalogue: Path) -> list[System]:
    """The systems that a page is a part of, the surest first, each board once."""
    found: dict[tuple[str, str], System] = {}
    for address, how in _addresses(page):
        for source in boards_of(address, page, catalogue):
            source = _here(source, page) if how == OWN else source
            known = found.get((source.spider, source.url))
            if known is None:
                found[source.spider, source.url] = System(source, how, address)
            else:
                found[source.spider, source.url] = known._replace(links=known.links + 1)
    for spider, marks in all_marks().items():
        for pattern in marks.get("page", ()):
            if shown := re.search(pattern, page.text):
                host = urlsplit(page.address).hostname or ""
                if (made := _entry(spider, {**shown.groupdict(), "host": host}, catalogue)) is not None:
                    source = _here(made, page)
                    found.setdefault((spider, source.url), System(source, LOADED, " ".join(shown[0].split())[:80]))
                break
    order = (OWN, LOADED, LINKED)
    return sorted(found.values(), key=lambda each: (order.index(each.how), -each.links))


def boards_of(address: str, page: Page, catalogue: Path) -> Iterator[Source]:
    """The sources that an address is, or is a board of."""
    bare = _bare(address)
    for spider, marks in all_marks().items():
        for pattern in marks.get("boards", ()):
            if match := re.search(pattern, bare):
                values = {name: unquote(value) for name, value in match.groupdict().items() if value}
                if source := _entry(spider, values, catalogue):
                    yield source
        if address == page.address and any(re.search(pattern, bare) for pattern in marks.get("hosts", ())):
            yield Source.model_validate(
                {
                    "id": spider,
                    "name": spider,
                    "channel": "platform",
                    "spider": spider,
                    "url": address,
                    "settings": marks.get("settings", {}),
                }
            )
    for shape in read_reference("posting_ids"):
        if "board" in shape and (match := re.search(shape["board"], bare)):
            values = {name: unquote(value) for name, value in match.groupdict().items() if value}
            values |= {name: text.format_map(values) for name, text in shape.get("with", {}).items()}
            if source := _entry(shape["system"], values, catalogue):
                yield source
    for spider, pattern in _templates(catalogue):
        match = pattern.search(bare)
        if match is not None:
            values = {name: unquote(value) for name, value in match.groupdict().items()}
            if source := _entry(spider, values, catalogue):
                yield source
    for pattern, defaults in _shared_software(catalogue):
        if match := pattern.search(bare):
            named = {"place": next(iter(match.groupdict().values())), **match.groupdict()}
            merged = defaults.under(named)
            with suppress(ValidationError):
                yield Source.model_validate(merged.values)


def _here(source: Source, page: Page) -> Source:
    """The source at the page's own address, where that is data, or a part of the site that is read by itself."""
    here = all_marks().get(source.spider, {}).get("here")
    if (not page.is_html and page.body) or (here and re.search(here, page.address)):
        return source.model_copy(update={"url": page.address})
    return source


@cache
def all_marks() -> dict[str, dict[str, Any]]:
    """Spider -> its MARKS, without importing its module (which imports scrapy)."""
    marks = {}
    for spider, path in spider_files().items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "MARKS":
                marks[spider] = ast.literal_eval(node.value)
    return marks


@cache
def _templates(catalogue: Path) -> list[tuple[str, re.Pattern[str]]]:
    """Spider and the pattern of the addresses that the files of boards make."""
    patterns = []
    for table in sorted(catalogue.glob("*/*.csv")):
        if not table.with_suffix(".yaml").is_file():
            continue
        defaults, _, _ = split_document(read_yaml(table.with_suffix(".yaml")))
        for key in ("url", "page"):
            template = str(defaults.get(key) or "")
            start = template.split("?", maxsplit=1)[0].split("{", 1)[0]
            if (
                "{" not in template
                or defaults.get("spider") != table.stem
                or (start in ("https://", "http://") and not _has_own_host(template))
            ):
                continue
            patterns.append((table.stem, _pattern(template)))
    return patterns


@cache
def _shared_software(catalogue: Path) -> list[tuple[re.Pattern[str], Defaults]]:
    """Software that has a host or folder for each of its users and that a shared spider reads: a file of the catalogue named
    after its domain. The pattern of their addresses, and what their entries share. Files of embassies are of one ministry's
    site, whose pages are not all alike."""
    found = []
    for path in sorted(catalogue.glob("*/*.yaml")):
        if path.parent.name == "embassy":
            continue
        document, _, _ = split_document(read_yaml(path))
        template = re.sub(r"^https?://", "", str(document.get("url") or ""))
        host, _, rest = template.partition("/")
        if document.get("spider") == path.stem or path.stem not in host.split("."):
            continue
        if "{" in host:
            start = _pattern(host).pattern
        elif "{" in rest.split("?")[0]:
            start = _pattern(f"{host}/{rest[: rest.index('}') + 1]}").pattern
        else:
            continue
        channel = {"channel": path.parent.name}
        found.append((re.compile(start, re.I), Defaults({**channel, **document}, Source.model_fields.keys())))
    return found


def _has_own_host(template: str) -> bool:
    """Whether a template names more of a host than a placeholder: `https://{token}.example.com/…`."""
    return re.match(r"https?://\{\w+\}\.[\w.{}-]+", template) is not None


def _pattern(template: str) -> re.Pattern[str]:
    bare = re.sub(r"^https?://", "", template).split("?")[0].rstrip("/")
    pieces, seen = [], set()
    for text, name in re.findall(r"([^{}]*)(?:\{(\w+)\})?", bare):
        pieces.append(re.escape(text))
        if name:
            pieces.append(f"(?P={name})" if name in seen else f"(?P<{name}>[^/?#]+)")
            seen.add(name)
    return re.compile("^" + "".join(pieces) + r"(?:[/?#]|$)", re.I)


def _entry(spider: str, values: dict[str, str], catalogue: Path) -> Source | None:
    """The source that these values make in the file of the spider's boards, or by itself where it has none; None where they are
    not enough."""
    template = all_marks().get(spider, {}).get("entry", {})
    try:
        more = _filled(template, values)
    except KeyError:  # groups of another of its marks
        more = {}
    boards = board_file(catalogue, spider)
    try:
        if boards is None:
            name = f"{spider}.{'.'.join(values.values())}".lower()
            return Source.model_validate(
                {
                    "id": re.sub(r"[^a-z0-9]+", "-", name).strip("-"),
                    "name": name,
                    "channel": "platform",
                    "spider": spider,
                    **more,
                }
            )
        known = {name: value for name, value in values.items() if name in (*boards.columns, "site", "host")}
        return boards.source({"name": next(iter(values.values())), **known, **more})
    except (CatalogueError, ValidationError):
        return None


def _filled(template: Any, values: dict[str, str]) -> Any:
    if isinstance(template, dict):
        return {key: _filled(value, values) for key, value in template.items()}
    return template.format_map(values) if isinstance(template, str) else template


def _addresses(page: Page) -> Iterator[tuple[str, str]]:
    """The page's own address, those that it loads, those that it links to."""
    yield page.address, OWN
    if page.url != page.address:
        yield page.url, OWN
    if not page.is_html:
        return
    for node in page.root.css(
        "script, iframe, frame, embed, form, link[rel=stylesheet], [data-src], [data-url], [data-source]"
    ):
        for name in ("src", "data-src", "data-url", "data-source", "action", "href"):
            if value := node.attributes.get(name):
                yield page.absolute(value), LOADED
        if node.tag == "script":
            text = html.unescape(node.text() or "").replace("\\/", "/")
            yield from (
                (found[0] if found[0].startswith("http") else f"https:{found[0]}", LOADED)
                for found in ADDRESS.finditer(text)
            )
    for element in page.elements:
        if element.tag == "a" and (href := element.attribute("href")) and not element.is_around:
            yield page.absolute(href), LINKED


def _bare(address: str) -> str:
    """An address without its scheme, its host in lower case."""
    rest = re.sub(r"^(?:[a-z][a-z0-9+.-]*:)?//", "", address, flags=re.I)
    host, mark, path = re.match(r"([^/?#]*)([/?#]?)(.*)", rest, re.S).groups()  # type: ignore[union-attr]  # matches all
    return f"{host.lower()}{mark}{path}"
