"""Write a trained reader as the three files that the local engine loads from `knowledge/reader`.

`reader.onnx` is the encoder without its matrices; those are in `reader.npz`: the word table in the 4 bits it came in,
the dense layers as 8-bit integers with a scale a column (unpacked when loaded), and the heads.  `tokenizer.json` splits
text.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from evals.reader.base import ATTENTION_HEADS, WIDTH, Base, tokeniser
from evals.reader.model import POSITIONS, Reader

_OPSET: Final = 20
#: Matrices smaller than this stay as they are.
_SMALL: Final = 10_000


class _Exported(nn.Module):  # type: ignore[misc]  # types of torch are not looked at
    """The encoder with its word table packed."""

    def __init__(self, reader: Reader, blocks: NDArray[np.uint8]) -> None:
        super().__init__()
        self.encoder = reader.encoder
        self.register_buffer("nibbles", torch.tensor(blocks[:, :, 2:].reshape(len(blocks), -1).copy()))
        self.register_buffer("scales", torch.tensor(blocks[:, :, :2].copy().view(np.float16)[..., 0]))
        self.register_buffer("places", reader.encoder.pos.weight.data[:POSITIONS].clone())

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        count, length = ids.shape
        packed = self.nibbles[ids].reshape(count, length, WIDTH // 32, 16).to(torch.int32)
        values = torch.cat([packed % 16, packed // 16], -1).float() - 8.0
        words = (values * self.scales[ids].float().unsqueeze(-1)).reshape(count, length, WIDTH)
        x = self.encoder.eln(words + self.places[:length])
        bar = (1.0 - mask.float())[:, None, None, :] * -1e4
        for layer in self.encoder.layers:
            x = _layer(layer, x, bar, count, length)
        out: Tensor = x
        return out


def _layer(layer: Any, x: Tensor, bar: Tensor, count: int, length: int) -> Tensor:
    width = WIDTH // ATTENTION_HEADS

    def parted(dense: nn.Module) -> Tensor:
        out: Tensor = dense(x).reshape(count, length, ATTENTION_HEADS, width)
        return out.transpose(1, 2)

    likeness = parted(layer.q) @ parted(layer.k).transpose(-1, -2) * width**-0.5
    seen = (torch.softmax(likeness + bar, -1) @ parted(layer.v)).transpose(1, 2).reshape(count, length, WIDTH)
    x = layer.aln(x + layer.ao(seen))
    out: Tensor = layer.oln(x + layer.fo(nn.functional.gelu(layer.fi(x))))
    return out


def write(
    reader: Reader, base: Base, kept: list[int], labels: dict[str, tuple[str, ...]], folder: Path
) -> None:
    """Write the reader's three files into *folder*.

    Args:
        reader: trained.
        base: the encoder it started from.
        kept: ids of the pieces of its word table.
        labels: question → its answers, in the order of columns; the head of no other question but valence is written.
        folder: made if it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reader.eval()
    splitter = tokeniser([base.pieces[n] for n in kept], base.scores[kept])
    splitter.save(str(folder / "tokenizer.json"), pretty=False)
    exported = _Exported(reader, base.table_blocks[kept]).eval()
    batch, length = (
        torch.export.Dim("batch", min=1, max=512),
        torch.export.Dim("length", min=3, max=POSITIONS),
    )
    torch.onnx.export(
        exported,
        (torch.ones(3, 17, dtype=torch.int64), torch.ones(3, 17, dtype=torch.int64)),
        str(folder / "reader.onnx"),
        input_names=["ids", "mask"],
        output_names=["tokens"],
        dynamic_shapes={"ids": {0: batch, 1: length}, "mask": {0: batch, 1: length}},
        dynamo=True,
        external_data=False,
        opset_version=_OPSET,
    )
    model = onnx.load(str(folder / "reader.onnx"))
    del model.graph.value_info[:]
    for function in list(model.graph.node):
        del function.metadata_props[:]
        function.doc_string = ""
    del model.metadata_props[:]
    model, taken = _packed(model)
    (folder / "reader.onnx").write_bytes(model.SerializeToString())
    arrays: dict[str, Any] = {**taken, "mean": reader.mean.numpy(), "spread": reader.spread.numpy()}
    for name in (*labels, "valence"):
        head = reader.heads[name]
        arrays[f"{name}_weight"] = head.weight.detach().numpy().T.astype(np.float32)
        arrays[f"{name}_bias"] = head.bias.detach().numpy().astype(np.float32)
    for name, values in labels.items():
        arrays[f"labels_{name}"] = np.array(values)
    np.savez_compressed(folder / "reader.npz", **arrays)


def _packed(model: onnx.ModelProto) -> tuple[onnx.ModelProto, dict[str, NDArray[Any]]]:
    """Take each large matrix out of the model; return it and the matrices, as 8-bit integers with a scale a column.

    The model keeps names and shapes: whoever loads it hands the matrices in.
    """
    graph = model.graph
    kept = []
    taken: dict[str, NDArray[Any]] = {}
    for initial in graph.initializer:
        values = numpy_helper.to_array(initial)
        if values.size < _SMALL:
            kept.append(initial)
            continue
        name = f"m{len(taken) // 2}"
        for node in graph.node:
            for place, used in enumerate(node.input):
                if used == initial.name:
                    node.input[place] = name
        if values.dtype == np.float32 and values.ndim == 2 and values.shape[0] != POSITIONS:
            axis = 1 if _is_right_factor(graph, name) else 0
            scales = np.maximum(np.abs(values).max(axis=1 - axis, keepdims=True), 1e-12) / 127
            taken[name] = np.clip(np.rint(values / scales), -127, 127).astype(np.int8)
            taken[f"{name}_scales"] = scales.astype(np.float32)
        else:
            taken[name] = values
            taken[f"{name}_scales"] = np.zeros(0, np.float32)
        stub = onnx.TensorProto(name=name, data_type=initial.data_type, dims=initial.dims)
        stub.data_location = onnx.TensorProto.EXTERNAL
        stub.external_data.add(key="location", value="reader.npz")
        kept.append(stub)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    return model, taken


def _is_right_factor(graph: onnx.GraphProto, name: str) -> bool:
    """Whether the matrix is used as x @ matrix (columns are outputs); otherwise rows are."""
    for node in graph.node:
        if name in node.input:
            transposed = any(a.name == "transB" and a.i == 1 for a in node.attribute)
            return node.op_type in {"MatMul", "Gemm"} and not transposed
    return True
