"""``symgd convexity``: a proof, a counterexample, or UNKNOWN."""

from __future__ import annotations

import functools
from pathlib import Path

import click

import symgd
from symgd.curvature.kind import KINDS, Kind
from symgd.tools.commands.command import FINE, NEGATIVE, UNDECIDED, Command, draw, formula_options, refuse_idle, versioned_json
from symgd.tools.options import number, read_intervals, read_variables
from symgd.tools.pictures import check_drawable, check_picture, draw_verdict
from symgd.tools.progress import stages
from symgd.tools.streams import say

__all__ = ["convexity"]


@click.command(cls=Command)
@formula_options
@click.option("--domain", default="", help='Bounds: "x: (0, inf); y: [-1, 1]".')
@click.option("--constraint", "constraints", multiple=True, help='A condition that holds, as in "x - y > 0".')
@click.option(
    "--kind",
    type=click.Choice(["convex", *KINDS]),
    default="convex",
    help="What is asked; concave and affine formulas are recognized with convex ones.",
)
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
    kind: str,
    proof: bool,
    budget: float | None,
    plot: Path | None,
    force: bool,
) -> int:
    """Prove or refute that FORMULA is convex, or of the kind that is asked."""
    refuse_idle("--force", force and plot is None, "there is no picture to overwrite; name one with --plot")
    refuse_idle("--proof", proof and as_json, "the JSON object holds the proof")
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
            kind=kind,
            budget=budget,
            progress=report,
        )
    if not as_json:
        say(str(verdict.kind) if quiet else str(verdict))
        if proof and verdict.proof is not None:
            say(verdict.proof.text())
        if proof and verdict.witness is not None:
            say(verdict.witness.text())
    drawn = draw(plot, force, functools.partial(draw_verdict, verdict), quiet or as_json)
    if as_json:
        say(versioned_json(verdict.to_dict() | drawn))
    if verdict.kind is Kind.UNKNOWN:
        return UNDECIDED
    return NEGATIVE if kind != "convex" and verdict.kind.is_refuted else FINE
