"""Verdicts on quasiconvexity and on convexity of the logarithm against three points on lines in 60 digits, proofs replayed."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

import symgd as sg
from symgd.curvature.kind import KINDS, Kind
from symgd.evaluation import multiprecision as mpmath
from tests.fuzz import convexity
from tests.fuzz.formulas import Drawn, Formulas, names_in
from tests.fuzz.outcome import Outcome, agreed, found, refused, undecided
from tests.fuzz.points import precise, shown

LINES = 24
NAMES = list(KINDS)

PARTS = ["exp({a})", "({a})**2", "abs({a})", "sqrt(abs({a}))", "log({a})", "{a}", "1/({a})", "floor({a})", "ceil({a})", "sigmoid({a})",
         "ndtr({a})", "exp(-({a})**2)", "1/(1 + ({a})**2)", "gamma({a})", "softplus({a})", "tanh({a})", "({a})*exp({a})", "({a})**3",
         "maximum(0, 1 - abs({a}))", "1/cosh({a})", "sqrt({a})", "({a})/({b})", "({a})*({b})", "erfc({a})", "abs({a})**(1/3)", "sign({a})",
         "({a})**4 - ({a})**2", "({a})**3 - ({a})", "where({a} < 0, -({a}), sqrt(abs({a})))", "where({a} > 0, 1, 0)", "relu({a})",
         "where({a} < 1, ({a})**2, 2 - ({a}))", "({a})**(3/2)", "atan({a})", "exp(-abs({a}))", "logaddexp({a}, {b})", "hypot({a}, {b})"]  # fmt: skip
"""Functions of which some are quasiconvex, some log-concave, some neither."""

JOINED = ["{f}", "{f}", "-({f})", "exp({f})", "log({f})", "sqrt({f})", "({f})**2", "({f})**3", "1/({f})", "maximum({f}, {g})",
          "minimum({f}, {g})", "({f})*({g})", "({f})/({g})", "({f}) + ({g})", "({f}) - ({g})", "floor({f})", "sigmoid({f})", "ndtr({f})",
          "2*({f}) + 1", "({f}) + 3", "exp(-({f}))", "abs({f})", "({f})**(1/3)", "tanh({f})", "1 - ({f})", "softplus({f})", "relu({f})",
          "({f})/(1 + ({f}))", "({f})**2*({g})", "where({a} < 1, {f}, {g})", "log(1 + ({f}))", "1 - ndtr({f})", "cosh({f})"]  # fmt: skip
"""What is done with them."""

LOSSES = [
    "exp(-norm2(X @ w - y))", "exp(-norm2(X @ w - y)**2)", "max(sqrt(abs(X @ w)))", "prod(sigmoid(X @ w))", "1/sum(exp(X @ w))",
    "sum(exp(X @ w))", "sqrt(norm1(X @ w))", "min(X @ w)", "prod(ndtr(X @ w))", "sum(sigmoid(X @ w))", "norm2(X @ w)/(1 + norm2(w))",
    "(w[0] + w[1] + 1)/(norm2(w) + 3)", "norm2(w)/(5 + w[0])", "max(floor(X @ w))", "exp(min(X @ w))", "prod(w)", "log(1 + w @ w)",
    "mean(tanh(X @ w))", "norm2(w)**(1/2)", "w[0]*w[1]", "sum(w**2)/(1 + sum(w**2))", "1/(1 + w @ w)", "exp(-max(abs(X @ w - y)))",
    "floor(norm1(w))", "min(sigmoid(X @ w))", "max(w) - min(w)", "prod(exp(w))", "exp(w[0])/sum(exp(w))",
]  # fmt: skip


def case(seed: int, index: int) -> Outcome:
    """Judge one verdict on a kind beside convexity."""
    random = Random(f"kinds {seed} {index}")
    kind = random.choice(NAMES)
    share = random.random()
    if share < 0.2:
        text = random.choice(LOSSES)
        if random.random() < 0.3:
            text = random.choice(JOINED[:-8]).format(f=text, g=random.choice(LOSSES), a="w[0]", b="w[1]")
        shapes = {name: convexity.SHAPES[name] for name in names_in(text, convexity.SHAPES)}
        return judge(random, Drawn(text, shapes), "w", _domain_of_weights(random), kind)
    drawn = _scalar(random) if share < 0.85 else Formulas(random).draw(0, 3, random.choice(["x", "xy"]))
    wrt = ["x"] if "x" in drawn.shapes and random.random() < 0.1 else sorted(drawn.shapes)
    domain = _domain(random, drawn)
    return judge(random, drawn, wrt, {name: ends for name, ends in (domain or {}).items() if name in wrt} or None, kind)


def _domain_of_weights(random: Random) -> dict[str, Any] | None:
    return {"w": random.choice(["(0, inf)", "[0, 1]", "[-2, 1)"])} if random.random() < 0.4 else None


def _domain(random: Random, drawn: Drawn) -> dict[str, Any] | None:
    """Return bounds of some inputs, open and closed, or none."""
    ends = ["(0, inf)", "[0, inf)", "[1/2, 3]", "(-1, 1)", "(-inf, 0)", "[-1, 2]", "(1, 5)"]
    return {name: random.choice(ends) for name in drawn.shapes if random.random() < 0.6} or None


def _scalar(random: Random) -> Drawn:
    names = random.choice(["x", "x", "xy"])

    def affine() -> str:
        return random.choice(
            ["x", "x", "2*x - 1", "-x", "x + 1"]
            if names == "x"
            else ["x", "y", "x + y", "x - 2*y", "1 - x", "-y", "x + 2*y + 1"]
        )

    def part(depth: int) -> str:
        if depth == 0:
            return random.choice(PARTS).format(a=affine(), b=affine())
        return random.choice(JOINED).format(f=part(depth - 1), g=part(random.randint(0, depth - 1)), a=affine())

    text = part(random.choice([0, 1, 1, 2, 2]))
    return Drawn(text, dict.fromkeys(names_in(text), ""))


def judge(random: Random, drawn: Drawn, wrt: Any, domain: dict[str, Any] | None, kind: str) -> Outcome:
    """Judge the verdict on a formula."""
    node = drawn.read()
    text = f"sg.convexity({drawn}, {wrt!r}, domain={domain}, kind={kind!r})"
    try:
        verdict = sg.convexity(node, wrt, domain=domain, kind=kind, budget=3.0)
    except sg.SymgdError as error:
        return refused(text, str(error))
    text = f"{text} is {verdict.kind}"
    if verdict.kind is Kind.UNKNOWN:
        return undecided(text, verdict.reason)
    if random.random() < 0.4 and not verdict.check():
        return found(text, f"check() is False: {(verdict.proof or verdict.witness).text()[:300]}", "a verdict does not check")
    if verdict.witness is not None:
        return judge_witness(verdict, node, text)
    return judge_lines(random, verdict, node, text)


def judge_lines(random: Random, verdict: Any, node: sg.Node, text: str) -> Outcome:
    """Compare values at three points on lines with what was proven."""
    compared = 0
    for _ in range(LINES):
        first, second = convexity._ends(random, verdict, node)
        theta = mpmath.mpf(random.choice(["0.5", "0.25", "0.9", "0.1"]))
        middle = convexity._between(first, second, verdict.wrt, theta)
        values = _values(node, (first, second, middle), convexity.DIGITS)
        if not all(map(mpmath.isfinite, values)):
            continue
        compared += 1
        with mpmath.workdps(convexity.DIGITS):
            excess = _excess(verdict.kind, *values, theta)
        if excess > mpmath.mpf("1e-40") and not _is_rounding(values, _values(node, (first, second, middle), _MORE_DIGITS)):
            detail = f"by {mpmath.nstr(excess, 5)} between {shown(first)} and {shown(second)}, theta = {theta}"
            return found(text, detail, f"{verdict.kind} is not true")
    return agreed(text) if compared else undecided(text, "no line inside the domain")


_MORE_DIGITS = 2 * convexity.DIGITS


def _values(node: sg.Node, points: Any, digits: int) -> list[Any]:
    with mpmath.workdps(digits):
        return [precise(node, point, convexity.SIZES, digits)[()] for point in points]


def _is_rounding(values: list[Any], finer: list[Any]) -> bool:
    """Whether a value is made of rounding errors, as loggamma(x/x) is: it is another one in more digits."""
    pairs = zip(values, finer, strict=True)
    return any(abs(value - better) > mpmath.mpf("1e-30") * abs(better) for value, better in pairs)


def _excess(kind: Kind, a: Any, b: Any, between: Any, theta: Any) -> Any:
    """Return how much values contradict a kind, relative to their size; 0 or less where they do not."""
    size = max(abs(a), abs(b), abs(between), mpmath.mpf("1e-300"))
    if kind is Kind.QUASICONVEX:
        return (between - max(a, b)) / size
    if kind is Kind.QUASICONCAVE:
        return (min(a, b) - between) / size
    if min(a, b, between) < 0:
        return mpmath.mpf(1)
    product = a**theta * b ** (1 - theta) if a > 0 and b > 0 else mpmath.mpf(0)
    return (between - product if kind is Kind.LOG_CONVEX else product - between) / max(product, between, mpmath.mpf("1e-300"))


def judge_witness(verdict: Any, node: sg.Node, text: str) -> Outcome:
    """Compute a counterexample again from values of the formula in 60 digits."""
    if any(symbol.shape for symbol in node.symbols):
        return agreed(text)
    points = verdict.witness.points
    values = []
    with mpmath.workdps(convexity.DIGITS):
        for point in (points.first, points.second, points.middle):
            numbers = {**{symbol.name: value for symbol, value in point.items()}, **dict(verdict.witness.parameters)}
            if not all(value in verdict.intervals[symbol] for symbol, value in point.items() if symbol in verdict.intervals):
                return found(text, f"{points.text()} lies outside the domain", "a witness outside the domain")
            exact = {name: np.asarray(_number(value)) for name, value in numbers.items()}
            values.append(precise(node, exact, convexity.SIZES, convexity.DIGITS)[()])
        if not all(mpmath.isfinite(value) for value in values):
            return found(text, f"{points.text()} lies outside the domain", "a witness outside the domain")
        excess = _excess(points.kind, *values, _number(points.theta))
    return agreed(text) if excess > 0 else found(text, f"{points.text()}: {values}", "a witness is wrong")


def _number(value: Any) -> Any:
    fraction = Fraction(value)
    return mpmath.mpf(fraction.numerator) / fraction.denominator
