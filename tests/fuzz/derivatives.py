"""Gradients, Jacobians and Hessians of random formulas against differences of values in 70 digits, and against JAX.

The formula of a derivative is evaluated in many digits, and compiled and called in float64.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

import symgd as sg
from symgd.evaluation import multiprecision as mpmath
from tests.fuzz.formulas import Drawn, Formulas
from tests.fuzz.jax_gradients import value_and_gradient
from tests.fuzz.outcome import Outcome, Verdict, agreed, found, refused, undecided
from tests.fuzz.points import (
    DIGITS,
    Values,
    curvature,
    draw_point,
    entries,
    is_finite,
    largest,
    precise,
    shape_of,
    shown,
    slope,
)
from tests.fuzz.rounding import is_explained

MOST_ENTRIES = 4
LARGEST = 1e300

Entries = dict[tuple[int, ...], Any]


def case(seed: int, index: int) -> Outcome:
    """Judge the derivative of one formula in one of its inputs at one point."""
    random = Random(f"derivatives {seed} {index}")
    size = random.choice(["3", "n", "2"])
    drawn = Formulas(random, size).draw(random.choice([0, 0, 0, 1, 2]), random.randint(1, 4))
    return judge(random, drawn, {"n": random.choice([2, 3])})


def judge(random: Random, drawn: Drawn, sizes: dict[str, int]) -> Outcome:
    """Judge a derivative of a formula at a random point."""
    node = drawn.read()
    if not node.symbols:
        return undecided(str(drawn), "it is a number")
    point = draw_point(random, node, sizes, random.choice([0.3, 1.0, 3.0]))
    text = f"{drawn} at {shown(point)}"
    if not is_finite(precise(node, point, sizes)):
        return undecided(text, "it has no value")
    wrt = random.choice(node.symbols)
    try:
        if node.rank == 0 and random.random() < 0.3 and len(drawn.text) < 120:
            return _second(random, node, wrt, point, sizes, text)
        outcome = _first(random, node, wrt, point, sizes, text)
        if outcome.verdict is Verdict.AGREED and node.rank == 0:
            return _compare_with_jax(drawn, node, wrt, point, sizes, text)
        return outcome
    except sg.SymgdError as error:
        return refused(text, str(error))


def _first(random: Random, node: sg.Node, wrt: sg.Node, point: Values, sizes: dict[str, int], text: str) -> Outcome:
    """Compare a gradient, or a Jacobian."""
    derivative = sg.gradient(node, wrt) if node.rank == 0 else sg.jacobian(node, wrt)
    chosen = _some(random, [entry for entry in entries(point) if entry[0] == wrt.name])

    def true(digits: int) -> Entries:
        columns = {entry[1]: slope(node, point, entry, sizes, digits) for entry in chosen}
        return {
            (*output, *index): column[output]
            for index, column in columns.items()
            if column is not None
            for output in np.ndindex(*column.shape)
        }

    return _compare(
        node, derivative, true, point, sizes, f"{'gradient' if node.rank == 0 else 'jacobian'} in {wrt.name} of {text}"
    )


def _second(random: Random, node: sg.Node, wrt: sg.Node, point: Values, sizes: dict[str, int], text: str) -> Outcome:
    """Compare a Hessian."""
    places = [entry for entry in entries(point) if entry[0] == wrt.name]
    chosen = _some(random, list(itertools.product(places, places)))

    def true(digits: int) -> Entries:
        values = {(*one[1], *other[1]): curvature(node, point, one, other, sizes, digits) for one, other in chosen}
        return {index: value for index, value in values.items() if value is not None}

    return _compare(node, sg.hessian(node, wrt), true, point, sizes, f"hessian in {wrt.name} of {text}")


def _some(random: Random, items: list[Any]) -> list[Any]:
    return items if len(items) <= MOST_ENTRIES else random.sample(items, MOST_ENTRIES)


def _compare(
    node: sg.Node, derivative: sg.Node, true: Callable[[int], Entries], point: Values, sizes: dict[str, int], text: str
) -> Outcome:
    """Compare a derivative with its true entries, which are computed again in more digits where they differ."""
    outcome = agreed(text)
    for digits in (DIGITS, 4 * DIGITS):
        entries = true(digits)
        if not entries:
            return undecided(text, "a kink, or no value nearby")
        outcome = _compare_formula(node, derivative, entries, point, sizes, text, digits)
        if outcome.verdict is not Verdict.FOUND:
            break
    return outcome


def _compare_formula(
    node: sg.Node, derivative: sg.Node, true: Entries, point: Values, sizes: dict[str, int], text: str, digits: int
) -> Outcome:
    exact = precise(derivative, point, sizes, digits)
    size = max(largest(list(true.values())), mpmath.mpf("1e-20") * (1 + largest(precise(node, point, sizes))))
    for index, value in true.items():
        if mpmath.isfinite(exact[index]) and abs(exact[index] - value) > mpmath.mpf("1e-11") * size:
            detail = f"entry {index} is {mpmath.nstr(exact[index], 12)}, differences say {mpmath.nstr(value, 12)}: {derivative}"
            return found(text, detail, "wrong derivative")
    return _compare_code(node, derivative, true, point, sizes, text)


def _compare_code(
    node: sg.Node, derivative: sg.Node, true: Entries, point: Values, sizes: dict[str, int], text: str
) -> Outcome:
    names = [symbol.name for symbol in node.symbols]
    code = sg.lambdify(list(node.symbols), derivative)
    with np.errstate(all="ignore"):
        got = np.asarray(code(*(point[name] for name in names)))
    if got.shape != shape_of(derivative, sizes):
        return found(text, f"code: shape {got.shape}, not {shape_of(derivative, sizes)}: {derivative}", "code of a wrong shape")
    if "inv(" in str(derivative) and "det(" in str(derivative):
        return undecided(text, "a determinant times an inverse: a documented limit at singular matrices")
    hint = " (nan in the formula)" if "nan" in str(derivative) else ""
    noise = max(1e-5 * largest(list(true.values())), 1e-12 * (1 + largest(precise(node, point, sizes))))
    for index, value in true.items():
        if not np.isfinite(got[index]) and abs(value) < LARGEST:
            detail = f"code: entry {index} is {got[index]}, not {mpmath.nstr(value, 12)}: {derivative}"
            return found(text, detail, f"code without value{hint}")
        if abs(value) < LARGEST and abs(got[index] - value) > noise and not is_explained(derivative, point, index, got[index]):
            detail = f"code: entry {index} is {got[index]!r}, not {mpmath.nstr(value, 17)}: {derivative}"
            return found(text, detail, f"wrong code{hint}")
    return agreed(text)


def _compare_with_jax(drawn: Drawn, node: sg.Node, wrt: sg.Node, point: Values, sizes: dict[str, int], text: str) -> Outcome:
    """Compare the value and the entries of the gradient that have no kink with JAX's, where JAX is installed."""
    answer = value_and_gradient(drawn.text, point, wrt.name)
    if answer is None:
        return agreed(text)
    derivative = sg.gradient(node, wrt)
    for word, formula, got in (("value", node, answer[0]), (f"gradient in {wrt.name}", derivative, answer[1])):
        exact, got = precise(formula, point, sizes), np.asarray(got)
        for index in np.ndindex(*exact.shape):
            if not (mpmath.isfinite(exact[index]) and np.isfinite(got[index])) or _is_kink(node, wrt, point, index, sizes):
                continue
            gap = abs(exact[index] - float(got[index]))
            if gap > 1e-6 * (1 + largest(exact)) and not is_explained(formula, point, index, got[index]):
                detail = f"{word}: entry {index} is {mpmath.nstr(exact[index], 12)}, JAX says {got[index]!r}: {formula}"
                return found(text, detail, "JAX differs")
    return agreed(text)


def _is_kink(node: sg.Node, wrt: sg.Node, point: Values, index: tuple[int, ...], sizes: dict[str, int]) -> bool:
    """Whether a slope is not certain; libraries have their own conventions there."""
    return len(index) == wrt.rank and slope(node, point, (wrt.name, index), sizes) is None


__all__ = ["case", "judge"]
