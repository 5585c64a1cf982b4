"""The functions of the language, one declaration each.

Importing this package imports every module in it, so that the registry is complete.
"""

import importlib
import pkgutil

from symgd.graph.node import REGISTRY

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")
REGISTRY.own = frozenset(REGISTRY.declared.values())
