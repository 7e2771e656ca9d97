from tests.scrapers.healthy import NAMES, Asked, Fault, Healthy

ENGLISH = "https://{host}/xml?language=en"
FEED = '<?xml version="1.0" encoding="UTF-8"?>\n<workzag-jobs>\n{}</workzag-jobs>\n'
TEXT = "<jobDescription><name>Your work</name><value><![CDATA[<p>Six months.</p>]]></value></jobDescription>"


def _position(number: int, name: str, text: str = TEXT) -> str:
    return (
        f"<position><id>{number}</id><office>Zürich</office><name>{name}</name><jobDescriptions>{text}</jobDescriptions>"
        "<employmentType>intern</employmentType></position>\n"
    )


POSITIONS = [_position(number, name, TEXT if number else "") for number, name in enumerate(NAMES)]
GERMAN = "".join(_position(number, f"Praktikum {number}") for number in range(8))

HEALTHY = Healthy(
    {},
    "application/xml; charset=utf-8",
    FEED.format("".join(POSITIONS)),
    url=ENGLISH,
    first=Asked(ENGLISH),  # named, because redirects are not followed: a fault of its own below
    details={Asked("https://{host}/xml?language=de"): FEED.format(GERMAN)},
    no_title=FEED.format("".join([*POSITIONS, "<position><id/><name/></position>"])),
    escaped=FEED.format("".join([_position(0, "R&amp;amp;amp;D intern"), *POSITIONS[1:]])),
    faults=(
        Fault("half", "partial", "the XML breaks off", cut=0.55, kept=2),
        Fault("json", "error", "no feed", body=b'{"items": []}'),
        Fault("other", "layout_changed", "XML of <rss>", body=b"<rss><channel/></rss>"),
        Fault(
            "laughs",
            "error",
            "declares entities",
            body=b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workzag-jobs>&b;</workzag-jobs>',
        ),
        Fault("unknown", "gone", "no company of this name", 307, headers={"Location": "https://www.personio.com/"}),
    ),
)
