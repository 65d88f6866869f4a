"""Tables of a team's own."""

from journeyai.importing.believed import Believed
from journeyai.importing.grid import read_grid
from journeyai.importing.names import StageNames
from journeyai.importing.sheets import read_rows
from journeyai.knowledge.templates import load_template

NAMES = StageNames.of_template(load_template("cx-lifecycle"))


def read(text: str) -> Believed:
    believed = Believed()
    assert read_grid(read_rows(text, "map.csv"), NAMES, believed)
    return believed


def told(found: Believed) -> list[tuple[str, str, str]]:
    return [(belief.stage, belief.lane, belief.text) for belief in found.beliefs]


def test_stages_across_and_lanes_down() -> None:
    found = read("Lane;Purchase;Use\nPain points;Too dear;\n;Too slow;Heavy\nEmotions;2;4\n")
    assert told(found) == [
        ("Purchase", "pain_point", "Too dear"),
        ("Purchase", "pain_point", "Too slow"),
        ("Use", "pain_point", "Heavy"),
    ]
    assert found.feelings == {"Purchase": [-1.0], "Use": [1.0]}


def test_lanes_across_and_stages_down() -> None:
    found = read("Etapa,Puntos de dolor,Emociones\nCompra,Caro,🙁\nUso,,😀 a diario\n")
    assert told(found) == [("Compra", "pain_point", "Caro"), ("Uso", "thought", "a diario")]
    assert found.feelings == {"Compra": [-1.0], "Uso": [2.0]}


def test_a_row_a_card() -> None:
    found = read(
        "Phase,Type,Card,Persona,Score,Comment\nUse,Pain,Heavy,Kim,1,in the shed\nUse,Wish,Lighter,,3,\nBuy,,Dear,,,\n"
    )
    assert told(found) == [
        ("Use", "pain_point", "Heavy"),
        ("Use", "need", "Lighter"),
        ("Buy", "thought", "Dear"),
    ]
    first = found.beliefs[0]
    assert (first.persona, first.valence, first.detail, first.row) == ("Kim", -2.0, "in the shed", 2)


def test_a_card_with_line_breaks_is_several() -> None:
    assert [text for _, _, text in told(read('x,Use\nNeeds,"- one\n- two\n\n- three"\n'))] == [
        "one",
        "two",
        "three",
    ]


def test_names_that_nobody_knows_are_kept_and_told() -> None:
    found = read("x,Foyer,Stalls\nGlow,warm,dark\n")
    assert told(found) == [("Foyer", "thought", "warm"), ("Stalls", "thought", "dark")]
    assert [key for key, _ in found.told] == ["table_guessed"]


def test_one_column_is_no_map() -> None:
    assert not read_grid(read_rows("a\nb\n", "x.csv"), NAMES, Believed())
