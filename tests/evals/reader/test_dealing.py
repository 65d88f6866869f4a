import numpy as np
from evals.reader.dealing import BATCH_TOKENS, Item, batches
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyai.engines.local.reader.windows import MOST_TOKENS, Window


@settings(deadline=None)
@given(st.lists(st.integers(3, MOST_TOKENS), min_size=1, max_size=80), st.integers(0, 9))
def test_every_window_is_in_one_batch_of_bounded_size(lengths: list[int], seed: int) -> None:
    items = [Item(Window([n] * length), [], 1.0) for n, length in enumerate(lengths)]
    made = batches(items, np.random.default_rng(seed))
    assert sorted(item.window.ids[0] for batch in made for item in batch) == list(range(len(items)))
    # Lengths are jumbled by up to eleven tokens, so that a batch may be padded a little beyond.
    for batch in made:
        assert len(batch) * max(len(item.window.ids) for item in batch) <= BATCH_TOKENS + 12 * len(batch)
