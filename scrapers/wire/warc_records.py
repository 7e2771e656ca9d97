"""The records of a WARC file, each read to its end, and whether the file is whole.

Belongs here: damage, truncation, compression, encodings of a body. Does not belong here: which record answers which request
(`scrapers.wire.warc`).
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from scrapers.errors import InputError

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"
"""How a .warc.zst begins whose records share a dictionary: a frame of its own, with four bytes of its length."""
BLOCK_BYTES = 1 << 16


CODING_MARKS = {"gzip": GZIP_MAGIC, "x-gzip": GZIP_MAGIC, "zstd": ZSTD_MAGIC}
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


class ArchiveError(InputError):
    """An archive that cannot be read: names the file and says why, in one line."""


def read_records(path: Path) -> Iterator[tuple[int, Any]]:
    """(offset, record) of a file, each read to its end. Raises ArchiveError."""
    offset = end = 0
    try:
        with path.open("rb") as handle:
            start = handle.read(len(b"WARC/"))
            if start[:4] in (ZSTD_MAGIC, DICTIONARY_MAGIC):
                yield from _zstd_records(path, handle)
                return
            if start[:2] != GZIP_MAGIC and start != b"WARC/":
                raise ArchiveError(f"{path} is no WARC archive")
            handle.seek(0)
            records = ArchiveIterator(handle)
            for record in records:
                offset = records.offset
                declared = record.rec_headers.get_header("Content-Length")
                if not record.rec_type or not declared:
                    raise ArchiveError(f"{path} is damaged at byte {offset}")
                yield offset, record
                end = offset + records.get_record_length()  # reads the record to its end
                if _missing_bytes(record):
                    raise ArchiveError(f"{path} is cut off: its record at byte {offset} declares {declared} bytes")
            if not _ends_with_a_record(handle, offset, end, is_compressed=start[:2] == GZIP_MAGIC):
                raise ArchiveError(f"{path} is cut off after its record at byte {offset}")
    except ArchiveLoadFailed as error:
        if "non-chunked gzip" in str(error):
            raise ArchiveError(
                f"{path} is compressed as one piece, not record by record (`warcio recompress` repairs it)"
            ) from error
        raise ArchiveError(f"{path} is damaged at byte {offset}") from error
    except ArchiveError:
        raise
    except (OSError, EOFError, zlib.error, zstandard.ZstdError, ValueError, AttributeError) as error:
        # AttributeError: warcio, of a torn header
        cause = error.strerror if isinstance(error, OSError) and error.strerror else f"damaged at byte {offset}"
        raise ArchiveError(f"{path} cannot be read: {cause}") from error


def read_record(path: Path, offset: int) -> Any:
    """The record that begins at this offset of a file that `read_records` has read."""
    with path.open("rb") as handle:
        if handle.read(4) not in (ZSTD_MAGIC, DICTIONARY_MAGIC):
            handle.seek(offset)
            record = next(iter(ArchiveIterator(handle)))
            record.raw_stream = BytesIO(record.raw_stream.read())
            return record
        _, frame = next(_zstd_frames(path, handle, _zstd_dictionary(handle), offset))
    return next(iter(ArchiveIterator(BytesIO(frame))))


def _zstd_records(path: Path, handle: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """(offset, record) of a file with a zstd frame a record (IIPC, WARC files compressed with Zstandard). Raises ArchiveError."""
    dictionary = _zstd_dictionary(handle)
    for offset, frame in _zstd_frames(path, handle, dictionary, handle.tell()):
        if not frame.startswith(b"WARC/"):
            raise ArchiveError(f"{path} is no WARC archive")
        records = iter(ArchiveIterator(BytesIO(frame)))
        record = next(records)
        if not record.rec_type or not record.rec_headers.get_header("Content-Length"):
            raise ArchiveError(f"{path} is damaged at byte {offset}")
        yield offset, record
        if next(records, None) is not None:  # reads the first to its end
            raise ArchiveError(f"{path} is compressed as one piece, not record by record")
        if _missing_bytes(record):
            raise ArchiveError(f"{path} is damaged at byte {offset}")


def _zstd_dictionary(handle: IO[bytes]) -> zstandard.ZstdCompressionDict | None:
    """The dictionary at the start of a file, itself perhaps compressed; the handle then stands after it."""
    handle.seek(0)
    if handle.read(4) != DICTIONARY_MAGIC:
        handle.seek(0)
        return None
    data = handle.read(int.from_bytes(handle.read(4), "little"))
    if data.startswith(ZSTD_MAGIC):
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return zstandard.ZstdCompressionDict(data)


def _zstd_frames(
    path: Path, handle: IO[bytes], dictionary: zstandard.ZstdCompressionDict | None, offset: int
) -> Iterator[tuple[int, bytes]]:
    """(offset, content) of the frames from an offset on. Raises ArchiveError where the last one has no end."""
    decompressor = zstandard.ZstdDecompressor(dict_data=dictionary)
    handle.seek(offset)
    rest = b""
    while block := rest or handle.read(BLOCK_BYTES):
        frame, parts, length = decompressor.decompressobj(), [], 0
        while block:
            parts.append(frame.decompress(block))
            length += len(block)
            if frame.eof:
                break
            block = handle.read(BLOCK_BYTES)
        if not frame.eof:
            raise ArchiveError(f"{path} is cut off: its record at byte {offset} has no end")
        rest = frame.unused_data
        yield offset, b"".join(parts)
        offset += length - len(rest)


def _missing_bytes(record: Any) -> int:
    """Bytes that a record's Content-Length declares and the file does not have."""
    return int(getattr(record.raw_stream, "limit", 0))


def _ends_with_a_record(handle: IO[bytes], offset: int, end: int, *, is_compressed: bool) -> bool:
    """Whether the record that begins at `offset` is the end of the file: no gzip member is open, nothing follows."""
    if not is_compressed:
        return handle.seek(0, os.SEEK_END) <= end + len(b"\r\n\r\n")
    handle.seek(offset)
    member = zlib.decompressobj(16 + zlib.MAX_WBITS)
    while block := handle.read(BLOCK_BYTES):
        member.decompress(block)
        if member.eof:
            return not member.unused_data and not handle.read(1)
    return False


def trim_torn_record(path: Path) -> None:
    """Cut off the torn record that a kill left at the end of an archive, before it is appended to."""
    whole = 0
    with path.open("rb+") as handle:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        consumed = 0
        rest = b""
        while block := rest or handle.read(BLOCK_BYTES):
            consumed += 0 if rest else len(block)
            rest = b""
            member.decompress(block)
            if member.eof:
                rest = member.unused_data
                whole = consumed - len(rest)
                member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        handle.truncate(whole)


def decode_chunked(body: bytes) -> tuple[bytes, bool]:
    """A chunked body (RFC 9112, 7.1) decoded, and whether it is whole; a body that is not chunked unchanged, because some
    recorders keep the header and store the decoded body."""
    parts: list[bytes] = []
    at = 0
    while True:
        line_end = body.find(b"\r\n", at)
        size = body[at:line_end].split(b";")[0].strip() if line_end >= 0 else b""
        try:
            length = int(size, 16)
        except ValueError:
            return (b"".join(parts), False) if parts else (body, True)
        if length == 0:
            return b"".join(parts), True
        chunk = body[line_end + 2 : line_end + 2 + length]
        parts.append(chunk)
        if len(chunk) < length:
            return b"".join(parts), False
        at = line_end + 2 + length + 2


def is_whole_gzip(body: bytes) -> bool:
    if body[:2] != GZIP_MAGIC:
        return True
    try:
        gzip.decompress(body)
    except (EOFError, OSError, zlib.error):
        return False
    return True


def is_decoded(body: bytes, coding: str) -> bool:
    """Whether a body stands as plain text in spite of its Content-Encoding: it lacks the mark of that coding, or, of one
    without a mark, is text, as compressed bytes never are."""
    if coding in CODING_MARKS:
        return not body.startswith(CODING_MARKS[coding])
    head = body[:1024]
    if CONTROL.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.end == len(head) and len(body) > len(head)
    return True
