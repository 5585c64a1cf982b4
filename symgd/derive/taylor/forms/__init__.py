"""Other forms of functions, by what stands in the way of their own power series: poles, logarithms, kinks."""
