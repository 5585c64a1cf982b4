"""Values of alternative forms beside a point, in many digits."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp

import symgd as sg
from symgd.derive.taylor.forms.power_series import POWER_SERIES
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.node import constant
from symgd.graph.traversal import substitute, toposort

x, z = sg.scalar("x"), sp.Symbol("x", real=True)
STEP = mpmath.mpf("1e-8")
TERMS = 6


def value(form, at):
    """The value of a form, whose power series are added up."""
    sums = {}
    for node in toposort([form]):
        if node.primitive is POWER_SERIES:
            coefficients = [Fraction(str(sp.N(node.params[0](k), 45))) for k in range(TERMS)]
            sums[node] = sum((node.args[0] ** k * one for k, one in enumerate(coefficients[1:], 1)), constant(coefficients[0]))
    return evaluate_precisely(substitute([form], sums), {x: np.array(at, dtype=object)}, digits=100)[0][()]


def assert_same(form, function, point, steps):
    """A form has the values of a function of mpmath at some steps from a point."""
    with mpmath.workdps(100):
        for step in steps:
            at = sp.N(point, 100)._to_mpmath(mpmath.mp.prec) + step
            true = function(at)
            assert abs(value(form, at) - true) <= min(abs(true), 1) * mpmath.mpf("1e-38")
