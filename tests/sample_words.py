# ruff: noqa: E501
"""What the people of the invented libraries say.  Data only: `sample_map` makes maps of it."""

from dataclasses import dataclass
from typing import Any, Literal

from journeyai.model.vocabulary import Channel, Emotion, Lane

Said = tuple[tuple[str, str], ...]
"""(speaker, words) …"""


@dataclass(frozen=True)
class CardData:
    """A card and the words behind it."""

    stage: str
    lane: Lane
    title: str
    quotes: Said = ()
    valence: float = 0.0
    emotion: Emotion = "neutral"
    severity: Literal[1, 2, 3] | None = None
    channel: Channel | None = None
    against: Said = ()
    status: Literal["draft", "accepted", "edited", "rejected"] = "draft"
    locked: bool = False
    owner: str | None = None
    detail: str = ""
    stability: float | None = None


@dataclass(frozen=True)
class MapData:
    """Everything a sample map is made of."""

    language: str
    heading: tuple[str, str, tuple[str, str]]
    stages: dict[str, str]
    summaries: dict[str, str]
    moments: tuple[str, ...]
    personas: dict[str, dict[str, Any]]
    members: dict[str, tuple[str, ...]]
    transitions: tuple[tuple[str, str, int], ...]
    cards: tuple[CardData, ...]


ENGLISH = MapData(
    language="en",
    heading=(
        "A library card that gets used",
        "Find out why a third of new members never borrow a second book",
        ("moving into the city", "renewing the card after a year"),
    ),
    stages={
        "discovery": "Discovery",
        "consideration": "Consideration",
        "purchase": "Joining",
        "onboarding": "First loan",
        "use": "Everyday use",
        "support": "Getting help",
        "loyalty": "Staying a member",
    },
    summaries={
        "purchase": "The form asks for too much, too early, and shows its price last.",
        "support": "One lost return can undo a year of goodwill.",
    },
    moments=("purchase", "support"),
    personas={
        "p1": {
            "name": "The one-book visitor",
            "summary": "Comes for one title, leaves when the form takes longer than the reading.",
            "goals": ("Borrow the same day", "Know the price before joining"),
            "motivations": ("A new start in the city",),
            "frustrations": ("The deposit is shown only at the last step", "The form forgets what was typed"),
            "behaviours": ("Looks things up on the phone, then walks in",),
            "channels": ("web", "store"),
            "confirmed": True,
        },
        "p2": {
            "name": "The family on Saturday",
            "summary": "Borrows by the dozen, for three people on one card.",
            "goals": ("Find everything on one visit", "Keep track of what is due"),
            "frustrations": ("Fines grow while a returned book is looked for",),
            "channels": ("app", "store", "word_of_mouth"),
        },
        "p3": {
            "name": "The night reader",
            "summary": "Lives in the app, comes in twice a year.",
            "goals": ("Read what friends are reading this month",),
            "frustrations": (
                "Waiting lists for new novels run to months",
                "E-books vanish before they are finished",
            ),
            "channels": ("app", "email"),
        },
    },
    members={
        "p1": ("P1", "P3", "P5", "Noor", "R02", "R07", "R14", "T4711"),
        "p2": ("P2", "P4", "Ilse", "R05", "R21", "T4718"),
        "p3": ("P6", "R11", "R30", "R33", "T4725"),
    },
    transitions=(("support", "purchase", 3), ("discovery", "onboarding", 2)),
    cards=(
        CardData(
            "discovery",
            "motivation",
            "Moving house is when people look for a library",
            (
                (
                    "P1",
                    "We had boxes everywhere and no books unpacked, so I went looking for the library in the first week.",
                ),
                ("P4", "New city, new school, and the first thing my daughter asked about was the library."),
                ("R03", "Joined the week I moved here."),
            ),
            0.5,
            "neutral",
        ),
        CardData(
            "discovery",
            "delight",
            "The window displays draw people in from the street",
            (
                ("P2", "There was a whole window about whales and the children just pulled me in."),
                ("R05", "Best shop window in the street, and it is a library."),
                ("R21", "I came in because of the crime novels in the window."),
            ),
            1.4,
            "joy",
            channel="store",
        ),
        CardData(
            "discovery",
            "pain_point",
            "The opening hours are hard to find on the website",
            (
                (
                    "P1",
                    "I stood in front of a closed door twice, because the hours are on a page I never found.",
                ),
                ("P3", "Two clicks down, under About us, who looks there?"),
                ("R02", "Opening hours??"),
                ("R14", "Website says ten, door says eleven."),
                ("Ilse", "hi, when are you open on saturdays? cant find it anywhere"),
            ),
            -1.1,
            "frustration",
            2,
            "web",
            against=(("R08", "Opening times right there on the map, no problem."),),
        ),
        CardData(
            "discovery",
            "question",
            "May one join without an address in the city?",
            (
                ("Noor", "do i need to live here to get a card? i only work in the city"),
                ("P5", "I did not know whether a sublet counts."),
            ),
            -0.2,
            "confusion",
        ),
        CardData(
            "discovery",
            "touchpoint",
            "A leaflet in the town hall's welcome pack",
            (
                ("P4", "It was in the envelope from the town hall, between the bins and the parking."),
                ("R11", "Found the leaflet in the welcome pack."),
            ),
            0.2,
            "neutral",
            channel="post",
        ),
        CardData(
            "discovery",
            "action",
            "People look the library up on a map before its website",
            (
                ("P3", "I just searched for library on the map and walked to the nearest dot."),
                ("R19", "Google it, walk in."),
            ),
            0.1,
            "neutral",
            channel="web",
        ),
        CardData(
            "consideration",
            "thought",
            "Parents weigh us against the bookshop next door",
            detail="Heard at the front desk; nobody has asked.",
        ),
        CardData(
            "purchase",
            "pain_point",
            "The deposit is shown only at the last step of the form",
            (
                (
                    "P3",
                    "I had typed in everything, my address, my employer, my landlord, and only on the very last page, under the button, it said that there would be a deposit of twelve euros, which I would have paid gladly if anybody had told me so on the first page.",
                ),
                ("P1", "Twelve euros. At the end. I closed the tab."),
                ("P5", "It felt like one of those airline sites where the price grows while you type."),
                ("R07", "Free library, they say. Then the deposit."),
                (
                    "T4711",
                    "Your form did not mention any deposit until I was asked for my card number. Please delete my data.",
                ),
            ),
            -1.6,
            "anger",
            3,
            "web",
            status="accepted",
            locked=True,
            stability=0.9,
            against=(
                ("R33", "The deposit is on the poster by the door, and you get it back."),
                ("P6", "I knew about the deposit, a friend had told me."),
            ),
        ),
        CardData(
            "purchase",
            "pain_point",
            "Proof of address is refused without a reason",
            (
                ("P5", "She looked at my sublet contract, said no, and called the next person."),
                ("R02", "Refused my electricity bill, accepted my neighbour's."),
                (
                    "T4711",
                    "I was sent away twice with two different documents and still do not know which one you accept.",
                ),
            ),
            -1.7,
            "anger",
            3,
            "store",
        ),
        CardData(
            "purchase",
            "pain_point",
            "The form forgets everything when the session ends",
            (
                ("P1", "I went to find my passport, and when I came back it was all gone."),
                ("Noor", "it logged me out and now its empty again :("),
                ("R14", "Filled it in three times."),
            ),
            -1.3,
            "frustration",
            2,
            "web",
        ),
        CardData(
            "purchase",
            "pain_point",
            "The password must change after the first sign-in",
            (("P4", "I had just made one up, and it wanted another."),),
            -0.7,
            "frustration",
            1,
            "web",
        ),
        CardData(
            "purchase",
            "pain_point",
            "The photo for the card must be taken at the desk",
            (
                ("R19", "Queue for the photo."),
                ("T4725", "Do I really have to come in for a photo if you have my passport?"),
            ),
            -0.9,
            "frustration",
            2,
            "store",
        ),
        CardData(
            "purchase",
            "need",
            "Join on the phone in under five minutes",
            (
                ("P3", "I want to do it on the bus, like everything else."),
                ("R30", "Why can't I just scan my ID with the app?"),
                ("P2", "One form for the three of us would be enough."),
            ),
            -0.3,
            "neutral",
            channel="app",
        ),
        CardData(
            "purchase",
            "expectation",
            "A public library card is free",
            (
                ("R07", "It is a public library, of course it should cost nothing."),
                ("P1", "I assumed it was free, my last one was."),
            ),
            -0.6,
            "disappointment",
        ),
        CardData(
            "purchase",
            "thought",
            "What happens to my data?",
            (("P5", "What does a library want with the name of my employer, I thought."),),
            -0.8,
            "anxiety",
            channel="web",
        ),
        CardData(
            "purchase",
            "technical_limit",
            "The form needs a newer phone than many people have",
            (
                ("R19", "Does not load on my old phone, had to borrow my son's."),
                ("P4", "On the tablet from the school the button was outside the screen."),
            ),
            -0.7,
            "frustration",
            channel="web",
        ),
        CardData(
            "purchase",
            "action",
            "People give up on the form and walk in instead",
            (
                ("P3", "So I shut the laptop and went there in my lunch break."),
                ("Noor", "ok ill just come by"),
                ("R02", "Gave up online, did it at the desk."),
            ),
            -0.5,
            "frustration",
            channel="store",
        ),
        CardData(
            "purchase",
            "measure",
            "Joining is rated 2.9 of 5",
            (
                ("S04", "2"),
                ("S09", "4"),
                ("S12", "3, because the lady at the desk was lovely."),
            ),
            -0.2,
            "neutral",
        ),
        CardData(
            "purchase",
            "back_stage",
            "Every address is checked by hand at the end of the day",
            (
                (
                    "K2",
                    "We look at every address by hand after closing, so a card applied for at noon is ready the next day.",
                ),
            ),
            0.0,
            "neutral",
        ),
        CardData(
            "purchase",
            "pain_point",
            "The colours of the form are tiring",
            (("R21", "That orange!"),),
            -0.4,
            "neutral",
            1,
            "web",
            status="rejected",
        ),
        CardData(
            "purchase",
            "opportunity",
            "Say the deposit before the first field of the form",
            (
                ("P3", "If anybody had told me so on the first page."),
                ("P5", "Just say it at the start."),
            ),
            0.3,
            "neutral",
            owner="Membership team",
            status="edited",
        ),
        CardData(
            "onboarding",
            "delight",
            "Self-checkout takes seconds",
            (
                ("P1", "You put the pile on the plate and it knows, it just knows."),
                ("R05", "In and out in one minute."),
                ("P6", "Fastest thing in this town."),
                ("R30", "Self checkout 10/10"),
            ),
            1.5,
            "joy",
            channel="store",
        ),
        CardData(
            "onboarding",
            "delight",
            "Staff walk newcomers to the shelf",
            (
                ("P4", "He did not point, he came with us, all the way up to the second floor."),
                ("R11", "Kind people who actually walk with you."),
                ("P5", "After the business with the form I had not expected somebody so patient."),
            ),
            1.6,
            "relief",
            channel="store",
        ),
        CardData(
            "onboarding",
            "pain_point",
            "The first e-mails end in the spam folder",
            (
                ("P6", "My PIN was in spam for a week."),
                ("R33", "Never got the welcome e-mail, found it later under junk."),
            ),
            -0.9,
            "confusion",
            1,
            "email",
        ),
        CardData(
            "onboarding",
            "question",
            "How many books may I take at first?",
            (
                ("Noor", "is there a limit for new members"),
                ("P2", "Nobody could tell me whether the children's books count."),
            ),
            -0.1,
            "confusion",
        ),
        CardData(
            "onboarding",
            "need",
            "Know when a reserved book is ready",
            (
                ("P6", "Just tell me it is there, and on which shelf."),
                ("R21", "A text message when it's in would be nice."),
            ),
            -0.2,
            "neutral",
            channel="sms",
        ),
        CardData(
            "onboarding",
            "touchpoint",
            "The welcome e-mail with the PIN",
            (("P1", "Then an e-mail came with a number and a drawing of an owl."),),
            0.3,
            "neutral",
            channel="email",
        ),
        CardData(
            "use",
            "delight",
            "The app renews a loan in one tap",
            (
                ("P6", "Half asleep, one tap, three more weeks."),
                ("R30", "Renewing in the app is how everything should work."),
                ("P2", "I renew the lot while I wait for the pasta."),
                ("R11", "App is great"),
            ),
            1.3,
            "satisfaction",
            channel="app",
            against=(("R14", "The app logged me out and renewed nothing."),),
        ),
        CardData(
            "use",
            "pain_point",
            "Waiting lists for new novels run to months",
            (
                ("P6", "I was number forty-one. By the time it is my turn they will have made the film."),
                ("R33", "Five months for a paperback."),
                ("T4725", "My reservation has said position 17 since March."),
                ("R30", "Everything new is always out."),
            ),
            -1.2,
            "disappointment",
            2,
            "app",
        ),
        CardData(
            "use",
            "pain_point",
            "E-books vanish before people finish them",
            (
                (
                    "P6",
                    "Two chapters before the end it was simply gone from my tablet, at one in the morning.",
                ),
                ("R11", "Ebook disappeared mid sentence."),
                ("T4725", "The loan ended a day earlier than the app had said."),
            ),
            -1.5,
            "frustration",
            2,
            "app",
        ),
        CardData(
            "use",
            "pain_point",
            "The reading room is cold in winter",
            (("R08", "Bring a coat."),),
            -0.6,
            "disappointment",
            1,
            "store",
        ),
        CardData(
            "use",
            "delight",
            "The children's hour fills the whole Saturday",
            (
                ("P2", "They read, they draw, and I get one hour with my own book."),
                ("R05", "Story time!! My son counts the days."),
                ("P4", "It is the only place where nobody tells her to be quiet."),
            ),
            1.7,
            "joy",
            channel="store",
        ),
        CardData(
            "use",
            "need",
            "A quiet corner to work in on Saturdays",
            (
                ("R03", "A door that closes, that's all I ask."),
                ("P3", "I would come every Saturday if there was one quiet room."),
            ),
            -0.3,
            "neutral",
            channel="store",
        ),
        CardData(
            "use",
            "motivation",
            "The reading group keeps people coming back",
            (("P4", "If it was not for the group on Thursdays I would have stopped reading."),),
            1.0,
            "joy",
        ),
        CardData(
            "use",
            "action",
            "People reserve at night and collect on the way to work",
            (
                ("P6", "I order in bed and fetch it at eight."),
                ("R30", "Reserve at night, pick up before work."),
            ),
            0.6,
            "satisfaction",
            channel="app",
        ),
        CardData(
            "support",
            "pain_point",
            "Fines go on growing while a returned book is looked for",
            (
                (
                    "P2",
                    "I put it in the box on Sunday. On Thursday they still said I had it, and every day it was fifty cents more, for a book that was standing on their own shelf, with my daughter's bookmark in it.",
                ),
                ("Ilse", "i returned it a week ago and the fine is still going up??"),
                ("T4718", "I am asked to pay 14 euros for a book that your colleague found on the shelf."),
                ("R21", "Paid a fine for a book I had brought back."),
                ("P4", "You begin to doubt yourself, did I really bring it back."),
            ),
            -1.8,
            "anger",
            3,
            "store",
            status="accepted",
        ),
        CardData(
            "support",
            "pain_point",
            "Nobody answers the phone before noon",
            (
                ("P1", "It rings and rings."),
                ("R08", "Phone lines open at twelve, who works like that"),
            ),
            -1.0,
            "frustration",
            2,
            "phone",
        ),
        CardData(
            "support",
            "delight",
            "The chat settles things in minutes",
            (
                ("Ilse", "wow that was quick thank you!!"),
                ("Noor", "great, thats all i needed"),
            ),
            1.2,
            "relief",
            channel="chat",
            against=(("T4725", "Your chat sent me back to the phone."),),
        ),
        CardData(
            "support",
            "expectation",
            "A receipt for every book brought back",
            (
                ("P2", "Every parcel shop gives you a slip, why not you."),
                ("T4718", "I would have expected some proof of return."),
            ),
            -0.7,
            "disappointment",
            channel="store",
        ),
        CardData(
            "support",
            "back_stage",
            "Returned books wait up to two days to be scanned",
            (("K1", "Honestly, the box is emptied every morning, but scanning can take us two days."),),
            0.0,
            "neutral",
        ),
        CardData(
            "support",
            "opportunity",
            "Stop the fine on the day the book is dropped in the box",
            (
                ("T4718", "Please count the day I put it in, not the day you scan it."),
                ("P2", "Just believe the box."),
                ("Ilse", "cant you use the date of the box"),
            ),
            0.1,
            "neutral",
            owner="Circulation desk",
        ),
        CardData(
            "support",
            "action",
            "People post a picture of their fine",
            (("R21", "Put the letter on our neighbourhood group, forty comments."),),
            -1.1,
            "anger",
            channel="social",
        ),
        CardData(
            "loyalty",
            "delight",
            "People recommend the library to their neighbours",
            (
                ("P4", "I took the whole staircase there, all four floors of it."),
                ("R05", "Tell everyone!"),
                ("P6", "I gave my sister a card for her birthday."),
            ),
            1.5,
            "joy",
            channel="word_of_mouth",
        ),
        CardData(
            "loyalty",
            "pain_point",
            "Renewing the card needs a visit in person",
            (
                (
                    "P6",
                    "I read everything on a screen, and once a year I must show my face to prove I still exist.",
                ),
                ("R33", "Had to take a morning off to renew."),
                ("R30", "Why in person?"),
            ),
            -1.1,
            "frustration",
            2,
            "store",
        ),
        CardData(
            "loyalty",
            "touchpoint",
            "A text message a week before the card expires",
            (("P2", "The reminder came just in time."),),
            0.7,
            "relief",
            channel="sms",
        ),
    ),
)

SPANISH = MapData(
    language="es",
    heading=(
        "Un carné que se usa",
        "Entender por qué un tercio de los socios nuevos no vuelve a pedir un libro",
        ("la mudanza a la ciudad", "la renovación del carné"),
    ),
    stages={
        "discovery": "Descubrimiento",
        "consideration": "Consideración",
        "purchase": "Alta",
        "onboarding": "Primer préstamo",
        "use": "Uso diario",
        "support": "Ayuda",
        "loyalty": "Permanencia",
    },
    summaries={"purchase": "El formulario pide demasiado, demasiado pronto, y enseña la fianza al final."},
    moments=("support",),
    personas={
        "p1": {
            "name": "Quien viene a por un libro",
            "summary": "Busca un título y se va si el alta tarda más que la lectura.",
            "goals": ("Llevarse el libro el mismo día", "Saber el precio antes de darse de alta"),
            "frustrations": ("La fianza aparece en el último paso",),
            "channels": ("web", "store"),
        },
        "p2": {
            "name": "La familia del sábado",
            "summary": "Se lleva los libros por docenas, con un solo carné para tres.",
            "goals": ("Encontrarlo todo en una visita",),
            "frustrations": ("La multa crece mientras buscan un libro devuelto",),
            "channels": ("app", "word_of_mouth"),
            "confirmed": True,
        },
        "p3": {
            "name": "Quien lee de noche",
            "summary": "Vive en la aplicación y pisa la biblioteca dos veces al año.",
            "goals": ("Leer lo que leen sus amigos",),
            "channels": ("app",),
        },
    },
    members={
        "p1": ("P1", "P3", "Nuria", "R02", "R07", "T4711"),
        "p2": ("P2", "P4", "R05", "T4718"),
        "p3": ("P5", "R11", "R30"),
    },
    transitions=(("support", "purchase", 1), ("discovery", "onboarding", 2)),
    cards=(
        CardData(
            "discovery",
            "motivation",
            "La mudanza es cuando se busca una biblioteca",
            (
                (
                    "P1",
                    "Teníamos cajas por todas partes y ni un libro a mano, así que la primera semana fui a buscarla.",
                ),
                (
                    "P4",
                    "Ciudad nueva, cole nuevo, y lo primero que me preguntó la niña fue por la biblioteca.",
                ),
            ),
            0.5,
            "neutral",
        ),
        CardData(
            "discovery",
            "delight",
            "El escaparate atrae a la gente desde la calle",
            (
                ("P2", "Había un escaparate entero de ballenas y los niños me arrastraron dentro."),
                ("R05", "El mejor escaparate de la calle, y es una biblioteca."),
            ),
            1.4,
            "joy",
            channel="store",
        ),
        CardData(
            "discovery",
            "pain_point",
            "Cuesta encontrar el horario en la web",
            (
                (
                    "P1",
                    "Dos veces me encontré la puerta cerrada, porque el horario está en una página que nunca vi.",
                ),
                ("R02", "¿¿Horario??"),
                ("Nuria", "hola, ¿abrís los sábados? no lo encuentro por ningún lado"),
            ),
            -1.1,
            "frustration",
            2,
            "web",
            against=(("R08", "El horario sale en el mapa, sin problema."),),
        ),
        CardData("consideration", "thought", "Las familias nos comparan con la librería de al lado"),
        CardData(
            "purchase",
            "pain_point",
            "La fianza aparece solo en el último paso del formulario",
            (
                (
                    "P3",
                    "Había escrito ya todo, la dirección, la empresa, hasta el nombre del casero, y solo en la última página, debajo del botón, ponía que había una fianza de doce euros, que yo habría pagado encantado si alguien me lo hubiera dicho al principio.",
                ),
                ("P1", "Doce euros. Al final. Cerré la pestaña."),
                ("R07", "Biblioteca gratis, dicen. Y luego la fianza."),
                (
                    "T4711",
                    "Su formulario no menciona ninguna fianza hasta que pide la tarjeta. Borren mis datos, por favor.",
                ),
            ),
            -1.6,
            "anger",
            3,
            "web",
            status="accepted",
            locked=True,
            against=(("R30", "Lo de la fianza está en el cartel de la puerta, y te la devuelven."),),
        ),
        CardData(
            "purchase",
            "pain_point",
            "El formulario lo olvida todo cuando caduca la sesión",
            (
                ("P1", "Fui a por el pasaporte y al volver no quedaba nada."),
                ("Nuria", "me ha echado y ahora está vacío otra vez :("),
            ),
            -1.3,
            "frustration",
            2,
            "web",
        ),
        CardData(
            "purchase",
            "need",
            "Darse de alta con el móvil en cinco minutos",
            (
                ("P3", "Quiero hacerlo en el autobús, como todo lo demás."),
                ("R30", "¿Por qué no puedo escanear el DNI con la aplicación?"),
            ),
            -0.3,
            "neutral",
            channel="app",
        ),
        CardData(
            "purchase",
            "expectation",
            "El carné de una biblioteca pública es gratis",
            (("R07", "Es pública, claro que tendría que ser gratis."),),
            -0.6,
            "disappointment",
        ),
        CardData(
            "purchase",
            "measure",
            "El alta se valora con un 2,9 sobre 5",
            (
                ("S04", "2"),
                ("S09", "4, por la señora del mostrador."),
            ),
            0.0,
            "neutral",
        ),
        CardData(
            "purchase",
            "back_stage",
            "Cada dirección se comprueba a mano al cerrar",
            (
                (
                    "K2",
                    "Miramos todas las direcciones a mano cuando cerramos, así que el carné sale al día siguiente.",
                ),
            ),
            0.0,
            "neutral",
        ),
        CardData(
            "purchase",
            "opportunity",
            "Decir lo de la fianza antes del primer campo",
            (("P3", "Si alguien me lo hubiera dicho al principio."),),
            0.3,
            "neutral",
            owner="Equipo de socios",
        ),
        CardData(
            "onboarding",
            "delight",
            "El autopréstamo tarda segundos",
            (
                ("P1", "Pones la pila encima y lo sabe, sin más."),
                ("R05", "Entrar y salir en un minuto."),
                ("P5", "Lo más rápido de esta ciudad."),
            ),
            1.5,
            "joy",
            channel="store",
        ),
        CardData(
            "onboarding",
            "pain_point",
            "Los primeros correos acaban en el correo no deseado",
            (("P5", "El PIN estuvo una semana entre el correo no deseado."),),
            -0.9,
            "confusion",
            1,
            "email",
        ),
        CardData(
            "onboarding",
            "touchpoint",
            "El correo de bienvenida con el PIN",
            (("P1", "Luego llegó un correo con un número y el dibujo de un búho."),),
            0.3,
            "neutral",
            channel="email",
        ),
        CardData(
            "use",
            "delight",
            "La aplicación renueva un préstamo con un toque",
            (
                ("P5", "Medio dormida, un toque, tres semanas más."),
                ("R30", "Así tendría que funcionar todo."),
                ("P2", "Lo renuevo todo mientras hierve la pasta."),
            ),
            1.3,
            "satisfaction",
            channel="app",
        ),
        CardData(
            "use",
            "pain_point",
            "La lista de espera de las novedades dura meses",
            (
                ("P5", "Era la número cuarenta y uno. Cuando me toque ya habrán hecho la película."),
                ("R11", "Cinco meses por un libro de bolsillo."),
            ),
            -1.2,
            "disappointment",
            2,
            "app",
        ),
        CardData(
            "use",
            "action",
            "Se reserva de noche y se recoge camino del trabajo",
            (("P5", "Lo pido en la cama y lo recojo a las ocho."),),
            0.6,
            "satisfaction",
            channel="app",
        ),
        CardData(
            "support",
            "pain_point",
            "La multa sigue creciendo mientras buscan un libro devuelto",
            (
                (
                    "P2",
                    "Lo dejé en el buzón el domingo. El jueves todavía decían que lo tenía yo, y cada día eran cincuenta céntimos más, por un libro que estaba en su propia estantería.",
                ),
                ("T4718", "Me piden 14 euros por un libro que su compañera encontró en el estante."),
                ("P4", "Empiezas a dudar de ti misma: ¿de verdad lo devolví?"),
            ),
            -1.8,
            "anger",
            3,
            "store",
            status="edited",
        ),
        CardData(
            "support",
            "pain_point",
            "Nadie coge el teléfono antes de mediodía",
            (("R08", "¿Teléfono a partir de las doce? ¿Quién trabaja así?"),),
            -1.0,
            "frustration",
            2,
            "phone",
        ),
        CardData(
            "support",
            "delight",
            "El chat lo arregla en minutos",
            (("Nuria", "¡qué rápido, mil gracias!"),),
            1.2,
            "relief",
            channel="chat",
        ),
        CardData(
            "loyalty",
            "delight",
            "La gente recomienda la biblioteca a sus vecinos",
            (
                ("P4", "Me llevé a toda la escalera, los cuatro pisos."),
                ("R05", "¡Contádselo a todo el mundo!"),
            ),
            1.5,
            "joy",
            channel="word_of_mouth",
        ),
        CardData(
            "loyalty",
            "pain_point",
            "Renovar el carné obliga a ir en persona",
            (
                (
                    "P5",
                    "Leo todo en pantalla y una vez al año tengo que enseñar la cara para demostrar que existo.",
                ),
                ("R11", "Tuve que pedir la mañana libre."),
            ),
            -1.1,
            "frustration",
            2,
            "store",
        ),
        CardData(
            "loyalty",
            "pain_point",
            "El aviso de caducidad es naranja",
            (("R08", "¡Ese naranja!"),),
            -0.3,
            "neutral",
            1,
            status="rejected",
        ),
    ),
)
