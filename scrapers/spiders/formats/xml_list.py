"""Lists published as one XML document that is no feed: an element an opening.

How to recognise one: the address answers with XML whose first element is none of <rss>, <rdf:RDF>, <feed>, <urlset>, and holds
one element after the other of one name. Elements differ, so the catalogue names them.

What to write:

    - id: example-xml
      name: Vacancies of an example employer
      spider: xml_list
      url: https://example.easycruit.com/export/xml/vacancy/list.xml
      settings:
        rows: VacancyList.Vacancy          # the elements of the openings: names from the first element on, joined by dots
        fields:                            # raw field -> names within the row; of several elements the first says so by `0`
          title: Versions.Version.0.Title
          url: Departments.Department.VacancyURL
          native_id: "@id"                 # an attribute of an element that holds others, or nothing

Everything else as in `json_list`. Namespaces are left out of names.
"""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy.http import Response

from scrapers.answers.check import Format, SourceError, content_type
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import at
from scrapers.extract.xml_document import FeedError, XmlDocument, as_object, local_name, read_xml
from scrapers.outcome import Outcome
from scrapers.spiders.formats.json_list import JsonList


class XmlList(JsonList):
    name = "xml_list"
    expected_format: ClassVar[Format] = "xml"

    def document(self, response: Response, run: SourceRun) -> tuple[Any, bool]:
        try:
            document = read_xml(response.body, content_type(response))
        except FeedError as error:
            raise SourceError(Outcome.ERROR, f"{error}: {response.url}") from error
        if document.repaired and document.is_whole:
            run.note(f"XML repaired: {document.repaired}")
        if not document.is_whole:
            _drop_unended(document, run.settings.rows.rpartition(".")[2])
        return {local_name(document.root): as_object(document.root)}, document.is_whole

    def lists(self, document: Any, path: str) -> list[list[Any]]:
        holder, _, name = path.rpartition(".")
        found = [each for value in at(document, holder) for each in (value if isinstance(value, list) else [value])]
        return [each.get(name, []) if isinstance(each, dict) else [] for each in found]


def _drop_unended(document: XmlDocument, name: str) -> None:
    """Take the elements of a name that the document breaks off in out of it."""
    elements = [each for each in document.root.iter() if local_name(each) == name]
    for element in elements[document.ended_elements((name,)) :]:
        if (parent := element.getparent()) is not None:
            parent.remove(element)
