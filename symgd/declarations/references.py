"""Laws of values in many digits: definition, reference, evaluation and code agree."""

from __future__ import annotations

import numpy as np

from symgd.codegen.lambdify import Compiled, compile_formulas
from symgd.declarations.law import broken, law
from symgd.declarations.subject import Example, Place, Subject, short, zero_one
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array
from symgd.graph.conversion import as_node

__all__: list[str] = []


@law("definition")
def law_definition(subject: Subject) -> None:
    """The definition is the function: its value in 2,000 digits is the reference, or what the code gives."""
    record = subject.record
    if record.definition is None or record.conditional:
        return
    is_judged = record.reference is not None or record.precise is not None
    for example in subject.examples:
        body = as_node(record.definition(*example.args))
        code = None if is_judged else compile_formulas(example.inputs, [example.node], as_list=False)
        far = example.extreme if is_judged else []
        for place in [*example.places, *far]:
            if code is None:
                true, allowed = example.number(place), mpmath.mpf("1e-40")
            else:
                true, allowed = mpmath.mpf(_called(code, example, place)), mpmath.mpf(max(1e-9, 100 * record.accuracy))
            if not mpmath.isfinite(true):
                continue
            least = mpmath.mpf("1e-15") if code is not None else mpmath.mpf(10) ** (-400 if place in far else -100)
            # what agrees in fewer digits agrees in more, which cost more
            for digits in (60, 200, 2000) if place in far else (60, 200):
                defined = zero_one(example.number(place, body, digits))
                if abs(defined - true) <= allowed * max(abs(true), least):
                    break
            else:
                broken(record, "definition", f"it gives {short(defined)} at {place}, and the function is {short(true)}")


@law("reference", "precise")
def law_reference(subject: Subject) -> None:
    """The reference of many digits is what the definition gives, and without one what the code gives."""
    record = subject.record
    field = "precise" if record.precise is not None else "reference"
    if (record.precise is None and record.reference is None) or record.conditional:
        return
    for example in subject.examples:
        body = as_node(record.definition(*example.args)) if record.definition is not None else None
        try:
            code = None if body is not None else compile_formulas(example.inputs, [example.node], as_list=False)
        except SymgdError:  # a function that has code at numbers only
            continue
        if not example.places:
            broken(record, field, "it has no value at any point that was tried")
        for place in example.places:
            reference = example.number(place)
            if code is None:
                true, allowed = zero_one(example.number(place, body, digits=200)), mpmath.mpf("1e-40")
            else:
                true, allowed = mpmath.mpf(_called(code, example, place)), mpmath.mpf(max(1e-9, 100 * record.accuracy))
            if mpmath.isfinite(true) and not abs(zero_one(reference) - true) <= allowed * max(abs(true), mpmath.mpf("1e-10")):
                what = "the definition" if body is not None else "the code"
                broken(record, field, f"it gives {short(reference)} at {place}, and {what} {short(true)}")


def _called(code: Compiled, example: Example, place: Place) -> float:
    with np.errstate(all="ignore"):
        return float(code(*(float(place.values[node]) for node in example.inputs)))


@law("evaluate", "code")
def law_evaluate(subject: Subject) -> None:
    """The evaluation in any arithmetic gives what the compiled code gives."""
    record = subject.record
    if record.evaluate is None:
        if not record.is_elementwise and subject.examples:
            broken(record, "evaluate", "a function of tensors says how it is evaluated")
        return
    for example in subject.examples:
        if not example.inputs:
            continue
        try:
            code = compile_formulas(example.inputs, [example.node], as_list=False)
        except SymgdError:  # the size of an axis is in no argument
            continue
        for place in example.places[:2]:
            true = np.asarray(code(*(place.values[node] for node in example.inputs)))
            got = example.value(place)
            if got.shape != true.shape or not _agree(got.astype(float), true):
                broken(record, "evaluate", f"{example.text} does not evaluate to what its code gives at {place}")


def _agree(got: Array, true: Array) -> bool:
    """Whether numbers agree; unit vectors in the columns of a matrix need to agree up to their signs only."""
    if got.ndim == 2 and np.allclose((true**2).sum(axis=0), 1) and not np.allclose(got, true, rtol=1e-9, atol=1e-11):
        got = got * np.sign((got * true).sum(axis=0))
    return bool(np.allclose(got, true, rtol=1e-9, atol=1e-11))
