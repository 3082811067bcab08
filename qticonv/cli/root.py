"""The command group. Commands are imported when they are used, so that ``--help`` and start-up stay cheap."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

import qticonv
from qticonv.cli.status import Status

# name -> (module, one line for the list of commands)
COMMANDS: dict[str, tuple[str, str]] = {
    "convert": ("convert", "Convert question files into files that a learning platform imports."),
    "parse": ("parse", "Print the intermediate form of a question file."),
    "preview": ("preview", "Write a page that shows every item as a student and as an author sees it."),
    "check": ("check", "Say what is wrong with a file, whoever made it."),
    "review": ("review", "Choose the keys that could not be settled, one question a screen."),
    "batch": ("batch", "Convert folders of question files, in parallel and resumable."),
    "formats": ("formats", "List the formats that are read, written and checked."),
    "explain": ("explain", "Explain a diagnostic code: its cause, an example and the remedy."),
    "help": ("help", "Show the help of a command."),
    "schema": ("schema", "Print the JSON Schema of the intermediate form."),
}


class LateGroup(click.Group):
    """A group whose commands are modules of ``qticonv.cli``, imported by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and return its ``command``."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"qticonv.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


EPILOG = """\b
Examples:
  qticonv convert quiz.txt                    three files for the learning platforms
  qticonv convert quiz.txt -t canvas -o out   one file for Canvas
  qticonv parse quiz.txt                      what was understood, as YAML
  qticonv COMMAND --help                      more about a command

\b
Exit status: 0 all converted, 1 something was withheld, refused or wrong, 2 usage,
4 a file could not be read or written, 70 internal error, 130 interrupted.
"""


def _show_version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if not is_asked or ctx.resilient_parsing:
        return
    import platform

    python = f"Python {platform.python_version()}, {platform.system()}"
    click.echo(f"qticonv {qticonv.__version__} ({python}, bank schema 1.0)")
    ctx.exit()


@click.command(
    cls=LateGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def root() -> None:
    """Turn raw quiz text into files that a learning platform imports, with key, points and feedback."""


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status. A traceback is shown only where QTICONV_DEBUG is set."""
    try:
        result: Any = root.main(args=arguments, prog_name="qticonv", standalone_mode=False)
        return int(result or 0)
    except click.exceptions.Abort:
        return _interrupted()
    except KeyboardInterrupt:
        return _interrupted()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except BrokenPipeError:
        # The reader of a pipe went away: point stdout elsewhere so that the interpreter's last flush is quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.FILES
    except Exception as error:
        return _internal(error)


def _interrupted() -> int:
    click.echo("qticonv: interrupted; what was written is complete, nothing is half-written", err=True)
    return Status.INTERRUPTED


def _internal(error: Exception) -> int:
    if os.environ.get("QTICONV_DEBUG"):
        raise error
    from qticonv.diagnostics import Code

    click.echo(
        f"error[{Code.INTERNAL.slug}]: {type(error).__name__}: {error}\n  help: {Code.INTERNAL.value.remedy}"
        "\n  QTICONV_DEBUG=1 shows where it happened",
        err=True,
    )
    return Status.INTERNAL
