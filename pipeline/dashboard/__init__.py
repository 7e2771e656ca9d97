"""The dashboard: the page's sources and build, the data that it reads, and serving it on loopback."""
