"""Well-formed lists that are not what the source has: columns, links, ids, titles, old pages, other boards' postings.

Belongs here: what a board shows instead of its postings. Does not belong here: what HTTP or a page says (`kinds`).
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from itertools import chain

from tests.bench.faults.boards import CITIES, Board, Posting, Response, Shown

Change = Callable[[Board, Board], list[Shown]]
"""What a board shows; the second one is another one of its format."""

GERMAN_CITIES = ("Wien", "Paris", "Oslo", "Lissabon", "Nairobi", "Lima", "Tokio", "Riga", "Quito", "Accra")


def _shown(postings: list[Posting]) -> list[Shown]:
    return [Shown(each.board, each.number, each.title, each.url, each.city) for each in postings]


def _each(change: Callable[[Shown, int], Shown], count: int | None = None) -> Change:
    """Every row changed, or the first `count` ones, by the row and its position."""

    def rows(board: Board, other: Board) -> list[Shown]:
        own = _shown(board.open)
        return [change(row, at) if count is None or at < count else row for at, row in enumerate(own)]

    return rows


def _title(change: Callable[[Shown], str], count: int | None = None) -> Change:
    return _each(lambda row, at: row._replace(title=change(row)), count)


def _link(change: Callable[[Shown], str], count: int | None = None) -> Change:
    return _each(lambda row, at: row._replace(url=change(row)), count)


def _rotated(name: str, by: int = 1) -> Change:
    """One column is off by so many rows."""

    def rows(board: Board, other: Board) -> list[Shown]:
        own = _shown(board.open)
        return [row._replace(**{name: getattr(own[(at + by) % len(own)], name)}) for at, row in enumerate(own)]

    return rows


def _sorted_titles(board: Board, other: Board) -> list[Shown]:
    own = _shown(board.open)
    return [row._replace(title=title) for row, title in zip(own, sorted(each.title for each in own), strict=True)]


def _of_another(*names: str) -> Change:
    """The columns of another board's rows beside the rest of the own ones."""

    def rows(board: Board, other: Board) -> list[Shown]:
        own, others = _shown(board.open), _shown(other.open)
        foreign = [*others, *own[len(others) :]]
        return [
            row._replace(**{name: getattr(each, name) for name in names})
            for row, each in zip(own, foreign, strict=False)
        ]

    return rows


def _ago(board: Board, nights: int) -> list[Posting]:
    return board.nights[max(0, len(board.nights) - 1 - nights)]


def _merged_by_turns(board: Board, other: Board) -> list[Shown]:
    pairs = zip(_shown(board.open), _shown(other.open), strict=False)
    return list(chain.from_iterable(pairs))


def _with_ended(board: Board, other: Board) -> list[Shown]:
    every = {posting.number: posting for night in board.nights for posting in night}
    return _shown(list(every.values()))


def _half_of_last_week(board: Board, other: Board) -> list[Shown]:
    old = _ago(board, 5)
    now = board.open[: len(board.open) // 2]
    return _shown(list(dict.fromkeys([*now, *old[len(old) // 2 :]])))


def _doubled(board: Board, other: Board) -> list[Shown]:
    own = _shown(board.open)
    again = [row._replace(number=f"{row.number}0000", title=f"{row.title} (2)", url=f"{row.url}-2") for row in own]
    return [*own, *again]


def _tenant(board: Board, other: Board) -> list[Shown]:
    """Another board's postings, ids and all, under addresses of this one."""
    return [row._replace(url=f"{board.base}/job/{row.number}") for row in _shown(other.open)]


def _under_new_rows(board: Board) -> list[Shown]:
    """Titles as they stood on the night before, from the first row on: a cached column beside a fresh one."""
    old = [posting.title for posting in _ago(board, 3)]
    own = _shown(board.open)
    return [
        row._replace(title=title) for row, title in zip(own, old + [row.title for row in own[len(old) :]], strict=False)
    ]


def _same_link(board: Board) -> list[Shown]:
    own = _shown(board.open)
    return [row._replace(url=own[0].url) for row in own]


def _instead(*titles: str) -> Change:
    """Rows that are no postings, instead of the list."""
    return lambda board, other: [
        Shown(board.number, number, title, f"{board.base}/page/{number}", "") for number, title in enumerate(titles, 1)
    ]


def _numbered(change: Callable[[int, int], int | str]) -> Change:
    """Ids and links with other numbers: a function of number and position."""

    def renumbered(row: Shown, at: int) -> Shown:
        number = change(int(row.number), at)
        return row._replace(number=number, url=f"{row.url.rpartition('/')[0]}/{number}")

    return _each(renumbered)


def _german(row: Shown, at: int) -> Shown:
    title = row.title.replace("Internship", "Praktikum").replace("in field", "im Bereich")
    return row._replace(
        title=title, url=row.url.replace("/job/", "/de/job/"), city=GERMAN_CITIES[CITIES.index(row.city)]
    )


LISTS: dict[str, Change] = {
    # columns
    "titles-off-by-one": _rotated("title"),
    "links-off-by-one": _rotated("url"),
    "ids-off-by-one": _rotated("number"),
    "cities-off-by-one": _rotated("city"),
    "titles-sorted": _sorted_titles,
    "columns-swapped": _each(lambda row, at: row._replace(title=row.city, city=row.title)),
    "cities-same": _each(lambda row, at: row._replace(city="Remote")),
    # titles
    "titles-lower": _title(lambda row: row.title.lower()),
    "titles-german": _title(lambda row: _german(row, 0).title),
    "titles-untitled": _title(lambda row: "Untitled"),
    "some-titles-untitled": _title(lambda row: "Untitled", 3),
    "titles-not-found": _title(lambda row: "404 - Page not found"),
    "some-titles-not-found": _title(lambda row: "404 - Page not found", 3),
    "titles-template": _title(lambda row: "{{ job.title }}"),
    "titles-mojibake": _title(lambda row: row.title.replace("Intern", "IntÃ©rn")),
    "titles-cut": _title(lambda row: f"{row.title[:10]}…"),
    "titles-new": _title(lambda row: f"NEW! {row.title}"),
    "titles-with-place": _title(lambda row: f"{row.title} - {row.city}"),
    "titles-numbered": _each(lambda row, at: row._replace(title=f"{at + 1}. {row.title}")),
    "titles-are-ids": _title(lambda row: str(row.number)),
    "titles-are-cities": _title(lambda row: row.city),
    "titles-loading": _title(lambda row: "Loading..."),
    "titles-lorem": _title(lambda row: f"Lorem ipsum dolor sit amet {int(row.number) % 5}"),
    "titles-twice": _title(lambda row: f"{row.title} {row.title}"),
    "titles-at-site": _title(lambda row: f"{row.title} | Board {row.board} careers - apply online"),
    "titles-of-place-and-kind": _title(lambda row: f"Internship in {row.city}"),
    "titles-with-age": _each(lambda row, at: row._replace(title=f"{row.title} ({at + 1} days ago)")),
    "titles-with-code": _title(lambda row: f"[REQ-{int(row.number) * 31:06}] {row.title}"),
    "titles-in-turn-german": _each(lambda row, at: _german(row, at) if at % 2 else row),
    "titles-reworded": _title(lambda row: row.title.replace("Internship", "Traineeship").replace("field", "area")),
    "titles-of-yesterday-off": lambda board, other: _under_new_rows(board),
    "titles-apply-now": _title(lambda row: "Apply now"),
    "deadlines-past": _title(lambda row: f"{row.title}, deadline 1 January 2020"),
    # links
    "links-https": _link(lambda row: row.url.replace("http:", "https:")),
    "links-other-host": _link(lambda row: f"https://careers-{row.board}.example/job/{row.number}"),
    "links-session": _link(lambda row: f"{row.url}?sid={int(row.number) * 7919:08x}"),
    "links-path-session": _link(lambda row: f"{row.url};jsessionid={int(row.number) * 7919:08X}"),
    "links-click": _link(lambda row: f"https://click.example/track?to={row.url}"),
    "links-login": _link(lambda row: f"{row.url.partition('/job/')[0]}/login?next=/job/{row.number}"),
    "links-fragment": _link(lambda row: f"{row.url.partition('/job/')[0]}/list#{row.number}"),
    "links-home": _link(lambda row: f"{row.url.partition('/job/')[0]}/"),
    "links-slug": _link(lambda row: f"{row.url}-{row.title.lower().replace(' ', '-')}"),
    "links-relative": _link(lambda row: f"/job/{row.number}"),
    "links-no-scheme": _link(lambda row: row.url.partition(":")[2]),
    "links-slash": _link(lambda row: f"{row.url}/"),
    "links-upper": _link(lambda row: row.url.replace("/job/", "/JOB/")),
    "links-campaign": _link(lambda row: f"{row.url}?utm_source=board&utm_campaign=x{row.number}"),
    "links-amp": _link(lambda row: f"{row.url}?amp=1"),
    "links-cache": _link(lambda row: f"https://webcache.example/search?q=cache:{row.url}"),
    "links-mailto": _link(lambda row: f"mailto:jobs{row.number}@example.org"),
    "links-encoded": _link(lambda row: row.url.replace("/job/", "/job%2F")),
    "links-staging": _link(lambda row: f"https://staging.example/job/{row.number}"),
    "links-null": _link(lambda row: f"{row.url.rpartition('/')[0]}/null"),
    "links-all-first": lambda board, other: _same_link(board),
    "links-in-pairs": _each(lambda row, at: row._replace(url=f"{row.url.rpartition('/')[0]}/{int(row.number) // 2 * 2}")),
    "links-template": _link(lambda row: f"{row.url.rpartition('/')[0]}/{{{{job.id}}}}"),
    "links-template-encoded": _link(lambda row: f"{row.url.rpartition('/')[0]}/%7Bjob_id%7D"),
    "links-undefined": _link(lambda row: f"{row.url.rpartition('/')[0]}/undefined"),
    "some-links-undefined": _link(lambda row: f"{row.url.rpartition('/')[0]}/undefined", 3),
    # ids and the links made of them
    "numbers-renumbered": _numbered(lambda number, at: number + 100_000),
    "numbers-by-position": _numbered(lambda number, at: at + 1),
    "numbers-dated": _numbered(lambda number, at: f"20260301{number:04}"),
    "numbers-prefixed": _numbered(lambda number, at: f"REQ-{number:05}"),
    "numbers-hashed": _numbered(lambda number, at: sha256(str(number).encode()).hexdigest()[:12]),
    "numbers-reversed": _numbered(lambda number, at: 1000 - number),
    "numbers-one-up": _numbered(lambda number, at: number + 1),
    "numbers-in-pairs": _numbered(lambda number, at: number // 2 * 2),
    "locale-switched": _each(_german),
    "locale-switched-half": _each(lambda row, at: _german(row, at) if at % 2 else row),
    # other rows
    "page-of-yesterday": lambda board, other: _shown(_ago(board, 1)),
    "page-of-last-week": lambda board, other: _shown(_ago(board, 5)),
    "half-of-last-week": _half_of_last_week,
    "with-ended": _with_ended,
    "merged-with-another": lambda board, other: [*_shown(board.open), *_shown(other.open)],
    "merged-by-turns": _merged_by_turns,
    "tenant-under-own-address": _tenant,
    "tenant-under-own-ids": _of_another("title", "city", "url"),
    "tenants-half-under-own-address": lambda board, other: [*_shown(board.open)[::2], *_tenant(board, other)[::2]],
    "with-adverts": lambda board, other: [
        *(Shown(board.number, 900 + at, f"Advert {at} for a master", f"https://ads.example/{at}", "") for at in range(3)),
        *_shown(board.open),
    ],
    "titles-of-another": _of_another("title"),
    "titles-and-cities-of-another": _of_another("title", "city"),
    "links-of-another": _of_another("url"),
    "doubled-with-counter": _doubled,
    "cookie-wall": _instead("Accept all cookies", "Manage preferences", "Privacy policy", "Imprint", "Legitimate interest"),
    "sample-rows": _instead(*(f"Test internship {number}, please ignore" for number in range(1, 13))),
    "menu-rows": _instead("Home", "About us", "Internship programme", "News", "Contact", "Log in"),
}  # fmt: skip


def answer(change: Change) -> Callable[[Board, Board], Response]:
    """The page of what a board shows."""
    return lambda board, other: board.page(change(board, other))
