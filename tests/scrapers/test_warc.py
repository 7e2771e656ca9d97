"""Archives: any standard WARC is read, what cannot be read is named in one line, what we write others can read."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scrapers.wire.warc import Answer, ArchiveError, Archives, Recorder, check_archive, plain_body, request_key

DATE = "2026-03-01T04:05:06Z"


class Writer:
    """Writes records of an archive one by one."""

    def __init__(self, path: Path, *, compressed: bool = True, version: str = "WARC/1.0") -> None:
        self.path = path
        self._buffer = BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=compressed, warc_version=version)

    def response(
        self,
        url: str,
        body: bytes,
        *,
        status: str = "200 OK",
        date: str = DATE,
        beside: str = "",
        headers: Any = (),
        kind: str = "response",
        **more: str,
    ) -> str:
        warc = {"WARC-Date": date, **({"WARC-Concurrent-To": beside} if beside else {}), **more}
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_headers_dict=warc,
            http_headers=StatusAndHeaders(status, [("Content-Type", "text/plain"), *headers], protocol="HTTP/1.1"),
        )
        self._writer.write_record(record)
        return record.rec_headers.get_header("WARC-Record-ID")

    def request(self, url: str, method: str, body: bytes, *, beside: str = "") -> str:
        record = self._writer.create_warc_record(
            url,
            "request",
            payload=BytesIO(body),
            length=len(body),
            warc_headers_dict={"WARC-Date": DATE, **({"WARC-Concurrent-To": beside} if beside else {})},
            http_headers=StatusAndHeaders(f"{method} /x HTTP/1.1", [("Host", "a.example")], is_http_request=True),
        )
        self._writer.write_record(record)
        return record.rec_headers.get_header("WARC-Record-ID")

    def info(self) -> None:
        self._writer.write_record(self._writer.create_warcinfo_record("x", {"software": "a test"}))

    def close(self) -> Path:
        self.path.write_bytes(self._buffer.getvalue())
        return self.path


def body_of(archives: Archives, url: str, method: str = "GET", body: bytes = b"") -> bytes | None:
    answer = archives.answer(request_key(method, url, body))
    return answer.body if answer else None


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
def test_requests_are_matched_on_method_address_and_body(tmp_path: Path, compressed: bool, version: str) -> None:
    writer = Writer(tmp_path / "a.warc", compressed=compressed, version=version)
    writer.info()
    writer.response("https://a.example/x", b"get")
    answer = writer.response("https://a.example/x", b"first search")
    writer.request("https://a.example/x", "POST", b'{"q": 1}', beside=answer)
    asked = writer.request("https://a.example/x", "POST", b'{"q": 2}')
    writer.response("https://a.example/x", b"second search", beside=asked)
    archives = Archives([writer.close()])
    assert archives.responses == 3
    assert body_of(archives, "https://a.example/x") == b"get"
    assert body_of(archives, "https://a.example/x", "POST", b'{"q": 1}') == b"first search"
    assert body_of(archives, "https://a.example/x", "POST", b'{"q": 2}') == b"second search"
    assert body_of(archives, "https://a.example/x", "POST", b'{"q": 3}') is None
    assert body_of(archives, "https://a.example/y") is None


@pytest.mark.parametrize(
    ("recorded", "asked"),
    [
        ("https://a.example", "https://a.example/"),
        ("https://A.example:443/x#part", "https://a.example/x"),
        ("http://a.example:80/x?a=1&b=%20", "http://a.example/x?a=1&b=%20"),
        ("https://a.example/jobs|1?q=a b&r=é", "https://a.example/jobs|1?q=a%20b&r=%C3%A9"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:DB8::1]:8443/x"),
    ],
)
def test_addresses_that_no_server_can_tell_apart_are_one(recorded: str, asked: str) -> None:
    assert request_key("GET", recorded) == request_key("get", asked)


@pytest.mark.parametrize(
    "other",
    ["http://a.example/x?a=1", "https://a.example/X?a=1", "https://a.example/x?a=2", "https://a.example/x/?a=1"],
)
def test_other_addresses_stay_others(other: str) -> None:
    assert request_key("GET", "https://a.example/x?a=1") != request_key("GET", other)


def test_the_newest_answer_wins_then_the_later_in_the_archives(tmp_path: Path) -> None:
    first, second = Writer(tmp_path / "a.warc.gz"), Writer(tmp_path / "b.warc.gz")
    first.response("https://a.example/x", b"newest", date="2026-03-02T00:00:00Z")
    first.response("https://a.example/x", b"old", date="2026-03-01T00:00:00Z")
    first.response("https://a.example/y", b"early", date="2026-03-01T00:00:00.100000Z")
    second.response("https://a.example/x", b"older", date="2026-03-01T12:00:00Z")
    second.response("https://a.example/y", b"late", date="2026-03-01T00:00:00.100000Z")
    archives = Archives([first.close(), second.close()])
    assert body_of(archives, "https://a.example/x") == b"newest"
    assert body_of(archives, "https://a.example/y") == b"late"


def test_a_revisit_has_the_body_of_what_it_revisits(tmp_path: Path) -> None:
    writer, other = Writer(tmp_path / "a.warc.gz"), Writer(tmp_path / "b.warc.gz")
    other.response("https://mirror.example/x", b"the body", **{"WARC-Payload-Digest": "sha1:SAME"})
    writer.response(
        "https://a.example/x",
        b"",
        kind="revisit",
        date="2026-04-01T00:00:00Z",
        status="200 Again",
        **{"WARC-Payload-Digest": "sha1:SAME"},
    )
    writer.response("https://a.example/lost", b"", kind="revisit", **{"WARC-Payload-Digest": "sha1:NOWHERE"})
    archives = Archives([writer.close(), other.close()])
    answer = archives.answer(request_key("GET", "https://a.example/x"))
    assert answer is not None
    assert (answer.body, answer.status, answer.fetched_at) == (b"the body", 200, datetime(2026, 4, 1, tzinfo=UTC))
    assert archives.answer(request_key("GET", "https://a.example/lost")) is None


def test_transfer_encoding_is_undone(tmp_path: Path) -> None:
    chunked = ("Transfer-Encoding", "chunked")
    writer = Writer(tmp_path / "a.warc.gz")
    writer.response("https://a.example/chunks", b"4;x=y\r\nWiki\r\n6\r\npedia \r\n0\r\n\r\n", headers=[chunked])
    writer.response("https://a.example/torn", b"4\r\nWiki\r\n6\r\nped", headers=[chunked])
    writer.response("https://a.example/plain", b"was stored without its chunks", headers=[chunked])
    writer.response("https://a.example/short", b"half", headers=[("Content-Length", "8")])
    writer.response("https://a.example/truncated", b"half", **{"WARC-Truncated": "length"})
    archives = Archives([writer.close()])
    answers = {
        name: archives.answer(request_key("GET", f"https://a.example/{name}"))
        for name in ("chunks", "torn", "plain", "short", "truncated")
    }
    assert {name: (answer.body, answer.is_whole) for name, answer in answers.items() if answer} == {
        "chunks": (b"Wikipedia ", True),
        "torn": (b"Wikiped", False),
        "plain": (b"was stored without its chunks", True),
        "short": (b"half", False),
        "truncated": (b"half", False),
    }
    assert all(
        "transfer-encoding" not in [name.lower() for name, _ in answer.headers] for answer in answers.values() if answer
    )


def test_content_encoding_is_left_unless_the_body_has_none(tmp_path: Path) -> None:
    coded = gzip.compress(b"text", mtime=0)
    writer = Writer(tmp_path / "a.warc.gz")
    writer.response("https://a.example/coded", coded, headers=[("Content-Encoding", "gzip")])
    writer.response("https://a.example/torn", coded[:-9], headers=[("Content-Encoding", "gzip")])
    writer.response("https://a.example/plain", b"text", headers=[("Content-Encoding", "gzip")])
    archives = Archives([writer.close()])
    answers = [archives.answer(request_key("GET", f"https://a.example/{name}")) for name in ("coded", "torn", "plain")]
    assert [(answer.is_whole, ("Content-Encoding", "gzip") in answer.headers) for answer in answers if answer] == [
        (True, True),
        (False, True),
        (True, False),
    ]


@pytest.fixture(params=["compressed", "plain"])
def archive(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    writer = Writer(tmp_path / "a.warc.gz", compressed=request.param == "compressed")
    writer.info()
    writer.response("https://a.example/1", b"one" * 500, date="2026-03-01T00:00:00Z")
    writer.response("https://a.example/2", bytes(range(256)) * 40, date="2026-03-05T00:00:00Z")
    return writer.close()


def test_facts_of_an_archive(archive: Path) -> None:
    assert check_archive(archive) == (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC), 2)


def test_an_archive_cut_anywhere_is_refused_or_ends_between_records(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    with archive.open("rb") as handle:
        records = ArchiveIterator(handle)
        between = {records.get_record_offset() for _ in records}
    refused = 0
    for length in range(1, len(whole), 1 + len(whole) // 150):
        cut = tmp_path / "cut.warc.gz"
        cut.write_bytes(whole[:length])
        if any(0 <= end - length <= (4 if whole.startswith(b"WARC") else 0) for end in between):
            continue  # nothing is missing but the line breaks after a record
        with pytest.raises(ArchiveError) as error:
            check_archive(cut)
        assert str(error.value).startswith(str(cut)) and "\n" not in str(error.value)
        refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html></html>"),
        ("empty.warc.gz", b""),
        ("text.warc.gz", gzip.compress(b"no archive", mtime=0)),
        ("rubbish.warc.gz", b"\x1f\x8b\x08" + b"\x00" * 50),
        ("words.warc", b"WARC/1.0\r\nnothing of the kind"),
        ("other.warc", b"WARC/9.9\r\n\r\n"),
    ],
)
def test_what_is_no_archive_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ArchiveError) as error:
        check_archive(path)
    assert str(path) in str(error.value) and "\n" not in str(error.value)


def test_an_archive_compressed_as_one_piece_is_refused(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.warc", compressed=False)
    writer.response("https://a.example/1", b"one")
    writer.response("https://a.example/2", b"two")
    whole = tmp_path / "whole.warc.gz"
    whole.write_bytes(gzip.compress(writer.close().read_bytes()))
    with pytest.raises(ArchiveError, match="compressed as one piece"):
        check_archive(whole)


def test_an_answer_whose_compression_is_damaged_is_kept_as_it_came() -> None:
    whole = zstandard.compress(b"<h1>Intern</h1>" * 50)
    damaged = whole[:9] + b"\xff" * 20 + whole[29:]
    headers, fetched_at = [("Content-Encoding", "zstd")], datetime(2026, 3, 1, tzinfo=UTC)
    assert plain_body(Answer(fetched_at, 200, headers, whole, True)) == b"<h1>Intern</h1>" * 50
    assert plain_body(Answer(fetched_at, 200, headers, damaged, True)) == damaged


@pytest.mark.parametrize("dictionary", ["none", "plain", "compressed"])
def test_an_archive_of_zstd_frames_is_read_record_by_record(tmp_path: Path, dictionary: str) -> None:
    records = []
    for number in (1, 2):
        writer = Writer(tmp_path / "a.warc", compressed=False)
        writer.response(f"https://a.example/{number}", f"page {number}".encode() * 50)
        records.append(writer.close().read_bytes())
    words = zstandard.ZstdCompressionDict(b"HTTP/1.1 200 OK Content-Type: text/plain WARC-Date" * 20)
    shared = words.as_bytes() if dictionary == "plain" else zstandard.compress(words.as_bytes())
    head = b"\x5d\x2a\x4d\x18" + len(shared).to_bytes(4, "little") + shared if dictionary != "none" else b""
    compressor = zstandard.ZstdCompressor(dict_data=words if head else None)
    path = tmp_path / "a.warc.zst"
    path.write_bytes(head + b"".join(map(compressor.compress, records)))
    archives = Archives([path])
    assert body_of(archives, "https://a.example/2") == b"page 2" * 50
    assert body_of(archives, "https://a.example/1") == b"page 1" * 50
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ArchiveError, match="is cut off"):
        check_archive(path)
    path.write_bytes(head + compressor.compress(b"".join(records)))
    with pytest.raises(ArchiveError, match="compressed as one piece"):
        check_archive(path)
    path.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(40))
    with pytest.raises(ArchiveError, match=r"damaged|cut off"):
        check_archive(path)


def test_missing_and_unreadable_files_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.warc.gz", tmp_path):
        with pytest.raises(ArchiveError, match="cannot be read"):
            check_archive(path)


def record(recorder: Recorder, url: str, body: bytes, **changes: Any) -> None:
    pair: dict[str, Any] = {
        "fetched_at": datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC),
        "method": "POST",
        "url": url,
        "request_headers": [("Accept", "*/*")],
        "request_body": b"q=1",
        "status": 200,
        "headers": [("Content-Type", "text/plain"), ("Set-Cookie", "a"), ("Set-Cookie", "b")],
        "body": body,
        "is_whole": True,
    }
    recorder.record(**{**pair, **changes})


def test_what_is_recorded_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "web.warc.gz"
    recorder = Recorder(path)
    record(recorder, "https://a.example/x?a=1", b"body")
    record(recorder, "https://a.example/torn", b"bo", is_whole=False, request_body=b"")
    recorder.close()
    archives = Archives([path])
    answer = archives.answer(request_key("POST", "https://a.example/x?a=1", b"q=1"))
    assert answer is not None and answer.is_whole and answer.body == b"body"
    assert answer.headers.count(("Set-Cookie", "b")) == 1
    torn = archives.answer(request_key("POST", "https://a.example/torn"))
    assert torn is not None and not torn.is_whole
    with path.open("rb") as handle:
        kinds = [
            (each.rec_type, each.rec_headers.get_header("WARC-Date"))
            for each in ArchiveIterator(handle, check_digests=True)
        ]
    assert kinds == [("response", DATE), ("request", DATE)] * 2


def test_recording_goes_on_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "web.warc.gz"
    recorder = Recorder(path)
    record(recorder, "https://a.example/1", b"one")
    recorder.close()
    kept = path.read_bytes()
    path.write_bytes(kept + kept[:40])
    recorder = Recorder(path)
    record(recorder, "https://a.example/2", b"two")
    recorder.close()
    assert check_archive(path).responses == 2
    assert path.read_bytes().startswith(kept)
