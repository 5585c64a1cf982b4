"""A wrong declaration cannot enter: for every field a wrong value is planted, and the law of this field finds it."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from symgd.declarations.check import fields_of_laws
from symgd.declarations.law import LAWS
from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import REGISTRY, Primitive, lookup
from symgd.primitives.exponential import exp, log, sigmoid
from symgd.primitives.piecewise import where
from tests.laws.planting import breach, planted
from tests.laws.test_tensor_primitives import EXAMPLES

R = REGISTRY


def _in_order_of_names(node, printer):
    left, right = sorted((printer.written[arg] for arg in node.args), key=lambda written: written.text)
    return printer.compare(left, "<", right)


def _inner_of_negative(arg):
    return R["tanh"](arg.args[1]) if arg.primitive.name == "mul" and arg.args[0].equals_number(-1) else None


# field, function, wrong value, the law that finds it
MUTANTS = [
    ("name", "softplus", "exp", "law_name"),
    ("name", "softplus", "soft plus", "law_name"),
    ("aliases", "tanh", ("sinh",), "law_aliases"),
    ("aliases", "abs", ("absolute", "not_a_function"), "law_aliases"),
    ("made_by", "softplus", (lookup, ("exp",)), "law_made_by"),
    ("made_by", "softplus", (lookup, ("nobody",)), "law_made_by"),
    ("arity", "softplus", 2, "law_arity"),
    ("arity", "maximum", 1, "law_arity"),
    ("defaults", "heaviside", (1, 1), "law_defaults"),
    ("defaults", "zeta", (-1,), "law_defaults"),
    ("arguments", "besselj", ("order",), "law_arguments"),
    ("arguments", "besselj", ("x", "order"), "law_arguments"),
    ("fold", "exp", lambda args, params: as_node(1) if args[0].is_constant else None, "law_fold"),
    ("fold", "mul", lambda args, params: args[1] if args[0].is_constant else None, "law_fold"),
    ("fold", "gamma", lambda args, params: args[0] if args[0].equals_number(12) else None, "law_fold"),
    ("fold", "gamma", lambda args, params: as_node(0) if args[0].equals_number(Fraction(7, 3)) else None, "law_fold"),
    ("fold", "tanh", lambda args, params: _inner_of_negative(args[0]), "law_fold"),
    ("fold", "cumsum", lambda args, params: args[0] if not args[0].symbols else None, "law_fold"),
    ("latex", "softplus", r"\sin({x})", "law_latex"),
    ("latex", "softplus", r"2{x}", "law_latex"),
    ("latex", "exp", r"\sin{{{x}}}", "law_latex"),
    ("latex", "relu", "{x}", "law_latex"),
    ("latex", "relu", r"[{x}]_+", None),  # notation that the reader does not know
    ("latex", "softplus", r"\operatorname{{softplus}}", "law_latex"),
    ("latex", "softplus", r"\frac{{{x}", "law_latex"),
    ("latex", "hypot", r"\sqrt{{{x}^2 + {z}^2}}", "law_latex"),
    ("layout", "less", _in_order_of_names, "law_written_apart"),
    ("because", "softplus", "", "law_because"),
    ("because", "pow", lambda node, movers: "the power rule holds" if movers == [0] else "", "law_because"),
    ("source", "softplus", "", "law_source"),
    ("derivative", "softplus", (lambda x, out: sigmoid(-x),), "law_derivative"),
    ("derivative", "softplus", (lambda x, out: sigmoid(x) * (1 + 1e-6),), "law_derivative"),
    ("derivative", "sin", (lambda x, out: -exp(x * 0) * R["sin"](x + 1),), "law_derivative"),
    ("derivative", "maximum", (R["maximum"].derivative[0], R["maximum"].derivative[0]), "law_derivative"),
    ("vjp", "mul", lambda node, t, k: t * node.args[k], "law_vjp"),
    ("vjp", "where", lambda node, t, k: t, "law_vjp"),
    ("kinks", "relu", None, "law_kinks"),
    ("kinks", "abs", lambda x: (x - 1,), "law_kinks"),
    ("kinks", "floor", lambda x: (x,), "law_kinks"),
    ("kinks", "maximum", lambda x, y: (x,), "law_kinks"),
    ("kinks", "softplus", lambda x: (x,), "law_kinks"),
    ("kinks", "cbrt", None, "law_kinks"),
    ("kinks", "less", lambda x, y: (x + y,), "law_kinks"),
    ("at_kink", "relu", "relu'(0) = 1", "law_at_kink"),
    ("at_kink", "abs", "", "law_at_kink"),
    ("at_kink", "softplus", "softplus'(0) = 0", "law_at_kink"),
    ("definition", "softplus", lambda x: log(2 + exp(x)), "law_definition"),
    ("definition", "relu", lambda x: R["maximum"](x, -x), "law_definition"),
    ("reference", "tanh", "sinh", "law_reference"),
    ("reference", "exp", "expm1", "law_reference"),
    ("precise", "besselk", lambda mp, order, x: mp.besselk(order + 1, x), "law_reference"),
    ("precise", "sinc", lambda mp, x: mp.sinc(x), "law_reference"),
    ("numpy", "softplus", "logaddexp(1, {x})", "law_code"),
    ("numpy", "tanh", "where(({x} > 20) & ({x} < 35), 0, tanh({x}))", "law_code"),
    ("numpy", "softplus", "log(1 + exp({x}))", "law_code"),
    ("numpy", "softplus", "log1p(exp({x}))", "law_code"),
    ("code", "relu", lambda node, names, printer: f"{node.args[0]}*({names[0]} > 0)", "law_code_of_composite_arguments"),
    ("numpy", "relu", "maximum({x}, float64(0))", "law_float32"),
    ("code", "lambertw", lambda node, names, printer: f"lambertw({names[0]}).real.astype(dtype) + 1", "law_code"),
    ("code", "lambertw", lambda node, names, printer: f"lambertw({names[0]}).real", "law_float32"),
    ("imports", "sigmoid", (), "law_imports"),
    ("imports", "sigmoid", ("scipy.special:expitt",), "law_imports"),
    ("imports", "relu", ("scipy.special:expit",), "law_imports"),
    ("accuracy", "sigmoid", 1e-17, "law_accuracy"),
    ("accuracy", "gamma", 2e-16, "law_code"),
    ("accuracy", "sigmoid", 0.5, "law_accuracy"),
    ("sympy", "exp", "sinh", "law_sympy"),
    ("sympy", "sin", "no_such_class", "law_sympy"),
    ("recognise", "exp", "always", "law_recognise"),
    ("recognise", "sigmoid", "sometimes", "law_recognise"),
    ("shape", "softplus", lambda shapes, params: (), "law_shape"),
    ("is_elementwise", "softplus", False, "law_is_elementwise"),
    ("is_boolean", "less", False, "law_is_boolean"),
    ("is_boolean", "sign", True, "law_is_boolean"),
    ("sign", "softplus", Sign.NEGATIVE, "law_sign"),
    ("sign", "abs", lambda node, x: x, "law_sign"),
    ("range", "sigmoid", Interval(0, Fraction(1, 2)), "law_range"),
    ("range", "floor", lambda node, x: x, "law_range"),
    ("domain", "log", Sign.NEGATIVE, "law_domain"),
    ("domain", "log", Sign.ANY, "law_domain"),
    ("domain", "exp", Sign.POSITIVE, "law_domain"),
    ("monotone", "softplus", Monotone.DECREASING, "law_monotone"),
    ("monotone", "abs", Monotone.INCREASING, "law_monotone"),
    ("monotone", "hypot", (Monotone.INCREASING, Monotone.INCREASING), "law_monotone"),
    ("curvature", "softplus", Curvature.CONCAVE, "law_curvature"),
    ("curvature", "tanh", Curvature.CONCAVE, "law_curvature"),
    ("curvature", "abs", Curvature.AFFINE, "law_curvature"),
    ("strict", "abs", True, "law_strict"),
    ("strict", "relu", True, "law_strict"),
    ("strict", "maximum", True, "law_strict"),
    ("strict", "hypot", True, "law_strict"),
    ("log_curvature", "erfc", Curvature.CONVEX, "law_log_curvature"),
    ("log_curvature", "exp", Curvature.CONVEX, None),  # it is affine, and so convex too
    ("log_curvature", "softplus", Curvature.CONVEX, "law_log_curvature"),
    ("linear_in", "exp", (0,), "law_linear_in"),
    ("linear_in", "relu", (0,), "law_linear_in"),
    ("linear_in", "where", (1, 2), "law_linear_in"),
    ("linear_in", "maximum", "each", "law_linear_in"),
    ("is_weighted", "add", True, "law_is_weighted"),
    ("is_weighted", "mul", False, "law_is_weighted"),
    ("conditional", "where", (1,), "law_conditional"),
    ("conditional", "maximum", (0, 1), "law_conditional"),
    ("vanishes_with", "exp", (0,), "law_vanishes_with"),
    ("vanishes_with", "add", "each", "law_vanishes_with"),
    ("largest_exact", "gamma", float("inf"), "law_largest_exact"),
    ("largest_exact", "gamma", 10**6, "law_largest_exact"),
    ("parity", "exp", Parity.EVEN, "law_parity"),
    ("parity", "sin", Parity.EVEN, "law_parity"),
    ("parity", "cos", Parity.ODD, "law_parity"),
    ("parity", "log", Parity.ODD, "law_parity"),
    ("growth", "exp", Growth.LINEAR, "law_growth"),
    ("growth", "sin", Growth.LINEAR, "law_growth"),
    ("growth", "softplus", Growth.EXPONENTIAL, "law_growth"),
    ("growth", "log", Growth.EXPONENTIAL, "law_growth"),
    ("is_meromorphic", "log", True, "law_is_meromorphic"),
    ("is_meromorphic", "abs", True, "law_is_meromorphic"),
    ("is_meromorphic", "atan", True, "law_is_meromorphic"),
    ("is_meromorphic", "asin", True, "law_is_meromorphic"),
    ("is_meromorphic", "softplus", True, "law_is_meromorphic"),
    ("is_meromorphic", "asinh", True, "law_is_meromorphic"),
    ("is_meromorphic", "floor", True, "law_is_meromorphic"),
    ("is_meromorphic", "relu", True, "law_is_meromorphic"),
    ("is_meromorphic", "sigmoid", True, None),  # it is, though nobody says so
    # functions of tensors
    ("shape", "cumsum", lambda shapes, params: shapes[0][::-1], "law_shape"),
    ("shape", "kron", lambda shapes, params: shapes[0], "law_shape"),
    ("vjp", "cumsum", lambda node, t, k: t, "law_vjp"),
    ("vjp", "inv", lambda node, t, k: -node @ t @ node, "law_vjp"),
    ("vjp", "det", None, "law_vjp"),
    ("vjp", "norm2", lambda node, t, k: R["norm2"].vjp(node, t, k) * (1 + 1e-6), "law_vjp"),
    ("evaluate", "cumsum", lambda node, context, arrays: arrays[0], "law_evaluate"),
    ("evaluate", "prod", None, "law_evaluate"),
    ("code", "cumsum", lambda node, names, printer: f"(2*{names[0]})", "law_evaluate"),
    ("is_elementwise", "cumsum", True, "law_is_elementwise"),
    ("is_elementwise", "softmax", True, "law_is_elementwise"),
    ("domain", "logdet", Sign.POSITIVE, "law_domain"),
    ("sign", "norm2", Sign.NEGATIVE, "law_sign"),
    ("range", "softmax", Interval(0, Fraction(1, 10)), "law_range"),
    ("monotone", "cumsum", Monotone.DECREASING, "law_monotone"),
    ("monotone", "norm2", Monotone.INCREASING, "law_monotone"),
    ("curvature", "norm2", Curvature.CONCAVE, "law_curvature"),
    ("curvature", "max", Curvature.AFFINE, "law_curvature"),
    ("curvature", "eigmax", Curvature.CONCAVE, "law_curvature"),
    ("kinks", "norm2", None, "law_kinks"),
    ("kinks", "max", None, "law_kinks"),
    ("kinks", "prod", lambda x: (x,), "law_kinks"),
    ("at_kink", "norm2", "", "law_at_kink"),
    ("linear_in", "norm2", (0,), "law_linear_in"),
    ("linear_in", "solve", (0,), "law_linear_in"),
    ("linear_in", "concatenate", (), None),  # nothing is claimed
    ("is_weighted", "einsum", False, "law_is_weighted"),
    ("is_weighted", "concatenate", True, "law_is_weighted"),
    ("vanishes_with", "pow", (0,), "law_vanishes_with"),
    ("vanishes_with", "logsumexp", (0,), "law_vanishes_with"),
    ("is_view", "index", False, "law_is_view"),
    ("is_view", "cumsum", True, "law_is_view"),
    ("is_stretching", "index", True, "law_is_stretching"),
    ("is_stretching", "cumsum", True, "law_is_stretching"),
    ("is_stretching", "einsum", True, "law_is_stretching"),
    ("unit_sum_axes", "sigmoid", lambda node: (), "law_unit_sum_axes"),
    ("unit_sum_axes", "cumsum", lambda node: (-1,), "law_unit_sum_axes"),
    ("unit_sum_axes", "softmax", lambda node: (-2,), "law_unit_sum_axes"),
    ("whole", "take", None, "law_whole"),
    ("whole", "take", lambda node: [(node.args[1], 1)], "law_whole"),
    ("whole", "cumsum", lambda node: [(node.args[0], 2)], "law_whole"),
    ("least_sizes", "index", None, "law_least_sizes"),
    ("least_sizes", "index", lambda node: [(size, 7) for size in node.args[0].shape], "law_least_sizes"),
    ("work", "einsum", None, "law_work"),
    ("work", "einsum", lambda node: 1, "law_work"),
    ("work", "exp", lambda node: 10**9, "law_work"),
    ("work", "exp", lambda node: 20, None),  # an exponential may cost so much
    ("work", "solve", lambda node: 1, "law_work"),
    ("work", "inv", lambda node: 1, "law_work"),
    ("work", "inv", lambda node: 512, None),
    ("work", "det", lambda node: 10**6, "law_work"),
    ("layout", "cumsum", lambda node, printer: printer.call("cumsum", []), "law_latex"),
    ("fold", "index", lambda args, params: args[0], "law_fold"),
]
CASES = [pytest.param(*one, id=f"{one[1]}-{one[0]}-{k}") for k, one in enumerate(MUTANTS)]


@pytest.mark.parametrize(("field", "name", "wrong", "law"), CASES)
def test_a_wrong_value_breaks_the_law_of_its_field(field, name, wrong, law):
    formulas = EXAMPLES.get(name, [])
    with planted(REGISTRY[name], **{field: wrong}) as record:
        if law is None:
            assert not any(breach(one, record, formulas) for one, known in LAWS.items() if field in known.fields)
            return
        error = breach(law, record, formulas)
    assert error is not None
    assert field in LAWS[law].fields
    assert field in error.cause or error.field in LAWS[law].fields
    assert len(error.cause) > 40


def test_every_field_has_a_law():
    assert fields_of_laws() == {field.name for field in dataclasses.fields(Primitive)}


def test_every_field_has_a_mutant():
    assert {field for field, _, _, law in MUTANTS if law} == {field.name for field in dataclasses.fields(Primitive)}


def test_every_law_has_a_mutant():
    assert {law for *_, law in MUTANTS if law} | {"law_second_derivative"} == set(LAWS)


def test_a_wrong_second_derivative_is_found():
    with planted(REGISTRY["softplus"], derivative=(lambda x, out: _sigmoid_with_wrong_slope(x),)) as record:
        assert breach("law_derivative", record) is None
        assert breach("law_second_derivative", record).field == "derivative"


def _sigmoid_with_wrong_slope(x: Node) -> Node:
    wrong = dataclasses.replace(sigmoid, derivative=(lambda x, out: out,))
    return wrong.make((x,))


def test_a_convention_between_no_slopes_is_found():
    with planted(REGISTRY["relu"], derivative=(lambda x, out: where(x > 0, 1, where(x < 0, 0, 2)),)) as record:
        assert breach("law_at_kink", record).field == "at_kink"


def test_the_originals_break_none():
    for name in ("softplus", "relu", "where"):
        assert not any(breach(law, REGISTRY[name]) for law in LAWS)
