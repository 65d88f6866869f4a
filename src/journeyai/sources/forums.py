"""A page of posts as a document: who is staff, who is a customer.

On a forum nobody is interviewed: who opens a thread with a question is a customer as those who answer are.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from journeyai.model.vocabulary import Kind, Role
from journeyai.settings import SourceSettings
from journeyai.sources.building import Passage, join_passages
from journeyai.sources.kinds import channel_of, kind_by_name
from journeyai.sources.labels import times_said
from journeyai.sources.loader import Loaded
from journeyai.sources.people import person_key
from journeyai.sources.posts import Post, Posts, find_posts
from journeyai.sources.roles import cast, role_by_words, serves

#: What a page's address or its first lines call themselves.
_FORUM = re.compile(
    r"\b(?:foro|foros|forum|forums|thread|hilo|board|community|comunidad|subreddit|reddit|comments|comentarios)\b",
    re.I,
)
_STAFF = re.compile(
    r"\b(?:moderator|moderador|moderadora|moderation|moderaci[oó]n|mod|admin|administrator|administrador|administradora"
    r"|staff|official|oficial|team|equipo|community manager)\b",
    re.IGNORECASE,
)
#: A post that was taken away leaves a line of the forum's behind.
_REMOVED = re.compile(
    r"[\[(]?(?:(?:this|the)\s+)?(?:post|message|comment|mensaje|comentario|deleted|removed|eliminado|borrado)\b"
    r"(?:[^.\n]{0,30}\b(?:deleted|removed|hidden|eliminado|borrado|oculto)\b[^.\n]{0,60})?[\])]?\.?",
    re.IGNORECASE,
)
#: A company answers those who write about it.
_ANSWERS = re.compile(
    r"\b(?:(?:contact|message|dm|email|write\s+to|call)\s+us|our\s+(?:team|customers?|support)|sorry\s+to\s+(?:hear|read)"
    r"|escr[ií]b[ea]nos|cont[aá]ct[ea]nos|env[ií][ea]nos|m[aá]nd[ea]nos|ll[aá]m[ea]nos|lamentamos|sentimos\s+(?:mucho|las?|que)"
    r"|nuestro\s+(?:equipo|servicio)|nuestr[oa]s\s+clientes)\b",
    re.IGNORECASE,
)
#: Fewer posts make no thread.
_FEWEST_POSTS: Final = 2
#: So many names, and none of an agent or an interviewer: people among themselves.
_MANY: Final = 3
#: Beyond this share of the posts, an agent or interviewer is one side of a conversation, not a forum's staff.
_SIDE: Final = 0.25
#: Words outside the posts that are worth a warning.
_MANY_OUTSIDE: Final = 60
_CONVERSATIONS: Final[frozenset[Kind | None]] = frozenset({"interview", "chat", "call", "ticket"})


def read_forum(written: str, head: str, source: str, settings: SourceSettings) -> Loaded | None:
    """Return the posts on a page as one document; None if it is no page of posts.

    Args:
        written: the page with the marks of `posts.mark_of`.
        head: its title and main heading.
        source: the file.
        settings: what the user says about it.
    """
    found = find_posts(written)
    if len(found.posts) < _FEWEST_POSTS:
        return None
    chosen = settings.kind or kind_by_name(source)
    if _is_forum(found, head, source, chosen):
        kind = settings.kind or "review"
        roles = _roles(found.posts, head, settings)
        warnings: tuple[str, ...] = ()
    elif found.told:
        kind = chosen or _kind(found.posts)
        players = cast(source, [(post.author, post.words()) for post in found.posts], kind, settings.roles)
        roles, warnings = players.roles, players.warnings
    else:
        return None  # Names in bold, on a page of a conversation: a transcript like any other.
    if found.outside > _MANY_OUTSIDE:
        warnings += (f"{found.outside} words stand outside the posts and are not used.",)
    times = times_said([post.when for post in found.posts], recording=False)
    passages = [
        passage
        for post, at in zip(found.posts, times, strict=True)
        for passage in _passages(post, roles[post.author], at, source)
    ]
    document = join_passages(
        source=source,
        record=None,
        kind=kind,
        passages=passages,
        language=settings.language,
        channel=channel_of(kind),
    )
    return Loaded(kind, (document,), warnings=warnings)


def _is_forum(found: Posts, head: str, source: str, kind: Kind | None) -> bool:
    parts = Counter(role_by_words(post.author) for post in found.posts)
    sides = (parts["agent"], parts["researcher"])
    if max(sides) >= _SIDE * len(found.posts):
        return False
    if _FORUM.search(re.sub(r"[\W_]+", " ", source)) or _FORUM.search(head):
        return True
    if kind in _CONVERSATIONS:
        return False
    names = {post.author.casefold() for post in found.posts}
    if len(names) < _MANY and any(serves(post.words()) for post in found.posts):
        return False
    return found.told or (len(names) >= _MANY and not any(sides))


def _roles(posts: Sequence[Post], head: str, settings: SourceSettings) -> Mapping[str, Role]:
    """Return who is staff and who is a customer, by name."""
    by_name = {name.casefold().strip(): role for name, role in settings.roles.items()}
    talk: dict[str, list[str]] = {}
    for post in posts:
        talk.setdefault(post.author, []).append(post.words())
    roles: dict[str, Role] = {}
    for name, said in talk.items():
        chosen = by_name.get(name.casefold()) or by_name.get("*")
        opened = name == posts[0].author
        roles[name] = chosen or ("agent" if _is_staff(name, said, "" if opened else head) else "customer")
    return roles


def _is_staff(name: str, said: Sequence[str], head: str) -> bool:
    spaced = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|_", " ", name)
    if _STAFF.search(spaced) or role_by_words(spaced) in {"agent", "researcher"}:
        return True
    if len(spaced.split()) > 1 and spaced.casefold() in head.casefold():
        return True  # The forum's own name.
    # The company that the thread is about, when it answers.
    named = {word for word in re.findall(r"[^\W\d_]{4,}", spaced) if word[:1].isupper()}
    about = set(re.findall(r"[^\W\d_]{4,}", head))
    return bool(named & about) and any(_ANSWERS.search(words) for words in said)


def _passages(post: Post, role: Role, at: str | None, source: str) -> list[Passage]:
    """Return the post's words; what it quotes of another is nobody's."""
    passages = []
    label = f"{post.author}: "
    for text, quoted in post.parts:
        removed = not quoted and _REMOVED.fullmatch(text.strip()) is not None
        part: Role = "system" if quoted or removed else role
        passages.append(
            Passage(
                text,
                part,
                speaker=None if quoted else post.author,
                person=person_key(source, None, post.author) if part == "customer" else None,
                at=None if quoted else at,
                label="" if quoted else label,
            )
        )
        label = "" if not quoted else label
    return passages


def _kind(posts: Sequence[Post]) -> Kind:
    roles = {role_by_words(post.author) for post in posts}
    return "interview" if "researcher" in roles else "chat"
