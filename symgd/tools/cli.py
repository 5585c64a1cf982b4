"""The command line: ``symgd derive | check | convexity | taylor | run``.

Exit codes: 0 fine, 1 the verdict is negative, 2 bad input, 3 undecided, 130 interrupted. Results go to standard
output, progress and errors to standard error; ``--json`` prints one JSON object, for errors too.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import symgd
from symgd.errors import DataError, SymgdError
from symgd.tools.options import read_bounds, read_exact_point, read_formula, read_intervals, read_point, read_variables
from symgd.tools.pictures import check_picture, draw_verdict, save_picture
from symgd.tools.plain_json import to_json
from symgd.tools.stages import stages

__all__ = ["command", "main"]

FINE, NEGATIVE, BAD_INPUT, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130
_EXTENSION = {"text": ".txt", "latex": ".tex", "html": ".html", "python": ".py", "json": ".json"}


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run one command; return its exit code. No mistake of a user ends in a traceback."""
    wants_json = "--json" in arguments or "json" in arguments
    arguments = _with_formula_last(_for_modules(arguments))
    try:
        code = command.main(args=arguments, prog_name="symgd", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else FINE
    except SymgdError as error:
        _complain(type(error).__name__, str(error), error.hint, wants_json)
        return BAD_INPUT
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        _complain("UsageError", error.format_message(), None, wants_json)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click leaves so where the reader of a pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        _complain("OSError", str(error), None, wants_json)
        return BAD_INPUT


_TAKE_VALUES = {
    "--wrt", "--shapes", "--facts", "--what", "--at", "--format", "-o", "--output", "--gradient", "--seed", "--domain",
    "--constraint", "--order",
}  # fmt: skip


def _with_formula_last(arguments: list[str]) -> list[str]:
    """Let a formula begin with a minus: it is what stands after the command and is neither an option nor an option's value."""
    if not arguments or arguments[0] not in ("derive", "check", "convexity", "taylor") or "--" in arguments:
        return arguments
    rest = iter(range(1, len(arguments)))
    for k in rest:
        word = arguments[k]
        if word in _TAKE_VALUES:
            next(rest, None)
        elif word.startswith("-") and word not in ("-", "-h", "-o") and not word.startswith("--"):
            return [*arguments[:k], *arguments[k + 1 :], "--", word]
    return arguments


def _for_modules(arguments: list[str]) -> list[str]:
    """Let ``symgd check`` take the file of a module in the place of a formula."""
    is_module = arguments[:1] == ["check"] and any(word.endswith(".py") for word in arguments[1:])
    return ["check-module", *arguments[1:]] if is_module else arguments


def _complain(kind: str, message: str, hint: str | None, wants_json: bool) -> None:
    if wants_json:
        click.echo(to_json({"version": 1, "error": {"kind": kind, "message": message, "hint": hint}}, indent=None))
    else:
        click.echo(f"{kind}: {message}", err=True)


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


@command.command()
@_formula_options
@click.option("--what", type=click.Choice(["gradient", "jacobian", "hessian"]), default="gradient", show_default=True)
@click.option("--steps", is_flag=True, help="Also list the simplifications.")
@click.option("--at", default=None, help='A point: "a: 100; n: 2"; shows values and adjoints in numbers.')
@click.option("--check/--no-check", default=True, show_default=True, help="Let the 50-digit arbiter judge a gradient.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_EXTENSION)),
    default=None,
    help="Of the output; by the file's ending, else text.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write to a file.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
def derive(
    formula: symgd.Node,
    wrt: str | None,
    as_json: bool,
    quiet: bool,
    what: Any,
    steps: bool,
    at: str | None,
    check: bool,
    form: str | None,
    output: Path | None,
    force: bool,
) -> int:
    """Derive the gradient, Jacobian or Hessian of FORMULA and tell how it follows."""
    form = "json" if as_json else form or _form_of(output)
    variables = read_variables(formula, wrt)
    derivation = symgd.derivation(
        formula, variables, what, check=check and what == "gradient" and not quiet, code=form in ("html", "python")
    )
    point = read_point(at) if at else None
    results = derivation.result if isinstance(derivation.result, dict) else {"": derivation.result}
    if form == "json":
        text = _to_json(derivation.to_dict())
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
    _emit(text, output, force)
    verdict = None if derivation.check is None else str(derivation.check.verdict)
    return NEGATIVE if verdict == "WRONG" else FINE


def _form_of(output: Path | None) -> str:
    """Choose the format by the ending of the file."""
    return next((form for form, ending in _EXTENSION.items() if output is not None and output.suffix == ending), "text")


def _emit(text: str, output: Path | None, force: bool) -> None:
    if output is None:
        click.echo(text)
        return
    if output.exists() and not force:
        raise DataError(f"{output} exists already", hint="choose another name, or overwrite with --force")
    if not output.parent.is_dir():
        raise DataError(f"there is no folder {output.parent}")
    output.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")


# -- check ----------------------------------------------------------------------------------------------------


@command.command()
@_formula_options
@click.option("--gradient", default=None, help="A claimed gradient; symgd's own without it.")
@click.option("--at", default=None, help='A point: "x: 1 2 3"; random points without it.')
@click.option("--seed", type=int, default=0, show_default=True)
def check(
    formula: symgd.Node,
    wrt: str | None,
    as_json: bool,
    quiet: bool,
    gradient: str | None,
    at: str | None,
    seed: int,
) -> int:
    """Judge a gradient of FORMULA in 50-digit arithmetic."""
    result = symgd.check_gradient(
        formula, read_variables(formula, wrt), gradient=gradient, at=read_point(at) if at else None, seed=seed
    )
    if as_json:
        click.echo(_to_json(result.to_dict()))
    else:
        click.echo(str(result.verdict) if quiet else result.explain())
    return {"RIGHT": FINE, "KINK": FINE, "WRONG": NEGATIVE}.get(str(result.verdict), UNDECIDED)


@command.command("check-module", hidden=True)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", is_flag=True, help="Print what is not right only.")
def check_module(paths: tuple[Path, ...], as_json: bool, quiet: bool) -> int:
    """Verify the functions of modules that are decorated with @symgd.verified."""
    from symgd.tools.verify_module import import_module, outcomes

    found: list[dict[str, Any]] = []
    for path in paths:
        checked = list(outcomes(import_module(path)))
        if not checked:
            raise DataError(f"{path} registers no function", hint="decorate one: @symgd.verified(formula, wrt=…)")
        for entry, word, check in checked:
            row = {"file": str(path), "line": entry.place[1], "function": entry.name, "what": word.lower()}
            if isinstance(check, Exception):
                row |= {"verdict": "ERROR", "error": {"kind": type(check).__name__, "message": str(check)}}
                text = f"{type(check).__name__}: {check}"
            else:
                row |= check.to_dict() if as_json else {"verdict": str(check.verdict)}
                text = "" if str(check.verdict) in ("RIGHT", "KINK") else f"of {entry.formula}\n{check.explain()}"
            found.append(row)
            if not as_json and (text or not quiet):
                head = f"{path}:{entry.place[1]}: {entry.name}: {row['what']} {row['verdict']}"
                click.echo("\n  ".join([head, *text.splitlines()]))
    if as_json:
        click.echo(_to_json({"checks": found}))
    verdicts = {row["verdict"] for row in found}
    return next((code for word, code in _CODES.items() if word in verdicts), FINE)


_CODES = {"ERROR": BAD_INPUT, "WRONG": NEGATIVE, "UNSURE": UNDECIDED}
"""Of several checks, the gravest outcome."""


# -- convexity ------------------------------------------------------------------------------------------------


@command.command()
@_formula_options
@click.option("--domain", default="", help='Bounds: "x: (0, inf); y: [-1, 1]".')
@click.option("--constraint", "constraints", multiple=True, help='A condition that holds, as in "x - y > 0".')
@click.option("--proof", is_flag=True, help="Also print the proof or the counterexample.")
@click.option("--budget", type=float, default=10.0, show_default=True, help="Seconds after which the search stops.")
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
    budget: float,
    plot: Path | None,
    force: bool,
) -> int:
    """Prove or refute that FORMULA is convex."""
    variables = read_variables(formula, wrt)
    with stages(quiet or as_json) as report:
        verdict = symgd.convexity(
            formula,
            variables,
            domain=read_intervals(domain),
            constraints=list(constraints),
            budget=budget,
            progress=report,
        )
    if plot is not None:
        draw_verdict(verdict, plot, force)
    if as_json:
        click.echo(_to_json(verdict.to_dict() | ({"plot": str(plot)} if plot else {})))
    else:
        click.echo(str(verdict.kind) if quiet else str(verdict))
        if proof and verdict.proof is not None:
            click.echo(verdict.proof.text())
        if proof and verdict.witness is not None:
            click.echo(verdict.witness.text())
        if plot is not None and not quiet:
            click.echo(f"picture: {plot}", err=True)
    return UNDECIDED if str(verdict.kind) == "UNKNOWN" else FINE


# -- taylor ---------------------------------------------------------------------------------------------------


@command.command()
@_formula_options
@click.option("--at", default="0", show_default=True, help='An exact point: 0, 1/2, pi/4; for several variables "x: 1; y: 0".')
@click.option("--order", type=int, default=4, show_default=True)
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
    remainder: bool,
    domain: str,
    plot: Path | None,
    force: bool,
) -> int:
    """Expand FORMULA in a Taylor polynomial with exact coefficients."""
    expansion = symgd.taylor(formula, read_variables(formula, wrt), at=read_exact_point(at), order=order)
    bounds = read_bounds(domain)
    bound = float(expansion.bound(bounds)) if bounds else None
    if plot is not None:
        _draw_partial_sums(expansion, bounds, plot, force)
    if as_json:
        coefficients = {_monomial(k): str(c) for k, c in expansion.coefficients.items()}
        data = {"polynomial": str(expansion.polynomial), "coefficients": coefficients, "at": at, "order": order}
        data |= {"remainder": str(expansion.remainder)} if remainder else {}
        data |= {"remainder_bound": bound} if bound is not None else {}
        click.echo(_to_json(data | ({"plot": str(plot)} if plot else {})))
        return FINE
    click.echo(str(expansion.polynomial) if quiet else str(expansion))
    if remainder:
        several = len(expansion.variables) > 1
        where = "theta between 0 and 1" if several else f"xi between {expansion.variable} and {at}"
        click.echo(f"remainder: {expansion.remainder}  with {where}")
    if bound is not None:
        click.echo(f"|remainder| <= {bound:.6g} for {domain} (proven by interval arithmetic)")
    if plot is not None and not quiet:
        click.echo(f"picture: {plot}", err=True)
    return FINE


def _monomial(powers: Any) -> str:
    return ",".join(map(str, powers)) if isinstance(powers, tuple) else str(powers)


def _draw_partial_sums(expansion: Any, bounds: Any, path: Path, force: bool) -> None:
    """Draw a function of one variable with its Taylor polynomials of a few orders."""
    from symgd.explain.figures import partial_sums

    if len(expansion.variables) > 1:
        raise SymgdError("a picture of partial sums needs one variable")
    check_picture(path, force)
    others = [symbol.name for symbol in expansion.formula.symbols if symbol is not expansion.variable]
    if others:
        raise SymgdError(f"{', '.join(others)} has no value, so there is no picture")
    centre = float(expansion.at[0])
    low, high = bounds.get(expansion.variable.name, (None, None))
    interval = (float(low) if low is not None else centre - 4.0, float(high) if high is not None else centre + 4.0)
    name = expansion.variable.name
    orders = [k for k in range(1, expansion.order + 1) if expansion.coefficients[k] != 0][-6:] or [0]
    sums = [(f"order {k}", symgd.lambdify(name, expansion.up_to(k).polynomial)) for k in orders]
    title = f"{expansion.formula} around {expansion.at[0]}"
    ax = partial_sums(symgd.lambdify(name, expansion.formula), sums, interval, title=title[:80], at=centre)
    ax.set_xlabel(name)
    save_picture(ax, path)


# -- run ------------------------------------------------------------------------------------------------------


@command.command()
@click.argument("problem", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="Directory of the report.")
@click.option("--force", is_flag=True, help="Overwrite the report.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", is_flag=True, help="Print the final loss only.")
def run(problem: Path, output: Path | None, force: bool, as_json: bool, quiet: bool) -> int:
    """Derive, check and descend: everything a PROBLEM.toml asks for, with a report."""
    from symgd.tools.problem import read_problem
    from symgd.tools.report import choose_directory, run_data, write_report

    task = read_problem(problem)
    directory = choose_directory(problem.stem if problem.stem != "problem" else problem.resolve().parent.name, output, force)
    derivation = symgd.derivation(task.formula, task.wrt, check=True, code=True)
    is_talking = not (quiet or as_json)
    if is_talking:
        click.echo(task.title)
        click.echo()
        click.echo(derivation.text())
        click.echo()
    if str(derivation.check.verdict) == "WRONG":
        raise SymgdError("the derived gradient does not agree with differences; please report this formula")
    result = _descend(task, is_talking)
    names = [task.wrt] if isinstance(task.wrt, str) else list(task.wrt)
    files = write_report(directory, task.title, derivation, result, names)
    if as_json:
        click.echo(to_json({**run_data(derivation, result), "report": str(directory)}, indent=None))
    elif quiet:
        click.echo(f"{result.value!r}")
    else:
        click.echo(str(result))
        click.echo(f"report: {directory}{os.sep} ({', '.join(sorted(path.name for path in files))})")
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
