"""Compiled values and gradients at extreme inputs: never a wrong finite number, and no NaN where there is a number.

What an input off by its last bit changes is excused. What sixteen digits in every step lose to cancellation is a documented
limit, and counts as undecided; not so for a function by itself. Infinity for a number that could be represented is
undecided too, and so is 0 where squares leave the range.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

import numpy as np

import symgd as sg
from symgd.evaluation import multiprecision as mpmath
from tests.fuzz.formulas import Drawn, Formulas, arguments_of, elementwise, names_in
from tests.fuzz.limits import OutOfTime, time_limit
from tests.fuzz.outcome import Outcome, Verdict, agreed, found, refused, undecided
from tests.fuzz.points import Values, precise, shown, slope
from tests.fuzz.rounding import condition, loss

NUMBERS = [
    0.0, 5e-324, 1e-310, 2.2250738585072014e-308, 1e-200, 1e-100, 1e-30, 1e-16, 1e-9, 1e-5, 1e-3, 0.1, 0.5, 0.75, 1 - 2**-53, 1.0,
    1 + 2**-52, 1.5, 2.0, 3.0, 4.5, 10.0, 20.0, 36.0, 100.0, 300.0, 700.0, 709.7, 710.5, 745.0, 1e3, 1e5, 1e8, 1e15, 1e16, 1e20, 1e60,
    1e100, 1e154, 1e155, 1e200, 1e300, 1.7976931348623157e308,
]  # fmt: skip
POINTS = 8
SECONDS = 1.0
DIGITS = 60
MORE_DIGITS = 250
SMALLEST, LARGEST = mpmath.mpf("1e-300"), mpmath.mpf("1.7e308")
TOLERANCE = mpmath.mpf("1e-6")


def case(seed: int, index: int) -> Outcome:
    """Judge the code of one formula of scalars at a few points."""
    random = Random(f"extremes {seed} {index}")
    single = random.choice(elementwise()) if random.random() < 0.4 else ""
    drawn = _alone(random, single) if single else _composed(random)
    node = drawn.read()
    if not node.symbols:
        return undecided(str(drawn), "it is a number")
    judged = [_in_time(random, drawn, node, single) for _ in range(POINTS)]
    for verdict in (Verdict.FOUND, Verdict.AGREED, Verdict.UNDECIDED):
        for outcome in judged:
            if outcome.verdict is verdict:
                return outcome
    return refused(str(drawn))


def _in_time(random: Random, drawn: Drawn, node: sg.Node, single: str) -> Outcome:
    """Judge one point; what takes many digits of a slow function is left undecided."""
    try:
        with time_limit(SECONDS):
            return judge(random, drawn, node, single)
    except OutOfTime as error:
        return undecided(str(drawn), str(error))


def _alone(random: Random, name: str) -> Drawn:
    """Return a function of inputs."""
    pattern = random.choice(arguments_of(name))
    names = iter("xy")
    return _drawn(f"{name}({re.sub(r'{[^}]*}', lambda _: next(names, 'x'), pattern)})")


def _composed(random: Random) -> Drawn:
    """Return a function in a quotient, product, difference or square, or any formula of scalars."""
    if random.random() < 0.5:
        return Formulas(random).draw(0, random.randint(1, 2), random.choice(["x", "xy"]))
    inner = _alone(random, random.choice(elementwise()))
    return _drawn(random.choice(["({f})/x", "x*({f})", "({f}) - x", "({f})**2", "1/({f})"]).format(f=inner.text))


def _drawn(text: str) -> Drawn:
    return Drawn(text, dict.fromkeys(names_in(text), ""))


def judge(random: Random, drawn: Drawn, node: sg.Node, single: str) -> Outcome:
    """Judge value and gradients at one point."""
    point = {symbol.name: random.choice(NUMBERS) * random.choice([1.0, 1.0, -1.0]) + 0.0 for symbol in node.symbols}
    text = f"{drawn} at {shown(point)}"
    try:
        slopes = {symbol.name: sg.gradient(node, symbol) for symbol in node.symbols}
    except sg.SymgdError as error:
        return refused(text, str(error))
    code = sg.lambdify(list(node.symbols), [node, *slopes.values()])
    with np.errstate(all="ignore"):
        got = code(*(point[symbol.name] for symbol in node.symbols))
    outcome = undecided(text, "it has no value")
    for word, formula, number in zip(["value", *slopes], [node, *slopes.values()], got, strict=True):
        true = _true(node, formula, word, point)
        if true is None:
            continue
        shown_word = "value" if word == "value" else f"gradient in {word}"
        outcome = compare(f"{shown_word} of {text}", formula, point, float(number), true, single)
        if outcome.verdict is not Verdict.AGREED:
            return outcome
    return outcome


def _true(node: sg.Node, formula: sg.Node, word: str, point: Values) -> Any:
    """Return the value in many digits, None where it has none, or the digits do not suffice (to tell 0 too); of a slope by differences at 0."""
    rough, fine = (precise(formula, point, digits=digits)[()] for digits in (DIGITS, MORE_DIGITS))
    if isinstance(fine, bool):
        return None
    if mpmath.isfinite(fine) and fine and mpmath.isfinite(rough) and abs(rough - fine) <= mpmath.mpf("1e-15") * abs(fine):
        return fine
    if word == "value" or mpmath.isfinite(fine) or point[word] != 0:
        return None
    column = slope(node, point, (word, ()), digits=MORE_DIGITS)
    return None if column is None else column[()]


def compare(text: str, formula: sg.Node, point: Values, got: float, true: Any, single: str) -> Outcome:
    """Compare a float with the true number."""
    place = f" of {single}" if single else ""
    detail = f"code says {got!r}, true is {mpmath.nstr(true, 17)}: {formula}"
    if _is_beyond_scipy(text, point):
        return undecided(text, "a Bessel function of SciPy at a tiny or huge argument")
    if np.isnan(got):
        return _judge_nan(text, detail, place, formula, point, true)
    if not np.isfinite(got):
        is_right = abs(true) >= LARGEST and (got > 0) == (true > 0)
        return agreed(text) if is_right else undecided(text, f"overflow: {detail}")
    error = abs(mpmath.mpf(got) - true)
    if error <= TOLERANCE * abs(true) or (abs(true) < SMALLEST and abs(got) < 1e-290):
        return agreed(text)
    if not got and not single:
        return undecided(text, f"underflow: {detail}")
    if error <= 8 * condition(formula, point, (), {}, true):
        return agreed(text)
    if not single and error <= 1000 * loss(formula, point, (), {}, true):
        return undecided(text, f"cancellation: {detail}")
    return found(text, detail, f"a wrong finite number{place}")


def _is_beyond_scipy(text: str, point: Values) -> bool:
    """Whether SciPy's Bessel functions are NaN, or have no digit, at such numbers."""
    has_bessel = any(name in text for name in ("bessel", "spherical_jn", "sinc"))
    return has_bessel and any(0 < abs(number) < 1e-290 or abs(number) > 1e15 for number in point.values())


def _judge_nan(text: str, detail: str, place: str, formula: sg.Node, point: Values, true: Any) -> Outcome:
    """Judge NaN in the place of a number: arithmetic of sixteen digits without overflow may have none either."""
    if abs(true) >= LARGEST:
        return undecided(text, "beyond the largest float")
    if not place and not mpmath.isfinite(loss(formula, point, (), {}, true)):
        return undecided(text, f"cancellation: {detail}")
    return found(text, detail, f"NaN{place}")
