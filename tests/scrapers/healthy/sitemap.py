from tests.scrapers.healthy import NAMES, Asked, Fault, Healthy, html

SITEMAP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>\n'
)
URLS = "".join(f"<url><loc>https://{{host}}/jobs/{name.replace(' ', '-')}/{name[-1]}</loc></url>" for name in NAMES)


def _posting(name: str) -> str:
    return html(
        f'<script type="application/ld+json">{{"@type": "JobPosting", "title": "{name}", "name": "Zürich"}}</script>'
    )


POSTINGS = {Asked(f"https://{{host}}/jobs/{name.replace(' ', '-')}/{name[-1]}"): _posting(name) for name in NAMES}

HEALTHY = Healthy(
    {"postings": "/jobs/(?P<title>[^/]+)/[0-9]+"},
    "application/xml",
    SITEMAP.replace("{}", URLS),
    details=POSTINGS,
    details_type="text/html",
    faults=(
        Fault("half", "partial", "breaks off", cut=0.55, kept=2),
        Fault("json", "error", "no sitemap", body=b'{"items": []}'),
        Fault("other", "layout_changed", "XML of <offers>", body=b"<offers><offer/></offers>"),
        Fault("no-urls", "layout_changed", "no address like", body=SITEMAP.replace("{}", "").encode()),
        Fault(
            "laughs",
            "error",
            "declares entities",
            body=b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><urlset>&b;</urlset>',
        ),
    ),
)
