"""``symgd derive``: a derivative, and how it follows."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

import symgd
from symgd.checking.judgement import Verdict
from symgd.errors import DataError
from symgd.files import check_target, shown_path, write_file
from symgd.tools.commands.command import FINE, NEGATIVE, Command, formula_options, refuse_idle, versioned_json
from symgd.tools.options import read_point, read_variables
from symgd.tools.streams import say

__all__ = ["derive"]

EXTENSIONS = {"text": ".txt", "latex": ".tex", "html": ".html", "python": ".py", "json": ".json"}


@click.command(cls=Command)
@formula_options
@click.option("--what", type=click.Choice(["gradient", "jacobian", "hessian"]), default="gradient", show_default=True)
@click.option("--steps", is_flag=True, help="Also list the simplifications.")
@click.option("--at", default=None, help='A point: "a: 100; n: 2"; shows values and adjoints in numbers.')
@click.option("--check/--no-check", default=None, help="Check the result in 50-digit arithmetic; left out with --quiet.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(EXTENSIONS)),
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
    what: Literal["gradient", "jacobian", "hessian"],
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
    refuse_idle("--force", force and output is None, "there is no file to overwrite; name one with -o")
    refuse_idle("--steps", steps and (form != "text" or quiet), "the simplifications are listed in text only")
    shows_numbers = form in ("html", "json") or (form == "text" and not quiet)
    refuse_idle("--at", at is not None and not shows_numbers, "numbers are shown in text, HTML and JSON")
    if output is not None:
        check_target(output, force=force)
    variables = read_variables(formula, wrt)
    point = read_point(at) if at is not None else None
    is_checked = check if check is not None else not quiet
    derivation = symgd.derivation(formula, variables, what, check=is_checked, code=form in ("html", "python"))
    results = {" ".join(names): result for names, result in derivation.trace.results().items()}
    derivatives = results if len(results) > 1 else {"": derivation.result}
    if form == "json":
        text = versioned_json(derivation.to_dict(point))
    elif form == "html":
        text = derivation.html(at=point, title=f"The {what} of {formula}")
    elif form == "python":
        text = derivation.source
    elif form == "latex":
        text = "\n".join(derivation.result_latex(align="")) if quiet else derivation.latex()
    elif quiet:
        text = "\n".join(f"{name + ': ' if name else ''}{result}" for name, result in derivatives.items())
    else:
        code = "\n".join(f"as code: {name + ': ' if name else ''}{result}" for name, result in derivatives.items())
        text = f"{derivation.text(steps=steps, at=point)}\n\n{code}"
    if output is None:
        say(text)
    else:
        write_file(output, text if text.endswith("\n") else text + "\n", force=force)
    is_wrong = derivation.check is not None and derivation.check.verdict is Verdict.WRONG
    if is_wrong and form != "json" and (quiet or form != "text" or output is not None):
        say(f"check: {derivation.check}", is_error=True)
    return NEGATIVE if is_wrong else FINE


def _chosen_form(form: str | None, output: Path | None, as_json: bool) -> str:
    """Choose the format: the one that is asked for, or the one that the ending of the file says."""
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json and --format {form} cannot be combined")
    if as_json or form is not None:
        return form or "json"
    if output is None or not output.suffix:
        return "text"
    chosen = next((known for known, ending in EXTENSIONS.items() if output.suffix.lower() == ending), None)
    if chosen is None:
        raise DataError(
            f"nothing is written in the format of {shown_path(output.name)}",
            hint=f"end the name in {', '.join(EXTENSIONS.values())}, or choose one of them with --format",
        )
    return chosen
