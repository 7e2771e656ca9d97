"""Everything after raw: cleaning, matching, the life of listings, the warehouse, the exports, and the graph that runs them.

Imports run one way: `definitions -> assets -> clean, match, lifecycle, warehouse, exports -> tables`. The only door to the
network is the catalogue (`scrapers.source`) and the raw files of a night.
"""

import os

# Polars gives memory back to the system after half a second, and then asks for it anew. After two seconds, matching a million
# takes 4 % less time, and a night no more memory. Its allocator reads this once, when polars is first imported.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:2000,muzzy_decay_ms:2000")
