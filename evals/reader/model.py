"""The reader as a torch module: the base encoder with a trimmed word table, and the heads that are trained on it."""

from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from evals.reader.base import ATTENTION_HEADS, INNER, LAYERS, WIDTH, Base, unpack

#: Longest window, in tokens.
POSITIONS: Final = 256
#: Width of the vector in which passages of one theme lie near each other.
THEME_WIDTH: Final = 128
_NORM_EPSILON: Final = 1e-12
_DROPOUT: Final = 0.1


class Layer(nn.Module):  # type: ignore[misc]  # types of torch are not looked at
    """A transformer layer (BERT's: attention, then two dense layers, each normed after adding)."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.ao = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.fi, self.fo = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.aln, self.oln = (nn.LayerNorm(WIDTH, eps=_NORM_EPSILON) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Transform batch × tokens × width."""
        count, length, _ = x.shape

        def parted(layer: nn.Module) -> Tensor:
            out: Tensor = layer(x).view(count, length, ATTENTION_HEADS, WIDTH // ATTENTION_HEADS)
            return out.transpose(1, 2)

        # Written out: on processors the fused kernel's backward pass takes three times as long.
        likeness = parted(self.q) @ parted(self.k).transpose(-1, -2) * (WIDTH // ATTENTION_HEADS) ** -0.5
        seen = torch.softmax(likeness + mask.to(likeness.dtype), dim=-1) @ parted(self.v)
        seen = self.ao(seen.transpose(1, 2).reshape(count, length, WIDTH))
        x = self.aln(x + _drop(seen, training=self.training))
        out: Tensor = self.oln(x + _drop(self.fo(F.gelu(self.fi(x))), training=self.training))
        return out


def _drop(x: Tensor, *, training: bool) -> Tensor:
    """Drop features at random, the same for all tokens of a window: random numbers cost more than they teach."""
    if not training:
        return x
    kept = (torch.rand(x.shape[0], 1, x.shape[2]) >= _DROPOUT).to(x.dtype) / (1 - _DROPOUT)
    return x * kept


class Encoder(nn.Module):  # type: ignore[misc]  # types of torch are not looked at
    """Token ids to one vector a token."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.word = nn.Embedding(pieces, WIDTH)
        self.pos = nn.Embedding(POSITIONS, WIDTH)
        self.eln = nn.LayerNorm(WIDTH, eps=_NORM_EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Encode batch × tokens; *mask* is 1 where there is a token."""
        x = self.eln(self.word(ids) + self.pos.weight[: ids.shape[1]])
        x = _drop(x, training=self.training)
        bar = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(mask == 0, -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bar)
        out: Tensor = x
        return out


class Reader(nn.Module):  # type: ignore[misc]  # types of torch are not looked at
    """The encoder and its heads."""

    def __init__(self, pieces: int, widths: dict[str, int]) -> None:
        super().__init__()
        self.encoder = Encoder(pieces)
        self.register_buffer("mean", torch.zeros(WIDTH))
        self.register_buffer("spread", torch.ones(WIDTH))
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, width) for name, width in widths.items()})
        for head in self.heads.values():
            assert isinstance(head, nn.Linear)
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)
        nn.init.normal_(self.heads["theme"].weight, std=WIDTH**-0.5)

    def vectors(self, ids: Tensor, mask: Tensor, pooling: Tensor) -> Tensor:
        """Return one vector a span.

        Args:
            ids: batch × tokens.
            mask: batch × tokens.
            pooling: spans × (batch · tokens): each row the mean over its span's tokens.
        """
        tokens = self.encoder(ids, mask)
        return pooling @ tokens.float().reshape(-1, WIDTH)

    def answers(self, vectors: Tensor) -> dict[str, Tensor]:
        """Return each head's output for n × width vectors."""
        scaled = (vectors - self.mean) / self.spread
        scaled = F.dropout(scaled, _DROPOUT, self.training)
        return {name: head(scaled) for name, head in self.heads.items()}


def build(base: Base, kept: list[int], widths: dict[str, int], seed: int = 0) -> Reader:
    """Return an untrained reader on the base encoder's weights; its heads begin at numbers drawn by *seed*."""
    torch.manual_seed(seed)
    reader = Reader(len(kept), widths)
    encoder, tensors = reader.encoder, base.tensors
    blocks = base.table_blocks[kept].reshape(-1, base.table_blocks.shape[-1])

    def put(parameter: Any, values: np.ndarray[Any, Any]) -> None:
        parameter.data = torch.tensor(values)

    put(encoder.word.weight, unpack(blocks).reshape(len(kept), WIDTH))
    positions = tensors["emb.pos"].reshape(-1, WIDTH)[:POSITIONS] + tensors["emb.type"].reshape(-1, WIDTH)[0]
    put(encoder.pos.weight, positions)
    put(encoder.eln.weight, tensors["emb.ln.w"])
    put(encoder.eln.bias, tensors["emb.ln.b"])
    for number, layer in enumerate(encoder.layers):
        for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
            part = getattr(layer, name)
            put(part.weight, tensors[f"l{number}.{name}.w"])
            put(part.bias, tensors[f"l{number}.{name}.b"])
    for frozen in (encoder.word, encoder.pos, encoder.eln):
        for parameter in frozen.parameters():
            parameter.requires_grad = False
    return reader
