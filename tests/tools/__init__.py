"""Tools that people run by hand: how well cleaning reads, and the makers of data/reference."""
