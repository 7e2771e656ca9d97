"""datapackage.json: the files of a night, by Frictionless Data Package v2 (https://datapackage.org).

For each file its table with meaning and schema (types, meanings, vocabularies from `pipeline.tables`), rows, bytes and SHA-256. A
file that is no whole table has no schema, and `entries` in place of `rows`; one that no module described has only bytes and
digest. For each source with listings its rights. Nothing comes from the clock: `created` is the night.

Paths are relative to the folder of this file. `version` is the night, so that a reader that came by exports/latest can read the
rest from ../<version>/ and never mixes files of two nights.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.exports.files import ExportedFile
from pipeline.exports.ndjson import JSON_TEXTS
from pipeline.exports.rows import EXPORTED
from pipeline.storage.files import measure, write_atomically
from pipeline.storage.warehouse import open_readonly
from pipeline.tables import Column, Table

NAME = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_MEDIA_TYPES = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ndjson": "application/x-ndjson",
    "jsonld": "application/ld+json",
    "ics": "text/calendar",
    "atom": "application/atom+xml",
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain",
}
_OTHER = "application/octet-stream"
_NOTES = {
    "csv": " UTF-8 with signature. A text that begins with one of = + - @ (also full-width), tab, line break or "
    "apostrophe has an apostrophe before it, so that no spreadsheet takes it for a formula: drop one leading apostrophe "
    "to have it back. Lists are JSON text.",
    "ndjson": " One JSON object a line.",
}
_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "string",
    pl.Boolean: "boolean",
    pl.Int32: "integer",
    pl.UInt32: "integer",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Date: "date",
    pl.Datetime: "datetime",
    pl.List: "array",
    pl.Struct: "object",
}


def write(warehouse: Path, folder: Path, night: date, files: Sequence[ExportedFile]) -> None:
    """Write `folder/datapackage.json` for these files of the folder and all others in it."""
    described = {file.path: _resource(file) for file in files}
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    content = {
        "$schema": PROFILE,
        "name": "international-internships",
        "title": f"International internships, night of {night.isoformat()}",
        "description": "Openings for internships from many sources, cleaned and matched. The facts carry a link to where "
        "they come from; texts are in here only where their source allows it. Each source has its own rights, see sources.",
        "version": night.isoformat(),
        "created": f"{night.isoformat()}T00:00:00Z",
        "sources": _sources(warehouse),
        "resources": [described[path] if path in described else _undescribed(folder, path) for path in paths],
    }
    write_atomically(folder / NAME, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _sources(warehouse: Path) -> list[dict[str, Any]]:
    """The sources that have listings, with their rights, ordered by id."""
    keys = ("title", "path", "source_id", "licence", "terms", "attribution", "full_text")
    with open_readonly(warehouse) as con:
        rows = con.execute(
            "SELECT name, coalesce(page, url), source_id, licence, terms, attribution, coalesce(full_text, false) "
            "FROM sources WHERE source_id IN (SELECT source_id FROM listings) ORDER BY source_id"
        ).fetchall()
    return [{key: value for key, value in zip(keys, row, strict=True) if value is not None} for row in rows]


def _undescribed(folder: Path, path: str) -> dict[str, Any]:
    size, digest = measure(folder / path)
    return _file(path, size, digest)


def _file(path: str, size: int, digest: str) -> dict[str, Any]:
    """The properties of any file. Names are its path in the characters that Data Package v1 allows."""
    kind = path.rpartition(".")[2]
    return {
        "name": re.sub("[^a-z0-9._-]+", "-", path.lower()),
        "path": path,
        "type": "file",
        "format": kind,
        "mediatype": _MEDIA_TYPES.get(kind, _OTHER),
        "bytes": size,
        "hash": f"sha256:{digest}",
    }


def _resource(file: ExportedFile) -> dict[str, Any]:
    resource = _file(file.path, file.bytes, file.sha256)
    if file.meaning:
        return resource | {"description": _sentence(file.meaning), "entries": file.rows}
    table = next(table for table in EXPORTED if table.name == file.table)
    kind = resource["format"]
    resource |= {
        "type": "table",
        "rows": file.rows,
        "title": table.name,
        "description": f"{_sentence(table.meaning)}{_NOTES.get(kind, '')}",
        "schema": _schema(table, kind),
    }
    if kind != "parquet":
        resource["encoding"] = "utf-8"
    if kind == "csv":
        resource["dialect"] = {
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        }
    return resource


def _sentence(meaning: str) -> str:
    return f"{meaning[0].upper()}{meaning[1:]}."


def _schema(table: Table, kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column, kind) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return schema


def _field(column: Column, kind: str) -> dict[str, Any]:
    """A field of Table Schema. `arrayItem` is Frictionless' own property for the items of a list."""
    is_json = kind == "ndjson" and column in JSON_TEXTS
    field: dict[str, Any] = {
        "name": column.name,
        "type": "any" if is_json else _TYPES[_class_of(column.dtype)],
        "description": column.meaning,
    }
    enum = {"enum": list(column.vocabulary)} if column.vocabulary else {}
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if isinstance(column.dtype, pl.List):
        field["arrayItem"] = {"type": _TYPES[_class_of(column.dtype.inner)], **({"constraints": enum} if enum else {})}
    else:
        constraints |= enum
    if constraints:
        field["constraints"] = constraints
    return field


def _class_of(dtype: Any) -> type[pl.DataType]:
    return dtype if isinstance(dtype, type) else type(dtype)
