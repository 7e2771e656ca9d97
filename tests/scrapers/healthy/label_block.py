from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html

LINKS = "".join(f'<li><a href="https://{{host}}/{name[-1]}">{name}</a></li>' for name in NAMES)
OFFERS = {
    Asked(f"https://{{host}}/{name[-1]}"): html("<dl><dt>Duty station</dt><dd>Zürich</dd></dl>").replace(
        "Zürich page", name
    )
    for name in NAMES
}

HEALTHY = Healthy(
    {"links": "li a", "links_are_titles": True, "next": "a.next"},
    "text/html; charset=utf-8",
    html(f"<ul>{LINKS}</ul>"),
    details=OFFERS,
    endless=(
        html(f'<ul>{LINKS}</ul><a class="next" href="/list?page=2">next</a>'),
        [Asked("https://{host}/list?page=2")],
    ),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "nothing matches 'li a'", body=PLAIN_PAGE),
    ),
)
