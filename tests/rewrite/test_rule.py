"""Rules are declared by two sides or by a function, applied where they fit, and never where a value would be gained."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.graph.assumptions import Sign
from symgd.graph.inference import Facts
from symgd.graph.primitive import REGISTRY
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.exponential import cosh, exp, log, sinh, tanh
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import maximum
from symgd.primitives.trigonometric import cos, sin, tan
from symgd.rewrite.driver import Simplifier, simplify
from symgd.rewrite.rule import RULES, Rule, pattern_variables, rewriting, rule

X, Y, Z = sg.scalar("x"), sg.scalar("y"), sg.scalar("z")
V = sg.tensor("v", "n")


def applied(declared, node, **signs):
    """Return what a rule makes of a formula by itself, or None."""
    facts = Facts({symbol: signs[symbol.name] for symbol in node.symbols if symbol.name in signs})
    return declared.apply(node, Simplifier([node], facts, "people"))


def of(left, right, **options):
    return rule("of a test", left, right, because="it is a test", **options)


MATCHES = [  # both sides, a formula, and what the rule makes of it
    (lambda x: tan(sin(x)), lambda x: cos(x), tan(sin(Y + 1)), cos(Y + 1)),
    (lambda x: tan(sin(x)), lambda x: cos(x), tan(cos(Y)), None),
    (lambda x: tan(sin(x)), lambda x: cos(x), sin(tan(Y)), None),
    (lambda x: tan(sin(x)), lambda x: cos(x), tan(sin(V)), cos(V)),  # entry by entry
    (lambda x: sin(x) * cos(x), lambda x: tan(x), sin(Y) * cos(Y), tan(Y)),
    (lambda x: sin(x) * cos(x), lambda x: tan(x), sin(Y) * cos(Z), None),
    (lambda x: sin(x) * cos(x), lambda x: tan(x), Z * sin(Y) * cos(Y), None),
    (lambda x: sinh(x) + cosh(x), lambda x: exp(x), sinh(Y) + cosh(Y), exp(Y)),
    (lambda x: sinh(x) + cosh(x), lambda x: exp(x), add.make((sinh(Y), Z, cosh(Y))), exp(Y) + Z),
    (lambda x: sinh(x) + cosh(x), lambda x: exp(x), sinh(Y) - cosh(Y), None),
    (lambda x: sin(x) + 2 * cos(x), lambda x: tanh(x), sin(Y) + 2 * cos(Y), tanh(Y)),
    (lambda x: sin(x) + 2 * cos(x), lambda x: tanh(x), sin(Y) + cos(Y), None),
    (lambda x, y: maximum(sin(x), sin(y)), lambda x, y: x + y, maximum(sin(Y), sin(Z)), Y + Z),
    (lambda x, y: maximum(sin(x), sin(y)), lambda x, y: x + y, maximum(sin(Y), sin(Y)), Y + Y),
    (lambda x: maximum(x, sin(x)), lambda x: x, maximum(Y, sin(Z)), None),
]


@pytest.mark.parametrize(("left", "right", "node", "after"), MATCHES, ids=range(len(MATCHES)))
def test_a_pattern_is_rewritten_where_it_matches(left, right, node, after):
    found = applied(of(left, right), node)
    if after is None:
        assert found is None
    else:
        assert found is after or set(found.args) == set(after.args)


def test_the_name_the_reason_and_both_sides_are_kept():
    left, right = (lambda x: tan(sin(x))), (lambda x: cos(x))
    declared = rule("tan of sin", left, right, because="it is said so", purpose=("code",))
    assert RULES[-1] is declared
    assert (declared.name, declared.because, declared.purpose) == ("tan of sin", "it is said so", ("code",))
    assert (declared.left, declared.right, declared.roots) == (left, right, ("tan",))
    assert declared.variables == pattern_variables(1)
    assert declared.module == __name__
    assert declared.needs == (frozenset({sin}),)


def test_the_driver_tells_the_reason_of_each_step():
    of(lambda x: tan(sin(x)), lambda x: cos(x))
    result = simplify([tan(sin(Y))])
    assert result.roots == [cos(Y)]
    assert [step.because for step in result.steps] == ["it is a test"]


@pytest.mark.parametrize(("purpose", "is_used"), [("people", False), ("code", True), ("derivative", False)])
def test_a_rule_is_used_for_its_purpose_only(purpose, is_used):
    of(lambda x: tan(sin(x)), lambda x: cos(x), purpose=("code",))
    (found,) = simplify([tan(sin(Y))], purpose=purpose).roots
    assert (found is cos(Y)) == is_used


SIGNS = [(Sign.POSITIVE, True), (Sign.NONNEGATIVE, True), (Sign.ANY, False), (Sign.NEGATIVE, False)]


@pytest.mark.parametrize(("known", "is_used"), SIGNS)
def test_a_condition_is_asked_of_what_is_known(known, is_used):
    declared = of(lambda x: tan(absolute(x)), lambda x: tan(x), when=lambda facts, x: facts.is_nonnegative(x))
    assert (applied(declared, tan(absolute(Y)), y=known) is tan(Y)) == is_used


def test_a_condition_sees_the_values_of_all_variables_in_their_order():
    seen = []

    def when(facts, *values):
        seen.append(values)
        return False

    declared = of(lambda x, y: tan(maximum(x, sin(y))), lambda x, y: x + y, when=when)
    assert applied(declared, tan(maximum(Y, sin(Z + 1)))) is None
    assert seen == [(Y, Z + 1)]


LOST = [  # what stands on the left side only, and whether it is known to have a value
    (Y, True),
    (Y**2 + 1, True),
    (exp(Y), True),
    (log(Y), False),
    (1 / Y, False),
]


@pytest.mark.parametrize(("part", "is_used"), LOST, ids=[str(part) for part, _ in LOST])
def test_what_is_left_out_must_have_a_value(part, is_used):
    declared = of(lambda x, y: tan(maximum(cos(x), sin(y))), lambda x, y: tan(x))
    assert (applied(declared, tan(maximum(cos(Z), sin(part)))) is tan(Z)) == is_used


def test_variables_of_patterns_are_no_names_of_users():
    variables = pattern_variables(6)
    assert len(set(variables)) == 6
    assert variables == pattern_variables(6)
    assert all(variable.name.startswith("?") for variable in variables)


def doubled(node, context):
    return 2 * node.args[0] if node.args[0] is node.args[-1] else None


def test_a_function_of_the_node_is_a_rule_with_examples():
    declared = rewriting("a double", maximum, because="it is a test", examples=("maximum(x, x)",))(doubled)
    assert isinstance(declared, Rule)
    assert RULES[-1] is declared
    assert (declared.left, declared.right, declared.examples) == (None, None, ("maximum(x, x)",))
    assert declared.apply is doubled
    assert declared.module == __name__


ROOTS = [
    ((maximum,), {"maximum"}),
    (("maximum", tan), {"maximum", "tan"}),
    ((lambda record: record.name.startswith("arct"),), set()),
    ((tan, lambda record: record.is_boolean), {"tan", "less", "less_equal", "equal", "not_equal"}),
]


@pytest.mark.parametrize(("roots", "names"), ROOTS, ids=range(len(ROOTS)))
def test_a_rule_starts_at_what_it_names_and_at_the_kinds_that_it_tells(roots, names):
    declared = rewriting("of a test", *roots, because="it is a test")(doubled)
    assert {name for name, record in REGISTRY.items() if declared.starts_at(record)} == names


FITS = [  # what is needed, the functions among the arguments, whether the formula is a scalar, and whether the rule fits
    ((), None, set(), True, True),
    ((sin,), None, {sin, cos}, True, True),
    ((sin,), None, {cos}, True, False),
    ((sin, cos), None, {cos, sin}, True, True),
    ((sin, cos), None, {cos}, True, False),
    (((sin, cos),), None, {cos}, True, True),
    (((sin, cos), mul), None, {cos}, True, False),
    ((lambda record: record.is_boolean,), None, {REGISTRY["less"]}, True, True),
    ((lambda record: record.is_boolean,), None, {sin}, True, False),
    ((), "scalars", set(), True, True),
    ((), "scalars", set(), False, False),
    ((), "tensors", set(), False, True),
    ((), "tensors", set(), True, False),
]


@pytest.mark.parametrize(("needs", "kind", "present", "is_scalar", "fits"), FITS, ids=range(len(FITS)))
def test_a_rule_is_tried_where_everything_stands_that_it_needs(needs, kind, present, is_scalar, fits):
    declared = rewriting("of a test", add, because="it is a test", needs=needs, of=kind)(doubled)
    assert declared.fits(frozenset(present), is_scalar) is fits


def test_rules_are_tried_in_the_order_of_their_declaration():
    of(lambda x: tan(sin(x)), lambda x: cos(x))
    of(lambda x: tan(sin(x)), lambda x: sinh(x))
    assert simplify([tan(sin(Y))]).roots == [cos(Y)]


def test_every_rule_has_a_reason_a_purpose_and_something_to_start_at():
    purposes = {"recognise", "people", "derivative", "code", "limit"}
    assert [one.name for one in RULES if not one.because or not one.purpose or not set(one.purpose) <= purposes] == []
    assert [one.name for one in RULES if not any(map(one.starts_at, REGISTRY.values()))] == []
    assert [one.name for one in RULES if {one.left is None, one.right is None} != {bool(one.examples)}] == []
