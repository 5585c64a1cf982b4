"""Records of functions in pickles: by their names, with the module that declares them, or with the whole declaration.

A function that the program itself declares (``__main__``, a notebook) is unknown to another process. Where cloudpickle is
installed, which writes functions by their code, its declaration travels along.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import io
import pickle
import threading
from typing import Any

from symgd.errors import SymgdError, shown
from symgd.graph.node import DECLARED_IN, FUNCTIONS, REGISTRY, Primitive, lookup
from symgd.optional_packages import available

__all__ = ["reduced_record"]

_PROGRAMS = ("__main__", "__mp_main__")

_local = threading.local()
"""Of each thread, the records whose declarations are written or read, by their names: a declaration may use itself."""


def reduced_record(record: Primitive) -> tuple[Any, ...]:
    """Return how a record is found, or made, in another process."""
    if record.made_by is not None:
        return record.made_by
    module = DECLARED_IN.get(record.name, "")
    if not module or module.startswith("symgd."):
        return lookup, (record.name,)
    declaration = _written(record) if module in _PROGRAMS and REGISTRY.declared.get(record.name) is record else None
    return _found, (record.name, module, declaration)


def _written(record: Primitive) -> bytes | None:
    """Return the fields of a declaration as cloudpickle writes them, or None where it cannot."""
    cloudpickle = available("cloudpickle")
    if cloudpickle is None:
        return None
    fields = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    defaults = {field.name: field.default for field in dataclasses.fields(record)}
    stream = io.BytesIO()
    pickler = type("Pickler", (cloudpickle.CloudPickler,), {"persistent_id": _name_of_unfinished})(stream)
    unfinished = _unfinished()
    unfinished[record.name] = record
    try:
        pickler.dump({name: value for name, value in fields.items() if value is not defaults[name]})
    except Exception:  # it depends on a file, a lock or another thing that stays in its process
        return None
    finally:
        del unfinished[record.name]
    return stream.getvalue()


def _found(name: str, module: str, declaration: bytes | None) -> Primitive:
    """Return the function of a name: as it is declared here, by its module, or by the declaration that came along."""
    if name in REGISTRY:
        return lookup(name)
    if declaration is not None:
        return _declared(name, module, declaration)
    if module not in _PROGRAMS:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
        if name in REGISTRY:
            return lookup(name)
        hint = f"import the module that declares it first; it was declared by {module}"
    else:
        hint = "it was declared by the program itself: declare it in a module, and import that; or install cloudpickle"
    raise SymgdError(f"no function called {shown(name)} is declared", hint=hint)


def _declared(name: str, module: str, declaration: bytes) -> Primitive:
    """Declare a function as the other process has declared it."""
    record: Primitive = object.__new__(Primitive)
    unpickler = _Unpickler(io.BytesIO(declaration))
    unfinished = _unfinished()
    unfinished[name] = record
    try:
        fields = unpickler.load()
    finally:
        del unfinished[name]
    Primitive.__init__(record, **fields)
    DECLARED_IN.setdefault(name, module)
    declared = REGISTRY.setdefault(name, record)
    if record.is_elementwise and record.arity != 0:
        for alias in (name, *record.aliases):
            FUNCTIONS.setdefault(alias, declared)
    return declared


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, name: str) -> Primitive:
        """Return a record that is not finished yet."""
        return _unfinished()[name]


def _unfinished() -> dict[str, Primitive]:
    records: dict[str, Primitive] = _local.__dict__.setdefault("records", {})
    return records


def _name_of_unfinished(pickler: object, part: object) -> str | None:
    return part.name if isinstance(part, Primitive) and _unfinished().get(part.name) is part else None
