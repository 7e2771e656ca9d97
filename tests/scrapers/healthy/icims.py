import json

from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html

URL = "https://{host}/jobs/search?ss=1&in_iframe=1"
MORE = [f"https://{{host}}/jobs/search?pr={page}&in_iframe=1" for page in (1, 2, 3)]
PAGING = "".join(f'<a href="{url}">page</a>' for url in MORE)


def _card(number: int, title: str) -> str:
    href = f"https://{{host}}/jobs/{100 + number}/intern/job?in_iframe=1"
    place = '<div class="header left"><span class="sr-only field-label">Location</span><span>CH-Zürich</span></div>'
    link = f'<div class="title"><a href="{href}" class="iCIMS_Anchor"><h3>{title}</h3></a></div>'
    return f'<li class="iCIMS_JobCardItem">{place}{link}</li>'


CARDS = "".join(_card(number, name) for number, name in enumerate(NAMES))


def _list(cards: str, more: str = "") -> str:
    return html(f'<div class="iCIMS_ListingsPage"><ul class="iCIMS_JobsTable">{cards}</ul>{more}</div>')


def _posting(title: str) -> str:
    posting = json.dumps({"@type": "JobPosting", "title": title, "description": "<p>Six months.</p>"})
    return html(f'<script type="application/ld+json">{posting}</script>')


HEALTHY = Healthy(
    {},
    "text/html; charset=utf-8",
    _list(CARDS),
    url=URL,
    details={
        Asked(f"https://{{host}}/jobs/{100 + number}/intern/job?in_iframe=1"): _posting(name)
        for number, name in enumerate(NAMES)
    },
    no_title=_list(CARDS + '<li class="iCIMS_JobCardItem"><div class="title"><a href="#"> </a></div></li>'),
    endless=(_list(CARDS, f'<div class="iCIMS_Paging">{PAGING}</div>'), [Asked(url) for url in MORE]),
    escaped=_list(CARDS.replace(">Intern number 0", ">R&amp;amp;D intern")),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "nothing matches", body=PLAIN_PAGE),
    ),
)
