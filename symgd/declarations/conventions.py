"""Law of conventions: the slope that is taken at a kink."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.declarations.breaks import lines_of
from symgd.declarations.law import broken, law
from symgd.declarations.sides import sides_of, zeros_of
from symgd.declarations.slopes import slopes_of
from symgd.declarations.subject import Example, Place, Subject, precise, short, zero_one
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__: list[str] = []


_STATED = re.compile(r"'\((-?[\d./]+)\) = (-?[\d./]+)$")


@law("at_kink")
def law_at_kink(subject: Subject) -> None:
    """Who has kinks says what the slope is there: the value of the derivative, between the slopes of both sides."""
    record = subject.record
    if record.is_boolean:
        return
    if record.kinks is not None and not record.at_kink:
        broken(record, "at_kink", "it has kinks, and nothing is said of the slope there")
    if record.kinks is None and record.at_kink:
        broken(record, "at_kink", f"it has no kinks, and {record.at_kink!r} is said of them")
    if record.kinks is None:
        return
    for example in subject.examples:
        if not example.is_scalar:
            continue
        for k, slope in slopes_of(example).items():
            (node,) = (node for j, node in example.real if j == k)
            for base in lines_of(example, node):
                for zero in zeros_of(example, node, base):
                    _judge_convention(record, example, slope, node, base, zero)
    stated = _STATED.search(record.at_kink)
    if stated is not None and len(subject.examples[0].inputs) == 1:
        example = subject.examples[0]
        slope = slopes_of(example)[0]
        value = example.number(Place({example.inputs[0]: Fraction(stated[1])}, {}), slope)
        if value != precise(Fraction(stated[2])):
            broken(record, "at_kink", f"{record.at_kink!r}, and the derivative is {short(value)} there")


def _judge_convention(record: Primitive, example: Example, slope: Node, node: Node, base: Place, zero: Fraction) -> None:
    place = base.moved(node, zero)
    sides = sides_of(example, node, base, zero)
    if sides is None or not sides.is_break:
        return
    value = zero_one(example.number(place, slope))
    if not mpmath.isfinite(value) or max(abs(sides.left), abs(sides.right)) > mpmath.mpf("1e9"):
        return
    low, high = min(sides.left, sides.right), max(sides.left, sides.right)
    noise = mpmath.mpf("1e-15") * max(1, abs(low), abs(high))
    if not low - noise <= value <= high + noise:
        broken(
            record,
            "at_kink",
            f"the derivative in {node} is {short(value)} at {place}, and the slopes are {short(low)} and {short(high)}",
        )
    code = compile_formulas(example.inputs, [slope + 0 * example.inputs[0]], as_list=False)
    with np.errstate(all="ignore"):
        got = float(code(*(float(place.values[symbol]) for symbol in example.inputs)))
    if not abs(got - value) <= mpmath.mpf("1e-9") * max(1, abs(value)):
        broken(record, "at_kink", f"the code takes the slope {got} at {place}, and the derivative is {short(value)}")
