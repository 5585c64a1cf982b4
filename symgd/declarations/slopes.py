"""Laws of derivatives: each is the slope of the function, and its own derivative the slope of the slope.

Slopes are differences in many digits.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Sequence
from fractions import Fraction

from symgd.checking.black_box.differences import precise_slope
from symgd.declarations.law import broken, law
from symgd.declarations.numbers import precise
from symgd.declarations.subject import Example, Place, Subject, short
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__ = ["is_at_kink", "slopes_of"]


def slopes_of(example: Example) -> dict[int, Node]:
    """Return the declared derivatives of a function of numbers, by the position of the argument."""
    record = example.record
    slopes: dict[int, Node] = {}
    if not record.derivative and record.vjp is None and record.definition is not None:  # it is derived from the definition
        with contextlib.suppress(SymgdError):
            nodes = [node for _, node in example.real]
            slopes = dict(zip((k for k, _ in example.real), gradients(example.node, nodes), strict=True))
    for k, _ in example.real:
        rule = record.derivative[k] if k < len(record.derivative) else None
        if rule is not None and (record.arity is not None or _takes(rule, len(example.args) + 1)):
            slopes[k] = as_node(rule(*example.args, example.node))
    return slopes


def _takes(rule: Callable[..., object], count: int) -> bool:
    try:
        inspect.signature(rule).bind(*range(count))
    except TypeError:
        return False
    return True


def is_at_kink(example: Example, place: Place) -> bool:
    """Whether a declared kink is 0 at a place."""
    kinks = example.record.kinks
    return kinks is not None and any(example.number(place, kink) == 0 for kink in map(as_node, kinks(*example.args)))


@law("derivative")
def law_derivative(subject: Subject) -> None:
    """Every declared derivative is the slope of the function."""
    for example in subject.examples:
        if not example.is_scalar or example.node.is_boolean:
            continue
        for k, slope in slopes_of(example).items():
            _compare(subject.record, example, example.node, slope, k, example.places, "derivative")


@law("derivative")
def law_second_derivative(subject: Subject) -> None:
    """The derivative of the derivative is the slope of the slope."""
    for example in subject.examples:
        if not example.is_scalar or example.node.is_boolean:
            continue
        for k, slope in slopes_of(example).items():
            (node,) = (node for j, node in example.real if j == k)
            try:
                (second,) = gradients(slope, [node])
            except SymgdError:
                continue
            _compare(subject.record, example, slope, second, k, example.places[::2], "derivative")


def _compare(
    record: Primitive, example: Example, formula: Node, slope: Node, k: int, places: Sequence[Place], field: str
) -> None:
    (node,) = (node for j, node in example.real if j == k)
    for place in places:
        if is_at_kink(example, place):
            continue
        start = precise(_exact(place.values[node]))
        at = example.along(place, node, formula)
        true = precise_slope(lambda step, at=at, start=start: at(start + step))  # type: ignore[misc]
        if not true.is_sure or true.is_kink:
            continue
        got = example.number(place, slope, digits=60)
        if not abs(got - true.value) <= mpmath.mpf("1e-9") * abs(true.value) + 10 * true.error:
            is_own = formula is example.node
            what = f"the derivative in {node}" if is_own else f"the second derivative in {node}"
            broken(record, field, f"{what} is {short(true.value)} at {place}, and not {short(got)}")


def _exact(value: Fraction | float) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(float(value))
