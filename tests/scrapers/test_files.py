"""Files that are no web pages: PDF, packed sitemaps, mails. Hostile ones end, and fail only by the errors they name."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.extract import pdf
from scrapers.extract.blocks import Line, line_pairs, parse_html
from scrapers.extract.html_tables import page_tables
from scrapers.extract.labels import labelled_fields, read_labels
from scrapers.extract.mails import read_blocks, read_box, read_mails
from tests.scrapers.healthy.pdf_notice import pdf as a_pdf

MAIL = "From: {}\nSubject: {}\nContent-Type: text/plain; charset=utf-8\n\n{}"
MARKS = (
    *("\n", "\n\n", " ", ":", "-----", "From x 2026\n", "--b\n", "<hr>", "<a href=http://x>", "<dt>", "<dd>", "<td>"),
    *("Location", "é"),
)


def test_the_text_of_a_pdf_comes_line_by_line() -> None:
    read = pdf.read_pdf(a_pdf(["CLOSING DATE: 1 May", "Z\\374rich  \\(CH\\)"]).encode())
    assert (read.pages, read.total) == ([["CLOSING DATE: 1 May", "Zürich (CH)"]], 1)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"%PDF-1.4\n" + b"\x00\xff" * 5000, a_pdf(["x"])[:200].encode()])
def test_what_is_no_pdf_is_told(body: bytes) -> None:
    with pytest.raises(pdf.PdfError, match="load document"):
        pdf.read_pdf(body)


def test_a_pdf_that_takes_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0.2)
    with pytest.raises(pdf.SlowPdfError, match="takes more than"):
        pdf.read_pdf(a_pdf(["words and more words"] * 300_000).encode())


def test_a_reader_that_breaks_down_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "reader.py"
    script.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(pdf, "__file__", str(script))
    with pytest.raises(pdf.PdfError, match="broke down"):
        pdf.read_pdf(b"%PDF-1.7")


def test_packed_sitemaps_are_unpacked_in_bounds(crawling: Any, tmp_path: Path) -> None:
    whole = b"<urlset><url><loc>https://fine.example/about</loc></url></urlset>"
    packed = {"fine": gzip.compress(whole), "torn": gzip.compress(whole)[:9], "bomb": gzip.compress(b" " * (51 << 20))}
    pages = [
        crawling.page(f"https://{name}.example/sitemap.xml.gz", body, headers={"Content-Type": "application/x-gzip"})
        for name, body in packed.items()
    ]
    sources = [
        {
            "id": name,
            "spider": "sitemap",
            "url": f"https://{name}.example/sitemap.xml.gz",
            "settings": {"postings": "/job/"},
        }
        for name in packed
    ]
    crawled = crawling.crawl(tmp_path, sources, [crawling.write_archive(tmp_path / "sitemaps.warc.gz", pages)])
    assert {name: crawled[name].outcome for name in packed} == {
        "fine": "layout_changed",
        "torn": "error",
        "bomb": "error",
    }
    assert "cannot be unpacked" in crawled["torn"].evidence and "cannot be unpacked" in crawled["bomb"].evidence


def test_of_a_mail_nothing_is_read_about_those_who_wrote_it() -> None:
    text = (
        "Dear Ada,\n\nIntern, archive\nLocation: Bern\nContact: Max Beispiel\n\nKind regards\nMax Beispiel\nArchive\n"
    )
    [mail] = read_mails(MAIL.format("Max Beispiel <max@a.example>", "Offers", text).encode())
    assert mail[:3] == ("Offers", None, [["Intern, archive", "Location: Bern"]])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=8)), max_size=60).map("".join))
def test_whatever_a_mail_or_a_page_says_it_is_read(text: str) -> None:
    for mail in (*read_mails(MAIL.format("a", "b", text).encode()), *read_box(text.encode())):
        labelled_fields(line_pairs([Line(line, None) for block in mail.blocks for line in block]), {}, has_title=True)
    assert all(block for block in read_blocks(text))
    page = parse_html(text)
    read_labels(page, {"pay": ["Location"]})
    page_tables(page, "table", {})


@pytest.mark.parametrize(
    "markup",
    ["<div>" * 3000 + "<dl>" + "<dt>a<dd>b" * 5000, "<table><tr><td>Title" * 3000, "<dt>" * 5000, "<hr>" * 5000],
)
def test_deep_and_broad_markup_is_read(markup: str) -> None:
    page = parse_html(markup)
    read_labels(page, {})
    page_tables(page, "table", {})
    read_mails(b"Content-Type: text/html\n\n" + markup.encode())
