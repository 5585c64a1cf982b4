"""Derivatives are right, and as short as textbooks print them."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.rewrite.cost import length
from tests.formulas import declared
from tests.tables.textbook_derivatives import FORMS

LONGER = {"MC 125", "MC 126", "prod(x)**(1/d)", "log(cos(x))"}
"""Forms, by their number or formula, that are printed more than 15 % longer than in the book."""


def read(form, text):
    facts = {name: known for name, known in form.facts.items() if declared({name: ""}, text)}
    return sg.formula(text, shapes=declared(form.shapes, text), facts=facts)


@pytest.mark.parametrize("form", FORMS, ids=[f"{form.source}: {form.formula} in {form.wrt}" for form in FORMS])
def test_a_derivative_is_as_it_is_printed(form):
    loss, book = read(form, form.formula), read(form, form.derivative)
    assert sg.check_gradient(loss, form.wrt, gradient=book).verdict.name == "RIGHT"
    ours = sg.gradient(loss, form.wrt)
    assert sg.check_gradient(loss, form.wrt, gradient=ours).verdict.name == "RIGHT"
    is_longer = length(ours) > 1.15 * length(book) and len(str(ours)) > 1.15 * len(str(book))
    assert is_longer == (form.source in LONGER or form.formula in LONGER), f"{ours} for {book}"


def test_the_table_is_large():
    assert len(FORMS) >= 181
    assert len({(form.formula, form.wrt) for form in FORMS}) == len(FORMS)
