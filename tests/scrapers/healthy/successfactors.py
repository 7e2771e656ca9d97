from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html

URL = "https://{host}/search/?q="


def _row(number: int, title: str) -> str:
    link = f'<a class="jobTitle-link" href="/job/Zurich-Intern/{12000 + number}/">{title}</a>'
    return f'<tr class="data-row"><td>{link}</td><td><span class="jobLocation">Zürich, CH</span></td></tr>'


ROWS = "".join(_row(number, name) for number, name in enumerate(NAMES))


def _list(rows: str, count: str) -> str:
    return html(f'<span class="paginationLabel">{count}</span><table id="searchresults">{rows}</table>')


EIGHT = "Results <b>1 to 8</b> of <b>8</b>"
POSTING = '<div itemscope itemtype="http://schema.org/JobPosting"><p itemprop="description">Six months.</p></div>'
FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Jobs</title></channel></rss>'

HEALTHY = Healthy(
    {},
    "text/html; charset=utf-8",
    _list(ROWS, EIGHT),
    url=URL,
    details={Asked(f"https://{{host}}/job/Zurich-Intern/{12000 + number}/"): html(POSTING) for number in range(8)},
    no_title=_list(ROWS + '<tr class="data-row"><td><a class="jobTitle-link" href="#"> </a></td></tr>', EIGHT),
    lying=_list(ROWS, "Results <b>1 to 20</b> of <b>20</b>"),
    endless=(_list(ROWS, "Results <b>1 to 8</b> of <b>999</b>"), [Asked(f"{URL}&startrow=8")]),
    escaped=_list(ROWS.replace(">Intern number 0", ">R&amp;amp;D intern"), EIGHT),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "nothing matches", body=PLAIN_PAGE),
        Fault("feed", "layout_changed", "got XML", body=FEED, headers={"Content-Type": "text/xml"}),
    ),
)
