"""CSS selectors that find just some elements of a page, as short and as lasting as the page allows.

Belongs here: from elements to a selector. Does not belong here: which elements (`rows`, `fields`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.catalogue.recognition.pages import Element, Page

NAME = re.compile(r"[A-Za-z_-][\w-]*\Z", re.ASCII)
"""A class or id that needs no escape in a selector."""
MAX_ANCESTORS = 6


def select_rows(rows: Sequence[Element], page: Page, strangers: Sequence[Element] = ()) -> str | None:
    """The selector of just these elements of a page; rows without words, which every reader passes over, may be found too. None
    where only their places in a list would tell them from others (`strangers` among them): the next night a list is longer."""
    if whole := _first_exact(_for_all(rows, strangers), rows, page):
        return whole
    by_parent: dict[Element | None, list[Element]] = {}
    for row in rows:
        by_parent.setdefault(row.parent, []).append(row)
    pieces = []
    for together in by_parent.values():
        piece = _first_exact(_for_all(together, strangers), together, page) or _first_exact(
            _by_place(together), together, page
        )
        if piece is None:
            return None
        pieces.append(piece)
    joined = ", ".join(dict.fromkeys(pieces))
    return joined if joined and _is_exact(joined, rows, page) else None


def select_within(
    rows: Sequence[Element], wanted: Sequence[Element | None], page: Page, *, alone: bool = False
) -> str | None:
    """The selector that, within each of these rows, finds first the element that is wanted there (None: no matter), or that
    `alone`; empty where it is the row itself. None where there is no such selector."""
    pairs = [(row, each) for row, each in zip(rows, wanted, strict=True) if each is not None]
    if not pairs:
        return None
    if all(row is each for row, each in pairs):
        return ""
    absent = [row for row, each in zip(rows, wanted, strict=True) if each is None]
    for selector in _steps_within(*pairs[0]):
        firsts = [row.node.css_first(selector) for row, _ in pairs]
        if alone and any(len(row.node.css(selector)) != 1 for row, _ in pairs):
            continue
        if all(
            found is not None and _same_text(found.mem_id, each, page)
            for found, (_, each) in zip(firsts, pairs, strict=True)
        ) and not any(row.node.css_first(selector) is not None for row in absent):
            return selector
    return None


def _same_text(found: int, wanted: Element, page: Page) -> bool:
    element = page.by_id.get(found)
    return element is wanted or (
        element is not None and element.text == wanted.text and element.tag == wanted.tag != "a"
    )


def _steps_within(row: Element, wanted: Element) -> Iterator[str]:
    own = list(names_of(wanted))
    yield from own
    numbering = [name for name in (wanted.attribute("class") or "").split() if name not in wanted.classes]  # of columns
    yield from (f"{wanted.tag}.{name}" for name in numbering if NAME.match(name))
    between = []
    for each in wanted.above():
        if each is row:
            break
        between.append(each)
    for each in between:
        for name in own:
            yield from (f"{outer} {name}" for outer in names_of(each))
    yield from (f"{name}:nth-of-type({_place(wanted)})" for name in own)
    chain = [wanted, *between]
    for length in range(1, len(chain) + 1):
        steps = " > ".join(f"{each.tag}:nth-of-type({_place(each)})" for each in reversed(chain[:length]))
        yield steps
    yield from (f"{name} > {steps}" for name in names_of(row, tags=False))


def _for_all(rows: Sequence[Element], strangers: Sequence[Element] = ()) -> Iterator[str]:
    """Selectors by tags, classes and ids that all rows have in common, the shortest first."""
    common = set(rows[0].classes).intersection(*(row.classes for row in rows[1:]))
    tag = rows[0].tag
    names = [f"{tag}.{name}" for name in rows[0].classes if name in common and NAME.match(name)]
    base = (
        [*names, tag]
        if all(row.tag == tag for row in rows)
        else [f".{name}" for name in rows[0].classes if name in common]
    )
    endings = [*base, *(f"{name}{condition}" for name in base for condition in _conditions(rows, strangers))]
    outer = [each for each in _shared_above(rows) if each.tag not in ("body", "html")][:MAX_ANCESTORS]
    yield from (name for name in names if name.count(".") == 1)
    for each in outer:
        yield from (f"{above} {name}" for above in names_of(each, tags=False) for name in base)
    parents = {row.parent.tag for row in rows if row.parent}
    parent_classes = set.intersection(*(set(row.parent.classes) if row.parent else set() for row in rows))
    beside = (
        [f"{next(iter(parents))}.{name}" for name in sorted(parent_classes) if NAME.match(name)]
        if len(parents) == 1
        else []
    )
    yield from (f"{above} > {name}" for above in beside for name in base)
    yield from names
    for each in outer:
        yield from (f"{above} {name}" for above in names_of(each) for name in endings)
        for inner in outer:
            if each is not inner and each.holds(inner):
                yield from (
                    f"{above} {below} {name}"
                    for above in names_of(each)
                    for below in names_of(inner)
                    for name in endings
                )
    yield from (f"{above} > {name}" for each in outer[:2] for above in names_of(each) for name in endings)
    yield from endings


def _conditions(rows: Sequence[Element], strangers: Sequence[Element]) -> list[str]:
    """What every row holds, and others perhaps not; classes that strangers alone have."""
    own = frozenset(name for row in rows for name in (row.attribute("class") or "").split())
    foreign = [set((each.attribute("class") or "").split()) - own for each in strangers]
    names = sorted(set.intersection(*foreign)) if foreign else []
    conditions = [f":not(.{name})" for name in names if NAME.match(name)]
    conditions += [
        f":has({tag})"
        for tag in ("a", "h2", "h3", "h4", "h5", "h6", "strong", "b", "td", "time")
        if all(row.node.css_first(tag) for row in rows)
    ]
    hrefs = [row.attribute("href") or "" for row in rows]
    if all(hrefs):
        start = _common_start(hrefs)
        conditions += [f'[href^="{start}"]'] if len(start) > 1 and '"' not in start else []
        conditions += ['[href$=".pdf"]'] if all(href.lower().endswith(".pdf") for href in hrefs) else []
    conditions += (
        [':not([href^="mailto:"])']
        if any((each.attribute("href") or "").startswith("mailto:") for each in strangers)
        else []
    )
    inside = [
        next((each.attribute("href") for each in row.below() if each.tag == "a" and each.attribute("href")), "") or ""
        for row in rows
    ]
    start = _common_start(inside) if all(inside) else ""
    if len(start) > 1 and '"' not in start and not all(hrefs):
        conditions.append(f':has(a[href^="{start}"])')
    return conditions


def _common_start(hrefs: Sequence[str]) -> str:
    """What addresses begin with, whole parts of path and query; one of them alone shows none."""
    first, last = min(hrefs), max(hrefs)
    length = next(
        (n for n, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), min(len(first), len(last))
    )
    start = first[:length]
    end = max(map(start.rfind, "/?&="))
    return start[: end + 1] if end >= 0 and len(set(hrefs)) > 1 else ""


def _by_place(rows: Sequence[Element]) -> Iterator[str]:
    """Selectors by the place of rows of one parent among their siblings, from the nearest ancestor that has a name."""
    own = rows[0].tag
    chain: list[str] = []
    parent = rows[0].parent
    while parent is not None:
        for name in names_of(parent, tags=False):
            yield " > ".join([name, *reversed(chain), own])
            if len(rows) == 1:
                yield " > ".join([name, *reversed(chain), f"{own}:nth-of-type({_place(rows[0])})"])
        if parent.parent is None:
            for end in (own, f"{own}:nth-of-type({_place(rows[0])})")[: 1 + (len(rows) == 1)]:
                yield " > ".join([parent.tag, *reversed(chain), end])
        chain.append(f"{parent.tag}:nth-of-type({_place(parent)})")
        parent = parent.parent


def _shared_above(rows: Sequence[Element]) -> list[Element]:
    """Ancestors of every row, the nearest first."""
    return [each for each in rows[0].above() if all(each.holds(row) for row in rows)]


def names_of(element: Element, *, tags: bool = True) -> Iterator[str]:
    """Selectors of an element by its own id, classes and tag."""
    name = element.attribute("id") or ""
    if NAME.match(name) and not re.search(r"\d{3}", name):
        yield f"#{name}"
    yield from (f"{element.tag}.{each}" for each in element.classes if NAME.match(each))
    if tags:
        yield element.tag


def _place(element: Element) -> int:
    """Which of its kind it is among its siblings, from 1."""
    place, sibling = 1, element.node.prev
    while sibling is not None:
        place += sibling.tag == element.tag
        sibling = sibling.prev
    return place


def _first_exact(selectors: Iterable[str], rows: Sequence[Element], page: Page) -> str | None:
    tried: set[str] = set()
    for selector in selectors:
        if selector not in tried and _is_exact(selector, rows, page):
            return selector
        tried.add(selector)
    return None


def _is_exact(selector: str, rows: Sequence[Element], page: Page) -> bool:
    wanted = {row.node.mem_id for row in rows}
    found = page.root.css(selector)
    if not wanted <= {node.mem_id for node in found}:
        return False
    others = [page.by_id.get(node.mem_id) for node in found if node.mem_id not in wanted]
    return all(each is None or not each.text or _is_header(each) for each in others)


def _is_header(element: Element) -> bool:
    """A row of a table that holds headers only."""
    return element.tag == "tr" and not any(child.tag == "td" for child in element.children)
