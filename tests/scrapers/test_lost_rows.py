"""No row is lost: documents that one byte breaks, and rows that a tidy parser would drop, are read for what they hold."""

# ruff: noqa: E501  the inputs are lines as sources write them

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from scrapers.extract.blocks import parse_html
from scrapers.extract.bullets import read_bullets
from scrapers.extract.calendars import CalendarError, next_occurrence, read_calendar
from scrapers.extract.charset import decode
from scrapers.extract.closing import title_mark
from scrapers.extract.feeds import read_feed
from scrapers.extract.furniture import is_furniture
from scrapers.extract.html_tables import html_tables, page_tables
from scrapers.extract.inline import is_placeholder
from scrapers.extract.json_data import fields_at, parse_json, text_at
from scrapers.extract.labels import labelled_fields
from scrapers.extract.links import browser_address, is_script_link, link_in_text, links_in_text, script_address
from scrapers.extract.mails import read_box, read_mails
from scrapers.extract.markdown import read_markdown
from scrapers.extract.office_files import OfficeFileError, docx_lines, xlsx_rows
from scrapers.extract.schema_org import job_postings, posting_fields
from scrapers.extract.spreadsheets import csv_rows, is_csv, read_spreadsheet
from scrapers.extract.tables import Row, read_rows
from scrapers.extract.xml_document import FeedError, read_xml

# ------------------------------------------------------------------------------------------------------------- charsets


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("cp1250", "Stáž v Plzni, příležitost růstu"), ("cp1250", "Praktyki w Łodzi, dział żywności"),
        ("cp1251", "Стажировка в отделе культуры"), ("cp1252", "Stage à l'ambassade, été 2026"), ("cp1253", "Πρακτική άσκηση"),
        ("cp1254", "Staj başvuruları açıldı"), ("cp1255", "התמחות בספרייה"), ("cp1256", "تدريب في المكتبة"),
        ("cp1257", "Praktika įmonėje, studentų stažuotė"), ("shift_jis", "インターン募集"), ("euc_kr", "인턴 모집"), ("gb18030", "实习生招聘"),
    ],
)  # fmt: skip
def test_a_charset_that_nobody_declares_is_the_one_that_explains_the_letters(charset: str, text: str) -> None:
    assert decode(f"<html><body><p>{text}</p></body></html>".encode(charset)).text[15:-18] == text


def test_bytes_go_before_what_is_declared_and_the_header_before_the_document() -> None:
    liar = '<?xml version="1.0" encoding="iso-8859-1"?><a>Žilina</a>'
    assert "Žilina" in decode(liar.encode()).text
    assert "Žilina" in decode(liar.encode("iso-8859-2"), "text/xml; charset=iso-8859-2").text
    assert "Žilina" in decode('<?xml version="1.0" encoding="utf-16"?><a>Žilina</a>'.encode()).text
    assert decode("Ž".encode("utf-16")).text == "Ž"


def test_one_bad_byte_changes_no_other_letter() -> None:
    assert (
        decode("Žilina, Łódź, Zürich, Århus, ".encode() + b"caf\xe9 and more").text
        == "Žilina, Łódź, Zürich, Århus, café and more"
    )


# ------------------------------------------------------------------------------------------------------------------ XML

ITEM = "<item><title>Dig intern</title><link>https://d.example/1</link></item>"


@pytest.mark.parametrize(
    "feed",
    [
        "<rss><channel><item><!-- 7 --><title>Dig intern</title><?php echo 1 ?><link>https://d.example/1</link></item></channel></rss>",
        f"<br /><b>Notice</b>: x\n<rss><channel>{ITEM}</channel></rss><script>a && b</script>",
        f'<!DOCTYPE rss [<!ENTITY dash "&#8211;">]><rss><channel><title>a &dash; b</title>{ITEM}</channel></rss>',
    ],
)
def test_a_feed_is_what_stands_between_its_root_and_that_ones_end(feed: str) -> None:
    read = read_feed(feed.encode())
    assert [(item.title, item.link) for item in read.items] == [("Dig intern", "https://d.example/1")]
    assert not read.cut_off


def test_a_feed_without_its_end_is_cut_off_and_gives_its_whole_items() -> None:
    read = read_feed(f"<rss><channel>{ITEM}<item><title>Half".encode())
    assert read.cut_off and [item.title for item in read.items] == ["Dig intern"]


def test_entities_that_name_others_are_refused() -> None:
    with pytest.raises(FeedError, match="declares entities"):
        read_xml(b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss>&b;</rss>')


def test_places_of_an_item_are_all_of_them_and_links_follow_the_base() -> None:
    read = read_feed(
        b'<rss xml:base="https://d.example/en/"><channel><item><link>job/1</link><location>Rome</location><location>Oslo</location>'
        b"<places><place><city>Bergen</city><country>Norway</country></place></places></item></channel></rss>"
    )
    assert read.items[0].link == "https://d.example/en/job/1"
    assert read.items[0].others["location"] == ["Rome", "Oslo"]
    assert read.items[0].nested["places"] == ["Bergen, Norway"]


# ----------------------------------------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    "text",
    [
        'jobs([{"t": "Dig"}]);', ')]}\'\n[{"t": "Dig"}]', '[{"t": "Dig",},]', '// all\n[{"t": "Dig"}] <!-- cached -->',
        '<b>Notice</b>: [x] in <b>a.php</b>\n[{"t": "Dig"}]', "[{'t': 'Dig'}]", '{"t": "Dig"}\n{"t": "Dig"}', 'window.x = [{t: "Dig"}];',
    ],
)  # fmt: skip
def test_json_is_found_in_other_clothes(text: str) -> None:
    rows, is_whole = parse_json(text, "u")
    assert is_whole and rows[0] == {"t": "Dig"}


def test_a_line_that_cannot_be_read_makes_the_list_partial_and_loses_no_other() -> None:
    assert parse_json('{"t": 1}\n{"t": x y}\n{"t": 2}', "u") == ([{"t": 1}, {"t": 2}], False)


def test_json_that_was_encoded_twice_and_escapes_of_javascript_are_read() -> None:
    assert parse_json('"[{\\"t\\": \\"Dig\\"}]"', "u") == ([{"t": "Dig"}], True)
    assert parse_json('{"t": "Dig\\\'s intern",}', "u") == ({"t": "Dig's intern"}, True)


def test_data_without_a_text_is_no_title() -> None:
    titles = ['{"en": 5}', "[[], null]", '{"en": "Dig intern"}', "[Remote] Dig intern", "[2026"]
    assert [is_placeholder(title) for title in titles] == [True, True, False, False, False]


def test_a_number_beyond_all_numbers_is_no_text() -> None:
    assert fields_at(parse_json('{"t": 1e400, "n": 7.5}', "u")[0], {"title": "t", "pay": "n"})["title"] is None
    assert text_at({"n": 7.5}, "n") == "7.5"


def test_quotes_within_a_string_and_nan_are_read() -> None:
    assert parse_json('{"t": "say "dig" twice", "n": NaN,}', "u") == ({"t": 'say "dig" twice', "n": None}, True)


@pytest.mark.parametrize(
    "script",
    [
        '<script type="application/ld+json"><!-- x -->{"@type": "JobPosting", "title": "Dig"}</script>',
        '<script type="application/json+ld">{"type": "JobPosting", "title": "Dig"}}</script>',
        '<script type="application/ld+json">{"@type": "schema:JobPosting",, "schema:title": "Dig"}</script>',
        '<script type="application/ld+json">"{\\"@type\\": \\"JobPosting\\", \\"title\\": \\"Dig\\"}"</script>',
    ],
)
def test_a_posting_is_found_in_json_ld_written_by_hand(script: str) -> None:
    read = job_postings(parse_html(script))
    assert [posting_fields(posting)["title"] for posting in read.postings] == ["Dig"]
    assert read.unreadable == 0


def test_references_and_several_addresses_of_a_posting_are_followed() -> None:
    read = job_postings(
        parse_html(
            '<script type="application/ld+json">{"@graph": [{"@type": "JobPosting", "title": "Dig", "hiringOrganization": {"@id": "#o"},'
            '"jobLocation": {"address": [{"addressLocality": "Rome"}, {"addressLocality": "Oslo"}]}}, {"@id": "#o", "name": "Trench"}]}</script>'
        )
    )
    fields = posting_fields(read.postings[0])
    assert (fields["organization"], fields["locations"]) == ("Trench", ["Rome", "Oslo"])


# ------------------------------------------------------------------------------------------------------------ calendars

EVENT = "BEGIN:VEVENT\nUID:{0}\nSUMMARY:Dig intern {0}\nDTSTART;VALUE=DATE:20240401\nRRULE:FREQ=YEARLY\n{1}END:VEVENT\n"


def test_events_of_all_calendars_are_read_whatever_stands_between_them() -> None:
    one = f"BEGIN:VCALENDAR\nX-WR-CALDESC:ours\nnot folded\n{EVENT.format(1, '')}stray\nEND:VCALENDAR\n"
    two = f"BEGIN:VCALENDAR\n{EVENT.format(2, 'DESCRIPTION:first' + chr(10) + 'Note: second' + chr(10))}END:VCALENDAR\n<!-- cached -->"
    read = read_calendar(one + two)
    assert [str(item["SUMMARY"]) for item in read.items] == ["Dig intern 1", "Dig intern 2"]
    assert str(read.items[1]["DESCRIPTION"]) == "first\nNote: second"
    assert (read.unreadable, read.is_whole) == (0, True)


def test_a_task_is_an_event_and_one_that_breaks_off_is_none() -> None:
    read = read_calendar(
        "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:Apply\nDUE:20260401\nEND:VTODO\nBEGIN:VEVENT\nSUMMARY:Hal"
    )
    assert [str(item["SUMMARY"]) for item in read.items] == ["Apply"]
    assert not read.is_whole
    with pytest.raises(CalendarError):
        read_calendar("no calendar")


def test_a_day_that_comes_again_is_the_next_one() -> None:
    [item] = read_calendar(f"BEGIN:VCALENDAR\n{EVENT.format(1, '')}END:VCALENDAR").items
    assert next_occurrence(item, item["DTSTART"].dt, date(2026, 3, 1)) == date(2026, 4, 1)


# ---------------------------------------------------------------------------------------------------------------- lists


def rows_of(markdown: str) -> list[Row]:
    document = read_markdown(markdown)
    return [row for table in document.tables for row in read_rows(table)] or list(read_bullets(document.bullets))


def closed(rows: list[Row]) -> list[str]:
    return [row.fields["title"] for row in rows if "closed" in row.fields["extra"]]


HEAD = "| Company | Role | Link |\n|---|---|---|\n"


def test_rows_are_closed_by_any_mark() -> None:
    rows = rows_of(
        f"{HEAD}| ~~Trench~~ | ~~Dig~~ | ~~[a](https://d.example/1)~~ |\n| Trench | Sieve (closed) | [a](https://d.example/2) |\n"
        "| Trench | ❌ Wash | [a](https://d.example/3) |\n| Trench | Draw | Filled |\n| Trench | Closed captioning | [a](https://d.example/5) |\n"
    )
    assert closed(rows) == ["Dig", "Sieve (closed)", "❌ Wash", "Draw"]


@pytest.mark.parametrize(
    ("title", "mark"),
    [("Intern – EXPIRED", "EXPIRED"), ("Closed: Intern", "Closed"), ("Intern, closed captioning", None)],
)
def test_a_word_of_closing_counts_where_it_is_set_apart(title: str, mark: str | None) -> None:
    assert title_mark(title) == mark


def test_a_collapsed_part_closes_what_stands_in_it_and_only_that() -> None:
    table = HEAD + "| Trench | {} | [a](https://d.example/{}) |\n\n"
    rows = rows_of(
        "## Open\n" + table.format("A", 1) + "<details>\n<summary>Inactive</summary>\n\n" + table.format("B", 2)
        + "<details><summary>Older</summary>\n\n" + table.format("C", 3) + "</details>\n\n" + table.format("D", 4) + "</details>\n\n" + table.format("E", 5)
    )  # fmt: skip
    assert closed(rows) == ["B", "C", "D"]


def test_an_employer_is_as_above_where_a_cell_says_so_or_nothing() -> None:
    rows = rows_of(
        HEAD + "".join(f"| {name} | Dig | [a](https://d.example/{name}) |\n" for name in ("Trench", "", "^", "↳", "-"))
    )
    assert [row.fields["organization"] for row in rows] == ["Trench"] * 4 + [None]


def test_several_postings_in_a_cell_are_a_row_each() -> None:
    rows = rows_of(
        "| Name | Notes |\n|---|---|\n| Trench | [Dig](https://d.example/1) <br> [Sieve](https://d.example/2) 🔒 |\n"
    )
    assert [(row.fields["title"].split(" ")[0], row.url) for row in rows] == [
        ("Dig", "https://d.example/1"),
        ("Sieve", "https://d.example/2"),
    ]
    assert len(closed(rows)) == 1
    rows = rows_of("| Role | Links |\n|---|---|\n| Dig | [Rome](https://d.example/1), [Oslo](https://d.example/2) |\n")
    assert [(row.fields["title"], row.fields["locations"]) for row in rows] == [("Dig", ["Rome"]), ("Dig", ["Oslo"])]
    two_ways = f"{HEAD}| Trench | Dig | [Apply](https://d.example/1) [Simplify](https://s.example/1) |\n"
    assert len(rows_of(two_ways)) == 1


def test_the_place_of_a_row_is_its_town_and_its_country_whichever_columns_hold_them() -> None:
    header = "Position,City,Host,Country"
    rows = [
        "Dig,Birmingham,Trench,United States", "Sieve,,Trench,Chile", 'Wash,"Rome / Oslo",Trench,"Italy / Norway"',
        'Sort,"Bern, Switzerland",Trench,Switzerland',
    ]  # fmt: skip
    table, unread = read_spreadsheet(csv_rows("\n".join([header, *rows])), {})
    assert unread == []
    assert [row.fields["locations"] for row in read_rows(table)] == [
        ["Birmingham, United States"], ["Chile"], ["Rome", "Oslo", "Italy", "Norway"], ["Bern, Switzerland"],
    ]  # fmt: skip


def test_lists_and_quoted_tables_are_read() -> None:
    rows = rows_of(
        "# Places\n## Rome\n- **Trench** - [Dig](https://d.example/1)\n\n## Contributing\n- [How](https://d.example/how)\n"
    )
    assert [(row.fields["title"], row.fields["organization"], row.section) for row in rows] == [
        ("Dig", "Trench", "Places / Rome")
    ]
    assert (
        len(
            rows_of("".join(f"> {line}\n" for line in f"{HEAD}| Trench | Dig | [a](https://d.example/1) |".split("\n")))
        )
        == 1
    )


def test_a_table_of_one_posting_is_turned_and_spanning_rows_head_the_next() -> None:
    upright = "<table><tr><th>Position</th><td>Dig</td></tr><tr><th>Location</th><td>Rome</td></tr><tr><th>Deadline</th><td>1 May</td></tr></table>"
    [row] = [row for table in page_tables(parse_html(upright), "table", {}) for row in read_rows(table)]
    assert (row.fields["title"], row.fields["locations"], row.fields["deadline"]) == ("Dig", ["Rome"], "1 May")
    grouped = (
        "<table><thead><tr><th>Position</th><th>Host</th></tr></thead><tr><th colspan=2>Norway</th></tr><tr><td><a href=/1>Dig</a></td><td rowspan=0>Trench</td></tr>"
        "<tr><td>Sieve</td></tr><tfoot><tr><td colspan=2><a href=/all>all</a></td></tr></tfoot></table>"
    )
    rows = [row for table in html_tables(grouped) for row in read_rows(table)]
    assert [(row.fields["title"], row.fields["organization"], row.section) for row in rows] == [
        ("Dig", "Trench", "Norway"),
        ("Sieve", "Trench", "Norway"),
    ]


def test_a_struck_out_row_closes_and_a_table_says_whom_to_write_to() -> None:
    table = (
        "<table><tr><th>Position</th><th>Host</th></tr><tr style='text-decoration: line-through'><td>Dig intern</td><td>Trench</td></tr>"
        "<tr><td><a href='/2'>Sieve intern</a></td><td>Trench</td></tr></table>"
    )
    [rows] = [list(read_rows(each)) for each in html_tables(table)]
    assert closed(rows) == ["Dig intern"]
    written = csv_rows("Title,Company,How to apply\nDig intern,Trench,Send a CV to internships@trench.example\n")
    [row] = read_rows(read_spreadsheet(written, {})[0])
    assert row.url is None and "internships@trench.example" in row.fields["extra"]["How to apply"]


@pytest.mark.parametrize(
    "header",
    [
        "Název;Společnost;Město;Odkaz", "Должность;Организация;Город;Ссылка", "Посада;Компанія;Місто;Посилання", "Θέση;Εταιρεία;Πόλη;Σύνδεσμος",
        "Pozisyon;Kurum;Şehir;Bağlantı", "Munkakör;Cég;Város;Hivatkozás", "Pareigos;Įmonė;Miestas;Nuoroda", "职位名称;公司名称;城市;链接",
    ],
)  # fmt: skip
def test_headers_are_read_in_the_language_of_the_office(header: str) -> None:
    [row] = read_rows(read_spreadsheet(csv_rows(f"{header}\nStage;Trench;Oslo;https://d.example/1\n"), {})[0])
    assert (row.fields["title"], row.fields["organization"], row.fields["locations"]) == ("Stage", "Trench", ["Oslo"])
    assert row.url == "https://d.example/1"


@pytest.mark.parametrize("text", ["Seite 2", "Page suivante", "Mentions légales", "Datenschutz", "3 / 12", "下一页"])
def test_what_leads_on_or_stands_at_the_foot_of_a_page_is_no_opening(text: str) -> None:
    assert is_furniture(text)
    assert not is_furniture(f"{text} intern")


def test_page_furniture_is_no_opening() -> None:
    assert is_furniture("Main navigation") and is_furniture("Pagination") and not is_furniture("Navigation intern")


# ------------------------------------------------------------------------------------------------------ files and mails

OFFER = "Position;Host;Place\nDig;Trench;Rome\n"


@pytest.mark.parametrize(
    "text", [OFFER, f"sep=;\n{OFFER}", f"List of March\n\n{OFFER}", f"Export;;\nOffice;;\n{OFFER}"]
)
def test_a_csv_is_read_below_whatever_stands_above_it(text: str) -> None:
    table, _ = read_spreadsheet(csv_rows(text), {"organization": ["Host"], "locations": ["Place"]})
    assert [[cell.text for cell in row] for row in table.rows] == [["Dig", "Trench", "Rome"]]
    assert is_csv(OFFER.replace("Host", "Company").replace("Place", "City"))
    assert not is_csv("Dear all,\nwe have an intern position; please see below; thanks\n")


def test_a_quote_that_never_ends_takes_no_row_along() -> None:
    rows = csv_rows('Position,Host,Place\nDig,Trench,Rome\n"Sieve,Trench,Oslo\nWash,Trench,Bern\n')
    assert [row[-1] for row in rows] == ["Place", "Rome", "Oslo", "Bern"]
    assert csv_rows('Position,Details\nDig,"one\ntwo"\n')[1] == ["Dig", "one\ntwo"]


def packed(**parts: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return file.getvalue()


def test_office_files_give_their_words_and_dates() -> None:
    book = packed(
        xl__sharedStrings_xml="<sst><si><t>Dig</t></si></sst>",
        xl__styles_xml='<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        xl__worksheets__sheet1_xml='<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c><c r="C1" s="1"><v>46113</v></c></row></sheetData></worksheet>',
    )
    assert xlsx_rows(book) == [["Dig", "", "2026-04-01"]]
    note = packed(word__document_xml="<document><body><p><r><t>Dig intern</t></r></p><p/></body></document>")
    assert docx_lines(note) == ["Dig intern"]
    with pytest.raises(OfficeFileError):
        xlsx_rows(b"PK\x03\x04 torn")


def test_mails_give_their_html_their_tables_and_the_mails_they_pass_on() -> None:
    html = "<table><tr><th>Position</th><th>City</th></tr><tr><td>Dig</td><td>Rome</td></tr></table>"
    inner = "Subject: Dig at Trench\nContent-Type: text/plain\n\nLocation: Rome"
    mail = (
        'Subject: Fwd: offers\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: multipart/alternative; boundary="a"\n\n'
        f"--a\nContent-Type: text/plain\n\n \n--a\nContent-Type: text/html\n\n{html}\n--a--\n--b\nContent-Type: message/rfc822\n\n{inner}\n"
        '--b\nContent-Type: text/csv; name="x.csv"\nContent-Disposition: attachment; filename="x.csv"\n\nPosition,City\nSieve,Oslo\n'
        '--b\nContent-Type: application/ms-tnef; name="winmail.dat"\nContent-Disposition: attachment; filename="winmail.dat"\n\nx\n--b--\n'
    )
    cover, passed_on = read_mails(mail.encode())
    assert [cell.text for cell in cover.tables[0].rows[0]] == ["Dig", "Rome"]
    assert (cover.grids, cover.unread, cover.is_cover) == (
        [[["Position", "City"], ["Sieve", "Oslo"]]],
        ["winmail.dat"],
        True,
    )
    assert (passed_on.subject, passed_on.blocks) == ("Dig at Trench", [["Location: Rome"]])
    quoted = b"Subject: x\n\nSee below.\n\n---------- Forwarded message ----------\nFrom: A B <a@b.example>\nSubject: Dig at Trench\n\nLocation: Rome\n"
    assert [each.subject for each in read_mails(quoted)] == ["x", "Dig at Trench"]
    box = b"From a 2026\nSubject: x\n\n>From now on.\n"
    assert [each.blocks for each in read_box(box)] == [[["From now on."]]]


# ---------------------------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("\n  /jobs/ 1\n", "/jobs/%201"), ("https:\\\\d.example\\2", "https://d.example/2"), ("www.d.example/1", "https://www.d.example/1"),
        ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fd.example%2F1&data=05", "https://d.example/1"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__d.example_1&d=x", "https://d.example/1"),
        ("https://urldefense.com/v3/__https://d.example/1__;!!x", "https://d.example/1"),
    ],
)  # fmt: skip
def test_a_link_is_taken_as_a_browser_does_and_unwrapped(link: str, address: str) -> None:
    assert browser_address(link) == address


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("javascript:open('/jobs/5')", "/jobs/5"), ("javascript:location.href=%22https://d.example/5%22", "https://d.example/5"),
        ('javascript:show("?id=5")', "?id=5"), ("javascript:void(0)", None), ("javascript:__doPostBack('list$row','')", None), ("#", None),
    ],
)  # fmt: skip
def test_a_script_names_an_address_or_none(link: str, address: str | None) -> None:
    assert is_script_link(link) and script_address(link) == address
    assert not is_script_link("/jobs#5")


@pytest.mark.parametrize(
    ("scripts", "outcome", "evidence"),
    [(1, "ok", "1 row without address"), (3, "partial", "short by 3: 3 rows without address")],
)
def test_a_link_that_never_was_an_address_is_no_lost_one_unless_most_are(
    crawling: Any, tmp_path: Path, scripts: int, outcome: str, evidence: str
) -> None:
    rows = "".join(
        f'<li><a href="{"#" if number < scripts else number}">Dig intern {number}</a></li>' for number in range(4)
    )
    source = {
        "id": "dig", "spider": "html_list", "url": "https://dig.example/", "holds": "internships",
        "settings": {"rows": "li", "fields": {"title": "a", "url": "a@href"}},
    }  # fmt: skip
    page = f"<!doctype html><html><body><ul>{rows}</ul></body></html>"
    archive = crawling.write_archive(tmp_path / "a.warc.gz", [crawling.page("https://dig.example/", page.encode())])
    run, listings = crawling.crawl(tmp_path, [source], [archive])["dig"]
    assert (run["outcome"], run["evidence"], len(listings)) == (outcome, evidence, 4)


def test_the_link_of_a_text_is_the_one_to_apply_by() -> None:
    text = (
        "The dig (https://d.example) is open. Apply at https://d.example/apply?id=7, please. More: www.d.example/more."
    )
    assert link_in_text(text) == "https://d.example/apply?id=7"
    assert links_in_text(text) == ["https://d.example", "https://d.example/apply?id=7", "https://www.d.example/more"]
    assert link_in_text("Write to the office.") is None


def test_a_row_of_a_page_is_closed_by_its_own_mark_and_a_part_of_the_page_is_none(
    crawling: Any, tmp_path: Path
) -> None:
    page = (
        "<!doctype html><html><body><ul><li><a href=/1>Dig intern</a></li><li><s><a href=/2>Sieve intern</a></s></li>"
        "<li><a href=/3>Wash intern (closed)</a></li><li><a href=/n>Main navigation</a></li></ul></body></html>"
    )
    source = {
        "id": "dig", "spider": "html_list", "url": "https://dig.example/", "holds": "internships",
        "settings": {"rows": "li", "fields": {"title": "a", "url": "a@href"}},
    }  # fmt: skip
    archive = crawling.write_archive(tmp_path / "a.warc.gz", [crawling.page("https://dig.example/", page.encode())])
    run, listings = crawling.crawl(tmp_path, [source], [archive])["dig"]
    assert [(row["title"], "closed" in row["extra"]) for row in listings] == [
        ("Dig intern", False), ("Sieve intern", True), ("Wash intern (closed)", True)
    ]  # fmt: skip
    assert run["outcome"] == "ok"


@pytest.mark.parametrize(
    ("pairs", "locations"),
    [
        ([("City", ["Birmingham"]), ("Country", ["United States"])], ["Birmingham, United States"]),
        ([("Land", ["Norge"]), ("By", ["Bergen"])], ["Bergen, Norge"]),
        ([("Location", ["Nairobi, Kenya"]), ("Country", ["Kenya"])], ["Nairobi, Kenya"]),
        ([("Country", ["Kenya"])], ["Kenya"]),
    ],
)
def test_of_a_label_for_the_town_and_one_for_the_country_both_are_the_place(
    pairs: list[tuple[str, list[str]]], locations: list[str]
) -> None:
    assert labelled_fields(pairs, {})["locations"] == locations
