"""Judge declarations by their laws: all of a function, or those of the facts on which a proof rests."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

# The laws are entered, and reported, in this order.
# isort: off
from symgd.declarations import slopes, adjoints, references, kinks, conventions, code  # noqa: F401
from symgd.declarations import values, monotonicity, curvature, strictness, linearity, behaviour, sizes, notation, writing  # noqa: F401

# isort: on
from symgd.declarations.law import LAWS, laws_of
from symgd.declarations.subject import Subject, of_node, of_numbers_in
from symgd.errors import DeclarationError, SymgdError
from symgd.graph.node import Node
from symgd.graph.primitive import REGISTRY, Primitive
from symgd.graph.traversal import toposort

__all__ = ["DRIVES_PROOFS", "check", "contradiction_of", "facts_hold", "fields_of_laws"]

DRIVES_PROOFS = (
    "conditional",
    "curvature",
    "definition",
    "derivative",
    "domain",
    "is_boolean",
    "is_elementwise",
    "is_stretching",
    "is_view",
    "is_weighted",
    "kinks",
    "linear_in",
    "log_curvature",
    "monotone",
    "parity",
    "range",
    "sign",
    "strict",
    "unit_sum_axes",
    "vanishes_with",
    "vjp",
)
"""The fields on which proofs rest."""

_OPTIONAL = ("because", "source")
"""What may be left out of a declaration."""

_FIELDS = tuple(field.name for field in dataclasses.fields(Primitive))
_REMEMBERED = 32


def fields_of_laws() -> set[str]:
    """Return the fields of declarations that a law judges."""
    return {field for law in LAWS.values() for field in law.fields}


def check(record: Primitive, formulas: Sequence[Node] = (), at: Sequence[float] = (), seed: int = 0) -> None:
    """Judge a declaration by every law.

    Parameters
    ----------
    record : Primitive
    formulas : sequence of Node
        In which the function stands, for a function of tensors.
    at : sequence of float
        Further values for the input of a function of one argument.
    seed : int
        Of random points.

    Raises
    ------
    DeclarationError
        Where a law is broken; its field is that of the first broken law, and its message lists all of them.
    """
    subject = Subject.of(record, formulas, at, seed)
    errors: list[DeclarationError] = []
    for law in LAWS.values():
        if all(name in _OPTIONAL and not getattr(record, name) for name in law.fields):
            continue
        try:
            law.check(subject)
        except DeclarationError as error:
            errors.append(error)
        except Exception as error:  # declared code may raise any exception
            what = f"{', '.join(law.fields)} of {record.name} cannot be judged: {type(error).__name__}: {error}"
            errors.append(DeclarationError(what, field=law.fields[0]))
    if errors:
        raise DeclarationError("\n".join(dict.fromkeys(error.cause for error in errors)), field=errors[0].field)


class _Remembered:
    """What was judged of a record, as it was declared then."""

    def __init__(self, declared: tuple[object, ...]) -> None:
        self.declared = declared
        self.verdicts: dict[object, DeclarationError | None] = {}


_JUDGED: WeakKeyDictionary[Primitive, _Remembered] = WeakKeyDictionary()


def facts_hold(formulas: Iterable[Node], judged: set[Node] | None = None) -> bool:
    """Whether the facts on which proofs rest hold of every function that stands in formulas.

    Parameters
    ----------
    formulas : iterable of Node
    judged : set of Node, optional
        Nodes that were judged already; new ones are added.

    Notes
    -----
    A function is judged once, and again where its record has changed. What the laws cannot decide, as there is no point at
    which the function has a value, counts as true.
    """
    judged = set() if judged is None else judged
    new = toposort(tuple(formulas), judged)
    judged.update(new)
    return all(contradiction_of(node) is None for node in new if node.args)


def contradiction_of(node: Node) -> DeclarationError | None:
    """Return what refutes a fact on which proofs rest of the function of a node, or None; it is judged once."""
    record = node.primitive
    declared = tuple(getattr(record, name) for name in _FIELDS)
    known = _JUDGED.get(record)
    if known is None or any(earlier is not current for earlier, current in zip(known.declared, declared, strict=True)):
        known = _JUDGED[record] = _Remembered(declared)
    of_numbers = record.is_elementwise and record.evaluate is None
    fixed = _numbers_among(node) if of_numbers else None
    key = fixed if of_numbers else (node.params, tuple(arg.shape for arg in node.args))
    if key not in known.verdicts:
        if len(known.verdicts) >= _REMEMBERED:
            known.verdicts.clear()
        subject = Subject.of(record) if of_numbers else Subject(record, [of_node(record, node)])
        error = _contradiction(subject)
        if error is None and fixed is not None:
            error = _contradiction(Subject(record, [of_numbers_in(record, fixed)]))
        known.verdicts[key] = error
    return known.verdicts[key]


def _numbers_among(node: Node) -> tuple[Node | None, ...] | None:
    """Return the arguments that are numbers, and None for each that is free; None where all or no arguments are free.

    What symgd declares itself is judged at such numbers by the laws in its tests.
    """
    fixed = tuple(arg if arg.is_constant else None for arg in node.args)
    is_mixed = None in fixed and any(arg is not None for arg in fixed)
    return fixed if is_mixed and node.primitive not in REGISTRY.own else None


def _contradiction(subject: Subject) -> DeclarationError | None:
    for law in laws_of(DRIVES_PROOFS):
        try:
            law.check(subject)
        except DeclarationError as error:
            return error
        except SymgdError:  # it cannot be decided: the function has no values, or is too large
            continue
    return None
