"""Programs of the kill tests: a worker and a reviewer that work through a workspace and end when nothing is left.

Run as `python -m tests.support.hands worker|reviewer WORKSPACE NAME`. What they do is what the commands do, but for the
quick sight. Where the environment says so they die by SIGKILL. `serve` imports everything once and forks one of them for
every line of JSON it is told, answering how it ended: a program's start costs more than its work here.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

from pipeline.domain.record import Open
from pipeline.domain.review import Said, VerdictKind
from pipeline.domain.value import Value
from pipeline.edges.workspace import open_workspace
from pipeline.errors import BlankettError
from pipeline.jobs import review
from pipeline.jobs.again import SAME_CASE
from pipeline.jobs.day import Day
from pipeline.jobs.office import Office
from pipeline.jobs.opening import open_office
from tests.support import quick


def worker(root: Path, name: str) -> int:
    """Do all that can be done without a human, as `blankett run --once` does."""
    workspace = open_workspace(root)
    office = open_office(workspace, name)
    quick.given(office)
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
        renewed = review.give(office, lease, Said(key, kind, value))
        if renewed is None:
            return
        lease = renewed
    done = review.settle(office, lease)
    if done is not None and not isinstance(done, review.Done | Open):
        raise AssertionError(f"barred: {done.reason}")


def serve() -> int:
    """Fork a worker or reviewer for every line that is told; say its number, and how it ended: negative for a signal."""
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            os.environ.update(told["env"])
            os._exit(_tried(told["who"], Path(told["root"]), told["name"]))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return 0


def _tried(who: str, root: Path, name: str) -> int:
    try:
        return WHO[who](root, name)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        return 1


WHO = {"worker": worker, "reviewer": reviewer}

if __name__ == "__main__":
    sys.exit(serve() if sys.argv[1] == "serve" else WHO[sys.argv[1]](Path(sys.argv[2]), sys.argv[3]))
