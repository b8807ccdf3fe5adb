"""Skips are told, and only those on the list are allowed where everything should be at hand."""

from __future__ import annotations

import os

import pytest

from tests.support.postgres import postgres_cluster, postgres_url

__all__ = ["postgres_cluster", "postgres_url"]

PERMITTED_SKIPS = (
    "only root can try other accounts",
    "no Python that other accounts may run",  # one under a home that is closed to them
    "public test data is not beside the project",  # the folder is lent, never copied into the project
    "the npm registry's R4 schema is not installed",  # a second opinion on the bundle; our own invariants always run
)
_unpermitted: list[str] = []


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait most, so that none of them is left for the end while the cores have nothing to do."""
    items.sort(key=lambda item: "kill" not in item.path.parts)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect skips whose reason is not on the list."""
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if not any(permitted in reason for permitted in PERMITTED_SKIPS):
            _unpermitted.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run on an unpermitted skip where CI=true."""
    if _unpermitted and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every unpermitted skip."""
    for line in _unpermitted:
        terminalreporter.write_line(f"skip not permitted: {line}", red=True)
