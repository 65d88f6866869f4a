"""Train the reader and write its weights (`make reader`; about half an hour on two cores).

    python -m evals.reader.train --out FOLDER                 train on everything, write the encoder and its heads
    python -m evals.reader.train --leave-out en-bank es-viajes   train without these corpora, and score on them

Multi-task: lane, stage, valence and emotion of each utterance in its window, and a vector in which passages of one
theme lie near each other (supervised contrast, Khosla et al. 2020).  Seeded; the same machine gives the same weights.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from evals.heads.exemplars import Exemplar, read_exemplars
from evals.reader.base import Base, kept_pieces, read_base, tokeniser, wheel_file
from evals.reader.material import (
    EMOTIONS,
    LANES,
    ROOT,
    STAGES,
    THREE,
    Corpus,
    Label,
    exemplar_document,
    exemplar_label,
    labelled_windows,
    read_corpus,
)
from evals.reader.model import THEME_WIDTH, WIDTH, Reader, build
from journeyai.engines.local.reader.windows import Tokenise, Window

WIDTHS: Final = {"lane": len(LANES), "stage": len(STAGES), "valence": 1, "emotion": len(EMOTIONS), "theme": THEME_WIDTH}
EPOCHS: Final = 4
#: Tokens of a batch, padding included.
BATCH_TOKENS: Final = 1600
TOP_RATE, RATE_DECAY, HEAD_RATE = 1e-4, 0.9, 1e-3
WARM_UP: Final = 0.1
#: Share of the loss of each question.
SHARES: Final = {"lane": 1.0, "stage": 0.7, "valence": 0.4, "emotion": 0.4, "theme": 0.5}
#: What an exemplar weighs beside an utterance of a corpus.
EXEMPLAR_WEIGHT: Final = 0.6
TEMPERATURE: Final = 0.1
#: A contrast step takes so many themes of one corpus and so many passages of each.
CONTRAST_THEMES, CONTRAST_PASSAGES = 8, 3
#: A contrast step after so many others.
CONTRAST_EVERY: Final = 3
SMOOTHING: Final = 0.05


@dataclass(slots=True)
class Item:
    """A window with its labels and weight."""

    window: Window
    labels: list[Label | None]
    weight: float


def pooling(batch: Sequence[Item]) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids, mask and the spans' pooling matrix."""
    length = max(len(item.window.ids) for item in batch)
    ids = np.ones((len(batch), length), np.int64)
    mask = np.zeros((len(batch), length), np.int64)
    spans = []
    for row, item in enumerate(batch):
        ids[row, : len(item.window.ids)] = item.window.ids
        mask[row, : len(item.window.ids)] = 1
        spans += [(row * length + a, row * length + b) for _, a, b in item.window.spans]
    pool = np.zeros((len(spans), ids.size), np.float32)
    for number, (a, b) in enumerate(spans):
        pool[number, a:b] = 1 / (b - a)
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(pool)


def batches(items: Sequence[Item], rng: np.random.Generator) -> list[list[Item]]:
    """Return batches of windows of like length, in random order."""
    order = sorted(rng.permutation(len(items)), key=lambda n: len(items[n].window.ids) + rng.integers(12))
    made: list[list[Item]] = [[]]
    for number in order:
        item = items[number]
        if made[-1] and (len(made[-1]) + 1) * max(len(item.window.ids), len(made[-1][-1].window.ids)) > BATCH_TOKENS:
            made.append([])
        made[-1].append(item)
    return [made[n] for n in rng.permutation(len(made))]


def loss_of(answers: dict[str, Tensor], labels: Sequence[Label | None], weights: Tensor) -> Tensor:
    """Return the summed weighted loss of all questions over the weight of the lane's."""
    total = torch.zeros(())
    known = [n for n, label in enumerate(labels) if label is not None and label.lane >= 0]
    other = [n for n, label in enumerate(labels) if label is not None and label.lane < 0]
    scale = weights[known].sum() + weights[other].sum()
    if known:
        target = torch.tensor([labels[n].lane for n in known])  # type: ignore[union-attr]
        each = F.cross_entropy(answers["lane"][known], target, reduction="none", label_smoothing=SMOOTHING)
        total = total + SHARES["lane"] * (each * weights[known]).sum()
    if other:
        # Known to be none of the three, and nothing more: the sum over all other lanes is what must be likely.
        log_shares = F.log_softmax(answers["lane"][other], dim=1)
        each = -torch.logsumexp(log_shares[:, len(THREE) :], dim=1)
        total = total + SHARES["lane"] * (each * weights[other]).sum()
    for name, targets in (
        ("stage", [label.stage if label else -1 for label in labels]),
        ("emotion", [label.emotion if label else -1 for label in labels]),
    ):
        told = [n for n, target in enumerate(targets) if target >= 0]
        if told:
            target = torch.tensor([targets[n] for n in told])
            each = F.cross_entropy(answers[name][told], target, reduction="none", label_smoothing=SMOOTHING)
            total = total + SHARES[name] * (each * weights[told]).sum()
    told = [n for n, label in enumerate(labels) if label is not None and label.valence is not None]
    if told:
        target = torch.tensor([labels[n].valence for n in told], dtype=torch.float32)  # type: ignore[union-attr]
        each = (answers["valence"][told, 0] - target) ** 2
        total = total + SHARES["valence"] * (each * weights[told]).sum()
    return total / torch.clamp(scale, min=1.0)


def contrast(vectors: Tensor, themes: Sequence[str]) -> Tensor:
    """Return the supervised contrastive loss of unit *vectors*."""
    rows = F.normalize(vectors, dim=1)
    likeness = rows @ rows.T / TEMPERATURE
    same = torch.tensor([[a == b and i != j for j, b in enumerate(themes)] for i, a in enumerate(themes)])
    likeness = likeness.masked_fill(torch.eye(len(themes), dtype=torch.bool), -1e4)
    log_shares = likeness - torch.logsumexp(likeness, dim=1, keepdim=True)
    counted = same.sum(dim=1)
    kept = counted > 0
    each = -(log_shares * same).sum(dim=1)[kept] / counted[kept]
    return each.mean()


class Material:
    """All that is trained on, and how it is dealt out."""

    def __init__(self, exemplars: list[Exemplar], corpora: list[Corpus], tokenise: Tokenise) -> None:
        self._exemplars, self._corpora, self._tokenise = exemplars, corpora, tokenise
        self.corpus_items = [item for corpus in corpora for item in corpus_items(corpus, tokenise)]
        by_trade: dict[tuple[str, str, str], list[Exemplar]] = defaultdict(list)
        for item in exemplars:
            by_trade[item.language, item.trade, item.role].append(item)
        self._groups = [by_trade[key] for key in sorted(by_trade)]
        self._themes = [_theme_places(corpus) for corpus in corpora]
        self._windows: dict[tuple[int, int, int], Item] = {}

    def epoch(self, rng: np.random.Generator) -> list[Item]:
        """Return one epoch's windows: corpora as they are, exemplars alone or in small runs, dealt anew."""
        return [*self.corpus_items, *self._dealt(rng)]

    def _dealt(self, rng: np.random.Generator) -> Iterator[Item]:
        number = 0
        for group in self._groups:
            order = [group[n] for n in rng.permutation(len(group))]
            while order:
                size = int(rng.choice([1, 1, 2, 3, 4]))
                run, order = order[:size], order[size:]
                document = exemplar_document(run, number)
                labels = {n: exemplar_label(item) for n, item in enumerate(run)}
                number += 1
                for window, known in labelled_windows(document, labels, self._tokenise):
                    yield Item(window, list(known), EXEMPLAR_WEIGHT)

    def contrasts(self, rng: np.random.Generator) -> Iterator[tuple[list[Item], list[str]]]:
        """Yield endless contrast steps: passages of several themes of one corpus, each inside a narrow window."""
        while True:
            for number in rng.permutation(len(self._corpora)):
                themes = self._themes[number]
                chosen = [sorted(themes)[n] for n in rng.permutation(len(themes))[:CONTRAST_THEMES]]
                items, names = [], []
                for theme in chosen:
                    places = themes[theme]
                    for n in rng.permutation(len(places))[:CONTRAST_PASSAGES]:
                        items.append(self._narrow(int(number), *places[n]))
                        names.append(theme)
                yield items, names

    def _narrow(self, corpus: int, document: int, utterance: int) -> Item:
        """Return the window of one utterance with its neighbours."""
        key = (corpus, document, utterance)
        if key not in self._windows:
            from dataclasses import replace

            whole = self._corpora[corpus].documents[document]
            near = tuple(u for u in whole.utterances if abs(u.number - utterance) <= 1)
            (window, *_) = (w for w, _ in labelled_windows(replace(whole, utterances=near), {}, self._tokenise))
            window.spans = [span for span in window.spans if span[0] == utterance]
            self._windows[key] = Item(window, [None], 1.0)
        return self._windows[key]


def corpus_items(corpus: Corpus, tokenise: Tokenise) -> list[Item]:
    """Return all windows of a corpus."""
    out = []
    for place, document in enumerate(corpus.documents):
        labels = {number: label for (where, number), label in corpus.labels.items() if where == place}
        out += [Item(w, list(known), 1.0) for w, known in labelled_windows(document, labels, tokenise)]
    return out


def _theme_places(corpus: Corpus) -> dict[str, list[tuple[int, int]]]:
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, label in corpus.labels.items():
        if label.theme is not None:
            places[label.theme].append(place)
    return {theme: found for theme, found in places.items() if len(found) >= 2}


def fit(reader: Reader, material: Material, *, epochs: int = EPOCHS, seed: int = 0) -> None:
    """Train *reader* in place."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    _standardise(reader, material.epoch(rng)[:200])
    layers = reader.encoder.layers
    groups: list[dict[str, Any]] = [
        {"params": list(layer.parameters()), "lr": TOP_RATE * RATE_DECAY ** (len(layers) - 1 - n)}
        for n, layer in enumerate(layers)
    ]
    groups.append({"params": list(reader.heads.parameters()), "lr": HEAD_RATE})
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = epochs * len(batches(material.epoch(np.random.default_rng(seed)), np.random.default_rng(seed)))
    warm = max(1, int(WARM_UP * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min((n + 1) / warm, max(0.0, (steps - n) / (steps - warm)))
    )
    contrasts = material.contrasts(rng)
    began, done = time.monotonic(), 0
    for epoch in range(epochs):
        reader.train()
        total = 0.0
        made = batches(material.epoch(rng), rng)
        for number, batch in enumerate(made):
            ids, mask, pool = pooling(batch)
            labels = [label for item in batch for label in item.labels]
            weights = torch.tensor([item.weight for item in batch for _ in item.labels])
            with torch.autocast("cpu", torch.bfloat16):
                tokens = reader.encoder(ids, mask)
            answers = reader.answers(pool @ tokens.float().reshape(-1, WIDTH))
            loss = loss_of(answers, labels, weights)
            if number % CONTRAST_EVERY == 0:
                items, names = next(contrasts)
                ids, mask, pool = pooling(items)
                with torch.autocast("cpu", torch.bfloat16):
                    tokens = reader.encoder(ids, mask)
                near = reader.answers(pool @ tokens.float().reshape(-1, WIDTH))["theme"]
                loss = loss + SHARES["theme"] * contrast(near, names)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
            done += 1
            if done % 50 == 0:
                print(f"    step {done}/{steps}, {time.monotonic() - began:.0f} s, loss {total / (number + 1):.3f}", flush=True)
        print(f"  epoch {epoch + 1}: loss {total / len(made):.3f}, {time.monotonic() - began:.0f} s", flush=True)


def _standardise(reader: Reader, items: Sequence[Item]) -> None:
    """Set the mean and the spread of the vectors that the heads see."""
    vectors = read(reader, items)[0]
    reader.mean.copy_(torch.tensor(vectors.mean(axis=0)))  # type: ignore[operator]
    reader.spread.copy_(torch.tensor(vectors.std(axis=0) + 1e-4))  # type: ignore[operator]


def read(reader: Reader, items: Sequence[Item]) -> tuple[np.ndarray[Any, Any], dict[str, np.ndarray[Any, Any]]]:
    """Return the vectors and the answers of all spans, window by window in order."""
    reader.eval()
    vectors, answers = [], defaultdict(list)
    with torch.inference_mode():
        for start in range(0, len(items), 8):
            ids, mask, pool = pooling(items[start : start + 8])
            with torch.autocast("cpu", torch.bfloat16):
                tokens = reader.encoder(ids, mask)
            rows = pool @ tokens.float().reshape(-1, WIDTH)
            vectors.append(rows.numpy())
            for name, values in reader.answers(rows).items():
                answers[name].append(values.numpy())
    return np.concatenate(vectors), {name: np.concatenate(parts) for name, parts in answers.items()}


def main() -> None:
    """Train, and score or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--corpora", nargs="*")
    parser.add_argument("--data", type=Path, default=ROOT / "evals" / "data")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    exemplars = read_exemplars()
    names = arguments.corpora or sorted(p.name for p in arguments.data.iterdir() if (p / "gold.json").is_file())
    corpora = {name: read_corpus(arguments.data / name) for name in names}
    base = read_base(wheel_file())
    texts = [e.text for e in exemplars]
    kept = kept_pieces(base, texts)
    splitter = tokeniser([base.pieces[n] for n in kept], base.scores[kept])

    def tokenise(some: Sequence[str]) -> list[list[int]]:
        return [encoded.ids for encoded in splitter.encode_batch(list(some), add_special_tokens=False)]

    learnt = [corpus for name, corpus in corpora.items() if name not in arguments.leave_out]
    material = Material(exemplars, learnt, tokenise)
    print(f"{len(exemplars)} exemplars, {len(learnt)} corpora, {len(material.corpus_items)} windows", flush=True)
    reader = build(base, kept, WIDTHS)
    fit(reader, material, epochs=arguments.epochs, seed=arguments.seed)
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        torch.save({"state": reader.state_dict(), "kept": kept}, arguments.out / "reader.pt")
        for name, corpus in corpora.items():
            items = corpus_items(corpus, tokenise)
            vectors, answers = read(reader, items)
            np.savez(arguments.out / f"{name}.npz", vectors=vectors, **answers)


if __name__ == "__main__":
    main()
