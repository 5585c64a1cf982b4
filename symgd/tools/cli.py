"""The command line: ``symgd derive | check | convexity | taylor | run``.

Exit codes: 0 fine, 1 the verdict is negative, 2 bad input, 3 undecided, 130 interrupted. Results go to standard
output, progress and errors to standard error; ``--json`` prints one JSON object, for errors too.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

import symgd
from symgd.errors import DataError, SymgdError, printable, shown
from symgd.files import check_target, reason_of, shown_path, write_file
from symgd.tools.interrupts import saved_on_interrupt
from symgd.tools.json_output import to_json
from symgd.tools.options import (
    integer,
    number,
    read_bounds,
    read_exact_point,
    read_formula,
    read_intervals,
    read_point,
    read_variables,
)
from symgd.tools.pictures import (
    check_drawable,
    check_picture,
    check_sums_drawable,
    draw_partial_sums,
    draw_verdict,
    save_picture,
)
from symgd.tools.progress import stages
from symgd.tools.streams import discard_output, end_output, prepare_streams, say, show_warning

__all__ = ["command", "main"]

FINE, NEGATIVE, BAD_INPUT, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130
_EXTENSION = {"text": ".txt", "latex": ".tex", "html": ".html", "python": ".py", "json": ".json"}


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
    except BrokenPipeError:  # whoever read has gone, and the verdict stays what it is
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
            raise BrokenPipeError from None  # click leaves so, with another stream in its place, where the reader has gone
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
    except Warning as warning:  # where Python was told to raise warnings
        _complain(type(warning).__name__, str(warning), None, wants_json)
        return BAD_INPUT
    except Exception as error:  # a mistake of symgd: one line is of more use than a traceback through code nobody knows
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
        or not any(isinstance(one, click.Argument) and one.name == "formula" for one in chosen.params)
    ):
        return arguments
    options = [one for one in chosen.params if isinstance(one, click.Option)]
    with_value = {name for one in options if not one.is_flag for name in one.opts}
    letters = {name[:2] for one in options for name in one.opts if not name.startswith("--")}
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


class _Command(click.Command):
    """A command whose options are given once, flags too: --check --no-check."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        once = [one for one in order if isinstance(one, click.Option) and not one.multiple]
        for k, one in enumerate(once):
            if one in once[:k]:
                raise click.UsageError(f"{one.opts[-1]} is given twice")
        return super().parse_args(ctx, args)


def _refuse_idle(option: str, is_given: Any, reason: str) -> None:
    """Refuse an option that would do nothing."""
    if is_given:
        raise click.UsageError(f"{option} does nothing here: {reason}")


def _formula_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every command on a formula takes; the command receives the formula they describe."""

    @functools.wraps(function)
    def on_formula(formula: str, shapes: str, facts: str, syntax: str, **options: Any) -> Any:
        return function(formula=read_formula(formula, shapes, facts, syntax), **options)

    command: Callable[..., Any] = on_formula
    for option in reversed(
        [
            click.argument("formula"),
            click.option("--wrt", default=None, help="Variable, or several separated by commas."),
            click.option("--shapes", default="", help='Shapes of the inputs: "X: m n; y: m; w: n". Others are scalars.'),
            click.option("--facts", default="", help='What is known of inputs: "y: one_hot; lam: positive".'),
            click.option("--syntax", type=click.Choice(["symgd", "latex"]), default="symgd", help="The language of FORMULA."),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
            click.option("--quiet", is_flag=True, help="Print the result only."),
        ]
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(symgd.__version__, prog_name="symgd")
def command() -> None:
    """Derive gradients symbolically, see every step, check them, compile them, descend along them."""


def _to_json(data: dict[str, Any]) -> str:
    return to_json({"version": 1, **data})


# -- derive ---------------------------------------------------------------------------------------------------


@command.command(cls=_Command)
@_formula_options
@click.option("--what", type=click.Choice(["gradient", "jacobian", "hessian"]), default="gradient", show_default=True)
@click.option("--steps", is_flag=True, help="Also list the simplifications.")
@click.option("--at", default=None, help='A point: "a: 100; n: 2"; shows values and adjoints in numbers.')
@click.option("--check/--no-check", default=None, help="Check the result in 50-digit arithmetic; left out with --quiet.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_EXTENSION)),
    default=None,
    help="Of the output; by the file's ending, else text.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="Write to a file; - is standard output.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
def derive(
    formula: symgd.Node,
    wrt: str | None,
    as_json: bool,
    quiet: bool,
    what: Any,
    steps: bool,
    at: str | None,
    check: bool | None,
    form: str | None,
    output: Path | None,
    force: bool,
) -> int:
    """Derive the gradient, Jacobian or Hessian of FORMULA and tell how it follows."""
    output = None if output == Path("-") else output
    form = _chosen_form(form, output, as_json)
    _refuse_idle("--force", force and output is None, "there is no file to overwrite; name one with -o")
    _refuse_idle("--steps", steps and (form != "text" or quiet), "the simplifications are listed in text only")
    shows_numbers = form in ("html", "json") or (form == "text" and not quiet)
    _refuse_idle("--at", at is not None and not shows_numbers, "numbers are shown in text, HTML and JSON")
    if output is not None:
        check_target(output, force=force)
    variables = read_variables(formula, wrt)
    point = read_point(at) if at is not None else None
    is_checked = check if check is not None else not quiet
    derivation = symgd.derivation(formula, variables, what, check=is_checked, code=form in ("html", "python"))
    results = derivation.result if isinstance(derivation.result, dict) else {"": derivation.result}
    if form == "json":
        text = _to_json(derivation.to_dict(point))
    elif form == "html":
        text = derivation.html(at=point, title=f"The {what} of {formula}")
    elif form == "python":
        text = derivation.source
    elif form == "latex":
        text = "\n".join(derivation.result_latex(align="")) if quiet else derivation.latex()
    elif quiet:
        text = "\n".join(str(result) for result in results.values())
    else:
        code = "\n".join(f"as code: {name + ': ' if name else ''}{result}" for name, result in results.items())
        text = f"{derivation.text(steps=steps, at=point)}\n\n{code}"
    if output is None:
        say(text)
    else:
        write_file(output, text if text.endswith("\n") else text + "\n", force=force)
    verdict = None if derivation.check is None else str(derivation.check.verdict)
    if verdict == "WRONG" and form != "json" and (quiet or form != "text" or output is not None):
        say(f"check: {derivation.check}", is_error=True)
    return NEGATIVE if verdict == "WRONG" else FINE


def _chosen_form(form: str | None, output: Path | None, as_json: bool) -> str:
    """Choose the format: the one that is asked for, or the one that the ending of the file says."""
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json and --format {form} cannot be combined")
    if as_json or form is not None:
        return form or "json"
    if output is None or not output.suffix:
        return "text"
    found = next((known for known, ending in _EXTENSION.items() if output.suffix.lower() == ending), None)
    if found is None:
        raise DataError(
            f"nothing is written in the format of {shown_path(output.name)}",
            hint=f"end the name in {', '.join(_EXTENSION.values())}, or choose one of them with --format",
        )
    return found


# -- check ----------------------------------------------------------------------------------------------------


@command.command(cls=_Command)
@_formula_options
@click.option("--gradient", default=None, help="A claimed gradient; symgd's own without it.")
@click.option("--at", default=None, help='A point: "x: 1 2 3"; random points without it.')
@click.option("--seed", type=integer, default=None, help="Of the random points; 0 without it.")
def check(
    formula: symgd.Node,
    wrt: str | None,
    as_json: bool,
    quiet: bool,
    gradient: str | None,
    at: str | None,
    seed: int | None,
) -> int:
    """Judge a gradient of FORMULA in 50-digit arithmetic.

    In the place of FORMULA may stand files that end in .py: they are imported, hence executed, and the functions
    in them that are decorated with @symgd.verified are judged.
    """
    _refuse_idle("--seed", seed is not None and at is not None, "a point is given, so none is drawn")
    point = read_point(at) if at is not None else None
    result = symgd.check_gradient(formula, read_variables(formula, wrt), gradient=gradient, at=point, seed=seed or 0)
    if as_json:
        say(_to_json(result.to_dict()))
    else:
        say(str(result.verdict) if quiet else result.explain())
    return {"RIGHT": FINE, "KINK": FINE, "WRONG": NEGATIVE}.get(str(result.verdict), UNDECIDED)


@command.command("check-module", cls=_Command, hidden=True)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", is_flag=True, help="Print what is not right only.")
def check_module(paths: tuple[Path, ...], as_json: bool, quiet: bool) -> int:
    """Verify the functions of modules that are decorated with @symgd.verified.

    The modules are imported, hence executed. The exit code is 0 only where every function was judged and is right.
    """
    from symgd.tools.module_check import judged
    from symgd.tools.module_loader import ModuleLoader

    found: list[dict[str, Any]] = []
    loader = ModuleLoader()
    given: dict[str, Path] = {}
    for path in paths:
        other = given.setdefault(os.path.realpath(path), path)
        if other is not path:
            say(f"{shown_path(path)} is given twice, and checked once: it is {shown_path(other)}", is_error=True)
            continue
        try:
            checked = judged(path, functools.partial(say, is_error=True), loader)
            if not checked:
                raise DataError(
                    f"{shown_path(path)} registers no function", hint="decorate one: @symgd.verified(formula, wrt=…)"
                )
        except DataError as error:
            if len(paths) == 1:
                raise
            found.append({"file": str(path), "verdict": "ERROR", "error": {"kind": "DataError", "message": str(error)}})
            if not as_json:
                say(f"{shown_path(path)}: ERROR\n  DataError: {error}")
            continue
        for entry, word, check in checked:
            row = {"file": str(path), "line": entry.place[1], "function": entry.name, "what": word.lower()}
            if isinstance(check, BaseException):
                kind, message = type(check).__name__, str(check) if isinstance(check, SymgdError) else shown(check, 200)
                row |= {"verdict": "ERROR", "error": {"kind": kind, "message": message}}
                text = f"{kind}: {message}" if message else kind
            else:
                row |= check.to_dict() if as_json else {"verdict": str(check.verdict)}
                text = "" if str(check.verdict) in ("RIGHT", "KINK") else f"of {entry.formula}\n{check.explain()}"
            found.append(row)
            if not as_json and (text or not quiet):
                head = f"{shown_path(path)}:{entry.place[1]}: {entry.name}: {row['what']} {row['verdict']}"
                say("\n  ".join([head, *text.splitlines()]))
    if as_json:
        say(_to_json({"checks": found}))
    verdicts = {row["verdict"] for row in found}
    return next((code for word, code in _CODES.items() if word in verdicts), FINE)


_CODES = {"ERROR": BAD_INPUT, "WRONG": NEGATIVE, "UNSURE": UNDECIDED}
"""Of several checks, the gravest outcome."""


# -- convexity ------------------------------------------------------------------------------------------------


@command.command(cls=_Command)
@_formula_options
@click.option("--domain", default="", help='Bounds: "x: (0, inf); y: [-1, 1]".')
@click.option("--constraint", "constraints", multiple=True, help='A condition that holds, as in "x - y > 0".')
@click.option("--proof", is_flag=True, help="Also print the proof or the counterexample.")
@click.option(
    "--budget", type=number, default=None, help="Seconds after which the search stops; without it the work is limited."
)
@click.option("--plot", type=click.Path(path_type=Path), default=None, help="Draw chords or the counterexample to a file.")
@click.option("--force", is_flag=True, help="Overwrite the picture.")
def convexity(
    formula: symgd.Node,
    wrt: str | None,
    as_json: bool,
    quiet: bool,
    domain: str,
    constraints: tuple[str, ...],
    proof: bool,
    budget: float | None,
    plot: Path | None,
    force: bool,
) -> int:
    """Prove or refute that FORMULA is convex."""
    _refuse_idle("--force", force and plot is None, "there is no picture to overwrite; name one with --plot")
    _refuse_idle("--proof", proof and as_json, "the JSON object holds the proof")
    variables = read_variables(formula, wrt)
    if plot is not None:
        check_picture(plot, force)
        check_drawable(formula, variables)
    with stages(quiet or as_json) as report:
        verdict = symgd.convexity(
            formula,
            variables,
            domain=read_intervals(domain),
            constraints=list(constraints),
            budget=budget,
            progress=report,
        )
    if not as_json:
        say(str(verdict.kind) if quiet else str(verdict))
        if proof and verdict.proof is not None:
            say(verdict.proof.text())
        if proof and verdict.witness is not None:
            say(verdict.witness.text())
    drawn = _draw(plot, force, functools.partial(draw_verdict, verdict), quiet or as_json)
    if as_json:
        say(_to_json(verdict.to_dict() | drawn))
    return UNDECIDED if str(verdict.kind) == "UNKNOWN" else FINE


# -- taylor ---------------------------------------------------------------------------------------------------


@command.command(cls=_Command)
@_formula_options
@click.option("--at", default="0", show_default=True, help='An exact point: 0, 1/2, pi/4; for several variables "x: 1; y: 0".')
@click.option("--order", type=integer, default=4, show_default=True)
@click.option(
    "--budget",
    type=number,
    default=60.0,
    show_default=True,
    help="Seconds after which the expansion is given up, with its remainder and its bound.",
)
@click.option("--remainder", is_flag=True, help="Also print Lagrange's remainder.")
@click.option("--domain", default="", help='Also print a proven bound of the remainder over a box: "x: [-1, 1]".')
@click.option("--plot", type=click.Path(path_type=Path), default=None, help="Draw the function and its partial sums to a file.")
@click.option("--force", is_flag=True, help="Overwrite the picture.")
def taylor(
    formula: symgd.Node,
    wrt: str | None,
    as_json: bool,
    quiet: bool,
    at: str,
    order: int,
    budget: float,
    remainder: bool,
    domain: str,
    plot: Path | None,
    force: bool,
) -> int:
    """Expand FORMULA in a Taylor polynomial with exact coefficients."""
    from symgd.api.taylor import limited

    _refuse_idle("--force", force and plot is None, "there is no picture to overwrite; name one with --plot")
    variables, point, bounds = read_variables(formula, wrt), read_exact_point(at), read_bounds(domain)
    if plot is not None:
        check_picture(plot, force)
        check_sums_drawable(formula, variables)
    with limited(budget, interrupts=True):  # the expansion, its remainder and its bound together
        expansion = symgd.taylor(formula, variables, at=point, order=order, budget=budget)
        bound = _at_least(expansion.bound(bounds)) if bounds else None
        rest = str(expansion.remainder) if remainder else None
    if not as_json:
        say(str(expansion.polynomial) if quiet else str(expansion))
        if rest is not None:
            say(f"remainder: {rest}  with {_where_remainder_holds(expansion, at)}")
        if bound is not None:
            say(f"|remainder| <= {_rounded_up(bound)} for {domain} (proven by interval arithmetic)")
    drawn = _draw(plot, force, functools.partial(draw_partial_sums, expansion, bounds), quiet or as_json)
    if as_json:
        coefficients = {_monomial(k): str(c) for k, c in expansion.coefficients.items()}
        data = {"polynomial": str(expansion.polynomial), "coefficients": coefficients, "at": at, "order": order}
        data |= {"remainder": rest} if rest is not None else {}
        data |= {"remainder_bound": bound} if bound is not None else {}
        say(_to_json(data | drawn))
    return FINE


def _where_remainder_holds(expansion: Any, at: str) -> str:
    """Return what the unknown of a remainder is, and between which kinks the remainder holds."""
    several = len(expansion.variables) > 1
    where = "theta between 0 and 1" if several else f"xi between {expansion.variable} and {at}"
    kinked = ", ".join(map(str, expansion.kinked))
    return f"{where}, where {kinked} has no kink or jump on the way" if kinked else where


def _at_least(bound: Fraction) -> float:
    """Return a bound as a float, rounded up; one beyond all floats is infinite."""
    try:
        near = float(bound)
    except OverflowError:
        return math.inf
    return near if near >= bound else math.nextafter(near, math.inf)


def _rounded_up(bound: float) -> str:
    """Return a bound in six digits, rounded up."""
    short = bound if math.isinf(bound) else float(Context(prec=6, rounding=ROUND_CEILING).create_decimal(Decimal(bound)))
    return f"{short:.6g}"


def _draw(path: Path | None, force: bool, draw: Callable[[], Any], is_silent: bool) -> dict[str, Any]:
    """Draw a picture where one is asked for; return what JSON says of it."""
    if path is None:
        return {}
    with contextlib.suppress(OSError):
        sys.stdout.flush()  # results before pictures
    remark = save_picture(path, force, draw)
    if remark is not None:
        say(remark, is_error=True)
        return {"plot": None}
    if not is_silent:
        say(f"picture: {shown_path(path)}", is_error=True)
    return {"plot": str(path)}


def _monomial(powers: Any) -> str:
    return ",".join(map(str, powers)) if isinstance(powers, tuple) else str(powers)


# -- run ------------------------------------------------------------------------------------------------------


@command.command(cls=_Command)
@click.argument("problem", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="Directory of the report.")
@click.option("--force", is_flag=True, help="Overwrite the report.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", is_flag=True, help="Print the final loss only.")
def run(problem: Path, output: Path | None, force: bool, as_json: bool, quiet: bool) -> int:
    """Derive, check and descend: everything a PROBLEM.toml asks for, with a report."""
    from symgd.tools.problem_file import read_problem
    from symgd.tools.report import Report

    _refuse_idle("--force", force and output is None, "a new directory is chosen; name one with -o")
    if output == Path("-"):
        raise click.UsageError("a report is a directory, and not written to standard output")
    task = read_problem(problem)
    stem = problem.stem if problem.stem != "problem" else problem.resolve().parent.name
    with Report(stem, output, force=force) as report, saved_on_interrupt():
        return _run_problem(task, report, as_json, quiet)


def _run_problem(task: Any, report: Any, as_json: bool, quiet: bool) -> int:
    """Derive, check, descend and write the report; return the exit code."""
    from symgd.tools.report import run_data

    derivation = symgd.derivation(task.formula, task.wrt, check=True, code=True)
    is_talking = not (quiet or as_json)
    if is_talking:
        say(f"{printable(task.title)}\n\n{derivation.text()}\n")
    if str(derivation.check.verdict) == "WRONG":
        raise SymgdError("the derived gradient does not agree with differences; please report this formula")
    result = _descend(task, is_talking)
    names = [task.wrt] if isinstance(task.wrt, str) else list(task.wrt)
    failure = None
    try:
        report.write(task.title, derivation, result, names)
    except DataError as error:  # the disk is full: what was found is printed all the same
        failure = error
    if as_json:
        data = {**run_data(derivation, result), "report": str(report.directory)}
        data |= {"error": {"kind": "DataError", "message": str(failure), "hint": failure.hint}} if failure else {}
        say(to_json(data, indent=None))
    elif quiet:
        say(f"{result.value!r}")
    else:
        files = ", ".join(sorted(path.name for path in report.files))
        say(f"{result}\nreport: {shown_path(report.directory)}{os.sep} ({files})")
    if report.remark is not None:
        say(report.remark, is_error=True)
    if failure is not None:
        say(f"DataError: {failure}", is_error=True)
        return BAD_INPUT
    if result.outcome.name == "INTERRUPTED":
        return INTERRUPTED
    return FINE if result.outcome.is_success else NEGATIVE


def _descend(task: Any, is_talking: bool) -> Any:
    options = dict(task.options)
    if not (is_talking and sys.stderr.isatty()):
        return symgd.minimize(task.formula, task.wrt, data=task.data, start=task.start, **options)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    epochs = options.get("epochs", 100)
    columns = (
        TextColumn("descending"),
        BarColumn(),
        TextColumn("epoch {task.completed}/{task.total}  loss {task.fields[loss]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        row = bar.add_task("", total=epochs, loss="…")
        return symgd.minimize(
            task.formula,
            task.wrt,
            data=task.data,
            start=task.start,
            progress=lambda epoch, value: bar.update(row, completed=epoch, loss=f"{value:.8g}"),
            **options,
        )


if __name__ == "__main__":
    main()
