from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html

CARDS = "".join(f'<li><a href="https://{{host}}/{name[-1]}">{name}</a></li>' for name in NAMES)

HEALTHY = Healthy(
    {
        "rows": "li",
        "fields": {"title": "a", "url": "a@href"},
        "total": ".total",
        "next": "a.next",
        "detail": {"fields": {"description": "main"}},
    },
    "text/html; charset=utf-8",
    html(f"<ul>{CARDS}</ul>"),
    details={Asked(f"https://{{host}}/{name[-1]}"): html(f"<main>All of {name}</main>") for name in NAMES},
    no_title=html(f"<ul>{CARDS}<li><a href='/x'>\n</a></li></ul>"),
    lying=html(f"<b class=total>20</b><ul>{CARDS}</ul>"),
    endless=(
        html(f'<ul>{CARDS}</ul><a class="next" href="/list?page=2">next</a>'),
        [Asked("https://{host}/list?page=2")],
    ),
    escaped=html(f"<ul>{CARDS.replace('>Intern number 0', '>R&amp;amp;D intern')}</ul>"),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "nothing matches 'li'", body=PLAIN_PAGE),
    ),
)
