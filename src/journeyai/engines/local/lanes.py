"""From what the lane head says of a passage to a lane: two priors, and what staff's words may show.

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
PRIORS: Final = {"none": -0.5, "pain_point": -0.25}
#: What an agent's words may show.
AGENT_LANES: Final[frozenset[str]] = frozenset({"touchpoint", "back_stage", "none"})


def lane_probabilities(
    batch: Sequence[Candidate], logits: dict[HeadName, NDArray[np.float32]], heads: Heads
) -> NDArray[np.float32]:
    """Return the probability of each lane for each candidate, n × lanes in the head's order."""
    labels = heads.labels["lane"]
    out = logits["lane"].copy()
    for lane, prior in PRIORS.items():
        out[:, labels.index(lane)] += prior
    barred = np.array([label not in AGENT_LANES for label in labels])
    said_by_staff = np.array([item.turn.role == "agent" for item in batch], dtype=bool)
    out[np.ix_(said_by_staff, barred)] = -np.inf
    return softmax(out)
