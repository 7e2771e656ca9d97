"""Everything that touches the network: the catalogue, the spiders, the archive of responses, a night's raw files.

Nothing here cleans a value or imports from `pipeline`. The output is files: `raw/<night>/` with the sources' own words (see
`scrapers.runs`) and their responses (see `scrapers.wire.archive`). `pipeline` imports only the doors: source, listing, outcome,
runs, pairs and wire.warc, none of which imports scrapy; `python -m scrapers.crawl` is how it starts a crawl.
"""
