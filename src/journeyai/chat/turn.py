"""One turn: a line in, everything that it means done, said and kept.

Nothing here changes the map but `settle`, and it only after the person has seen what will be done and said yes.
"""

import os
import re
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, is_dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from journeyai.chat.commands.base import commands, find_command
from journeyai.chat.output import KeptOutput
from journeyai.chat.phrasing import phrase
from journeyai.chat.store import Remembered, as_json
from journeyai.engines.conversation import Answer, Cited, Proposed
from journeyai.errors import JourneyAIError, ReadOnlyError, SettingsError, StudyBusyError
from journeyai.export.plain import visible
from journeyai.knowledge.letters import fold
from journeyai.model.changes import Change
from journeyai.rendering.comparison import render_comparison

if TYPE_CHECKING:
    from journeyai.chat.session import Chat

#: Exit code of a turn that did not do what was asked: a refusal, or a question back.
REFUSED: Final = SettingsError.exit_code

#: How often one request may be asked back about.
_MOST_CHOICES: Final = 3
#: Note of the request that the last turn asked back about.
_ASKED_BACK: Final = "asked_back"
#: What can only be the answer to a question back: words in quotation marks, or ids (`c1, c2 y e3`).
_ANSWER: Final = re.compile(
    r"""["“«][^"“”«»]+["”»]|[cesp]\d+(?:(?:\s*,\s*|\s+(?:y|and)\s+|\s+)[cesp]\d+)*""", re.IGNORECASE
)
#: How alike, of 100, a mistyped command and the one that is suggested must be.
_ALIKE: Final = 60


def take(chat: "Chat", line: str) -> int:
    """Do one turn; an error of ours is said, and ends the turn alone.

    Returns:
        The exit code that a script with this turn alone would end with: 0 done, 2 refused or asked back, else the
        error's.

    Raises:
        KeyboardInterrupt: the person stopped it; what came until then is kept.
    """
    text = line.strip()
    if not text:
        return 0
    outer = chat.out
    out = chat.out = KeptOutput(outer)
    asked_back = str(chat.notes.pop(_ASKED_BACK, ""))
    code = REFUSED
    try:
        chat.store.turn(text)
        chat.editor.session = chat.store.id
        if why := chat.store.trouble():
            # A chat that cannot be kept is a chat all the same.
            is_ours = os.access(chat.study.folder.inner, os.W_OK)
            out.warn(chat.words("chat").say("not_kept" if is_ours else "only_read", why=why))
        try:
            code = (
                _run(chat, text[1:].strip()) if text.startswith("/") else _hear(chat, text, out, asked_back)
            )
        except JourneyAIError as error:
            message, hint = _in_words(chat, error)
            out.warn(message)
            if hint:
                out.say(hint)
            code = error.exit_code
            out.record("error", {"message": message, "hint": hint, "code": code})
        except KeyboardInterrupt:
            code = 130
            raise
    finally:
        chat.out = outer
        said, _ = out.take()
        chat.store.done(said, code, chat.found, chat.last, chat.notes)
    return code


def settle(chat: "Chat", changes: Sequence[Change], request: str, *, is_sure: bool = True) -> bool:
    """Show what *changes* would do, ask, and do it as one step; commands that change the map come through here, too.

    Args:
        chat: the conversation.
        changes: what is asked for, all or nothing.
        request: the person's words, for the history.
        is_sure: whether the words can hardly mean anything else; if not, `--yes` is no yes.

    Returns:
        Whether it was done; a no of the person's is no error.

    Raises:
        RefusedError: the map cannot be changed so.
    """
    out, talk = chat.out, chat.words("chat")
    out.record("operations", [as_json(change) for change in changes])
    out.record("applied", False)
    proposal = chat.editor.propose(changes, chat.found)
    for change in proposal.changes:
        out.say(f"  · {phrase(change, proposal.before, chat.found)}")
    out.show(render_comparison(proposal.comparison, proposal.after))
    out.record("diff", plain(proposal.comparison))
    chat.store.proposed(request, changes, chat.editor.head)
    question = talk.say("do_it" if is_sure else "is_it_this", n=len(proposal.changes))
    if not chat.person.confirm(question, is_sure=is_sure):
        chat.store.decided("no")
        out.say(talk.say("not_done"))
        return False
    with _whole():
        try:
            chat.editor.commit(proposal, request=request)
        except JourneyAIError:
            chat.store.decided("refused")
            raise
        chat.store.decided("yes", chat.editor.head)
    _remember(chat, proposal.changes)
    out.record("applied", True)
    out.say(talk.say("done"))
    return True


def take_up(chat: "Chat", remembered: Remembered) -> None:
    """Finish what was being decided when the program ended: say that it was done, or ask again."""
    pending, talk = remembered.pending, chat.words("chat")
    if pending is None:
        return
    for step in chat.editor.steps():
        if step.step > pending.step and step.session == chat.store.id and step.changes == pending.changes:
            chat.store.decided("yes", step.step)
            chat.out.say(talk.say("pending_done", request=visible(pending.request)))
            return
    chat.out.say(talk.say("pending"))
    chat.out.say("\n".join(f"> {line}" for line in pending.request.split("\n")))
    try:
        settle(chat, pending.changes, pending.request)
    except JourneyAIError as error:
        chat.out.warn(_in_words(chat, error)[0])
        chat.store.decided("refused")


def plain(value: Any) -> Any:
    """Return *value* (a comparison) as JSON can hold it; of what changed, what it is and the fields that differ."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if is_dataclass(value):
        told = {field.name: getattr(value, field.name) for field in fields(value)}
        after = told.get("after")
        if isinstance(after, BaseModel):
            del told["before"], told["after"]
            told = {
                name: getattr(after, name) for name in ("id", "title", "name") if hasattr(after, name)
            } | told
        return {name: plain(item) for name, item in told.items()}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def no_such_command(chat: "Chat", name: str) -> SettingsError:
    """Return the error that there is no command *name*; it names the nearest."""
    talk = chat.words("chat")
    nearest = _nearest(name)
    hint = talk.say("did_you_mean", name=nearest) if nearest else talk.say("see_help")
    return SettingsError(talk.say("no_command", name=visible(name)), hint)


def cited(item: Cited) -> dict[str, Any]:
    """Return a citation as JSON holds it."""
    return asdict(item) | {"label": item.label}


# Inside


def _remember(chat: "Chat", changes: Sequence[Change]) -> None:
    """Let `it` mean the cards that have just been changed, rather than what was shown before."""
    there = {card.id for card in chat.journey.cards}
    changed = [id_ for change in changes for id_ in change.targets if id_ in there]
    if changed:
        chat.last = tuple(dict.fromkeys(changed))


def _in_words(chat: "Chat", error: JourneyAIError) -> tuple[str, str]:
    """Return the message and the hint of *error*; those about the folder itself in the map's language, too."""
    # Only these themselves: a map that has moved is busy, too, and tells more.
    if type(error) is StudyBusyError:
        key = "busy"
    elif type(error) is ReadOnlyError:
        key = "read_only"
    else:
        return error.message, error.hint
    say = chat.words("chat").say
    return say(key, folder=chat.study.folder.root), say(f"{key}_hint")


def _run(chat: "Chat", typed: str) -> int:
    """Run a command; the words behind its name are its own business."""
    name, _, words = (typed or "help").partition(" ")
    if "\n" in name:
        name, _, rest = name.partition("\n")
        words = f"{rest} {words}"
    command = find_command(name) or find_command(fold(name))
    if command is None:
        raise no_such_command(chat, name)
    command.run(chat, words.strip())
    return 0


def _nearest(name: str) -> str | None:
    """Return the command whose name is most like *name*."""
    from rapidfuzz import fuzz, process

    names = {each: known.name for known in commands().values() for each in (known.name, *known.aliases)}
    found = process.extractOne(fold(name), names.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return names[found[0]] if found else None


def _hear(chat: "Chat", text: str, out: KeptOutput, asked_back: str) -> int:
    """Understand free words: a change, a question back, or a question that is answered."""
    text, proposed = _understood(chat, text, asked_back)
    request = text
    for _ in range(_MOST_CHOICES):
        if not proposed.unclear or not proposed.choices:
            break
        out.say(proposed.unclear)
        picked = chat.person.choose(proposed.unclear, proposed.choices)
        if picked is None:
            out.record("unclear", {"question": proposed.unclear, "choices": list(proposed.choices)})
            return REFUSED
        request = proposed.choices[picked]
        if request.startswith("/"):
            return _run(chat, request[1:])
        proposed = chat.assistant.propose(request)
    if proposed.unclear:
        out.say(proposed.unclear)
        out.record("unclear", {"question": proposed.unclear, "choices": list(proposed.choices)})
        chat.notes[_ASKED_BACK] = request
        return REFUSED
    for reason in proposed.reasons:
        out.warn(reason)
    if proposed.changes:
        meant = text if request == text else f"{text} → {request}"
        done = settle(chat, proposed.changes, meant, is_sure=proposed.is_sure)
        return 0 if done or proposed.is_sure else REFUSED
    if proposed.reasons:
        out.record("error", {"message": " ".join(proposed.reasons), "hint": "", "code": REFUSED})
        return REFUSED
    return _answer(chat, text, out)


def _understood(chat: "Chat", text: str, asked_back: str) -> tuple[str, Proposed]:
    """Return the whole request and what it asks for.

    Nothing but words in quotation marks, or ids, answers the question back of the turn before, if together they are
    a request that is certain.  (A model knows the turns before by itself.)
    """
    if asked_back and chat.assistant.engine == "local" and _ANSWER.fullmatch(text):
        whole = f"{asked_back} {text}"
        proposed = chat.assistant.propose(whole)
        if proposed.changes and proposed.is_sure:
            return whole, proposed
    return text, chat.assistant.propose(text)


def _answer(chat: "Chat", text: str, out: KeptOutput) -> int:
    """Answer a question, piece by piece; what came before an interruption is kept."""
    try:
        answer: Answer = chat.assistant.answer(text, out.stream)
    except BaseException:
        if out.heard:
            chat.store.answer(out.heard, [], whole=False)
        raise
    out.stream("\n")
    citations = [cited(item) for item in answer.cited]
    out.record("answer", " ".join(sentence.text for sentence in answer.sentences))
    out.record("found", answer.found)
    out.record("citations", citations)
    chat.store.answer(out.heard.rstrip("\n"), citations, whole=answer.is_whole)
    if not answer.is_whole:
        out.warn(chat.words("chat").say("broken_off"))
    return 0


@contextmanager
def _whole() -> Iterator[None]:
    """Let nobody stop what is inside half way: Ctrl-C is heard when it is over."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []

    def later(number: int, frame: FrameType | None) -> None:
        heard.append(number)

    before = signal.signal(signal.SIGINT, later)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt
