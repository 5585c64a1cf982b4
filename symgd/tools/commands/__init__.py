"""The commands of ``symgd``, one module each; :mod:`symgd.tools.cli` joins them."""
