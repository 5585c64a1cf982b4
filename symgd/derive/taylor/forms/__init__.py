"""Other forms of functions, by what prevents their own power series: poles, logarithms, kinks."""
