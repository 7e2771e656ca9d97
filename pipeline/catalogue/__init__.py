"""What `internships sources` does: list the catalogue, print an entry to fill in, take one polite look at a source, record a
pair for the tests, propose boards that listings link to.

Nothing here imports scrapy or dagster: a source is fetched by a process of `scrapers.crawl` (see `pipeline.nightly.collect`),
and a spider is described by the docstring of its module.
"""
