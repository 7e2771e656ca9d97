from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html

URL = "https://{host}/123/cw/en/listing/?page=1&page-items=500"


def _row(number: int, title: str) -> str:
    link = f'<a class="job-link" href="/123/cw/en/job/{600 + number}/intern">{title}</a>'
    return f'<tr><td>{link}</td><td><span class="location">Zürich</span></td></tr>'


ROWS = "".join(_row(number, name) for number, name in enumerate(NAMES))


def _list(rows: str, more: str = "") -> str:
    return html(f'<table><tbody id="search-results-content">{rows}</tbody></table>{more}')


def _more(page: int) -> str:
    return f'<a class="more-link" href="?page={page}&amp;page-items=500">More Jobs <span class="count">9</span></a>'


HEALTHY = Healthy(
    {},
    "text/html; charset=utf-8",
    _list(ROWS),
    url=URL,
    details={
        Asked(f"https://{{host}}/123/cw/en/job/{600 + number}/intern"): html(f'<div id="job-details">{name}</div>')
        for number, name in enumerate(NAMES)
    },
    no_title=_list(ROWS + '<tr><td><a class="job-link" href="#"> </a></td><td></td></tr>'),
    endless=(_list(ROWS, _more(2)), [Asked("https://{host}/123/cw/en/listing/?page=2&page-items=500")]),
    escaped=_list(ROWS.replace(">Intern number 0", ">R&amp;amp;D intern")),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "nothing matches", body=PLAIN_PAGE),
    ),
)
