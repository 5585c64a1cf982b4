"""Proofs: every step follows from its premises by its rule, and nothing that is changed in one still passes."""

from __future__ import annotations

import copy
import dataclasses
import enum
import functools
import inspect
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature import proof
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Premises, Proof, Step
from symgd.errors import SymgdError
from symgd.graph.assumptions import Interval
from symgd.graph.node import Node

UP = (0, None)
LEAST_SQUARES = {"X": "m n", "w": "n", "y": "m"}
COX = {"X": "m n", "w": "n"}
PD = {"shapes": {"S": "n n"}, "facts": {"S": {"pd": True, "symmetric": True}}}

# a formula, and how the question is asked; together their proofs use every rule
QUESTIONS = [
    ("x**2", {}),
    ("3*x + 2*y", {"wrt": "x"}),
    ("exp(x)", {}),
    ("maximum(x, -2*x)", {}),
    ("a*x**2 + x", {"wrt": "x", "facts": {"a": {"positive": True}}}),
    ("a*x**2", {"wrt": "x", "facts": {"a": {"positive": True}}, "data": {"a": 3}}),
    ("sum((X @ w - y)**2)", {"wrt": "w", "shapes": LEAST_SQUARES}),
    ("sum((X @ w - y)**2)", {"wrt": "w", "shapes": LEAST_SQUARES, "data": {"X": [[3, 0], [0, 1]], "y": [1, 1]}}),
    ("mean(log(1 + exp(-y*(X @ w)))) + w @ w", {"wrt": "w", "shapes": LEAST_SQUARES}),
    ("sum(log(cosh(X @ w - y)))", {"wrt": "w", "shapes": LEAST_SQUARES}),
    ("sum((X @ w - y)**4 - (X @ w - y)**3/10 + (X @ w - y)**2)", {"wrt": "w", "shapes": LEAST_SQUARES}),
    ("x - sin(x)", {"domain": {"x": (0, 3)}}),
    ("x*log(1 + 1/x)", {"domain": {"x": UP}}),
    ("exp(-x**2)", {"domain": {"x": ("-1/2", "1/2")}}),
    ("x**2 - sin(100*x)/5001", {"domain": {"x": (-1, 1)}}),
    ("log(x)**2", {"domain": {"x": (0, 1)}}),
    ("-sqrt(x*(2 - x))", {"domain": {"x": (0, 2)}}),
    ("exp(x) + sin(x)", {"domain": {"x": UP}}),
    ("x**2*exp(x)", {"domain": {"x": UP}}),
    ("x**2 + 2*y**2 + x*y", {}),
    ("x**4 + y**4 + 4*x**2*y**2", {}),
    ("x**4 + y**2", {"domain": {"x": (0, 1), "y": (0, 1)}}),
    ("(x - y)**2/(1 + x + y)", {"constraints": ["x + y + 1 > 0"]}),
    ("exp(x*y/10) + x**2 + y**2", {"domain": {"x": (-1, 1), "y": (-1, 1)}}),
    ("x*y/(x + y)", {"domain": {"x": UP, "y": UP}}),
    ("sqrt(1 + x**2)*x**2", {"domain": {"x": UP}}),
    ("where(x < 0, x**2, x**3)", {}),
    ("where(x == 0, 7, x)", {"domain": {"x": (0, 1)}}),
    ("where(x > 0, x**2, 1)", {"domain": {"x": UP}}),
    ("S[0,0]**2 + S[1,1]**2 + S[0,1]**2", {"shapes": {"S": "2 2"}, "facts": {"S": {"symmetric": True}}}),
    ("-logdet(S)", {"wrt": "S", **PD}),
    ("trace(inv(S))", {"wrt": "S", **PD}),
    ("exp(a*x/(t*x - c))", {"wrt": "x", "facts": {name: {"positive": True} for name in "act"}, "constraints": ["t*x > c"]}),
    ("sum(log(R @ exp(X @ w)) - X @ w)", {"wrt": "w", "shapes": {"R": "m m", **COX}, "facts": {"R": {"nonnegative": True}}}),
    ("max(eigvalsh(S))", {"wrt": "S", "shapes": {"S": "n n"}}),
    ("x**2 + y**2", {"domain": {"x": UP, "y": UP}, "constraints": ["x*y >= 1"]}),
    ("((x - 1)/(x + 1))**2", {"domain": {"x": UP}, "kind": "quasiconvex"}),
    ("x*log(x)", {"domain": {"x": UP}, "kind": "quasiconvex"}),
    ("where(x > 1, x**4 - 3*x**3, -9)", {"domain": {"x": "(1, inf)"}, "kind": "quasiconvex"}),
    ("x*y - z**2", {"domain": {"x": "(0, inf)"}, "constraints": ["x*y - z**2 > 0"], "kind": "quasiconcave"}),
    ("-logdet(S)", {"wrt": "S", **PD, "kind": "quasiconvex"}),
    ("a**2 + 0*x", {"wrt": "x", "kind": "log-concave"}),
    ("x", {"domain": {"x": "[0, inf)"}, "kind": "log-concave"}),
    ("x**2*y**2*(1 - x - y)", {"domain": {"x": UP, "y": UP}, "constraints": ["x + y < 1"], "kind": "log-concave"}),
    ("prod(ndtr(X @ w))", {"wrt": "w", "shapes": COX, "kind": "log-concave"}),
]  # fmt: skip
NAMES = [f"{text} {given.get('kind', '')}".strip() for text, given in QUESTIONS]


@functools.cache
def _verdict(k):
    text, given = QUESTIONS[k]
    given = dict(given)
    formula = sg.formula(text, shapes=given.pop("shapes", None), facts=given.pop("facts", None))
    verdict = sg.convexity(formula, given.pop("wrt", None), **given)
    assert verdict.proof is not None, text
    return verdict


def _other_proof(k):
    """The proof of another question, of the same kind where there is one."""
    others = [_verdict((k + j) % len(QUESTIONS)) for j in range(1, len(QUESTIONS))]
    rules = _verdict(k).proof.root.rule
    return next((one for one in others if one.proof.root.rule is rules), others[0]).proof


def _changed(value, depth=0) -> Iterator[object]:
    """Other values of the same type."""
    if isinstance(value, enum.Flag):
        yield from (one for one in (type(value)(0), ~value, *type(value)) if one != value)
    elif isinstance(value, enum.Enum):
        yield from (one for one in type(value) if one is not value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, Interval):
        yield from (one for one in (Interval(-math.inf, math.inf), Interval(Fraction(1), Fraction(3, 2))) if one != value)
    elif isinstance(value, Node):
        yield from (value * 2, value + 1, -value) if not value.is_boolean else ()
    elif isinstance(value, str):
        yield value + " "
    elif isinstance(value, int | Fraction) or type(value).__module__.startswith("sympy.core"):
        yield from (one for one in (value + 1, -value, value * 2) if one != value)
    elif isinstance(value, frozenset):
        yield from (value - {one} for one in value)
        yield value | {sg.scalar("unrelated")}
    elif isinstance(value, tuple):
        yield from (value[:k] + value[k + 1 :] for k in range(len(value)))
        for k, one in enumerate(value[:4] if depth < 2 else ()):
            yield from ((*value[:k], other, *value[k + 1 :]) for other in _changed(one, depth + 1))
    elif isinstance(value, Mapping):
        yield from ({key: one for key, one in value.items() if key is not left} for left in value)
        for key, one in value.items():
            yield from ({**value, key: other} for other in _changed(one, depth + 1))
    elif dataclasses.is_dataclass(value) and depth < 3:
        for one in dataclasses.fields(value):
            if one.compare:
                for other in _changed(getattr(value, one.name), depth + 1):
                    yield dataclasses.replace(value, **{one.name: other})
    elif type(value).__module__.startswith("sympy.polys"):
        yield from (-value, value * 2, value**2)
    elif hasattr(value, "intervals") and hasattr(value, "natural"):
        for other in _changed(value.intervals, depth + 1):
            domain = copy.copy(value)
            domain.intervals = other
            yield domain


def _edits(step: Step, foreign: list[Step]) -> Iterator[tuple[str, Step]]:
    """Every single change of a step: its words, its statement, its rule, its premises, and what its rule is applied to."""
    yield "words", dataclasses.replace(step, claim=step.claim.replace("convex", "strictly convex") + " ")
    yield "reason", dataclasses.replace(step, because=step.because + " ")
    yield "no rule", dataclasses.replace(step, rule=None)
    yield "a rule of its own", dataclasses.replace(step, rule=lambda *_: proof.Conclusion(step.statement, step.claim))
    for other in proof._RULES - {step.rule}:
        yield f"rule {other.__name__}", dataclasses.replace(step, rule=other)
    for other in _changed(step.statement):
        yield "statement", dataclasses.replace(step, statement=other)
    for k in range(len(step.premises)):
        yield "premise removed", dataclasses.replace(step, premises=step.premises[:k] + step.premises[k + 1 :])
    for other in foreign:
        if all(other.statement != one.statement for one in step.premises):
            yield "premise added", dataclasses.replace(step, premises=(*step.premises, other))
    for other in _changed(step.given):
        yield "given", dataclasses.replace(step, given=other)
        yield from _concluded_again(dataclasses.replace(step, given=other))


def _concluded_again(step: Step) -> Iterator[tuple[str, Step]]:
    """The same step with whatever its rule gives now."""
    try:
        conclusion = step.rule(Premises(one.statement for one in step.premises), *step.given)
    except Exception:
        return
    if conclusion is not None and conclusion.statement != step.statement:
        words = {"claim": conclusion.claim, "because": conclusion.because, "statement": conclusion.statement}
        yield "given and conclusion", dataclasses.replace(step, **words)


def _is_accepted(old: Step, new: Step, users: list[Step], verdict) -> bool:
    """Whether a changed step passes, and everything that uses it, and the verdict."""
    if not new.check():
        return False
    for user in users:
        premises = tuple(new if one is old else one for one in user.premises)
        if not dataclasses.replace(user, premises=premises).check():
            return False
    if users:
        return True
    try:
        return dataclasses.replace(verdict, proof=Proof(new)).check()
    except SymgdError:
        return False


def _says_the_same(old: Step, new: Step) -> bool:
    """Whether a changed step still derives the same statement, in the same words: another derivation, no false claim."""
    return (old.claim, old.because, old.statement, old.premises) == (new.claim, new.because, new.statement, new.premises)


@pytest.mark.parametrize("k", range(len(QUESTIONS)), ids=NAMES)
def test_no_changed_step_passes(k):
    verdict = _verdict(k)
    root = verdict.proof.root
    assert verdict.check()
    foreign = list(_other_proof(k).root.walk())[:3]
    steps = list(root.walk())
    for step in steps:
        users = [one for one in steps if step in one.premises]
        for what, new in _edits(step, foreign):
            if what == "given" and _says_the_same(step, new):
                continue  # what the rule concludes from it decides
            assert not _is_accepted(step, new, users, verdict), (what, step.claim, new)


def test_every_rule_stands_in_a_proof():
    used = {step.rule for k in range(len(QUESTIONS)) for step in _verdict(k).proof.root.walk()}
    assert used == {one for one in proof._RULES if one.__module__.startswith("symgd.")}


@pytest.mark.parametrize("k", range(len(QUESTIONS)), ids=NAMES)
def test_no_verdict_says_more_than_its_proof(k):
    verdict = _verdict(k)
    for kind in Kind:
        if kind is not verdict.kind:
            with pytest.raises(SymgdError, match="the proof does not show this verdict"):
                dataclasses.replace(verdict, kind=kind)
    for changes in (
        {"modulus": 1 if verdict.modulus is None else verdict.modulus * 2},
        {"formula": verdict.formula + 1},
        {"formula": -verdict.formula},
        {"wrt": []},
        {"domain": verdict.domain + " "},
        {"intervals": {}},
        {"proof": _other_proof(k)},
        {"proof": Proof(Step(verdict.proof.claim))},
    ):
        with pytest.raises(SymgdError, match="the proof does not show this verdict"):
            dataclasses.replace(verdict, **changes)


def test_a_verdict_cannot_be_changed():
    verdict = sg.convexity("x**2 + x")
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.modulus = 100
    object.__setattr__(verdict, "modulus", 100)
    assert verdict.proof.check()
    assert not verdict.check()


def test_a_verdict_without_proof_is_not_shown():
    assert not sg.convexity("sin(x)*y + x*y**3*exp(x)").proof
    assert not dataclasses.replace(sg.convexity("x**3"), witness=None).check()
    assert sg.convexity("x**3").check()


def test_rules_take_premises_and_what_is_given():
    for one in proof._RULES:
        assert next(iter(inspect.signature(one).parameters)) == "premises", one
        assert one.__doc__, one


@pytest.mark.parametrize("text", ["sum(x*exp(-x**2) + 9*x**2)", "sum(atan(x) - x**2)"])
def test_proofs_that_rest_on_functions_of_entries_check(text):
    """Their parts say nothing on their own, and so make no use of their premises."""
    verdict = sg.convexity(sg.formula(text, shapes={"x": "n"}), "x")
    assert str(verdict.kind).startswith("STRICTLY") and verdict.check()
