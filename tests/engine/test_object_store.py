"""Parts may lie in an object store that all machines reach: an S3 server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from pipeline.engine.files import PartFiles
from pipeline.storage.files import measure
from tests.command import internships
from tests.engine.cluster import running_cluster

pytest.importorskip("distributed", reason="the extra 'dask' is not installed: make dask")
pytest.importorskip("s3fs", reason="no S3: pip install s3fs 'moto[server]'")
pytest.importorskip("moto.server", reason="no S3 server: pip install 'moto[server]'")

BUCKET = "s3://internships"


@pytest.fixture(autouse=True)
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket, which this process and those that it starts reach by their environment."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().makedirs(BUCKET, exist_ok=True)
    yield BUCKET
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def test_a_part_is_there_whole_until_it_is_taken(bucket: str) -> None:
    files = PartFiles(f"{bucket}/parts")
    files.prepare()
    files.write("000001.call", ["first"])
    files.write("000001.call", ["again"])
    assert files.read("000001.call") == ["again"]
    files.discard("000001.call")
    files.discard("000001.call")
    with pytest.raises(FileNotFoundError):
        files.read("000001.call")


def test_what_an_earlier_run_left_goes(bucket: str) -> None:
    files = PartFiles(f"{bucket}/parts")
    files.write("000001.call", "left")
    files.prepare()
    with pytest.raises(FileNotFoundError):
        files.read("000001.call")


def test_cleaning_by_way_of_the_store_gives_the_same_bytes(bucket: str, sample_home: Path, tmp_path: Path) -> None:
    raw = next(path for path in sorted((sample_home / "raw").glob("*/listings-*.ndjson")) if path.stat().st_size)
    here = internships("clean", raw, "--out", "here", "--workers", "1", cwd=tmp_path)
    (tmp_path / "hosts").mkdir()
    with running_cluster(tmp_path / "hosts", workers=1) as cluster:
        there = internships(
            "clean", raw, "--out", "there", "--scheduler", cluster.address, cwd=tmp_path, INTERNSHIPS_PARTS=bucket
        )
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    assert measure(tmp_path / "here") == measure(tmp_path / "there")
    assert not fsspec.filesystem("s3").find(bucket), "parts go when the work is done"
