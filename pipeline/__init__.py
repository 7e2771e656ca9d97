"""Everything after raw: cleaning, matching, the life of listings, the warehouse, the exports, and the graph that runs them.

Imports run one way: `definitions -> assets -> clean, match, lifecycle, warehouse, exports -> tables`. The only door to the
network is the catalogue (`scrapers.source`) and the raw files of a night.
"""

import os

# Polars gives memory back to the system after half a second, and then asks for it anew. With ten seconds, matching a million
# takes 6 % less time and 4 % more memory. Its allocator reads this once, when polars is first imported.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000")
