"""Coefficients follow from each other to any depth, and from themselves where a linear equation determines them."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.coefficients import Coefficients, NotLinearError

u, v = sg.scalar("u"), sg.scalar("v")


def following(needs, compute):
    """Coefficients of nodes that all have one rule; `compute` also gets what is known."""
    found = Coefficients(lambda node: (needs, lambda *key: sp.sympify(compute(found.known, *key))), lambda value: value == 0)
    return found


def themselves(compute):
    """Coefficients that follow from themselves only."""
    return following(lambda node, order: [(node, order)], lambda known, *key: compute(known[key]))


def test_a_recurrence_is_followed():
    exponential = following(
        lambda node, k: [(node, k - 1)] if k else [], lambda known, node, k: known[node, k - 1] / k if k else 1
    )
    assert exponential.run(u, 12) == sp.Rational(1, 479001600)
    assert exponential.known == {(u, k): 1 / sp.factorial(k) for k in range(13)}


def test_depth_is_no_limit_and_nothing_is_computed_twice():
    counted = []

    def one_more(known, node, k):
        counted.append(k)
        return known[node, k - 1] + 1 if k else 0

    chain = following(lambda node, k: [(node, k - 1)] if k else [], one_more)
    assert chain.run(u, 20_000) == 20_000
    assert chain.run(u, 20_000) == 20_000
    assert counted == list(range(20_001))


@pytest.mark.parametrize(
    ("equation", "solution"),
    [
        (lambda u: (1 - u) / 3, sp.Rational(1, 4)),
        (lambda u: 2 * u, 0),
        (lambda u: sp.pi - u, sp.pi / 2),
        (lambda u: (u + 1) ** 2 - u**2 - 3, 2),  # −2 + 2u
        (lambda u: sp.sqrt(2) * u + 1, -1 - sp.sqrt(2)),
        (lambda u: 7, 7),
    ],
)
def test_a_linear_equation_is_solved(equation, solution):
    assert sp.simplify(themselves(equation).run(u, 0) - solution) == 0


@pytest.mark.parametrize(
    "equation", [lambda u: u, lambda u: u + 1, lambda u: u**2, lambda u: 1 + sp.cos(u), lambda u: 1 / u, lambda u: u + u**2]
)
def test_what_does_not_determine_itself_is_an_error(equation):
    with pytest.raises(NotLinearError):
        themselves(equation).run(u, 0)


@pytest.mark.parametrize("first", [u, v])
def test_two_that_need_each_other_are_solved_and_entered_everywhere(first):
    """u = 1 + v/2, v = u/3."""
    pair = following(
        lambda node, order: [(v if node is u else u, order)],
        lambda known, node, order: 1 + known[v, 0] / 2 if node is u else known[u, 0] / 3,
    )
    pair.run(first, 0)
    assert pair.known == {(u, 0): sp.Rational(6, 5), (v, 0): sp.Rational(2, 5)}
    assert not pair.unknowns


def test_a_coefficient_that_is_not_computed_yet_is_seen():
    seen = []

    def compute(known, node, order):
        seen.append([pair.has_unknown(value) for value in (known[u, 0], known[u, 0] + 1, sp.Symbol("a"))])
        return known[u, 0] / 2 + 1

    pair = following(lambda node, order: [(u, 0)], compute)
    assert pair.run(u, 0) == 2
    assert seen == [[True, True, False]]


def test_an_error_on_the_way_leaves_nothing_half_done():
    is_broken = True

    def compute(known, node, k):
        if is_broken and not k:
            raise ZeroDivisionError
        return known[node, k - 1] * 3 if k else 1

    powers = following(lambda node, k: [(node, k - 1)] if k else [], compute)
    with pytest.raises(ZeroDivisionError):
        powers.run(u, 4)
    assert powers.known == {} and powers.open == set()
    is_broken = False
    assert powers.run(u, 4) == 81
