"""Two hundred forms, worker and reviewer dying at random: the recipient's own log is the witness."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.support.unit import Unit, hands, unit

FORMS, KILLS = 200, 200


def soak(at: Unit, seed: int, share: float, workers: tuple[str, ...]) -> int:
    """Let workers and a reviewer work through the forms side by side, dying by seed; return how often they died."""
    dice = random.Random(seed)
    at.drop(FORMS // 2)
    names = (*workers, "anna")
    deaths, quiet, end = 0, 0, time.monotonic() + 3000
    with hands(len(names)) as lent:
        while quiet < 2 and time.monotonic() < end:
            for name, hand in zip(names, lent, strict=True):
                ended = hand.ended(wait=False)
                if ended is None:
                    if dice.random() < 0.005:
                        hand.kill()
                    continue
                assert ended in (0, -9), f"{name} ended with {ended}"
                deaths += ended == -9
                env = {"BLANKETT_CRASH_SHARE": str(share), "BLANKETT_CRASH_SEED": str(dice.random())}
                who = "reviewer" if name == "anna" else "worker"
                hand.begin(who, at.workspace.root, name, env if deaths < KILLS else {})
            time.sleep(0.1)
            quiet = quiet + 1 if deaths >= KILLS and all_sent(at) else 0
    return deaths


def all_sent(at: Unit) -> bool:
    store = at.store()
    with store.read() as read:
        counts = read.forms.counts()
    store.close()
    return sum(n for (_, status), n in counts.items() if status.value == "acknowledged") == 2 * at.dropped


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_hundred_kills_over_two_hundred_forms(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    with unit(tmp_path, "", "--busy", "0.08", "--lost", "0.08") as at:
        deaths = soak(at, seed, 0.04, ("w1",))
        at.run("worker")
        assert deaths >= KILLS, f"seed {seed}"
        at.all_is_well()


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(3600)
def test_two_hundred_kills_with_two_workers_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    seed = random.SystemRandom().randrange(10**6)
    with unit(tmp_path, postgres_url, "--busy", "0.08", "--lost", "0.08", worker__dead_seconds=20) as at:
        deaths = soak(at, seed, 0.04, ("w1", "w2"))
        at.run("worker")
        assert deaths >= KILLS, f"seed {seed}"
        at.all_is_well()
