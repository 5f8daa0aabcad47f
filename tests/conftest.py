"""What several tests use."""

from types import SimpleNamespace

import pytest


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
