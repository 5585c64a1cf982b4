"""The array libraries that code is written for, one class in one file each.

A file of this folder declares a subclass of :class:`~symgd.codegen.backends.base.Backend`; the class enters itself under
its name. :mod:`symgd.codegen.libraries` imports them all. A backend of another package is such a class too, see
:mod:`symgd.extend`.
"""
