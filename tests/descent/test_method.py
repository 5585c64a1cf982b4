"""The register of directions and step sizes: what a class must have, and what is read off its fields and its docstring."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from symgd.descent.method import (
    RESERVED_KEYS,
    Kind,
    Method,
    Parameter,
    Tuned,
    direction,
    made,
    methods,
    parameters_of,
    step_size,
    within,
)
from symgd.errors import SymgdError

KINDS = {Kind.DIRECTION: direction, Kind.STEP_SIZE: step_size}


@dataclass
class Documented(Tuned):
    """Half of what it is given.

        d = g/2
        g = ∇L(w)

    Parameters
    ----------
    share : float
        Not half.

    References
    ----------
    Nobody, *On halves*,
    1900.
    Somebody, 1901.

    Notes
    -----
    It is used here only.
    """

    share: float = field(default=0.5, metadata=within("(0, 1]", "what is kept", words="the share", key="kept"))
    rate: float = field(metadata=within("[0, inf)", "how fast"), kw_only=True)
    other: int = 3

    def start(self, x): ...

    def next(self, gradient): ...


def test_parameters_are_the_fields_that_say_where_they_lie():
    assert parameters_of(Documented) == (
        Parameter("share", "(0, 1]", "what is kept", "the share", "kept", 0.5),
        Parameter("rate", "[0, inf)", "how fast", "rate", "rate", None),
    )
    assert parameters_of(int) == ()


def test_sentence_formula_and_source_stand_in_the_docstring():
    method = Method(Kind.DIRECTION, "Halves", Documented)
    assert method.key == "halves"
    assert method.sentence == "Half of what it is given."
    assert method.formula == "d = g/2\ng = ∇L(w)"
    assert method.source == "Nobody, *On halves*, 1900. Somebody, 1901."


@pytest.mark.parametrize("text", [None, "", "One line."])
def test_what_a_docstring_does_not_hold_is_empty(text):
    method = Method(Kind.DIRECTION, "bare", type("Bare", (), {"__doc__": text}))
    assert (method.sentence, method.formula, method.source) == (text or "", "", "")


NUMBERS = [
    (0.25, True),
    (1, True),
    (True, False),
    (0, False),
    (1.5, False),
    ("0.5", False),
    (None, False),
    (float("nan"), False),
]


@pytest.mark.parametrize(("number", "is_read"), NUMBERS)
def test_a_parameter_is_read_when_an_instance_is_made(number, is_read):
    if is_read:
        made_of = Documented(number, rate=2)
        assert (made_of.share, made_of.rate, made_of.other) == (number, 2, 3)
        assert type(made_of.share) is type(made_of.rate) is float
        return
    with pytest.raises(SymgdError, match=r"the share is a number in \(0, 1\]") as caught:
        Documented(number, rate=2)
    assert caught.value.hint == "Documented takes share in (0, 1], rate in [0, inf)"


def test_parameters_of_a_frozen_class_are_read_too():
    @dataclass(frozen=True)
    class Frozen(Tuned):
        rate: float = field(default=1, metadata=within("(0, inf)", "how far"))

    assert type(Frozen().rate) is float
    with pytest.raises(SymgdError, match="rate is a positive number"):
        Frozen(0)


def bare(kind):
    """Return a new class that has what its kind needs."""
    needs = {"start": None, "next": None} if kind is Kind.DIRECTION else {"choose": None, "needs_value": False}
    return type("Bare", (), {**needs, "__doc__": "It does nothing."})


NAMES = [
    ("a", True),
    ("A-b_c 9", True),
    ("a" * 40, True),
    ("a" * 41, False),
    ("9a", False),
    (" a", False),
    ("a.b", False),
    ("", False),
    (3, False),
]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(("name", "is_name"), NAMES, ids=range(len(NAMES)))
def test_a_name_is_a_word_of_letters_and_digits(name, is_name, kind):
    if not is_name:
        with pytest.raises(SymgdError, match=f"a {kind} is called by a word of letters and digits"):
            KINDS[kind](name)
        return
    cls = KINDS[kind](name)(bare(kind))
    assert cls.name == name
    assert methods(kind)[name.lower()] == Method(kind, name, cls)


@pytest.mark.parametrize("kind", Kind)
def test_a_class_lacks_nothing_that_its_kind_needs(kind):
    other = next(one for one in Kind if one is not kind)
    with pytest.raises(SymgdError, match=f"is not a {kind}") as caught:
        KINDS[kind]("mine")(bare(other))
    assert caught.value.hint == (
        "a class with start and next" if kind is Kind.DIRECTION else "a class with choose and needs_value"
    )


def test_one_name_may_be_of_both_kinds_and_of_one_class_in_each():
    direction("both")(bare(Kind.DIRECTION))
    step_size("both")(bare(Kind.STEP_SIZE))
    again = bare(Kind.DIRECTION)  # as a cell of a notebook that is run again declares it
    assert direction("Both")(again) is again
    assert methods(Kind.DIRECTION)["both"].make is again
    another = type("Another", (), dict(vars(again)))
    with pytest.raises(SymgdError, match="the direction both is declared already"):
        direction("both")(another)


@pytest.mark.parametrize("key", sorted(RESERVED_KEYS))
def test_a_parameter_has_no_key_of_every_descent_but_may_have_another_one(key):
    fields = {key: field(default=0.5, metadata=within("[0, 1)", "a share"))}
    cls = dataclass(type("Mine", (Tuned,), {**vars_of_direction(), "__annotations__": {key: "float"}, **fields}))
    with pytest.raises(SymgdError, match=f"{key} of the direction mine has another meaning already: of every descent"):
        direction("mine")(cls)
    renamed = {key: field(default=0.5, metadata=within("[0, 1)", "a share", key=f"my_{key}"))}
    cls = dataclass(type("Mine", (Tuned,), {**vars_of_direction(), "__annotations__": {key: "float"}, **renamed}))
    assert [one.key for one in Method(Kind.DIRECTION, "mine", direction("mine")(cls)).parameters] == [f"my_{key}"]


def vars_of_direction():
    return {"start": lambda self, x: None, "next": lambda self, gradient: gradient}


@pytest.mark.parametrize("kind", Kind)
def test_what_is_made_of_a_name_or_a_class_has_its_defaults(kind):
    cls = KINDS[kind]("Mine")(bare(kind))
    for choice in ("mine", "MINE", "Mine", cls):
        assert type(made(choice, kind)) is cls
    instance = cls()
    for choice in (instance, 0.5, None, "nothing of that name", int):
        assert made(choice, kind) is choice


def test_a_method_is_found_among_its_own_kind_only():
    assert made("adam", Kind.STEP_SIZE) == "adam"
    assert made("backtracking", Kind.DIRECTION) == "backtracking"


def test_a_step_size_without_a_default_is_not_made_of_its_name():
    with pytest.raises(SymgdError, match="learning rate is not a step size without its rate") as caught:
        made("learning rate", Kind.STEP_SIZE)
    assert caught.value.hint == "give it: LearningRate(rate=…)"


@pytest.mark.parametrize("kind", Kind)
def test_the_methods_of_a_kind_are_told_in_the_order_of_their_declaration(kind):
    first = {
        Kind.DIRECTION: ["gradient descent", "momentum", "adam", "newton"],
        Kind.STEP_SIZE: ["learning rate", "backtracking"],
    }
    KINDS[kind]("last one")(bare(kind))
    known = methods(kind)
    assert list(known)[: len(first[kind])] == first[kind]
    assert list(known)[-1] == "last one"
    assert all(method.kind is kind and method.key == key for key, method in known.items())
