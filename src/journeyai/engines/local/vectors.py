"""Where the local engine has its vectors from: the index of the study, which keeps them."""

from journeyai.engines.local.heads import load_heads
from journeyai.errors import ResourceError
from journeyai.model.aliases import VectorSource
from journeyai.retrieval.encoders import make_encoder
from journeyai.retrieval.index import Index
from journeyai.settings import SearchSettings


def vectors_through(index: Index) -> VectorSource:
    """Return the source of the local engine's vectors: *index*'s own if it uses the same encoder; all are kept in it.

    Raises:
        ResourceError: the heads were trained for another encoder than the one that is installed.
    """
    wanted = load_heads().encoder
    encoder = index.encoder if index.encoder.id == wanted else make_encoder(SearchSettings())
    if encoder.id != wanted:
        raise ResourceError(
            f"The local engine's heads were trained for `{wanted}`; installed is `{encoder.id}`.",
            "Install JourneyAI again, or run `make heads`.",
        )
    return lambda texts: index.vectors(texts, encoder)
