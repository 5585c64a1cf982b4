"""Functions that act entry by entry are decided on scalars, by everything that is known about scalars.

In Σ √(1 + rᵢ²), Σ wᵢ·log(wᵢ/xᵢ) or the Huber loss of X·w − y every entry is a function g of a few affine entries. Where g is
convex, for all values of what is held fixed, so is the sum, for all sizes at once.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from symgd.curvature.domain import Domain, read_domain
from symgd.curvature.findings import Curved, Found, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.second_derivatives.hessian import has_kink
from symgd.curvature.second_derivatives.pieces import curvature_of_pieces
from symgd.curvature.second_derivatives.smooth import curvature_of_smooth
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Curvature, Interval, Sign
from symgd.graph.inference import Facts
from symgd.graph.node import Node, tensor
from symgd.graph.traversal import depends_on, substitute, symbols_of, toposort
from symgd.primitives.contraction import einsum
from symgd.rewrite.driver import simplify

__all__ = ["Lifted", "ScalarFunction", "leaves_of", "lift", "scalar_function"]

MAX_VARIABLES = 3
MAX_FIXED = 4
UNITS = 1_000_000
"""The work that one function of entries is worth."""


class Known(Protocol):
    """What must be known of an argument."""

    @property
    def curvature(self) -> Curvature: ...


@dataclass(frozen=True)
class Lifted:
    """The statement that every entry of a node is a function of entries of other nodes, and what its curvature is.

    Attributes
    ----------
    node : Node
    leaves : tuple of Node
        The arguments of the function; those that are not variables of it are held fixed.
    wrt : frozenset of Node
    assumptions : mapping of Node to Sign or Interval
    kind : Kind
    modulus : object or None
    """

    node: Node
    leaves: tuple[Node, ...]
    wrt: frozenset[Node]
    assumptions: Mapping[Node, Any]
    kind: Kind
    modulus: Any


def lift(node: Node, known: Mapping[Node, Known], wrt: frozenset[Node], facts: Facts, effort: Effort) -> Step | None:
    """Decide the function of entries that a node computes, or return None where it is no such function or nothing is found.

    Parameters
    ----------
    node : Node
        A function of entries, or a contraction that only adds products of entries up.
    known : mapping
        The curvature of every node below.
    wrt : frozenset of Node
    facts : Facts
    effort : Effort
        Of the search that this is a part of.

    Returns
    -------
    Step or None
        With a :class:`Lifted` as statement.
    """
    moving = depends_on((node,), wrt)
    choices = dict.fromkeys(leaves_of(node, known, moving, is_deep) for is_deep in (False, True))
    steps = (_lift(node, leaves, moving, wrt, facts, effort) for leaves in choices if leaves is not None)
    return next((step for step in steps if step is not None), None)


def _lift(
    node: Node, leaves: tuple[Node, ...], moving: set[Node], wrt: frozenset[Node], facts: Facts, effort: Effort
) -> Step | None:
    scalar = scalar_function(node, leaves, moving, facts)
    if scalar is None:
        return None
    try:
        domain = read_domain(scalar.formula, scalar.variables, {}, [])
        finding = curvature_of_scalar(scalar.formula, scalar.variables, domain, effort.part(UNITS))
    except SymgdError:
        return None
    if finding is None:
        return None
    statement = Lifted(node, leaves, wrt, facts.assumptions, finding.kind, finding.modulus)
    return step_by(by_scalars, (node, leaves, wrt, facts.assumptions), _conclusion(statement, scalar), (finding.step,))


def _conclusion(statement: Lifted, scalar: ScalarFunction) -> Conclusion:
    meaning = ", ".join(f"{name} for {shorten(leaf, 50)}" for leaf, name in scalar.names.items())
    return Conclusion(statement, f"each entry is {scalar.formula} with {meaning}", "entry by entry")


@rule
def by_scalars(
    premises: Premises, node: Node, leaves: tuple[Node, ...], wrt: frozenset[Node], assumptions: Mapping[Node, Any]
) -> Conclusion | None:
    """Read the function of entries off a node; a premise states its curvature."""
    scalar = scalar_function(node, leaves, depends_on((node,), wrt), Facts(assumptions))
    if scalar is None:
        return None
    variables = tuple(scalar.variables)
    domain = read_domain(scalar.formula, variables, {}, [])
    curved = None if domain.natural else Curved.among(premises, _simple(scalar.formula, domain), variables, domain)
    if curved is None:
        return None
    return _conclusion(Lifted(node, leaves, wrt, assumptions, curved.kind, curved.modulus), scalar)


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


def scalar_function(node: Node, leaves: Sequence[Node], moving: set[Node], facts: Facts) -> ScalarFunction | None:
    """Return what every entry of a node is in terms of entries of leaves, or None where that is no function of scalars.

    Parameters
    ----------
    node : Node
    leaves : sequence of Node
    moving : set of Node
        What depends on the variables.
    facts : Facts
    """
    movers = [leaf for leaf in leaves if leaf in moving]
    if not 0 < len(movers) <= MAX_VARIABLES or len(leaves) - len(movers) > MAX_FIXED:
        return None
    factors = _factors(node)
    if factors is None:
        return None
    names = {leaf: f"{'u' if leaf in moving else 'p'}{k}" for k, leaf in enumerate(leaves)}
    scalars = {leaf: _scalar(name, leaf, facts) for leaf, name in names.items()}
    written = substitute(factors, scalars)
    inputs = set(scalars.values())
    if any(factor.shape or not set(symbols_of(factor)) <= inputs or not _is_entry_by_entry(factor) for factor in written):
        return None
    return ScalarFunction(functools.reduce(operator.mul, written), [scalars[leaf] for leaf in movers], movers, names)


def _is_entry_by_entry(formula: Node) -> bool:
    return all(node.is_symbol or node.is_constant or node.primitive.is_elementwise for node in toposort((formula,)))


def curvature_of_scalar(formula: Node, variables: list[Node], domain: Domain, effort: Effort) -> Found | None:
    """Decide a scalar formula of a few variables, simplified, by second derivatives or piece by piece."""
    if domain.natural:
        return None
    simple = _simple(formula, domain)
    if not has_kink(simple, variables):
        return curvature_of_smooth(simple, variables, domain, effort)
    if len(variables) == 1 and not set(symbols_of(simple)) - set(variables):
        return curvature_of_pieces(simple, variables[0], domain, effort)
    return None


def _simple(formula: Node, domain: Domain) -> Node:
    return simplify([formula], Facts(domain.assumptions())).roots[0]


def _scalar(name: str, leaf: Node, facts: Facts) -> Node:
    """Return a scalar with the facts of the entries it stands for."""
    interval: Interval = facts.interval(leaf)
    sign = facts.sign(leaf)
    declared: dict[str, Any] = {"values": leaf.facts.values if leaf.is_symbol else None}
    if sign == Sign.POSITIVE and not interval.low > 0:
        declared["positive"] = True
    elif math.isfinite(interval.low):
        declared["lower"] = interval.low
    elif sign.is_nonzero and interval.high > 0:
        declared["nonzero"] = True
    if math.isfinite(interval.high):
        declared["upper"] = interval.high
    return tensor(name, (), **declared)


def _factors(node: Node) -> list[Node] | None:
    """Return the nodes whose entries are multiplied to give an entry of a node, before these are added up, or None."""
    if node.primitive.is_elementwise:
        return [node]
    if node.primitive is not einsum or len(node.args) < 2:
        return None
    inputs = node.params[0]
    if len({labels for k, labels in enumerate(inputs) if node.args[k].shape}) != 1:
        return None
    return None if any(len(set(labels)) != len(labels) for labels in inputs) else list(node.args)


def leaves_of(node: Node, known: Mapping[Node, Known], moving: set[Node], is_deep: bool = False) -> tuple[Node, ...] | None:
    """Return where the function of entries ends: affine nodes, and nodes that are fixed.

    A deep one ends in the inputs where it can: x·log(x/q) is a function of x and q, and not of x and x/q.
    """
    factors = _factors(node)
    if factors is None:
        return None
    leaves: dict[Node, None] = {}
    for factor in factors:
        nodes = _leaves(factor, known, moving, is_deep)
        if nodes is None:
            return None
        leaves.update(dict.fromkeys(nodes))
    return tuple(leaves) if 0 < len(leaves) <= MAX_VARIABLES + MAX_FIXED else None


def _leaves(node: Node, known: Mapping[Node, Known], moving: set[Node], is_deep: bool) -> list[Node] | None:
    """Return the nodes at which functions of entries end: affine ones, and what is fixed; None where neither is reached."""
    leaves: list[Node] = []
    stack, seen = [node], set[Node]()
    while stack:
        part = stack.pop()
        if part in seen:
            continue
        seen.add(part)
        if part.is_constant:
            continue
        if part not in moving and part.primitive.is_boolean:
            return None
        is_affine = part is not node and known[part].curvature == Curvature.AFFINE
        if part not in moving or part.is_symbol or (is_affine and not (is_deep and part.primitive.is_elementwise)):
            leaves.append(part)
        elif part.primitive.is_elementwise:
            stack.extend(part.args)
        else:
            return None
    return leaves
