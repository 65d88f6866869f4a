"""From what the lane head says of a passage to a lane: three priors, and what staff's words may show.

The head itself sees the rating, the sentences around and the words that praise or complain (`surroundings`,
`features`).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.local.candidates import Candidate
from journeyai.engines.local.heads import HeadName, Heads, softmax

#: Added to the logit of a lane: chosen for the best mean F1 of pain points, delights and needs on corpora that the
#: head had not been trained on (docs/decisions/0006).  That most sentences say nothing the head has learnt by itself.
NONE_PRIOR: Final = -0.25
PAIN_PRIOR: Final = -0.25
#: Of all other lanes but delight and need.  The corpora label only a sample of them, and what nobody labelled was
#: learnt as nothing: without this two in three of those that are labelled would be missed.
OTHER_PRIOR: Final = 1.0
_PRIORS: Final = {"none": NONE_PRIOR, "pain_point": PAIN_PRIOR, "delight": 0.0, "need": 0.0}
#: What an agent's words may show.
AGENT_LANES: Final[frozenset[str]] = frozenset({"touchpoint", "back_stage", "none"})


def lane_priors(lanes: Sequence[str]) -> NDArray[np.float32]:
    """Return what is added to the logits of *lanes*."""
    return np.array([_PRIORS.get(lane, OTHER_PRIOR) for lane in lanes], np.float32)


def lane_probabilities(
    batch: Sequence[Candidate], logits: dict[HeadName, NDArray[np.float32]], heads: Heads
) -> NDArray[np.float32]:
    """Return the probability of each lane for each candidate, n × lanes in the head's order."""
    labels = heads.labels["lane"]
    out = logits["lane"] + lane_priors(labels)
    barred = np.array([label not in AGENT_LANES for label in labels])
    said_by_staff = np.array([item.turn.role == "agent" for item in batch], dtype=bool)
    out[np.ix_(said_by_staff, barred)] = -np.inf
    return softmax(out)
