"""What rules, forms and branches ask of a series is what a series has."""

from __future__ import annotations

import inspect

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.expansion_point import FractionalPowerError, NotDefinedBesideError, Place, SeriesAround
from symgd.derive.taylor.series import Series
from symgd.errors import DomainError

MEMBERS = {
    name
    for protocol in (Place, SeriesAround)
    for name in {*protocol.__annotations__, *vars(protocol)}
    if not name.startswith("_")
}


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_a_series_has_what_is_asked_of_it(name):
    series = Series(sg.formula("sin(x)"), sg.scalar("x"), sp.Integer(0))
    assert hasattr(series, name)
    asked = vars(SeriesAround).get(name) or vars(Place).get(name)
    if inspect.isfunction(asked):
        assert list(inspect.signature(asked).parameters) == list(inspect.signature(getattr(Series, name)).parameters)


def test_reasons_are_errors_about_the_domain():
    assert issubclass(NotDefinedBesideError, DomainError)
    error = FractionalPowerError("a root is left", 3)
    assert isinstance(error, DomainError)
    assert error.denominator == 3
