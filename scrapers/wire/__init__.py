"""HTTP: settings and middlewares of the crawl, keys, the archive of responses, the memory of earlier crawls."""
