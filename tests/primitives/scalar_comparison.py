"""What the tests of functions share: code at arrays, slopes against 50-digit differences, and what is known of values."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.derive.jacobian import gradients
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.inference import Facts, domain_of
from tests.formulas import declared

__all__ = ["check_derivatives", "check_known", "check_slopes", "domain", "evaluated", "known", "refusal"]

X = sg.scalar("x")


def evaluated(formula: Any, **arrays: Any) -> np.ndarray:
    """Return what the code of a formula makes of arrays."""
    shapes = {name: np.shape(array) for name, array in arrays.items()}
    node = sg.formula(formula, shapes=declared(shapes, formula)) if isinstance(formula, str) else formula
    names = [symbol.name for symbol in sg.formula(node).symbols]
    with np.errstate(all="ignore"):
        return np.asarray(sg.lambdify(names, node)(*(arrays[name] for name in names)))


def refusal(build: Callable[[], object]) -> str:
    """Return the name of the error with which symgd refuses, and its message."""
    with pytest.raises(sg.SymgdError) as caught:
        build()
    return f"{type(caught.value).__name__}: {caught.value}"


@functools.cache
def _compiled(text: str) -> tuple:
    """Return a formula of x with its first two derivatives, and their code."""
    value = sg.formula(text)
    (slope,) = gradients(value, [X])
    nodes = [value, slope, *gradients(slope, [X])]
    return nodes, sg.lambdify([X], nodes)


def check_derivatives(text: str, x: float, expected: Sequence[Any], accuracy: float = 1e-12) -> None:
    """Compare a formula of x and its first two derivatives with numbers of mpmath, in 38 digits and in compiled code."""
    nodes, code = _compiled(text)
    precise = [array[()] for array in evaluate_precisely(nodes, {X: x}, digits=60)]
    for order, (found, true) in enumerate(zip(precise, expected, strict=True)):
        assert abs(found - true) <= mpmath.mpf("1e-38") * max(1, abs(true)), (
            f"{text} at {x}, derivative {order}: {found}, not {true}"
        )
    np.testing.assert_allclose(
        code(x), [float(true) for true in expected], rtol=accuracy, atol=accuracy, err_msg=f"{text} at {x}"
    )


def check_slopes(text: str, function: Callable[[Any], Any], x: float, accuracy: float = 1e-12) -> None:
    """Compare a formula of x and its first two derivatives with a function of mpmath and its differences."""
    with mpmath.workdps(60):
        check_derivatives(text, x, [mpmath.diff(function, mpmath.mpf(x), order) for order in range(3)], accuracy)


def _known(text: str, piece: Interval) -> tuple[Sign, Interval, Monotone, Curvature]:
    node = sg.formula(text)
    facts = Facts({X: piece})
    record, place = node.primitive, node.args.index(X)
    pieces = [facts.interval(arg) for arg in node.args]
    monotone = record.monotone(node, *pieces) if callable(record.monotone) else record.monotone
    curvature = record.curvature(node, *pieces) if callable(record.curvature) else record.curvature
    return facts.sign(node), facts.interval(node), monotone[place] if isinstance(monotone, tuple) else monotone, curvature


def known(text: str, piece: Interval) -> str:
    """Return what is known of a function of x on a piece of the line: its sign, range, direction and curvature."""
    sign, interval, monotone, curvature = _known(text, piece)
    return f"{sign.name} {interval} {monotone.name} {curvature.name}"


def check_known(text: str, function: Callable[[Any], Any], piece: Interval) -> None:
    """Compare what is known of a function of x with its values at points of a piece of the line."""
    sign, interval, monotone, curvature = _known(text, piece)
    low, high = mpmath.mpf(float(max(piece.low, -6))), mpmath.mpf(float(min(piece.high, 6)))
    with mpmath.workdps(40):
        points = [low + (high - low) * k / 22 for k in range(23)]
        values = [function(x) for x in points if float(x) in piece]
        noise = mpmath.mpf("1e-30")
        ends = [
            mpmath.mpf(end) if isinstance(end, float) else mpmath.mpf(end.numerator) / end.denominator
            for end in (interval.low, interval.high)
        ]
        rises, bends = (np.diff(np.array(values, dtype=object), times) for times in (1, 2))
    assert len(values) > 20
    assert all(ends[0] - noise <= value <= ends[1] + noise for value in values)
    assert all(sign & (Sign.POSITIVE if value > 0 else Sign.NEGATIVE if value < 0 else Sign.ZERO) for value in values)
    assert not monotone & Monotone.INCREASING or min(rises) >= -noise
    assert not monotone & Monotone.DECREASING or max(rises) <= noise
    assert not curvature & Curvature.CONVEX or min(bends) >= -noise
    assert not curvature & Curvature.CONCAVE or max(bends) <= noise


def domain(text: str) -> str:
    """Return where a formula has a value, as what must lie where."""
    found = domain_of(sg.formula(text))
    return ", ".join(f"{node} {where.name if isinstance(where, Sign) else where}" for node, where in found.items())
