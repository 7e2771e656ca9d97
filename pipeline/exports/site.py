"""A folder to publish elsewhere: the newest exports, an index of nights, a dataset card, and the rights of each source.

    README.md              a dataset card, as Hugging Face reads it, and GitHub shows it
    licences.csv           licence, terms and attribution of each source
    nights.json            the nights, newest first, each with the address of its changes
    changes/<night>.ndjson what changed on each kept night; read in order, they lead from any night to any other
    pages/, sitemap.xml    a page a country and a field, which search engines read (`pages`)
    .nojekyll              GitHub Pages serves the files as they are
    index.html, *.parquet, feeds/ …   all that the datapackage.json of the newest night names

Every address that a reader follows is relative, so that the folder works at any path of a Hugging Face dataset, a bucket, GitHub
Pages or a release. Files of searches with a secret are in no manifest, and stay at home. Does not belong here: what the files
of a night hold.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pipeline.exports.files import ExportError
from pipeline.exports.package import NAME as MANIFEST
from pipeline.exports.pages import pages_of
from pipeline.exports.publish import LATEST, published_nights
from pipeline.storage.files import replacing, write_atomically

CONTENTS = ".published.json"
"""Names the files that the last publishing wrote, so that the next one removes those that are no more."""

KEPT = (".git", ".gitattributes", ".gitignore", "CNAME", "LICENSE")
"""What a person may have beside the files in a folder that is published."""

CHANGES = "changes"
SOURCE_COLUMNS = ("source_id", "title", "path", "licence", "terms", "attribution", "full_text")

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""Upper bound of rows -> Hugging Face's word for the size of a data set."""


def publish_site(exports: Path, folder: Path, site: str) -> tuple[date, int]:
    """Make `folder` the newest exports in `exports`, to be found at the address `site`; the night, and the number of files. Each
    file is replaced in one step, README.md and nights.json last. Raises ExportError where there is no night, or `folder` has
    files that did not come from here."""
    latest = (exports / LATEST).resolve()
    if not (latest / MANIFEST).is_file():
        raise ExportError(f"no exports at {exports}; make a night with: internships run")
    package = json.loads((latest / MANIFEST).read_bytes())
    night = date.fromisoformat(package["version"])
    before = _written_before(folder)
    changes = {
        f"{CHANGES}/{each}.ndjson": exports / each.isoformat() / "changes.ndjson"
        for each in published_nights(exports)
        if each <= night
    }
    sources = {resource["path"]: latest / resource["path"] for resource in package["resources"]}
    copied = {
        **sources,
        MANIFEST: latest / MANIFEST,
        **{name: path for name, path in changes.items() if path.is_file()},
    }
    texts = {
        **pages_of(latest, site, night),
        ".nojekyll": "",
        "licences.csv": _licences(package["sources"]),
        "nights.json": _nights(copied, site, package),
        "README.md": _card(package, site),
    }
    written = sorted({*copied, *texts})
    # Names of both, so that a killed publishing is taken back by the next.
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / CONTENTS, json.dumps(sorted({*before, *written})))
    for name, path in copied.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with replacing(folder / name) as aside:
            shutil.copyfile(path, aside)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / name, text)
    for name in before - set(written):
        (folder / name).unlink(missing_ok=True)
    write_atomically(folder / CONTENTS, json.dumps(written))
    return night, len(written)


def _written_before(folder: Path) -> set[str]:
    contents = folder / CONTENTS
    if contents.is_file():
        return set(json.loads(contents.read_bytes()))
    others = [path.name for path in folder.iterdir() if path.name not in KEPT] if folder.is_dir() else []
    if others:
        raise ExportError(
            f"{folder} has files that did not come from here, such as {sorted(others)[0]}; choose an empty folder"
        )
    return set()


def _licences(sources: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    table = csv.DictWriter(out, SOURCE_COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(sources)
    return out.getvalue()


def _nights(names: Mapping[str, Path], site: str, package: Mapping[str, Any]) -> str:
    nights = sorted((name for name in names if name.startswith(f"{CHANGES}/")), reverse=True)
    index = {
        "site": site,
        "newest": package["version"],
        "package": MANIFEST,
        "nights": [{"night": Path(name).stem, "changes": name, "bytes": names[name].stat().st_size} for name in nights],
    }
    return json.dumps(index, indent=1) + "\n"


def _card(package: Mapping[str, Any], site: str) -> str:
    """The dataset card: what Hugging Face reads between the lines of dashes, then what people read."""
    tables = {
        resource["title"]: resource for resource in package["resources"]
        if resource.get("type") == "table" and resource["path"] == f"{resource['title']}.parquet"
    }  # fmt: skip
    head = _card_head(tables)
    listed = "\n".join(f"| `{one['path']}` | {one['rows']:,} | {one['description']} |" for one in tables.values())
    rights = "\n".join(
        f"| {_cell(one['title'])} | {_cell(one.get('licence'))} | {_cell(one.get('terms'))} | {_cell(one.get('attribution'))} |"
        for one in package["sources"]
    )
    return f"""---
{yaml.safe_dump(head, sort_keys=False, allow_unicode=True)}---

# International internships

{package["description"]}

Night of {package["version"]}, at <{site}>. Columns, words and hashes of every file are in [datapackage.json]({MANIFEST}).

```python
import polars as pl

pl.read_parquet("{site}internships.parquet")
```

```sql
SELECT title, deadline FROM '{site}internships.parquet' WHERE state = 'open';  -- DuckDB
```

| file | rows | holds |
| --- | --- | --- |
{listed}

`nights.json` lists the nights. `changes/<night>.ndjson` has what changed on each: read in order, they lead from any night to any
other. `new.atom` and `deadlines.ics` are to subscribe to.

## Rights

Facts carry a link to where they come from; texts are in here only where their source allows it. Each source has its own rights;
`licences.csv` has the same as a table.

| source | licence | terms | attribution |
| --- | --- | --- | --- |
{rights}
"""


def _card_head(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What Hugging Face reads of a card: https://huggingface.co/docs/hub/datasets-cards."""
    rows = tables["internships"]["rows"]
    return {
        "pretty_name": "International internships",
        "license": "other",
        "license_name": "rights-of-each-source",
        "license_link": "licences.csv",
        "size_categories": [next((word for bound, word in SIZES if rows < bound), "1M<n<10M")],
        "tags": ["internships", "jobs", "education"],
        "configs": [
            {
                "config_name": name,
                "data_files": resource["path"],
                **({"default": True} if name == "internships" else {}),
            }
            for name, resource in tables.items()
        ],
    }


def _cell(text: str | None) -> str:
    return " ".join((text or "not stated").split()).replace("|", "\\|")
