"""Everything that touches the network: the catalogue, the spiders, the archive of responses, a night's raw files.

Nothing here cleans a value, and nothing here imports from `pipeline`. What leaves this package are files:
`raw/<night>/` with the words of the sources (see `scrapers.runs`) and their responses (see `scrapers.wire.archive`).
"""
