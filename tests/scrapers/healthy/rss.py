from tests.scrapers.healthy import NAMES, Fault, Healthy

FEED = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Zürich</title>{}</channel></rss>\n'
ITEMS = "".join(f"<item><title>{name}</title><link>https://jobs.example/{name[-1]}</link></item>" for name in NAMES)

HEALTHY = Healthy(
    {},
    "application/rss+xml",
    FEED.format(ITEMS),
    no_title=FEED.format(ITEMS + "<item><link/></item>"),
    escaped=FEED.format(ITEMS.replace("Intern number 0", "R&amp;amp;amp;D intern")),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("json", "error", "no feed", body=b'{"items": []}'),
        Fault(
            "laughs",
            "error",
            "declares entities",
            body=b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
        ),
        Fault("no-items", "empty", "an empty list", body=FEED.format("").encode()),
    ),
)
