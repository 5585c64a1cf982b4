"""What data add to a verdict of convexity: numbers for the parameters of its modulus, and a modulus of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import TypeAlias

from symgd.api.curvature_bounds import curvature_bounds
from symgd.arrays import Array
from symgd.curvature.findings import Curved, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Conclusion, Premises, Proof, rule, step_by
from symgd.curvature.verdict import Convexity
from symgd.errors import SymgdError
from symgd.evaluation.entries import Exact
from symgd.evaluation.exact import exact_number, exact_values
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.node import Node
from symgd.graph.traversal import symbols_of

__all__ = ["with_data"]

Values: TypeAlias = Mapping[Node, Array]
_CONVEX = (Kind.CONVEX, Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX)


def with_data(verdict: Convexity, values: Values) -> Convexity:
    """Return a verdict with the modulus that data give.

    Parameters
    ----------
    verdict : Convexity
    values : mapping of Node to array
    """
    if verdict.kind not in _CONVEX or verdict.proof is None:
        return verdict
    for derive, because in ((by_numbers, verdict.reason), (by_data, f"{verdict.reason}, and the data's smallest eigenvalue")):
        assert verdict.proof is not None
        conclusion = derive(Premises([verdict.proof.root.statement]), values)
        if conclusion is None:
            continue
        kind, modulus = conclusion.statement.kind, conclusion.statement.modulus
        proof = Proof(step_by(derive, (values,), conclusion, (verdict.proof.root,)))
        verdict = dataclasses.replace(verdict, kind=kind, modulus=modulus, proof=proof, reason=because)
    return verdict


@rule
@one_at_a_time
def by_numbers(premises: Premises, values: Values) -> Conclusion | None:
    """Put the values of parameters into a modulus that is a formula of them."""
    (curved,) = premises.of(Curved)
    if not isinstance(curved.modulus, Node) or any(node.shape for node in symbols_of(curved.modulus)):
        return None
    numbers = {node: exact_number(value) for node, value in values.items() if not node.shape}
    if not set(symbols_of(curved.modulus)) <= set(numbers):
        return None
    modulus = exact_values([curved.modulus], numbers)[0]
    return _strongly_convex(curved, modulus, f"with these data the modulus is {modulus}")


@rule
def by_data(premises: Premises, values: Values) -> Conclusion | None:
    """Conclude from the smallest eigenvalue of AᵀA or of a matrix of the data, verified with its rounding errors."""
    (curved,) = premises.of(Curved)
    try:
        modulus = curvature_bounds(curved.formula, list(curved.wrt), values).modulus
    except SymgdError:
        return None
    known = curved.modulus if curved.modulus is not None and not isinstance(curved.modulus, Node) else 0
    if curved.kind not in _CONVEX or not modulus > known:
        return None
    because = f"with these data the Hessian is ⪰ {_rounded_down(modulus)}·I, by a verified smallest eigenvalue"
    return _strongly_convex(curved, modulus, because)


def _strongly_convex(curved: Curved, modulus: Exact | float, because: str) -> Conclusion:
    claim = f"{shorten(curved.formula, 120)} is {Kind.STRONGLY_CONVEX.in_words}"
    return Conclusion(dataclasses.replace(curved, kind=Kind.STRONGLY_CONVEX, modulus=modulus), claim, because)


def _rounded_down(number: Exact | float) -> str:
    """Return six digits of a number, not above it."""
    from symgd.curvature.bounds.rates import rounded

    return rounded(Decimal(float(number)), ROUND_FLOOR)
