"""Checks of derivatives in what is no input of its own: entries, functions of an input, and SymPy's q(t).

A claim about A₀₁ is checked with a new input in the place of that entry, one about log l as a claim about l:
∂f/∂l = (∂f/∂(log l))·(d log l/dl)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from symgd.api.claims import check_claims, is_code, own_jacobians, read_claims
from symgd.api.coordinates import coordinate
from symgd.api.inputs import refuse_tensor
from symgd.api.restatement import Restated, restated
from symgd.errors import SymgdError
from symgd.graph.node import Node
from symgd.primitives.contraction import expand_at

if TYPE_CHECKING:
    from symgd.checking.verdict import GradientCheck
    from symgd.typing import Claim, Point

__all__ = ["check_in_coordinate"]


def check_in_coordinate(
    output: Node,
    wrt: object,
    claim: Claim | None,
    what: Literal["gradient", "Jacobian"],
    at: Point | None,
    seed: int,
    points: int,
) -> GradientCheck | None:
    """Check a first derivative in what is no input of its own; None where `wrt` names inputs.

    Raises
    ------
    SymgdError
        For code, which is called with the values of inputs.
    """
    place = coordinate(output, wrt)
    if place is None:
        return None
    if what == "gradient":
        refuse_tensor(output)
    if is_code(claim):
        raise SymgdError("code is judged by the values of inputs, and this is none", hint="give the claim as a formula")
    if place.rate is None:
        view = restated(output, wrt)
        assert view is not None
    else:  # a function of an input
        functions = {part: stand for stand, part in place.functions.items()}
        view = Restated(place.loss, place.inputs, place.functions, functions)
    target = view.variables if isinstance(wrt, list | tuple) else view.variables[0]
    derivative = place.derivative(1, True)
    claims = [
        _about_input(view.restate(one), output, place.rate) if isinstance(one, Node) else one
        for one in read_claims(output, target, derivative if claim is None else claim, output.shape)
    ]
    derived = own_jacobians(view.formula, view.variables)
    return check_claims(view.formula, view.variables, derived, claims, view.point(at), seed, points, what)


def _about_input(claim: Node, output: Node, rate: Node | None) -> Node:
    """Return a claim about a function of an input as one about the input; of another shape it is left as it is."""
    if rate is None or claim.shape != (*output.shape, *rate.shape):
        return claim
    return claim * expand_at(rate, range(output.rank))
