"""A wrong declaration cannot enter: every planted mutant breaks a law."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.primitives.exponential import exp, log, sigmoid, softplus, tanh
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import maximum
from symgd.primitives.trigonometric import sin
from tests.laws.laws import LAWS

MUTANTS = {
    "wrong derivative": replace(softplus, derivative=(lambda x, out: sigmoid(-x),)),
    "derivative off by 1e-6": replace(softplus, derivative=(lambda x, out: sigmoid(x) * (1 + 1e-6),)),
    "derivative with a turned sign": replace(sin, derivative=(lambda x, out: -exp(x * 0) * sin(x + 1),)),
    "wrong second argument": replace(maximum, derivative=(maximum.derivative[0], maximum.derivative[0])),
    "wrong curvature": replace(softplus, curvature=Curvature.CONCAVE),
    "curvature claimed everywhere": replace(tanh, curvature=Curvature.CONCAVE),
    "affine instead of convex": replace(absolute, curvature=Curvature.AFFINE),
    "wrong sign": replace(softplus, sign=Sign.NEGATIVE, range=Interval()),
    "wrong range": replace(sigmoid, range=Interval(0, Interval(0, 1).high / 2)),
    "wrong monotone": replace(softplus, monotone=Monotone.DECREASING),
    "wrong NumPy spelling": replace(softplus, numpy="logaddexp(1, {x})"),
    "overflowing NumPy spelling": replace(softplus, numpy="log(1 + exp({x}))"),
    "cancelling NumPy spelling": replace(softplus, numpy="log1p(exp({x}))"),
    "wrong definition": replace(softplus, definition=lambda x: log(2 + exp(x))),
    "wrong reference": replace(tanh, reference="sinh"),
    "wrong SymPy name": replace(exp, sympy="sinh"),
    "wrong domain": replace(log, domain=Sign.NEGATIVE),
    "LaTeX without its argument": replace(softplus, latex=r"\operatorname{{softplus}}"),
    "LaTeX that does not compile": replace(softplus, latex=r"\frac{{{x}"),
    "no sentence": replace(softplus, because=""),
    "no source": replace(softplus, source=""),
}


def broken_laws(record) -> list[str]:
    broken = []
    for law in LAWS:
        try:
            law(record)
        except Exception:
            broken.append(law.__name__)
    return broken


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_breaks_a_law(name):
    assert broken_laws(MUTANTS[name])


def test_the_originals_break_none():
    assert not broken_laws(softplus)
