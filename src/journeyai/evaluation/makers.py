"""Who can draw the maps that are looked at.  To add one, write a function like these and add a line to `MAKERS`.

A maker need not be one of our engines: one prompt to a model that asks for the whole map is a maker, too.  Maps that
exist already (a person's, another program's) need none: lay them where a run keeps its maps and score them again
(`journeyai eval --rescore`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from typing import Final

from journeyai.app import Study
from journeyai.errors import SettingsError
from journeyai.evaluation import baselines
from journeyai.model.journey import JourneyMap


@dataclass(frozen=True, slots=True)
class Made:
    """A map and what it cost.

    Attributes:
        journey: the map.
        tokens: sent to and received from a model.
        usd: paid for them, in US dollars.
        quotes: what became of quotes that a model typed itself (`plain_prompt.Quotes`); empty where none was typed.
    """

    journey: JourneyMap
    tokens: int = 0
    usd: float = 0.0
    quotes: Mapping[str, int] = field(default_factory=dict)


#: Draws the map of a study that has none yet.
Maker = Callable[[Study], Made]

#: Name → where its maker lives.
MAKERS: Final = {
    "local": "journeyai.evaluation.makers:local",
    "majority": "journeyai.evaluation.makers:majority",
    "prototypes": "journeyai.evaluation.makers:prototypes",
    "lexicon": "journeyai.evaluation.makers:lexicon",
    "llm": "journeyai.evaluation.makers:llm",
    "plain": "journeyai.evaluation.makers:plain",
}

#: Drawn besides with `--baselines`, in the order of the report: what needs no key.
BASELINES: Final = ("majority", "prototypes", "lexicon")


def load_maker(name: str) -> Maker:
    """Return the maker called *name*.

    Raises:
        SettingsError: there is none.
    """
    if name not in MAKERS:
        near = get_close_matches(name, MAKERS, 1)
        raise SettingsError(
            f"There is no engine `{name}` to look at.",
            f"Did you mean `{near[0]}`?"
            if near
            else f"There are: {', '.join(MAKERS)}. Maps of your own are scored with --rescore.",
        )
    module, _, function = MAKERS[name].partition(":")
    maker: Maker = getattr(import_module(module), function)
    return maker


def local(study: Study) -> Made:
    """Draw with the local engine."""
    return Made(study.draft(engine="local"))


def majority(study: Study) -> Made:
    """Draw with `baselines.MajorityEngine`."""
    return Made(study.draft(engine=baselines.majority))


def prototypes(study: Study) -> Made:
    """Draw with `baselines.PrototypeEngine`."""
    return Made(study.draft(engine=baselines.prototypes))


def lexicon(study: Study) -> Made:
    """Draw with `baselines.LexiconEngine`."""
    return Made(study.draft(engine=baselines.lexicon))


def llm(study: Study) -> Made:
    """Draw with the `llm` engine, by the model that the environment or the study's settings name."""
    drawn = study.draw(engine="llm")
    asked = drawn.asked
    return Made(drawn.journey) if asked is None else Made(drawn.journey, asked.tokens, float(asked.usd or 0))


def plain(study: Study) -> Made:
    """Draw from one plain prompt to the same model: `plain_prompt`."""
    from journeyai.engines.llm.address import find_address, is_masked
    from journeyai.engines.llm.answers import AnswerStore
    from journeyai.engines.llm.call_log import CallLog
    from journeyai.engines.llm.client import LLMClient
    from journeyai.engines.llm.money import Budget
    from journeyai.engines.llm.prices import find_price
    from journeyai.engines.llm.session import ANSWERS_FILE, LOG_FILE
    from journeyai.evaluation.plain_prompt import STEP, PlainEngine, load_prompt
    from journeyai.privacy import Masker

    settings, inner = study.settings, study.folder.inner
    inner.mkdir(parents=True, exist_ok=True)
    address = find_address(settings.llm)
    price = find_price(address.model, settings.llm, loopback=address.is_here)
    masker = (lambda names: Masker(names, settings.privacy)) if is_masked(settings.privacy, address) else None
    log = CallLog(inner / LOG_FILE, content=settings.llm.log_content)
    with AnswerStore(inner / ANSWERS_FILE) as store:
        job = store.open_job(STEP)
        budget = Budget(job, price, max_cost=settings.llm.max_cost, max_tokens=settings.llm.max_tokens)
        with LLMClient(address, settings.llm, store, budget, masker, log, prompts=load_prompt) as client:
            engine = PlainEngine(client, most_personas=settings.personas)
            journey = study.draft(engine=lambda vectors: engine)
            tokens = client.tally.tokens_in + client.tally.tokens_out
            usd = float(job.spent.usd)
        job.finish()
    return Made(journey, tokens, usd, engine.quotes.to_json())
