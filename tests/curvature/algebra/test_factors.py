"""Factors of polynomials in generators multiply to the polynomial, and are those of SymPy."""

from __future__ import annotations

from math import prod

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd.curvature.algebra.factors import factors_of
from symgd.curvature.algebra.quotients import ONE, RING, split_content

SLOTS = (0, 2, 5)
SYMBOLS = [sp.Symbol(f"g{k}") for k in SLOTS]


def polynomial_of(text):
    terms = sp.Poly(sp.sympify(text, locals={str(one): one for one in SYMBOLS}), *SYMBOLS).terms()
    found = RING.zero
    for powers, coefficient in terms:
        monomial = [0] * RING.ngens
        for slot, power in zip(SLOTS, powers, strict=True):
            monomial[slot] = power
        found = found + RING.term_new(tuple(monomial), RING.domain(coefficient.p, coefficient.q))
    return found


FACTORED = [  # a polynomial, and the powers of its irreducible factors
    ("g0**2 - g2**2", [1, 1]),
    ("g0**2 + g2**2", [1]),
    ("(g0 - g2)**2*(g0 + g5)**3", [2, 3]),
    ("(g0 - 1)*(g0 - 2)*(g0 - 3)", [1, 1, 1]),
    ("g0**4 + 4", [1, 1]),
    ("g0**4 - 10*g0**2 + 1", [1]),
    ("g0 + g2 + 1", [1]),
    ("(1 - g0)*(2 + g2)", [1, 1]),
    ("(g0*g2 - 1)**4", [4]),
    ("-(g0 - g2)*(g0 + 2)", [1, 1]),
]


@pytest.mark.parametrize(("text", "powers"), FACTORED)
def test_known_factors(text, powers):
    polynomial = polynomial_of(text)
    found = factors_of(polynomial, SLOTS)
    assert sorted(power for _, power in found) == sorted(powers)
    assert prod((factor**power for factor, power in found), start=ONE) in (polynomial, split_content(polynomial)[2])


@pytest.mark.parametrize("text", ["1", "g0", "g0**3", "g0*g2"])
def test_one_term_has_no_factors(text):
    assert factors_of(polynomial_of(text), SLOTS) == []


def test_what_would_take_too_long_is_one_factor():
    high = polynomial_of("(g0 - 1)**30*(g2 - 1)")
    assert factors_of(high, SLOTS) == [(high, 1)]


PARTS = st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=1, max_size=3)


@settings(max_examples=50, deadline=None)
@given(PARTS, st.integers(-3, 3))
def test_factors_multiply_to_the_polynomial(parts, constant):
    text = "*".join(f"({a}*g0 + {b}*g2**2 + {c}*g5 + {constant} + 1)" for a, b, c in parts)
    polynomial = polynomial_of(sp.expand(sp.sympify(text)))
    if not polynomial:
        return
    content, monomial, rest = split_content(polynomial)
    found = factors_of(rest, SLOTS)
    assert prod((factor**power for factor, power in found), start=ONE) == rest or len(rest) == 1
    assert content * rest * RING.term_new(monomial, RING.domain.one) == polynomial
