"""The functions of the language, one declaration each. Importing this package imports all its modules, to fill the registry."""

import importlib
import pkgutil

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")
