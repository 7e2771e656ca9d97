import json

from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html


def _row(number: int, title: str) -> str:
    link = f'<a href="https://{{host}}/example/job/oAbC{number}">{title}</a>'
    return f'<tr><td class="jv-job-list-name">{link}</td><td class="jv-job-list-location">Zürich</td></tr>'


ROWS = "".join(_row(number, name) for number, name in enumerate(NAMES))


def _list(rows: str) -> str:
    return html(f'<table class="jv-job-list"><tbody>{rows}</tbody></table>')


def _posting(title: str) -> str:
    posting = json.dumps({"@type": "JobPosting", "title": title, "description": "<p>Six months.</p>"})
    return html(f'<script type="application/ld+json">{posting}</script>')


HEALTHY = Healthy(
    {},
    "text/html; charset=utf-8",
    _list(ROWS),
    url="https://{host}/example/jobs",
    details={Asked(f"https://{{host}}/example/job/oAbC{number}"): _posting(name) for number, name in enumerate(NAMES)},
    no_title=_list(ROWS + '<tr><td><a href="/example/job/"> </a></td></tr>'),
    escaped=_list(ROWS.replace(">Intern number 0", ">R&amp;amp;D intern")),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "nothing matches", body=PLAIN_PAGE),
    ),
)
