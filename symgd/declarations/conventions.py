"""Law of conventions: the slope that is taken at a kink.

What is said of it is a sentence in one of a few forms, which the law reads: ``f'(0) = 1``, also for several points
(``f'(−1) = f'(1) = 0``) and for all (``f'(n) = 0``); "the slope at 0 is 1"; "the slope below", "from above", "left"; "no slope"
and "infinite"; "it jumps"; "passes the whole adjoint to its second argument". Of tensors it says what entries that tie share,
or where there is no slope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.declarations.breaks import lines_of
from symgd.declarations.law import broken, law
from symgd.declarations.numbers import precise, short, zero_one
from symgd.declarations.sides import Sides, sides_of, zeros_of
from symgd.declarations.slopes import slopes_of
from symgd.declarations.subject import Example, Place, Subject
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__: list[str] = []

_NUMBER = r"-?\d+(?:\.\d+)?(?:/\d+)?"
_POINT = re.compile(rf"(\w+)'\(({_NUMBER}|[a-z]\w*)\)")
_EQUATIONS = re.compile(rf"((?:\w+'\((?:{_NUMBER}|[a-z]\w*)\) = )+)({_NUMBER})(?![\w.]*\w)(?: for the \w+ ({_NUMBER}))?(.*)")
_SLOPE_AT = re.compile(rf"slope\b.* at ({_NUMBER}) is ({_NUMBER})(?![\w.]*\w)")
_SLOPE_THERE = re.compile(rf"slope (?:there )?is ({_NUMBER})(?: there)?(?![\w.]*\w)")
_LEFT, _RIGHT = re.compile(r"below|\bleft\b|behind"), re.compile(r"above|\bright\b|ahead")
_NO_SLOPE = re.compile(r"no slope|no derivative|infinite")
_WHOLE_ADJOINT = re.compile(r"whole (?:adjoint|slope) to its (first|second|third) argument")
_OF_TENSORS = re.compile(r"share|no slope|no derivative|infinite|slope|adjoint")
_ORDINALS = ("first", "second", "third")
_NOISE = mpmath.mpf("1e-30")
_STEEPEST = mpmath.mpf("1e9")


@dataclass(frozen=True, eq=False)
class _Kink:
    """A kink along one argument: where it is, the slopes of both sides, and the slope that is taken."""

    index: int
    node: Node
    place: Place
    at: Fraction
    sides: Sides
    slopes: dict[int, Node]
    example: Example

    def taken(self, index: int | None = None) -> Real:
        """Return the slope that is taken, in this argument or another one."""
        return zero_one(self.example.number(self.place, self.slopes[self.index if index is None else index]))


@law("at_kink")
def law_at_kink(subject: Subject) -> None:
    """Who has kinks says what the slope is there, in words that can be checked: the derivative, between those of both sides."""
    record = subject.record
    if record.is_boolean:
        return
    if record.kinks is not None and not record.at_kink:
        broken(record, "at_kink", "it has kinks, and nothing is said of the slope there")
    if record.kinks is None and record.at_kink:
        broken(record, "at_kink", f"it has no kinks, and {record.at_kink!r} is said of them")
    if record.kinks is None:
        return
    kinks = [kink for example in subject.examples if example.is_scalar for kink in _kinks_of(example)]
    for kink in kinks:
        _judge_convention(record, kink)
    if any(not example.is_scalar for example in subject.examples):
        if not _OF_TENSORS.search(record.at_kink):
            broken(record, "at_kink", f"{record.at_kink!r} says nothing of a slope")
        return
    for example in subject.examples:
        _judge_sentence(record, example, [kink for kink in kinks if kink.example is example])


def _kinks_of(example: Example) -> Iterator[_Kink]:
    slopes = slopes_of(example)
    for k in slopes:
        (node,) = (node for j, node in example.real if j == k)
        for base in lines_of(example, node):
            for zero in zeros_of(example, node, base):
                sides = sides_of(example, node, base, zero)
                if sides is not None and sides.is_break:
                    yield _Kink(k, node, base.moved(node, zero), zero, sides, slopes, example)


def _judge_convention(record: Primitive, kink: _Kink) -> None:
    value, sides, example = kink.taken(), kink.sides, kink.example
    if not mpmath.isfinite(value) or max(abs(sides.left), abs(sides.right)) > _STEEPEST:
        return
    low, high = min(sides.left, sides.right), max(sides.left, sides.right)
    noise = mpmath.mpf("1e-15") * max(1, abs(low), abs(high))
    if not low - noise <= value <= high + noise:
        slopes = f"the slopes are {short(low)} and {short(high)}"
        broken(record, "at_kink", f"the derivative in {kink.node} is {short(value)} at {kink.place}, and {slopes}")
    code = compile_formulas(example.inputs, [kink.slopes[kink.index] + 0 * example.inputs[0]], as_list=False)
    with np.errstate(all="ignore"):
        got = float(code(*(float(kink.place.values[symbol]) for symbol in example.inputs)))
    if not abs(got - value) <= mpmath.mpf("1e-9") * max(1, abs(value)):
        broken(record, "at_kink", f"the code takes the slope {got} at {kink.place}, and the derivative is {short(value)}")


# -- what is said -----------------------------------------------------------------------------------------------


def _judge_sentence(record: Primitive, example: Example, kinks: list[_Kink]) -> None:
    said = record.at_kink.replace("−", "-")  # the minus sign of mathematics
    equations = _EQUATIONS.search(said)
    if equations is not None:
        _judge_equations(record, example, kinks, equations)
    elif (at := _SLOPE_AT.search(said)) is not None:
        _judge_value(record, example, kinks, at[1], Fraction(at[2]))
    elif (slope_there := _SLOPE_THERE.search(said)) is not None:
        _judge_value(record, example, kinks, None, Fraction(slope_there[1]))
    elif (receiver_match := _WHOLE_ADJOINT.search(said)) is not None:
        receiver = _ORDINALS.index(receiver_match[1])
        for kink in kinks:
            if any(kink.taken(k) != (1 if k == receiver else 0) for k in kink.slopes):
                broken(record, "at_kink", f"{record.at_kink!r}, and at {kink.place} it does not")
    elif _NO_SLOPE.search(said) is not None:
        if all(mpmath.isfinite(kink.taken()) and abs(kink.taken()) < _STEEPEST for kink in kinks) and kinks:
            broken(
                record, "at_kink", f"{record.at_kink!r}, and the derivative is {short(kinks[0].taken())} at {kinks[0].place}"
            )
    elif "slope" in said and (_LEFT.search(said) or _RIGHT.search(said)):
        _judge_side(record, kinks, is_left=_LEFT.search(said) is not None)
    elif "jump" in said:
        if kinks and not any(kink.sides.is_jump for kink in kinks):
            broken(record, "at_kink", f"{record.at_kink!r}, and it does not jump at {kinks[0].place}")
    else:
        what = f'{record.at_kink!r} says nothing that can be checked: write "{record.name}\'(0) = 1"'
        broken(record, "at_kink", what)


def _judge_equations(record: Primitive, example: Example, kinks: list[_Kink], equations: re.Match[str]) -> None:
    """Check f'(a) = f'(b) = c, where another argument has a value that is named ("for the scale 1"), and what follows."""
    value, others, rest = Fraction(equations[2]), equations[3], equations[4]
    for name, point in _POINT.findall(equations[1]):
        if name not in (record.name, *record.aliases):
            broken(record, "at_kink", f"{record.at_kink!r} speaks of {name}, which is another function")
        if others is None:
            _judge_value(record, example, kinks, point if re.fullmatch(_NUMBER, point) else None, value)
            continue
        for kink in kinks[:1]:
            values = {node: Fraction(point) if node is kink.node else Fraction(others) for node in example.inputs}
            _judge_slopes(
                record, [(place := Place(values, {}), zero_one(example.number(place, kink.slopes[kink.index])))], value
            )
    if "slope" in rest and (_LEFT.search(rest) or _RIGHT.search(rest)):
        _judge_side(record, kinks, is_left=_LEFT.search(rest) is not None)


def _judge_value(
    record: Primitive,
    example: Example,
    kinks: list[_Kink],
    point: str | None,
    value: Fraction,
) -> None:
    """Check the slope at a point, or at all kinks where none is named."""
    if point is None:
        taken = [(kink.place, kink.taken()) for kink in kinks]
    elif len(example.inputs) == 1:
        place = Place({example.inputs[0]: Fraction(point)}, {})
        taken = [(place, zero_one(example.number(place, slopes_of(example)[0])))]
        assert record.kinks is not None
        if all(abs(zero_one(example.number(place, as_node(part)))) > _NOISE for part in record.kinks(*example.args)):
            broken(record, "at_kink", f"{record.at_kink!r}, and no kink is declared at {point}")
    else:
        taken = [(kink.place, kink.taken()) for kink in kinks if kink.at == Fraction(point)]
    _judge_slopes(record, taken, value)


def _judge_slopes(record: Primitive, taken: Sequence[tuple[Place, Real]], value: Fraction) -> None:
    for place, slope in taken:
        if not abs(slope - precise(value)) <= _NOISE * max(1, abs(precise(value))):
            broken(record, "at_kink", f"{record.at_kink!r}, and the derivative is {short(slope)} at {place}")


def _judge_side(record: Primitive, kinks: list[_Kink], is_left: bool) -> None:
    for kink in kinks:
        side = kink.sides.left if is_left else kink.sides.right
        if abs(side) < _STEEPEST and not abs(kink.taken() - side) <= mpmath.mpf("1e-15") * max(1, abs(side)):
            value, slope = short(kink.taken()), short(side)
            broken(
                record, "at_kink", f"{record.at_kink!r}, and at {kink.place} the derivative is {value}, and that slope {slope}"
            )
