"""Laws: what a law is entered as, what it reports, and which fields have one."""

from __future__ import annotations

import dataclasses

import pytest

import symgd.declarations.check  # noqa: F401  (all laws are entered)
from symgd.declarations import law as laws
from symgd.declarations.law import DIGITS, LAWS, broken, law, laws_of
from symgd.declarations.subject import Subject
from symgd.errors import DeclarationError
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.primitive import REGISTRY, Primitive


@pytest.fixture
def own_laws(monkeypatch):
    """Forget the laws that a test enters."""
    monkeypatch.setattr(laws, "LAWS", known := dict(LAWS))
    return known


def test_a_law_is_entered_with_its_name_fields_and_statement(own_laws):
    @law("sign", "range")
    def law_of_a_test(subject):
        """Signs are right.

        More is not told.
        """

    entered = own_laws["law_of_a_test"]
    assert (entered.name, entered.fields, entered.statement) == ("law_of_a_test", ("sign", "range"), "Signs are right.")
    assert entered.rule is law_of_a_test
    assert repr(entered) == "<law law_of_a_test>"


def test_a_law_judges_in_60_digits_and_leaves_the_precision_as_it_was(own_laws):
    seen = []

    @law("sign")
    def law_of_digits(subject):
        """Digits are seen."""
        seen.append(mpmath.mp.dps)

    before = mpmath.mp.dps
    own_laws["law_of_digits"].check(Subject.of(REGISTRY["exp"]))
    assert (seen, mpmath.mp.dps) == ([DIGITS], before)


def test_what_is_broken_names_function_field_and_reason():
    with pytest.raises(DeclarationError, match="the declaration of exp is wrong in 'range': it is not so") as caught:
        broken(REGISTRY["exp"], "range", "it is not so")
    assert caught.value.field == "range"


def test_laws_are_chosen_by_the_fields_that_they_judge():
    chosen = laws_of(["kinks"])
    assert "law_kinks" in {one.name for one in chosen}
    assert all("kinks" in one.fields for one in chosen)
    assert laws_of([]) == []
    assert laws_of(["no such field"]) == []
    everything = laws_of({field for one in LAWS.values() for field in one.fields})
    assert {one.name for one in everything} == set(LAWS)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_every_law_has_a_statement_and_judges_fields_that_exist(name):
    one = LAWS[name]
    fields = {field.name for field in dataclasses.fields(Primitive)}
    assert one.name == name
    assert one.statement.endswith(".")
    assert one.fields
    assert set(one.fields) <= fields
