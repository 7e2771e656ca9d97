from tests.scrapers.healthy import NAMES, Fault, Healthy

LIST = '<?xml version="1.0" encoding="UTF-8"?>\n<jobs><total>{}</total>{}</jobs>\n'


def _job(number: int, title: str) -> str:
    return (
        f'<job id="{number}"><title>{title}</title><org>Zürich AG</org><url>https://jobs.example/{number}</url></job>\n'
    )


JOBS = [_job(number, name) for number, name in enumerate(NAMES)]

HEALTHY = Healthy(
    {"rows": "jobs.job", "total": "jobs.total", "fields": {"native_id": "@id", "title": "title", "url": "url"}},
    "application/xml; charset=utf-8",
    LIST.format(8, "".join(JOBS)),
    no_title=LIST.format(8, "".join([*JOBS, "<job><title/></job>"])),
    lying=LIST.format(20, "".join(JOBS)),
    escaped=LIST.format(8, "".join([_job(0, "R&amp;amp;amp;D intern"), *JOBS[1:]])),
    faults=(
        Fault("half", "partial", "the XML breaks off", cut=0.55, kept=2),
        Fault("json", "error", "no XML", body=b'{"items": []}'),
        Fault("other", "layout_changed", "no list at 'jobs.job'", body=b"<error><code>7</code></error>"),
        Fault("no-rows", "empty", "an empty list", body=b"<jobs/>"),
        Fault("none", "empty", "a total of 0", body=LIST.format(0, "").encode()),
        Fault(
            "laughs",
            "error",
            "declares entities",
            body=b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><jobs>&b;</jobs>',
        ),
    ),
)
