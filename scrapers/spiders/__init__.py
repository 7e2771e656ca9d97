"""Spiders: one module for each way in which sources publish; `scrapers.engine` holds what they share.

A module defines one subclass of `SourceSpider` whose name is the module's, and its docstring says how to recognise
such a site and what to write in the catalogue.
"""

from __future__ import annotations

from importlib import import_module

from pydantic import ValidationError

from scrapers.engine.source_spider import SourceSpider
from scrapers.source import Source, reason, spider_files


def spider_of(kind: str) -> type[SourceSpider]:
    """The spider class of the module `kind`. Raises ModuleNotFoundError where there is none."""
    if kind not in spider_files():
        raise ModuleNotFoundError(f"no spider {kind}")
    module = import_module(f"scrapers.spiders.{spider_files()[kind].parent.name}.{kind}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, SourceSpider) and getattr(value, "name", None) == kind
    )


def check_settings(sources: list[Source]) -> list[str]:
    """What is wrong with the settings of these sources: one line each, naming source and setting."""
    wrong = []
    for source in sources:
        try:
            spider_of(source.spider).Settings.model_validate(source.settings)
        except ValidationError as error:
            wrong += [f"{source.id}: {reason(detail, 'settings')}" for detail in error.errors()]
    return wrong
