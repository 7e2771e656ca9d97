from tests.scrapers.healthy import Fault, Healthy, html

HEALTHY = Healthy(
    {},
    "text/html; charset=utf-8",
    html("<p>An internship of six months.</p>" * 8),
    1,
    escaped=html("<p>R&amp;amp;D: an internship of six months.</p>" * 8),
    faults=(
        Fault("no-title", "layout_changed", "no title", body=b"<!DOCTYPE html><html><body><p>x</p></body></html>"),
    ),
)
