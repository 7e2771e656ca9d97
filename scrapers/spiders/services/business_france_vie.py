"""Mon Volontariat International: offers of V.I.E and V.I.A, Business France's paid volunteer posts abroad for 18 to 28 year olds.

How to recognise it: https://mon-vie-via.businessfrance.fr, which asks https://civiweb-api-prd.azurewebsites.net/api/Offers.
That wants a key, which is Business France's to give: without one in the environment's BUSINESS_FRANCE_KEY nothing is asked.
A key that its pages show to browsers is none that was given.

What to write:

    - id: business-france-vie
      name: Mon Volontariat International (Business France)
      spider: business_france_vie
      url: https://civiweb-api-prd.azurewebsites.net/api/Offers/search
      page: https://mon-vie-via.businessfrance.fr/offres/recherche
      holds: internships        # each is a V.I.E or V.I.A, which `employment_type` says
      organizer: {name: Business France, type: agency, country: FR}
      places_abroad: true

The list is asked for by POST and has the whole texts. The monthly allowance (`indemnite`) is in euros, the length of a
mission in months. Contacts are persons and are not read; counters of views and candidates move, and are not either.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import line_at, texts_at
from scrapers.wire.secrets import SECRETS

MARKS = {
    "hosts": [r"^civiweb-api-prd\.azurewebsites\.net/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

PER_CALL = 100
ASKED: dict[str, Any] = {
    "method": "POST",
    "headers": {"Content-Type": "application/json"},
    "meta": {SECRETS: {"headers": {"X-API-KEY": "{BUSINESS_FRANCE_KEY}"}}},
}
CHOSEN: dict[str, Any] = {
    "query": None, "activitySectorId": [], "missionsTypesIds": [], "missionsDurations": [], "gerographicZones": [],
    "countriesIds": [], "studiesLevelId": [], "companiesSizes": [], "specializationsIds": [], "entreprisesIds": [0],
    "missionStartDate": None, "sort": ["0"],
}  # fmt: skip
"""What a search chooses by: nothing. The spelling is the interface's."""


class BusinessFranceVie(Board):
    name = "business_france_vie"
    needs = ("BUSINESS_FRANCE_KEY",)
    rows_at = "result"
    total_at = "count"
    fields = {
        "title": "missionTitle",
        "native_id": "id",
        "organization": "organizationName",
        "employment_type": "missionType",
        "posted": ("startBroadcastDate", "creationDate"),
        "starts": "missionStartDate",
    }
    extra = {
        "reference": "reference",
        "ends": "missionEndDate",
        "telework": "teleworkingAvailable",
        "sector": "activitySectorN1",
        "vacancies": "positionNumber",
    }

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield run.request(run.source.url, body=_body(0), **ASKED)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        if fields["native_id"]:
            fields["url"] = f"https://mon-vie-via.businessfrance.fr/offres/{fields['native_id']}"
        texts = ("missionDescription", "missionProfile", "organizationPresentation")
        city = "cityName" if texts_at(row, "cityName") else "cityAffectation"
        return fields | {
            "locations": [line_at(row, city, "countryName")],
            "description": "\n\n".join(text for path in texts for text in texts_at(row, path)),
            "duration": "".join(f"{months} mois" for months in texts_at(row, "missionDuration")),
            "pay": "".join(f"{euros} EUR / mois" for euros in texts_at(row, "indemnite")),
        }

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        assert response.request is not None
        skip = json.loads(response.request.body)["skip"] + PER_CALL
        if rows and skip < (run.declared_total or 0):
            yield self.next_page(response, run, run.source.url, body=_body(skip), **ASKED)


def _body(skip: int) -> str:
    return json.dumps({"limit": PER_CALL, "skip": skip, **CHOSEN})
