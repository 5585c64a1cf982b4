"""Laws of names: what a function is called, with which arguments, how it is found again, and what is folded."""

from __future__ import annotations

import inspect
import itertools
import math
import pickle
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from symgd.declarations.law import broken, law
from symgd.declarations.subject import Example, Place, Subject, short, zero_one
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS, REGISTRY, Primitive

__all__: list[str] = []

_NUMBERS = (0, 1, -1, 2, Fraction(1, 2), 3, 5, -2, -7, 12, 100, Fraction(-3, 2), Fraction(7, 3), Fraction(1, 10))
_COMBINATIONS = 64


@law("name")
def law_name(subject: Subject) -> None:
    """The function is entered under its name, and formulas call it so; one that is made on the spot has another name."""
    record = subject.record
    if record.made_by is not None:
        if record.name in FUNCTIONS:
            broken(record, "name", "another function is called so in formulas")
        return
    if not record.name.isidentifier():
        broken(record, "name", f"{record.name!r} cannot be written in a formula")
    if not _is_entered(record, record.name, REGISTRY):
        broken(record, "name", "it is not entered under its name")
    if record.is_elementwise and record.arity != 0 and not _is_entered(record, record.name, FUNCTIONS):
        broken(record, "name", "a formula that calls this name means another function")


def _is_entered(record: Primitive, name: str, names: Mapping[str, object]) -> bool:
    return names.get(name) is record


@law("aliases")
def law_aliases(subject: Subject) -> None:
    """A formula that calls an alias means the function; where NumPy has a function of this name, it has the same values."""
    record = subject.record
    for alias in record.aliases:
        if not _is_entered(record, alias, FUNCTIONS):
            broken(record, "aliases", f"a formula that calls {alias} means another function")
        ufunc = getattr(np, alias, None)
        for example in subject.examples:
            if not isinstance(ufunc, np.ufunc) or ufunc.nin != len(example.args) or not example.is_scalar:
                continue
            for place in example.places:
                true = zero_one(example.number(place))
                with np.errstate(all="ignore"):
                    got = float(ufunc(*(float(place.values[node]) for node in example.inputs)))
                if abs(got - true) > mpmath.mpf("1e-10") * max(1, abs(true)):
                    broken(record, "aliases", f"NumPy's {alias} is {got} at {place}, and the function {short(true)}")


@law("made_by")
def law_made_by(subject: Subject) -> None:
    """What is said to make it, and its name without, gives the record itself; so does pickling."""
    record = subject.record
    try:
        make, arguments = record.__reduce__()
        remade = make(*arguments)
        again = pickle.loads(pickle.dumps(record))
    except Exception as error:  # pickle raises anything
        broken(record, "made_by", f"it is not found again: {error}")
    if remade is not record or again is not record:
        broken(record, "made_by", f"what is found is {remade!r}, another record")


@law("arity")
def law_arity(subject: Subject) -> None:
    """It takes so many arguments, as do its definition and its derivatives, of which there is one for each argument."""
    record = subject.record
    if record.arity is None or not record.is_elementwise:
        if record.arity is not None and any(len(example.args) != record.arity for example in subject.examples):
            broken(record, "arity", f"it is used with other than {record.arity} arguments")
        return
    if record.derivative not in ((), (None,), (*(None,) * record.arity,)) and len(record.derivative) != record.arity:
        broken(record, "arity", f"it has {record.arity} arguments and {len(record.derivative)} derivatives")
    for what, rule, count in (
        ("definition", record.definition, record.arity),
        ("reference", record.reference if callable(record.reference) else None, record.arity),
        ("kinks", record.kinks, record.arity),
        *(("derivative", derivative, record.arity + 1) for derivative in record.derivative),
    ):
        if rule is not None and not _takes(rule, count):
            broken(record, "arity", f"its {what} does not take {count} arguments")
    for used in range(3):
        holder = "{" + "xyz"[used] + "}"
        if record.numpy and (holder in record.numpy) != (used < record.arity):
            verb = "uses" if holder in record.numpy else "does not use"
            broken(record, "arity", f"the template of its code {verb} argument {used + 1} of {record.arity}")
    for example in subject.examples:
        if _is_accepted(record, (*example.args, constant(1))):
            broken(record, "arity", f"it accepts {record.arity + 1} arguments")


def _takes(rule: Callable[..., object], count: int) -> bool:
    try:
        inspect.signature(rule).bind(*range(count))
    except (TypeError, ValueError):
        return False
    return True


def _is_accepted(record: Primitive, args: tuple[Node, ...]) -> bool:
    try:
        record(*args)
    except SymgdError:
        return False
    return True


@law("defaults")
def law_defaults(subject: Subject) -> None:
    """A call may leave the last arguments out: it is the call with the default values, which lie in the domain."""
    record = subject.record
    if not record.defaults:
        return
    if record.arity is None or len(record.defaults) >= record.arity:
        broken(record, "defaults", f"there are {len(record.defaults)} default values and {record.arity} arguments")
    for example in subject.examples:
        leading = example.args[: len(example.args) - len(record.defaults)]
        short = record(*leading)
        if short is not record(*leading, *record.defaults):
            broken(record, "defaults", "a call that leaves them out is another one")
        default_values = {
            node: Fraction(value) for node, value in zip(example.args[len(leading) :], record.defaults, strict=True)
        }
        places = [Place({**place.values, **default_values}, place.sizes) for place in example.places]
        if not any(example.is_inside(place) and example.has_value(place) for place in places):
            broken(record, "defaults", f"it has no value where the last arguments are {', '.join(map(str, record.defaults))}")


@law("arguments")
def law_arguments(subject: Subject) -> None:
    """There is a name for every argument, each another one; an order is one in which no derivative is known."""
    record = subject.record
    if not record.arguments:
        return
    if record.arity is not None and len(record.arguments) != record.arity:
        broken(record, "arguments", f"{len(record.arguments)} names for {record.arity} arguments")
    if len(set(record.arguments)) != len(record.arguments) or not all(name.isidentifier() for name in record.arguments):
        broken(record, "arguments", f"{', '.join(record.arguments)} are not different names")
    for k, name in enumerate(record.arguments):
        if name == "order" and k < len(record.derivative) and record.derivative[k] is not None:
            broken(record, "arguments", "an order has a derivative")


@law("fold")
def law_fold(subject: Subject) -> None:
    """What is folded when a node is built has the value of the function, and is silent of what has none."""
    record = subject.record
    if record.fold is None:
        return
    for example in subject.examples:
        choices = [_folded_arguments(arg) for arg in example.args]
        several = itertools.product(*choices)
        # every argument in all its forms beside the free ones, and many of the forms together
        alone = [(*example.args[:k], form, *example.args[k + 1 :]) for k, forms in enumerate(choices) for form in forms]
        for args in dict.fromkeys((*alone, *itertools.islice(several, 0, None, _every(choices)))):
            _judge_folding(record, example, args)


def _judge_folding(record: Primitive, example: Example, args: tuple[Node, ...]) -> None:
    """Compare what arguments are folded to with the function of them; a function of tensors may have no value at numbers."""
    written = Example(record, args, example.params)
    has_numbers_only = not any(arg.shape for arg in args)
    try:
        folded = record.fold(args, example.params) if record.fold is not None else None
        if folded is None or folded is written.node:
            return
        is_of_this_shape = written.node.shape == example.node.shape
    except SymgdError:  # it has no value there
        return
    folded = as_node(folded)
    if not (is_of_this_shape or has_numbers_only):
        return
    if folded.is_boolean != written.node.is_boolean or folded.shape != written.node.shape:
        broken(record, "fold", f"{written.text} is folded to {folded}, of another shape or kind")
    for place in example.places[:6]:
        try:
            a, b = (example.value(place, formula).ravel() for formula in (written.node, folded))
        except (IndexError, ValueError, TypeError, AttributeError):
            if not is_of_this_shape:
                return
            raise
        for x, y in zip(map(zero_one, a), map(zero_one, b), strict=True):
            if mpmath.isfinite(x) and not abs(x - y) <= mpmath.mpf("1e-40") * max(1, abs(x)):
                broken(record, "fold", f"{written.text} is folded to {folded}: {short(x)} and {short(y)} at {place}")


def _folded_arguments(arg: Node) -> list[Node]:
    """Return forms of an argument that a function may fold: free, negative, numbers, and tensors of equal entries."""
    if not arg.is_symbol:
        return [arg]
    numbers = [constant(number) for number in _NUMBERS]
    if not arg.shape:
        return [arg, -arg, *numbers]
    ones = FUNCTIONS["ones"](arg.shape)
    return [arg, -arg, *(ones * number for number in (0, 1, -1, 2, Fraction(-3, 2))), *numbers]


def _every(choices: Sequence[Sequence[Node]]) -> int:
    return max(1, math.prod(map(len, choices)) // _COMBINATIONS)
