"""Every method's row of the field's digest, in drafts of both sample studies and on a hostile map.

`FIELD` is written from the digest of the methods, not from the templates: what a row asks for, in its order, as a
researcher finds it on the map in English and in Spanish.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import cell_len
from tests.rendering.screen import printed
from tests.sample_map import hostile_map
from tests.studies import SAMPLES

from journeyai.app import Study
from journeyai.export import export
from journeyai.export.elements import Element, elements
from journeyai.export.markdown import escaped
from journeyai.export.material import Material
from journeyai.export.reading import Reading
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.journey import JourneyMap
from journeyai.rendering.journey import render_map

Names = tuple[tuple[str, str], ...]

FIELD: Final[dict[str, Names]] = {
    "seven-steps": (
        ("Objective", "Objetivo"),
        ("Clients", "Clientes"),
        ("Empathy map", "Mapa de empatía"),
        ("Stages", "Etapas"),
        ("Needs", "Necesidades"),
        ("Activities", "Actividades"),
        ("Touchpoints: positive", "Puntos de contacto: positivos"),
        ("Touchpoints: neutral", "Puntos de contacto: neutros"),
        ("Touchpoints: negative", "Puntos de contacto: negativos"),
        ("Key moments: lost", "Momentos clave: perdidos"),
        ("Key moments: happy", "Momentos clave: felices"),
        ("Key moments: angry", "Momentos clave: de enfado"),
        ("A measure for each key moment", "Una medida para cada momento clave"),
        ("Feelings", "Sentimientos"),
        ("Timeline", "Línea de tiempo"),
    ),
    "hubspot": (
        ("What starts the journey", "Qué inicia el viaje"),
        ("Alternatives weighed", "Alternativas que se sopesan"),
        ("The purchase and its channel", "La compra y su canal"),
        ("What people do", "Qué hace la gente"),
        ("Use: what goes well", "Uso: lo que va bien"),
        ("When the product falls short", "Cuando el producto se queda corto"),
        ("Return and support", "Devolución y atención"),
        ("Reviews: ratings given", "Opiniones: valoraciones"),
        ("Reviews and repeat purchase", "Opiniones y nueva compra"),
        ("What the company can do better", "Qué puede hacer mejor la empresa"),
    ),
    "hotjar": (
        ("Goal and scope", "Objetivo y alcance"),
        ("Empathy map", "Mapa de empatía"),
        ("Actions", "Acciones"),
        ("Questions", "Preguntas"),
        ("Happy moments", "Momentos felices"),
        ("Pain points", "Puntos de dolor"),
        ("Technical limits", "Límites técnicos"),
        ("Opportunities", "Oportunidades"),
        ("Top three outcomes", "Los tres resultados principales"),
        ("Follow-up actions", "Acciones de seguimiento"),
        ("Hand-offs between departments", "Traspasos entre departamentos"),
    ),
    "questionpro": (
        ("What the customer does", "Qué hace el cliente"),
        ("What the brand can do", "Qué puede hacer la marca"),
        ("Timeline", "Línea de tiempo"),
        ("Motivations", "Motivos"),
        ("Questions", "Preguntas"),
        ("Pain points", "Puntos de dolor"),
        ("Touchpoints by channel", "Puntos de contacto por canal"),
        ("Touchpoints the company controls", "Puntos de contacto que controla la empresa"),
        ("Touchpoints it does not control", "Puntos de contacto que no controla"),
        ("Touchpoints whose channel was not told", "Puntos de contacto sin canal conocido"),
        ("Performance indicators", "Indicadores"),
        ("Priorities", "Prioridades"),
        ("Persona: income", "Perfil: ingresos"),
        ("Persona: interests", "Perfil: intereses"),
        ("Persona: sources of information", "Perfil: fuentes de información"),
        ("Persona: habits", "Perfil: hábitos"),
        ("Persona: brands", "Perfil: marcas"),
        ("Persona: spending habits", "Perfil: hábitos de gasto"),
    ),
    "asana": (
        ("Persona: company", "Perfil: empresa"),
        ("Persona: situation", "Perfil: situación"),
        ("Expectations", "Expectativas"),
        ("Buying process", "Proceso de compra"),
        ("Customer actions", "Acciones del cliente"),
        ("Touchpoints", "Puntos de contacto"),
        ("Emotion in the customer's words", "Emoción en palabras del cliente"),
        ("Questions and motives", "Preguntas y motivos"),
        ("Challenges", "Retos"),
        ("Turning points", "Puntos de inflexión"),
        ("Current state", "Estado actual"),
        ("Future state", "Estado futuro"),
    ),
    "qualtrics": (
        ("Personas", "Perfiles"),
        ("Behaviours", "Conductas"),
        ("Attitudes", "Actitudes"),
        ("Feelings", "Sentimientos"),
        ("On stage", "En escena"),
        ("Off stage", "Entre bastidores"),
        ("The moment that matters", "El momento que importa"),
        ("Needs", "Necesidades"),
        ("Needs in that moment", "Necesidades en ese momento"),
        ("Needs when it goes badly", "Necesidades cuando va mal"),
        ("KPI per stage", "Indicadores por etapa"),
        ("People involved", "Personas implicadas"),
        ("Ideas", "Ideas"),
        ("Ideas by stage", "Ideas por etapa"),
        ("Solicited data", "Datos solicitados"),
        ("Unsolicited data", "Datos no solicitados"),
    ),
    "storyline": (
        ("Each step", "Cada paso"),
        ("Its feeling", "Su sentimiento"),
        ("What pleases", "Lo que agrada"),
        ("What hurts", "Lo que duele"),
        ("The experience as a whole", "La experiencia en conjunto"),
    ),
    "cx-lifecycle": (
        ("Actions", "Acciones"),
        ("Thoughts", "Pensamientos"),
        ("Questions", "Preguntas"),
        ("Motivations", "Motivos"),
        ("Needs and goals", "Necesidades y metas"),
        ("Expectations", "Expectativas"),
        ("Touchpoints", "Puntos de contacto"),
        ("Channels", "Canales"),
        ("Emotions", "Emociones"),
        ("Pain points", "Puntos de dolor"),
        ("Delights", "Momentos felices"),
        ("Technical limits", "Límites técnicos"),
        ("Back stage", "Entre bastidores"),
        ("Measures", "Valoraciones"),
        ("Opportunities", "Oportunidades"),
        ("Opportunities judged", "Oportunidades juzgadas"),
        ("Not straight on", "No siempre en línea recta"),
        ("Where to start", "Por dónde empezar"),
        ("Quotes", "Citas"),
    ),
    "five-e": (
        ("Actions", "Acciones"),
        ("Touchpoints", "Puntos de contacto"),
        ("Thoughts and questions", "Pensamientos y preguntas"),
        ("Needs and motives", "Necesidades y motivos"),
        ("Feelings", "Sentimientos"),
        ("Delights", "Momentos felices"),
        ("Pain points", "Puntos de dolor"),
        ("Opportunities", "Oportunidades"),
    ),
    "aarrr": (
        ("What users do", "Qué hacen los usuarios"),
        ("Why they come and stay", "Por qué vienen y se quedan"),
        ("Channels", "Canales"),
        ("What moves people on", "Qué hace avanzar"),
        ("What holds people back", "Qué frena"),
        ("Where people drop off", "Dónde se abandona"),
        ("Measures", "Medidas"),
        ("What to try", "Qué probar"),
    ),
    "service-blueprint": (
        ("Evidence", "Evidencias"),
        ("Customer actions", "Acciones del cliente"),
        ("Front stage", "Delante del escenario"),
        ("Line of visibility", "Línea de visibilidad"),
        ("Back stage", "Entre bastidores"),
        ("Support processes", "Procesos de apoyo"),
        ("Hand-offs", "Traspasos"),
        ("Time", "Tiempo"),
        ("Fail points", "Puntos de fallo"),
        ("What goes well", "Lo que va bien"),
        ("Improvements", "Mejoras"),
    ),
}

STAGES: Final = {
    "seven-steps": "First contact, Evaluation, Interaction, Retention, Expansion",
    "hubspot": "Awareness, Consideration, Purchase, Use, Evaluation",
    "hotjar": "Arrive, Explore, Act, Result, Follow-up",
    "questionpro": "Awareness, Consideration, Decision, Action, Loyalty",
    "asana": "Discovery, Consideration, Decision, Purchase, Experience, Loyalty, Advocacy",
    "qualtrics": "Need, Choose, Start, Live with it, Fix a problem, Renew or leave",
    "storyline": "Before, Arriving, Being helped, Paying, Afterwards",
    "cx-lifecycle": "Discovery, Consideration, Purchase, Onboarding, Use, Support, Loyalty",
    "five-e": "Entice, Enter, Engage, Exit, Extend",
    "aarrr": "Acquisition, Activation, Retention, Referral, Revenue",
    "service-blueprint": "Find out, Sign up, Begin, Be served, Get help, Stay or leave",
}

#: What the sample studies hold no evidence for: nobody says it there.  Empty elements are told, not filled.
SILENT: Final = {
    ("en", "cx-lifecycle"): {"thought"},
    ("en", "questionpro"): {"persona_income", "persona_interests", "persona_brands", "persona_spending"},
    ("es", "cx-lifecycle"): {"thought"},
    ("es", "questionpro"): {"persona_income", "persona_habits", "persona_brands"},
    ("es", "seven-steps"): {"moments_lost"},
}

Drawn = Callable[[str, str], tuple[Study, JourneyMap]]

each_method = pytest.mark.parametrize("method", FIELD)
each_language = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Return a sample study and its draft by a method; each sample is read once, and each draft made once."""
    studies: dict[str, Study] = {}
    maps: dict[tuple[str, str], JourneyMap] = {}

    def of(language: str, method: str) -> tuple[Study, JourneyMap]:
        if language not in studies:
            root = tmp_path_factory.mktemp("samples") / language
            study = Study.create(root, title="Sample", goal="See what hurts", language=language)
            shutil.copytree(SAMPLES / language / "sources", root / "sources", dirs_exist_ok=True)
            studies[language] = study
        if (language, method) not in maps:
            maps[language, method] = studies[language].draft(engine="local", template=method)
        return studies[language], maps[language, method]

    return of


def found(journey: JourneyMap, method: str) -> tuple[Element, ...]:
    return elements(Reading(journey), load_template(method))


def tokens(page: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page):
        yield token
        yield from token.children or []


def test_every_method_has_its_row() -> None:
    assert sorted(FIELD) == template_ids()


@each_method
def test_a_method_has_the_stages_it_is_known_for(method: str) -> None:
    template = load_template(method)
    assert ", ".join(stage.names["en"] for stage in template.stages) == STAGES[method]
    assert all(
        stage.names["es"] and stage.descriptions["en"] and stage.descriptions["es"]
        for stage in template.stages
    )
    assert all(sum(stage.lifecycle) > 0 for stage in template.stages)
    assert all(
        sum(weights) >= 1 - 1e-9 for weights in zip(*(s.lifecycle for s in template.stages), strict=True)
    )


@each_language
@each_method
def test_a_draft_holds_exactly_what_the_method_asks_for(language: str, method: str, drawn: Drawn) -> None:
    _, journey = drawn(language, method)
    filled = found(journey, method)
    assert [element.name for element in filled] == [names[language == "es"] for names in FIELD[method]]
    assert {card.lane for card in journey.cards} <= set(load_template(method).lanes)
    assert {element.id for element in filled if element.is_empty} == SILENT.get((language, method), set())


@each_language
@each_method
def test_a_page_and_the_terminal_show_each_element_in_order(language: str, method: str, drawn: Drawn) -> None:
    study, journey = drawn(language, method)
    page = export(journey, "md", study.material(journey)).decode("utf-8")
    screen = printed(render_map(journey, study.template_of(journey)), 200)
    filled = found(journey, method)
    rows = [f"| **{escaped(element.name)}** |" for element in filled if element.by_stage]
    parts = [f"\n## {escaped(element.name)}\n" for element in filled if not element.by_stage]
    for asked in (rows, parts):
        places = [page.find(name) for name in asked]
        assert -1 not in places
        assert places == sorted(places)
    folded = re.sub(r"\s+", " ", screen).casefold()
    assert [name for name in (element.name for element in filled) if name.casefold() not in folded] == []
    assert screen.count("no evidence") + screen.count("sin evidencia") >= sum(
        element.is_empty and not element.by_stage for element in filled
    )


@each_language
@each_method
def test_every_entry_is_a_card_or_stands_on_quotes_of_the_map(
    language: str, method: str, drawn: Drawn
) -> None:
    _, journey = drawn(language, method)
    cards, quotes = {card.id: card for card in journey.cards}, {item.id: item for item in journey.evidence}
    told = {"goal", "scope", "experience"}
    fills = {element.id: element.fill for element in load_template(method).elements}
    for element in found(journey, method):
        for entry in (entry for cell in element.cells for entry in cell):
            if entry.card:
                assert cards[entry.card.id] == entry.card
                assert entry.text == entry.card.title
            else:
                assert entry.quotes or fills[element.id] in told, (element.id, entry)
                assert all(quotes[item.id] == item for item in entry.quotes)


@each_language
def test_what_persons_say_of_themselves_was_said_by_members(language: str, drawn: Drawn) -> None:
    _, journey = drawn(language, "questionpro")
    members = {(member.source, member.speaker) for persona in journey.personas for member in persona.members}
    said = [
        item
        for element in found(journey, "questionpro")
        if element.id.startswith("persona_")
        for entry in element.cells[0]
        for item in entry.quotes
    ]
    assert said
    assert all((item.source, item.speaker) in members and item.role == "customer" for item in said)


@each_method
def test_a_hostile_map_is_shown_by_every_method_and_commands_nothing(method: str) -> None:
    journey = hostile_map()
    template = load_template(method)
    filled = elements(Reading(journey), template)
    shown = {entry.card.id for element in filled for cell in element.cells for entry in cell if entry.card}
    assert shown == {card.id for card in journey.cards if card.status != "rejected"}
    page = export(journey, "md", Material(template)).decode("utf-8")
    links = [str(token.attrs["href"]) for token in tokens(page) if token.type == "link_open"]
    assert all(re.fullmatch(r"#(card|evidence)-\d+", link) for link in links)
    assert not re.search(r"<(?!a id=\"(card|evidence)-\d+\">|/a>|br>)", page)
    assert {link[1:] for link in links} <= set(re.findall(r'<a id="([^"]+)">', page))
    for width in (40, 80, 160):
        lines = printed(render_map(journey, template, evidence=True), width).split("\n")
        assert [line for line in lines if not line.isprintable() or line != line.rstrip()] == []
        assert [line for line in lines if cell_len(line) > width] == []


@each_method
def test_own_stages_stand_in_place_of_the_methods(method: str, drawn: Drawn) -> None:
    study, _ = drawn("en", "cx-lifecycle")
    journey = study.draft(engine="local", template=method, stages=["Looking", "Buying", "Riding"])
    assert [(stage.name, journey.template) for stage in journey.stages] == [
        ("Looking", method),
        ("Buying", method),
        ("Riding", method),
    ]
    assert [element.name for element in found(journey, method)] == [english for english, _ in FIELD[method]]
