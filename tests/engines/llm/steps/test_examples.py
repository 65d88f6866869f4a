from journeyai.engines.llm.steps.examples import is_copied


def test_what_stands_in_the_example_and_not_in_the_material_is_copied() -> None:
    assert is_copied("observe", "Parcel arrives damaged.", ["It's C for Charlie, seven seven zero."])


def test_what_the_material_says_too_is_no_copy() -> None:
    assert not is_copied("observe", "parcel arrives damaged", ["The parcel was soaked and dented."])


def test_what_the_example_does_not_say_is_no_copy() -> None:
    assert not is_copied("observe", "app logs out at night", ["Nothing of the kind."])


def test_names_of_fields_and_short_labels_are_no_examples() -> None:
    assert not is_copied("observe", "courier", ["Nothing of the kind."])
