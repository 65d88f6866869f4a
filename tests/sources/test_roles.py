import pytest

from journeyai.model.vocabulary import Kind, Role
from journeyai.sources.people import person_key
from journeyai.sources.roles import Cast, cast, role_by_words, serves


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Moderator", "researcher"),
        ("Moderadora", "researcher"),
        ("Entrevistador(a)", "researcher"),
        ("User researcher", "researcher"),
        ("Agent Priya", "agent"),
        ("Customer service", "agent"),
        ("Atención al cliente", "agent"),
        ("Tarny (bot)", "agent"),
        ("Asesora", "agent"),
        ("P1", "customer"),
        ("p03", "customer"),
        ("Participant 3", "customer"),
        ("D11", "customer"),
        ("U2", "customer"),
        ("Ana (P4)", "customer"),
        ("Leon (customer)", "customer"),
        ("Clienta", "customer"),
        ("System", "system"),
        ("Locución", "system"),
        ("Speaker 2", None),
        ("Priya", None),
        ("Agentina Pérez", None),
    ],
)
def test_the_words_of_a_label_tell_the_role(label: str, role: Role | None) -> None:
    assert role_by_words(label) == role


INTERVIEW = [
    ("Ruth", "Thanks for joining. Can you tell me how you found it?"),
    ("Omar", "A friend told me."),
    ("Ruth", "And then?"),
    ("Omar", "I signed up. Why would I not?"),
    ("Omar", "It took three tries."),
]
CHAT = [
    ("Omar", "hi, my bike never came"),
    ("Ruth", "Thank you for contacting us. How can I help you today?"),
    ("Omar", "can you check it?"),
    ("Ruth", "Let me check that for you."),
]
LLAMADA = [
    ("Irene", "Buenos días, le atiende Irene, ¿en qué puedo ayudarle?"),
    ("Saúl", "No me llega la factura."),
]


@pytest.mark.parametrize(
    ("said", "kind", "roles"),
    [
        (INTERVIEW, "interview", {"Ruth": "researcher", "Omar": "customer"}),
        (CHAT, "chat", {"Omar": "customer", "Ruth": "agent"}),
        (LLAMADA, "call", {"Irene": "agent", "Saúl": "customer"}),
        (
            [("Moderator", "So?"), ("Dana", "It broke.")],
            "interview",
            {"Moderator": "researcher", "Dana": "customer"},
        ),
        (
            [("Marta", "Mi pedido no llega."), ("Sol", "Hola, ¿me das el número de pedido?")],
            "chat",
            {"Marta": "customer", "Sol": "agent"},
        ),
        ([("Priya", "Hello."), ("Customer", "Hi.")], "chat", {"Priya": "agent", "Customer": "customer"}),
        (
            [
                ("Fern", "Hi, I'm Fern! I am a bot."),
                ("Ana", "it is stuck"),
                ("Fern", "Tips!"),
                ("Dom", "Hello there."),
            ],
            "chat",
            {"Fern": "agent", "Ana": "customer", "Dom": "agent"},
        ),
        (
            [
                ("Casa Tomillo", "Elige una opción: 1 Comprar, 2 Mi pedido."),
                ("Blanca", "me dijo marca 2 para seguir y nada"),
                ("Agente Wil", "Lo miro."),
            ],
            "chat",
            {"Casa Tomillo": "agent", "Blanca": "customer", "Agente Wil": "agent"},
        ),
        (
            [("Leo Sand", "My oven is cold."), ("Ida Marsh (Norvia)", "We send a man.")],
            "chat",
            {"Leo Sand": "customer", "Ida Marsh (Norvia)": "agent"},
        ),
        (
            [("Norvia - Ida", "Good morning."), ("Customer - Leo", "My oven is cold.")],
            "call",
            {"Norvia - Ida": "agent", "Customer - Leo": "customer"},
        ),
        (
            [("Marta (Oviedo)", "No calienta."), ("Sol", "¿En qué puedo ayudarle?")],
            "chat",
            {"Marta (Oviedo)": "customer", "Sol": "agent"},
        ),
        ([("Q", "Why?"), ("A", "Because.")], "interview", {"Q": "researcher", "A": "customer"}),
        ([("P", "¿Por qué?"), ("R", "Porque sí.")], "interview", {"P": "researcher", "R": "customer"}),
        ([("E", "¿Por qué?"), ("P", "Porque sí.")], "interview", {"E": "researcher", "P": "customer"}),
    ],
)
def test_plain_names_are_told_by_how_they_talk(
    said: list[tuple[str, str]], kind: Kind, roles: dict[str, Role]
) -> None:
    assert cast("a.txt", said, kind, {}) == Cast(roles)


@pytest.mark.parametrize(
    ("words", "served"),
    [
        ("Buenos días, le atiende Bruno.", True),
        ("Hola, te habla Marta de Norvia.", True),
        ("Les saluda Íñigo, ¿qué necesitan?", True),
        ("Te habla con un cariño que se te pasan los nervios.", False),
        ("TE HABLA CON UN CARIÑO ENORME", False),
        ("La de la ventanilla no te saluda nunca y te atiende de pie.", False),
        ("Te atiende quien puede, y si no, nadie.", False),
    ],
)
def test_only_who_gives_a_name_introduces_themselves(words: str, served: bool) -> None:
    assert serves(words) == served


def test_a_customer_who_tells_how_one_is_spoken_to_stays_a_customer() -> None:
    said = [
        ("Rosa", "Te habla con un cariño que se te pasan los nervios."),
        ("Sol", "Gracias por llamar, le atiende Sol."),
    ]
    assert cast("a.txt", said, "call", {}) == Cast({"Rosa": "customer", "Sol": "agent"})


def test_who_cannot_be_told_is_unknown_and_the_setting_is_shown() -> None:
    assert cast("chats/a.txt", [("Ana", "Hola."), ("Luis", "Hola.")], "chat", {}) == Cast(
        {"Ana": "unknown", "Luis": "unknown"},
        (
            "It cannot be told which of Ana, Luis is a customer and who asks or serves, so their words are not used; "
            'set it in journey.toml, such as [sources."chats/a.txt"] roles = { "Ana" = "customer", "Luis" = "agent" }, '
            'the other way round, or as "researcher".',
        ),
    )


def test_what_the_user_sets_wins_and_the_star_is_everybody_else() -> None:
    said = [("Agent Ana", "How can I help?"), ("P1", "Hola."), ("Luis", "Hola.")]
    assert cast("a.txt", said, "chat", {"agent ana": "customer", "*": "system"}) == Cast(
        {"Agent Ana": "customer", "P1": "system", "Luis": "system"}
    )


@pytest.mark.parametrize(
    ("record", "speaker", "author", "key"),
    [
        (None, "P3", None, "a.csv|P3"),
        ("7", "Ana  Ruiz", None, "a.csv|Ana Ruiz"),
        ("7", "Customer", None, "a.csv#7|Customer"),
        (None, "Usuario", None, "a.csv#|Usuario"),
        ("7", "Customer", "Ana", "a.csv|Ana"),
        ("7", "7", "A Google user", "a.csv|7"),
        ("7", None, None, "a.csv#7"),
        (None, None, None, "a.csv#"),
    ],
)
def test_a_name_is_a_person_and_a_generic_word_is_one_in_each_record(
    record: str | None, speaker: str | None, author: str | None, key: str
) -> None:
    assert person_key("a.csv", record, speaker, author) == key
