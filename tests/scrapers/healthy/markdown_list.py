from tests.scrapers.healthy import NAMES, UNDECODABLE, Fault, Healthy

TABLE = "# Zürich\n\n| Company | Role | Apply |\n|---|---|---|\n"
BODY = TABLE + "".join(f"| Zürich AG | {name} | [Apply](https://jobs.example/{name[-1]}) |\n" for name in NAMES)

HEALTHY = Healthy(
    {},
    "text/plain; charset=utf-8",
    BODY,
    escaped=BODY.replace("Intern number 0", "R&amp;amp;D intern"),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        # The company stands for a missing role; a row without any word is decoration.
        Fault(
            "role",
            "ok",
            "",
            kept=9,
            body=f"{BODY}| | | |\n| Zürich AG | | [Apply](https://jobs.example/9) |\n".encode(),
        ),
    ),
)
