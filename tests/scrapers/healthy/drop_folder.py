from tests.scrapers.healthy import NAMES, Asked, Fault, Healthy

TABLES = {
    Asked(
        f"https://drop.invalid/{{id}}/offers-{name[-1]}.csv"
    ): f"Position;City;Link\n{name};Zürich;https://{{host}}/{name[-1]}\n"
    for name in NAMES
}
EMPTY = Asked("https://drop.invalid/{id}/offers-8.csv")
LIST = "".join(f"offers-{name[-1]}.csv\n" for name in NAMES)

HEALTHY = Healthy(
    {},
    "text/plain; charset=utf-8",
    LIST,
    url="https://{host}/",
    first=Asked("https://drop.invalid/{id}/"),
    others={**TABLES, EMPTY: "Position;City;Link\n;;https://{host}/8\n"},
    has_robots=False,
    no_title=f"{LIST}offers-8.csv\n",
    faults=(Fault("other-files", "layout_changed", "not read: flyer.docx", body=b"flyer.docx\n"),),
)
