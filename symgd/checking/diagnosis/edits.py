"""Single edits of a derivative: a node is given another value, and everything above it is evaluated again.

What is edited is the value, not the formula, so an edit costs the nodes above it and nothing else.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from symgd.checking.diagnosis.words import show
from symgd.evaluation.entries import Array, Entry
from symgd.evaluation.evaluator import evaluate
from symgd.evaluation.high_precision import MultiPrecision, as_floats, exact_array
from symgd.evaluation.inputs import work_of
from symgd.evaluation.sampling import Point
from symgd.graph.names import stand_in
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.text_printer import number_text
from symgd.graph.traversal import depends_on, toposort

__all__ = ["Trial", "is_close"]

_PER_NUMBER = 5
"""Units of work of a number."""

Change = Callable[[list[Entry], Entry], Entry]
Again = Callable[[list[Entry]], Entry]
"""Evaluate a node anew, with other arguments."""


def is_close(got: Entry, wanted: Entry, tolerance: float) -> bool:
    """Whether all entries agree, up to a relative error; those that are nothing beside the largest up to a part of that."""
    size = float(np.max(np.abs(wanted), initial=0.0))
    return bool(np.all(np.abs(got - wanted) <= 1e-4 * tolerance * size + tolerance * np.abs(wanted)))


class Trial:
    """The derivative at one point, to be edited."""

    def __init__(self, own: Node, point: Point, got: Entry) -> None:
        self.own = own
        self.got = got
        self.point = point
        self.memory: dict[Node, Array] = {}
        algebra = self.algebra = MultiPrecision()
        values = {node: exact_array(value) for node, value in point.values.items()}
        evaluate([own], values, algebra, point.sizes, self.memory)
        self.order = toposort([own])
        self.cost = _PER_NUMBER * sum(work_of(node, point.sizes) for node in self.order)
        """The units of work of an edit, at most."""

    def fits(self, node: Node, change: Change) -> bool:
        """Whether the edited derivative is the claim."""
        try:
            new = change([self.memory[arg] for arg in node.args], self.memory[node])
            if callable(new):
                new = new(self._again(node))
        except (ArithmeticError, ValueError, TypeError, IndexError):
            return False
        if new is None or np.shape(new) != np.shape(self.memory[node]):
            return False
        moving = depends_on([self.own], [node])
        known = {part: value for part, value in self.memory.items() if part not in moving}
        known[node] = np.asarray(new, dtype=object)
        try:
            (result,) = evaluate([self.own], {}, self.algebra, self.point.sizes, known)
        except (ArithmeticError, ValueError, TypeError):
            return False
        values = as_floats(result)
        return bool(np.isfinite(values).all()) and is_close(values, self.got, 1e-9)

    def _again(self, node: Node) -> Again:
        def again(args: list[Entry]) -> Entry:
            known = dict(zip(node.args, args, strict=True))
            return evaluate([node], {}, self.algebra, self.point.sizes, known)[0]

        return again

    def edits(self) -> Iterator[tuple[Node, str, Change]]:
        """Yield single edits, the likely ones first: where, in words, and how."""
        nodes = [node for node in reversed(self.order) if not node.primitive.is_boolean]
        for node in nodes:
            yield from _edits_of_sums(node)
        for node in nodes:
            yield from _edits_of_products(node)
        for node in nodes:
            yield from _edits_of_functions(node)
        for node in nodes:
            yield from _edits_of_values(node)


def _edits_of_sums(node: Node) -> Iterator[tuple[Node, str, Change]]:
    """Terms and factors: turned, dropped."""
    name = node.primitive.name
    if name == "add":
        for k, arg in enumerate(node.args):
            yield node, f"sign of term {k + 1}, {show(arg)}, in {show(node)}", _turned(k)
            yield node, f"term {k + 1}, {show(arg)}, is missing in {show(node)}", _without(k)
    elif node.primitive.vanishes_with == "each" and node.primitive.is_elementwise:
        for k, arg in enumerate(node.args):
            yield node, f"missing factor {show(arg)} in {show(node)}", _without_factor(k)
    if node.primitive.conditional and len(node.args) == 3:
        yield (
            node,
            f"wrong branch: the branches of {show(node)} are exchanged",
            lambda args, out: np.where(args[0], args[2], args[1]),
        )
        yield node, f"wrong branch: {show(node.args[1])} everywhere", lambda args, out: np.broadcast_to(args[1], np.shape(out))
        yield node, f"wrong branch: {show(node.args[2])} everywhere", lambda args, out: np.broadcast_to(args[2], np.shape(out))


def _edits_of_products(node: Node) -> Iterator[tuple[Node, str, Change]]:
    """A matrix transposed in one product; elsewhere it stands as it is."""
    if node.primitive.is_weighted and len(set(node.args)) == len(node.args):
        for k, arg in enumerate(node.args):
            if arg.rank == 2:
                yield node, f"transposed: {show(arg)} in {show(node)}", _with_argument_transposed(k)


def _turned(k: int) -> Change:
    return lambda args, out: out - 2 * args[k]


def _without(k: int) -> Change:
    return lambda args, out: out - args[k]


def _without_factor(k: int) -> Change:
    def product(args: Sequence[Entry], out: Entry) -> Entry:
        others = [arg for i, arg in enumerate(args) if i != k]
        return functools.reduce(operator.mul, others, np.full(np.shape(out), 1, dtype=object))

    return product


def _slope_at(record: Primitive, rule: Callable[..., Node], sign: int) -> Change:
    """Put the derivative of a function in its place."""
    variable = stand_in("?x")
    slope = rule(variable, record.make((variable,)))
    return lambda args, out: sign * evaluate([slope], {variable: args[0]}, MultiPrecision())[0]


def _with_argument_transposed(k: int) -> Change:
    return lambda args, out: lambda again: again([arg.T if i == k else arg for i, arg in enumerate(args)])


def _shifted_by(step: int, axis: int) -> Change:
    return lambda args, out: np.roll(out, step, axis)


def _raised_by(step: int) -> Change:
    return lambda args, out: out + step


def _edits_of_functions(node: Node) -> Iterator[tuple[Node, str, Change]]:
    """A function left out, its derivative in its place, an exponent off by one."""
    record = node.primitive
    if not (record.is_elementwise and node.args):
        return
    if record.name == "pow":
        base = node.args[0]
        yield node, f"the exponent of {show(node)} is too large by 1", lambda args, out: out * args[0]
        yield node, f"the exponent of {show(node)} is too small by 1", lambda args, out: out / args[0]
        yield node, f"{show(base)} instead of {show(node)}", lambda args, out: np.broadcast_to(args[0], np.shape(out))
        return
    if len(node.args) == 1:
        (arg,) = node.args
        yield node, f"{record.name} is missing: {show(arg)} instead of {show(node)}", lambda args, out: args[0]
        yield node, f"missing factor {show(node)}", lambda args, out: np.full(np.shape(out), 1, dtype=object)
        rule = record.derivative[0] if record.derivative else None
        if rule is not None:
            for sign, mark in ((1, ""), (-1, "-")):
                word = f"the derivative of {record.name} instead of {record.name}, at {mark}{show(node)}"
                yield node, word, _slope_at(record, rule, sign)


def _edits_of_values(node: Node) -> Iterator[tuple[Node, str, Change]]:
    """A sign, a factor 2, a transposition, a shift, a square at any place."""
    if node.is_constant:
        if isinstance(node.value, bool):
            return
        for step in (1, -1):
            yield node, f"{number_text(node.value + step)} instead of {show(node)}", _raised_by(step)
    yield node, f"sign of {show(node)}", lambda args, out: -out
    yield node, f"missing factor 2 at {show(node)}", lambda args, out: out / 2
    yield node, f"factor 2 too many at {show(node)}", lambda args, out: out * 2
    if node.rank == 2:
        yield node, f"transposed: {show(node)}", lambda args, out: out.T
    for axis in range(node.rank):
        for step in (1, -1):
            yield node, f"the index of {show(node)} is off by one", _shifted_by(step, axis)
    yield node, f"{show(node)} stands squared", lambda args, out: out * out
    yield node, f"missing factor {show(node)}", lambda args, out: np.full(np.shape(out), 1, dtype=object)
    yield node, f"{show(node)} is missing: 0 stands there", lambda args, out: np.full(np.shape(out), 0, dtype=object)
