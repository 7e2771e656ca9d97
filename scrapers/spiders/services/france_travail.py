"""France Travail: the offers of France's employment service, from its partners' interface (Offres d'emploi v2).

How to recognise it: https://api.francetravail.io/partenaire/offresdemploi/v2. It wants an application
(https://francetravail.io) in the environment's FRANCE_TRAVAIL_ID and FRANCE_TRAVAIL_SECRET. Its licence asks for source,
date and a link to the licence beside each offer, and that the offers are asked for at least once a day.

What to write:

    - id: france-travail-stage
      name: France Travail, offres de stage
      spider: france_travail
      url: https://api.francetravail.io/partenaire/offresdemploi/v2/offres/search?motsCles=stage&range=0-149&sort=1
      page: https://candidat.francetravail.fr/offres/recherche?motsCles=stage
      country: FR

An answer has 150 offers at most, the last one begins at the thousandth: a search has 1,150, and a larger one is split by
`departement` or `typeContrat`. A part of the offers is a 206, how many there are stands in Content-Range, and 204 says that
there are none. Contacts are persons; of them only the address to apply at is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.outcome import Outcome
from scrapers.wire.secrets import SECRETS

MARKS = {
    "hosts": [r"^api\.francetravail\.(?:io|fr)/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

PER_CALL = 150
LAST_BEGIN = 1000
TOKEN = {
    SECRETS: {
        "token": {
            "url": "https://entreprise.francetravail.fr/connexion/oauth2/access_token?realm=%2Fpartenaire",
            "form": {
                "grant_type": "client_credentials",
                "client_id": "{FRANCE_TRAVAIL_ID}",
                "client_secret": "{FRANCE_TRAVAIL_SECRET}",
                "scope": "api_offresdemploiv2 o2dsoffre",
            },
            "at": "access_token",
        },
        "headers": {"Authorization": "Bearer {token}"},
    }
}


class FranceTravail(Board):
    name = "france_travail"
    needs = ("FRANCE_TRAVAIL_ID", "FRANCE_TRAVAIL_SECRET")
    rows_at = "resultats"
    fields = {
        "title": "intitule",
        "url": "origineOffre.urlOrigine",
        "apply_url": "contact.urlPostulation",
        "native_id": "id",
        "organization": "entreprise.nom",
        "locations": "lieuTravail.libelle",
        "description": "description",
        "employment_type": ("natureContrat", "typeContratLibelle", "typeContrat"),
        "duration": "typeContratLibelle",
        "posted": "dateCreation",
        "pay": ("salaire.libelle", "salaire.commentaire"),
    }
    extra = {
        "apprenticeship": "alternance",
        "occupation": "romeLibelle",
        "rome_code": "romeCode",
        "experience": "experienceLibelle",
        "working_hours": "dureeTravailLibelle",
        "sector": "secteurActiviteLibelle",
        "vacancies": "nombrePostes",
        "languages": "langues.libelle",
        "education": "formations.niveauLibelle",
        "partner": "origineOffre.partenaires.nom",
    }
    word_test_at = ("typeContratLibelle", "appellationlibelle")

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield run.request(run.source.url, meta=TOKEN)

    def validate_response(self, response: Response, run: SourceRun) -> None:
        if response.status == 204:
            run.confirm_empty("204 No Content")
            raise SourceError(Outcome.EMPTY, f"says none: 204 No Content at {response.url}")
        super().validate_response(response, run)

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        content_range = re.search(rb"(\d+)-(\d+)/(\d+)", response.headers.get("Content-Range") or b"")
        if not content_range:
            return
        begin, total = int(content_range[2]) + 1, int(content_range[3])
        run.declare_total(max(total, run.declared_total or 0))
        if not rows or begin >= total:
            return
        if begin > LAST_BEGIN:
            run.note(f"capped at {begin} offers")
            return
        part = f"{begin}-{begin + PER_CALL - 1}"
        yield self.next_page(response, run, add_or_replace_parameter(response.url, "range", part), meta=TOKEN)
