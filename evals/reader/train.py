"""Train the reader and write its weights (`make reader`).

    python -m evals.reader.train --out FOLDER                    train, and write the three files the local engine loads
    python -m evals.reader.train --leave-out en-bank es-viajes   train without these corpora, too
    python -m evals.reader.train --answers FOLDER                write down what it says of every corpus it may read

Corpora that are held back are neither trained on nor read.  Multi-task: lane, stage, valence and emotion of each
utterance in its window, and a vector in which passages of one theme lie near each other (supervised contrast, Khosla
et al. 2020), which teaches the encoder and is not shipped.  Seeded; the same machine gives the same weights.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from evals.heads.exemplars import read_exemplars
from evals.reader.base import WIDTH, kept_pieces, read_base, tokeniser, wheel_file
from evals.reader.dealing import Item, Material, batches, corpus_items
from evals.reader.export import write
from evals.reader.material import (
    DATA,
    EMOTIONS,
    LANES,
    STAGES,
    THREE,
    Corpus,
    Label,
    read_corpora,
)
from evals.reader.model import THEME_WIDTH, Reader, build
from journeyai.engines.local.reader.windows import Tokenise

WIDTHS: Final = {
    "lane": len(LANES),
    "stage": len(STAGES),
    "valence": 1,
    "emotion": len(EMOTIONS),
    "theme": THEME_WIDTH,
}
EPOCHS: Final = 5
TOP_RATE, RATE_DECAY, HEAD_RATE = 1e-4, 0.9, 1e-3
WARM_UP: Final = 0.1
#: Share of the loss of each question.
SHARES: Final = {"lane": 1.0, "stage": 0.7, "valence": 0.4, "emotion": 0.4, "theme": 0.5}
TEMPERATURE: Final = 0.1
#: A contrast step after so many others.
CONTRAST_EVERY: Final = 2
SMOOTHING: Final = 0.05
#: Progress is told after so many steps.
TOLD_EVERY: Final = 50


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


def loss_of(answers: dict[str, Tensor], labels: Sequence[Label | None], weights: Tensor) -> Tensor:
    """Return the summed weighted loss of all questions over the weight of the lane's."""
    known = [(n, label) for n, label in enumerate(labels) if label is not None]
    lanes = [n for n, _ in known]
    stages = [label.stage if label else -1 for label in labels]
    emotions = [label.emotion if label else -1 for label in labels]
    total = (
        _lane_loss(answers["lane"], known, weights)
        + SHARES["stage"] * _choice_loss(answers["stage"], stages, weights)
        + SHARES["emotion"] * _choice_loss(answers["emotion"], emotions, weights)
    )
    felt = [(n, label.valence) for n, label in known if label.valence is not None]
    if felt:
        rows = [n for n, _ in felt]
        target = torch.tensor([valence for _, valence in felt], dtype=torch.float32)
        each = (answers["valence"][rows, 0] - target) ** 2
        total = total + SHARES["valence"] * (each * weights[rows]).sum()
    return total / torch.clamp(weights[lanes].sum(), min=1.0)


def _lane_loss(answers: Tensor, known: Sequence[tuple[int, Label]], weights: Tensor) -> Tensor:
    targets = [-1] * len(answers)
    for n, label in known:
        targets[n] = label.lane
    total = SHARES["lane"] * _choice_loss(answers, targets, weights)
    other = [n for n, label in known if label.lane < 0]
    if other:
        # Known to be none of the three, and nothing more: the sum over all other lanes is what must be likely.
        log_shares = F.log_softmax(answers[other], dim=1)
        each = -torch.logsumexp(log_shares[:, len(THREE) :], dim=1)
        total = total + SHARES["lane"] * (each * weights[other]).sum()
    return total


def _choice_loss(answers: Tensor, targets: Sequence[int], weights: Tensor) -> Tensor:
    """Return the summed weighted cross entropy of the rows whose target is known (not −1)."""
    told = [n for n, target in enumerate(targets) if target >= 0]
    if not told:
        return torch.zeros(())
    target = torch.tensor([targets[n] for n in told])
    each = F.cross_entropy(answers[told], target, reduction="none", label_smoothing=SMOOTHING)
    return (each * weights[told]).sum()


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


def fit(reader: Reader, material: Material, *, epochs: int = EPOCHS, seed: int = 0) -> None:
    """Train *reader* in place."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    _standardise(reader, material.epoch(rng)[:200])
    # How many steps there will be: dealing anew gives a batch more or less.
    steps = epochs * len(batches(material.epoch(np.random.default_rng(seed)), np.random.default_rng(seed)))
    optimiser, schedule = _optimiser(reader, steps)
    contrasts = material.contrasts(rng)
    began, done = time.monotonic(), 0
    for epoch in range(epochs):
        reader.train()
        total = 0.0
        made = batches(material.epoch(rng), rng)
        for number, batch in enumerate(made):
            loss = _batch_loss(reader, batch)
            if number % CONTRAST_EVERY == 0:
                loss = loss + SHARES["theme"] * _contrast_loss(reader, contrasts)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
            done += 1
            if done % TOLD_EVERY == 0:
                seconds = time.monotonic() - began
                print(
                    f"    step {done}/{steps}, {seconds:.0f} s, loss {total / (number + 1):.3f}", flush=True
                )
        seconds = time.monotonic() - began
        print(f"  epoch {epoch + 1}: loss {total / len(made):.3f}, {seconds:.0f} s", flush=True)


def _optimiser(reader: Reader, steps: int) -> tuple[Any, Any]:
    """Return the optimiser (lower layers learn more slowly) and its schedule: a short rise, then down to 0."""
    layers = reader.encoder.layers
    groups: list[dict[str, Any]] = [
        {"params": list(layer.parameters()), "lr": TOP_RATE * RATE_DECAY ** (len(layers) - 1 - n)}
        for n, layer in enumerate(layers)
    ]
    groups.append({"params": list(reader.heads.parameters()), "lr": HEAD_RATE})
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    warm = max(1, int(WARM_UP * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min((n + 1) / warm, max(0.0, (steps - n) / (steps - warm)))
    )
    return optimiser, schedule


def _batch_loss(reader: Reader, batch: Sequence[Item]) -> Tensor:
    labels = [label for item in batch for label in item.labels]
    weights = torch.tensor([item.weight for item in batch for _ in item.labels])
    return loss_of(reader.answers(_vectors(reader, batch)), labels, weights)


def _contrast_loss(reader: Reader, contrasts: Iterator[tuple[list[Item], list[str]]]) -> Tensor:
    items, names = next(contrasts)
    return contrast(reader.answers(_vectors(reader, items))["theme"], names)


def _vectors(reader: Reader, items: Sequence[Item]) -> Tensor:
    """Return the vectors of all spans of *items*; the encoder counts in half precision."""
    ids, mask, pool = pooling(items)
    with torch.autocast("cpu", torch.bfloat16):
        tokens = reader.encoder(ids, mask)
    return pool @ tokens.float().reshape(-1, WIDTH)


def _standardise(reader: Reader, items: Sequence[Item]) -> None:
    """Set the mean and the spread of the vectors that the heads see."""
    vectors = read(reader, items)[0]
    reader.mean.copy_(torch.tensor(vectors.mean(axis=0)))
    reader.spread.copy_(torch.tensor(vectors.std(axis=0) + 1e-4))


def read(reader: Reader, items: Sequence[Item]) -> tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]:
    """Return the vectors and the answers of all spans, window by window in order."""
    reader.eval()
    vectors, answers = [], defaultdict(list)
    with torch.inference_mode():
        for start in range(0, len(items), 8):
            rows = _vectors(reader, items[start : start + 8])
            vectors.append(rows.numpy())
            for name, values in reader.answers(rows).items():
                answers[name].append(values.numpy())
    return np.concatenate(vectors), {name: np.concatenate(parts) for name, parts in answers.items()}


def main() -> None:
    """Train, and write what is asked for."""
    arguments = _arguments()
    torch.set_num_threads(2)
    corpora = read_corpora(arguments.data, arguments.corpora)
    exemplars = read_exemplars()
    base = read_base(wheel_file())
    kept = kept_pieces(base, [e.text for e in exemplars])
    splitter = tokeniser([base.pieces[n] for n in kept], base.scores[kept])

    def tokenise(some: Sequence[str]) -> list[list[int]]:
        return [encoded.ids for encoded in splitter.encode_batch(list(some), add_special_tokens=False)]

    learnt = [corpus for corpus in corpora if corpus.name not in arguments.leave_out]
    material = Material(exemplars, learnt, tokenise)
    print(
        f"{len(exemplars)} exemplars, {len(learnt)} corpora, {len(material.corpus_items)} windows", flush=True
    )
    reader = build(base, kept, WIDTHS, arguments.seed)
    fit(reader, material, epochs=arguments.epochs, seed=arguments.seed)
    if arguments.answers:
        _write_answers(reader, kept, corpora, tokenise, arguments.answers)
    if arguments.out:
        labels = {"lane": LANES, "stage": STAGES, "emotion": EMOTIONS}
        write(reader, base, kept, labels, arguments.out)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evals.reader.train", description="Train the local engine's reader."
    )
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of labelled corpora")
    parser.add_argument(
        "--corpora", nargs="+", metavar="NAME", help="read these only; else all not held back"
    )
    parser.add_argument(
        "--leave-out",
        nargs="+",
        metavar="NAME",
        default=[],
        help="do not train on these, nor on those held back",
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write the reader's three files here")
    parser.add_argument(
        "--answers",
        type=Path,
        metavar="FOLDER",
        help="write the weights and the answers for each corpus here",
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _write_answers(
    reader: Reader, kept: list[int], corpora: Sequence[Corpus], tokenise: Tokenise, folder: Path
) -> None:
    """Write the weights as torch keeps them, and vectors and answers of each corpus's spans in order."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({"state": reader.state_dict(), "kept": kept}, folder / "reader.pt")
    for corpus in corpora:
        vectors, answers = read(reader, corpus_items(corpus, tokenise))
        arrays: dict[str, Any] = {"vectors": vectors, **answers}
        np.savez(folder / f"{corpus.name}.npz", **arrays)


if __name__ == "__main__":
    main()
