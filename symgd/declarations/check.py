"""Judge declarations by their laws: all of a function, or those of the facts on which a proof rests."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

# The laws are entered, and reported, in this order.
# isort: off
from symgd.declarations import slopes, adjoints, references, kinks, conventions, code  # noqa: F401
from symgd.declarations import values, monotonicity, curvature, strictness, linearity, behaviour, sizes, notation  # noqa: F401

# isort: on
from symgd.declarations.law import LAWS, laws_of
from symgd.declarations.subject import Subject, of_node
from symgd.errors import DeclarationError, SymgdError
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.traversal import toposort

__all__ = ["DRIVES_PROOFS", "check", "facts_hold", "fields_of_laws"]

DRIVES_PROOFS = (
    "conditional",
    "curvature",
    "definition",
    "derivative",
    "domain",
    "is_boolean",
    "is_elementwise",
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
    "vanishes_with",
    "vjp",
)
"""The fields on which proofs rest."""

_SAID = ("because", "source")
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
        Where a law is broken; it names the field of the first, and tells of all.
    """
    subject = Subject.of(record, formulas, at, seed)
    found: list[DeclarationError] = []
    for one in LAWS.values():
        if all(name in _SAID and not getattr(record, name) for name in one.fields):
            continue
        try:
            one.check(subject)
        except DeclarationError as error:
            found.append(error)
        except Exception as error:  # what is declared is somebody's code, and may fail in any way
            what = f"{', '.join(one.fields)} of {record.name} cannot be judged: {type(error).__name__}: {error}"
            found.append(DeclarationError(what, field=one.fields[0]))
    if found:
        raise DeclarationError("\n".join(dict.fromkeys(error.cause for error in found)), field=found[0].field)


class _Remembered:
    """What was judged of a record, as it was declared then."""

    def __init__(self, declared: tuple[object, ...]) -> None:
        self.declared = declared
        self.verdicts: dict[object, bool] = {}


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
    return all(_holds(node) for node in new if node.args)


def _holds(node: Node) -> bool:
    record = node.primitive
    declared = tuple(getattr(record, name) for name in _FIELDS)
    known = _JUDGED.get(record)
    if known is None or any(one is not other for one, other in zip(known.declared, declared, strict=True)):
        known = _JUDGED[record] = _Remembered(declared)
    of_numbers = record.is_elementwise and record.evaluate is None
    key = None if of_numbers else (node.params, tuple(arg.shape for arg in node.args))
    if key not in known.verdicts:
        if len(known.verdicts) >= _REMEMBERED:
            known.verdicts.clear()
        known.verdicts[key] = _is_sound(Subject.of(record) if of_numbers else Subject(record, [of_node(record, node)]))
    return known.verdicts[key]


def _is_sound(subject: Subject) -> bool:
    for one in laws_of(DRIVES_PROOFS):
        try:
            one.check(subject)
        except DeclarationError:
            return False
        except SymgdError:  # it cannot be decided: the function has no values, or is too large
            continue
    return True
