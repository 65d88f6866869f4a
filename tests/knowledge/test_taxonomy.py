import pytest

from journeyai.errors import ResourceError
from journeyai.knowledge.taxonomy import read_taxonomy


def test_a_list_of_words_that_is_not_there_is_named() -> None:
    with pytest.raises(ResourceError, match=r"^`knowledge/taxonomy/verbs\.yaml` cannot be read: ") as caught:
        read_taxonomy("verbs")

    assert caught.value.hint == "Install JourneyAI again."


def test_the_stop_words_are_there_in_both_languages() -> None:
    assert set(read_taxonomy("stopwords")) == {"en", "es"}
