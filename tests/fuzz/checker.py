"""The checker: right gradients are never WRONG, wrong ones never RIGHT.

Right ones are symgd's own, rearranged, and compiled. Wrong ones have one fault: a sign, a factor, a relative error of 10⁻⁶, a
term, an entry, a size, a single point, a narrow interval. Each is claimed as a formula and as code; code of the loss is judged
with code of the gradient too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

import symgd as sg
from symgd.testing import assert_gradient
from tests.fuzz.formulas import Formulas
from tests.fuzz.outcome import Outcome, Verdict, agreed, found, undecided
from tests.fuzz.points import Values, draw_point, is_finite, largest, precise, shown

DIGITS = 60
VISIBLE = 5e-7
"""Differences that even values in float64 show."""
FUNCTIONS = [
    "exp", "log", "sin", "cos", "tanh", "abs", "relu", "sigmoid", "softplus", "atan", "erf", "cbrt", "maximum", "minimum", "where", "pow",
    "hypot", "asinh", "log1p", "expm1", "cosh", "silu", "logaddexp",
]  # fmt: skip

Claim = sg.Node
Fault = Callable[[Random, sg.Node, sg.Node], Claim | None]
"""Takes the generator, the right gradient and its variable."""


def case(seed: int, index: int) -> Outcome:
    """Judge one right and one wrong claim about the gradient of one formula."""
    random = Random(f"checker {seed} {index}")
    size = random.choice(["3", "n", "2"])
    drawn = Formulas(random, size, FUNCTIONS, without="expm").draw(
        0, random.randint(1, 3), random.choice(["x", "xy", "u", "xu", "uv", "uA"])
    )
    loss = drawn.read()
    if not loss.symbols:
        return undecided(str(drawn), "it is a number")
    wrt = random.choice(loss.symbols)
    gradient = sg.gradient(loss, wrt)
    text = f"{drawn} in {wrt.name}"
    outcome = judge_right(random, loss, wrt, gradient, text)
    return outcome if outcome.verdict is Verdict.FOUND else judge_wrong(random, loss, wrt, gradient, text)


# -- right ones -----------------------------------------------------------------------------------------------------


def judge_right(random: Random, loss: sg.Node, wrt: sg.Node, gradient: sg.Node, text: str) -> Outcome:
    """Judge a right claim in one form."""
    name, arrange = random.choice(list(RIGHT.items()))
    claim = arrange(gradient)
    form = random.choice(list(FORMS))
    verdict = FORMS[form](random, loss, wrt, claim, draw_point(random, loss))
    if verdict == "WRONG":
        return found(f"{text}: {claim}, {name}, as {form}", f"a right gradient is {verdict}", f"right is wrong: {form}")
    return agreed(text)


RIGHT: dict[str, Callable[[sg.Node], sg.Node]] = {
    "symgd's own": lambda g: g,
    "times 3, over 3": lambda g: 3 * g / 3,
    "split": lambda g: g / 4 + 3 * g / 4,
    "minus minus": lambda g: 0 - (0 - g),
    "with a bracket": lambda g: (g + 1) - 1,
    "squares": lambda g: g * (sg.sin(g) ** 2 + sg.cos(g) ** 2),
}


# -- wrong ones -----------------------------------------------------------------------------------------------------


def judge_wrong(random: Random, loss: sg.Node, wrt: sg.Node, gradient: sg.Node, text: str) -> Outcome:
    """Judge a wrong claim in one form."""
    name, fault = random.choice(list(FAULTS.items()))
    claim = fault(random, gradient, wrt)
    if claim is None or claim.shape != gradient.shape:
        return agreed(text)
    place = _place_that_differs(random, loss, gradient, claim, wrt)
    if place is None:
        return undecided(text, f"{name} makes no difference")
    form = random.choice(list(FORMS))
    if form == "two functions" and name in SPECIAL:
        return undecided(text, "two functions are judged at a point")
    verdict = FORMS[form](random, loss, wrt, claim, place)
    if verdict == "RIGHT":
        detail = f"differs at {shown(place)}; right is {gradient}"
        return found(
            f"{text}: {claim}, {name}, as {form}", f"a wrong gradient is {verdict}; {detail}", f"wrong is right: {name}, {form}"
        )
    return agreed(text)


def _place_that_differs(random: Random, loss: sg.Node, gradient: sg.Node, claim: sg.Node, wrt: sg.Node) -> Any:
    """Return a point where both have values that differ, and the loss has one."""
    for attempt in range(8):
        point = draw_point(random, loss)
        if attempt > 3:
            point[wrt.name] = np.where(
                np.arange(np.size(point[wrt.name])).reshape(np.shape(point[wrt.name])) % 2 == 0, 2.0, 2.9995
            )
        values = [precise(one, point, digits=DIGITS) for one in (loss, gradient, claim)]
        if all(map(is_finite, values[:2])) and largest(values[1] - values[2]) > VISIBLE * largest(values[1]):
            return point
    return None


def _terms(random: Random, gradient: sg.Node, wrt: sg.Node) -> Claim | None:
    """Drop a term of a sum."""
    if gradient.primitive.name != "add":
        return None
    kept = list(gradient.args)
    dropped = kept.pop(random.randrange(len(kept)))
    claim = sum(kept[1:], kept[0])
    return claim if claim.shape == gradient.shape and not dropped.equals_number(0) else None


def _entry(random: Random, gradient: sg.Node, wrt: sg.Node) -> Claim | None:
    """Double the first entry."""
    return sg.concatenate([2 * gradient[:1], gradient[1:]]) if gradient.rank == 1 else None


def _size(random: Random, gradient: sg.Node, wrt: sg.Node) -> Claim | None:
    """Multiply by n/3."""
    sizes = [size for size in wrt.shape if not isinstance(size, int)]
    return gradient * sg.sum(sg.ones(wrt.shape)) / 3 ** len(sizes) if sizes else None


FAULTS: dict[str, Fault] = {
    "sign": lambda random, g, x: -g,
    "factor": lambda random, g, x: g * random.choice([2, sg.formula("1/2"), sg.formula("1.1")]),
    "1e-6": lambda random, g, x: g * sg.formula("1000001/1000000"),
    "constant": lambda random, g, x: g + sg.formula("1/1000"),
    "term": _terms,
    "entry": _entry,
    "size": _size,
    "a point": lambda random, g, x: _at(g, x),
    "a hair's breadth": lambda random, g, x: _between(g, x),
    "infinite": lambda random, g, x: sg.where(x > 0, g, math.inf),
    "a half": lambda random, g, x: sg.where(x > 0, g, 2 * g),
}
SPECIAL = {"a point", "a hair's breadth"}


def _at(gradient: sg.Node, wrt: sg.Node) -> Claim:
    """Say 100 where the variable is 2."""
    return sg.where(sg.equal(wrt, 2), 100, gradient)


def _between(gradient: sg.Node, wrt: sg.Node) -> Claim:
    """Add 1 between 2.999 and 3."""
    return sg.where(wrt < 3, sg.where(wrt > sg.formula("2.999"), gradient + 1, gradient), gradient)


# -- forms ----------------------------------------------------------------------------------------------------------


def as_formula(random: Random, loss: sg.Node, wrt: sg.Node, claim: sg.Node, place: Values) -> str:
    """Claim a formula."""
    return str(sg.check_gradient(loss, wrt, gradient=claim, seed=random.randrange(100)).verdict)


def as_code(random: Random, loss: sg.Node, wrt: sg.Node, claim: sg.Node, place: Values) -> str:
    """Claim compiled code."""
    arguments = list(loss.symbols)
    return str(sg.check_gradient(loss, wrt, gradient=sg.lambdify(arguments, claim), seed=random.randrange(100)).verdict)


def as_two_functions(random: Random, loss: sg.Node, wrt: sg.Node, claim: sg.Node, place: Values) -> str:
    """Claim code of the gradient of code, at a place where the claim differs if it is wrong."""
    others = {symbol: place[symbol.name] for symbol in loss.symbols if symbol is not wrt}
    value, slope = (sg.lambdify([wrt, *others], one) for one in (loss, claim))
    return str(
        sg.check_gradient(
            lambda x: value(x, *others.values()), lambda x: slope(x, *others.values()), at=place[wrt.name]
        ).verdict
    )


def as_assertion(random: Random, loss: sg.Node, wrt: sg.Node, claim: sg.Node, place: Values) -> str:
    """Assert a formula."""
    try:
        assert_gradient(loss, claim, wrt=wrt)
    except sg.GradientError as error:
        return "WRONG" if "mismatch" in str(error) else "UNSURE"
    return "RIGHT"


FORMS: dict[str, Callable[[Random, sg.Node, sg.Node, sg.Node, Values], str]] = {
    "formula": as_formula,
    "code": as_code,
    "two functions": as_two_functions,
    "assertion": as_assertion,
}
