"""The command line: ``symgd derive | check | convexity | taylor | run``.

Exit codes: 0 fine, 1 the verdict is negative, 2 bad input, 3 undecided, 130 interrupted. Results go to standard
output, progress and errors to standard error; ``--json`` prints one JSON object, for errors too.
"""

from __future__ import annotations

import itertools
import os
import sys
import warnings
from collections.abc import Sequence

import click

import symgd
from symgd.errors import SymgdError, shown
from symgd.files import reason_of, shown_path
from symgd.tools.commands.check import check
from symgd.tools.commands.check_module import check_module
from symgd.tools.commands.command import BAD_INPUT, FINE, INTERRUPTED
from symgd.tools.commands.convexity import convexity
from symgd.tools.commands.derive import derive
from symgd.tools.commands.run import run
from symgd.tools.commands.taylor import taylor
from symgd.tools.json_output import to_json
from symgd.tools.streams import discard_output, end_output, prepare_streams, say, show_warning

__all__ = ["command", "main", "run_command"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(symgd.__version__, prog_name="symgd")
def command() -> None:
    """Derive gradients symbolically, see every step, check them, compile them, descend along them."""


for _one in (derive, check, check_module, convexity, taylor, run):
    command.add_command(_one)


def main() -> None:
    """Run the command line and leave with its exit code."""
    prepare_streams()
    warnings.showwarning = show_warning
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run one command; return its exit code. No mistake of a user ends in a traceback."""
    wants_json = "--json" in arguments or _follows(arguments, "--format", "json")
    code = FINE
    try:
        code = _run(arguments, wants_json)
        end_output()
    except BrokenPipeError:  # the reader has closed the output, and the verdict stays what it is
        discard_output(sys.stdout)
    except OSError as error:  # standard output cannot be written to: the disk is full
        discard_output(sys.stdout)
        _complain("OSError", f"standard output: {reason_of(error)}", None, False)
        return BAD_INPUT
    return code


def _run(arguments: list[str], wants_json: bool) -> int:
    """Run one command; the one place where what went wrong becomes one message and an exit code."""
    output = sys.stdout
    try:
        code = command.main(args=_with_formula_last(_for_modules(arguments)), prog_name="symgd", standalone_mode=False)
    except SymgdError as error:
        _complain(type(error).__name__, str(error), error.hint, wants_json)
        return BAD_INPUT
    except (click.exceptions.Abort, KeyboardInterrupt):
        if wants_json:
            _complain("KeyboardInterrupt", "interrupted", None, wants_json)
        else:
            say("interrupted", is_error=True)
        return INTERRUPTED
    except click.ClickException as error:
        _complain("UsageError", error.format_message(), None, wants_json)
        return BAD_INPUT
    except SystemExit as leaving:
        if sys.stdout is not output:
            raise BrokenPipeError from None  # click leaves so, with another stream in its place, where the reader has closed it
        _complain("SystemExit", f"something left Python with {shown(leaving.code)} while the command ran", None, wants_json)
        return BAD_INPUT
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is None:
            raise
        _complain("OSError", f"{shown_path(os.fsdecode(error.filename))}: {reason_of(error)}", None, wants_json)
        return BAD_INPUT
    except RecursionError:
        _complain("DataError", "this is nested too deeply", "give names to its parts, or write it flatter", wants_json)
        return BAD_INPUT
    except MemoryError:
        _complain("DataError", "there is not enough memory for this", "choose smaller sizes, or fewer data", wants_json)
        return BAD_INPUT
    except Warning as warning:  # where Python is set to raise warnings
        _complain(type(warning).__name__, str(warning), None, wants_json)
        return BAD_INPUT
    except Exception as error:  # a mistake of symgd: one line is of more use than a traceback through internal code
        if os.environ.get("SYMGD_TRACEBACK"):
            raise
        hint = "this is a mistake in symgd: please report the command; with SYMGD_TRACEBACK=1 it shows where it happened"
        _complain(type(error).__name__, shown(str(error), 200), hint, wants_json)
        return BAD_INPUT
    return code if isinstance(code, int) else FINE


def _follows(arguments: Sequence[str], option: str, value: str) -> bool:
    return f"{option}={value}" in arguments or any(pair == (option, value) for pair in itertools.pairwise(arguments))


def _with_formula_last(arguments: list[str]) -> list[str]:
    """Let a formula begin with a minus: it is what stands after the command and is neither an option nor an option's value."""
    chosen = command.commands.get(arguments[0]) if arguments else None
    if (
        chosen is None
        or "--" in arguments
        or not any(isinstance(parameter, click.Argument) and parameter.name == "formula" for parameter in chosen.params)
    ):
        return arguments
    options = [parameter for parameter in chosen.params if isinstance(parameter, click.Option)]
    with_value = {name for option in options if not option.is_flag for name in option.opts}
    letters = {name[:2] for option in options for name in option.opts if not name.startswith("--")}
    rest = iter(range(1, len(arguments)))
    for k in rest:
        word = arguments[k]
        if word in with_value:
            next(rest, None)
        elif word.startswith("-") and word not in ("-", "-h") and not word.startswith("--") and word[:2] not in letters:
            return [*arguments[:k], *arguments[k + 1 :], "--", word]
    return arguments


def _for_modules(arguments: list[str]) -> list[str]:
    """Let ``symgd check`` take the file of a module in the place of a formula."""
    is_module = arguments[:1] == ["check"] and any(word.endswith(".py") for word in arguments[1:])
    return ["check-module", *arguments[1:]] if is_module else arguments


def _complain(kind: str, message: str, hint: str | None, wants_json: bool) -> None:
    if wants_json:
        say(to_json({"version": 1, "error": {"kind": kind, "message": message, "hint": hint}}, indent=None))
    elif hint is None or hint in message:
        say(f"{kind}: {message}", is_error=True)
    else:
        say(f"{kind}: {message}\n  hint: {hint}", is_error=True)


if __name__ == "__main__":
    main()
