"""One file per step: `inputs(run)` says what it is made from, and the function of the step's name does it."""
