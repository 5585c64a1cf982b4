"""The driver: rewrite a graph bottom-up until no rule applies, leaving a step behind for each rewriting.

Each node is visited once; what a rule builds is visited in its turn. Sums of sums and products of products are
dissolved from the
top, so that a sum of n terms is collected once. Where two formulas differ only in the order of a sum or a product,
the first one seen stands for both.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import symgd.rewrite.all_rules  # noqa: F401  (fills RULES)
from symgd.errors import DomainError, SimplificationError
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive
from symgd.graph.time_limit import check_time
from symgd.graph.trace import Step
from symgd.graph.traversal import count_uses, rebuild
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import broadcast
from symgd.rewrite.rule import RULES, Purpose, Rule, stands

__all__ = ["Simplified", "Simplifier", "naming_rules", "simplify"]

_LIMIT = 60


class Simplified(NamedTuple):
    """Simplified formulas and how they came about."""

    roots: list[Node]
    steps: list[Step]


class Simplifier:
    """One run over one set of formulas.

    Parameters
    ----------
    roots : iterable of Node
    facts : Facts, optional
        What may be assumed.
    purpose : {"recognise", "people", "derivative", "code", "limit"}
        Functions recognised and nothing else; short to read; fast and stable for code.
    """

    def __init__(self, roots: Iterable[Node], facts: Facts | None = None, purpose: Purpose = "people") -> None:
        self.roots = list(roots)
        self.facts = facts or Facts()
        self.steps: list[Step] = []
        self.normal: set[Node] = set()
        self.long_products: set[Node] = set()
        self._simplified: dict[Node, Node] = {}
        self._orders: dict[tuple[Primitive, Params, tuple[int, ...]], Node] = {}
        self._uses = count_uses(self.roots)
        self._joins = purpose != "recognise"
        self._present = {node.primitive for node in self._uses}
        self._has_values = any(node.is_symbol and node.facts.values is not None for node in self._uses)
        self._book = _rule_book(purpose, tuple(RULES))
        self._fitting = self._book.page(self._present, self._has_values)

    def run(self) -> list[Node]:
        """Return the simplified roots."""
        if not self._joins and all(map(_is_rational, self._uses)):
            return self.roots  # in a rational formula there is nothing to recognise
        absorbed = self._absorbed()
        for node in list(self._uses):  # arguments before what uses them
            if not node.args:
                self._simplified[node] = node
            elif node not in absorbed:
                self._finish(node)
        return [self._simplified[root] for root in self.roots]

    def is_private(self, node: Node) -> bool:
        """Whether `node` has one use only (nodes made by rules count as new, hence private)."""
        return self._uses.get(node, 1) <= 1

    def is_part_of(self, part: Node, node: Node) -> None:
        """Remember that a new part of `node` is used wherever `node` is."""
        self._uses[part] = max(self._uses.get(part, 1), self._uses.get(node, 1))

    def _absorbed(self) -> set[Node]:
        """Sums inside sums (products inside products) that are used once: their parent dissolves them."""
        return {
            arg
            for node in self._uses
            if node.primitive in (add, mul) and self._joins
            for arg in node.args
            if arg.primitive is node.primitive and self._uses[arg] == 1 and arg not in self.roots
        }

    def _finish(self, root: Node) -> Node:
        """Simplify `root`, whose arguments may be new."""
        simplified = self._simplified
        if root in simplified:
            return simplified[root]
        stack = [root]
        while stack:
            node = stack[-1]
            if node in simplified:
                stack.pop()
                continue
            parts = self._parts(node)
            open_args = [arg for arg in parts if arg not in simplified]
            if open_args:
                stack.extend(open_args)
                continue
            stack.pop()
            try:
                after = self._rewrite(self._with_simple_parts(node, parts))
            except DomainError:  # 1/(0·x) has no value: it stays as it is
                after = node
            simplified[node] = simplified[after] = after
            if after is not node:
                uses = self._uses
                uses[after] = max(uses.get(after, 1), uses.get(node, 1))
        return simplified[root]

    def _parts(self, node: Node) -> tuple[Node, ...]:
        """The arguments; for a sum of sums (product of products) used once, those of the inner ones."""
        if (node.primitive is not add and node.primitive is not mul) or not self._joins:
            return node.args
        for arg in node.args:
            if arg.primitive is node.primitive:
                break
        else:
            return node.args
        parts: list[Node] = []
        stack = list(node.args[::-1])
        while stack:
            arg = stack.pop()
            if arg.primitive is node.primitive and self._uses.get(arg, 1) == 1 and arg not in self._simplified:
                stack.extend(arg.args[::-1])
            else:
                parts.append(arg)
        return tuple(parts)

    def _with_simple_parts(self, node: Node, parts: tuple[Node, ...]) -> Node:
        simple = tuple(self._simplified[part] for part in parts)
        if node.primitive in (add, mul):
            return node if simple == node.args else _same_shape(node, node.primitive.make(simple))
        return rebuild(node, simple)

    def _rewrite(self, node: Node) -> Node:
        """Apply rules at the root until none applies; arguments are simple already."""
        check_time()
        for _ in range(_LIMIT):
            if not node.args:
                return node
            for rule in self._rules_for(node):
                after = rule.apply(node, self)
                if after is not None and after is not node:
                    break
            else:
                return self._canonical(node)
            after = _same_shape(node, after)
            self.steps.append(Step(rule.name, node, after, rule.because))
            known = self._simplified.get(after)
            if known is not None:
                return known
            if any(arg not in self._simplified for arg in after.args):
                for arg in after.args:
                    self._finish(arg)
                after = _same_shape(node, rebuild(after, tuple(self._simplified[arg] for arg in after.args)))
            node = after
        return node

    def _rules_for(self, node: Node) -> Sequence[Rule]:
        """Return the rules whose heads stand in a node; looked up once for each kind of node."""
        if node.primitive not in self._present:
            self._present.add(node.primitive)
            self._fitting = self._book.page(self._present, self._has_values)
        kinds = frozenset([arg.primitive for arg in node.args])
        key = (node.primitive, kinds, not node.shape)
        fitting = self._fitting.get(key)
        return self._fitting.fill(key) if fitting is None else fitting

    def _canonical(self, node: Node) -> Node:
        """Return the first node seen that differs from this one in order only."""
        if node.primitive is not add and node.primitive is not mul:
            return node
        serials = [arg.serial for arg in node.args]
        serials.sort()
        key = (node.primitive, node.params, tuple(serials))
        return self._orders.setdefault(key, node)


_KindOfNode = tuple[Primitive, frozenset[Primitive], bool]
"""The primitive of a node, those of its arguments, and whether it is a scalar."""


class _Page(dict[_KindOfNode, list[Rule]]):
    """Which rules are tried on which kinds of nodes, in formulas that are made of certain primitives."""

    def __init__(self, book: _RuleBook, allowed: frozenset[Rule]) -> None:
        self.book = book
        self.allowed = allowed

    def fill(self, key: _KindOfNode) -> list[Rule]:
        """Look up which rules fit a kind of nodes."""
        fitting = self[key] = [rule for rule in self.book.fitting(key) if rule in self.allowed]
        return fitting


class _RuleBook:
    """The rules of a purpose; for each set of primitives that rules need at any place of a formula there is a page."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules
        self._fitting: dict[_KindOfNode, list[Rule]] = {}
        self._pages: dict[tuple[frozenset[Primitive], bool], _Page] = {}
        self._is_wanted: dict[Primitive, bool] = {}

    def fitting(self, key: _KindOfNode) -> list[Rule]:
        """Return the rules whose heads stand in a kind of nodes."""
        fitting = self._fitting.get(key)
        if fitting is None:
            primitive, kinds, is_scalar = key
            candidates = [rule for rule in self.rules if rule.starts_at(primitive)]
            fitting = self._fitting[key] = [rule for rule in candidates if rule.fits(kinds, is_scalar)]
        return fitting

    def page(self, present: set[Primitive], has_values: bool) -> _Page:
        """Return the page of formulas that are made of these primitives, and of inputs with declared values or none."""
        known = self._is_wanted
        for primitive in present:
            if primitive not in known:
                known[primitive] = any(stands(need, (primitive,)) for rule in self.rules for need in rule.anywhere)
        key = frozenset([primitive for primitive in present if known[primitive]]), has_values
        page = self._pages.get(key)
        if page is None:
            allowed = frozenset(rule for rule in self.rules if rule.may_apply(*key))
            page = self._pages[key] = _Page(self, allowed)
        return page


@functools.lru_cache(maxsize=8)
def _rule_book(purpose: Purpose, rules: tuple[Rule, ...]) -> _RuleBook:
    purposes = {purpose, "people"} if purpose == "derivative" else {purpose}
    return _RuleBook([rule for rule in rules if purposes & set(rule.purpose)])


def _is_rational(node: Node) -> bool:
    """Whether a node is an input, a number, a sum, a product or a whole power."""
    if node.primitive is pow:
        exponent = node.args[1]
        return exponent.is_exact and isinstance(exponent.params[1], int)
    return node.primitive in (add, mul) or not node.args


def _same_shape(before: Node, after: Node) -> Node:
    return after if after.shape == before.shape else broadcast.make((after,), (before.shape,))


@contextmanager
def naming_rules(steps: Iterable[Step]) -> Iterator[None]:
    """Name the rules of users that took part in a simplification, where it turns out to be wrong inside."""
    try:
        yield
    except SimplificationError as error:
        users = {rule.name for rule in RULES if not rule.module.startswith("symgd.")}
        rules = [name for name in dict.fromkeys(step.rule for step in steps) if name in users]
        if not rules:
            raise
        raise SimplificationError(error.before, error.after, error.place, rules) from None


def simplify(roots: Iterable[Node], facts: Facts | None = None, purpose: Purpose = "people") -> Simplified:
    """Simplify formulas together.

    Parameters
    ----------
    roots : iterable of Node
    facts : Facts, optional
        What may be taken for granted, such as the domain of the formula they were derived from.
    purpose : {"recognise", "people", "derivative", "code", "limit"}

    Returns
    -------
    Simplified
        The formulas, and the steps that led to them.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.rewrite.driver import simplify
    >>> x = sg.scalar("x")
    >>> simplify([x + 2*x + sg.log(1 + sg.exp(x))]).roots
    [3*x + softplus(x)]
    """
    run = Simplifier(roots, facts, purpose)
    return Simplified(run.run(), run.steps)
