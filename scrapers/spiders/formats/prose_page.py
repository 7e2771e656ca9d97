"""Pages of running text that tell of one internship, or of several one after the other: embassies, ministries, institutes.

How to recognise one: the page was written by hand for people; what it offers stands in sentences, and another page of the
same site looks different.

What to write:

    - id: example-embassy
      name: Internships at an example embassy
      spider: prose_page
      url: https://embassy.example.org/internships
      settings:
        main: article .content    # css of the text that counts; default: the body without navigation, header and footer
        title: h1                 # css of the title
        offers: article h3        # css of the headings or bold lines that each begin one offer, or of the blocks that each
                                  #   are one; left out: the page is one
        closed: [applications are closed]       # words by which the page, or an offer, says that it is closed
        none: no internships at the moment      # words by which the page says that there are none

The text goes into the description whole; what it says of dates, places and pay is found by cleaning, not here. An offer
whose heading has no link of its own stands at the page's address, with the heading's anchor where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import AfterValidator
from scrapy.http import Response
from selectolax.lexbor import LexborNode

from scrapers.answers.check import SourceError, absolute, page_cut_off, page_text
from scrapers.engine.settings import SpiderSettings, Texts
from scrapers.engine.source_run import SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract.blocks import (
    AROUND,
    BOLD,
    HEADINGS,
    UNSEEN,
    Line,
    block_lines,
    block_text,
    check_css,
    line_with,
    parse_html,
)
from scrapers.extract.furniture import is_furniture
from scrapers.extract.inline import is_address
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome

Css = Annotated[str, AfterValidator(check_css)]


class Offer(NamedTuple):
    """One offer of a page: its title, its own address or None, and its lines, the title's left out."""

    title: str
    href: str | None
    lines: list[str]


class ProsePage(SourceSpider):
    name = "prose_page"
    expected_format = "html"

    class Settings(SpiderSettings):
        main: Css | None = None
        title: Css = "h1"
        offers: Css | None = None
        closed: Texts = []
        none: str | None = None

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        settings: ProsePage.Settings = run.settings
        page = parse_html(page_text(response))
        main = page.css_first(settings.main or "body")
        if page_cut_off(response):
            run.partial(f"the page breaks off: {response.url}")
        if main is None:
            raise SourceError(Outcome.LAYOUT_CHANGED, f"nothing matches {settings.main!r} on {response.url}")
        lines = block_lines(main, UNSEEN if settings.main else AROUND)
        if words := line_with(lines, [settings.none] if settings.none else []):
            run.confirm_empty(words)
            return
        if settings.offers is None:
            title = next((block_text(found, " ") for found in page.css(settings.title)), "")
            if not title:
                raise SourceError(Outcome.LAYOUT_CHANGED, f"no title at {settings.title!r} on {response.url}")
            offers = [Offer(title, None, [line.text for line in lines if line.text != title])]
            before = lines
        else:
            offers = [offer for offer in _offers(main, settings.offers) if not is_furniture(offer.title)]
            before = lines[: next((n for n, line in enumerate(lines) if offers and line.text == offers[0].title), None)]
        if not offers:
            run.note(f"nothing matches {settings.offers!r} on {response.url}")
        shut = line_with(before, settings.closed)
        for offer in offers:
            closed = shut or line_with([Line(text, None) for text in (offer.title, *offer.lines)], settings.closed)
            yield from run.listing(
                response,
                title=offer.title,
                url=absolute(response, offer.href) if offer.href else response.url,
                description="\n".join(offer.lines),
                extra={MARKED_CLOSED: closed},
            )


def _offers(main: LexborNode, selector: str) -> Iterator[Offer]:
    """A heading, or a bold line, that the selector finds begins an offer that goes on to the next one, or to a heading above
    it; any other element is an offer as a whole, titled by its first heading, else its first line."""
    found = main.css(selector)
    begins = {node.mem_id for node in found}
    for node in found:
        if _is_heading(node):
            lines = [line.text for each in _up_to_next(node, begins) for line in block_lines(each)]
            yield Offer(block_text(node, " "), _own_address(node), lines)
            continue
        lines = [line.text for line in block_lines(node)]
        heading = next((inner for inner in node.traverse() if inner.tag in HEADINGS), None)
        title = block_text(heading, " ") if heading is not None else next(iter(lines), "")
        address = _own_address(node) if heading is None else _own_address(heading) or _anchor(node)
        yield Offer(title, address, [line for line in lines if line != title])


def _is_heading(node: LexborNode) -> bool:
    """Whether an element is a heading, or bold words that stand for one."""
    if node.tag in HEADINGS or node.tag in BOLD:
        return True
    lines = block_lines(node)
    return len(lines) == 1 and lines[0].bold == lines[0].text


def _up_to_next(heading: LexborNode, begins: set[int]) -> Iterator[LexborNode]:
    """What follows a heading and belongs to it; a heading that is alone in its element is followed by what follows that."""
    node = heading
    while node.parent is not None and not _has_more_text(node):
        node = node.parent
    following = node.next
    while following is not None:
        above = following.tag in HEADINGS and str(following.tag) < str(heading.tag)
        if above or any(inner.mem_id in begins for inner in following.traverse()):
            return
        yield following
        following = following.next


def _has_more_text(node: LexborNode) -> bool:
    """Whether words follow a node within its element."""
    following = node.next
    while following is not None:
        if following.tag == "-text" and (following.text_content or "").strip():
            return True
        if not (following.tag or "-").startswith("-") and block_lines(following):
            return True
        following = following.next
    return False


def _own_address(node: LexborNode) -> str | None:
    """The link within a heading, else its anchor on the page."""
    href = next((href for link in node.css("a") if is_address(href := link.attributes.get("href") or "")), None)
    named = next((each for each in node.css("a[id]")), node)
    return href or _anchor(node) or _anchor(named)


def _anchor(node: LexborNode) -> str | None:
    anchor = node.attributes.get("id")
    return f"#{anchor}" if anchor else None
