"""Functions that compiled code calls: real Python here, copied into the sources that use them."""
