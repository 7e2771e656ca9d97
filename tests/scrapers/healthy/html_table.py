from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html

HEAD = "<tr><th>Position</th><th>Host</th><th>City</th><th>Closing date</th></tr>"
ROWS = [
    f'<tr><td><a href="https://{{host}}/{name[-1]}">{name}</a></td><td>Zürich AG</td><td>Zürich</td><td>1 May</td></tr>'
    for name in NAMES
]


def _table(rows: list[str]) -> str:
    return f"<table>{HEAD}{''.join(rows)}</table>"


HEALTHY = Healthy(
    {"next": "a.next", "detail": {"fields": {"description": "main"}}, "tested": ["title"]},
    "text/html; charset=utf-8",
    html(_table(ROWS)),
    details={Asked(f"https://{{host}}/{name[-1]}"): html(f"<main>All of {name}</main>") for name in NAMES},
    no_title=html(_table([*ROWS, '<tr><td><a href="https://{host}/9"></a></td><td></td><td></td><td></td></tr>'])),
    endless=(
        html(f'{_table(ROWS)}<a class="next" href="/list?page=2">next</a>'),
        [Asked("https://{host}/list?page=2")],
    ),
    escaped=html(_table([ROWS[0].replace("Intern number 0", "R&amp;amp;D intern"), *ROWS[1:]])),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "no table of openings at 'table'", body=PLAIN_PAGE),
    ),
)
