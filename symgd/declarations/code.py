"""Laws of compiled code: values, accuracy, imports, shapes, views, brackets, the types of numbers."""

from __future__ import annotations

import ast
import importlib
import itertools
import warnings
from typing import Any

import numpy as np
import sympy as sp

from symgd.codegen.lambdify import Compiled, compile_formulas
from symgd.codegen.libraries import BACKENDS
from symgd.codegen.stages.definitions import is_defined_only
from symgd.declarations.law import broken, law
from symgd.declarations.slopes import slopes_of
from symgd.declarations.subject import Example, Place, Subject, short, zero_one
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Exact, Real
from symgd.evaluation.exact import exact_number, sympy_function
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, scalar, tensor
from symgd.graph.primitive import Primitive
from symgd.graph.shape import broadcast

__all__: list[str] = []

_LARGEST, _SMALLEST = mpmath.mpf("1e308"), mpmath.mpf("1e-300")
_COARSEST = 1e-6
"""A relative error above this is no accuracy of float64 code."""


def _field(record: Primitive) -> str:
    """Return the field that the code comes from."""
    return "code" if record.code is not None else "numpy" if record.numpy else "sympy"


def _compiled(example: Example, formula: Node | None = None, may_alias: bool = False) -> Compiled | None:
    """Return code, or None of a function that has code at numbers only."""
    try:
        return compile_formulas(
            example.inputs, [example.node if formula is None else formula], as_list=False, may_alias=may_alias
        )
    except SymgdError:
        return None


def _call(record: Primitive, code: Compiled, place: Place, inputs: tuple[Node, ...]) -> Any:
    """Call code; what it cannot do is wrong in its spelling."""
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise"), warnings.catch_warnings():
            warnings.simplefilter("error")
            return code(*(float(place.values[node]) for node in inputs))
    except (ArithmeticError, NameError, TypeError, ValueError, AttributeError, RuntimeWarning) as error:
        broken(record, _field(record), f"the code fails at {place}: {error}")


@law("numpy", "code", "accuracy", "sympy")
def law_code(subject: Subject) -> None:
    """Compiled code gives the value with the declared relative error, also for extreme arguments, without warnings."""
    record = subject.record
    if is_defined_only(record):
        return  # its code is that of its definition
    for example in subject.examples:
        if not example.is_scalar or not example.inputs:
            continue
        code = _compiled(example)
        if code is None:
            continue
        slopes = [(node, as_node(slope)) for (k, node) in example.real if (slope := slopes_of(example).get(k)) is not None]
        for place in [*example.places, *(example.extreme if len(example.args) < 3 else ())]:
            true = zero_one(example.number(place))
            if abs(true) > _LARGEST or (true != 0 and abs(true) < _SMALLEST):
                continue
            got = float(_call(record, code, place, example.inputs))
            size = max(mpmath.mpf(1), *(abs(mpmath.mpf(float(x))) for x in place.values.values()))
            allowed = mpmath.mpf(record.accuracy) * abs(true) * size
            if got and abs(true) < 1e-15:  # at a zero: the error of one rounding of the argument
                steps = [abs(example.number(place, slope) * float(place.values[node])) for node, slope in slopes]
                allowed += mpmath.fsum(steps) * mpmath.mpf(2) ** -52
            if not abs(got - true) <= allowed:
                is_close = true and abs(got - true) <= mpmath.mpf("1e-6") * abs(true)
                field = "accuracy" if is_close else _field(record)
                sentence = f"the code gives {got!r} at {place}, and the value is {mpmath.nstr(true, 17)}"
                broken(record, field, f"{sentence}; the declared relative error is {record.accuracy:g}")


@law("accuracy")
def law_accuracy(subject: Subject) -> None:
    """The accuracy is a relative error that float64 numbers can have, and code that could have any error is none."""
    accuracy = subject.record.accuracy
    if not float(np.finfo(float).eps) / 2 <= accuracy <= _COARSEST:
        broken(subject.record, "accuracy", f"the relative error {accuracy} is not between one rounding and {_COARSEST}")


@law("numpy", "code")
def law_code_of_composite_arguments(subject: Subject) -> None:
    """Code in which the arguments are sums and products is the function of their values: no brackets are missing."""
    record = subject.record
    for example in subject.examples:
        if not example.is_scalar or record.conditional or not example.inputs:
            continue
        halves = {node: scalar(f"{node.name}_half") for node in example.inputs}
        arguments = (*example.inputs, *halves.values())
        formulas = [record(*(node - halves[node] for node in example.inputs))]
        if not record.is_boolean:
            formulas.append(2 * record(*example.inputs) ** 2)
        try:
            codes = [compile_formulas(arguments, [formula], as_list=False) for formula in formulas]
        except SymgdError:
            continue
        for place in example.places:
            true = zero_one(example.number(place))
            if abs(true) > mpmath.mpf("1e100"):
                continue
            doubled = Place({**{node: 2 * float(x) for node, x in place.values.items()}}, {})
            halved = {halves[node]: float(x) for node, x in place.values.items()}
            got = float(_call(record, codes[0], Place({**doubled.values, **halved}, {}), arguments))
            if not abs(got - true) <= mpmath.mpf(record.accuracy) * 10 * abs(true) + mpmath.mpf("1e-14"):
                broken(
                    record,
                    _field(record),
                    f"with differences as arguments the code gives {got} where the value is {short(true)}",
                )
            if len(codes) > 1:
                squared = float(_call(record, codes[1], Place({**place.values, **halved}, {}), arguments))
                if not abs(squared - 2 * true**2) <= mpmath.mpf("1e-10") * true**2 + mpmath.mpf("1e-14"):
                    broken(record, _field(record), f"twice its square is {squared} in code where it is {short(2 * true**2)}")


@law("numpy", "code")
def law_float32(subject: Subject) -> None:
    """Values and derivatives of float32 numbers are float32 numbers."""
    record = subject.record
    for example in subject.examples:
        if not example.is_scalar or example.node.is_boolean or not example.inputs:
            continue
        try:
            code = compile_formulas(example.inputs, [example.node, *slopes_of(example).values()])
        except SymgdError:
            continue
        names = record.arguments or ("x",) * len(example.inputs)
        numbers = [np.full(2, 1 if name == "order" else 0.75, np.float32) for name in names]
        with np.errstate(all="ignore"):
            results = code(*itertools.islice(itertools.cycle(numbers), len(example.inputs)))
        kinds = {result.dtype.name for result in results}
        if kinds != {"float32"}:
            broken(record, _field(record), f"the code makes {', '.join(sorted(kinds - {'float32'}))} of float32 numbers")


@law("imports")
def law_imports(subject: Subject) -> None:
    """Every name in the template is an argument, NumPy's, or imported; what is imported exists and is used."""
    record = subject.record
    known = set()
    for entry in record.imports:
        module, _, name = entry.partition(":")
        known.add(name)
        if not name:
            broken(record, "imports", f"{entry!r} is not written as 'module:name'")
        if module.partition(".")[0] in ("cupyx", "cupy"):
            continue
        try:
            exists = hasattr(importlib.import_module(module), name)
        except ImportError:
            exists = False
        if not exists:
            broken(record, "imports", f"there is no {name} in {module}")
    for template in _templates(subject):
        used = {node.id for node in ast.walk(ast.parse(template, mode="eval")) if isinstance(node, ast.Name)}
        strange = sorted(
            name
            for name in used - known - set("xyz") - set(BACKENDS["numpy"].helpers())
            if not hasattr(np, name) and name not in _BUILT_IN
        )
        if strange:
            broken(record, "imports", f"{', '.join(strange)} stands in the code and is not imported")
        if known and not known & used:
            broken(record, "imports", f"{', '.join(sorted(known))} is imported and not used")


_BUILT_IN = {"abs", "dtype", "int", "float", "asarray", "nan", "e", "pi", "max", "min"}


def _templates(subject: Subject) -> list[str]:
    record = subject.record
    if record.numpy and record.code is None:
        try:
            return [record.numpy.format(x="x", y="y", z="z")]
        except (KeyError, IndexError, ValueError) as error:
            broken(record, "imports", f"the template {record.numpy!r} cannot be filled in: {error}")
    return []


# -- shapes ---------------------------------------------------------------------------------------------------


@law("is_elementwise")
def law_is_elementwise(subject: Subject) -> None:
    """A function acts entry by entry, or it is one of tensors, with an evaluation of its own."""
    record = subject.record
    if not record.is_elementwise:
        if record.evaluate is None:
            broken(record, "is_elementwise", "a function that does not act entry by entry needs an evaluation of its own")
        return
    for example in subject.examples:
        if record.conditional or not example.inputs:
            continue
        if not example.is_scalar:
            _judge_entries(record, example)
            continue
        code = _compiled(example)
        sample = example.places[:4]
        if code is None or not sample:
            continue
        columns = [np.array([float(place.values[node]) for place in sample]) for node in example.inputs]
        with np.errstate(all="ignore"):
            together = np.asarray(code(*columns))
            alone = [code(*(float(place.values[node]) for node in example.inputs)) for place in sample]
        if together.shape != (len(sample),) or not np.array_equal(together, np.array(alone), equal_nan=True):
            broken(record, "is_elementwise", f"the code of {example.text} does not act on arrays entry by entry")


def _judge_entries(record: Primitive, example: Example) -> None:
    for place in example.places[:2]:
        shapes = [np.shape(place.values[node]) for node in example.inputs]
        value = example.value(place)
        if value.shape != np.broadcast_shapes(*shapes):
            broken(record, "is_elementwise", f"{example.text} has shape {value.shape} for arguments of {shapes}")
        full = [np.broadcast_to(place.values[node], value.shape) for node in example.inputs]
        for index in np.ndindex(*value.shape):
            single = Example(record, tuple(scalar(node.name) for node in example.inputs), example.params)
            values = {node: array[index] for node, array in zip(single.inputs, full, strict=True)}
            try:
                entry = single.number(Place(values, place.sizes))
            except (SymgdError, ValueError, IndexError, TypeError):
                broken(record, "is_elementwise", f"{example.text} is not a function of numbers")
            if abs(zero_one(entry) - zero_one(value[index])) > mpmath.mpf("1e-30") * max(1, abs(zero_one(entry))):
                broken(record, "is_elementwise", f"an entry of {example.text} depends on other entries")


@law("shape")
def law_shape(subject: Subject) -> None:
    """The shape is that of the value, evaluated and compiled; entry by entry it is what NumPy's broadcasting gives."""
    record = subject.record
    for example in subject.examples:
        if record.is_elementwise:
            _judge_broadcasting(record, example)
        else:
            code = _compiled(example) if example.inputs else None
            for place in example.places[:2]:
                expected = example.shape_of(example.node, place.sizes)
                actual = {example.value(place).shape}
                if code is not None:
                    actual.add(np.shape(code(*(place.values[node] for node in example.inputs))))
                if actual != {expected}:
                    shapes = ", ".join(map(str, actual - {expected}))
                    broken(record, "shape", f"{example.text} has shape {shapes}, and {expected} is declared")


def _judge_broadcasting(record: Primitive, example: Example) -> None:
    count = len(example.args)
    cases = [((3,),) * count, ((2, 3),) * count, ((2, 3), *(((3,),) * (count - 1))), ((2, 3), *(((),) * (count - 1)))]
    for shapes in cases:
        expected = broadcast(shapes)
        try:
            declared = record.shape(shapes, example.params)
        except SymgdError as error:
            broken(record, "shape", f"arguments of shapes {shapes} are refused: {error.cause}")
        if tuple(declared) != tuple(expected):
            broken(record, "shape", f"arguments of shapes {shapes} give {tuple(expected)}, and {declared} is declared")


@law("is_view")
def law_is_view(subject: Subject) -> None:
    """A compiled value shares no memory with an argument, unless it is a view, whose entries are entries of the argument."""
    record = subject.record
    shares: bool | None = None
    for example in subject.examples:
        inputs = example.inputs
        if example.is_scalar and record.is_elementwise and not record.conditional and inputs:
            example = _of_vectors(record, example)
        if not example.inputs or example.node.is_boolean:
            continue
        code, alias = _compiled(example), _compiled(example, may_alias=True)
        if code is None or alias is None:
            continue
        for place in example.places[:2]:
            arrays = [np.array(place.values[node]) for node in example.inputs]
            with np.errstate(all="ignore"):
                value, shared = code(*arrays), alias(*arrays)
            if any(np.shares_memory(value, array) for array in arrays if array.shape):
                broken(record, "is_view", f"the value of {example.text} shares memory with an argument")
            if any(array.shape for array in arrays):
                shares = bool(shares) or any(np.shares_memory(shared, array) for array in arrays if array.shape)
            if (
                record.is_view
                and not record.is_weighted
                and not np.isin(value, np.concatenate([a.ravel() for a in arrays])).all()
            ):
                broken(record, "is_view", f"an entry of {example.text} is none of its argument")
    if record.is_view and shares is False and len(subject.examples) > 1:  # a single use may be none
        broken(record, "is_view", "no value shares memory with an argument")


def _of_vectors(record: Primitive, example: Example) -> Example:
    args = tuple(tensor(arg.name, "3") if arg.is_symbol else arg for arg in example.args)
    return Example(record, args, example.params)


# -- SymPy and recognition ------------------------------------------------------------------------------------


@law("sympy")
def law_sympy(subject: Subject) -> None:
    """SymPy's function of this name has the same values."""
    record = subject.record
    if not record.sympy or record.conditional:
        return
    try:
        function = sympy_function(record)
    except AttributeError:
        broken(record, "sympy", f"SymPy has no {record.sympy}")
    for example in subject.examples:
        for place in [place for place in example.places if all(abs(x) >= 0.1 for x in place.values.values())][:6]:
            numbers = [_rational(place.values[node]) for node in example.inputs]
            true = zero_one(example.number(place))
            try:
                expression = function(*numbers)
                value = _evaluated(expression)
                noise = mpmath.mpf("1e-18") * max(1, abs(true))
                is_wrong = abs(value - true) > noise and abs(_evaluated(sp.expand_func(expression)) - true) > noise
            except (ValueError, TypeError, AttributeError):  # SymPy leaves it as it is, or gives no real number
                continue
            if is_wrong:
                broken(record, "sympy", f"SymPy's {record.sympy} is {short(value)} at {place}, and the function {short(true)}")


@mpmath.one_at_a_time
def _evaluated(expression: Exact) -> Real:
    return mpmath.mpf(bool(expression)) if expression in (True, False) else mpmath.mpf(str(expression.evalf(25)))


def _rational(value: float) -> Exact:
    return exact_number(float(value))


@law("recognise")
def law_recognise(subject: Subject) -> None:
    """A spelling that is replaced is the definition: it speaks of every argument, and has values at the same points."""
    record = subject.record
    if record.recognise not in ("always", "code", "never"):
        broken(record, "recognise", f"it is one of always, code and never, not {record.recognise!r}")
    if record.recognise == "never":
        return
    if record.definition is None:
        broken(record, "recognise", "there is no definition to recognise")
    for example in subject.examples:
        body = as_node(record.definition(*example.inputs))
        missing = [node.name for node in example.inputs if not _contains(body, node)]
        if missing:
            broken(record, "recognise", f"the definition says nothing of {', '.join(missing)}")
        if body.primitive is record:
            broken(record, "recognise", "the definition is the function itself")
        numbers = (*(x for x in (-7.25, -2.5, -0.7, 0.0, 0.2, 0.9, 1.75, 8.5)), *example.at)
        for place in example.grid(numbers):
            a, b = (zero_one(example.number(place, formula, digits=200)) for formula in (body, example.node))
            if mpmath.isfinite(a) != mpmath.isfinite(b):
                which = "the definition" if mpmath.isfinite(a) else "the function"
                broken(record, "recognise", f"only {which} has a value at {place}")
            if mpmath.isfinite(a) and abs(a - b) > mpmath.mpf("1e-40") * max(1, abs(a)):
                broken(record, "recognise", f"the definition is {short(a)} at {place}, and the function {short(b)}")


def _contains(body: Node, node: Node) -> bool:
    return node in body.symbols
