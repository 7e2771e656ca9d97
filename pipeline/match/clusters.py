"""Clusters by average link, with what must and what must not be one.

The two clusters with the best mean match weight between their listings join, again and again, as long as that mean is good
enough and nothing forbids it. A chain of good pairs is not enough: that is what the mean is for. Belongs here: from match
weights to clusters. Does not belong here: match weights, and ids of clusters (`internship_ids`).
"""

from __future__ import annotations

import polars as pl

JOIN_WEIGHT = 0
"""Least mean match weight of all pairs of two clusters that become one."""
MIN_LINK_WEIGHT, MAX_LINK_WEIGHT = -250, 500
"""MatchWeights beyond these count as these; a pair that was not compared counts as the worst."""


def cluster(
    pairs: pl.DataFrame, groups: pl.Series, marks: pl.DataFrame, apart: pl.DataFrame, threshold: int = JOIN_WEIGHT
) -> pl.Series:
    """For each listing the number of its cluster, which is a row of it.

    `pairs`: a, b, score: rows and their match weight. `groups`: for each row the row that stands for all that it is known
    to be one with. `marks`: row, kind, value: rows whose values of a kind differ are never one. `apart`: a, b: rows that
    are never one. What is known to be one is one whatever its marks."""
    tie = pl.col("score").clip(MIN_LINK_WEIGHT, MAX_LINK_WEIGHT).cast(pl.Int64) - MIN_LINK_WEIGHT
    ties = pairs.select(x="a", y="b", tie=tie).filter(pl.col("tie") > 0)
    # Nodes are numbered through, in order: what is known of one then stands at its number.
    nodes = groups.gather(pl.concat([ties["x"], ties["y"]]).unique()).unique().sort()
    every = pl.int_range(nodes.len(), dtype=pl.UInt32, eager=True)
    number = groups.replace_strict(nodes, every, default=None)
    edges = _relabel(ties, number)
    size = number.drop_nulls().value_counts(name="size").sort(number.name)["size"].cast(pl.Int64)
    marks = marks.select(
        node=number.gather(marks["row"]), kind=pl.col("kind").hash(), value=pl.col("value").hash()
    ).drop_nulls("node")
    # What is one, and yet has two values of a kind, tells nothing by that kind.
    marks = marks.unique().filter(pl.len().over("node", "kind") == 1)
    never = _relabel(apart.select(x="a", y="b", tie=pl.lit(0, dtype=pl.Int64)), number)
    label = every
    while True:
        pairs_of_members = size.gather(edges["x"]) * size.gather(edges["y"])
        averages = edges.select("x", "y", average=pl.col("tie") / pairs_of_members)
        good = averages.filter(pl.col("average") >= threshold - MIN_LINK_WEIGHT).join(never, on=["x", "y"], how="anti")
        good = good.join(_contradicting(good, marks), on=["x", "y"], how="anti")
        joined = _mutual_best(good, nodes.len())
        if joined.is_empty():
            return nodes.gather(label.gather(number)).zip_with(number.is_not_null(), groups)
        # A node without a good tie never gets one: the average over two clusters is between theirs.
        is_alive = pl.repeat(False, nodes.len(), eager=True).scatter(pl.concat([good["x"], good["y"]]), True)
        edges = edges.filter(is_alive.gather(edges["x"]) & is_alive.gather(edges["y"]))
        size = size.scatter(joined["new"], size.gather(joined["new"]) + size.gather(joined["old"]))
        now = every.clone().scatter(joined["old"], joined["new"])
        label = now.gather(label)
        marks = marks.filter(is_alive.gather(marks["node"]))
        marks = marks.with_columns(node=now.gather(marks["node"])).unique()
        edges, never = _relabel(edges, now), _relabel(never, now)


def _mutual_best(ties: pl.DataFrame, count: int) -> pl.DataFrame:
    """old, new: pairs of nodes, of so many, of which neither has a better tie than this one."""
    ranked = ties.sort("average", "x", "y", descending=[True, False, False]).with_row_index("rank")
    ends = pl.concat([ranked.select("rank", node="x"), ranked.select("rank", node="y")])
    first = ends.group_by("node").agg(pl.col("rank").min())
    best = pl.repeat(None, count, dtype=pl.UInt32, eager=True).scatter(first["node"], first["rank"])
    is_best = (best.gather(ranked["x"]) == ranked["rank"]) & (best.gather(ranked["y"]) == ranked["rank"])
    return ranked.filter(is_best).select(old="y", new="x")


def _contradicting(edges: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """x, y: ties of nodes that have different values of a kind."""
    x, y = marks.select("kind", x="node", value="value"), marks.select("kind", y="node", other="value")
    marked = edges.select("x", "y").join(x, on="x").join(y, on=["y", "kind"])
    return marked.filter(pl.col("value") != pl.col("other")).select("x", "y").unique()


def _relabel(edges: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """x < y, tie: the edges between what their ends are called now, with the sum of their ties."""
    ends = edges.select("tie", x=names.gather(edges["x"]), y=names.gather(edges["y"])).filter(
        pl.col("x") != pl.col("y")
    )
    return (
        ends.select("tie", x=pl.min_horizontal("x", "y"), y=pl.max_horizontal("x", "y"))
        .group_by("x", "y")
        .agg(pl.col("tie").sum())
    )
