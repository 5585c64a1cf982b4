"""Coefficients that follow from other coefficients, and now and then from themselves.

K′ = (E − (1 − m)·K)/(2m(1 − m)):  at m = 0 the coefficient K₁ is needed for K₁, and solves a linear equation
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sympy as sp

from symgd.graph.node import Node
from symgd.graph.time_limit import check_time

__all__ = ["Coefficients", "Key", "NotLinearError", "Rule"]

Key = tuple[Node, int]
"""A node and an order."""

Rule = tuple[Callable[[Node, int], Iterable[Key]], Callable[[Node, int], sp.Expr]]
"""Which coefficients a coefficient needs, and how it follows from them."""


class NotLinearError(ValueError):
    """A coefficient follows from itself in a way that does not determine it."""


class Coefficients:
    """The coefficients of many series, computed where they are asked for.

    Parameters
    ----------
    rule_of : callable
        ``rule_of(node) -> Rule``.
    is_zero : callable
        Whether a coefficient is 0.

    Attributes
    ----------
    known : dict
        The coefficients so far.
    """

    def __init__(self, rule_of: Callable[[Node], Rule], is_zero: Callable[[sp.Expr], bool]) -> None:
        self.rule_of = rule_of
        self.is_zero = is_zero
        self.known: dict[Key, sp.Expr] = {}
        self.open: set[Key] = set()
        self.unknowns: dict[Key, sp.Expr] = {}

    def has_unknown(self, value: sp.Expr) -> bool:
        """Whether a value has a coefficient in it that is not computed yet."""
        return bool(self.unknowns) and not value.free_symbols.isdisjoint(self.unknowns.values())

    def run(self, node: Node, order: int) -> sp.Expr:
        """Compute a coefficient, with a stack of its own: formulas may be nested deeper than Python's.

        Raises
        ------
        NotLinearError
        """
        stack = [(node, order)]
        opened: list[Key] = []
        try:
            while stack:
                check_time()
                key = stack[-1]
                if key in self.known and key not in self.unknowns:
                    stack.pop()
                    continue
                if key not in self.open:
                    self.open.add(key)
                    opened.append(key)
                needs, compute = self.rule_of(key[0])
                waiting = [need for need in needs(*key) if need not in self.known]
                if waiting:
                    for need in self.open.intersection(waiting):
                        self.unknowns[need] = self.known[need] = sp.Dummy("unknown")
                    stack.extend(need for need in waiting if need not in self.open)
                    continue
                stack.pop()
                value = compute(*key)
                self.open.discard(key)
                unknown = self.unknowns.pop(key, None)
                self.known[key] = value if unknown is None else self._solved(unknown, value)
        finally:
            self.open.difference_update(opened)
        return self.known[node, order]

    def _solved(self, unknown: sp.Expr, value: sp.Expr) -> sp.Expr:
        """Solve u = value(u), which is linear in u, and enter u everywhere."""
        value = sp.expand(value)
        factor = value.coeff(unknown, 1)
        if factor.has(unknown) or self.is_zero(factor - 1):
            raise NotLinearError
        answer = sp.expand((value - unknown * factor) / (1 - factor))
        if answer.has(unknown):
            raise NotLinearError
        for key, coefficient in self.known.items():
            if coefficient.has(unknown):
                self.known[key] = sp.expand(coefficient.subs(unknown, answer))
        return answer
