"""World Bank Group: the vacancies that its own site lists, as JSON.

How to recognise it: https://www.worldbank.org/en/about/careers/search, which asks itself with `api=true&format=json`. The
board behind it (worldbankgroup.csod.com) is written by scripts alone.

What to write:

    - id: world-bank
      name: World Bank Group vacancies
      spider: world_bank
      url: https://www.worldbank.org/en/about/careers/search?api=true&format=json&rows=1000
      page: https://www.worldbank.org/en/about/careers/search
      organizer: {name: World Bank Group, type: intergovernmental}
      places_abroad: true

One answer is the whole list. It has no descriptions; a posting's address is made of its number.
"""

from __future__ import annotations

from typing import Any

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun

MARKS = {
    "hosts": [r"^www\.worldbank\.org/en/about/careers/search"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""


class WorldBank(Board):
    name = "world_bank"
    rows_at = "response.docs"
    total_at = "response.numFound"
    fields = {
        "title": "title",
        "native_id": "id",
        "locations": "location",
        "posted": "opendate",
        "deadline": "closedate",
    }
    extra = {"grade": "grade"}
    word_test_at = ("grade",)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        if fields["native_id"]:
            fields["url"] = (
                f"https://worldbankgroup.csod.com/ats/careersite/JobDetails.aspx?id={fields['native_id']}&site=1"
            )
        return fields
