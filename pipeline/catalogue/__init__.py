"""What `internships sources` does: listing the catalogue, an entry to fill in, one polite look at a source, a recorded pair for
the tests, proposals from what the lists point to.

Nothing here imports scrapy or dagster: a source is asked by a process of `scrapers.crawl` (see `pipeline.nightly.collect`), and a
spider is known by the words of its module.
"""
