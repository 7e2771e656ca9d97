from tests.scrapers.healthy import NAMES, UNDECODABLE, Fault, Healthy

EVENT = "BEGIN:VEVENT\r\nUID:{0}@zurich.example\r\nSUMMARY:{0}\r\nDTSTART;VALUE=DATE:20260501\r\nLOCATION:Zürich\r\nURL:https://{{host}}/{1}\r\nEND:VEVENT\r\n"
EVENTS = [EVENT.format(name, name[-1]) for name in NAMES]


def _calendar(events: list[str]) -> str:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n{''.join(events)}END:VCALENDAR\r\n"


HEALTHY = Healthy(
    {"day": "deadline"},
    "text/calendar; charset=utf-8",
    _calendar(EVENTS),
    no_title=_calendar([*EVENTS, "BEGIN:VEVENT\r\nUID:9\r\nEND:VEVENT\r\n"]),
    escaped=_calendar([EVENTS[0].replace("SUMMARY:Intern number 0", "SUMMARY:R&amp;amp\\;D intern"), *EVENTS[1:]]),
    holds="internships",
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "breaks off", cut=0.55, kept=2),
        Fault("json", "error", "no calendar", body=b'{"items": []}'),
        Fault("no-events", "empty", "an empty list", body=_calendar([]).encode()),
    ),
)
