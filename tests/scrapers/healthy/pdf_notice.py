from tests.scrapers.healthy import Fault, Healthy


def pdf(lines: list[str]) -> str:
    """A PDF file of one page with these lines; what is not ASCII must be escaped as PDF does (`\\374` is ü)."""
    shown = "".join(f"({line}) Tj T*\n" for line in lines)
    stream = f"BT /F1 11 Tf 14 TL 60 780 Td\n{shown}ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}"


LINES = ["Embassy of Examplia", "Intern number 0", "CLOSING DATE: 1 May 2026", "LOCATION: Z\\374rich"]

HEALTHY = Healthy(
    {},
    "application/pdf",
    pdf(LINES),
    1,
    url="https://{host}/notice.pdf",
    escaped=pdf([LINES[0], "R&amp;D intern", *LINES[2:]]),
    faults=(
        Fault("scan", "empty", "no text in the PDF (1 page)", body=pdf([]).encode()),
        Fault("torn", "error", "a PDF that cannot be read", cut=0.3),
        Fault("other", "layout_changed", "a Word file that cannot be read", body=b"PK\x03\x04"),
        Fault("json", "layout_changed", "expected PDF", body=b'{"error": 1}'),
    ),
)
