"""Three nights with nearly every kind of source fault: none stops one, closes what is open, loses a row or misplaces one."""

from __future__ import annotations

from pathlib import Path

from tests.bench.faults.campaign import campaign
from tests.bench.faults.kinds import FAULTS


def test_faults_of_sources_close_nothing_that_is_open(tmp_path: Path) -> None:
    tally = campaign(tmp_path, boards_count=72, nights=4, seed=7)
    assert (tally.nights, tally.not_published) == (4, [])
    assert (tally.wrongly_closed, tally.lost, tally.foreign) == ([], [], [])
    kinds = {kind for _, kind in tally.injected}
    assert len(set(FAULTS) - kinds) <= 16
