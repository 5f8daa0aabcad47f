"""What several tests use."""

from types import SimpleNamespace

import pytest

from derive.cli import main


@pytest.fixture
def derive(capsys):
    def run(*arguments):
        code = main(list(arguments))
        done = capsys.readouterr()
        return SimpleNamespace(code=code, out=done.out, err=done.err)

    return run
