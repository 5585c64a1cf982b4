"""Signs: arithmetic on sets of signs contains that on numbers, and sets are combined as sets."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.graph.signs import Sign, sign_of_number, sign_of_product, sign_of_sum

numbers = st.integers(-3, 3)
signs = st.sampled_from(list(range(1, 8))).map(Sign)
SINGLE = (Sign.NEGATIVE, Sign.ZERO, Sign.POSITIVE)
ALL = [Sign(k) for k in range(8)]


@given(numbers, numbers, signs, signs)
def test_sign_arithmetic_contains_the_truth(a, b, left, right):
    left, right = left | sign_of_number(a), right | sign_of_number(b)
    assert sign_of_number(a + b) & sign_of_sum(left, right)
    assert sign_of_number(a * b) & sign_of_product(left, right)
    assert sign_of_number(-a) & left.negated()


def members(sign):
    """Return which of −, 0 and + a set has, by its bits."""
    return {single for single in SINGLE if int(sign) & int(single)}


@pytest.mark.parametrize(("left", "right"), list(itertools.product(ALL, repeat=2)))
def test_operators_are_those_of_sets(left, right):
    for one, other in ((left, right), (left, int(right)), (int(left), right)):
        assert members(one & other) == members(left) & members(right)
        assert members(one | other) == members(left) | members(right)
        assert isinstance(one & other, Sign)
        assert isinstance(one | other, Sign)


@pytest.mark.parametrize("sign", ALL)
def test_questions_are_those_of_sets(sign):
    found = members(sign)
    assert members(~sign) == set(SINGLE) - found
    assert sign.is_positive is (found <= {Sign.POSITIVE})
    assert sign.is_negative is (found <= {Sign.NEGATIVE})
    assert sign.is_nonnegative is (Sign.NEGATIVE not in found)
    assert sign.is_nonpositive is (Sign.POSITIVE not in found)
    assert sign.is_nonzero is (Sign.ZERO not in found)
