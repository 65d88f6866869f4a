"""From what the lane head says of one sentence to a lane: priors, the speaker's role, the rating, the sentences around.

The numbers were chosen on the sample studies (docs/decisions/0006); the heads themselves never saw those.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.local.candidates import Candidate
from journeyai.engines.local.features import tokens
from journeyai.engines.local.heads import HeadName, Heads, softmax
from journeyai.knowledge.polarity import load_polarity
from journeyai.model.source import Document

#: Most sentences say nothing about the journey (two of three in the sample studies), but only one exemplar of six
#: says so: this much is added to the logit of "none".
NONE_PRIOR: Final = 0.9
PAIN_PRIOR: Final = 0.3
NEED_PRIOR: Final = -0.2
#: How much a rating of the same review or ticket (−2 … 2) pushes towards praise and away from complaint.
RATING_PUSH: Final = 0.5
#: How much the valence head's say (log odds of praise against complaint) does, for the sentence and around it.
VALENCE_PUSH: Final = 0.15
CONTEXT_PUSH: Final = 0.2
#: How much each word that praises (or complains after a "not") does beyond one that complains: the exemplars are
#: mostly calm or ironic, so the heads alone underrate plain words.  At most two words count.
WORDS_PUSH: Final = 0.4
#: Plain words of praise or complaint make it less likely that nothing is said.
WORDS_AGAINST_NONE: Final = 0.6
#: The nearest so many sentences on either side are looked at, each weighing one over its distance.
CONTEXT_SENTENCES: Final = 2
#: What an agent's words may show.
AGENT_LANES: Final[frozenset[str]] = frozenset({"touchpoint", "back_stage", "none"})


def lane_probabilities(
    batch: Sequence[Candidate], logits: dict[HeadName, NDArray[np.float32]], heads: Heads
) -> NDArray[np.float32]:
    """Return the probability of each lane for each candidate, n × lanes in the head's order.

    Args:
        batch: candidates of whole documents, in order.
        logits: what the heads say of each sentence alone.
        heads: for their labels.
    """
    labels = heads.labels["lane"]
    out = logits["lane"].copy()
    out[:, labels.index("none")] += NONE_PRIOR
    out[:, labels.index("need")] += NEED_PRIOR
    out[:, labels.index("pain_point")] += PAIN_PRIOR
    feeling = _log_odds_of_praise(logits["valence"], heads)
    ratings = np.array([rating(item.document) for item in batch], dtype=np.float32)
    push = VALENCE_PUSH * feeling + CONTEXT_PUSH * _around(batch, feeling) + RATING_PUSH * ratings
    said = np.array([_praise_in_words(item.utterance.text) for item in batch], dtype=np.float32)
    push = push + WORDS_PUSH * said
    out[:, labels.index("none")] -= WORDS_AGAINST_NONE * np.abs(said)
    out[:, labels.index("delight")] += push
    out[:, labels.index("pain_point")] -= push
    barred = np.array([label not in AGENT_LANES for label in labels])
    for row, item in enumerate(batch):
        if item.turn.role == "agent":
            out[row, barred] = -np.inf
    return softmax(out)


def rating(document: Document) -> float:
    """Return the valence of the document's own rating (−2 … 2), 0 if it has none."""
    return next((turn.measure.valence for turn in document.turns if turn.measure is not None), 0.0)


def _praise_in_words(text: str) -> int:
    """Return the number of words that praise less those that complain, −2 … 2; a "not" turns a word round."""
    good, bad, not_good, not_bad = load_polarity().count(tokens(text))
    return max(-2, min(2, good + not_bad - bad - not_good))


def _log_odds_of_praise(logits: NDArray[np.float32], heads: Heads) -> NDArray[np.float32]:
    values = np.array([float(label) for label in heads.labels["valence"]])
    shares = softmax(logits)
    good, bad = shares[:, values > 0].sum(axis=1), shares[:, values < 0].sum(axis=1)
    out: NDArray[np.float32] = np.log(good + 1e-3) - np.log(bad + 1e-3)
    return out


def _around(batch: Sequence[Candidate], feeling: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean feeling of the sentences near each one in its document, staff's aside."""
    total = np.zeros(len(batch), dtype=np.float32)
    weight = np.zeros(len(batch), dtype=np.float32)
    for row, item in enumerate(batch):
        for other in range(max(0, row - CONTEXT_SENTENCES), min(len(batch), row + CONTEXT_SENTENCES + 1)):
            near = batch[other]
            if other != row and near.document is item.document and near.turn.role != "agent":
                share = 1 / abs(other - row)
                total[row] += share * feeling[other]
                weight[row] += share
    return (total / np.maximum(weight, 1e-9)).astype(np.float32)
