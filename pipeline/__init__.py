"""Everything after raw: cleaning, matching, the life of listings, the warehouse, the exports, and the graph that runs them.

Imports run one way: `definitions -> assets -> clean, match, lifecycle, warehouse, exports -> tables`. The only door to the
network is the catalogue (`scrapers.source`) and the raw files of a night.
"""
