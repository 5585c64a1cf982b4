"""What every direction and every step size must satisfy. Each law takes a class and raises AssertionError where it is broken.

The worked tables are computed without symgd: in rational numbers or in 50 digits, from the formula as it was published, in
another form than the code's where there is one.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from symgd.descent.batches import Batches
from symgd.descent.direction import GradientDescent
from symgd.descent.method import Kind, parameters_of
from symgd.descent.minimize import Problem, descend
from symgd.descent.step_size import LearningRate
from symgd.errors import SymgdError

GRADIENTS = [[3, -1], [Fraction(1, 2), 2], [-2, Fraction(1, 4)], [1, 1], [0, -4], [Fraction(-3, 2), 0]]
HESSIANS = [[[4, 1], [1, 3]], [[2, 0], [0, 5]], [[10, -2], [-2, 1]], [[1, 0], [0, 1]], [[3, 1], [1, 1]], [[6, 2], [2, 9]]]
CLOSE = 1e-12


# -- quadratics -------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Quadratic:
    """(x − a)ᵀA(x − a)/2."""

    matrix: Any
    centre: Any

    def value(self, x: Any) -> float:
        gap = x - self.centre
        return float(gap @ self.matrix @ gap / 2)

    def problem(self) -> Problem:
        return Problem(self.value, lambda x, batch: (self.value(x), self.matrix @ (x - self.centre)), lambda x: self.matrix)


def quadratics() -> Iterator[Quadratic]:
    """Yield quadratics whose curvatures lie between 1/10 and 1."""
    generator = np.random.default_rng(5)
    for n in (1, 2, 5):
        basis = np.linalg.qr(generator.normal(size=(n, n)))[0]
        curvatures = np.linspace(0.1, 1.0, n) if n > 1 else np.array([1.0])
        yield Quadratic(basis @ np.diag(curvatures) @ basis.T, generator.normal(size=n))


def law_descends_a_quadratic(make: Any, kind: Kind) -> None:
    """From a distance of 1 or more the loss falls by a factor of 10⁶, and the first step points down."""
    for quadratic in quadratics():
        direction = make() if kind is Kind.DIRECTION else GradientDescent()
        step_size = LearningRate(0.05) if kind is Kind.DIRECTION else _step_size(make)
        start = quadratic.centre + 1.0
        gradient = quadratic.matrix @ (start - quadratic.centre)
        if kind is Kind.DIRECTION:
            direction.start(start)
            assert gradient @ direction.next(gradient, *_hessian(make, quadratic.matrix)) > 0, (
                "the first step does not point down"
            )
        run = descend(quadratic.problem(), start, direction, step_size, Batches(1), epochs=3000, gradient_tolerance=1e-12)
        assert run.value <= 1e-6 * quadratic.value(start), run


def _step_size(make: Any) -> Any:
    return make(**{one.name: 0.5 for one in parameters_of(make) if one.default is None})


def _hessian(make: Any, matrix: Any) -> tuple[Any, ...]:
    return (np.array(matrix, dtype=float),) if getattr(make, "needs_hessian", False) else ()


# -- state ------------------------------------------------------------------------------------------------------


def directions_of(direction: Any) -> list[Any]:
    """Return the directions for the gradients of the table, from a fresh start."""
    direction.start(np.zeros(2))
    return [
        np.array(direction.next(np.array(gradient, dtype=float), *_hessian(type(direction), hessian)))
        for gradient, hessian in zip(GRADIENTS, HESSIANS, strict=True)
    ]


def rates_of(step_size: Any) -> list[float]:
    """Return the rates along the steps of a descent on (x² + 8y²)/2."""
    x, rates = np.array([4.0, 1.0]), []
    for step in range(6):
        gradient = np.array([1.0, 8.0]) * x
        rates.append(step_size.choose(step, x, gradient, gradient, _bowl(x), _bowl))
        x = x - rates[-1] * gradient
    return rates


def _bowl(x: Any) -> Any:
    return (x[0] * x[0] + 8 * x[1] * x[1]) / 2


def law_restarts_clean(make: Any, kind: Kind) -> None:
    """A second run with the same instance is the first one again, whatever its parameters are."""
    compute = directions_of if kind is Kind.DIRECTION else rates_of
    for options, _ in worked(make, kind):
        used = make(**options)
        np.testing.assert_array_equal(compute(used), compute(used))


def law_changes_nothing_it_was_given(make: Any, kind: Kind) -> None:
    """Neither the gradient nor a direction that was returned is written to later."""
    if kind is not Kind.DIRECTION:
        return
    direction, given, returned = make(), [], []
    direction.start(np.zeros(2))
    for gradient, hessian in zip(GRADIENTS, HESSIANS, strict=True):
        given.append(np.array(gradient, dtype=float))
        step = direction.next(given[-1], *_hessian(make, hessian))
        returned.append((step, np.array(step)))
    np.testing.assert_array_equal(given, np.array(GRADIENTS, dtype=float))
    for step, copy in returned:
        np.testing.assert_array_equal(step, copy)


# -- parameters -------------------------------------------------------------------------------------------------


def law_parameters_are_read(make: Any, kind: Kind) -> None:
    """A parameter in its range is kept as a float, and what is not in it is refused by name."""
    base = {one.name: 0.5 for one in parameters_of(make) if one.default is None}
    for one in parameters_of(make):
        low, high = (float(end) for end in one.within[1:-1].split(","))
        inside = [low] * (one.within[0] == "[") + [high] * (one.within[-1] == "]") + [_between(low, high)]
        outside = [low] * (one.within[0] == "(") + [high] * (one.within[-1] == ")") + [low - 1, math.nan, "1", None, True]
        for number in inside:
            found = getattr(make(**{**base, one.name: Fraction(number) if math.isfinite(number) else number}), one.name)
            assert type(found) is float and found == number, (one, found)
        for value in outside:
            refusal = _refusal(make, {**base, one.name: value})
            assert refusal is not None, f"{make.name} takes {one.name} = {value}"
            assert one.words in refusal.cause, refusal
            assert f"{make.name} takes" in (refusal.hint or "") and one.name in (refusal.hint or ""), refusal


def _refusal(make: Any, options: dict[str, Any]) -> SymgdError | None:
    try:
        make(**options)
    except SymgdError as error:
        return error
    return None


def _between(low: float, high: float) -> float:
    return low + 1 if math.isinf(high) else (low + high) / 2


def law_parameters_matter(make: Any, kind: Kind) -> None:
    """Each parameter changes what is computed."""
    compute = directions_of if kind is Kind.DIRECTION else rates_of
    base = {one.name: 0.5 for one in parameters_of(make) if one.default is None}
    usual = np.array(compute(make(**base)))
    for one in parameters_of(make):
        low, high = (float(end) for end in one.within[1:-1].split(","))
        tries = [low + share * (min(high, low + 1) - low) for share in (0.05, 0.3, 0.9)]
        changed = [np.array(compute(make(**{**base, one.name: number}))) for number in tries]
        assert any(not np.array_equal(usual, other) for other in changed), one.name


# -- words ------------------------------------------------------------------------------------------------------


def law_says_what_it_is(make: Any, kind: Kind) -> None:
    """There are a sentence, a formula and a source, and each parameter has a meaning."""
    from symgd.descent.method import Method

    record = Method(kind, make.name, make)
    assert record.sentence.endswith("."), record.sentence
    assert len(record.formula) > 5
    assert any(character.isdigit() for character in record.source), record.source
    assert all(len(one.meaning) > 5 for one in record.parameters)


# -- worked tables ----------------------------------------------------------------------------------------------


def gradient_descent() -> list[tuple[dict[str, Any], list[list[Any]]]]:
    """Cauchy 1847: against the gradient."""
    return [({}, GRADIENTS)]


def heavy_ball() -> list[tuple[dict[str, Any], list[list[Any]]]]:
    """Polyak 1964, equation (9): xₖ₊₁ = xₖ − α·∇f(xₖ) + β·(xₖ − xₖ₋₁); the direction is (xₖ − xₖ₊₁)/α."""
    tables = []
    for beta in (Fraction(0), Fraction(1, 2), Fraction(9, 10)):
        alpha, x, before, rows = Fraction(1, 7), [Fraction(0)] * 2, [Fraction(0)] * 2, []
        for gradient in GRADIENTS:
            after = [p - alpha * g + beta * (p - q) for p, q, g in zip(x, before, gradient, strict=True)]
            rows.append([(p - q) / alpha for p, q in zip(x, after, strict=True)])
            x, before = after, x
        tables.append(({"beta": beta}, rows))
    return tables


def adam() -> list[tuple[dict[str, Any], list[list[Any]]]]:
    """Kingma & Ba 2015, algorithm 1, with its means written as the sums of section 3: m̂ₜ = Σ β₁ᵗ⁻ⁱ·gᵢ / Σ β₁ᵗ⁻ⁱ."""
    tables = []
    for b1, b2, epsilon in (("0.9", "0.999", "1e-8"), ("0.5", "0.25", "0.125"), ("0", "0.5", "1e-8")):
        beta1, beta2 = Fraction(b1), Fraction(b2)
        rows = []
        for t in range(1, len(GRADIENTS) + 1):
            row = []
            for entry in range(2):
                seen = [Fraction(gradient[entry]) for gradient in GRADIENTS[:t]]
                mean, square = _weighted(seen, beta1), _weighted([g * g for g in seen], beta2)
                row.append(_mp(mean) / (mpmath.sqrt(_mp(square)) + mpmath.mpf(epsilon)))
            rows.append(row)
        tables.append(({"beta1": beta1, "beta2": beta2, "epsilon": Fraction(epsilon)}, rows))
    return tables


def _weighted(values: list[Fraction], beta: Fraction) -> Fraction:
    weights = [beta**k for k in range(len(values))][::-1]
    return sum((w * value for w, value in zip(weights, values, strict=True)), Fraction(0)) / sum(weights)


def _mp(number: Fraction) -> Any:
    return mpmath.mpf(number.numerator) / number.denominator


def newton() -> list[tuple[dict[str, Any], list[list[Any]]]]:
    """Levenberg 1944: (H + λ·I)·d = ∇f, by Cramer's rule."""
    tables = []
    for damping in (Fraction(0), Fraction(1, 4), Fraction(3)):
        rows = []
        for (g, h), ((a, b), (_, c)) in zip(GRADIENTS, HESSIANS, strict=True):
            a, c = a + damping, c + damping
            rows.append([Fraction(g * c - h * b) / (a * c - b * b), Fraction(h * a - g * b) / (a * c - b * b)])
        tables.append(({"damping": damping}, rows))
    return tables


def decaying_rate() -> list[tuple[dict[str, Any], list[Any]]]:
    """Robbins & Monro 1951: a/(1 + c·k), of which the sum diverges and the sum of squares does not."""
    return [
        ({"rate": rate, "decay": decay}, [rate / (1 + decay * k) for k in range(6)])
        for rate, decay in ((Fraction(1, 10), Fraction(0)), (Fraction(1, 2), Fraction(1, 3)), (Fraction(2), Fraction(5)))
    ]


def armijo() -> list[tuple[dict[str, Any], list[Any]]]:
    """Armijo 1966: the first λ of rate, shrink·rate, … with f(x − λ·d) ≤ f(x) − c·λ·∇f·d; then from twice the last one."""
    tables = []
    for rate, shrink, slope, longest in (
        (Fraction(1), Fraction(1, 2), Fraction(1, 10000), None),
        (Fraction(4), Fraction(1, 4), Fraction(1, 2), None),
        (Fraction(1, 8), Fraction(1, 2), Fraction(1, 4), Fraction(1, 16)),
        (Fraction(1, 64), Fraction(3, 4), Fraction(7, 8), None),
    ):
        x, trial, rows = [Fraction(4), Fraction(1)], rate, []
        for _ in range(6):
            gradient = [x[0], 8 * x[1]]
            fall = gradient[0] ** 2 + gradient[1] ** 2
            while _bowl([p - trial * g for p, g in zip(x, gradient, strict=True)]) > _bowl(x) - slope * trial * fall:
                trial *= shrink
            rows.append(trial)
            x = [p - trial * g for p, g in zip(x, gradient, strict=True)]
            trial = 2 * trial if longest is None else min(2 * trial, longest)
        options = {"rate": rate, "shrink": shrink, "slope": slope}
        tables.append(({**options, "longest": longest} if longest is not None else options, rows))
    return tables


WORKED: dict[tuple[Kind, str], Callable[[], list[tuple[dict[str, Any], list[Any]]]]] = {
    (Kind.DIRECTION, "gradient descent"): gradient_descent,
    (Kind.DIRECTION, "momentum"): heavy_ball,
    (Kind.DIRECTION, "adam"): adam,
    (Kind.DIRECTION, "newton"): newton,
    (Kind.STEP_SIZE, "learning rate"): decaying_rate,
    (Kind.STEP_SIZE, "backtracking"): armijo,
}
"""For each method its parameters and what it gives, from the published formula."""


def worked(make: Any, kind: Kind) -> list[tuple[dict[str, Any], list[Any]]]:
    """Return the worked table of a method; of one that has none yet, its own numbers with its defaults."""
    table = WORKED.get((kind, make.name.lower()))
    compute = directions_of if kind is Kind.DIRECTION else rates_of
    return table() if table is not None else [({}, compute(make()))]


def law_agrees_with_its_published_formula(make: Any, kind: Kind) -> None:
    """It gives the numbers of the worked table, for several values of its parameters."""
    compute = directions_of if kind is Kind.DIRECTION else rates_of
    for options, rows in worked(make, kind):
        found = compute(make(**options))
        assert len(found) == len(rows)
        for k, (row, expected) in enumerate(zip(found, rows, strict=True)):
            np.testing.assert_allclose(row, np.array(expected, dtype=float), rtol=CLOSE, err_msg=f"{options}, step {k}")


# -- what one method promises -----------------------------------------------------------------------------------

TURN = np.array([[3.0, -4.0], [4.0, 3.0]]) / 5
"""Columns are the eigenvectors of the Hessians below."""


def greenstadt(make: Any) -> None:
    """Greenstadt 1967: where the Hessian is indefinite, eigenvalues count by their size."""
    for first, second in ((-2.0, 5.0), (-1.0, -4.0), (5.0, -0.1)):
        gradient = np.array([1.0, 2.0])
        along = np.array([11.0 / 5, 2.0 / 5])  # TURNᵀ·gradient
        expected = TURN @ (along / np.array([abs(first), abs(second)]))
        found = make().next(gradient, TURN @ np.diag([first, second]) @ TURN.T)
        np.testing.assert_allclose(found, expected, rtol=1e-10)


def levenberg_of_many(make: Any) -> None:
    """Levenberg 1944: in more than 500 variables the least multiple of I: a thousandth of H's diagonal, ten times that, ….

    The Hessian is diag(−1, 2, 2, …): the first multiple above 1 is 2/1000·10³ = 2.
    """
    n = 501
    curvatures = np.array([-1.0] + [2.0] * (n - 1))
    gradient = np.array([100.0] + [1.0] * (n - 1))
    found = make().next(gradient, np.diag(curvatures))
    np.testing.assert_allclose(found, gradient / (curvatures + 2.0), rtol=1e-10)


class _Operator:
    """A Hessian that is not to be made dense, of negative curvature."""

    def solve(self, right: Any) -> Any:
        return -right

    def diagonal(self) -> Any:
        return -np.ones(4001)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise AssertionError("a large Hessian is made dense")


def against_the_gradient_of_very_many(make: Any) -> None:
    """In more than 4,000 variables an operator that gives no descent is left, and the step goes against the gradient."""
    gradient = np.arange(1.0, 4002.0)
    np.testing.assert_array_equal(make().next(gradient, _Operator()), gradient)


def keeps_rounded_falls(make: Any) -> None:
    """Near the minimum the loss falls by less than it is rounded: a step is taken all the same, unless the loss rises."""
    slope = np.array([2.8e-8])
    assert make(slope=0.9).choose(0, np.zeros(1), slope, slope, 1.0, lambda x: 1.0) == 1.0
    assert make(slope=0.9).choose(0, np.zeros(1), slope, slope, 1.0, lambda x: np.nextafter(1.0, 2.0)) == 0.0


def ends_where_no_step_falls(make: Any) -> None:
    """However large the slope is: no step is returned that rises."""
    for slope in (1.0, 1e20, 1e150):
        step = np.array([slope])
        assert make().choose(0, np.zeros(1), step, step, 1.0, lambda x: 1.0 + abs(float(x[0]))) == 0.0
    steep = np.array([2e20])  # of x²⁰ at 10
    rate = make().choose(0, np.array([10.0]), steep, steep, 1e20, lambda x: np.float64(x[0]) ** 20)
    assert rate > 0
    assert (10 - rate * 2e20) ** 20 < 1e20


PROMISES: dict[tuple[Kind, str], tuple[Callable[[Any], None], ...]] = {
    (Kind.DIRECTION, "newton"): (greenstadt, levenberg_of_many, against_the_gradient_of_very_many),
    (Kind.STEP_SIZE, "backtracking"): (keeps_rounded_falls, ends_where_no_step_falls),
}


def law_keeps_its_promises(make: Any, kind: Kind) -> None:
    """What its docstring says of special cases holds."""
    for promise in PROMISES.get((kind, make.name.lower()), ()):
        promise(make)


LAWS = {name: law for name, law in sorted(globals().items()) if name.startswith("law_")}


def broken_laws(make: Any, kind: Kind) -> dict[str, str]:
    """Return the laws that a class breaks, and how."""
    broken = {}
    for name, law in LAWS.items():
        try:
            with np.errstate(all="ignore"):
                law(make, kind)
        except Exception as error:
            broken[name] = f"{type(error).__name__}: {error}"
    return broken
