"""``symgd run``: a problem file is derived, checked and descended, with a report."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import symgd
from symgd.checking.judgement import Verdict
from symgd.descent.outcome import Outcome
from symgd.errors import DataError, SymgdError, printable
from symgd.files import shown_path
from symgd.tools.commands.command import BAD_INPUT, FINE, INTERRUPTED, NEGATIVE, Command, refuse_idle
from symgd.tools.interrupts import saved_on_interrupt
from symgd.tools.json_output import to_json
from symgd.tools.options import read_descent
from symgd.tools.streams import say

if TYPE_CHECKING:
    from symgd.results import Run
    from symgd.tools.problem_file import Problem
    from symgd.tools.report import Report

__all__ = ["run"]


class _Run(Command):
    """The command whose help lists the methods of descent."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the registered directions and step sizes."""
        from symgd.descent.method import Kind, methods
        from symgd.descent.step_size import SAFE

        for kind in Kind:
            rows = []
            for key, method in methods(kind).items():
                takes = ", ".join(f"{parameter.key} in {parameter.within}" for parameter in method.parameters)
                rows.append((key, f"{method.sentence} It takes {takes}." if takes else method.sentence))
            if kind is Kind.STEP_SIZE:
                rows.append((SAFE, "The learning rate 1/L, where L bounds the curvature of the loss."))
            with formatter.section(f"{kind}s".capitalize()):
                formatter.write_dl(rows)


@click.command(cls=_Run)
@click.argument("problem", type=click.Path(path_type=Path))
@click.option("--descent", default="", help='Instead of what [descent] says: "direction: adam; beta1: 0.8; epochs: 50".')
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="Directory of the report.")
@click.option("--force", is_flag=True, help="Overwrite the report.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", is_flag=True, help="Print the final loss only.")
def run(problem: Path, descent: str, output: Path | None, force: bool, as_json: bool, quiet: bool) -> int:
    """Derive, check and descend: everything a PROBLEM.toml asks for, with a report."""
    from symgd.tools.problem_file import read_problem
    from symgd.tools.report import Report

    refuse_idle("--force", force and output is None, "a new directory is chosen; name one with -o")
    if output == Path("-"):
        raise click.UsageError("a report is a directory, and not written to standard output")
    task = read_problem(problem, read_descent(descent))
    stem = problem.stem if problem.stem != "problem" else problem.resolve().parent.name
    with Report(stem, output, force=force) as report, saved_on_interrupt():
        return _run_problem(task, report, as_json, quiet)


def _run_problem(task: Problem, report: Report, as_json: bool, quiet: bool) -> int:
    """Derive, check, descend and write the report; return the exit code."""
    from symgd.tools.report import run_data

    derivation = symgd.derivation(task.formula, task.wrt, check=True, code=True)
    is_talking = not (quiet or as_json)
    if is_talking:
        say(f"{printable(task.title)}\n\n{derivation.text()}\n")
    if derivation.check is not None and derivation.check.verdict is Verdict.WRONG:
        raise SymgdError("the derived gradient does not agree with differences; please report this formula")
    descent = _descend(task, is_talking)
    names = [task.wrt] if isinstance(task.wrt, str) else list(task.wrt)
    failure = None
    try:
        report.write(task.title, derivation, descent, names)
    except DataError as error:  # the disk is full: what was found is printed all the same
        failure = error
    if as_json:
        output = {**run_data(derivation, descent), "report": str(report.directory)}
        output |= {"error": {"kind": "DataError", "message": str(failure), "hint": failure.hint}} if failure else {}
        say(to_json(output, indent=None))
    elif quiet:
        say(f"{descent.value!r}")
    else:
        files = ", ".join(sorted(path.name for path in report.files))
        say(f"{descent}\nreport: {shown_path(report.directory)}{os.sep} ({files})")
    if report.remark is not None:
        say(report.remark, is_error=True)
    if failure is not None:
        say(f"DataError: {failure}", is_error=True)
        return BAD_INPUT
    if descent.outcome is Outcome.INTERRUPTED:
        return INTERRUPTED
    return FINE if descent.outcome.is_success else NEGATIVE


def _descend(task: Problem, is_talking: bool) -> Run:
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
