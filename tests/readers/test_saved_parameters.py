"""Parameters of nodes as JSON come back as they were; what was not written by symgd is refused."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.errors import SymgdError
from symgd.graph.assumptions import Interval
from symgd.graph.shape import Dim
from symgd.graph.symbol_facts import SymbolFacts
from symgd.readers.saved_parameters import read_parameter, write_parameter

SIZES = st.lists(st.tuples(st.lists(st.sampled_from("mnk"), min_size=1, max_size=2), st.integers(1, 9)), min_size=1, max_size=3)
PLAIN = st.none() | st.booleans() | st.integers() | st.fractions() | st.floats(allow_nan=False) | st.text(max_size=5)
PARAMETERS = st.recursive(
    PLAIN | SIZES.map(lambda terms: Dim({tuple(sorted(names)): count for names, count in terms})),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)


def there_and_back(value):
    return read_parameter(json.loads(json.dumps(write_parameter(value))))


@given(PARAMETERS)
def test_a_parameter_comes_back_with_its_type(value):
    found = there_and_back(value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "value",
    [Interval(), Interval(0, 1), Interval(low=Fraction(1, 3)), SymbolFacts(), SymbolFacts(is_one_hot=True, sums_to=Fraction(2)),
     SymbolFacts(Interval(high=2.5), is_nonzero=True), math.inf, -0.0, 2**53, -(2**80)],
)  # fmt: skip
def test_facts_and_large_numbers_come_back(value):
    found = there_and_back(value)
    assert (repr(found), type(found)) == (repr(value), type(value))


def test_nan_stays_nan():
    assert math.isnan(there_and_back(math.nan))


@pytest.mark.parametrize("value", [{1}, 1j, object(), [1], b"x", {"a": 1}])
def test_what_is_no_parameter_is_not_written(value):
    with pytest.raises(SymgdError, match="cannot be saved"):
        write_parameter(value)


@pytest.mark.parametrize(
    "content",
    [1.5, {"integer": 3}, {"integer": "12"}, {"fraction": [1]}, {"fraction": [1, 0]}, {"fraction": [True, 2]}, {"float": "x"},
     {"size": [[["n"], 1.5]]}, {"size": [[["__import__('os')"], 1]]}, {"interval": {"middle": 1}}, {"unknown": 1}, {},
     {"integer": "0x1", "float": "0x1"}],
)  # fmt: skip
def test_what_symgd_does_not_write_is_refused(content):
    with pytest.raises((ValueError, TypeError, KeyError, ZeroDivisionError, SymgdError)):
        read_parameter(content)
