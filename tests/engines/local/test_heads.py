"""The shipped heads fit the exemplars, the features and the encoder that stand in this version."""

import numpy as np
import pytest
from evals.heads.material import training_fingerprint

from journeyai.engines.local.features import SIGN_WIDTH, SPARSE_WIDTH
from journeyai.engines.local.heads import HEADS, load_heads, softmax
from journeyai.engines.local.surroundings import PLACE_WIDTH
from journeyai.model.vocabulary import EMOTIONS, LANES, LIFECYCLE
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings

OVERT = {
    "Nobody answers the phone and I have been charged twice.": "pain_point",
    "It was so easy, the man was lovely and everything worked at once.": "delight",
    "I wish I could pay by card in the app.": "need",
    "Okay, thank you, bye bye.": "none",
    "Llevo tres semanas esperando y nadie me coge el teléfono.": "pain_point",
    "Me encantó, fueron amabilísimos y quedó perfecto.": "delight",
    "Me gustaría poder pagar con tarjeta desde la app.": "need",
    "Vale, muchas gracias, hasta luego.": "none",
}


def test_the_weights_were_trained_on_the_exemplars_and_corpora_that_are_here() -> None:
    assert load_heads().learnt == training_fingerprint(), "run `make heads`"


def test_the_weights_fit_the_features_and_the_encoder_of_this_version() -> None:
    heads, encoder = load_heads(), make_encoder(SearchSettings())
    columns = sum(len(heads.labels[name]) for name in HEADS)

    assert heads.encoder == encoder.id
    assert heads.dense.shape == (encoder.dimensions, columns)
    assert heads.around.shape == (encoder.dimensions, columns)
    assert heads.place.shape == (PLACE_WIDTH, columns)
    assert heads.sparse.shape == (SPARSE_WIDTH, columns)
    assert heads.signs.shape == (SIGN_WIDTH, columns)


def test_the_labels_are_those_of_the_vocabulary() -> None:
    labels = load_heads().labels

    assert set(labels["lane"]) <= {*LANES, "none"}
    assert set(labels["stage"]) == set(LIFECYCLE)
    assert set(labels["emotion"]) <= set(EMOTIONS)
    assert {float(label) for label in labels["valence"]} == {-2, -1, 0, 1, 2}


@pytest.mark.parametrize(("text", "lane"), OVERT.items(), ids=[text.split()[0] for text in OVERT])
def test_a_plain_sentence_gets_its_lane(text: str, lane: str) -> None:
    heads, encoder = load_heads(), make_encoder(SearchSettings())

    logits = heads.logits([text], ["customer"], encoder.encode([text]))

    assert heads.labels["lane"][int(logits["lane"][0].argmax())] == lane


def test_a_text_is_judged_the_same_alone_and_among_others() -> None:
    heads, encoder = load_heads(), make_encoder(SearchSettings())
    texts = list(OVERT)
    vectors = encoder.encode(texts)

    together = heads.logits(texts, ["customer"] * len(texts), vectors)["lane"]
    alone = [
        heads.logits([text], ["customer"], vectors[i : i + 1])["lane"][0] for i, text in enumerate(texts)
    ]

    assert np.allclose(together, np.stack(alone), atol=1e-4)


def test_probabilities_sum_to_one_and_survive_a_barred_class() -> None:
    logits = np.array([[1.0, -np.inf, 3.0], [0.0, 0.0, 0.0]], dtype=np.float32)

    shares = softmax(logits)

    assert np.allclose(shares.sum(axis=1), 1)
    assert shares[0, 1] == 0
