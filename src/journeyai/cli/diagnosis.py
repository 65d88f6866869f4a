"""What `journeyai doctor` looks at: the installation, the study, and how each source was read."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from journeyai import __version__
from journeyai.app import Study
from journeyai.errors import JourneyAIError
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.source import SourceFile
from journeyai.settings import StudySettings
from journeyai.sources import find_files, settings_for
from journeyai.study.folder import find_study

if TYPE_CHECKING:
    from journeyai.engines.llm.address import Address

State: TypeAlias = Literal["good", "check", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: the thing, a few words.
        state: `good`, `check` (a person should look) or `wrong`.
        says: one sentence.
        remedy: what to do; empty if nothing.
    """

    what: str
    state: State
    says: str
    remedy: str = ""


def examine(directory: str | None) -> list[Finding]:
    """Look at everything; never raises for what it finds wrong."""
    findings = [*_installation()]
    given = Path(directory) if directory else None
    try:
        folder = find_study(given, Path.cwd())
    except JourneyAIError as error:
        study_finding = Finding("study", "wrong" if given else "check", error.message, error.hint)
        model = language_model(StudySettings())
        # A study may still say what is missing.
        state: State = "check" if model.state == "wrong" else model.state
        return [*findings, *_templates(None), replace(model, state=state), study_finding]
    try:
        study = Study.open(folder.root)
    except JourneyAIError as error:
        broken = Finding("journey.toml", "wrong", error.message, error.hint)
        return [*findings, *_templates(folder.templates), broken]
    findings.append(Finding("study", "good", f"{study.folder.root}"))
    findings += _templates(study.folder.templates)
    return [*findings, *_settings(study), language_model(study.settings), *_sources(study)]


def _installation() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("JourneyAI", "good", f"version {__version__} on Python {version}")
    for what, check in {"local engine": _heads, "search": _chroma}.items():
        try:
            yield Finding(what, "good", check())
        except (JourneyAIError, ImportError, OSError) as error:
            yield Finding(what, "wrong", str(error), "Install JourneyAI again.")


def _templates(own: Path | None) -> Iterator[Finding]:
    """Tell which methods there are; each broken one of the study's own is told by itself."""
    good = []
    for template_id in template_ids(own):
        try:
            load_template(template_id, own)
            good.append(template_id)
        except JourneyAIError as error:
            yield Finding("templates", "wrong", error.message, error.hint)
    yield Finding("templates", "good", ", ".join(good))


def _heads() -> str:
    from journeyai.engines.local.heads import load_heads
    from journeyai.retrieval.encoders import make_encoder
    from journeyai.settings import SearchSettings

    heads, encoder = load_heads(), make_encoder(SearchSettings())
    length = encoder.encode(["Does it work?"]).shape[1]
    fits = (
        "fits the trained heads"
        if heads.encoder == encoder.id
        else f"but the heads were trained for {heads.encoder}"
    )
    return f"encoder {encoder.id} ({length} dimensions), {fits}"


def _chroma() -> str:
    from importlib.metadata import version

    return f"Chroma {version('chromadb')}"


def _settings(study: Study) -> Iterator[Finding]:
    try:
        template = load_template(study.settings.template, study.folder.templates)
        yield Finding(
            "method",
            "good",
            f"template {template.id}, {len(study.settings.stages) or len(template.stages)} stages",
        )
    except JourneyAIError as error:
        yield Finding("method", "wrong", error.message, error.hint)
    if not study.folder.sources.is_dir():
        yield Finding(
            "sources",
            "wrong",
            f"The folder {study.folder.sources} is not there.",
            "Mend `sources_folder` in journey.toml.",
        )
        return
    found, _ = find_files(study.folder.sources)
    names = {name for name, _ in found}
    for named in study.settings.sources:
        from fnmatch import fnmatchcase

        if not any(name == named or fnmatchcase(name, named) for name in names):
            yield Finding("journey.toml", "check", f'[sources."{named}"] fits no file.', "Mend the name.")


def language_model(settings: StudySettings) -> Finding:
    """Say which model would be asked, where, and how; nobody is asked."""
    from journeyai.engines.llm.address import PROVIDERS, is_configured, name_address

    what = "language model"
    if settings.engine != "llm" and not is_configured(settings.llm):
        return Finding(what, "good", "none set; the local engine draws")
    if settings.engine == "local":
        return Finding(what, "good", "not asked; the local engine draws, as journey.toml says")
    try:
        address = name_address(settings.llm)
        cost = _cost(settings, address)
    except JourneyAIError as error:
        return Finding(what, "wrong", error.message, error.hint)
    package = PROVIDERS.get(address.provider, "langchain-openai")
    if find_spec(package.replace("-", "_")) is None:
        return Finding(
            what,
            "wrong",
            f"Models of `{address.provider}` need the package `{package}`, which is not installed.",
            f"Run `pip install {package}`.",
        )
    from journeyai.engines.llm.address import is_masked

    model = address.model or "the first model of the server"
    hidden = "is masked" if is_masked(settings.privacy, address) else "is not masked"
    return Finding(what, "good", f"{model} at {address.host}; personal data {hidden}; {cost}")


def _cost(settings: StudySettings, address: "Address") -> str:
    """Return a clause on what the model costs.

    Raises:
        SettingsError: half a price is set, or a cap on money without any.
    """
    from journeyai.engines.llm.money import check_cap
    from journeyai.engines.llm.prices import find_price

    told = settings.llm.price_in is not None and settings.llm.price_out is not None
    if not address.model and not address.is_here and not told:
        return "its price is looked up once it has told its name"
    price = find_price(address.model, settings.llm, loopback=address.is_here)
    check_cap(price, settings.llm.max_cost)
    if price is None:
        return "price not known (`price_in` and `price_out` set it)"
    if not price.sent and not price.received:
        return "no charge"
    return f"${price.sent:f} a million tokens sent, ${price.received:f} received" + (
        f" (list of {price.as_of})" if price.as_of else ""
    )


def _sources(study: Study) -> Iterator[Finding]:
    """Read every source anew and say what a person should look at."""
    if not study.folder.sources.is_dir():
        return
    found, passed_over = find_files(study.folder.sources)
    if not found:
        yield Finding(
            "sources", "check", f"There are no files in {study.folder.sources} yet.", "Put them there."
        )
    for item in passed_over:
        yield Finding(item.where, "good", f"passed over: {item.reason}")
    for name, _ in found:
        if settings_for(name, study.settings.sources).ignore:
            yield Finding(name, "good", "left out, as journey.toml says")
            continue
        try:
            file = study.read(name)
        except JourneyAIError as error:
            yield Finding(
                name,
                "wrong",
                error.message,
                error.hint or f'To leave it out for good: [sources."{name}"] ignore = true in journey.toml',
            )
            continue
        yield from _reading(file)


def _reading(file: SourceFile) -> Iterator[Finding]:
    place = f'[sources."{file.source}"]'
    remedy = f"In journey.toml: {place}"
    told = False
    for warning in file.warnings:
        told = told or "customer" in warning
        # One that says itself what to set needs nothing added.
        yield Finding(
            file.source,
            "check",
            warning,
            "" if "journey.toml" in warning else f"To have it read otherwise: {place} in journey.toml",
        )
    roles = {turn.role for document in file.documents for turn in document.turns}
    if roles and "customer" not in roles:
        speakers = sorted({turn.speaker for d in file.documents for turn in d.turns if turn.speaker})
        named = f'roles = {{ "{speakers[0]}" = "customer" }}' if speakers else 'roles = { "*" = "customer" }'
        if not told:
            yield Finding(
                file.source, "check", "Nobody in it could be told to be a customer.", f"{remedy} {named}"
            )
    if not file.documents:
        yield Finding(
            file.source, "check", "Nothing in it could be used.", f"{remedy} kind, columns or encoding"
        )
    outside = sorted({u.language for d in file.documents for u in d.utterances} - {"en", "es", "und"})
    if outside:
        yield Finding(
            file.source,
            "check",
            f"Some of it is in {', '.join(outside)}: kept and searched, "
            "but the local engine knows English and Spanish only.",
        )
    if file.documents and not file.warnings and "customer" in roles:
        count = sum(len(document.utterances) for document in file.documents)
        passages = "1 passage" if count == 1 else f"{count} passages"
        records = f" ({len(file.documents)} records)" if len(file.documents) > 1 else ""
        yield Finding(file.source, "good", f"{file.kind}{records}, {passages}")
