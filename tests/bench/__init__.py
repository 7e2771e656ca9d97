"""Benchmarks: speed and memory, shown as ratios of things measured side by side in one run. Tests never assert a time."""

import pipeline  # noqa: F401  before polars, as in every command: it sets how polars keeps memory
