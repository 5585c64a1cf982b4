"""``symgd taylor``: an expansion with exact coefficients."""

from __future__ import annotations

import functools
import math
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

import symgd
from symgd.tools.commands.command import FINE, Command, draw, formula_options, refuse_idle, versioned_json
from symgd.tools.options import integer, number, read_bounds, read_exact_point, read_variables
from symgd.tools.pictures import check_picture, check_sums_drawable, draw_partial_sums
from symgd.tools.streams import say

if TYPE_CHECKING:
    from symgd.results import TaylorExpansion

__all__ = ["taylor"]


@click.command(cls=Command)
@formula_options
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

    refuse_idle("--force", force and plot is None, "there is no picture to overwrite; name one with --plot")
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
    drawn = draw(plot, force, functools.partial(draw_partial_sums, expansion, bounds), quiet or as_json)
    if as_json:
        coefficients = {_monomial(k): str(c) for k, c in expansion.coefficients.items()}
        output = {"polynomial": str(expansion.polynomial), "coefficients": coefficients, "at": at, "order": order}
        output |= {"remainder": rest} if rest is not None else {}
        output |= {"remainder_bound": bound} if bound is not None else {}
        say(versioned_json(output | drawn))
    return FINE


def _where_remainder_holds(expansion: TaylorExpansion, at: str) -> str:
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


def _monomial(powers: object) -> str:
    return ",".join(map(str, powers)) if isinstance(powers, tuple) else str(powers)
