"""Power series of every node of a graph, with exact coefficients, computed order by order where they are asked for.

The coefficients of a node follow from those of its arguments, so no higher derivative is written out: a product multiplies
series, and for F = f(u) the chain rule k·F_k = Σ_j j·u_j·D_{k−j} needs only the series D of the declared derivative, one order
lower. A series may begin below order 0 where something is divided by what vanishes; so (1 − cos x)/x² has an expansion at 0.

References
----------
Griewank & Walther, *Evaluating Derivatives*, 2008, chapter 13.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import sympy as sp

from symgd.derive.reverse import slope_in
from symgd.errors import DomainError, UnsupportedError
from symgd.graph.evaluate import definition_of
from symgd.graph.exact import ExactNumbers, exact_number, lies_in
from symgd.graph.node import Node
from symgd.graph.primitive import CONVERSIONS, Primitive
from symgd.graph.walk import substitute, toposort
from symgd.primitives.arithmetic import add, mul, pow

__all__ = ["Series"]

MAX_VALUATION = 30


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
    """

    def __init__(
        self,
        root: Node,
        variable: Node,
        point: Any,
        directions: Mapping[Node, Any] | None = None,
        spelled: Mapping[Node, Node] | None = None,
    ) -> None:
        self.root = root
        self.variable = variable
        self.point = point
        self.directions = dict(directions or {})
        self.spelled = dict(spelled or {})
        self.algebra = ExactNumbers()
        self.lows: dict[Node, int] = {}
        self.definitions: dict[Node, Node] = {}
        self.known: dict[tuple[Node, int], Any] = {}
        self.moves: dict[Node, bool] = {}
        self.slopes: dict[Node, tuple[Node, ...]] = {}

    def coefficient(self, order: int) -> Any:
        """Return a coefficient of the root.

        Raises
        ------
        DomainError
            Where the root has a pole.
        """
        if order == 0:
            for negative in range(self.low(self.root), 0):
                if not self._vanishes(self._run(self.root, negative)):
                    raise DomainError(f"the formula has a pole at {self._place}", hint="it has no Taylor expansion there")
        return self._run(self.root, order)

    @property
    def _place(self) -> str:
        return "the point" if self.directions else f"{self.variable} = {self.point}"

    def _shown(self, node: Node) -> str:
        """Return a node as a reader knows it."""
        (plain,) = substitute([node], self.spelled)
        text = str(plain)
        return text[:60] if "?" not in text else "a part of the formula"

    def _vanishes(self, value: Any) -> bool:
        if self.directions and value.free_symbols:
            return bool(sp.expand(value) == 0)
        return self.algebra.is_zero(value)

    # -- where series begin -------------------------------------------------------------------------------------

    def low(self, node: Node) -> int:
        """Return an order below which a node's series has no coefficients: negative where it is divided by what vanishes."""
        if node not in self.lows:
            for below in toposort((node,), self.lows):
                if below not in self.lows:
                    self.lows[below] = self._find_low(below)
        return self.lows[node]

    def _find_low(self, node: Node) -> int:
        record = node.primitive
        if not node.args or not self._does_move(node):
            return 0
        if record is add:
            return min(self.lows[arg] for arg in node.args)
        if record is mul:
            return sum(self.lows[arg] for arg in node.args)
        if record.name == "where":
            return 0
        if record is pow and node.args[1].is_exact and isinstance(node.args[1].value, int):
            n = int(node.args[1].value)
            if n > 1 and any(not self._vanishes(self._run(node.args[0], k)) for k in range(self.lows[node.args[0]], 0)):
                raise DomainError(  # the rule for powers has no orders below 0
                    f"{self._shown(node.args[0])} has a pole at {self._place}",
                    hint="write its power as a product: u*u for u**2",
                )
            return n * self.lows[node.args[0]] if n > 0 else n * self._valuation(node.args[0])
        if any(self.lows[arg] < 0 for arg in node.args):
            worst = next(arg for arg in node.args if self.lows[arg] < 0)
            if any(not self._vanishes(self._run(worst, k)) for k in range(self.lows[worst], 0)):
                raise DomainError(f"{self._shown(worst)} has a pole at {self._place}", hint="there is no Taylor expansion")
        return 0

    def _valuation(self, node: Node) -> int:
        """Return the order of the first coefficient that is not 0."""
        start = self.low(node)
        if not self._does_move(node):
            if self._vanishes(self._run(node, 0)):
                raise DomainError(f"division by {self._shown(node)}, which is 0")
            return 0
        for order in range(start, start + MAX_VALUATION):
            if not self._vanishes(self._run(node, order)):
                return order
        raise DomainError(f"{self._shown(node)} vanishes at {self._place} to every order that was tried ({MAX_VALUATION})")

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

    def _definition(self, node: Node) -> Node:
        """Return what a function is by definition, as in sinc: 1 at 0, sin(πx)/(πx) elsewhere."""
        if node not in self.definitions:
            assert node.primitive.definition is not None
            self.definitions[node] = node.primitive.definition(*node.args)
        return self.definitions[node]

    def _does_move(self, node: Node) -> bool:
        if node not in self.moves:
            for below in toposort((node,), self.moves):
                self.moves[below] = below is self.variable or any(self.moves[arg] for arg in below.args)
        return self.moves[node]

    def _needs(self, node: Node, order: int) -> list[tuple[Node, int]]:
        """Return the coefficients that a coefficient is computed from."""
        record = node.primitive
        if _is_defined_by_cases(record) and self._does_move(node):
            return [(self._definition(node), order)]
        if record is add and self._does_move(node):
            return [(arg, order) for arg in node.args]
        if record is mul and self._does_move(node):
            left, right = self._halves(node)
            return [
                *((left, j) for j in range(self.low(left), order - self.low(right) + 1)),
                *((right, j) for j in range(self.low(right), order - self.low(left) + 1)),
            ]
        if self._is_quotient(node):
            return self._needs_of_quotient(node, order)
        if order == 0:
            return [(arg, 0) for arg in self._taken(node)]
        if not node.args or not self._does_move(node) or order < 0:
            return []
        below = [(arg, j) for arg in node.args for j in range(order + 1)]
        if record.name == "where":
            return self._needs_of_choice(node, order)
        if record is pow and node.args[1].is_exact:
            if (node.args[0], 0) not in self.known:
                return [(node.args[0], 0)]
            if self._vanishes(self.known[node.args[0], 0]) and self._integer_power(node):
                if node.args[1].params[1] > order:
                    return []
                return [(part, j) for part in self._power_halves(node) for j in range(order + 1)]
            return [*below, *((node, j) for j in range(order))]
        self._check(node)
        self._check_base(node)
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
            raise UnsupportedError(f"whether {self._shown(condition)} holds at the point is not decided")
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
                        f"{self._shown(node)} has a kink at {self._place}, so it has no Taylor expansion there",
                        hint="expand on one side of it",
                    )
                if (kink, 0) not in self.known:
                    self._run(kink, 0)
                    self._check(node)
                    return

    def _check_base(self, node: Node) -> None:
        """Refuse a power with a symbolic exponent whose base vanishes: for most exponents it has no expansion there."""
        if node.primitive is pow and self._does_move(node.args[0]) and self._vanishes(self._run(node.args[0], 0)):
            raise DomainError(f"{self._shown(node)} has no Taylor expansion at {self._place}: its base is 0 there")

    def _compute(self, node: Node, order: int) -> Any:
        known = self.known
        record = node.primitive
        if _is_defined_by_cases(record) and self._does_move(node):
            return known[self._definition(node), order]
        if record is add and self._does_move(node):
            return sp.expand(sp.Add(*(known[arg, order] for arg in node.args)))
        if record is mul and self._does_move(node):
            return self._cauchy(*self._halves(node), order)
        if self._is_quotient(node):
            return self._quotient(node, order)
        if order == 0:
            return self._value(node)
        if node is self.variable:
            return sp.Integer(1 if order == 1 else 0)
        if not self._does_move(node) or order < 0:
            return sp.Integer(0)
        if record.name == "where":
            return known[self._branch_nearby(node), order]
        if record is pow and node.args[1].is_exact:
            return self._power(node, order)
        moving = [arg for arg in node.args if self._does_move(arg)]
        total = sp.Integer(0)
        for arg, slope in zip(moving, self._slopes(node), strict=True):
            total += sp.Add(*(j * known[arg, j] * known[slope, order - j] for j in range(1, order + 1)))
        return sp.expand(total / order)

    def _needs_of_choice(self, node: Node, order: int) -> list[tuple[Node, int]]:
        condition, yes, no = node.args
        sides = [(arg, 0) for arg in condition.args]
        if any(side not in self.known for side in sides):
            return sides
        if self._is_filled_hole(node):
            return [(yes, 0), (no, 0), (no, order)]
        return [*sides, (self._branch_nearby(node), order)]

    def _is_filled_hole(self, node: Node) -> bool:
        """Whether a choice gives a value of its own to the one point that the expansion is about."""
        condition = node.args[0]
        left, right = (self.known[arg, 0] for arg in condition.args)
        return condition.primitive.name == "equal" and self._does_move(condition) and self._vanishes(left - right)

    def _branch_nearby(self, node: Node) -> Node:
        """Return the branch that holds around the point.

        Raises
        ------
        DomainError
            Where the formula changes its branch at the point, or jumps there.
        """
        condition, yes, no = node.args
        left, right = (self.known[arg, 0] for arg in condition.args)
        if self._is_filled_hole(node):
            if not self._vanishes(self.known[yes, 0] - self.known[no, 0]) or any(
                not self._vanishes(self._run(no, k)) for k in range(self.low(no), 0)
            ):
                raise DomainError(f"the formula jumps at {self._place}", hint="its value there is not its limit")
            return no
        if self._does_move(condition) and self._vanishes(left - right):
            raise DomainError(f"the formula changes its branch at {self._place}", hint="expand on one side of it")
        branch = self._branch(node)
        assert branch is not None
        return branch

    def _value(self, node: Node) -> Any:
        record = node.primitive
        if node is self.variable:
            return self.point
        if node in self.directions:
            return self.directions[node]
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
                raise DomainError(f"{self._shown(node)} is not defined at {self._place}")
        if not record.is_elementwise:
            raise UnsupportedError(f"{record.name} has no Taylor expansion in symgd")
        return self.algebra.apply(record, *(self.known[arg, 0] for arg in node.args))

    def _cauchy(self, left: Node, right: Node, order: int) -> Any:
        span = range(self.low(left), order - self.low(right) + 1)
        return sp.expand(sp.Add(*(self.known[left, j] * self.known[right, order - j] for j in span)))

    # -- division by what vanishes ------------------------------------------------------------------------------

    def _is_quotient(self, node: Node) -> bool:
        """Whether a node is a negative whole power of something that moves."""
        n = node.args[1] if node.primitive is pow else None
        return n is not None and n.is_exact and isinstance(n.value, int) and n.value < 0 and self._does_move(node.args[0])

    def _needs_of_quotient(self, node: Node, order: int) -> list[tuple[Node, int]]:
        base, n = node.args[0], int(node.args[1].value)
        start = self._valuation(base)
        first = n * start
        if order < first:
            return []
        return [*((base, start + j) for j in range(order - first + 1)), *((node, k) for k in range(first, order))]

    def _quotient(self, node: Node, order: int) -> Any:
        """U = tᵛ·w with w₀ ≠ 0: the coefficients of wⁿ by the recurrence of powers, moved by n·v orders."""
        base, n = node.args[0], int(node.args[1].value)
        start = self._valuation(base)
        k = order - n * start
        if k < 0:
            return sp.Integer(0)
        lead = self.known[base, start]
        if k == 0:
            return lead**n
        total = sp.Add(
            *((n * j - (k - j)) * self.known[base, start + j] * self.known[node, n * start + k - j] for j in range(1, k + 1))
        )
        value = total / (k * lead)
        return sp.cancel(value) if self.directions else sp.expand(value)

    def _power(self, node: Node, order: int) -> Any:
        """F = uᵖ: u·F′ = p·u′·F gives k·u₀·F_k = Σ_j (p·j − (k − j))·u_j·F_{k−j}."""
        base, exponent = node.args
        start = self.known[base, 0]
        if self._vanishes(start):
            if self._integer_power(node):
                is_beyond = node.args[1].params[1] > order  # the nth power of what vanishes begins with order n
                return sp.Integer(0) if is_beyond else self._cauchy(*self._power_halves(node), order)
            raise DomainError(f"{self._shown(node)} has no Taylor expansion at {self._place}: its base is 0 there")
        p = exact_number(exponent.value)
        total = sp.Add(
            *((p * j - (order - j)) * self.known[base, j] * self.known[node, order - j] for j in range(1, order + 1))
        )
        return sp.expand(total / (order * start))
