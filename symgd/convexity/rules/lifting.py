"""Functions that act entry by entry are judged on scalars, by everything that is known about scalars.

In Σ √(1 + rᵢ²), Σ wᵢ·log(wᵢ/xᵢ) or the Huber loss of X·w − y every entry is a function g of a few affine entries. Where g is
convex, for all values of what is held fixed, so is the sum, for all sizes at once.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from symgd.convexity.domain import Domain, read_domain
from symgd.convexity.found import Found, shorten
from symgd.convexity.proof import Step
from symgd.convexity.second_derivatives.hessian import Hessian, has_kink
from symgd.convexity.second_derivatives.pieces import curvature_of_pieces
from symgd.convexity.second_derivatives.smooth import curvature_of_smooth
from symgd.errors import SymgdError
from symgd.graph.facts import Curvature, Interval, Sign
from symgd.graph.infer import Facts
from symgd.graph.node import Node, symbols_of, tensor
from symgd.graph.walk import substitute
from symgd.simplify.rewrite import simplify

__all__ = ["Lifted", "ScalarFunction", "lift", "scalar_function"]

MAX_VARIABLES = 3
MAX_FIXED = 4
SECONDS = 1.0


class Known(Protocol):
    """What must be known of an argument."""

    @property
    def curvature(self) -> Curvature: ...


@dataclass(frozen=True, eq=False)
class Lifted:
    """The curvature of the scalar function, and what its arguments are.

    Attributes
    ----------
    found : Found
    arguments : tuple of Node
        The affine nodes that move.
    step : Step
    """

    found: Found
    arguments: tuple[Node, ...]
    step: Step


def lift(node: Node, known: Mapping[Node, Known], moving: set[Node], facts: Facts) -> Lifted | None:
    """Judge the function of entries that a node computes, or None where it is no such function or nothing is found.

    Parameters
    ----------
    node : Node
        A function of entries, or a contraction that only adds products of entries up.
    known : mapping
        The curvature of every node below.
    moving : set of Node
    facts : Facts
    """
    scalar = scalar_function(node, known, moving, facts)
    if scalar is None:
        return None
    try:
        domain = read_domain(scalar.formula, scalar.variables, {}, [])
        found = judge_scalar(scalar.formula, scalar.variables, domain, time.monotonic() + SECONDS)
    except SymgdError:
        return None
    if found is None:
        return None
    meaning = ", ".join(f"{name} for {shorten(leaf, 50)}" for leaf, name in scalar.names.items())
    step = Step(f"each entry is {scalar.formula} with {meaning}", "entry by entry", (found.step,))
    return Lifted(found, tuple(scalar.movers), step)


@dataclass(frozen=True, eq=False)
class ScalarFunction:
    """What every entry of a node is, as a function of scalars.

    Attributes
    ----------
    formula : Node
    variables : list of Node
        The scalars that stand for entries of what moves.
    movers : list of Node
        The affine nodes they stand for.
    names : mapping of Node to str
        Which scalar stands for which node, fixed ones included.
    """

    formula: Node
    variables: list[Node]
    movers: list[Node]
    names: Mapping[Node, str]


def scalar_function(node: Node, known: Mapping[Node, Known], moving: set[Node], facts: Facts) -> ScalarFunction | None:
    """Return the function of entries that a node computes, or None where it is no such function."""
    body, leaves = _body(node, known, moving)
    if body is None or not 0 < len(leaves) <= MAX_VARIABLES + MAX_FIXED:
        return None
    movers = [leaf for leaf in leaves if leaf in moving]
    if not 0 < len(movers) <= MAX_VARIABLES or len(leaves) - len(movers) > MAX_FIXED:
        return None
    names = {leaf: f"{'u' if leaf in moving else 'p'}{k}" for k, leaf in enumerate(leaves)}
    scalars = {leaf: _scalar(name, leaf, facts) for leaf, name in names.items()}
    formula = body(scalars)
    if formula is None:
        return None
    return ScalarFunction(formula, [scalars[leaf] for leaf in movers], movers, names)


def judge_scalar(formula: Node, variables: list[Node], domain: Domain, deadline: float) -> Found | None:
    """Judge a scalar formula of a few variables by second derivatives or piece by piece."""
    facts = Facts(domain.assumptions())
    (simple,) = simplify([formula], facts).roots
    if domain.natural:
        return None
    if not has_kink(simple, variables):
        return curvature_of_smooth(Hessian(simple, variables, facts), domain, deadline)
    if len(variables) == 1 and not set(symbols_of(simple)) - set(variables):
        return curvature_of_pieces(simple, variables[0], domain, deadline)
    return None


def _scalar(name: str, leaf: Node, facts: Facts) -> Node:
    """Return a scalar with the facts of the entries it stands for."""
    interval: Interval = facts.interval(leaf)
    sign = facts.sign(leaf)
    given: dict[str, Any] = {}
    if sign == Sign.POSITIVE and not interval.low > 0:
        given["positive"] = True
    elif math.isfinite(interval.low):
        given["lower"] = interval.low
    elif sign.is_nonzero and interval.high > 0:
        given["nonzero"] = True
    if math.isfinite(interval.high):
        given["upper"] = interval.high
    return tensor(name, (), **given)


class _Body:
    """A scalar formula, once the leaves have become scalars."""

    def __init__(self, node: Node, factors: list[Node] | None) -> None:
        self.node, self.factors = node, factors

    def __call__(self, scalars: Mapping[Node, Node]) -> Node | None:
        roots = [self.node] if self.factors is None else self.factors
        written = substitute(roots, scalars)
        if any(one.shape for one in written):
            return None
        total = written[0]
        for one in written[1:]:
            total = total * one
        return total


def _body(node: Node, known: Mapping[Node, Known], moving: set[Node]) -> tuple[_Body | None, list[Node]]:
    """Return the function of entries and its leaves: affine nodes, and nodes that are fixed."""
    if node.primitive.name == "einsum":
        if len(node.args) < 2 or len({labels for k, labels in enumerate(node.params[0]) if node.args[k].shape}) != 1:
            return None, []
        if any(len(set(labels)) != len(labels) for labels in node.params[0]):
            return None, []
        leaves: list[Node] = []
        for arg in node.args:
            inside = _leaves(arg, known, moving)
            if inside is None:
                return None, []
            leaves += [leaf for leaf in inside if leaf not in leaves]
        return _Body(node, list(node.args)), leaves
    if not node.primitive.is_elementwise:
        return None, []
    found = _leaves(node, known, moving)
    return (None, []) if found is None else (_Body(node, None), found)


def _leaves(node: Node, known: Mapping[Node, Known], moving: set[Node]) -> list[Node] | None:
    """Return the nodes at which functions of entries end: affine ones, and what is fixed; None where neither is reached."""
    found: list[Node] = []
    stack, seen = [node], set[Node]()
    while stack:
        one = stack.pop()
        if one in seen:
            continue
        seen.add(one)
        if one.is_constant:
            continue
        if one not in moving and one.primitive.is_boolean:
            return None
        if one not in moving or one.is_symbol or (one is not node and known[one].curvature == Curvature.AFFINE):
            found.append(one)
        elif one.primitive.is_elementwise:
            stack.extend(one.args)
        else:
            return None
    return found
