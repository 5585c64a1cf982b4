"""What every elementwise primitive must satisfy. Each law takes one record and raises AssertionError where it is broken."""

from __future__ import annotations

import functools
import itertools
from fractions import Fraction

import numpy as np
from latex2mathml.converter import convert

from symgd.checking.black_box.differences import precise_slope
from symgd.codegen.lambdify import compile_formulas
from symgd.derive.jacobian import gradients
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.inference import Facts
from symgd.graph.node import Node, scalar
from symgd.graph.primitive import Primitive

MODERATE = [-7.25, -2.5, -1.0, -0.7, -0.3, -1e-3, 1e-3, 0.2, 0.5, 0.9, 1.0, 1.75, 3.0, 8.5]
EXTREME = [-1000.0, -745.0, -40.0, -1e-12, 1e-300, 1e-12, 40.0, 700.0, 1000.0]
PIECES = [Interval(), Interval(0), Interval(high=0), Interval(0, open_low=True), Interval(1, 5), Interval(-5, -1)]


def symbols(record: Primitive) -> list[Node]:
    return [scalar(name) for name in "xyz"[: 2 if record.arity is None else record.arity]]


def value(formula: Node, inputs: list[Node], point: tuple[float, ...], digits: int = 50):
    (array,) = evaluate_precisely([formula], dict(zip(inputs, point, strict=True)), digits=digits)
    return array[()]


def points(record: Primitive, numbers=tuple(MODERATE)) -> list[tuple[float, ...]]:
    """Points inside the domain; for several arguments a thinned grid."""
    inputs = symbols(record)
    if record.name == "where":
        return []
    node = record(*inputs)
    grid = itertools.product(numbers, repeat=len(inputs))
    found = []
    for point in itertools.islice(grid, 0, None, 1 if len(inputs) == 1 else 7):
        known = dict(zip(inputs, point, strict=True))
        if all(_lies(value(arg, inputs, point), where) for arg, where in record.requirements(node)):
            result = value(node, inputs, point)
            if isinstance(result, bool) or mpmath.isfinite(result):
                found.append(tuple(known.values()))
    assert found, f"{record.name}: no point of the samples lies in the declared domain"
    return found


def _lies(number, where) -> bool:
    if isinstance(where, Sign):
        return bool(where & (Sign.POSITIVE if number > 0 else Sign.NEGATIVE if number < 0 else Sign.ZERO))
    return Fraction(str(mpmath.nstr(number, 40))) in where


def is_kink(record: Primitive, inputs: list[Node], point: tuple[float, ...]) -> bool:
    return record.kinks is not None and any(value(k, inputs, point) == 0 for k in record.kinks(*inputs))


def close(a, b, digits: int = 40) -> bool:
    return abs(a - b) <= mpmath.mpf(10) ** -digits * max(abs(a), abs(b), mpmath.mpf(10) ** -400)


def law_reference_equals_definition(record: Primitive) -> None:
    """The 50-digit reference is the definition, extremes included (the naive definition in 2,000 digits)."""
    if record.definition is None or record.reference is None:
        return
    inputs = symbols(record)
    body = record.definition(*inputs)
    for point in points(record) + points(record, EXTREME):
        assert close(value(record(*inputs), inputs, point), value(body, inputs, point, digits=2000)), (record.name, point)


def law_code_equals_reference(record: Primitive) -> None:
    """Compiled NumPy code agrees with the reference, also for extreme arguments, without warnings."""
    inputs = symbols(record)
    code = compile_formulas(inputs, [record(*inputs)], as_list=False)
    for point in points(record) + points(record, EXTREME):
        true = value(record(*inputs), inputs, point)
        if isinstance(true, bool):
            assert bool(code(*point)) == true
            continue
        if abs(true) > mpmath.mpf("1e308") or (true != 0 and abs(true) < mpmath.mpf("1e-300")):
            continue
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            got = float(code(*point))
        allowed = mpmath.mpf(record.accuracy) * abs(true) * max(1, *(abs(mpmath.mpf(x)) for x in point))
        if got and abs(true) < 1e-15:  # at a zero: the error of one rounding of the argument
            slopes = known_slopes(record, record(*inputs), inputs)
            allowed += sum(abs(value(slope, inputs, point) * point[k]) for k, slope in slopes.items()) * mpmath.mpf(2) ** -52
        assert abs(got - true) <= allowed, (record.name, point, got, true)


def law_float32_stays(record: Primitive) -> None:
    """Values and derivatives of float32 are float32."""
    inputs = symbols(record)
    node = record(*inputs)
    if node.is_boolean:
        return
    code = compile_formulas(inputs, [node, *known_slopes(record, node, inputs).values()])
    with np.errstate(all="ignore"):
        results = code(*(np.full(2, 1 if name in ("order",) else 0.75, np.float32) for name in _names(record)))
    assert {result.dtype.name for result in results} == {"float32"}


def _names(record: Primitive) -> list[str]:
    return list(record.arguments or ["x"] * len(symbols(record)))


def law_no_value_outside_the_domain(record: Primitive) -> None:
    """Outside its declared domain a function has no value: signs are inferred from what stands in it, as log(x) says x > 0."""
    inputs = symbols(record)
    node = record(*inputs)
    if record.name == "where" or not record.requirements(node):
        return
    code = compile_formulas(inputs, [node], as_list=False)
    for point in itertools.product([x for x in MODERATE if x % 1 != 0], repeat=len(inputs)):
        if all(_lies(value(arg, inputs, point), where) for arg, where in record.requirements(node)):
            continue
        with np.errstate(all="ignore"):
            assert not np.isfinite(float(code(*point))), (record.name, point)
        precise = value(node, inputs, point)
        assert not (isinstance(precise, mpmath.mpf) and mpmath.isfinite(precise)), (record.name, point, precise)


def law_code_takes_composite_arguments(record: Primitive) -> None:
    """Code in which the arguments are sums and products is the function of their values: no brackets are missing."""
    inputs = symbols(record)
    halves = [scalar(f"{one.name}_half") for one in inputs]
    code = compile_formulas(
        [*inputs, *halves], [record(*(one - half for one, half in zip(inputs, halves, strict=True)))], as_list=False
    )
    squared = compile_formulas(inputs, [2 * record(*inputs) ** 2], as_list=False) if not record.is_boolean else None
    for point in points(record):
        true = value(record(*inputs), inputs, point)
        got = code(*(2 * x for x in point), *point)
        if isinstance(true, bool):
            assert bool(got) == true
            continue
        assert abs(float(got) - true) <= mpmath.mpf(record.accuracy) * 10 * abs(true) + mpmath.mpf("1e-14"), (
            record.name,
            point,
        )
        if squared is not None and abs(true) < mpmath.mpf("1e100"):
            assert abs(float(squared(*point)) - 2 * true**2) <= mpmath.mpf("1e-10") * abs(true) ** 2 + mpmath.mpf("1e-14")


def known_slopes(record: Primitive, formula: Node, inputs: list[Node]) -> dict[int, Node]:
    """Differentiate in every argument in which a derivative is declared."""
    known = [k for k in range(len(inputs)) if len(record.derivative) <= k or record.derivative[k] is not None]
    return dict(zip(known, gradients(formula, [inputs[k] for k in known]), strict=True))


def law_first_derivative(record: Primitive) -> None:
    """Every declared derivative is the slope of the function."""
    inputs = symbols(record)
    node = record(*inputs)
    slopes = known_slopes(record, node, inputs)
    for point in points(record):
        if is_kink(record, inputs, point):
            continue
        for k, slope in slopes.items():
            _compare_slope(record, node, slope, inputs, point, k)


def law_second_derivative(record: Primitive) -> None:
    """The derivative of the derivative is the slope of the slope."""
    inputs = symbols(record)
    for first in known_slopes(record, record(*inputs), inputs).values():
        seconds = known_slopes(record, first, inputs)
        for point in points(record)[::2]:
            if is_kink(record, inputs, point):
                continue
            for k, second in seconds.items():
                _compare_slope(record, first, second, inputs, point, k)


def _compare_slope(record, node, slope, inputs, point, k) -> None:
    def along(step):
        moved = [mpmath.mpf(x) + (step if j == k else 0) for j, x in enumerate(point)]
        return value(node, inputs, tuple(moved), digits=mpmath.mp.dps)

    true = precise_slope(along)
    if not true.is_sure or true.is_kink:
        return
    got = value(slope, inputs, point, digits=60)
    assert abs(got - true.value) <= mpmath.mpf("1e-9") * abs(true.value) + 10 * true.error, (
        record.name,
        point,
        k,
        got,
        true.value,
    )


def law_sign_and_range(record: Primitive) -> None:
    """Values have the declared sign and lie in the declared range, for arguments from every piece."""
    inputs = symbols(record)
    node = record(*inputs)
    for piece in PIECES:
        facts = Facts(dict.fromkeys(inputs, piece))
        sign, interval = facts.sign(node), facts.interval(node)
        for point in points(record):
            if all(Fraction(x) in piece for x in point):
                true = value(node, inputs, point)
                if isinstance(true, bool):
                    continue
                assert _lies(true, sign), (record.name, point, true, sign)
                low, high = float(interval.low), float(interval.high)
                assert low - 1e-15 <= true <= high + 1e-15, (record.name, point, true, interval)


def _declared_runs(record, node, piece):
    runs = record.monotone(node, *([piece] * len(node.args))) if callable(record.monotone) else record.monotone
    return runs if isinstance(runs, tuple) else (runs,) * len(node.args)


def law_monotone(record: Primitive) -> None:
    """A function declared to rise rises: the slope is never negative (and the other way round)."""
    inputs = symbols(record)
    node = record(*inputs)
    slopes = known_slopes(record, node, inputs)
    for piece in PIECES:
        runs = _declared_runs(record, node, piece)
        for point in points(record):
            if is_kink(record, inputs, point) or not all(Fraction(x) in piece for x in point):
                continue
            for k, slope in slopes.items():
                run, got = runs[k], value(slope, inputs, point)
                assert not (run & Monotone.INCREASING and got < 0), (record.name, point, got)
                assert not (run & Monotone.DECREASING and got > 0), (record.name, point, got)


def law_curvature(record: Primitive) -> None:
    """Between two points a convex function lies below its chord (which also holds across kinks)."""
    inputs = symbols(record)
    node = record(*inputs)
    sampled = points(record)
    for piece in PIECES:
        intervals = [piece] * len(inputs)
        bend = record.curvature(node, *intervals) if callable(record.curvature) else record.curvature
        inside = [p for p in sampled if all(Fraction(x) in piece for x in p)]
        for a, b in itertools.combinations(inside[::2], 2):
            middle = tuple((Fraction(x) + Fraction(y)) / 2 for x, y in zip(a, b, strict=True))
            ends = [value(node, inputs, p) for p in (a, b, middle)]
            if any(isinstance(end, bool) or not mpmath.isfinite(end) for end in ends):
                continue
            gap = ends[2] - (ends[0] + ends[1]) / 2
            noise = mpmath.mpf("1e-40") * max(abs(end) for end in ends)
            assert not (bend & Curvature.CONVEX and gap > noise), (record.name, a, b)
            assert not (bend & Curvature.CONCAVE and gap < -noise), (record.name, a, b)


def law_shape(record: Primitive) -> None:
    """It acts entry by entry and broadcasts as NumPy does."""
    count = len(symbols(record))
    if record.name == "where" or count == 0:
        return
    code_inputs = [scalar(name) for name in "xyz"[:count]]
    code = compile_formulas(code_inputs, [record(*code_inputs)], as_list=False)
    sample = points(record)[:4]
    columns = [np.array(column) for column in zip(*sample, strict=True)]
    together = code(*columns)
    assert together.shape == (len(sample),)
    assert [float(entry) for entry in together] == [float(code(*point)) for point in sample]


def law_latex(record: Primitive) -> None:
    """The LaTeX compiles and names its arguments."""
    inputs = symbols(record)
    if record.name == "where":
        inputs[0] = inputs[0] > 0
    text = record(*inputs).latex()
    assert convert(text).startswith("<math")
    assert text.count("{") == text.count("}")
    for letter in "xyz"[: len(inputs)]:
        assert letter in text


def law_words(record: Primitive) -> None:
    """There is a sentence for people and a source."""
    inputs = symbols(record)
    if record.name == "where":
        inputs[0] = inputs[0] > 0
    sentence = record.explain(record(*inputs), range(len(inputs)))
    assert len(sentence) > 10
    assert len(record.source) > 5


def _in_60_digits(law):
    @functools.wraps(law)
    def judged(record: Primitive) -> None:
        with mpmath.workdps(60):
            law(record)

    return judged


LAWS = [_in_60_digits(law) for name, law in sorted(globals().items()) if name.startswith("law_")]
