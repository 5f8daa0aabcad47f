"""What several tests use."""

from collections import Counter
from types import SimpleNamespace

import pytest


@pytest.hookimpl(tryfirst=True)  # before those are chosen that run
def pytest_collection_modifyitems(items):
    """Tests of one family run in one process (`--dist loadgroup`): what it derives for one of them it has for the next.

    Of a test that is `sampled(n)`, a long table of cases, all but every n-th are `thorough`.
    """
    seen = Counter()
    for item in items:
        if sampled := item.get_closest_marker("sampled"):
            if seen[item.function] % sampled.args[0]:
                item.add_marker(pytest.mark.thorough)
            seen[item.function] += 1
        given = item.callspec.params if hasattr(item, "callspec") else {}
        about = given.get("name", given.get("family"))
        name = getattr(about, "name", about)
        if isinstance(name, str):
            item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture
def derive(capsys):
    """The command line in this process: `derive("kl", "gamma", "gamma")` has a code, and what it wrote."""
    # not above: `derive` must first be found where its doctests are collected
    from derive.cli.main import main

    def run(*arguments):
        code = main(list(arguments))
        done = capsys.readouterr()
        return SimpleNamespace(code=code, out=done.out, err=done.err)

    return run
