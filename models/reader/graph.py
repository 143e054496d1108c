"""The network as an ONNX graph, written node by node: what an int8 model for the CPU needs and no more.

Each linear layer of the encoder is one ``DynamicQuantizeMatMul``: activations become 8 bits as they come, weights are 8 bits with a
scale a column. What few numbers reach far would leave few of the 8 bits to the rest: within a feed-forward layer each piece is
divided by its own furthest number first, and what enters one is divided, a number each, as far as its weights allow (SmoothQuant,
Xiao 2023). Query, key and value are one matrix, save in the last layer, which asks for fewer pieces than it looks at. Weights use
seven of the eight bits: on processors without VNNI the sum of two products would overflow. Embeddings are kept in 4-bit blocks where
they are those of the source, else in 8 bits a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from reader.packing import BLOCK, four_bits, rows_of_eight_bits

from dutybook.extract.norms.model.inputs import HEADS, LOWEST_LAYERS, PIECE_HEADS, WORD_CLASSES

Floats = NDArray[np.float32]
WORDS = "encoder.embeddings.word_embeddings.weight"
_CONTRIB = "com.microsoft"
_BITS = 63


class Graph:
    """Nodes and weights; names are made as they are needed."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self._count = 0

    def node(self, kind: str, inputs: list[str], domain: str = "", outputs: int = 1, **attributes: Any) -> str:
        """Add a node; the name of its first output."""
        self._count += 1
        names = [f"{kind}{self._count}" + (f".{n}" if n else "") for n in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, name=names[0], domain=domain, **attributes))
        return names[0]

    def weight(self, name: str, values: Any) -> str:
        """Add a constant."""
        self.weights.append(numpy_helper.from_array(np.array(values, order="C"), name))
        return name


def make_graph(
    state: Mapping[str, Floats],
    layers: int,
    heads: int,
    epsilon: float,
    *,
    quantised: bool = True,
    reach: Mapping[str, Floats] | None = None,
) -> ModelProto:
    """The model: ``ids`` (batch, pieces), ``kept`` (kept) and ``sentence`` (batch, kept), int32, to the logits of every head.

    ``kept`` says which pieces are asked about, the first of a unit among them; ``sentence`` is 1 at those of the unit itself.
    Units of a batch are of one length.

    ``reach`` says how far each number that enters a feed-forward layer goes from zero, by the layer's name.
    """
    made = Graph()

    def linear(of: str, name: str, weight: Floats, bias: Floats, *, by_piece: bool = False) -> str:
        if not quantised:
            product = made.node("MatMul", [of, made.weight(f"{name}.weight", weight.T)])
            return made.node("Add", [product, made.weight(f"{name}.bias", bias)])
        if reach is not None and name in reach:
            share = _share(reach[name], weight)
            of = made.node("Mul", [of, made.weight(f"{name}.share", 1 / share)])
            weight = weight * share
        scale = np.maximum(np.abs(weight).max(axis=1) / _BITS, 1e-12).astype(np.float32)
        small = np.rint(weight / scale[:, None]).astype(np.int8).T
        inputs = [made.weight(f"{name}.weight", small), made.weight(f"{name}.scale", scale), ""]
        shift = made.weight(f"{name}.bias", bias)
        if not by_piece:
            return made.node("DynamicQuantizeMatMul", [of, *inputs, shift], _CONTRIB)
        furthest = made.node("ReduceMax", [made.node("Abs", [of]), "last"], keepdims=1)
        furthest = made.node("Max", [furthest, "tiny"])
        product = made.node("DynamicQuantizeMatMul", [made.node("Div", [of, furthest]), *inputs, ""], _CONTRIB)
        return made.node("Add", [made.node("Mul", [product, furthest]), shift])

    made.weight("last", np.array([-1], np.int64))
    made.weight("tiny", np.array(1e-6, np.float32))

    def plain(of: str, name: str) -> str:
        product = made.node("MatMul", [of, made.weight(f"{name}.weight", state[f"{name}.weight"].T)])
        return made.node("Add", [product, made.weight(f"{name}.bias", state[f"{name}.bias"])])

    def normed(of: str, name: str) -> str:
        scale, shift = (
            made.weight(f"{name}.weight", state[f"{name}.weight"]),
            made.weight(f"{name}.bias", state[f"{name}.bias"]),
        )
        return made.node("LayerNormalization", [of, scale, shift], axis=-1, epsilon=epsilon)

    hidden = normed(_embedded(made, state), "encoder.embeddings.LayerNorm")
    of_words = ""
    for n in range(layers):
        at = f"encoder.encoder.layer.{n}."

        def joined(of: str, *kinds: str, at: str = at) -> list[str]:
            names = [f"{at}attention.self.{kind}" for kind in kinds]
            weight, bias = (np.concatenate([state[f"{name}.{k}"] for name in names]) for k in ("weight", "bias"))
            whole = linear(of, f"{at}{'_'.join(kinds)}", weight, bias)
            if len(kinds) == 1:
                return [whole]
            first = made.node("Split", [whole], outputs=len(kinds), axis=-1, num_outputs=len(kinds))
            return [first, *(f"{first}.{n}" for n in range(1, len(kinds)))]

        if n == LOWEST_LAYERS:
            of_words = made.node("Gather", [hidden, "kept"], axis=1)
        if n < layers - 1:
            looked = joined(hidden, "query", "key", "value")
        else:
            # The last layer says something of the pieces that are asked about alone.
            every, hidden = hidden, made.node("Gather", [hidden, "kept"], axis=1)
            looked = [*joined(hidden, "query"), *joined(every, "key", "value")]
        seen = made.node("MultiHeadAttention", looked, _CONTRIB, num_heads=heads)

        def dense(of: str, name: str, *, by_piece: bool = False) -> str:
            return linear(of, name, state[f"{name}.weight"], state[f"{name}.bias"], by_piece=by_piece)

        mixed = dense(seen, f"{at}attention.output.dense")

        hidden = normed(made.node("Add", [hidden, mixed]), f"{at}attention.output.LayerNorm")
        inner = made.node("Gelu", [dense(hidden, f"{at}intermediate.dense")])
        outer = dense(inner, f"{at}output.dense", by_piece=True)
        hidden = normed(made.node("Add", [hidden, outer]), f"{at}output.LayerNorm")
    pooled = _pooled(made, hidden)
    for name in HEADS:
        if f"unit.{name}.0.weight" in state:
            answer = plain(made.node("Gelu", [plain(pooled, f"unit.{name}.0")]), f"unit.{name}.3")
        else:
            answer = plain(pooled, f"unit.{name}")
        made.nodes.append(helper.make_node("Identity", [answer], [f"{name}_logits"]))
    for name in PIECE_HEADS:
        logits = plain((of_words or hidden) if name == WORD_CLASSES else hidden, f"piece.{name}")
        made.nodes.append(helper.make_node("Identity", [logits], [f"{name}_logits"]))
    return _model(made)


def _share(reach: Floats, weight: Floats) -> Floats:
    """What divides each number: the square root of how far it goes by how far its weights go."""
    wide = np.maximum(np.abs(weight).max(axis=0), 1e-5)
    return np.maximum(np.sqrt(np.maximum(reach, 1e-5) / wide), 1e-5).astype(np.float32)


def _embedded(made: Graph, state: Mapping[str, Floats]) -> str:
    blocks = four_bits(state[WORDS])
    if blocks is not None:
        found = _unpacked(made, *blocks)
    else:
        small, scale = rows_of_eight_bits(state[WORDS])
        rows = made.node("Gather", [made.weight("words", small), "ids"])
        scales_of = made.node("Gather", [made.weight("words.scale", scale[:, None]), "ids"])
        floats = [made.node("Cast", [x], to=TensorProto.FLOAT) for x in (rows, scales_of)]
        found = made.node("Mul", floats)
    # Positions are counted in the graph; all pieces are of type 0.
    places = (
        state["encoder.embeddings.position_embeddings.weight"]
        + state["encoder.embeddings.token_type_embeddings.weight"][0]
    )
    length = made.node("Gather", [made.node("Shape", ["ids"]), made.weight("one", np.array(1, np.int64))], axis=0)
    zero, step = made.weight("zero", np.array(0, np.int64)), made.weight("step", np.array(1, np.int64))
    counted = made.node("Range", [zero, length, step])
    return made.node("Add", [found, made.node("Gather", [made.weight("places", places.astype(np.float32)), counted])])


def _unpacked(made: Graph, nibbles: NDArray[np.uint8], scales: NDArray[np.float16]) -> str:
    """Rows of 4-bit blocks as floats. ``GatherBlockQuantized`` does the same one number at a time, in six times the time."""
    width = nibbles.shape[1] * 2
    signed = np.stack([nibbles & 0x0F, nibbles >> 4], axis=-1).reshape(len(nibbles), width)
    # Bytes hold a number of the row's first half below one of its second half, each raised by 8.
    raised = (signed ^ 8).astype(np.uint8)
    halves = raised[:, : width // 2] | (raised[:, width // 2 :] << 4)
    rows = made.node("Gather", [made.weight("words", halves), "ids"])
    low = made.node("BitwiseAnd", [rows, made.weight("low", np.array(15, np.uint8))])
    high = made.node("BitShift", [rows, made.weight("four", np.array(4, np.uint8))], direction="RIGHT")
    whole = made.node("Cast", [made.node("Concat", [low, high], axis=-1)], to=TensorProto.FLOAT)
    centred = made.node("Sub", [whole, made.weight("eight", np.array(8, np.float32))])
    blocks = made.node("Reshape", [centred, made.weight("blocks", np.array([0, 0, width // BLOCK, BLOCK], np.int64))])
    scale = made.node("Gather", [made.weight("words.scale", scales[:, :, None]), "ids"])
    scaled = made.node("Mul", [blocks, made.node("Cast", [scale], to=TensorProto.FLOAT)])
    return made.node("Reshape", [scaled, made.weight("row", np.array([0, 0, width], np.int64))])


def _pooled(made: Graph, hidden: str) -> str:
    """The first piece beside the mean of the unit's pieces."""
    mask = made.node(
        "Unsqueeze",
        [made.node("Cast", ["sentence"], to=TensorProto.FLOAT), "last"],
    )
    axis = made.weight("axis", np.array([1], np.int64))
    total = made.node("ReduceSum", [made.node("Mul", [hidden, mask]), axis], keepdims=0)
    count = made.node("ReduceSum", [mask, axis], keepdims=0)
    mean = made.node("Div", [total, made.node("Max", [count, made.weight("least", np.array(1, np.float32))])])
    first = made.node("Gather", [hidden, made.weight("first", np.array(0, np.int64))], axis=1)
    return made.node("Concat", [first, mean], axis=-1)


def _model(made: Graph) -> ModelProto:
    inputs: dict[str, list[str | int]] = {"ids": ["batch", "pieces"], "kept": ["kept"], "sentence": ["batch", "kept"]}
    given = [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name, shape in inputs.items()]
    shapes: dict[str, list[str | int]] = {name: ["batch", len(labels)] for name, labels in HEADS.items()}
    shapes |= {name: ["batch", "kept", len(labels)] for name, labels in PIECE_HEADS.items()}
    outputs = [helper.make_tensor_value_info(f"{n}_logits", TensorProto.FLOAT, shape) for n, shape in shapes.items()]
    body = helper.make_graph(made.nodes, "norms", given, outputs, made.weights)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_CONTRIB, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=10, producer_name="dutybook")
