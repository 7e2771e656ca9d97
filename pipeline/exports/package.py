"""datapackage.json: what lies in a night's folder, by Frictionless Data Package v2 (https://datapackage.org).

For each file its table with its meaning, its schema (types, meanings, vocabularies from `pipeline.tables`), rows, bytes
and SHA-256; for each source with listings its rights. Nothing in it comes from the clock: `created` is the night.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.exports.files import ExportedFile
from pipeline.exports.ndjson import JSON_TEXTS
from pipeline.exports.rows import EXPORTED
from pipeline.home import sync
from pipeline.tables import Column, Table
from pipeline.warehouse import open_readonly

NAME = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_MEDIA_TYPES = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
}
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
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Date: "date",
    pl.Datetime: "datetime",
    pl.List: "array",
    pl.Struct: "object",
}


def write(warehouse: Path, folder: Path, night: date, files: Sequence[ExportedFile]) -> None:
    """Write `folder/datapackage.json` for these files of the folder; it is read back before it gets its name."""
    content = {
        "$schema": PROFILE,
        "name": "international-internships",
        "title": f"International internships, night of {night.isoformat()}",
        "description": "Openings for internships from many sources, cleaned and matched. The facts carry a link to where "
        "they come from; texts are in here only where their source allows it. Each source has its own rights, see sources.",
        "created": f"{night.isoformat()}T00:00:00Z",
        "sources": _sources(warehouse),
        "resources": [_resource(file) for file in files],
    }
    aside = folder / f".{NAME}.part"
    aside.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sync(aside)
    json.loads(aside.read_bytes())
    aside.replace(folder / NAME)


def _sources(warehouse: Path) -> list[dict[str, Any]]:
    """The sources that have listings, with their rights, ordered by id."""
    keys = ("title", "path", "source_id", "licence", "terms", "attribution", "full_text")
    with open_readonly(warehouse) as con:
        rows = con.execute(
            "SELECT name, coalesce(page, url), source_id, licence, terms, attribution, coalesce(full_text, false) "
            "FROM sources WHERE source_id IN (SELECT source_id FROM listings) ORDER BY source_id"
        ).fetchall()
    return [{key: value for key, value in zip(keys, row, strict=True) if value is not None} for row in rows]


def _resource(file: ExportedFile) -> dict[str, Any]:
    table = next(table for table in EXPORTED if table.name == file.table)
    kind = file.path.rpartition(".")[2]
    resource = {
        "name": file.path,
        "path": file.path,
        "type": "table",
        "title": table.name,
        "description": f"{table.meaning[0].upper()}{table.meaning[1:]}.{_NOTES.get(kind, '')}",
        "format": kind,
        "mediatype": _MEDIA_TYPES[kind],
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
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


def _schema(table: Table, kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column, kind) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return schema


def _field(column: Column, kind: str) -> dict[str, Any]:
    """A field of Table Schema. `arrayItem` is Frictionless' own word for what a list holds."""
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
