"""What happens on the wire and beside it: settings, politeness, keys, the archive, the memory of earlier crawls."""
