"""Taylor expansions with exact coefficients.

    f(a + δ) = Σ f⁽ᵏ⁾(a)/k! · δᵏ,   remainder f⁽ⁿ⁺¹⁾(ξ)/(n+1)! · δⁿ⁺¹ for a ξ between a and a + δ

The coefficients of every node follow from those of its arguments, order by order, so no higher derivative is written out: a
product multiplies series, and for F = f(u) the chain rule k·F_k = Σ_j j·u_j·D_{k−j} needs only the series D of the declared
derivative, one order lower.

References
----------
Griewank & Walther, *Evaluating Derivatives*, 2008, chapter 13.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import factorial
from typing import Any

import sympy as sp

from symgd.derive.jacobian import gradient
from symgd.derive.reverse import slope_in
from symgd.errors import DomainError, ShapeError, SymgdError, UnsupportedError
from symgd.graph.evaluate import entries_of
from symgd.graph.exact import ExactNumbers, exact_number, lies_in
from symgd.graph.node import Node, scalar
from symgd.graph.primitive import CONVERSIONS
from symgd.graph.walk import substitute, toposort
from symgd.primitives.arithmetic import add, mul, pow

__all__ = ["MAX_ORDER", "TaylorExpansion", "taylor"]

MAX_ORDER = 200


@dataclass
class TaylorExpansion:
    """A Taylor polynomial and its remainder.

    Attributes
    ----------
    formula, variable : Node
    at : sympy number
    order : int
    coefficients : dict of int to sympy number
        The exact coefficient of each power of ``x − at``, zeros included.
    """

    formula: Node
    variable: Node
    at: Any
    order: int
    coefficients: dict[int, Any]
    finish: Callable[[Node], Node] = field(repr=False, default=lambda node: node)

    @property
    def polynomial(self) -> Node:
        """The Taylor polynomial as a formula."""
        shift = self._shift
        terms = [_times(c, k, shift) for k, c in self.coefficients.items() if c != 0]
        return add.make(tuple(terms)) if len(terms) > 1 else terms[0] if terms else CONVERSIONS["from_sympy"](sp.Integer(0))

    @property
    def remainder(self) -> Node:
        """Lagrange's remainder, a formula in the variable and an unknown ``xi`` between it and the point."""
        derivative = self.formula
        for _ in range(self.order + 1):
            derivative = self.finish(gradient(derivative, self.variable))
        name = "xi" if self.variable.name != "xi" else "xi_1"
        (inside,) = substitute([derivative], {self.variable: scalar(name)})
        power = self._shift ** (self.order + 1)
        return self.finish(inside * power * Fraction(1, factorial(self.order + 1)))

    @property
    def _shift(self) -> Node:
        return self.variable if self.at == 0 else self.variable - CONVERSIONS["from_sympy"](self.at)

    def __str__(self) -> str:
        return (
            f"{self.polynomial} + O({'' if self.at == 0 else '('}{self._shift}{'' if self.at == 0 else ')'}**{self.order + 1})"
        )

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.polynomial.latex()}$"


def _times(coefficient: Any, power: int, shift: Node) -> Node:
    number: Node = CONVERSIONS["from_sympy"](coefficient)
    return number if power == 0 else number * shift**power


def taylor(
    formula: Node, variable: Node, at: Any = 0, order: int = 4, finish: Callable[[Node], Node] | None = None
) -> TaylorExpansion:
    """Expand a scalar formula in one variable.

    Parameters
    ----------
    formula : Node
        Of shape (); other inputs stay symbolic.
    variable : Node
        A scalar input.
    at : number
        An exact point: int, Fraction, SymPy number; a float is the binary number it is.
    order : int
        The highest power.
    finish : callable, optional
        Simplifies the derivatives in the remainder.

    Raises
    ------
    DomainError
        Where the formula has no derivatives at the point: outside its domain, at a kink, at a pole.
    """
    if formula.shape or variable.shape:
        raise ShapeError("a Taylor expansion belongs to a scalar formula of a scalar")
    if isinstance(order, bool) or not isinstance(order, int) or not 0 <= order <= MAX_ORDER:
        raise SymgdError(f"the order is an integer from 0 to {MAX_ORDER}, not {order}")
    point = exact_number(at)
    if not point.is_finite:
        raise DomainError("a Taylor expansion needs a finite point")
    series = _Series(_scalar_form(formula), variable, point)
    coefficients = {k: _tidy(series.coefficient(k)) for k in range(order + 1)}
    return TaylorExpansion(formula, variable, point, order, coefficients, finish or (lambda node: node))


def _scalar_form(formula: Node) -> Node:
    if all(not node.shape for node in toposort((formula,))):
        return formula
    try:
        ((entries,), _) = entries_of([formula])
    except ShapeError:
        raise UnsupportedError("a Taylor expansion needs numeric sizes", hint="declare the shapes with numbers") from None
    scalar_form: Node = entries[()]
    return scalar_form


def _tidy(value: Any) -> Any:
    return value if value.is_Rational else sp.simplify(value)


class _Series:
    """The series of every node of a graph around a point, computed order by order where they are asked for."""

    def __init__(self, root: Node, variable: Node, point: Any) -> None:
        self.root = root
        self.variable = variable
        self.point = point
        self.algebra = ExactNumbers()
        self.known: dict[tuple[Node, int], Any] = {}
        self.moves: dict[Node, bool] = {}
        self.slopes: dict[Node, tuple[Node, ...]] = {}

    def coefficient(self, order: int) -> Any:
        """Return a coefficient of the root."""
        return self._run(self.root, order)

    def _run(self, node: Node, order: int) -> Any:
        """Compute with a stack of its own: formulas may be nested deeper than Python's."""
        known = self.known
        stack = [(node, order)]
        while stack:
            key = stack[-1]
            if key in known:
                stack.pop()
                continue
            needed = [need for need in self._needs(*key) if need not in known]
            if needed:
                stack.extend(needed)
                continue
            stack.pop()
            known[key] = self._compute(*key)
        return known[node, order]

    def _does_move(self, node: Node) -> bool:
        if node not in self.moves:
            for below in toposort((node,), self.moves):
                self.moves[below] = below is self.variable or any(self.moves[arg] for arg in below.args)
        return self.moves[node]

    def _needs(self, node: Node, order: int) -> list[tuple[Node, int]]:
        """Return the coefficients that a coefficient is computed from."""
        if order == 0:
            return [(arg, 0) for arg in self._taken(node)]
        if not node.args or not self._does_move(node):
            return []
        record = node.primitive
        below = [(arg, j) for arg in node.args for j in range(order + 1)]
        if record is add:
            return [(arg, order) for arg in node.args]
        if record is mul:
            return [(part, j) for part in self._halves(node) for j in range(order + 1)]
        if record.name == "where":
            branch = self._branch(node)
            return [(arg, 0) for arg in node.args[0].args] + ([] if branch is None else [(branch, order)])
        if record is pow and node.args[1].is_exact:
            if (node.args[0], 0) not in self.known:
                return [(node.args[0], 0)]
            if self.algebra.is_zero(self.known[node.args[0], 0]) and self._integer_power(node):
                return [(part, j) for part in self._power_halves(node) for j in range(order + 1)]
            return [*below, *((node, j) for j in range(order))]
        self._check(node)
        return [*below, *((slope, j) for slope in self._slopes(node) for j in range(order)), (node, 0)]

    def _taken(self, node: Node) -> tuple[Node, ...]:
        """The arguments whose values are needed: of a choice, the branch that is taken."""
        if node.primitive.name != "where":
            return node.args
        condition = node.args[0]
        if any((arg, 0) not in self.known for arg in condition.args):
            return condition.args
        branch = self._branch(node)
        return (*condition.args, *([] if branch is None else [branch]))

    def _branch(self, node: Node) -> Node | None:
        condition, yes, no = node.args
        if any((arg, 0) not in self.known for arg in condition.args):
            return None
        holds = self.algebra.apply(condition.primitive, *(self.known[arg, 0] for arg in condition.args))
        if holds not in (True, False, sp.true, sp.false):
            raise UnsupportedError(f"whether {condition} holds at the point is not decided")
        return yes if holds else no

    def _halves(self, node: Node) -> tuple[Node, Node]:
        first, rest = node.args[0], node.args[1:]
        return first, mul.make(rest)

    def _integer_power(self, node: Node) -> bool:
        n = node.args[1].params[1]
        return isinstance(n, int) and n > 0

    def _power_halves(self, node: Node) -> tuple[Node, Node]:
        base, n = node.args[0], node.args[1].params[1]
        return base, pow.make((base, CONVERSIONS["from_sympy"](sp.Integer(n - 1))))

    def _slopes(self, node: Node) -> tuple[Node, ...]:
        if node not in self.slopes:
            self.slopes[node] = tuple(slope_in(node, k) for k, arg in enumerate(node.args) if self._does_move(arg))
        return self.slopes[node]

    def _check(self, node: Node) -> None:
        """Refuse kinks and points outside the domain."""
        record = node.primitive
        if record.kinks is not None:
            for kink in record.kinks(*node.args):
                if (kink, 0) in self.known and self.algebra.is_zero(self.known[kink, 0]):
                    raise DomainError(
                        f"{node} has a kink at {self.variable} = {self.point}, so it has no Taylor expansion there",
                        hint="expand on one side of it",
                    )
                if (kink, 0) not in self.known:
                    self._run(kink, 0)
                    self._check(node)
                    return

    def _compute(self, node: Node, order: int) -> Any:
        known = self.known
        record = node.primitive
        if order == 0:
            return self._value(node)
        if node is self.variable:
            return sp.Integer(1 if order == 1 else 0)
        if not self._does_move(node):
            return sp.Integer(0)
        if record is add:
            return sp.Add(*(known[arg, order] for arg in node.args))
        if record is mul:
            return self._cauchy(*self._halves(node), order)
        if record.name == "where":
            self._check_boundary(node)
            branch = self._branch(node)
            assert branch is not None
            return known[branch, order]
        if record is pow and node.args[1].is_exact:
            return self._power(node, order)
        moving = [arg for arg in node.args if self._does_move(arg)]
        total = sp.Integer(0)
        for arg, slope in zip(moving, self._slopes(node), strict=True):
            total += sp.Add(*(j * known[arg, j] * known[slope, order - j] for j in range(1, order + 1)))
        return sp.expand(total / order)

    def _check_boundary(self, node: Node) -> None:
        condition = node.args[0]
        left, right = (self.known[arg, 0] for arg in condition.args)
        if self.algebra.is_zero(left - right) and self._does_move(condition):
            raise DomainError(
                f"the formula changes its branch at {self.variable} = {self.point}", hint="expand on one side of it"
            )

    def _value(self, node: Node) -> Any:
        record = node.primitive
        if node is self.variable:
            return self.point
        if node.is_symbol:
            return sp.Symbol(node.name, real=True, positive=True if node.facts.sign.is_positive else None)
        if node.is_constant:
            return exact_number(node.value)
        if record.name == "where":
            branch = self._branch(node)
            assert branch is not None
            return self.known[branch, 0]
        for arg, where in record.requirements(node):
            value = self.known.get((arg, 0))
            if value is not None and lies_in(value, where) is False:
                raise DomainError(f"{node} is not defined at {self.variable} = {self.point}")
        if not record.is_elementwise:
            raise UnsupportedError(f"{record.name} has no Taylor expansion in symgd")
        return self.algebra.apply(record, *(self.known[arg, 0] for arg in node.args))

    def _cauchy(self, left: Node, right: Node, order: int) -> Any:
        return sp.expand(sp.Add(*(self.known[left, j] * self.known[right, order - j] for j in range(order + 1))))

    def _power(self, node: Node, order: int) -> Any:
        """F = uᵖ: u·F′ = p·u′·F gives k·u₀·F_k = Σ_j (p·j − (k − j))·u_j·F_{k−j}."""
        base, exponent = node.args
        start = self.known[base, 0]
        if self.algebra.is_zero(start):
            if self._integer_power(node):
                return self._cauchy(*self._power_halves(node), order)
            raise DomainError(f"{node} has no Taylor expansion at {self.variable} = {self.point}: its base is 0 there")
        p = exact_number(exponent.value)
        total = sp.Add(
            *((p * j - (order - j)) * self.known[base, j] * self.known[node, order - j] for j in range(1, order + 1))
        )
        return sp.expand(total / (order * start))
