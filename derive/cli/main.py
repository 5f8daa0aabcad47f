"""The command line: list, show, entropy, cross-entropy, kl, verify.

SymPy is imported inside commands only, so that `--help` answers at once. Whatever the input, there is
either an answer or one line on standard error that names what is wrong and the way out.

Exit codes: 0 well, 1 something refuted (or no value found), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import os
import sys

import click

from derive.cli import charts, commands, distances, objectives, programs
from derive.cli.shell import WrongInput, cli

COMMANDS = (commands, distances, objectives, charts, programs)
"""The modules whose commands there are: importing one adds them to the group."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give the exit code."""
    try:
        try:
            # not cli.main: it turns a broken pipe into exit code 1, which here means refuted
            with cli.make_context("derive", sys.argv[1:] if arguments is None else arguments) as ctx:
                cli.invoke(ctx)
            code = 0
        except click.exceptions.Exit as stop:
            code = stop.exit_code
        sys.stdout.flush()
        return code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return 2
    except click.UsageError as error:
        return _fail(error, 2)
    except click.ClickException as error:
        return _fail(error, 1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("derive: interrupted", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except OSError as error:
        return _fail(click.ClickException(f"{error.filename or 'file'}: {error.strerror or error}"), 2)


def _fail(error: click.ClickException, code: int) -> int:
    """One line on standard error; where the options are wrong, it points to the help."""
    message = " ".join("".join(c if c.isprintable() else " " for c in error.format_message()).split())
    if len(message) > 350:
        message = f"{message[:240]} ... {message[-80:]}"
    if isinstance(error, click.UsageError) and not isinstance(error, WrongInput):
        path = error.ctx.command_path if error.ctx is not None else "derive"
        message = f"{message.rstrip('.')}; see `{path} --help`"
    click.echo(f"derive: {message}", err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
