"""Put a wrong declaration in the place of a right one, for as long as a test takes."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager

from symgd.declarations.check import check  # noqa: F401  # the laws are entered
from symgd.declarations.law import LAWS
from symgd.declarations.subject import Subject
from symgd.errors import DeclarationError
from symgd.graph.primitive import FUNCTIONS, REGISTRY


@contextmanager
def planted(original, **changes):
    """Yield a record that differs from the original in some fields.

    Where these are about names, it is found by the name and the aliases of the original; else the original is, of which all
    other formulas are made.
    """
    record = dataclasses.replace(original, **changes)
    if not changes.keys() & {"name", "aliases", "made_by"}:
        yield record
        return
    names = [name for name in (original.name, *original.aliases) if FUNCTIONS.get(name) is original]
    REGISTRY[original.name] = record
    FUNCTIONS.update(dict.fromkeys(names, record))
    try:
        yield record
    finally:
        REGISTRY[original.name] = original
        FUNCTIONS.update(dict.fromkeys(names, original))


def breach(law, record, formulas=()):
    """Return how a record breaks a law, or None; anything but a broken law is an error of the test."""
    try:
        LAWS[law].check(Subject.of(record, formulas))
    except DeclarationError as error:
        return error
    return None
