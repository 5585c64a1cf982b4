"""Verdicts: each is that of some function, whose curvature and that of −f are known."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.kind import KINDS as BESIDE
from symgd.curvature.kind import Kind

KINDS = [  # whether f is convex, whether it is concave, and the verdict on −f
    ("x**2", Kind.STRONGLY_CONVEX, True, False, Kind.STRICTLY_CONCAVE),
    ("exp(x)", Kind.STRICTLY_CONVEX, True, False, Kind.STRICTLY_CONCAVE),
    ("abs(x)", Kind.CONVEX, True, False, Kind.CONCAVE),
    ("2*x", Kind.AFFINE, True, True, Kind.AFFINE),
    ("log(x)", Kind.STRICTLY_CONCAVE, False, True, Kind.STRICTLY_CONVEX),
    ("-abs(x)", Kind.CONCAVE, False, True, Kind.CONVEX),
    ("x**3", Kind.NEITHER, False, False, Kind.NEITHER),
    (None, Kind.UNKNOWN, False, False, Kind.UNKNOWN),
    (None, Kind.QUASICONVEX, False, False, Kind.QUASICONCAVE),
    (None, Kind.QUASICONCAVE, False, False, Kind.QUASICONVEX),
    (None, Kind.LOG_CONVEX, True, False, Kind.CONCAVE),
    (None, Kind.LOG_CONCAVE, False, False, Kind.QUASICONVEX),
    (None, Kind.NOT_QUASICONVEX, False, False, Kind.NOT_QUASICONCAVE),
    (None, Kind.NOT_QUASICONCAVE, False, False, Kind.NOT_QUASICONVEX),
    (None, Kind.NOT_LOG_CONVEX, False, False, Kind.UNKNOWN),
    (None, Kind.NOT_LOG_CONCAVE, False, False, Kind.UNKNOWN),
]
NAMES = [str(kind) for _, kind, *_ in KINDS]


def test_the_table_holds_every_verdict():
    assert [kind for _, kind, *_ in KINDS] == list(Kind)


@pytest.mark.parametrize(("text", "kind", "is_convex", "is_concave", "negated"), KINDS, ids=NAMES)
def test_what_a_verdict_means(text, kind, is_convex, is_concave, negated):
    assert (kind.is_convex, kind.is_concave, kind.negated()) == (is_convex, is_concave, negated)
    if text is not None:
        assert [sg.convexity(one, "x").kind for one in (text, f"-({text})")] == [kind, negated]


@pytest.mark.parametrize("kind", Kind, ids=str)
def test_negation_turns_convex_into_concave_and_back(kind):
    assert (kind.negated().is_convex, kind.negated().is_concave) == (kind.is_concave, kind.is_convex)
    assert kind.negated().negated().negated() is kind.negated()


def test_what_a_verdict_is_called():
    assert [kind.in_words for kind in (Kind.STRONGLY_CONVEX, Kind.NEITHER)] == ["strongly convex", "neither"]
    assert [str(kind) for kind in (Kind.STRICTLY_CONCAVE, Kind.AFFINE)] == ["STRICTLY_CONCAVE", "AFFINE"]
    assert all(Kind(str(kind)) is kind for kind in Kind)


def test_kinds_beside_convexity_have_a_verdict_of_their_own_and_its_opposite():
    assert [kind.refuted.in_words for kind in BESIDE.values()] == [f"not {name}" for name in BESIDE]
    assert [kind for kind in Kind if kind.is_refuted] == [Kind.NEITHER, *(kind.refuted for kind in BESIDE.values())]


def test_there_is_no_other_verdict():
    with pytest.raises(ValueError, match="STRONGLY_CONCAVE"):
        Kind("STRONGLY_CONCAVE")
