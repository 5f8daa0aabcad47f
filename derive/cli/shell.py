"""The frame of the command line: the group of commands, and errors that are wrong usage."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from derive import __version__


class WrongInput(click.UsageError):
    """A family, parameter or expression that is wrong; the message itself names the way out."""


SECONDS = 600
"""What a command may take, unless --seconds says otherwise."""


class _Expired(BaseException):
    """The time of a command is up; no `except Exception` on the way takes it for an error of its own."""


@contextmanager
def limited(seconds: float, otherwise: str = "") -> Iterator[None]:
    """What takes longer ends with one line, and what there is `otherwise`: SymPy may look for ever. Where there is no alarm,
    there is no limit."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(*_: Any) -> None:
        raise _Expired

    before = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _Expired:
        raise click.ClickException(f"no answer within {seconds:g} s; --seconds allows more{otherwise}") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def terminable() -> Iterator[None]:
    """A request to terminate, which a CI sends when its time is up, is an interrupt."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def seconds_option() -> click.Option:
    return click.Option(
        ["--seconds"],
        type=click.FloatRange(min=0.1),
        default=SECONDS,
        show_default=True,
        help="Give up after so long.",
    )


class _Answering:
    """A command whose errors about families, parameters and expressions are wrong usage."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)  # type: ignore[misc]
        except (ArithmeticError, ValueError, LookupError) as error:
            raise _told(error, ctx) from None


def _told(error: Exception, ctx: click.Context) -> Exception:
    """An error about families, parameters and expressions as wrong usage; any other as it is."""
    from derive.atlas.store import StoreError
    from derive.bounded import Unreachable
    from derive.families.expression import ExpressionError
    from derive.families.library import UnknownFamily
    from derive.families.parameter import DefinitionError, ParameterError
    from derive.numerics.terms import EvaluationError
    from derive.programs.program import CodeError

    refused = (ParameterError, UnknownFamily, ExpressionError, DefinitionError, Unreachable, StoreError, CodeError)
    if isinstance(error, refused):
        return WrongInput(str(error), ctx)
    return click.ClickException(str(error)) if isinstance(error, EvaluationError) else error


class Command(_Answering, click.Command):
    """A command of the group, which gives up after some time unless it is bounded by itself."""

    def __init__(self, *arguments: Any, bounded: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._limits = not bounded
        if self._limits:
            self.params.append(seconds_option())

    def invoke(self, ctx: click.Context) -> Any:
        if not self._limits:
            return super().invoke(ctx)
        more = ", and --definition gives the defining integral at once" if ctx.params.get("definition") is False else ""
        with limited(ctx.params.pop("seconds"), more):
            return super().invoke(ctx)


class Group(_Answering, click.Group):
    """A group of commands, which may be a command itself."""

    command_class = Command

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        name = name.replace("_", "-")
        return super().get_command(ctx, "kl" if name == "kl-divergence" else name)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Entropy, cross-entropy and KL divergence in closed form: derived from definitions, and verified."""
