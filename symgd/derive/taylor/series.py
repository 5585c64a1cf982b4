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

import sympy as sp

from symgd.derive.taylor.alternative_forms import form_at, form_beside
from symgd.derive.taylor.arithmetic_rules import rule_of_composition, rule_of_form, rule_of_product, rule_of_sum
from symgd.derive.taylor.branches import branch_around
from symgd.derive.taylor.chain_rule import ChainRule
from symgd.derive.taylor.coefficients import Coefficients, NotLinearError, Rule
from symgd.derive.taylor.forms.power_series import POWER_SERIES
from symgd.derive.taylor.power_rule import exponent_of, rule_of_power
from symgd.derive.taylor.smoothness import refuse_kinks
from symgd.derive.taylor.values_at_point import rule_of_value
from symgd.derive.taylor.zero_test import vanishes
from symgd.errors import DomainError, UnsupportedError
from symgd.evaluation.evaluator import definition_of
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.names import stand_in
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.graph.traversal import substitute, toposort
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.piecewise import where

__all__ = ["Series"]

MAX_VALUATION = 30
_ORDERS_OF_SIGNS = 12


@functools.cache
def _is_defined_by_cases(record: Primitive) -> bool:
    """Whether a function is defined by cases and SymPy has no name for it."""
    if record.definition is None or record.sympy or record.arity is None:
        return False
    _, body = definition_of(record)
    return any(node.primitive is where for node in toposort((body,)))


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
        point: sp.Expr,
        directions: Mapping[Node, sp.Expr] | None = None,
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
        self.reach = 0
        self.lows: dict[Node, int] = {}
        self.forms: dict[Node, Node | None] = {}
        self.rules: dict[Node, Rule] = {}
        self.coefficients = Coefficients(self._rule_of, self.is_zero)
        self.known = self.coefficients.known
        self.chain = ChainRule(self)
        self.moves: dict[Node, bool] = {self.log_variable: False} if is_one_sided else {}

    def around(self, root: Node, variable: Node, point: sp.Expr) -> Series:
        """Return the series of another formula."""
        return Series(root, variable, point)

    @one_at_a_time
    def coefficient(self, order: int) -> sp.Expr:
        """Return a coefficient of the root.

        Raises
        ------
        DomainError
            Where the root has a pole.
        """
        self.reach = max(self.reach, order)
        if order == 0 and not self.has_no_pole(self.root):
            raise DomainError(f"the formula has a pole at {self.name}", hint="it has no Taylor expansion there")
        return self.run(self.root, order)

    # -- what forms may ask -------------------------------------------------------------------------------------

    def value(self, node: Node) -> sp.Expr:
        """Return the coefficient of order 0 of a node without a pole; None where it has one."""
        return self.run(node, 0) if self.has_no_pole(node) else None

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

    def _first(self, node: Node) -> sp.Expr:
        """Return the first coefficient that is not 0; None where the node is 0 around the point."""
        start = self.low(node)
        for order in range(start, start + _ORDERS_OF_SIGNS):
            value = self.run(node, order)
            if not self.is_zero(value):
                return value
        if self.does_move(node) and not all(self._is_zero_at(node, sp.Rational(1, k)) for k in (89, 97)):
            raise UnsupportedError(f"{self.shown(node)} is so flat at {self.name} that its sign is not decided")
        return None

    def _is_zero_at(self, node: Node, step: sp.Expr) -> bool:
        beside = Series(node, stand_in("?none"), sp.Integer(0), {**self.directions, self.variable: self.point + step})
        return beside.is_zero(beside.coefficient(0))

    def valuation(self, node: Node) -> int:
        """Return the order of the first coefficient that is not 0."""
        start = self.low(node)
        if not self.does_move(node):
            if self.is_zero(self.run(node, 0)):
                raise DomainError(f"division by {self.shown(node)}, which is 0")
            return 0
        for order in range(start, start + MAX_VALUATION):
            if not self.is_zero(self.run(node, order)):
                return order
        raise DomainError(f"{self.shown(node)} vanishes at {self.name} to every order that was tried ({MAX_VALUATION})")

    def does_move(self, node: Node) -> bool:
        """Whether a node changes with the variable."""
        if node not in self.moves:
            for below in toposort((node,), self.moves):
                self.moves[below] = below is self.variable or any(self.moves[arg] for arg in below.args)
        return self.moves[node]

    def is_zero(self, value: sp.Expr) -> bool:
        """Whether a coefficient is 0.

        Raises
        ------
        UnsupportedError
            Where the coefficient is not known yet.
        """
        if value.is_Rational:
            return bool(value == 0)
        if self.coefficients.has_unknown(value):
            raise self.endless()
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

    def endless(self) -> UnsupportedError:
        """Return the error about a series that needs more and more functions."""
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
        if node.primitive is where:
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
            return 0, rule_of_value(self)
        form = self.forms.get(node)
        if form is not None:
            return lows[form], rule_of_form(self, form)
        if record is add:
            return min(lows[arg] for arg in node.args), rule_of_sum(self)
        if record is mul:
            return sum(lows[arg] for arg in node.args), rule_of_product(self, node.args[0], mul.make(node.args[1:]))
        if record is POWER_SERIES:
            return 0, rule_of_composition(self)
        exponent = exponent_of(node) if record is pow else None
        if exponent is not None:
            return rule_of_power(self, node, exponent)
        for arg in node.args:
            if not self.has_no_pole(arg):
                raise DomainError(f"{self.shown(arg)} has a pole at {self.name}", hint="there is no Taylor expansion")
        self.lows[node], self.rules[node] = 0, self.chain.rule  # a kink may depend on the value itself: x − ⌊x⌋
        refuse_kinks(self, node)
        return 0, self.chain.rule

    def has_no_pole(self, node: Node) -> bool:
        """Whether no coefficient of negative order is different from 0."""
        return all(self.is_zero(self.run(node, order)) for order in range(self.low(node), 0))

    # -- computing ----------------------------------------------------------------------------------------------

    def run(self, node: Node, order: int) -> sp.Expr:
        """Return a coefficient of a node."""
        try:
            return self.coefficients.run(node, order)
        except NotLinearError:
            raise self.endless() from None

    def _rule_of(self, node: Node) -> Rule:
        self.low(node)
        return self.rules[node]
