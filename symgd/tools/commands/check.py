"""``symgd check``: a gradient of a formula is judged."""

from __future__ import annotations

import click

import symgd
from symgd.checking.judgement import Verdict
from symgd.tools.commands.command import FINE, NEGATIVE, UNDECIDED, Command, formula_options, refuse_idle, versioned_json
from symgd.tools.options import integer, read_point, read_variables
from symgd.tools.streams import say

__all__ = ["check"]


@click.command(cls=Command)
@formula_options
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
    refuse_idle("--seed", seed is not None and at is not None, "a point is given, so none is drawn")
    point = read_point(at) if at is not None else None
    gradient_check = symgd.check_gradient(formula, read_variables(formula, wrt), gradient=gradient, at=point, seed=seed or 0)
    if as_json:
        say(versioned_json(gradient_check.to_dict()))
    else:
        say(str(gradient_check.verdict) if quiet else gradient_check.explain())
    exits = {Verdict.RIGHT: FINE, Verdict.KINK: FINE, Verdict.WRONG: NEGATIVE, Verdict.UNSURE: UNDECIDED}
    return exits[gradient_check.verdict]
