"""Verdicts of convexity against chords in 60 digits, witnesses recomputed, proofs replayed, bounds against sampled curvature."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import sympy as sp

import symgd as sg
from symgd.evaluation import multiprecision as mpmath
from tests.fuzz.formulas import Drawn, Formulas, names_in
from tests.fuzz.outcome import Outcome, agreed, found, refused, undecided
from tests.fuzz.points import Values, draw_array, precise, shape_of, shown

DIGITS = 60
CHORDS = 12
SIZES = {"m": 3, "n": 2}

CONVEX = ["exp({a})", "({a})**2", "softplus({a})", "abs({a})", "relu({a})", "maximum({a}, {b})", "logaddexp({a}, {b})", "cosh({a})",
          "hypot({a}, {b})", "({a})**4", "-log({a})", "1/({a})", "({a})*log({a})", "-sqrt({a})", "maximum({a}, 0)**2", "elu({a}, 1)"]  # fmt: skip
"""Functions that are convex where they are defined, and elu."""

RISING = ["exp({f})", "softplus({f})", "relu({f})", "maximum({f}, {g})", "logaddexp({f}, {g})", "({f}) + ({g})", "2*({f})", "({f}) - ({g})",
          "minimum({f}, {g})", "({f})*({g})", "log({f})", "sqrt({f})", "({f})**2", "1/({f})", "sigmoid({f})", "-({f})", "({f})**(3/2)"]  # fmt: skip
"""What is done with them: some keep convexity, some do not."""

PIECES = [
    "where({a} < 0, {f}, {g})", "where({a} > 1, 2*({a}) - 1, ({a})**2)", "where({a} <= 0, 0, ({a})**2)", "where({a} < 0, ({a})**2, {f})",
    "where(abs({a}) < 1, ({a})**2/2, abs({a}) - 1/2)", "where({a} == 0, 1, {f})", "where({a} > 0, {f}, {f}) + {g}", "where({a} < 0, -({a}), {f})",
]  # fmt: skip
"""Functions in pieces: some are continuous, some are not."""

LOSSES = [
    "mean((X @ w - y)**2)", "mean(log(1 + exp(-y*(X @ w))))", "sum(exp(X @ w) - y*(X @ w))", "norm2(X @ w - y)", "norm1(X @ w - y)",
    "logsumexp(X @ w)", "sum(softplus(X @ w)) + w @ w", "max(X @ w)", "norm2(X @ w - y)**2 + 2*norm1(w)", "sum(sqrt(1 + (X @ w - y)**2))",
    "mean(maximum(0, 1 - y*(X @ w)))", "(w @ w)/2 - mean(X @ w)", "sum(log(X @ w))", "-sum(log(1 + (X @ w)**2))", "sum(tanh(X @ w))",
    "norm2(w)**3", "sum(w**4) - w @ w", "sum(cosh(X @ w))", "norminf(w)", "norm2(X @ w)/(1 + norm2(w))", "logsumexp(X @ w) - mean(X @ w)",
    "prod(w)", "sum(abs(X @ w - y)**3)", "exp(norm2(w))", "log(1 + w @ w)",
    "sum(where(abs(X @ w) < 1, (X @ w)**2/2, abs(X @ w) - 1/2))",
]  # fmt: skip

SHAPES = {"X": "m n", "w": "n", "y": "m"}


def case(seed: int, index: int) -> Outcome:
    """Judge one verdict, or the bounds of one loss."""
    random = Random(f"convexity {seed} {index}")
    kind = random.random()
    if kind < 0.1:
        return judge_bounds(random)
    if kind < 0.3:
        text = random.choice(LOSSES)
        if random.random() < 0.5:
            text = random.choice(["({f}) + ({g})", "maximum({f}, {g})", "({f}) - ({g})", "2*({f}) + w @ w"]).format(
                f=text, g=random.choice(LOSSES)
            )
        shapes = {name: SHAPES[name] for name in names_in(text, SHAPES)}
        return judge(random, Drawn(text, shapes), "w", None)
    drawn = _scalar(random) if kind < 0.8 else Formulas(random).draw(0, 3, random.choice(["x", "xy"]))
    wrt = ["x"] if "x" in drawn.shapes and random.random() < 0.2 else sorted(drawn.shapes)
    domain = _domain(random, drawn)
    return judge(random, drawn, wrt, {name: ends for name, ends in (domain or {}).items() if name in wrt} or None)


def _scalar(random: Random) -> Drawn:
    """Return a formula of one or two scalars, put together from convex parts."""
    names = random.choice(["x", "x", "xy"])

    def affine() -> str:
        return random.choice(["x", "2*x - 1", "-x", "x + 1"] if names == "x" else ["x", "y", "x + y", "x - 2*y", "1 - x", "-y"])

    def part(depth: int) -> str:
        if depth == 0:
            return random.choice(CONVEX).format(a=affine(), b=affine())
        if random.random() < 0.2:
            return random.choice(PIECES).format(f=part(depth - 1), g=part(0), a=affine())
        return random.choice(RISING).format(f=part(depth - 1), g=part(random.randint(0, depth - 1)))

    text = part(random.choice([0, 1, 1, 2, 2]))
    return Drawn(text, dict.fromkeys(names_in(text), ""))


def _domain(random: Random, drawn: Drawn) -> dict[str, Any] | None:
    """Return bounds of some inputs, or none."""
    if random.random() < 0.6:
        return None
    return {
        name: random.choice([(0, None), ("1/2", 3), (-1, 1), (None, 0)]) for name in drawn.shapes if random.random() < 0.7
    } or None


def judge(random: Random, drawn: Drawn, wrt: Any, domain: dict[str, Any] | None) -> Outcome:
    """Judge the verdict on a formula."""
    node = drawn.read()
    text = f"sg.convexity({drawn}, {wrt!r}, domain={domain})"
    try:
        verdict = sg.convexity(node, wrt, domain=domain, budget=3.0)
    except sg.SymgdError as error:
        return refused(text, str(error))
    text = f"{text} is {verdict.kind}"
    if verdict.proof is not None and not verdict.proof.check():
        return found(text, f"proof.check() is False: {verdict.proof.text()[:300]}", "a proof does not check")
    if verdict.witness is not None:
        return judge_witness(verdict, node, text)
    if str(verdict.kind) == "UNKNOWN":
        return undecided(text, verdict.reason)
    return judge_chords(random, verdict, node, text)


# -- chords ---------------------------------------------------------------------------------------------------------


def judge_chords(random: Random, verdict: Any, node: sg.Node, text: str) -> Outcome:
    """Compare the function with chords: of f, of f − m/2·‖x‖² where a modulus m was proven, and of −f."""
    compared = 0
    for _ in range(CHORDS):
        first, second = _ends(random, verdict, node)
        theta = mpmath.mpf(random.choice(["0.5", "0.25", "0.9"]))
        middle = _between(first, second, verdict.wrt, theta)
        with mpmath.workdps(DIGITS):
            gap = _gap(node, verdict, (first, second, middle), theta)
            if gap is None:
                continue
            compared += 1
            amount, noise = gap
            word = _contradiction(verdict, amount, noise, differs=_differ(first, second, verdict.wrt))
        if word and not _is_rounding(node, verdict, (first, second, middle), theta):
            detail = f"{word} by {mpmath.nstr(amount, 5)} between {shown(first)} and {shown(second)}, theta = {theta}"
            return found(text, detail, f"{verdict.kind}, but {word}")
    return agreed(text) if compared else undecided(text, "no chord inside the domain")


_MORE_DIGITS = 12 * DIGITS


def _is_rounding(node: sg.Node, verdict: Any, points: tuple[Values, Values, Values], theta: Any) -> bool:
    """Whether more digits contradict nothing: beside e³²⁴ the curvature of log(1 + eˣ) is lost in few."""
    with mpmath.workdps(_MORE_DIGITS):
        values = [precise(node, point, SIZES, _MORE_DIGITS)[()] for point in points]
        if values[0] == values[1] == values[2] != 0:  # 1 + e⁻⁴⁰⁰⁰⁰ is 1 in any number of digits
            return True
        amount, noise = _gap(node, verdict, points, theta, _MORE_DIGITS) or (mpmath.mpf(1), mpmath.mpf(0))
        return not _contradiction(verdict, amount, noise * mpmath.mpf(10) ** (DIGITS - _MORE_DIGITS), differs=True)


def _contradiction(verdict: Any, gap: Any, noise: Any, *, differs: bool) -> str:
    """Return how a chord contradicts the verdict, where it does; `gap` is what the chord lies above the function."""
    kind = verdict.kind
    if kind.is_convex and gap < -noise:
        return "the function lies above a chord"
    if kind.is_concave and gap > noise:
        return "the function lies below a chord"
    is_strict = str(kind).startswith(("STRICTLY", "STRONGLY")) and verdict.modulus is None
    return "a chord lies on the function" if is_strict and differs and abs(gap) <= noise * mpmath.mpf("1e-5") else ""


def _gap(
    node: sg.Node, verdict: Any, points: tuple[Values, Values, Values], theta: Any, digits: int = DIGITS
) -> tuple[Any, Any] | None:
    """Return θ·f(a) + (1 − θ)·f(b) − f(θa + (1 − θ)b) and what rounding leaves of it, or None outside the domain."""
    values = [precise(node, point, SIZES, digits)[()] for point in points]
    if not all(mpmath.isfinite(value) for value in values):
        return None
    modulus = _modulus(verdict, points[0])
    squares = [modulus / 2 * sum(_square(point[symbol.name]) for symbol in verdict.wrt) for point in points]
    a, b, inside = (value - square for value, square in zip(values, squares, strict=True))
    noise = mpmath.mpf("1e-45") * max(abs(one) for one in (*values, *squares, mpmath.mpf("1e-300")))
    return theta * a + (1 - theta) * b - inside, noise


def _square(value: Any) -> Any:
    return sum(mpmath.mpf(entry) ** 2 for entry in np.asarray(value, dtype=object).flat)


def _modulus(verdict: Any, point: Values) -> Any:
    """Return the modulus as a number at a point, 0 without one."""
    if verdict.modulus is None:
        return mpmath.mpf(0)
    if isinstance(verdict.modulus, sg.Node):
        return precise(verdict.modulus, point, SIZES, DIGITS)[()]
    if isinstance(verdict.modulus, sp.Expr):
        return mpmath.mpf(str(sp.N(verdict.modulus, DIGITS)))
    return mpmath.mpf(Fraction(verdict.modulus).numerator) / Fraction(verdict.modulus).denominator


def _differ(first: Values, second: Values, wrt: list[sg.Node]) -> bool:
    return any(bool(np.any(np.asarray(first[node.name]) != np.asarray(second[node.name]))) for node in wrt)


def _ends(random: Random, verdict: Any, node: sg.Node) -> tuple[Values, Values]:
    """Return two points inside the bounds of the verdict that differ in the variables only."""
    scale = random.choice([0.3, 1.0, 4.0])
    first = {symbol.name: draw_array(random, shape_of(symbol, SIZES), scale) for symbol in node.symbols}
    second = dict(first)
    for symbol in verdict.wrt:
        if symbol.name in first:
            for point in (first, second):
                point[symbol.name] = _inside(random, verdict.intervals.get(symbol), shape_of(symbol, SIZES), scale)
    return first, second


def _inside(random: Random, interval: Any, shape: tuple[int, ...], scale: float) -> Any:
    """Return an array inside an interval."""
    drawn = draw_array(random, shape, scale)
    if interval is None or interval.is_everything:
        return drawn
    low, high = float(interval.low), float(interval.high)
    if np.isfinite(low) and np.isfinite(high):
        return low + (high - low) * (0.01 + 0.98 * np.abs(np.sin(drawn)))
    return low + np.abs(drawn) + 0.01 if np.isfinite(low) else high - np.abs(drawn) - 0.01


def _between(first: Values, second: Values, wrt: list[sg.Node], theta: Any) -> Values:
    """Return θ·first + (1 − θ)·second, exactly."""
    point = dict(first)
    with mpmath.workdps(DIGITS):
        for node in wrt:
            if node.name in first:
                ends = [np.vectorize(mpmath.mpf, otypes=[object])(one[node.name]) for one in (first, second)]
                point[node.name] = np.asarray(theta * ends[0] + (1 - theta) * ends[1], dtype=object)
    return point


# -- witnesses ------------------------------------------------------------------------------------------------------


def judge_witness(verdict: Any, node: sg.Node, text: str) -> Outcome:
    """Compute both counterexamples again from values of the formula in 60 digits."""
    if any(symbol.shape for symbol in node.symbols):
        return agreed(text) if verdict.witness.check() else found(text, "witness.check() is False", "a witness does not check")
    for one in (verdict.witness.against_convexity, verdict.witness.against_concavity):
        chord = one.chord()
        if chord is None:
            return found(text, f"no chord shows {one.text()}", "a witness has no chord")
        gap = _exact_gap(node, chord, verdict.witness.parameters)
        if gap is None or (gap >= 0 if chord.sign < 0 else gap <= 0):
            return found(text, f"{chord.text()}, but the chord is above by {gap}", "a witness is wrong")
        if not all(_lies_in(verdict, point) for point in (chord.first, chord.second)):
            return found(text, f"{chord.text()} lies outside the domain", "a witness outside the domain")
    return agreed(text)


def _exact_gap(node: sg.Node, chord: Any, parameters: Any) -> Any:
    with mpmath.workdps(DIGITS):
        values = []
        for point in (chord.first, chord.second, chord.middle):
            numbers = {**{symbol.name: value for symbol, value in point.items()}, **dict(parameters)}
            exact = {
                name: np.asarray(mpmath.mpf(Fraction(value).numerator) / Fraction(value).denominator)
                for name, value in numbers.items()
            }
            values.append(precise(node, exact, SIZES, DIGITS)[()])
        if not all(mpmath.isfinite(value) for value in values):
            return None
        theta = mpmath.mpf(chord.theta.numerator) / chord.theta.denominator
        return theta * values[0] + (1 - theta) * values[1] - values[2]


def _lies_in(verdict: Any, point: Any) -> bool:
    return all(value in verdict.intervals[symbol] for symbol, value in point.items() if symbol in verdict.intervals)


# -- bounds ---------------------------------------------------------------------------------------------------------


def judge_bounds(random: Random) -> Outcome:
    """Compare bounds of the curvature of a loss with second differences along random directions."""
    loss = random.choice(LOSSES)
    shapes = {name: SHAPES[name] for name in names_in(loss, SHAPES)}
    node = Drawn(loss, shapes).read()
    data = {name: draw_array(random, shape_of(sg.tensor(name, shape), SIZES)) for name, shape in shapes.items() if name != "w"}
    around, radius = draw_array(random, (2,)), random.choice([0.5, 2.0])
    is_ball = random.random() < 0.5
    text = (
        f"sg.curvature_bounds({loss!r}, 'w', {shown(data)}{f', around={around.tolist()}, radius={radius}' if is_ball else ''})"
    )
    try:
        bounds = sg.curvature_bounds(node, "w", data, **({"around": around, "radius": radius} if is_ball else {}))
    except sg.SymgdError as error:
        return refused(text, str(error))
    for _ in range(CHORDS):
        place = around + _within_ball(random, radius * 0.99) if is_ball else draw_array(random, (2,), 3.0)
        direction = draw_array(random, (2,))
        if not direction.any():
            continue
        bend = _bend(node, {**data, "w": place}, direction)
        if bend is not None and not _is_between(bend, bounds):
            detail = f"m = {bounds.modulus}, L = {bounds.lipschitz}, but v'Hv/v'v = {mpmath.nstr(bend, 12)} at w = {place.tolist()}, v = {direction.tolist()}"
            return found(text, detail, "a bound of the curvature is passed")
    return agreed(text)


def _is_between(bend: Any, bounds: Any) -> bool:
    low, high = bounds.modulus, bounds.lipschitz
    noise = mpmath.mpf("1e-9") * (1 + abs(bend))
    return (low is None or bend >= mpmath.mpf(float(low)) - noise) and (high is None or bend <= mpmath.mpf(float(high)) + noise)


def _within_ball(random: Random, radius: float) -> Any:
    drawn = draw_array(random, (2,))
    return drawn * radius * random.random() / max(float(np.linalg.norm(drawn)), 1e-9)


def _bend(node: sg.Node, point: Values, direction: Any) -> Any:
    """Return vᵀHv/vᵀv by a second difference, or None at kinks and outside the domain."""
    with mpmath.workdps(DIGITS):
        found = []
        for step in (mpmath.mpf("1e-12"), mpmath.mpf("1e-13")):
            values = []
            for way in (-1, 0, 1):
                place = np.array(
                    [mpmath.mpf(x) + way * step * mpmath.mpf(d) for x, d in zip(point["w"], direction, strict=True)]
                )
                values.append(precise(node, {**point, "w": place}, SIZES, DIGITS)[()])
            if not all(mpmath.isfinite(value) for value in values):
                return None
            found.append((values[0] - 2 * values[1] + values[2]) / step**2 / _square(direction))
        return found[1] if abs(found[0] - found[1]) <= mpmath.mpf("1e-6") * (1 + abs(found[1])) else None
