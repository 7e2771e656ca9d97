import json

from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html


def _card(number: int, title: str) -> str:
    link = f'<a href="../job/{500 + number}/Intern?l=de">{title}</a>'
    place = '<div class="matchValue ProjectGeoLocationCity">Zürich</div>'
    return (
        f'<div class="matchElement" id="job_id_{500 + number}"><div class="matchValue title">{link}</div>{place}</div>'
    )


CARDS = "".join(_card(number, name) for number, name in enumerate(NAMES))


def _list(cards: str, numbers: int = 8) -> str:
    script = f"var complete_job_id_list = jobs_selected = {[500 + number for number in range(numbers)]};"
    return html(f"{cards}<script>{script}</script>")


def _posting(title: str) -> str:
    posting = json.dumps({"@type": "JobPosting", "title": title, "description": "<p>Six months.</p>"})
    return html(f'<script type="application/ld+json">{posting}</script>')


HEALTHY = Healthy(
    {},
    "text/html; charset=utf-8",
    _list(CARDS),
    url="https://{host}/de/vacancies",
    details={
        Asked(f"https://{{host}}/job/{500 + number}/Intern?l=de"): _posting(name) for number, name in enumerate(NAMES)
    },
    no_title=_list(CARDS + '<div class="matchElement" id="job_id_"><a href="/x"> </a></div>'),
    escaped=_list(CARDS.replace(">Intern number 0", ">R&amp;amp;D intern")),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "nothing matches", body=PLAIN_PAGE),
        Fault("none", "empty", "says none", body=_list("", 0).encode()),
        Fault("unlisted", "partial", "not_recorded", body=_list(CARDS, 9).encode(), kept=8),
    ),
)
