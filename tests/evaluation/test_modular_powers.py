"""Powers modulo a prime: identities of real powers hold where both sides are defined, and what only looks like one does not."""

from __future__ import annotations

import re

import numpy as np
import pytest
import sympy

import symgd as sg
from symgd.evaluation.modular import PRIME, SCALAR_PRIME, evaluate_modulo
from symgd.evaluation.modular_powers import ROOTED

FACTS = {"p": {"positive": True}, "q": {"positive": True}, "y": {"values": [0, 1]}}

IDENTITIES = [
    ("sqrt(x)*sqrt(x)", "x"),
    ("x**(3/2)", "x*sqrt(x)"),
    ("x**(1/3)*x**(2/3)", "x"),
    ("x**(-1/4)", "1/x**(1/4)"),
    ("sqrt(p*q)", "sqrt(p)*sqrt(q)"),
    ("sqrt(p*x)", "sqrt(p)*sqrt(x)"),
    ("sqrt(4*p*x)", "2*sqrt(p)*sqrt(x)"),
    ("sqrt(6)", "sqrt(2)*sqrt(3)"),
    ("sqrt(2*pi)**2", "2*pi"),
    ("sqrt(2*pi)/(2*pi)", "1/sqrt(2*pi)"),
    ("1/sqrt(2)", "sqrt(2)/2"),
    ("sqrt(12/25)", "2*sqrt(3)/5"),
    ("sqrt(6/35)*sqrt(35*x)", "sqrt(2)*sqrt(3)*sqrt(x)"),
    ("x**a*x**b", "x**(a + b)"),
    ("x**(2*a)", "x**a*x**a"),
    ("x**(a - 1)*x", "x**a"),
    ("(p*x)**a", "p**a*x**a"),
    ("exp(x)*exp(-x)", "1"),
    ("exp(2*x)", "exp(x)**2"),
    ("exp(x/2)*exp(x/2)", "exp(x)"),
    ("exp(x - z)", "1/exp(z - x)"),
    ("exp(-x*z/(2*a**2))**2", "exp(x*(-z)/a**2)"),
    ("exp(1)", "e"),
    ("exp(x + 1)", "e*exp(x)"),
    ("e**x", "exp(x)"),
    ("exp(-v)*w", "w/exp(v)"),
    ("v**x*v", "v**(x + 1)"),
    ("sqrt(v)*sqrt(v)", "v"),
]
NO_IDENTITIES = [
    ("sqrt(x**2)", "x"),
    ("sqrt(x*x)", "x"),
    ("sqrt(x*z)", "sqrt(x)*sqrt(z)"),
    ("sqrt(x*z)*sqrt(x*a)", "x*sqrt(z*a)"),
    ("sqrt(x)/sqrt(z)", "sqrt(x/z)"),
    ("sqrt(-x)*sqrt(-x)", "x"),
    ("(x*z)**a", "x**a*z**a"),
    ("(x**2)**a", "x**(2*a)"),
    ("exp(x*z)", "exp(x)**z"),
    ("exp(x + z)", "exp(x) + exp(z)"),
    ("sqrt(2)", "-sqrt(2)"),
    *((f"sqrt({2 * n * n})", f"{turn}{n}*sqrt(2)") for n in (29, 31, 37, 41, 43, 47) for turn in ("", "-")),
    ("sqrt(x)", "-sqrt(x)"),
    ("sqrt(2) + sqrt(3)", "sqrt(5)"),
    ("x**(1/2)", "x**(1/3)"),
    ("sqrt(v*w)", "sqrt(v)*sqrt(w)"),
    ("sqrt(y)", "1"),
]


@pytest.mark.parametrize("prime", [PRIME, SCALAR_PRIME])
def test_the_primes_have_the_roots_that_are_taken(prime):
    assert sympy.isprime(prime)
    assert prime % 4 == 3
    assert all(pow(n, (prime + 1) // 4, prime) ** 2 % prime == n for n in ROOTED)


def agree(left: str, right: str) -> bool:
    difference = f"({left}) - ({right})"
    names = set(re.findall(r"[a-z]+", difference))
    facts = {name: known for name, known in FACTS.items() if name in names}
    formula = sg.formula(difference, shapes={name: "n" for name in ("v", "w") if name in names}, facts=facts)
    return all(not np.any(value) for (value,) in evaluate_modulo([formula], {"n": 3}))


@pytest.mark.parametrize("texts", IDENTITIES, ids=" = ".join)
def test_identities_hold(texts):
    assert agree(*texts)


@pytest.mark.parametrize("texts", NO_IDENTITIES, ids=" ≠ ".join)
def test_what_is_true_for_some_signs_only_is_no_identity(texts):
    assert not agree(*texts)
