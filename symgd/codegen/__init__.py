"""From graph to code: order, spelling, compilation."""
