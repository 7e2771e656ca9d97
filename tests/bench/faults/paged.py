"""Faults of lists that come in pages. Does not belong here: faults of one page (`kinds`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.bench.faults.boards import PAGE_ROWS, Board, Response
from tests.bench.faults.kinds import FAULTS

PagedFault = Callable[[Board, Board, int], Response]
"""The answer of a board to the request for its page of this number; the second board is another one of its format."""


def can_have_paged(kind: str, board: Board, other: Board) -> bool:
    has_links = board.format.spider == "html_list" or not kind.startswith("next-")
    return has_links and bool(board.format.page_rows) and all(len(each.open) > 2 * PAGE_ROWS for each in (board, other))


def _from_second(fault: Callable[[Board, Board], Response]) -> PagedFault:
    """The first page as it is, another answer from the second on."""

    def answer(board: Board, other: Board, number: int) -> Response:
        part = board.part(number)
        return part.page() if number == 1 else fault(part, other.part(number))

    return answer


def _numbered(change: Callable[[int, Board], int]) -> PagedFault:
    """The page of another number; the link to the next one is as it was."""

    def answer(board: Board, other: Board, number: int) -> Response:
        part = board.part(change(number, board))
        part.following = board.part(number).following
        return part.page()

    return answer


def _second_left_out(board: Board, other: Board, number: int) -> Response:
    rest = board.open[:PAGE_ROWS] + board.open[2 * PAGE_ROWS :]
    return replace(board, open=rest).part(number).page()


def _pages(board: Board) -> int:
    return -(-len(board.open) // PAGE_ROWS)


def _endless(board: Board, other: Board, number: int) -> Response:
    """Behind the last page the first one comes again, and always a next one."""
    part = board.part((number - 1) % _pages(board) + 1)
    part.following = f"{board.base}/list?page={number + 1}"
    return part.page()


def _overlapping(board: Board, other: Board, number: int) -> Response:
    """Every page but the first begins with the last rows of the one before it, as where rows came between two requests."""
    part = board.part(number)
    before = board.part(number - 1).open if number > 1 else []
    part.open = [*before[-2:], *part.open]
    return part.page()


def _next_link(target: Callable[[Board, Board], str]) -> PagedFault:
    def answer(board: Board, other: Board, number: int) -> Response:
        part = board.part(number)
        part.following = target(board, other)
        return part.page()

    return answer


PAGED: dict[str, PagedFault] = {
    **{
        f"second-page-{kind}": _from_second(FAULTS[kind])
        for kind in (
            "404", "429", "503", "204", "challenge", "login", "redirect-home", "redirect-login", "redirect-loop", "empty-body",
            "cut-60", "connection-lost-30", "maintenance", "json-error", "json-no-rows", "script-shell", "none-left",
            "rate-limited", "board-of-another", "titles-off-by-one", "titles-gone", "links-gone", "gzip-cut",
        )
    },
    "pages-all-first": _numbered(lambda number, board: 1),
    "pages-from-zero": _numbered(lambda number, board: max(number - 1, 1)),
    "pages-reversed": _numbered(lambda number, board: _pages(board) + 1 - number if number <= _pages(board) else number),
    "second-page-left-out": _second_left_out,
    "pages-endless": _endless,
    "pages-overlapping": _overlapping,
    "next-is-first": _next_link(lambda board, other: board.address),
    "next-is-another-board": _next_link(lambda board, other: other.address),
    "next-is-nowhere": _next_link(lambda board, other: "http://no-such-host.invalid/list?page=2"),
    "next-is-script": _next_link(lambda board, other: "javascript:void(0)"),
}  # fmt: skip

PAGED_AMBIGUOUS = {"second-page-left-out": "these bytes are its pages where those of one page have ended"}
"""As `kinds.AMBIGUOUS`; these answers are made of the pages of a board on which the rest is open."""
