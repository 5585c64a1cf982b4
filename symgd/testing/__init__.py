"""Assertions and points for tests: a gradient is right, or the test fails with the worst entry and what may be wrong.

They work in any test runner; nothing here imports pytest, and hypothesis only where its strategies are used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a package imports none of its own modules, see symgd.modules
    from symgd.testing.assertions import assert_gradient, assert_hessian, assert_jacobian, assert_matches, assert_verified
    from symgd.testing.strategies import points_inside

__all__ = ["assert_gradient", "assert_hessian", "assert_jacobian", "assert_matches", "assert_verified", "points_inside"]


def __getattr__(name: str) -> Any:
    """Import a public name."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{'strategies' if name == 'points_inside' else 'assertions'}")
    globals()[name] = getattr(module, name)
    return globals()[name]


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted({*globals(), *__all__})
