"""Both sides of every rewrite rule are equal wherever its condition holds, and have values at the same points.

A wrong rule is found out, and so is a rule whose condition asks for too little.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import sys
import weakref
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd.rewrite.all_rules  # noqa: F401
from symgd.equality.finite_values import value_at
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Sign, sign_of_number
from symgd.graph.inference import Facts
from symgd.graph.node import constant, scalar
from symgd.graph.traversal import rebuild, toposort
from symgd.primitives.exponential import exp, log
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import sign
from symgd.rewrite.driver import Simplifier, simplify
from symgd.rewrite.rule import RULES, Rule
from tests.laws.laws_of_rules import examples_of, steps_compared, variants

PATTERNS = [one for one in RULES if one.left is not None]
FUNCTIONS = [one for one in RULES if one.left is None]
NUMBERS = [-300.0, -3.5, -1.0, -0.25, 0.0, 1e-8, 0.5, 1.0, 2.75, 40.0, 300.0]
PIECES = [Sign.ANY, Sign.NONZERO, Sign.NONNEGATIVE, Sign.POSITIVE, Sign.NONPOSITIVE, Sign.NEGATIVE]


def law_both_sides_agree(one: Rule) -> int:
    """Evaluate both sides at all sample points of every piece where the condition holds; return how many were compared."""
    count = len(one.variables)
    inputs = [scalar(name) for name in "xyz"[:count]]
    left, right = one.left(*inputs), one.right(*inputs)
    compared = 0
    for piece in PIECES:
        facts = Facts(dict.fromkeys(inputs, piece))
        if one.when is not None and not one.when(facts, *inputs):
            continue
        for point in itertools.product([x for x in NUMBERS if sign_of_number(x) & piece], repeat=count):
            with mpmath.workdps(40):
                values = dict(zip(inputs, point, strict=True))
                a, b = (value_at(side, values, {}, digits=400)[()] for side in (left, right))
                assert mpmath.isfinite(b) or not mpmath.isfinite(a), f"{one.name}: the right side is not defined at {point}"
                assert mpmath.isfinite(a) or not mpmath.isfinite(b), f"{one.name}: only the right side is defined at {point}"
                if not mpmath.isfinite(a):
                    continue
                assert abs(a - b) <= mpmath.mpf("1e-35") * max(abs(a), mpmath.mpf("1e-200")), (
                    f"{one.name} at {point}: {a} and {b}"
                )
                compared += 1
    return compared


@pytest.mark.parametrize("one", PATTERNS, ids=lambda one: one.name)
def test_both_sides_agree(one):
    assert law_both_sides_agree(one) >= 3


LEAST = 20
"""How many steps of a rule are compared at least."""


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.name)
def test_every_rule_keeps_values_in_random_formulas(one):
    """And none escapes: each rewrites at least so many formulas in which both sides have values."""
    assert steps_compared(one, LEAST) >= LEAST


@pytest.mark.parametrize("one", FUNCTIONS, ids=lambda one: one.name)
def test_every_example_of_a_rule_is_rewritten_by_it(one):
    assert one.examples
    for example in examples_of(one):
        signs = [dict.fromkeys(example.symbols, sign) for sign in PIECES]
        found = {
            step.rule
            for purpose, known in itertools.product(one.purpose, signs)
            for step in simplify([example], Facts(known), purpose).steps
        }
        assert one.name in found, (example, found)


@given(data=st.data())
@settings(max_examples=20)
@pytest.mark.parametrize("one", [one for one in RULES if one.anywhere or one.has_values], ids=lambda one: one.name)
def test_a_rule_rewrites_nothing_where_what_it_needs_is_missing(one, data):
    variant = data.draw(variants(one, examples_of(data.draw(st.just(one) | st.sampled_from(RULES)))))
    parts = toposort([variant.formula])
    present = frozenset(part.primitive for part in parts)
    if not one.may_apply(present, any(part.is_symbol and part.facts.values is not None for part in parts)):
        context = Simplifier(parts, Facts(variant.signs), variant.purpose)
        for part in parts:
            kinds = frozenset(arg.primitive for arg in part.args)
            if one.starts_at(part.primitive) and one.fits(kinds, not part.shape):
                after = one.apply(part, context)
                assert after is None or after is part


SHADOWED = {
    "a difference of sigmoids": "complementary sigmoids",
    "recognise the sigmoid in a quotient": "recognise the sigmoid of −x",
    "recognise sigmoid": "recognise the sigmoid of −x",
    "recognise expm1": "a function beside the number that it approaches",
}
"""Patterns that another rule rewrites first, and that rule."""


@pytest.mark.parametrize("one", PATTERNS, ids=lambda one: one.name)
def test_every_pattern_is_reached(one):
    (example,) = examples_of(one)
    signs = [dict.fromkeys(example.symbols, sign) for sign in PIECES]
    found = {
        step.rule
        for purpose, known in itertools.product(one.purpose, signs)
        for step in simplify([example], Facts(known), purpose).steps
    }
    assert SHADOWED.get(one.name, one.name) in found
    assert (one.name in found) == (one.name not in SHADOWED)


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.name)
def test_every_rule_says_why(one):
    assert len(one.because) > 8
    assert one.roots or one.root_kinds


def test_rule_names_are_unique():
    names = [one.name for one in RULES]
    assert len(names) == len(set(names))


def _unregistered(left, right, when=None):
    from symgd.rewrite.rule import pattern_variables

    count = left.__code__.co_argcount
    return Rule("planted", (), lambda node, context: None, "planted", ("people",), left, right, when, pattern_variables(count))


@pytest.mark.parametrize(
    "mutant",
    [
        _unregistered(lambda x: exp(log(x)), lambda x: -x),
        _unregistered(lambda x: absolute(x), lambda x: x),
        _unregistered(lambda x: log(x * x), lambda x: 2 * log(x)),  # narrows the domain
        _unregistered(lambda x: 2 * log(x), lambda x: log(x * x)),  # widens it
        _unregistered(lambda x: exp(log(x)), lambda x: x, lambda facts, x: facts.is_nonnegative(x)),  # by one point
        _unregistered(lambda x: exp(log(x)), lambda x: x, lambda facts, x: facts.is_nonzero(x)),
        _unregistered(lambda x: sign(x), lambda x: constant(1), lambda facts, x: facts.is_nonnegative(x)),
        _unregistered(lambda x: absolute(x), lambda x: x, lambda facts, x: facts.is_nonzero(x)),
        _unregistered(lambda x, y: log(exp(x) + exp(y)), lambda x, y: x + y),
    ],
)
def test_a_wrong_rule_is_found_out(mutant):
    with pytest.raises(AssertionError):
        law_both_sides_agree(mutant)


# -- wrong functions --------------------------------------------------------------------------------------------


@pytest.fixture
def in_the_place_of():
    """Return a function that puts a rule in the place of another one, until the test ends."""
    before = list(RULES)

    def put(old, new):
        RULES[RULES.index(old)] = new

    yield put
    RULES[:] = before


def _damaged(one, damage):
    """Return a rule of which the first result in a simplification is wrong."""
    seen = weakref.WeakSet()

    def apply(node, context):
        after = None if context in seen else one.apply(node, context)
        if after is None or after is node:
            return None
        seen.add(context)
        return damage(after)

    return replace(one, apply=apply)


@pytest.mark.parametrize("one", FUNCTIONS, ids=lambda one: one.name)
def test_a_result_that_is_off_by_1_is_found(one, in_the_place_of):
    wrong = _damaged(
        one, lambda after: after + 1 if not after.is_boolean else rebuild(after, (after.args[0] + 1, after.args[1]))
    )
    in_the_place_of(one, wrong)
    with pytest.raises(AssertionError, match=re.escape(one.name)):
        steps_compared(wrong, 50)


WITHOUT_FACTOR = {"a centred sum", "a comparison with a bounded number"}
"""Rules whose results are 0, or conditions."""


@pytest.mark.parametrize("one", [one for one in FUNCTIONS if one.name not in WITHOUT_FACTOR], ids=lambda one: one.name)
def test_a_result_with_a_factor_too_many_is_found(one, in_the_place_of):
    wrong = _damaged(one, lambda after: after * constant(Fraction(1000001, 1000000)))
    in_the_place_of(one, wrong)
    with pytest.raises(AssertionError, match=re.escape(one.name)):
        steps_compared(wrong, 50)


# rule, function in which it is changed, what stands there, and what is planted
CHANGED = [
    ("collect factors", "_joined_exponents", "and (are_integers or facts.is_nonnegative(base) or total.denominator != 1)", ""),
    ("collect factors", "_joined_exponents", "are_integers and facts.is_nonzero(base)", "are_integers"),
    ("collect factors", "collect_factors", "coefficient == 0 and all(", "coefficient == 0 and any("),
    ("collect terms", "collect_terms", "terms[core] + coefficient if", "terms[core] - coefficient if"),
    ("multiply out", "may_be_dropped", "factor in kept_factors or context.facts.may_vanish(factor)", "True"),
    ("turn the sign inside", "turn_sign", "constant(-node.args[0].params[1])", "constant(node.args[0].params[1])"),
    ("a power of a product", "power_of_product",
     "(Fraction(inner).denominator % 2 == 0) and facts.is_nonnegative(root)", "True"),
    ("a power of a product", "power_of_product",
     "pow.make((abs.make((root,)), constant(total)))", "pow.make((root, constant(total)))"),
    ("a common denominator", "common_denominator", "exponent - 1))))", "exponent))))"),
    ("a mask", "mask", "mul.make((*numbers, masked)) if numbers else masked", "masked"),
    ("join choices", "join_choices", "for k in (1, 2)", "for k in (2, 1)"),
    ("a choice that is made already", "_as_chosen", "node.args[known[node.args[0]]]", "node.args[3 - known[node.args[0]]]"),
    ("the square of a root", "square_of_root", "context.facts.is_nonnegative(base.args[0])", "True"),
    ("complementary sigmoids", "_expanded", "(Fraction(-1), plain)", "(Fraction(1), plain)"),
    ("complementary sigmoids", "complementary_sigmoids", "may_vanish(factors_of(core), nonzero, context)", "True"),
    ("the logarithm of an exponential less 1", "logarithm_of_expm1",
     "far if number == 1 else far + log(constant(number))", "far"),
    ("a power times the logarithm of its base", "power_times_logarithm", "xlogy(factor, base)", "xlogy(base, factor)"),
    ("a reciprocal of cosh", "reciprocal_of_cosh", "constant(-exponent.value)", "constant(-exponent.value + 1)"),
    ("cosh beside a reciprocal of sinh", "cosh_beside_sinh", "exponent + 1", "exponent"),
    ("sinh beside a reciprocal of cosh", "sinh_beside_cosh", "exponent + 1", "exponent - 1"),
    ("a difference of powers", "_quotient_of_powers", "-_quotient_of_powers", "_quotient_of_powers"),
    ("a difference of sines", "difference_of_sines", "-sin(middle)", "sin(middle)"),
    ("1 minus a square under a power", "one_minus_square", "x - 1", "-x + 1"),
    ("a root beside what it nearly is", "root_beside_its_size", "near = scaled(gap,", "near = scaled(2 * gap,"),
    ("the slope of a root beside what it nearly is", "slope_of_root_beside_its_size", "sign * gap", "gap"),
    ("the logarithm of erfc", "logarithm_of_erfc", "-erfc(-x) / 2", "-erfc(x) / 2"),
    ("erfc beside a bell curve", "erfc_beside_bell_curve",
     "scaled(exponent, _square(tail.args[0]))", "_square(tail.args[0])"),
    ("an exponential over a sum of exponentials", "_share", "1 / power", "power"),
    ("the logarithm of a sum of weighted exponentials", "_weighted_exponentials",
     "all(map(context.facts.is_positive, weights))",
     "True"),
    ("the root of a sum of squares", "squared_norm", "if all(map(facts.is_nonnegative, rest)) else None", ""),
    ("the root of a sum of squares and other terms", "root_of_squares_and_others",
     "context.facts.is_nonnegative(term)", "True"),
    ("a quotient of gamma functions", "quotient_of_gammas", "(v + k for k", "(v + k + 1 for k"),
    ("modified Bessel functions beside exponentials and each other", "bessel_beside_exponential",
     "x if any(", "x if True or any("),
    ("a cube root below a power of its argument", "cube_root_below", "3 * n", "2 * n"),
    ("a power below another of the same base", "powers_of_one_base", "or context.facts.is_nonnegative(base)", "or True"),
    ("two odd functions of an absolute value", "odd_functions", "or beside[1] is ONE is plain", ""),
    ("an even power of an odd function", "even_power", "Fraction(exponent.value) % 2", "False"),
    ("two rectifiers", "_rectified", "(-number, -x)", "(-number, x)"),
    ("a slope of an absolute value times a sum with it", "_times_slope", "abs(node)", "node"),
    ("join sums of products", "_join_powers", "pow.make((operand, constant(count)))", "operand"),
    ("join sums of products", "_assemble", "work.scalars.append(size(work.sizes[label]))", "pass"),
    ("a Gram form as a square", "gram_as_square", "constant(Fraction(1, 2))", "constant(1)"),
    ("the determinant of a product", "logdet_of_product", "add.make", "mul.make"),
    ("take a common divisor out", "take_common_divisor", "constant(least))", "constant(least - 1))"),
    ("take a common matrix out", "_join_terms", "joined if front == 1 else mul.make((constant(front), joined))", "joined"),
    ("solve instead of inverting", "solve_instead", "labels == (free, summed)", "True"),
    ("the adjugate instead of determinant times inverse", "adjugate_instead", "power.value - 1", "power.value"),
    ("a centred sum", "_centred_axes", "first != -second or", "first == second or"),
    ("recognise logsumexp beside other terms", "recognise_logsumexp_beside", "not context.facts.is_positive(rest)", "False"),
    ("a power of an exponential", "power_of_exponential", "exponent * base.args[0]", "exponent + base.args[0]"),
    ("recognise softmax", "recognise_softmax", "axis=position", "axis=0"),
    ("recognise weighted means by exponentials", "_with_share", "*factors[place + 1:]", ""),
    ("the logarithm of a softmax", "logarithm_of_softmax", "x - ", "x + "),
]  # fmt: skip


def _changed(one, function, old, new):
    """Return a rule whose code, or that of a function it calls, is changed in one place."""
    module = sys.modules[one.apply.__module__]
    namespace = dict(module.__dict__)
    rule_function = one.apply.__name__
    for name in dict.fromkeys((function, rule_function)):
        source = module.__dict__[name]
        tree = ast.parse(inspect.getsource(source.apply if isinstance(source, Rule) else source))
        tree.body[0].decorator_list = []
        text = ast.unparse(tree)
        if name == function:
            assert text.count(old) >= 1, f"{old} does not stand in {function}:\n{text}"
            text = text.replace(old, new)
        exec(compile(text, f"<changed {name}>", "exec"), namespace)
    return replace(one, apply=namespace[rule_function])


@pytest.mark.parametrize(
    ("name", "function", "old", "new"), CHANGED, ids=[f"{name}: {new or old}" for name, _, old, new in CHANGED]
)
def test_a_wrong_function_is_found(name, function, old, new, in_the_place_of):
    one = next(rule for rule in RULES if rule.name == name)
    wrong = _changed(one, function, old, new)
    in_the_place_of(one, wrong)
    with pytest.raises(AssertionError, match=re.escape(name)):
        steps_compared(wrong, 10**9)
