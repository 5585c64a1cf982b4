"""Which declarations are judged when: once, and again where a field has changed; what is not decided counts as right."""

from __future__ import annotations

import dataclasses

import pytest

from symgd.declarations import check as module
from symgd.declarations.check import check, facts_hold
from symgd.declarations.law import LAWS
from symgd.errors import DeclarationError, SymgdError
from symgd.graph.assumptions import Curvature, Sign
from symgd.graph.node import scalar
from symgd.primitives.exponential import exp
from tests.declarations.handmade import handmade

X = scalar("x")


@pytest.fixture
def judged(monkeypatch):
    """The records that were judged, in turn."""
    found = []
    original = module._contradiction
    monkeypatch.setattr(module, "_contradiction", lambda subject: (found.append(subject.record), original(subject))[1])
    return found


def test_a_function_is_judged_once_and_again_where_a_field_has_changed(judged):
    record = handmade(lambda x: x**2 + 1, sign=Sign.POSITIVE)
    node = record.make((X,))
    assert facts_hold([node]) and facts_hold([node + 1]) and facts_hold([record.make((X + 1,))])
    assert judged.count(record) == 1
    object.__setattr__(record, "sign", Sign.NEGATIVE)
    assert not facts_hold([node])
    assert not facts_hold([node])
    assert judged.count(record) == 2
    object.__setattr__(record, "sign", Sign.POSITIVE)
    assert facts_hold([node])
    assert judged.count(record) == 3


def test_nodes_that_were_judged_are_not_judged_again(judged):
    record = handmade(lambda x: exp(x), sign=Sign.NEGATIVE)
    seen = set()
    assert not facts_hold([record.make((X,))], seen)
    assert facts_hold([record.make((X,))], seen)


def test_what_cannot_be_decided_counts_as_right(monkeypatch):
    def undecided(subject):
        raise SymgdError("it is too large")

    monkeypatch.setitem(LAWS, "law_sign", dataclasses.replace(LAWS["law_sign"], rule=undecided))
    assert facts_hold([handmade(lambda x: exp(x), sign=Sign.NEGATIVE).make((X,))])


def test_all_broken_laws_are_told_and_the_first_names_the_field():
    record = handmade(lambda x: x**3, sign=Sign.POSITIVE, curvature=Curvature.CONVEX)
    with pytest.raises(DeclarationError) as caught:
        check(record)
    assert "'sign'" in caught.value.cause
    assert "'curvature'" in caught.value.cause


def test_what_fails_in_a_declaration_is_told_as_what_cannot_be_judged():
    record = handmade(lambda x: x**3, curvature=lambda node, x: 1 / 0)
    with pytest.raises(DeclarationError, match="curvature of softplus cannot be judged: ZeroDivisionError: division by zero"):
        check(record)
