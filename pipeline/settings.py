"""The settings of the environment: every INTERNSHIPS_ variable that the pipeline reads, read here and nowhere else.

    INTERNSHIPS_HOME       folder that everything is kept in; data/home below the current folder
    INTERNSHIPS_COMPILED   folder in which dictionaries are kept as processes use them; can be deleted; compiled in the home
    INTERNSHIPS_CATALOGUE  folder of the catalogue of sources; the one that ships with the program
    INTERNSHIPS_SCHEDULE   cron line of the nightly run; 0 2 * * *
    INTERNSHIPS_ZONE       IANA time zone of the schedule, whose midnight separates the nights; UTC
    INTERNSHIPS_WEBHOOK    webhook that is told when something goes wrong; its shapes are in pipeline/reports/transports.py
    INTERNSHIPS_MAIL       addresses to mail then, separated by commas
    INTERNSHIPS_SMTP       mail server: smtp://, smtp+starttls:// or smtps://[user:password@]host[:port]; smtp://localhost
    INTERNSHIPS_MAX_PAGES  responses of a night; what the budget has no room for is left for tomorrow; 200000
    INTERNSHIPS_MAX_MEGABYTES  size of a night's responses; 20000
    INTERNSHIPS_MAX_MINUTES  minutes of a night at any one host, by the delay between its requests; 360
    INTERNSHIPS_CLUSTER    address of the scheduler of a Dask cluster that works on the parts of a step; none: this machine does
    INTERNSHIPS_PARTS      folder, or address of fsspec, that all machines of the cluster reach; beside what is made
    INTERNSHIPS_CONTACT    address sent in the User-Agent, so that site operators can contact the operator
    INTERNSHIPS_API_ORIGINS  web sites whose pages may ask the read interface, separated by commas; * for all; none
    INTERNSHIPS_API_RATE   requests a minute that the read interface answers to one address; 120

Belongs here: names and defaults. Does not belong here: whether a value makes sense, which is checked where it is used. The
crawlers read INTERNSHIPS_CONTACT and the keys of sources themselves: they never import the pipeline.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.shipped import shipped


@dataclass(frozen=True, slots=True)
class Settings:
    """One reading of the environment; an empty variable counts as one that is not set."""

    home: Path
    compiled: Path
    catalogue: Path
    schedule: str
    zone: str
    webhook: str | None
    mail: str | None
    smtp: str
    cluster: str | None
    parts: str | None
    contact: str | None
    max_pages: str
    max_megabytes: str
    max_minutes: str
    api_origins: tuple[str, ...]
    api_rate: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings as the environment has them now."""

        def value(name: str, default: str = "") -> str:
            return environment.get(f"INTERNSHIPS_{name}", "").strip() or default

        home = Path(value("HOME", "data/home"))
        return cls(
            home=home,
            compiled=Path(value("COMPILED", str(home / "compiled"))),
            catalogue=Path(value("CATALOGUE", str(shipped("data", "sources")))),
            schedule=value("SCHEDULE", "0 2 * * *"),
            zone=value("ZONE", "UTC"),
            webhook=value("WEBHOOK") or None,
            mail=value("MAIL") or None,
            smtp=value("SMTP", "smtp://localhost"),
            cluster=value("CLUSTER") or None,
            parts=value("PARTS") or None,
            contact=value("CONTACT") or None,
            max_pages=value("MAX_PAGES", "200000"),
            max_megabytes=value("MAX_MEGABYTES", "20000"),
            max_minutes=value("MAX_MINUTES", "360"),
            api_origins=tuple(value("API_ORIGINS").replace(",", " ").split()),
            api_rate=value("API_RATE", "120"),
        )
