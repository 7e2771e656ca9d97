"""A night with every kind of source fault: no night is stopped, nothing that is open is closed, no row is lost or misplaced."""

from __future__ import annotations

from pathlib import Path

from tests.bench.faults.campaign import campaign
from tests.bench.faults.kinds import FAULTS


def test_faults_of_sources_close_nothing_that_is_open(tmp_path: Path) -> None:
    tally = campaign(tmp_path, boards_count=176, nights=2, seed=7)
    assert (tally.nights, tally.not_published) == (2, [])
    assert (tally.wrongly_closed, tally.lost, tally.foreign) == ([], [], [])
    kinds = {kind for _, kind in tally.injected}
    assert kinds == set(FAULTS)
