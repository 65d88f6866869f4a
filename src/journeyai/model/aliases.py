"""Short names for plain types that several layers hand on to each other."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""n rows of unit length."""

#: Texts → their vectors, in order; kept, so that asking twice costs nothing.
VectorSource = Callable[[Sequence[str]], Vectors]

#: Called with (done, total) as long work goes on.
Progress = Callable[[int, int], None]

#: Called with (step's name, done, total).
StepProgress = Callable[[str, int, int], None]
