"""Record linkage: which listings are one internship.

The vocabulary is Splink's. A *blocking rule* chooses *candidate pairs*; each *comparison* of a pair has *levels*; each
level has a *match weight*, and their sum gives the *match probability*; pairs make *clusters*. Each step is a module:

    keys, deterministic   the same posting id or address is one internship, without any weighing
    profile, title_words  one listing as it is compared; `word_weights`, `cognates`: its words
    blocking              which pairs are worth comparing
    comparisons           a pair by itself (with `text_comparisons`, `facts`); `collective`: among the pairs it competes with
    weights               from comparison levels to match weights
    contradictions        values that no cluster may hold two of
    clusters              from match weights to clusters, by average link
    internship_ids        from clusters to ids that last
    linker                all steps in order, for all listings or for what is new
    golden                one row an internship from the rows of its listings

Everything else in this package is internal.
"""

from pipeline.match.deterministic import DECISIONS
from pipeline.match.internship_ids import mint
from pipeline.match.linker import MATCH_COLUMNS, MAX_OWN_POSTINGS_TRUST, MatchResult, match

__all__ = ["DECISIONS", "MATCH_COLUMNS", "MAX_OWN_POSTINGS_TRUST", "MatchResult", "match", "mint"]
