"""Power series of every node of a graph, with exact coefficients, computed order by order where they are asked for.

The coefficients of a node follow from those of its arguments, so no higher derivative is written out: a product multiplies
series, and for F = f(u) the chain rule k·F_k = Σ_j j·u_j·D_{k−j} needs only the series D of the declared derivative, one order
lower. A series may begin below order 0 where something is divided by what vanishes; so (1 − cos x)/x² has an expansion at 0.
Where the derivative itself has no series at the point, another form of the function is expanded
(:mod:`symgd.derive.taylor.alternative_forms`).

References
----------
Griewank & Walther, *Evaluating Derivatives*, 2008, chapter 13.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from symgd.derive.reverse import slope_in
from symgd.derive.taylor.alternative_forms import POWER_SERIES, form_at, form_beside, power_series
from symgd.derive.taylor.branches import branch_around, holds
from symgd.derive.taylor.coefficients import Coefficients, Key, NotLinearError, Rule
from symgd.derive.taylor.expansion_point import FractionalPowerError, NotDefinedBesideError
from symgd.derive.taylor.zero_test import vanishes
from symgd.errors import DomainError, UnsupportedError
from symgd.evaluation.evaluator import definition_of
from symgd.evaluation.exact import ExactNumbers, exact_number, lies_in
from symgd.graph.assumptions import Interval
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.inference import Facts
from symgd.graph.names import stand_in
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS, Primitive, Requirement
from symgd.graph.traversal import substitute, symbols_of, toposort
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.partial_derivatives import partial_derivative

__all__ = ["Series"]

MAX_VALUATION = 30
MAX_GENERATIONS = 40
"""Slopes of slopes, beyond the order that is asked for: a series that needs more does not end."""
_ORDERS_OF_SIGNS = 12


@functools.cache
def _is_defined_by_cases(record: Primitive) -> bool:
    """Whether a function is defined by cases and SymPy has no name for it."""
    if record.definition is None or record.sympy or record.arity is None:
        return False
    _, body = definition_of(record)
    return any(node.primitive.name == "where" for node in toposort((body,)))


class Series:
    """The series of every node of a graph around a point, computed order by order where they are asked for.

    Parameters
    ----------
    root : Node
        A scalar formula.
    variable : Node
    point : sympy number
    directions : sequence of sympy symbols
        Symbols that stand for directions: coefficients are polynomials in them.
    spelled : mapping of Node to Node
        What stands for parts of the root in messages.
    is_one_sided : bool
        Whether the variable runs from the point, 0, to the right only. Kinks and branches are decided by the signs of first
        coefficients, and the logarithm of the variable is a symbol in the coefficients.

    Attributes
    ----------
    logarithm : sympy symbol
        The logarithm of the variable in one-sided series.
    """

    def __init__(
        self,
        root: Node,
        variable: Node,
        point: Any,
        directions: Mapping[Node, Any] | None = None,
        spelled: Mapping[Node, Node] | None = None,
        is_one_sided: bool = False,
    ) -> None:
        self.root = root
        self.variable = variable
        self.point = point
        self.directions = dict(directions or {})
        self.spelled = dict(spelled or {})
        self.is_one_sided = is_one_sided
        self.logarithm = sp.Dummy("log", negative=True)
        self.log_variable = FUNCTIONS["log"](variable)
        self.algebra = ExactNumbers()
        self.reach = 0
        self.lows: dict[Node, int] = {}
        self.forms: dict[Node, Node | None] = {}
        self.rules: dict[Node, Rule] = {}
        self.coefficients = Coefficients(self._rule_of, self.is_zero)
        self.known = self.coefficients.known
        self.moves: dict[Node, bool] = {self.log_variable: False} if is_one_sided else {}
        self.slopes: dict[Node, tuple[tuple[Node, Node], ...]] = {}
        self.generations: dict[Node, int] = {}

    def coefficient(self, order: int) -> Any:
        """Return a coefficient of the root.

        Raises
        ------
        DomainError
            Where the root has a pole.
        """
        self.reach = max(self.reach, order)
        low = self.low(self.root)
        if order == 0 and not self._has_no_pole(self.root, low):
            raise DomainError(f"the formula has a pole at {self.name}", hint="it has no Taylor expansion there")
        return self._run(self.root, order)

    # -- what forms may ask -------------------------------------------------------------------------------------

    def value(self, node: Node) -> Any:
        """Return the coefficient of order 0 of a node without a pole; None where it has one."""
        low = self.low(node)
        return self._run(node, 0) if low >= 0 or self._has_no_pole(node, low) else None

    def sign(self, node: Node) -> int:
        """Return the sign of a one-sided series right of 0; 0 where the node is 0 there.

        Raises
        ------
        UnsupportedError
            Where the sign depends on other inputs, or on high orders.
        """
        first = self._first(node)
        if first is None:
            return 0
        if first.is_positive or first.is_negative:
            return 1 if first.is_positive else -1
        raise UnsupportedError(f"the sign of {self.shown(node)} is not decided")

    def is_zero_around(self, node: Node) -> bool:
        """Whether a series has no coefficients but 0."""
        return self._first(node) is None

    def _first(self, node: Node) -> Any:
        """Return the first coefficient that is not 0; None where the node is 0 around the point."""
        start = self.low(node)
        for order in range(start, start + _ORDERS_OF_SIGNS):
            value = self._run(node, order)
            if not self.is_zero(value):
                return value
        if self.does_move(node) and not all(self._is_zero_at(node, sp.Rational(1, k)) for k in (89, 97)):
            raise UnsupportedError(f"{self.shown(node)} is so flat at {self.name} that its sign is not decided")
        return None

    def _is_zero_at(self, node: Node, step: Any) -> bool:
        beside = Series(node, stand_in("?none"), sp.Integer(0), {**self.directions, self.variable: self.point + step})
        return beside.is_zero(beside.coefficient(0))

    def valuation(self, node: Node) -> int:
        """Return the order of the first coefficient that is not 0."""
        start = self.low(node)
        if not self.does_move(node):
            if self.is_zero(self._run(node, 0)):
                raise DomainError(f"division by {self.shown(node)}, which is 0")
            return 0
        for order in range(start, start + MAX_VALUATION):
            if not self.is_zero(self._run(node, order)):
                return order
        raise DomainError(f"{self.shown(node)} vanishes at {self.name} to every order that was tried ({MAX_VALUATION})")

    def does_move(self, node: Node) -> bool:
        """Whether a node changes with the variable."""
        if node not in self.moves:
            for below in toposort((node,), self.moves):
                self.moves[below] = below is self.variable or any(self.moves[arg] for arg in below.args)
        return self.moves[node]

    def is_zero(self, value: Any) -> bool:
        """Whether a coefficient is 0.

        Raises
        ------
        UnsupportedError
            Where the coefficient is not known yet.
        """
        if value.is_Rational:
            return bool(value == 0)
        if self.coefficients.has_unknown(value):
            raise self._endless()
        if self.directions and value.free_symbols:
            return bool(sp.expand(value) == 0)
        return vanishes(value)

    @property
    def name(self) -> str:
        """The point as messages call it."""
        return "the point" if self.directions else f"{self.variable} = {self.point}"

    def shown(self, node: Node) -> str:
        """Return a node as messages write it."""
        (plain,) = substitute([node], self.spelled)
        text = str(plain)
        return text[:60] if "?" not in text else "a part of the formula"

    def _endless(self) -> UnsupportedError:
        return UnsupportedError(
            f"the slopes of {self.shown(self.root)} at {self.name} need slopes of slopes without end",
            hint="no expansion of one of its functions at this point is known",
        )

    # -- where series begin, and the rule each follows ------------------------------------------------------------

    def low(self, node: Node) -> int:
        """Return an order below which a node's series has no coefficients: negative where it is divided by what vanishes."""
        stack = [node]
        while stack:
            top = stack[-1]
            if top in self.lows:
                stack.pop()
                continue
            waiting = [part for part in self._parts(top) if part not in self.lows]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            self.lows[top], self.rules[top] = self._rule(top)
        return self.lows[node]

    def _parts(self, node: Node) -> Sequence[Node]:
        """Return the nodes whose lows a node's low follows from: of a choice, the branch that is taken around the point."""
        if not node.args or not self.does_move(node):
            return ()
        if node.primitive.name == "where":
            if node not in self.forms:
                self.forms[node] = branch_around(node, self)
            return [form for form in (self.forms[node],) if form is not None]
        if any(arg not in self.lows for arg in node.args):
            return node.args
        if node not in self.forms:
            self.forms[node] = self._form(node)
        form = self.forms[node]
        return () if form is None else (form,)

    def _form(self, node: Node) -> Node | None:
        """Return another node with the same series, where the rules for this one do not serve at the point."""
        record = node.primitive
        if _is_defined_by_cases(record):
            assert record.definition is not None
            return record.definition(*node.args)
        if record is pow and self.does_move(node.args[0]) and self.does_move(node.args[1]):
            exponent = self.forms.get(node.args[1])
            if exponent is not None and exponent.is_constant:
                return pow.make((node.args[0], exponent))
            return FUNCTIONS["exp"](node.args[1] * FUNCTIONS["log"](node.args[0]))
        form = form_at(node, self)
        return form_beside(node, self) if form is None and self.is_one_sided else form

    def _rule(self, node: Node) -> tuple[int, Rule]:
        """Return where a series begins, and how its coefficients are computed."""
        record, lows = node.primitive, self.lows
        if not node.args or not self.does_move(node):
            return 0, (self._needs_of_value, self._constant)
        form = self.forms.get(node)
        if form is not None:
            return lows[form], _rule_of_form(self.known, form)
        if record is add:
            return min(lows[arg] for arg in node.args), (self._needs_of_sum, self._sum)
        if record is mul:
            factors = node.args[0], mul.make(node.args[1:])
            return sum(lows[arg] for arg in node.args), self._product_rule(*factors)
        if record is POWER_SERIES:
            return 0, (self._needs_of_composition, self._composition)
        if record is pow and _exponent(node) is not None:
            return self._rule_of_power(node)
        for arg in node.args:
            if not self._has_no_pole(arg, lows[arg]):
                raise DomainError(f"{self.shown(arg)} has a pole at {self.name}", hint="there is no Taylor expansion")
        chain = 0, (self._needs_of_chain, self._chain)
        self.lows[node], self.rules[node] = chain  # a kink may speak of the value itself: x − ⌊x⌋
        self._check(node)
        return chain

    def _product_rule(self, left: Node, right: Node, first: int | None = None) -> Rule:
        """Multiply series; below the order `first` the product is known to have no coefficients."""

        def pairs(order: int) -> list[tuple[Key, Key]]:
            if first is not None and order < first:
                return []
            return [((left, j), (right, order - j)) for j in range(self.low(left), order - self.low(right) + 1)]

        def product(_: Node, order: int) -> Any:
            return sp.expand(sp.Add(*(self.known[one] * self.known[other] for one, other in pairs(order))))

        return lambda _, order: [key for pair in pairs(order) for key in pair], product

    def _rule_of_power(self, node: Node) -> tuple[int, Rule]:
        """A whole power of what vanishes or has a pole is a product; any other follows the recurrence of powers."""
        base, n = node.args[0], _exponent(node)
        assert n is not None
        start = self.value(base)
        is_unit = start is not None and not self.is_zero(start)
        if isinstance(n, int) and n > 0 and not is_unit:
            rest = pow.make((base, constant(n - 1)))
            return n * min(self.lows[base], 0), self._product_rule(base, rest, n if self.lows[base] >= 0 else None)
        shift = 0 if is_unit else self.valuation(base)
        if shift and not isinstance(n, int):
            message = f"{self.shown(node)} has no Taylor expansion at {self.name}: its base is 0 there"
            if not self.is_one_sided:
                raise DomainError(message)
            if (shift * n).denominator > 1:
                raise FractionalPowerError(message, (shift * n).denominator)
            if self._run(base, shift).is_negative:
                raise NotDefinedBesideError(f"{self.shown(node)} is not defined beside the point")
        first = int(n * shift)
        return first, (
            lambda _, order: self._needs_of_power(node, shift, order - first),
            lambda _, order: self._power(node, shift, order - first),
        )

    def _has_no_pole(self, node: Node, low: int) -> bool:
        return all(self.is_zero(self._run(node, order)) for order in range(low, 0))

    def _check(self, node: Node) -> None:
        """Refuse kinks, and powers with a symbolic exponent whose base vanishes: for most exponents they have no expansion."""
        for kink in node.primitive.kinks(*node.args) if node.primitive.kinks is not None else ():
            value = self.value(kink)
            if value is not None and self.is_zero(value):
                raise DomainError(
                    f"{self.shown(node)} has a kink at {self.name}, so it has no Taylor expansion there",
                    hint="expand on one side of it",
                )
            if value is not None and not value.is_nonzero and not self._is_nonzero_at_point(kink):
                names = ", ".join(sorted(str(symbol) for symbol in value.free_symbols - set(self.directions.values())))
                raise DomainError(
                    f"{self.shown(node)} has a kink at {self.name} for some {names}, so no one expansion holds for all of them",
                    hint=f"declare what keeps the kink away, such as {names.partition(',')[0]} positive, or give numbers",
                )
        if node.primitive is pow and self.does_move(node.args[0]) and self.is_zero(self._run(node.args[0], 0)):
            raise DomainError(f"{self.shown(node)} has no Taylor expansion at {self.name}: its base is 0 there")

    def _is_nonzero_at_point(self, node: Node) -> bool:
        """Whether a part of the formula is known to be different from 0 at the point, whatever its other inputs are."""
        (there,) = substitute([node], {self.variable: from_sympy(self.point)})
        return not symbols_of(there) or Facts().is_nonzero(there)

    # -- computing ----------------------------------------------------------------------------------------------

    def _run(self, node: Node, order: int) -> Any:
        try:
            return self.coefficients.run(node, order)
        except NotLinearError:
            raise self._endless() from None

    def _rule_of(self, node: Node) -> Rule:
        self.low(node)
        return self.rules[node]

    def _needs_of_value(self, node: Node, order: int) -> list[Key]:
        return [(arg, 0) for arg in self._taken(node)] if order == 0 and node is not self.log_variable else []

    def _taken(self, node: Node) -> tuple[Node, ...]:
        """The arguments whose values are needed: of a choice that does not move, the branch that is taken."""
        if node.primitive.name != "where":
            return node.args
        condition, yes, no = node.args
        if any((arg, 0) not in self.known for arg in condition.args):
            return condition.args
        return (*condition.args, yes if holds(condition, self) else no)

    def _constant(self, node: Node, order: int) -> Any:
        if node is self.variable and order == 1:
            return sp.Integer(1)
        return sp.Integer(0) if order else self._value(node)

    def _value(self, node: Node) -> Any:
        record = node.primitive
        if node is self.variable:
            return self.point
        if node is self.log_variable and self.is_one_sided:
            return self.logarithm
        if node in self.directions:
            return self.directions[node]
        if node.is_symbol:
            return sp.Symbol(node.name, real=True, positive=True if node.facts.sign.is_positive else None)
        if node.is_constant:
            return exact_number(node.value)
        if record.name == "where":
            return self.known[self._taken(node)[-1], 0]
        for arg, where in record.requirements(node):
            value = self.known.get((arg, 0))
            if value is not None and lies_in(value, where) is False and not _is_continued(node, arg):
                if self.is_one_sided and self.does_move(arg) and not self._is_an_end(value, where):
                    raise NotDefinedBesideError(f"{self.shown(node)} is not defined beside the point")
                raise DomainError(f"{self.shown(node)} is not defined at {self.name}")
        if not record.is_elementwise:
            raise UnsupportedError(f"{record.name} has no Taylor expansion in symgd")
        value = self.algebra.apply(record, *(self.known[arg, 0] for arg in node.args))
        if value.has(sp.oo, -sp.oo):
            raise DomainError(f"{self.shown(node)} is not defined at {self.name}")
        return value

    def _is_an_end(self, value: Any, where: Requirement) -> bool:
        """Whether a value is an end of a set that does not belong to it."""
        ends = [where.low, where.high] if isinstance(where, Interval) else [0]
        return any(self.is_zero(value - exact_number(end)) for end in ends if abs(end) != float("inf"))

    def _needs_of_sum(self, node: Node, order: int) -> list[Key]:
        return [(arg, order) for arg in node.args]

    def _sum(self, node: Node, order: int) -> Any:
        return sp.expand(sp.Add(*(self.known[arg, order] for arg in node.args)))

    def _needs_of_chain(self, node: Node, order: int) -> list[Key]:
        if order <= 0:
            return [(arg, 0) for arg in node.args] if order == 0 else []
        slopes = self._slopes(node)
        first = [(arg, j) for arg, slope in slopes for j in range(1, order + 1 - self.low(slope))]
        if (node, 0) not in self.known or any(need not in self.known for need in first):
            return [*first, (node, 0)]
        if len(slopes) == 1 and (form := self._composed(node, *slopes[0])) is not None:
            self.low(form)
            self.rules[node] = _rule_of_form(self.known, form)
            return [(form, order)]
        lowest = 0 if order == 1 else order  # order 0 of u′·D is checked once
        return [
            (slope, total - j)
            for arg, slope in slopes
            for total in {lowest, order}
            for j in range(1, total + 1 - self.low(slope))
            if self.known[arg, j] != 0
        ]

    def _chain(self, node: Node, order: int) -> Any:
        """F = f(u): k·F_k = Σ_j j·u_j·D_{k−j}."""
        if order <= 0:
            return sp.Integer(0) if order else self._value(node)
        if order == 1 and not self.is_zero(self._chain_sum(node, 0)):
            raise DomainError(f"{self.shown(node)} has no Taylor expansion at {self.name}: its slope has a pole there")
        return sp.expand(self._chain_sum(node, order) / order)

    def _composed(self, node: Node, arg: Node, slope: Node) -> Node | None:
        """Return a function as its power series at the value of its argument, where the equations of its slopes are regular.

        Those of K(x²) at 0 are not: the argument does not move in first order where the slope is divided by what vanishes.
        """
        if self.low(slope) >= 0 or arg is self.variable or not self.is_zero(self.known[arg, 1]):
            return None
        value, inner = self.known[arg, 0], stand_in("?u")
        if value.free_symbols:
            return None
        outer = Series(node.primitive.make(tuple(inner if one is arg else one for one in node.args)), inner, value)
        try:
            outer.coefficient(1)
        except DomainError:
            return None
        shift: Node = from_sympy(value)
        return power_series(outer.coefficient, arg - shift)

    def _chain_sum(self, node: Node, order: int) -> Any:
        known = self.known
        return sp.Add(
            *(
                j * known[arg, j] * known[slope, order - j]
                for arg, slope in self._slopes(node)
                for j in range(1, order + 1 - self.low(slope))
                if known[arg, j] != 0
            )
        )

    def _slopes(self, node: Node) -> tuple[tuple[Node, Node], ...]:
        """Return the arguments that move, each with the partial derivative in it."""
        if node not in self.slopes:
            generation = self.generations.get(node, 0) + 1
            if generation > self.reach + MAX_GENERATIONS:
                raise self._endless()
            slopes = [(arg, _slope(node, k)) for k, arg in enumerate(node.args) if self.does_move(arg)]
            self.slopes[node] = tuple((arg, slope) for arg, slope in slopes if not slope.equals_number(0))
            for part in toposort([slope for _, slope in self.slopes[node]], (node, *node.args)):
                self.generations.setdefault(part, generation)
        return self.slopes[node]

    def _needs_of_power(self, node: Node, shift: int, k: int) -> list[Key]:
        base, n = node.args[0], _exponent(node)
        assert n is not None
        first = int(n * shift)
        if k < 0:
            return []
        return [
            (node.args[1], 0),
            *((base, shift + j) for j in range(k + 1)),
            *((node, first + j) for j in range(k)),
        ]

    def _power(self, node: Node, shift: int, k: int) -> Any:
        """U = tᵛ·w with w₀ ≠ 0, F = Uⁿ: k·w₀·F_k = Σ_j (n·j − (k − j))·w_j·F_{k−j}, moved by n·v orders."""
        if k < 0:
            return sp.Integer(0)
        base, n = node.args[0], exact_number(_exponent(node))
        lead = self.known[base, shift]
        if k == 0:
            return lead**n if shift else self._value(node)
        first = int(n * shift)
        total = sp.Add(
            *((n * j - (k - j)) * self.known[base, shift + j] * self.known[node, first + k - j] for j in range(1, k + 1))
        )
        value = total / (k * lead)
        return sp.cancel(value) if self.directions and lead.free_symbols else sp.expand(value)

    def _needs_of_composition(self, node: Node, order: int) -> list[Key]:
        return [(_power_of(node.args[0], j), order) for j in range(1, order + 1)]

    def _composition(self, node: Node, order: int) -> Any:
        """Σ_j c_j·vʲ of what vanishes at the point."""
        coefficient = node.params[0]
        if order <= 0:
            return coefficient(0) if order == 0 else sp.Integer(0)
        return sp.expand(sp.Add(*(coefficient(j) * self.known[_power_of(node.args[0], j), order] for j in range(1, order + 1))))


def _rule_of_form(known: dict[Key, Any], form: Node) -> Rule:
    return lambda _, order: [(form, order)], lambda _, order: known[form, order]


def _slope(node: Node, k: int) -> Node:
    """Return the partial derivative of a function in argument `k`, in closed form or, where none is known, as a function."""
    record = node.primitive
    is_known = not record.derivative or record.derivative[k] is not None
    if is_known or not record.sympy.isidentifier():
        slope = slope_in(node, k)
        if not record.sympy.isidentifier() or not any(_has_lists(part) for part in toposort((slope,), node.args)):
            return slope
    orders = tuple(int(j == k) for j in range(len(node.args)))
    return partial_derivative(record.sympy, orders).make(node.args)


def _has_lists(node: Node) -> bool:
    """Whether a function is Meijer's or a hypergeometric one, which have no slopes in their lists."""
    return node.primitive.sympy.startswith(("meijerg(", "hyper("))


def _power_of(base: Node, n: int) -> Node:
    return pow.make((base, constant(n)))


def _exponent(node: Node) -> int | Fraction | None:
    """Return the exponent of a power where it is a number; a float is the binary number it is."""
    exponent = node.args[1]
    if not exponent.is_constant or exponent.value != exponent.value or abs(exponent.value) == float("inf"):
        return None
    value = Fraction(exponent.value)
    return value.numerator if value.denominator == 1 else value


def _is_continued(node: Node, arg: Node) -> bool:
    """Whether a value outside the declared domain is that of the analytic continuation, which SymPy knows: ζ left of 1."""
    return node.primitive.name == "zeta" and arg is not node.args[1]
