"""symgd derives gradients symbolically, shows every step, checks them, compiles them, and descends along them.

Importing it costs next to nothing: the house is opened when a name is first asked for. So test runners and builders of
documentation may load symgd's plugins in projects that do not use them.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symgd.face import *

__version__ = "0.1.0"

_VERBS_NAMED_LIKE_FOLDERS = ("convexity", "formula", "simplify")


class _Package(ModuleType):
    """A package in which three verbs keep their names when the folders of the same names are imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _VERBS_NAMED_LIKE_FOLDERS and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def _names() -> dict[str, Any]:
    """Return every public name, every function of the registry, as ``symgd.exp``, and every class of a method of descent."""
    face = importlib.import_module("symgd.face")
    functions = importlib.import_module("symgd.graph.primitive").FUNCTIONS
    register = importlib.import_module("symgd.descent.method")
    classes = {one.make.__name__: one.make for kind in register.Kind for one in register.methods(kind).values()}
    return {**classes, **functions, **{name: getattr(face, name) for name in face.__all__}, "__all__": face.__all__}


def __getattr__(name: str) -> Any:
    """Open the house, and give what is asked for."""
    names = _names() if name == "__all__" or not name.startswith("__") else {}
    if name not in names:
        raise AttributeError(f"module 'symgd' has no attribute {name!r}")
    globals().update({known: value for known, value in names.items() if known not in globals()})
    return names[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *_names()})
