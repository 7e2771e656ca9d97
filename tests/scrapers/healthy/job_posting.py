from tests.scrapers.healthy import PLAIN_PAGE, Fault, Healthy, html

POSTING = (
    '<script type="application/ld+json">{"@type": "JobPosting", "title": "Intern number 0", "name": "Zürich"}</script>'
)

HEALTHY = Healthy(
    {},
    "text/html",
    html(POSTING),
    1,
    no_title=html(POSTING + POSTING.replace('"Intern number 0", "name": "Zürich"', "null")),
    escaped=html(POSTING.replace("Intern number 0", "R&amp;amp;D intern")),
    faults=(Fault("without", "layout_changed", "no JobPosting", body=PLAIN_PAGE),),
)
