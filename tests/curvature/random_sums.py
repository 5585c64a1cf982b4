"""Random sums of powers of functions of x, and their values by mpmath alone."""

from __future__ import annotations

import mpmath
from hypothesis import strategies as st

__all__ = ["SMALL", "TERMS", "as_text", "value_of"]

ATOMS = {
    "x": lambda x: x,
    "exp(x)": mpmath.exp,
    "exp(-x/2)": lambda x: mpmath.exp(-x / 2),
    "sin(x)": mpmath.sin,
    "cos(2*x)": lambda x: mpmath.cos(2 * x),
    "sqrt(1 + x**2)": lambda x: mpmath.sqrt(1 + x**2),
    "log(x + 5)": lambda x: mpmath.log(x + 5),
    "atan(x)": mpmath.atan,
    "erf(x)": mpmath.erf,
    "tanh(x)": mpmath.tanh,
}
SMALL = st.fractions(-3, 3, max_denominator=4)
TERMS = st.lists(st.tuples(SMALL, st.sampled_from(sorted(ATOMS)), st.integers(0, 3)), min_size=1, max_size=4)


def as_text(terms):
    return " + ".join(f"({number})*({atom})**{power}" for number, atom, power in terms)


def value_of(terms, x):
    """The value by mpmath alone, in 50 digits."""
    with mpmath.workdps(50):
        place = mpmath.mpf(x.numerator) / x.denominator
        return sum(
            (mpmath.mpf(number.numerator) / number.denominator * ATOMS[atom](place) ** power for number, atom, power in terms),
            mpmath.mpf(0),
        )
