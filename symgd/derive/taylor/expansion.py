"""A Taylor polynomial with exact coefficients, its remainder, and proven bounds of the remainder.

    f(a + δ) = Σ f⁽ᵏ⁾(a)/k! · δᵏ,   remainder f⁽ⁿ⁺¹⁾(ξ)/(n+1)! · δⁿ⁺¹ for a ξ between a and a + δ

The remainder in several variables is that along the line from the point to the variables.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import factorial

import sympy as sp

from symgd.arguments import read_mapping, read_whole_number
from symgd.derive.jacobian import gradient
from symgd.derive.taylor.scalar_form import scalar_form
from symgd.errors import DomainError, SymgdError, UnsupportedError, shown
from symgd.evaluation.exact import exact_coordinate, in_digits
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.node import Node, scalar
from symgd.graph.time_limit import time_limit
from symgd.graph.traversal import depends_on, substitute, symbols_of, toposort
from symgd.primitives.arithmetic import add, mul
from symgd.summaries import summary

__all__ = ["Bounds", "Box", "Branch", "Power", "TaylorExpansion"]

Power = int | tuple[int, ...]
Box = Mapping[Node, tuple[Fraction, Fraction]]
Bounds = Callable[[Node, Box], tuple[Fraction, Fraction]]
Branch = Callable[[Node, Box, Box], Node]
_HINT = "choose a lower order or a smaller box, or give it a larger budget"


@dataclass
class TaylorExpansion:
    """A Taylor polynomial and its remainder.

    Attributes
    ----------
    formula : Node
    variables : tuple of Node
    at : tuple of sympy numbers
    order : int
        The highest total order.
    coefficients : dict
        The exact coefficient of each monomial: power → number for one variable (zeros included), tuple of powers → number for
        several.
    budget : float
        Seconds after which the remainder, or a bound of it, is given up.
    meaning : dict of Node to Node
        What scalars stand for that are no inputs: the entries of tensors, and functions of SymPy.
    """

    formula: Node
    variables: tuple[Node, ...]
    at: tuple[sp.Expr, ...]
    order: int
    coefficients: dict[Power, sp.Expr]
    finish: Callable[[Node], Node] = field(repr=False, default=lambda node: node)
    enclose: Bounds | None = field(repr=False, default=None)
    branch: Branch | None = field(repr=False, default=None)
    budget: float = field(repr=False, default=math.inf)
    meaning: Mapping[Node, Node] = field(repr=False, default_factory=dict)

    @property
    def variable(self) -> Node:
        """The only variable."""
        if len(self.variables) > 1:
            raise SymgdError("this expansion has several variables", hint="use .variables")
        return self.variables[0]

    @property
    def polynomial(self) -> Node:
        """The Taylor polynomial as a formula."""
        terms = []
        for powers, coefficient in self.coefficients.items():
            if coefficient != 0:
                factors = [
                    shift if k == 1 else shift**k
                    for shift, k in zip(self._shifts, powers if isinstance(powers, tuple) else (powers,), strict=True)
                    if k
                ]
                number: Node = from_sympy(coefficient)
                terms.append(mul.make((number, *factors)) if factors else number)
        polynomial = add.make(tuple(terms)) if terms else from_sympy(sp.Integer(0))
        declared = {
            node.name: node for node in (*symbols_of(self.formula), *self.meaning)
        }  # SymPy's symbols have lost what is declared
        (polynomial,) = substitute([polynomial], {node: declared.get(node.name, node) for node in symbols_of(polynomial)})
        return self._restored(polynomial)

    @property
    def remainder(self) -> Node:
        """Lagrange's remainder, a formula.

        In one variable it has an unknown ``xi`` between the variable and the point; in several of an unknown ``theta``
        between 0 and 1, which marks a place on the line from the point to the variables. It holds where the formula is smooth
        between the point and the variables: not across the kinks and jumps of :attr:`kinked`, nor across a pole.

        Raises
        ------
        UnsupportedError
            Where the budget is spent.
        """
        with time_limit(self.budget, "this remainder", _HINT):
            return self._restored(self._remainder())

    @property
    def kinked(self) -> tuple[Node, ...]:
        """The parts of the formula that have kinks or jumps somewhere: ``abs(x)``, ``floor(x)``, choices."""
        moving = depends_on((self.formula,), self.variables)
        return tuple(
            node
            for node in toposort((self.formula,))
            if node in moving
            and not node.primitive.is_boolean
            and (node.primitive.kinks is not None or node.primitive.conditional)
        )

    def _restored(self, formula: Node) -> Node:
        return substitute([formula], self.meaning)[0] if self.meaning else formula

    def _remainder(self) -> Node:
        if len(self.variables) > 1:
            return self._remainder_on_line()
        derivative = self._derivative()
        (at_xi,) = substitute([derivative], {self.variable: scalar(self._unused("xi"))})
        power = self._shifts[0] ** (self.order + 1)
        return self.finish(at_xi * power * Fraction(1, factorial(self.order + 1)))

    def _remainder_on_line(self) -> Node:
        theta = scalar(self._unused("theta"))
        line = {
            variable: _plus(point, mul.make((theta, shift)))
            for variable, point, shift in zip(self.variables, self.at, self._shifts, strict=True)
        }
        (along,) = substitute([self.formula], line)
        for _ in range(self.order + 1):
            along = self.finish(gradient(along, theta))
        return self.finish(along * Fraction(1, factorial(self.order + 1)))

    def _derivative(self) -> Node:
        derivative = self.formula
        for _ in range(self.order + 1):
            derivative = self.finish(gradient(derivative, self.variable))
        return derivative

    def bound(self, domain: Mapping[str, object]) -> Fraction:
        """Return a number that the remainder does not exceed in absolute value anywhere in a box, proven by intervals.

        Before the derivative is enclosed, it is proven that the formula is smooth on the way from the point to every place in
        the box: that no kink, no jump and no singularity lies between. On a face of the box the formula may have a kink.

        Parameters
        ----------
        domain : mapping of str to (low, high)
            Bounds of every variable, within what is declared of it; the point of expansion counts as inside.

        Raises
        ------
        SymgdError
            For a variable without bounds, and for bounds of what is no variable.
        DomainError
            Where the box leaves what is declared of a variable, where a kink, a jump or a singularity lies in it, and where the
            derivative is not bounded there.
        UnsupportedError
            Where the derivative cannot be enclosed, where the smoothness of the formula is not decided, and where the budget is
            spent.
        """
        if self.enclose is None or self.branch is None:
            raise UnsupportedError("this expansion was made without interval arithmetic", hint="use symgd.taylor")
        domain = read_mapping(domain, "domain", 'domain={"x": (-1, 1)}')
        inputs = {node.name: node for node in (*symbols_of(self.formula), *self.variables)}
        for name in domain:
            if name not in inputs:
                raise SymgdError(f"{shown(name)} is not in the formula", hint=f"its inputs are {', '.join(inputs)}")
        box: dict[Node, tuple[Fraction, Fraction]] = {}
        for variable, point in zip(self.variables, self.at, strict=True):
            bounds = domain.get(variable.name)
            if not isinstance(bounds, tuple | list) or len(bounds) != 2 or any(end is None for end in bounds):
                raise SymgdError(f"{variable.name} has no bounds", hint=f'domain={{"{variable.name}": (-1, 1)}}')
            ends = [_rational(end) for end in bounds]
            if ends[0] > ends[1]:
                raise SymgdError(f"the bounds of {variable.name} are empty")
            below, above = _around(point)
            _check_declared_box(variable, (min(ends[0], below), max(ends[1], above)), (below, above))
            box[variable] = (min(ends[0], below), max(ends[1], above))
        others = [node.name for node in symbols_of(self.formula) if node not in box]
        if others:
            raise SymgdError(f"{', '.join(others)} has no value, so there is no bound", hint="substitute numbers first")
        with time_limit(self.budget, "this bound", _HINT):
            return self._bound_on(box)

    def _bound_on(self, box: dict[Node, tuple[Fraction, Fraction]]) -> Fraction:
        assert self.enclose is not None
        assert self.branch is not None
        points = dict(zip(self.variables, map(_around, self.at), strict=True))
        smooth = replace(self, formula=self.branch(scalar_form(self.formula).formula, box, points))
        if len(self.variables) == 1:
            low, high = self.enclose(smooth._derivative(), box)
            (ends,) = box.values()
            below, above = _around(self.at[0])
            reach = max(ends[1] - below, above - ends[0])
            return max(abs(low), abs(high)) * reach ** (self.order + 1) / factorial(self.order + 1)
        remainder = smooth._remainder_on_line()
        on_line = {node: (Fraction(0), Fraction(1)) for node in symbols_of(remainder) if node not in box}
        low, high = self.enclose(remainder, {**box, **on_line})
        return max(abs(low), abs(high))

    def up_to(self, order: int) -> TaylorExpansion:
        """Return the expansion to a lower order."""
        order = read_whole_number(order, "the order", 0, self.order)
        coefficients = {k: c for k, c in self.coefficients.items() if (sum(k) if isinstance(k, tuple) else k) <= order}
        return replace(self, order=order, coefficients=coefficients)

    @property
    def _shifts(self) -> list[Node]:
        return [
            variable if point == 0 else variable - from_sympy(point)
            for variable, point in zip(self.variables, self.at, strict=True)
        ]

    def _unused(self, name: str) -> str:
        used_names = {node.name for node in symbols_of(self.formula, *self.variables)}
        return next(
            candidate
            for candidate in (name, *(f"{name}_{k}" for k in range(1, len(used_names) + 2)))
            if candidate not in used_names
        )

    def __repr__(self) -> str:
        point = ", ".join(f"{node.name} = {value}" for node, value in zip(self.variables, self.at, strict=True))
        return summary(f"Taylor expansion of {shown(self.formula)} at {point}, order {self.order}")

    def __str__(self) -> str:
        if len(self.variables) > 1:
            return f"{self.polynomial} + O({self.order + 1})"
        (shift,) = self._shifts
        return f"{self.polynomial} + O({shift if self.at[0] == 0 else f'({shift})'}**{self.order + 1})"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.polynomial.latex()}$"


def _plus(point: sp.Expr, term: Node) -> Node:
    number: Node = from_sympy(point)
    return number + term


def _check_declared_box(variable: Node, ends: tuple[Fraction, Fraction], point: tuple[Fraction, Fraction]) -> None:
    """Refuse a box that leaves what is declared of its variable; the ends of what is declared may lie in it."""
    facts = variable.facts
    low, high = ends
    if low < min(facts.interval.low, point[0]) or high > max(facts.interval.high, point[1]):
        raise DomainError(
            f"{variable} is declared to lie in {facts.interval}, and the box reaches from {shown(low)} to {shown(high)}",
            hint="choose a box inside, or declare less of it",
        )
    if facts.is_nonzero and low < 0 < high:
        raise DomainError(
            f"{variable} is declared nonzero, and 0 lies between the point of expansion and the ends of the box",
            hint="choose a box on one side of 0, or declare less of it",
        )


def _rational(value: object) -> Fraction:
    number = exact_coordinate(value)
    if not number.is_Rational:
        raise SymgdError(f"{shown(value)} is not a rational number, and bounds are")
    return Fraction(int(number.p), int(number.q))


def _around(point: sp.Expr) -> tuple[Fraction, Fraction]:
    """Return rational numbers just below and above a point."""
    if point.is_Rational:
        exact = Fraction(int(point.p), int(point.q))
        return exact, exact
    near = Fraction(str(in_digits(point, 40)))
    margin = Fraction(1, 10**30) * (1 + abs(near))
    return near - margin, near + margin
