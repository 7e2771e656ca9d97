"""Base of the spiders' settings: what the catalogue may write under `settings:` of an entry.

Belongs here: what the settings of several spiders share. Does not belong here: a spider's own (its module).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


def as_list(value: Any) -> Any:
    """A single text as a list of one, so that the catalogue may leave out the brackets."""
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(as_list)]


class SpiderSettings(BaseModel):
    """Base of the spiders' settings: an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
