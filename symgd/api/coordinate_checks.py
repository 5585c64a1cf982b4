"""Checks of derivatives in what is no input of its own: entries, functions of an input, and SymPy's q(t).

A claim about A₀₁ is checked with a new input in the place of that entry, one about log l as a claim about l:
∂f/∂l = (∂f/∂(log l))·(d log l/dl)
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from symgd.api.claims import check_claims, is_code, own_jacobians, read_claims
from symgd.api.coordinates import coordinate
from symgd.api.inputs import read_variables, refuse_tensor
from symgd.api.restatement import Restated, restated
from symgd.errors import SymgdError
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.inference import domain_of
from symgd.graph.names import stand_in
from symgd.graph.node import Node, constant
from symgd.graph.traversal import substitute
from symgd.primitives.contraction import expand_at
from symgd.rewrite.terms import ONE, collected_terms, terms_of

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
    view, rates = _in_inputs(output, list(wrt) if isinstance(wrt, list | tuple) else [wrt])
    target = view.variables if isinstance(wrt, list | tuple) else view.variables[0]
    derivative = place.derivative(1, True)
    given = read_claims(output, target, derivative if claim is None else claim, output.shape)
    claims = [
        _about_input(view.restate(one), output, rate) if isinstance(one, Node) else one
        for one, rate in zip(given, rates, strict=True)
    ]
    derived = own_jacobians(view.formula, view.variables)
    return check_claims(view.formula, view.variables, derived, claims, view.point(at), seed, points, what)


def _in_inputs(output: Node, members: list[object]) -> tuple[Restated, list[Node | None]]:
    """Return a formula in inputs of its own, and the derivatives of the variables that are functions of inputs.

    A function of an input has the input in its place.
    """
    places = [coordinate(output, member) for member in members]
    moving = [
        member if place is None or place.rate is None else place.functions.get(place.inputs[0], place.inputs[0])
        for member, place in zip(members, places, strict=True)
    ]
    view = restated(output, moving) or Restated(output, read_variables(output, moving), {}, {})
    domains = [substitute([place.domain], place.functions)[0] for place in places if place and place.domain is not None]
    view = _narrowed(view, [view.restate(domain) for domain in domains])
    rates = [
        None if place is None or place.rate is None else view.restate(substitute([place.rate], place.functions)[0])
        for place in places
    ]
    return view, rates


def _narrowed(view: Restated, domains: list[Node]) -> Restated:
    """Return a formula that has values where some scalars have: log l has one for l > 0, and facts of l say so."""
    narrow: dict[Node, Node] = {}
    formula = view.formula
    for domain in domains:
        for node, required in domain_of(domain).items():
            found = _range(node, Interval.of(required))
            if found is None or found[0] not in view.variables:
                formula = formula + constant(0) * domain
                continue
            symbol, where = found
            facts = narrow.get(symbol, symbol).facts
            is_nonzero = facts.is_nonzero or (node is symbol and required == Sign.NONZERO)
            facts = dataclasses.replace(facts, interval=facts.interval & where, is_nonzero=is_nonzero)
            narrow[symbol] = stand_in(symbol.name, symbol.shape, facts)
    formula, *put_in = substitute([formula, *view.moved.values()], narrow)
    return Restated(
        formula,
        [narrow.get(node, node) for node in view.variables],
        {narrow.get(node, node): meaning for node, meaning in view.meaning.items()},
        {**narrow, **dict(zip(view.moved, put_in, strict=True))},
    )


def _range(node: Node, where: Interval) -> tuple[Node, Interval] | None:
    """Return the input x of a·x + b, and where it lies if a·x + b lies in an interval."""
    terms = collected_terms(terms_of(node))
    shift = Interval(-terms[ONE], -terms[ONE]) if ONE in terms else Interval(0, 0)
    inputs = [core for core in terms if core is not ONE]
    if len(inputs) != 1 or not inputs[0].is_symbol or not terms[inputs[0]]:
        return None
    inverse = 1 / terms[inputs[0]]
    return inputs[0], (where + shift) * Interval(inverse, inverse)


def _about_input(claim: Node, output: Node, rate: Node | None) -> Node:
    """Return a claim about a function of an input as one about the input; of another shape it is left as it is."""
    if rate is None or claim.shape != (*output.shape, *rate.shape):
        return claim
    return claim * expand_at(rate, range(output.rank))
