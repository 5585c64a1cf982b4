"""A user's function is declared once and then works everywhere; a wrong declaration is found out."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.declarations import check as declaration_check
from symgd.errors import SimplificationError
from symgd.extend import (
    Curvature,
    DeclarationError,
    Monotone,
    Primitive,
    as_node,
    check_declaration,
    elementwise,
    function,
    primitive,
    rule,
)
from symgd.graph.primitive import FUNCTIONS, REGISTRY
from symgd.primitives.piecewise import maximum, where


def declare(name="softsquare", **changed):
    fields = {
        "definition": lambda x: x**2 / (1 + abs(x)),
        "derivative": lambda x, out: x * (2 + abs(x)) / (1 + abs(x)) ** 2,
        "numpy": "{x}**2 / (1 + abs({x}))",
        "curvature": Curvature.CONVEX,
        "because": "the slope of x²/(1 + |x|) is x(2 + |x|)/(1 + |x|)²",
        "source": "an example",
    }
    return elementwise(name, **{**fields, **changed})


def test_one_declaration_serves_every_reader_and_every_pass():
    softsquare = declare()
    check_declaration(softsquare, at=[0.0, -2.0, 30.0])
    loss = sg.formula("sum(softsquare(X @ w))", shapes={"X": "m n", "w": "n"})
    assert loss is sg.sum(softsquare(sg.tensor("X", "m n") @ sg.tensor("w", "n")))
    assert sg.check_gradient(loss, "w").verdict.name == "RIGHT"
    assert sg.convexity(loss, "w").kind.name == "CONVEX"
    code = sg.lambdify(["X", "w"], loss)
    assert code(np.eye(2), np.array([1.0, -3.0])) == pytest.approx(0.5 + 9 / 4)
    assert "softsquare" in loss.latex()


@pytest.mark.parametrize(
    "changed",
    [
        {"derivative": lambda x, out: x * (2 + abs(x)) / (1 + abs(x))},
        {"derivative": lambda x, out: 1.000001 * x * (2 + abs(x)) / (1 + abs(x)) ** 2},
        {"numpy": "{x}**2 / (2 + abs({x}))"},
    ],
)
def test_a_wrong_declaration_is_found_out(changed):
    with pytest.raises(sg.GradientError):
        check_declaration(declare(**changed))


def hinge(name, **changed):
    """Declare max(0, 1 - x), whose kink lies at 1."""
    fields = {
        "definition": lambda x: maximum(1 - x, 0),
        "derivative": lambda x, out: where(x < 1, -1, 0),
        "numpy": "maximum(1 - {x}, 0)",
        "curvature": Curvature.CONVEX,
        "monotone": Monotone.DECREASING,
        "kinks": lambda x: (x - 1,),
        "at_kink": "its slope at 1 is 0",
        "because": "the slope of max(0, 1 - x) is -1 below 1",
        "source": "an example",
    }
    return elementwise(name, **{**fields, **changed})


WRONG = [
    ("strict", {"strict": True}),
    ("kinks", {"kinks": None, "at_kink": ""}),
    ("kinks", {"kinks": lambda x: (x,)}),
    ("kinks", {"kinks": None, "at_kink": "", "derivative": ()}),
    ("linear_in", {"linear_in": (0,)}),
    ("curvature", {"curvature": Curvature.AFFINE}),
    ("curvature", {"curvature": Curvature.CONCAVE}),
    ("monotone", {"monotone": Monotone.INCREASING}),
    ("derivative", {"derivative": lambda x, out: where(x < 1, -2, 0)}),
]
QUESTIONS = ["{}(x)", "{}(2*x - 3)", "{}(x) + {}(-x)", "exp({}(x)) + x", "{}(x)**2", "x + sqrt(1 + {}(x)**2)"]


def test_a_hinge_that_is_declared_rightly_has_proofs():
    right = hinge("hinge")
    check_declaration(right)
    for text in QUESTIONS[:4]:
        verdict = sg.convexity(text.replace("{}", "hinge"), "x")
        assert verdict.kind.name == "CONVEX"
        assert verdict.proof.check()


@pytest.mark.parametrize("place", [0.37, -3.25, 37.3, -81])
def test_a_kink_is_found_wherever_it_is(place):
    record = hinge(
        "hinge",
        definition=lambda x: maximum(place - x, 0),
        derivative=lambda x, out: where(x < place, -1, 0),
        numpy=f"maximum({place} - {{x}}, 0)",
        kinks=None,
        at_kink="",
    )
    for judge in (check_declaration, lambda record: sg.convexity(record(sg.scalar("x")))):
        with pytest.raises(DeclarationError, match="hinge is wrong in 'kinks': its slope jumps at x = "):
            judge(record)


def _answer(text):
    try:
        return sg.convexity(text, "x").kind.name
    except DeclarationError as error:
        return error.cause


@pytest.mark.parametrize(("field", "changed"), WRONG)
def test_a_wrong_fact_is_named_and_proves_nothing(field, changed):
    record = hinge("hinge", **changed)
    for text in QUESTIONS:
        answer = _answer(text.replace("{}", "hinge"))
        assert answer == "UNKNOWN" or answer.startswith("the declaration of hinge is wrong in ")
    with pytest.raises(DeclarationError, match=f"'{field}'"):
        check_declaration(record)


def test_a_function_is_judged_once_for_all_verdicts(monkeypatch):
    hinge("hinge")
    judged = []
    original = declaration_check._contradiction
    monkeypatch.setattr(declaration_check, "_contradiction", lambda subject: (judged.append(subject), original(subject))[1])
    for text in ("hinge(x)", "hinge(2*x) + softplus(x)", "exp(x) + x**4"):
        assert sg.convexity(text, "x").kind.name != "UNKNOWN"
    assert [subject.record.name for subject in judged] == ["hinge"]


def test_a_field_that_is_changed_later_is_judged_again():
    record = hinge("hinge")
    proof = sg.convexity("hinge(x)", "x").proof
    assert proof.check()
    object.__setattr__(record, "strict", True)
    assert not proof.check()
    object.__setattr__(record, "strict", False)
    assert proof.check()


@pytest.mark.parametrize(
    ("name", "field", "wrong"), [("abs", "strict", True), ("relu", "kinks", None), ("abs", "linear_in", (0,))]
)
def test_a_fact_of_the_vocabulary_that_is_changed_proves_nothing(monkeypatch, name, field, wrong):
    right = sg.convexity(f"{name}(x)", "x")
    assert right.proof.check()
    record = REGISTRY[name]
    before = getattr(record, field)
    object.__setattr__(record, field, wrong)
    try:
        verdict = sg.convexity(f"{name}(2*x)", "x")
        assert verdict.proof is None or not verdict.proof.check()
    finally:
        object.__setattr__(record, field, before)
    assert right.proof.check()


def test_a_check_tells_of_everything_that_is_wrong():
    with pytest.raises(DeclarationError) as error:
        check_declaration(hinge("hinge", strict=True, linear_in=(0,)))
    assert "'strict'" in str(error.value)
    assert "'linear_in'" in str(error.value)


def declare_twice(name="twice_sum", **changed):
    """Declare twice the sum of a vector, as a function of tensors."""
    fields = {
        "shape": lambda shapes, params: (),
        "vjp": lambda node, t, k: 2 * sg.broadcast_to(sg.reshape(t, (*t.shape, 1)), (*t.shape, *node.args[0].shape)),
        "evaluate": lambda node, context, arrays: np.array(2 * np.sum(arrays[0]), dtype=object),
        "code": lambda node, names, printer: f"(2*{names[0]}.sum())",
        "layout": lambda node, printer: printer.call("twice_sum", [printer.written[node.args[0]].text]),
        "curvature": Curvature.AFFINE,
        "monotone": Monotone.INCREASING,
        "linear_in": (0,),
        "because": "every entry counts twice",
        "source": "an example",
    }
    return primitive(name, **{**fields, **changed})


def test_a_function_of_tensors_is_judged_where_it_stands():
    record: Primitive = declare_twice()
    v = sg.tensor("v", "n")
    check_declaration(record, examples=[record.make((v,)) ** 2])
    with pytest.raises(sg.SymgdError, match="judged in formulas"):
        check_declaration(record)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("vjp", lambda node, t, k: sg.broadcast_to(sg.reshape(t, (*t.shape, 1)), (*t.shape, *node.args[0].shape))),
        ("shape", lambda shapes, params: shapes[0]),
        ("monotone", Monotone.DECREASING),
        ("vanishes_with", None),
    ],
)
def test_a_wrong_function_of_tensors_is_found_out(field, wrong):
    changed = (
        {field: wrong} if field != "vanishes_with" else {"evaluate": lambda node, context, arrays: np.array(2 + arrays[0][0])}
    )
    record = declare_twice(**changed)
    with pytest.raises(DeclarationError, match="linear_in" if field == "vanishes_with" else field):
        check_declaration(record, examples=[record.make((sg.tensor("v", "3"),))])


@pytest.mark.parametrize(("fold", "is_right"), [(lambda x: x**2, True), (lambda x: x, False)])
def test_what_a_function_of_tensors_folds_at_numbers_is_judged(fold, is_right):
    record = primitive(
        "squares",
        shape=lambda shapes, params: shapes[0],
        evaluate=lambda node, context, arrays: arrays[0] * arrays[0],
        vjp=lambda node, adjoint, k: 2 * adjoint * node.args[0],
        code=lambda node, names, printer: f"({names[0]}**2)",
        fold=lambda args, params: fold(args[0]) if args[0].is_constant else None,
        because="the slope of a square is twice its root",
        source="an example",
    )
    examples = [record.make((sg.tensor("v", "3"),))]
    if is_right:
        check_declaration(record, examples=examples)
    else:
        with pytest.raises(DeclarationError, match="wrong in 'fold'"):
            check_declaration(record, examples=examples)


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(sg.SymgdError, match="declared already"):
        declare("exp")


@pytest.mark.parametrize(("name", "aliases"), [("fresh", ("tanh",)), ("fresh", ("newer", "tanh")), ("expit", ())])
def test_a_refused_declaration_leaves_no_name_behind(name, aliases):
    before = dict(REGISTRY), dict(FUNCTIONS)
    with pytest.raises(sg.SymgdError, match="declared already"):
        declare(name, aliases=aliases)
    assert (dict(REGISTRY), dict(FUNCTIONS)) == before


def test_a_refused_function_leaves_no_name_behind():
    before = dict(FUNCTIONS)
    with pytest.raises(sg.SymgdError, match="declared already"):
        function("fresh", "tanh")(lambda x: x)
    assert dict(FUNCTIONS) == before


def test_parameters_with_a_default_are_no_arguments():
    lines = [declare(f"line{a}", definition=lambda x, a=a: a * x, derivative=lambda x, out, a=a: a + 0 * x) for a in (2, 3)]
    assert [line.arity for line in lines] == [1, 1]
    assert sg.gradient(lines[1](sg.scalar("x")), "x") is as_node(3)


def test_a_rule_of_a_user_is_applied():
    softsquare = declare(monotone=Monotone.UNKNOWN)
    rule(
        "softsquare is even",
        lambda x: softsquare(-x),
        lambda x: softsquare(x),
        because="x²/(1 + |x|) does not change with the sign of x",
    )
    x = sg.scalar("x")
    assert sg.simplify(softsquare(-x) - softsquare(x)).equals_number(0)


def test_a_function_declared_by_its_definition_alone_has_code():
    """In a stable form: log(cosh(x)) overflows as it is written."""
    log_cosh = elementwise("log_cosh_of_test", definition=lambda x: sg.log(sg.cosh(x)))
    check_declaration(log_cosh)
    twice = elementwise("twice_of_test", definition=lambda x: 2 * log_cosh(x))
    code = sg.lambdify("x", twice(sg.scalar("x")))
    assert code(800.0) == pytest.approx(2 * (800 - np.log(2)), rel=1e-15)
    assert sg.lambdify("v", log_cosh(sg.tensor("v", "n")))(np.array([0.0, -1.0])) == pytest.approx([0, np.log(np.cosh(1))])


WRONG_FACTS = [
    ({"domain": "x > 0"}, "domain of .* cannot be 'x > 0'", "Interval"),
    ({"curvature": "convex"}, "curvature of .* cannot be 'convex'", "Curvature"),
    ({"monotone": 1}, "monotone of .* cannot be 1", "Monotone"),
    ({"sign": True}, "sign of .* cannot be True", "Sign"),
    ({"range": (0, 1)}, "range of .* cannot be", "Interval"),
    ({"parity": "even"}, "parity of", "Parity"),
    ({"growth": "linear"}, "growth of", "Growth"),
    ({"monoton": Monotone.INCREASING}, "no field 'monoton'", "did you mean monotone"),
]


@pytest.mark.parametrize(("changed", "message", "hint"), WRONG_FACTS)
def test_facts_of_another_class_are_refused(changed, message, hint):
    with pytest.raises(sg.SymgdError, match=message) as error:
        declare(**changed)
    assert hint in str(error.value)
    assert "softsquare" not in FUNCTIONS


def test_only_declarations_are_judged():
    with pytest.raises(sg.SymgdError, match="'sin' is no declaration"):
        check_declaration("sin")
    without_result = declare(derivative=lambda x: 2 * x)
    with pytest.raises(sg.SymgdError, match="lambda x, out"):
        check_declaration(without_result)


def test_a_wrong_rule_of_a_user_is_named():
    rule("a third of a test", lambda x: sg.sin(x) * sg.cos(x), lambda x: sg.sin(2 * x) / 3, because="it is wrong")
    with pytest.raises(SimplificationError, match="the rule 'a third of a test' is wrong"):
        sg.simplify("sin(y)*cos(y)")
    with pytest.raises(SimplificationError, match="correct the rule"):
        sg.lambdify("y", "sin(y)*cos(y)")
