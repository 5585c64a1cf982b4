"""What passes know of functions is declared: a new function behaves as symgd's own with the same facts."""

from __future__ import annotations

import mpmath
import pytest

import symgd as sg
from symgd.checking.black_box.complex_step import is_analytic
from symgd.declarations.check import check  # noqa: F401  # the laws are entered
from symgd.declarations.law import LAWS
from symgd.declarations.subject import Subject
from symgd.errors import DeclarationError
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.extend import Growth, Parity, elementwise, primitive
from symgd.graph.primitive import FUNCTIONS, REGISTRY
from symgd.primitives.contraction import expand
from symgd.rewrite.cost import length
from symgd.rewrite.driver import simplify

FIELDS = {"because": "it is an example", "source": "an example"}
BUMP = {"definition": lambda x: sg.exp(-(x**2)), "derivative": lambda x, out: -2 * x * out, **FIELDS}
SQUASH = {"definition": lambda x: x / (1 + x**2), "derivative": lambda x, out: (1 - x**2) / (1 + x**2) ** 2, **FIELDS}
CUBE = {"definition": lambda x: sg.exp(3 * x), "derivative": lambda x, out: 3 * out, "numpy": "exp(3*{x})", **FIELDS}
SLOW = {"definition": lambda x: sg.log(1 + x**2), "derivative": lambda x, out: 2 * x / (1 + x**2), **FIELDS}
X = sg.scalar("x")


@pytest.fixture(autouse=True)
def registry():
    """Forget what a test declares."""
    names = set(REGISTRY), set(FUNCTIONS)
    yield
    for known, before in zip((REGISTRY, FUNCTIONS), names, strict=True):
        for name in set(known) - before:
            del known[name]


def test_an_even_function_of_an_absolute_value_has_no_kink():
    bump, plain = elementwise("bump", parity=Parity.EVEN, **BUMP), elementwise("plain", **BUMP)
    LAWS["law_parity"].check(Subject.of(bump))
    assert simplify([bump(abs(X))]).roots == [bump(X)]
    assert simplify([plain(abs(X))]).roots == [plain(abs(X))]


def test_odd_functions_of_an_absolute_value_have_no_kink():
    squash = elementwise("squash", parity=Parity.ODD, **SQUASH)
    LAWS["law_parity"].check(Subject.of(squash))
    assert simplify([squash(abs(X)) * sg.sin(abs(X))]).roots == simplify([sg.sin(X) * squash(X)]).roots
    assert simplify([squash(abs(X)) ** 2]).roots == [squash(X) ** 2]


def test_what_overflows_is_not_computed_for_a_branch_that_is_not_taken():
    cube, plain = elementwise("cube_of_exp", growth=Growth.EXPONENTIAL, **CUBE), elementwise("plain", **CUBE)
    LAWS["law_growth"].check(Subject.of(cube))
    guarded, other = (sg.lambdify("x", sg.where(X < 200, one(X), 0)).source for one in (cube, plain))
    assert guarded.count("where(") == other.count("where(") + 1


def test_what_grows_slowly_has_values_at_numbers_of_any_size():
    slow, plain = elementwise("slow", growth=Growth.LINEAR, **SLOW), elementwise("plain", **SLOW)
    LAWS["law_growth"].check(Subject.of(slow))
    value, none = (evaluate_precisely([one(X)], {X: 10**2000})[0][()] for one in (slow, plain))
    assert float(value) == pytest.approx(4000 * float(mpmath.log(10)))
    assert mpmath.isnan(none)


def test_the_complex_step_is_taken_through_what_has_no_branch_cut():
    gauss, plain = elementwise("gauss", is_meromorphic=True, **BUMP), elementwise("plain", **BUMP)
    LAWS["law_is_meromorphic"].check(Subject.of(gauss))
    assert is_analytic(gauss(X) * sg.sin(X))
    assert not is_analytic(plain(X) * sg.sin(X))


def test_a_new_axis_is_no_operation():
    of_expand = {"shape": expand.shape, "evaluate": expand.evaluate, "layout": expand.layout, **FIELDS}
    v = sg.tensor("v", "n")
    for is_stretching in (False, True):
        record = primitive(f"axis_{is_stretching}", is_stretching=is_stretching, **of_expand)
        assert length(record.make((v,), ((-1,),))) == (0 if is_stretching else 1)


@pytest.mark.parametrize(
    ("facts", "law", "said"),
    [
        ({"parity": Parity.ODD}, "law_parity", "f(−x) = −f(x)"),
        ({"growth": Growth.EXPONENTIAL}, "law_growth", "does not overflow"),
        ({"is_meromorphic": True, "definition": lambda x: sg.sqrt(1 + x**2)}, "law_is_meromorphic", "branch cut"),
        ({"growth": Growth.LINEAR}, "law_growth", "where x is -10^3"),
    ],
)
def test_a_wrong_fact_is_refused(facts, law, said):
    wrong = elementwise("wrong", derivative=lambda x, out: 2 * x, **{"definition": lambda x: 1 + x**2, **facts}, **FIELDS)
    with pytest.raises(DeclarationError) as error:
        LAWS[law].check(Subject.of(wrong))
    assert said in str(error.value)
