"""What a stage found: which of two findings says more, and statements that premises are asked for."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp

import symgd as sg
from symgd.curvature.domain import Domain
from symgd.curvature.findings import Curved, Found, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Premises, Step
from symgd.graph.assumptions import Interval

X, Y = sg.scalar("x"), sg.scalar("y")
FREE = Domain({X: Interval()}, (), {})
ORDER = [  # what says nothing of the curvature, then more and more
    {Kind.UNKNOWN, Kind.NEITHER},
    {Kind.CONVEX, Kind.CONCAVE},
    {Kind.STRICTLY_CONVEX, Kind.STRICTLY_CONCAVE},
    {Kind.STRONGLY_CONVEX},
    {Kind.AFFINE},
]


def found(kind, modulus=None):
    return Found(kind, Step(""), "", modulus)


@pytest.mark.parametrize(("less", "more"), list(itertools.combinations(range(len(ORDER)), 2)))
def test_sharper_kinds_say_more(less, more):
    for one, other in itertools.product(ORDER[less], ORDER[more]):
        assert found(other).says_more_than(found(one))
        assert not found(one).says_more_than(found(other))


@pytest.mark.parametrize(
    ("one", "other", "more"),
    [
        (sp.Integer(2), sp.Integer(1), True),
        (sp.Integer(1), sp.Integer(1), False),
        (sp.Rational(1, 2), sp.Integer(1), False),
        (3 - sp.sqrt(2), sp.Rational(3, 2), True),
        (sg.scalar("a"), sp.Integer(1), False),
        (sp.Integer(5), sg.scalar("a"), False),
        (sp.Integer(1), None, False),
    ],
)
def test_larger_moduli_say_more(one, other, more):
    assert found(Kind.STRONGLY_CONVEX, one).says_more_than(found(Kind.STRONGLY_CONVEX, other)) == more


def test_premises_are_asked_for_the_very_question():
    stated = Curved(X**2, (X,), FREE, Kind.CONVEX)
    other = Domain({X: Interval(0)}, (), {})

    def asked(formula=X**2, wrt=(X,), domain=FREE):
        return Curved.among(Premises([stated]), formula, wrt, domain)

    assert asked() is stated
    assert asked(formula=X**4) is None
    assert asked(wrt=(X, Y)) is None
    assert asked(domain=other) is None
    assert asked(domain=Domain({X: Interval()}, (), {})) is stated


@pytest.mark.parametrize(("text", "length", "shown"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("", 1, ""), (X + 1, 9, "x + 1")])
def test_long_texts_are_shortened(text, length, shown):
    assert shorten(text, length) == shown
    assert len(shorten(text, length)) <= length
