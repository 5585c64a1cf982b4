"""The law of the rules: where a rule rewrites a random formula, both sides have the same value, and none is lost or gained.

The formulas are examples that a rule declares, with other numbers, with formulas in the place of their letters, and beside
other terms and factors. They are simplified as always, and every step that the rule leaves behind is evaluated in many digits.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.equality.finite_values import Masked, value_at
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Sign, sign_of_number
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.shape import size_value
from symgd.graph.traversal import rebuild, substitute, toposort
from symgd.rewrite.driver import Simplifier, simplify
from symgd.rewrite.rule import EXAMPLE_SHAPES, Rule
from tests.formulas import declared

SIZES = {"m": 2, "n": 3}
SIGNS = [Sign.ANY] * 3 + [Sign.POSITIVE] * 3 + [Sign.NONNEGATIVE, Sign.NEGATIVE, Sign.NONPOSITIVE, Sign.NONZERO]
NUMBERS = [Fraction(n) for n in ("-3", "-5/3", "-1", "-1/4", "0", "1/2", "1", "7/5", "3")]
OTHER_NUMBERS = [constant(Fraction(n)) for n in ("-3", "-2", "-1", "-1/2", "0", "1/2", "1", "3/2", "2", "3", "4")]
DIGITS, MANY_DIGITS = 50, 400
AGREEMENT, NOTHING = mpmath.mpf("1e-40"), mpmath.mpf("1e-100")
POINTS = 4
NEAR = Fraction(1, 2**30)

SCALARS = [
    lambda s, t: 2 * s,
    lambda s, t: -s,
    lambda s, t: s + 1,
    lambda s, t: s - t,
    lambda s, t: s * t,
    lambda s, t: s**2,
    lambda s, t: s / 3,
    lambda s, t: 1 / s,
    lambda s, t: sg.exp(s),
    lambda s, t: abs(s),
    lambda s, t: sg.sin(s) + 2,
    lambda s, t: sg.sqrt(s),
    lambda s, t: sg.log(s),
]
TENSORS = [
    lambda v, t: 2 * v,
    lambda v, t: -v,
    lambda v, t: v + 1,
    lambda v, t: t * v,
    lambda v, t: v**2,
    lambda v, t: v / t,
    lambda v, t: sg.exp(v),
]
AROUND = [
    lambda f, t: f + t,
    lambda f, t: t - f,
    lambda f, t: f * t,
    lambda f, t: f / t,
    lambda f, t: -3 * f,
    lambda f, t: f**2,
    lambda f, t: sg.exp(f),
    lambda f, t: f * f + t * f,
    lambda f, t: sg.where(t > 0, f, 0) + f,
]


class Variant(NamedTuple):
    """A formula to be simplified."""

    formula: Node
    signs: dict[Node, Sign]
    purpose: Any
    seed: int


def examples_of(rule: Rule) -> list[Node]:
    """Return the formulas that a rule gives as examples; a pattern is its own."""
    given = list(rule.examples) + ([rule.left] if rule.left is not None else [])
    return [_read(one) for one in given]


def _read(example: Any) -> Node:
    if isinstance(example, str):
        return sg.formula(example, shapes=declared(EXAMPLE_SHAPES, example))
    names = inspect.signature(example).parameters
    return example(*(sg.tensor(name, EXAMPLE_SHAPES.get(name, "")) for name in names))


@st.composite
def variants(draw: Any, rule: Rule, examples: list[Node]) -> Variant:
    """Draw an example with other numbers and formulas inside, beside other terms, and with signs of its inputs."""
    formula = draw(st.sampled_from(examples))
    other = sg.scalar(draw(st.sampled_from("xyt")))
    changes: dict[Node, Node] = {}
    for node in formula.symbols:
        if draw(st.booleans()):
            pool = TENSORS if node.shape else SCALARS
            changes[node] = draw(st.sampled_from(pool))(node, other)
    try:
        changed = _with_other_numbers(draw, formula)
        changed = substitute([changed], changes)[0] if changes else changed
        if draw(st.booleans()):
            changed = draw(st.sampled_from(AROUND))(changed, other)
    except sg.SymgdError:  # 1/0, and what has another shape
        changed = formula
    signs = {node: node.facts.sign if node.facts.values else draw(st.sampled_from(SIGNS)) for node in changed.symbols}
    return Variant(changed, signs, draw(st.sampled_from(rule.purpose)), draw(st.integers(0, 2**20)))


def _with_other_numbers(draw: Any, formula: Node) -> Node:
    """Return a formula in which some of the exact numbers, at single places, are others."""
    if formula.is_exact:
        return draw(st.sampled_from(OTHER_NUMBERS)) if draw(st.integers(0, 9)) == 0 else formula
    if not formula.args:
        return formula
    return rebuild(formula, tuple(_with_other_numbers(draw, arg) for arg in formula.args))


def law_values_are_kept(rule: Rule, variant: Variant) -> int:
    """Compare both sides of every step of a rule; return how many steps were compared where the left side has a value."""
    formula = variant.formula
    if variant.purpose == "limit":  # of what has become code
        (formula,) = simplify([formula], Facts(variant.signs), "code").roots
    steps = simplify([formula], Facts(variant.signs), variant.purpose).steps
    pairs = dict.fromkeys((step.before, step.after) for step in steps if step.rule == rule.name)
    if rule.left is not None:  # another rule may come first
        pairs |= dict.fromkeys(_rewritten_at_once(rule, variant))
    compared = [[_compare(rule, variant, *pair, point) for point in _points(variant)] for pair in pairs]
    return sum(map(any, compared))


def _rewritten_at_once(rule: Rule, variant: Variant) -> Iterator[tuple[Node, Node]]:
    context = Simplifier([variant.formula], Facts(variant.signs), variant.purpose)
    for node in toposort([variant.formula]):
        after = rule.apply(node, context) if rule.starts_at(node.primitive) else None
        if after is not None and after is not node and after.shape == node.shape:
            yield node, after


def _points(variant: Variant) -> Iterator[dict[Node, Any]]:
    generator = random.Random(variant.seed)
    for _ in range(POINTS):
        point = {}
        for node, sign in variant.signs.items():
            pool = list(node.facts.values or [number for number in NUMBERS if sign_of_number(number) & sign])
            if not node.facts.values and sign & Sign.ZERO and generator.randrange(6) == 0:
                pool = [Fraction(0)]
            shape = tuple(size_value(size, SIZES) for size in node.shape)
            point[node] = np.array([generator.choice(pool) for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)
        yield point


def _generic_points(variant: Variant) -> Iterator[dict[Node, Any]]:
    """Yield points on which nothing vanishes by chance."""
    generator = random.Random(1)
    for _ in range(12):
        point = {}
        for node, sign in variant.signs.items():
            turns = [turn for turn in (1, -1) if sign_of_number(turn) & sign]
            shape = tuple(size_value(size, SIZES) for size in node.shape)
            entries = [
                generator.choice(turns) * Fraction(generator.randrange(1, 3000), 997) for _ in range(int(np.prod(shape)))
            ]
            if node.facts.values:
                entries = [generator.choice(node.facts.values) for _ in entries]
            point[node] = np.array(entries, dtype=object).reshape(shape)
        yield point


def _compare(rule: Rule, variant: Variant, before: Node, after: Node, point: Mapping[Node, Any]) -> bool:
    """Hold both sides against each other at a point; return whether the left one has a value there."""
    is_slope = variant.purpose == "derivative"
    if _is_singular(before, point) or _has_logarithm_of_0(before) or (is_slope and _is_at_kink(before, point)):
        return False
    left, right = (_value(side, point) for side in (before, after))
    entries = list(zip(left.flat, right.flat, strict=True))
    if not all(_agree(*pair) for pair in entries):  # what is a value by rounding only is none in more digits
        left, right = (_settled(side, coarse, point) for side, coarse in ((before, left), (after, right)))
        for k, (one, other) in enumerate(zip(left.flat, right.flat, strict=True)):
            if _UNSETTLED in (one, other) or _agree(one, other):
                continue
            if not _is_finite(one) and _may_gain(variant, before, after, point, k):
                continue
            values = ", ".join(f"{node.name} = {[str(v) for v in value.flat]}" for node, value in point.items())
            what = " and ".join(mpmath.nstr(value, 12) for value in (one, other))
            raise AssertionError(
                f"{rule.name}, for {variant.purpose}: {before} became {after}, and at {values} they are {what}"
            )
    return any(_is_finite(one) for one, _ in entries)


_UNSETTLED = "unsettled"


def _settled(formula: Node, coarse: Any, point: Mapping[Node, Any]) -> Any:
    """Return values in many digits; those are marked that few digits did not show."""
    found = _value(formula, point, MANY_DIGITS)
    alike = [
        _is_finite(a) == _is_finite(b) and (not _is_finite(a) or abs(a - b) <= mpmath.mpf("1e-8") * max(1, abs(b)))
        for a, b in zip(coarse.flat, found.flat, strict=True)
    ]
    return np.array([value if same else _UNSETTLED for value, same in zip(found.flat, alike, strict=True)], dtype=object)


def _agree(one: Any, other: Any) -> bool:
    """Whether both are values and near, or neither is one."""
    return _is_finite(one) == _is_finite(other) and (not _is_finite(one) or _is_near(one, other))


def _value(formula: Node, point: Mapping[Node, Any], digits: int = DIGITS, algebra: Any = None) -> Any:
    return np.asarray(value_at(formula, point, SIZES, digits=digits, algebra=algebra), dtype=object)


def _is_finite(value: Any) -> bool:
    return isinstance(value, bool) or bool(mpmath.isfinite(value))


def _is_near(one: Any, other: Any) -> bool:
    return one == other or abs(one - other) <= AGREEMENT * max(abs(one), abs(other)) + NOTHING


def _may_gain(variant: Variant, before: Node, after: Node, point: Mapping[Node, Any], k: int) -> bool:
    """Whether the k-th value is 0 times what has none, at a hole that forms for code may fill, or where nothing was derived.

    A formula that has no value anywhere, as gamma(0)/gamma(-3), may become anything.
    """
    if variant.purpose == "derivative":  # it is taken where the formula has a value that it was derived from
        return True
    if not any(_is_finite(one) for place in _generic_points(variant) for one in _value(before, place).flat):
        return True
    if not any(node.primitive.name == "where" for node in toposort([before])):
        return variant.purpose in ("code", "limit") and _is_isolated(before, after, point)
    masked = _value(before, point, algebra=Masked()).flat[k]
    if _is_finite(masked) and _is_near(masked, _value(after, point).flat[k]):
        return True
    return variant.purpose in ("code", "limit") and _is_isolated(before, after, point)


def _is_isolated(before: Node, after: Node, point: Mapping[Node, Any]) -> bool:
    """Whether the left side has a value close to a point, or the right side has none."""
    beside = []
    for turn in (1, -1, 3, -3, 2):
        moved = {}
        for k, (node, value) in enumerate(point.items()):
            steps = [Fraction(turn * (i + 2), 7 + k + i) * NEAR for i in range(value.size)]
            moved[node] = value + np.array(steps, dtype=object).reshape(value.shape)
        beside.append(moved)
    has_value = [any(map(_is_finite, _value(before, near).flat)) for near in beside]
    return any(has_value) or not any(any(map(_is_finite, _value(after, near).flat)) for near in beside)


def _is_at_kink(formula: Node, point: Mapping[Node, Any]) -> bool:
    """Whether an argument of sign or abs is 0: a slope may be anything there."""
    kinked = [node.args[0] for node in toposort([formula]) if node.primitive.name in ("sign", "abs")]
    return any(entry == 0 for arg in kinked for entry in _value(arg, point).flat)


def _has_logarithm_of_0(formula: Node) -> bool:
    """Whether a formula contains log(0), as the slope 0**y*log(0) of 0**y does, which is 0 for y > 0 by agreement."""
    return any(node.primitive.name == "log" and node.args[0].equals_number(0) for node in toposort([formula]))


def _is_singular(formula: Node, point: Mapping[Node, Any]) -> bool:
    """Whether a matrix that is inverted is singular, where values are those of rounding errors."""
    matrices = dict.fromkeys(
        node.args[0] for node in toposort([formula]) if node.primitive.name in ("inv", "solve", "det", "logdet")
    )
    for matrix in matrices:
        value = _value(matrix, point)
        if all(map(_is_finite, value.flat)):
            rows = [[Fraction(mpmath.nstr(entry, 30)) for entry in row] for row in value]
            if abs(_determinant(rows)) < Fraction(1, 10**20):
                return True
    return False


def _determinant(rows: list[list[Fraction]]) -> Fraction:
    """Return a determinant by its first row."""
    if not rows:
        return Fraction(1)
    minors = ([row[:k] + row[k + 1 :] for row in rows[1:]] for k in range(len(rows)))
    return sum(((-1) ** k * rows[0][k] * _determinant(minor) for k, minor in enumerate(minors)), Fraction(0))


def steps_compared(rule: Rule, least: int = 1) -> int:
    """Hold the law for random formulas, until `least` steps of the rule were compared or 1,600 formulas were tried.

    Returns
    -------
    int
        How many steps were compared.
    """
    count = 0
    drawn = variants(rule, examples_of(rule))
    for examples in (50, 150, 400, 1000):

        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate], report_multiple_bugs=False)
        @given(drawn)
        def hold(variant: Variant) -> None:
            nonlocal count
            count += law_values_are_kept(rule, variant)

        hold()
        if count >= least:
            break
    return count
