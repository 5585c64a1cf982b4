"""What divides every term of a sum of tensors divides their sum."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import rewritten

BECAUSE = "what divides every term divides their sum"
WRITTEN = [  # formula, its other form
    ("u/x + v/x**2", "(u + v/x)/x"),
    ("u/x**2 - v/x", "(u/x - v)/x"),
    ("u/norm2(u) - v/norm2(u)**3", "(u - v/norm2(u)**2)/norm2(u)"),
    ("u/x**3 + v/x**5", "(u + v/x**2)/x**3"),
    ("u/x + v/x**2 + w/x**3", "(u + v/x + w/x**2)/x"),
    ("u/sqrt(x) + v/x", "(u + v/sqrt(x))/sqrt(x)"),
]
KEPT = [  # what stays, and why
    "u/x + v",  # one term is not divided
    "u/x + v/y",
    "y/x + z/x**2",  # scalars
    "u/w + v/w**2",  # entry by entry
    "u/n + v/n**2",  # a size
    "(u + v)/x",
]


@pytest.mark.parametrize(("text", "after"), WRITTEN)
def test_the_least_power_of_a_common_divisor_is_taken_out(text, after):
    found, reasons = rewritten(text)
    assert (found, BECAUSE in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_other_sums_stay_as_they_are(text):
    assert BECAUSE not in rewritten(text)[1]
