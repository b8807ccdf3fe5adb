"""Programs of the kill tests: a worker and a reviewer that work through a workspace and end when nothing is left.

Run as `python -m tests.support.hands worker|reviewer WORKSPACE NAME`. What they do is what the commands do, but for the
quick sight. Where the environment says so they die by SIGKILL.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.domain.record import Open
from pipeline.domain.review import VerdictKind
from pipeline.domain.value import Value
from pipeline.edges.workspace import open_workspace
from pipeline.errors import BlankettError
from pipeline.jobs import review
from pipeline.jobs.day import Day
from pipeline.jobs.office import Office
from pipeline.jobs.opening import open_office
from pipeline.jobs.reading import SAME_CASE
from tests.support import quick


def worker(root: Path, name: str) -> int:
    """Do all that can be done without a human, as `blankett run --once` does."""
    workspace = open_workspace(root)
    office = open_office(workspace, name)
    office.sight = quick.sight()
    try:
        with Day(office, workspace, brief=True) as day:
            day.once()
    except BlankettError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    finally:
        office.close()
    return 0


def reviewer(root: Path, name: str) -> int:
    """Answer every task with what stands on the sheets, as `blankett review` would keep it."""
    office = open_office(open_workspace(root), name)
    try:
        while (task := review.take(office, name)) is not None:
            _answer(office, task)
    finally:
        office.close()
    return 0


def _answer(office: Office, task: review.Opened) -> None:
    lease = task.lease
    answered = {verdict.key for one in task.reviews for verdict in one.verdicts}
    for key in dict.fromkeys(finding.key for finding in task.findings):
        if key in answered:
            continue
        value = Value(True) if key == SAME_CASE else task.draft.value(key)
        kind = VerdictKind.ACCEPT if value.reveal() is not None else VerdictKind.BLANK
        renewed = review.give(office, lease, key, kind, value)
        if renewed is None:
            return
        lease = renewed
    done = review.settle(office, lease)
    if done is not None and not isinstance(done, review.Done | Open):
        raise AssertionError(f"barred: {done.reason}")


if __name__ == "__main__":
    sys.exit({"worker": worker, "reviewer": reviewer}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3]))
