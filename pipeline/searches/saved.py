"""decisions/searches.yaml of a home: the searches that people saved, one entry each.

    - name: Marine biology in Portugal
      filters: {countries: [Portugal], fields: [0511], words: marine}
      to: [me@example.org]
    - name: For Ana
      secret: 2mJ6-bT0vQ8rXk4e          # 16 characters or more; its files are named by it, and appear in no list
      profile: {passports: [IN], languages: {en: C1}, needs: [paid]}
      to: [discord+https://discord.com/api/webhooks/1/abc]

`filters` are those of `pipeline.query.filters`, `profile` is one as `internships suggest` reads it; an entry has one of them or
both. `to`: mail addresses and webhooks (`pipeline.reports.transports`), none for files alone. A night only reads the file. An
entry that is wrong is left out and reported, and the others hold: no entry stops a night.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from pipeline.query.filters import Filters
from pipeline.query.suggest import PROFILE_MODELS, Profile, problems_of
from pipeline.reports.transports import check_receiver
from pipeline.storage.home import Home

MAX_NAME_CHARS = 100

SECRET = re.compile("[A-Za-z0-9_-]{16,100}")
"""What the files of a search with a profile are named by: nobody guesses 16 random characters."""


def _folded(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _receivers(value: list[str]) -> list[str]:
    for receiver in value:
        check_receiver(receiver)
    return value


class Search(BaseModel):
    """One saved search."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, BeforeValidator(_folded)] = Field(min_length=1, max_length=MAX_NAME_CHARS)
    filters: Filters | None = None
    profile: Profile | None = None
    secret: str | None = Field(None, pattern=f"^{SECRET.pattern}$")
    to: Annotated[list[str], AfterValidator(_receivers)] = []

    @model_validator(mode="after")
    def _searches(self) -> Search:
        if self.filters is None and self.profile is None:
            raise ValueError("say what to search for: filters, a profile, or both")
        if self.profile is not None and self.secret is None:
            raise ValueError(
                "a search with a profile needs a secret of 16 random characters or more, which its files are named by"
            )
        if not self.file_name:
            raise ValueError("its name has no letter or digit of ASCII to name a file by: add a secret")
        return self

    @property
    def file_name(self) -> str:
        """What its files are named by, without suffix."""
        if self.secret is not None:
            return self.secret
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().casefold()
        return re.sub("[^a-z0-9]+", "-", plain).strip("-")


_MODELS: Mapping[str, type[BaseModel]] = {**PROFILE_MODELS, "": Search, "filters": Filters, "profile": Profile}


class SavedSearches(NamedTuple):
    """The searches of a home in the order of their names, and what is wrong with the entries that are left out, a line each."""

    searches: list[Search]
    problems: list[str]


def searches_file(home: Home) -> Path:
    return home.root / "decisions" / "searches.yaml"


def read_searches(home: Home) -> SavedSearches:
    """What the file says; nothing where there is none."""
    path = searches_file(home)
    if not path.is_file():
        return SavedSearches([], [])
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return SavedSearches([], [f"{path}: {' '.join(str(error).split())}"])
    if not isinstance(content, list):
        return SavedSearches([], [f"{path}: expected a list of searches, each beginning with '- name: …'"])
    searches, problems = [], []
    for number, entry in enumerate(content, start=1):
        try:
            searches.append(Search.model_validate(entry))
        except ValidationError as error:
            problems += [
                f"{path}, search {_named(entry, number)}: {problem}" for problem in problems_of(error, _MODELS)
            ]
    twice = {name for name, count in Counter(search.file_name for search in searches).items() if count > 1}
    problems += [f"{path}: more than one search would be written to {name}.atom; rename one" for name in sorted(twice)]
    alone = sorted((search for search in searches if search.file_name not in twice), key=lambda search: search.name)
    return SavedSearches(alone, problems)


def _named(entry: Any, number: int) -> str:
    return repr(entry["name"]) if isinstance(entry, dict) and entry.get("name") else str(number)
