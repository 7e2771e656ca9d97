"""From an address to an entry of the catalogue: what the page there is, and by which settings a spider reads it.

`recognise` looks at addresses, proposes entries, has the real spiders read what was recorded by them, and cleaning judge the
rows; what it is unsure of it says. Belongs here: the modules of that. Does not belong here: how spiders read
(`scrapers.spiders`), what a row is (`pipeline.clean`).
"""
