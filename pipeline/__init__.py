"""Everything after raw: cleaning, matching, the life of listings, the warehouse, the exports, and the graph that runs them.

Imports run one way: `cli, definitions -> assets -> nightly -> exports, reports, storage -> lifecycle, match, clean -> tables`.
The only doors to the network are the catalogue (`scrapers.source`) and the raw files of a night.
"""

import os

# Polars gives memory back to the system after half a second, and then asks for it anew. After two seconds, matching a million
# takes 4 % less time, and a night no more memory. Its allocator reads this once, when polars is first imported.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:2000,muzzy_decay_ms:2000")
