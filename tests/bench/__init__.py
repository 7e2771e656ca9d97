"""Benchmarks: speed and memory, shown as ratios of things measured side by side in one run. Tests never assert a time."""
