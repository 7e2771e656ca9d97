"""The text of PDF files: read by PDFium, in a process of its own, because a file from elsewhere may take for ever, eat all
memory or crash its reader.

As a script it is that process: a PDF on standard input, {"pages": […], "total": …} or {"error": …} on standard output.
Belongs here: text and the bounds of reading it. Does not belong here: what a notice says (`spiders.pdf_notice`).

PDFium (pypdfium2) because it puts a label and its value, two cells of a row, on one line, which pypdf and pdfminer.six do
not, and is ten to twenty times as fast as they are (0.02 s against 0.25 and 0.44 for 30 pages).
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import NamedTuple

MAX_PAGES = 40
MAX_SECONDS = 10
MAX_MEMORY_BYTES = 1 << 30
MAX_CHARACTERS = 400_000


class PdfError(ValueError):
    """The file cannot be read: says why."""


class SlowPdfError(PdfError):
    """It takes longer to read than it may."""


class PdfText(NamedTuple):
    """The lines of each page that was read, and how many pages the file has."""

    pages: list[list[str]]
    total: int


def read_pdf(body: bytes) -> PdfText:
    """The text of a PDF file, of its first MAX_PAGES pages; pages without text (scans) have no lines. Raises PdfError."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", __file__], input=body, capture_output=True, timeout=MAX_SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise SlowPdfError(f"it takes more than {MAX_SECONDS} seconds to read") from error
    except subprocess.CalledProcessError as error:
        raise PdfError(f"its reader broke down (exit {error.returncode})") from error
    result = json.loads(done.stdout)
    if "error" in result:
        raise PdfError(result["error"])
    pages = [[line for line in map(_folded, page.splitlines()) if line] for page in result["pages"]]
    return PdfText(pages, result["total"])


def _folded(line: str) -> str:
    """White space folded; PDFium's mark of a hyphen at a line's end, and bytes that are no text, taken out."""
    return " ".join(line.replace("\ufffe", "").replace("\x00", "").split())


def _main() -> None:
    """The process that reads."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        pages: list[str] = []
        for number in range(min(len(document), MAX_PAGES)):
            left = MAX_CHARACTERS - sum(map(len, pages))
            pages.append(document[number].get_textpage().get_text_range()[:left])
        result: dict[str, object] = {"pages": pages, "total": len(document)}
    except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
        result = {"error": " ".join(str(error).split()) or type(error).__name__}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    _main()
