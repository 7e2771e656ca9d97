import json

from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html


def _row(number: int, title: str) -> str:
    link = f'<a class="job_title_link" href="https://{{host}}/apply/jobs/details/AbCd{number}?&">{title}</a>'
    return f"<tr><td>{link}</td><td>Zürich</td></tr>"


ROWS = "".join(_row(number, name) for number, name in enumerate(NAMES))


def _list(rows: str) -> str:
    return html(f'<div id="job_listings_wrapper"><table><tr><th>Title</th><th>Location</th></tr>{rows}</table></div>')


def _posting(title: str) -> str:
    posting = json.dumps({"@type": "JobPosting", "title": title, "description": "<p>Six months.</p>"})
    return html(f'<script type="application/ld+json">{posting}</script>')


HEALTHY = Healthy(
    {},
    "text/html; charset=utf-8",
    _list(ROWS),
    url="https://{host}/apply/jobs",
    details={
        Asked(f"https://{{host}}/apply/jobs/details/AbCd{number}?&"): _posting(name)
        for number, name in enumerate(NAMES)
    },
    no_title=_list(ROWS + '<tr><td><a href="/apply/jobs"> </a></td><td></td></tr>'),
    escaped=_list(ROWS.replace(">Intern number 0", ">R&amp;amp;D intern")),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "nothing matches", body=PLAIN_PAGE),
        Fault("inactive", "gone", "no such board", body=b"<html><title>Inactive Career Page</title></html>"),
    ),
)
