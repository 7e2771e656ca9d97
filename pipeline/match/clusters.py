"""Which listings make one internship: clusters by average link, with what must and what must not be one.

The two clusters whose listings are best tied on average become one, again and again, as long as that average is good enough
and nothing forbids it. A chain of good ties is not enough: that is what the average is for. Belongs here: from scores to
clusters. Does not belong here: scores, and ids of clusters (`pipeline.match`).
"""

from __future__ import annotations

import polars as pl

THRESHOLD = -100
"""Least average of the points of all pairs of two clusters that become one."""
WORST, BEST = -400, 300
"""Points beyond these count as these; a pair that was not compared counts as the worst."""


def cluster(
    pairs: pl.DataFrame, groups: pl.Series, marks: pl.DataFrame, apart: pl.DataFrame, threshold: int = THRESHOLD
) -> pl.Series:
    """For each listing the number of its cluster, which is a row of it.

    `pairs`: a, b, score: rows and their points. `groups`: for each row the row that stands for all that it is known to be one
    with. `marks`: row, kind, value: rows whose values of a kind differ are never one. `apart`: a, b: rows that are never one.
    What is known to be one is one whatever its marks."""
    tie = pl.col("score").clip(WORST, BEST).cast(pl.Int64) - WORST
    edges = _between(pairs.select("a", "b", tie=tie).filter(pl.col("tie") > 0), groups)
    nodes = pl.concat([edges["x"], edges["y"]]).unique().sort()
    label = nodes
    tied = groups.filter(groups.is_in(nodes.implode()))
    size = tied.value_counts(name="size").select(node=groups.name, size=pl.col("size").cast(pl.Int64))
    marks = marks.select("kind", "value", node=groups.gather(marks["row"])).filter(
        pl.col("node").is_in(nodes.implode())
    )
    # What is one, and yet has two values of a kind, tells nothing by that kind.
    marks = marks.unique().filter(pl.len().over("node", "kind") == 1)
    never = _between(apart.select("a", "b", tie=pl.lit(0, dtype=pl.Int64)), groups)
    while True:
        averages = (
            edges.join(size.select(x="node", size_x="size"), on="x")
            .join(size.select(y="node", size_y="size"), on="y")
            .select("x", "y", average=pl.col("tie") / (pl.col("size_x") * pl.col("size_y")))
        )
        good = averages.filter(pl.col("average") >= threshold - WORST).join(never, on=["x", "y"], how="anti")
        good = good.join(_differing(good, marks), on=["x", "y"], how="anti")
        joined = _mutually_best(good)
        if joined.is_empty():
            return groups.replace(nodes, label)
        # A node without a good tie never gets one: the average over two clusters is between theirs.
        alive = pl.concat([good["x"], good["y"]]).unique().implode()
        edges = edges.filter(pl.col("x").is_in(alive), pl.col("y").is_in(alive))
        label = _renamed(label, joined)
        size = size.with_columns(node=_renamed(size["node"], joined)).group_by("node").agg(pl.col("size").sum())
        marks = marks.with_columns(node=_renamed(marks["node"], joined)).unique()
        edges, never = _renamed_ends(edges, joined), _renamed_ends(never, joined)


def _mutually_best(ties: pl.DataFrame) -> pl.DataFrame:
    """old, new: pairs of nodes of which neither has a better tie than this one."""
    ranked = ties.sort("average", "x", "y", descending=[True, False, False]).with_row_index("rank")
    ends = pl.concat([ranked.select("rank", node="x"), ranked.select("rank", node="y")])
    best = ends.group_by("node").agg(pl.col("rank").min())
    return (
        ranked.join(best.select(x="node", best_x="rank"), on="x")
        .join(best.select(y="node", best_y="rank"), on="y")
        .filter(pl.col("rank") == pl.col("best_x"), pl.col("rank") == pl.col("best_y"))
        .select(old="y", new="x")
    )


def _differing(edges: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """x, y: ties of nodes that have different values of a kind."""
    x, y = marks.select("kind", x="node", value="value"), marks.select("kind", y="node", other="value")
    marked = edges.select("x", "y").join(x, on="x").join(y, on=["y", "kind"])
    return marked.filter(pl.col("value") != pl.col("other")).select("x", "y").unique()


def _between(pairs: pl.DataFrame, label: pl.Series) -> pl.DataFrame:
    """x < y, tie: the nodes of rows (a, b), and the sum of their ties."""
    return _summed(pairs.select("tie", x=label.gather(pairs["a"]), y=label.gather(pairs["b"])))


def _renamed_ends(edges: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    return _summed(edges.with_columns(x=_renamed(edges["x"], joined), y=_renamed(edges["y"], joined)))


def _summed(edges: pl.DataFrame) -> pl.DataFrame:
    return (
        edges.filter(pl.col("x") != pl.col("y"))
        .select("tie", x=pl.min_horizontal("x", "y"), y=pl.max_horizontal("x", "y"))
        .group_by("x", "y")
        .agg(pl.col("tie").sum())
    )


def _renamed(nodes: pl.Series, joined: pl.DataFrame) -> pl.Series:
    return nodes.replace(joined["old"], joined["new"])
