"""Where a home keeps things: its folders and lock, files written atomically, raw files read, the warehouse written."""
