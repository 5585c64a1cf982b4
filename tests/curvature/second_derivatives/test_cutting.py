"""Where functions of one variable are cut: the exact places at which a condition changes."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.domain import read_domain
from symgd.curvature.second_derivatives import cutting
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Interval

ROOTS = [  # a polynomial of x, an interval, and its real roots inside, or None where one is irrational
    ("x**2 - 1", (-2, 2), ["-1", "1"]), ("x**2 - 1", (0, 2), ["1"]), ("x**2 - 2", (-2, 2), None), ("x**2 - 2", (2, 3), []),
    ("x**2 + 1", (-2, 2), []), ("x**3 - x", (-2, 2), ["-1", "0", "1"]), ("(2*x - 1)*(x**2 + 1)", (-2, 2), ["1/2"]),
    ("(2*x - 1)*(x**2 - 2)", (-1, 1), ["1/2"]), ("(2*x - 1)*(x**2 - 2)", (-1, 2), None), ("(x - 1)**2*(x - 3)", (0, 2), ["1"]),
    ("x**2 - 1", (-1, 1), []), ("x", (-1, 1), ["0"]), ("x", (1, 2), []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ends", "roots"), ROOTS)
def test_places_at_which_conditions_change(text, ends, roots):
    formula = sg.formula(f"{text} > 0")
    (x,) = formula.symbols
    found = cutting._changes(formula, x, Interval(*map(Fraction, ends)), Effort())
    assert found == (None if roots is None else [Fraction(root) for root in roots])


@pytest.mark.parametrize(
    ("text", "ends", "formulas"),
    [
        ("abs(x)", ["-inf", "0", "inf"], ["-x", "x"]),
        ("maximum(x**2, 1)", ["-inf", "-1", "1", "inf"], ["x**2", "1", "x**2"]),
        ("where(x < 2, x, 2)", ["-inf", "2", "inf"], ["x", "2"]),
    ],
)
def test_pieces_cover_the_interval(text, ends, formulas):
    formula = sg.formula(text)
    (x,) = formula.symbols
    found = cutting.pieces_of(formula, x, read_domain(formula, [x], {}, []), Effort())
    assert [str(piece.interval.low) for piece in found] + [str(found[-1].interval.high)] == ends
    assert [str(piece.formula) for piece in found] == formulas
