"""symgd derives gradients symbolically, shows every step, checks them, compiles them, and descends along them.

The public names are listed in ``__init__.pyi``; each is imported when it is first used. Every function of the formula language
is an attribute too: ``symgd.exp``, ``symgd.logsumexp``.

References
----------
SPEC 1, "Lazy loading of submodules and functions", https://scientific-python.org/specs/spec-0001/.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import lazy_loader

__version__ = "0.1.0"

_import_public_name, _, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    """Import a public name, or return a function of the formula language."""
    if name in __all__:
        return _import_public_name(name)
    functions: Mapping[str, Any] = {} if name.startswith("_") else _functions()
    if name not in functions:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = functions[name]
    return functions[name]


def __dir__() -> list[str]:
    """Return the public names and the functions of the formula language."""
    return sorted({*globals(), *__all__, *_functions()})


def _functions() -> Mapping[str, Any]:
    functions: Mapping[str, Any] = importlib.import_module("symgd.graph.primitive").FUNCTIONS
    return functions
