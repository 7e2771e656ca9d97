"""Saved searches: what people want to be told of, night by night.

    saved.py     decisions/searches.yaml of a home, read and checked
    matching.py  which internships a search finds, and what is new, changed or closing among them
    files.py     a feed and a calendar for each search, among the exports of a night
    digest.py    the news of a night as mail and as messages to webhooks

Belongs here: everything between an entry of that file and what its owner gets. Does not belong here: what a filter or a profile
means (`pipeline.query`), how a feed, a mail or a webhook is made (`pipeline.exports`, `pipeline.reports.transports`).
"""
