"""What is decided, and why: pure, synchronous, typed. Facts in, decisions out; no clock, no floats, no I/O."""
