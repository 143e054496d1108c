"""The network as an ONNX graph, written node by node: what an int8 model for the CPU needs and no more.

Each linear layer is one ``DynamicQuantizeMatMul``: activations become 8 bits as they come, weights are 8 bits with a scale a
column. What few numbers reach far would leave few of the 8 bits to the rest: within a feed-forward layer each piece is divided by
its own furthest number first, and what enters one is divided, a number each, as far as its weights allow (SmoothQuant, Xiao 2023).
Without both the labels of one sentence in fifty changed. Query, key and value are one matrix. Weights use seven of the eight bits: on processors without VNNI the sum of two
products would overflow. Embeddings are looked up in 4-bit blocks where they are those of the source, else in 8 bits a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from transformer.packing import four_bits, rows_of_eight_bits

Floats = NDArray[np.float32]
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


def graph(
    state: Mapping[str, Floats],
    layers: int,
    heads: int,
    epsilon: float,
    *,
    quantised: bool = True,
    reach: Mapping[str, Floats] | None = None,
) -> ModelProto:
    """The model: ``ids``, ``attention``, ``sentence`` (batch, pieces; int32) to the logits of statement, list and tags.

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
    for n in range(layers):
        at = f"encoder.encoder.layer.{n}."
        names = [f"{at}attention.self.{k}" for k in ("query", "key", "value")]
        whole = np.concatenate([state[f"{k}.weight"] for k in names])
        joined = linear(hidden, f"{at}qkv", whole, np.concatenate([state[f"{k}.bias"] for k in names]))
        query = made.node("Split", [joined], outputs=3, axis=-1, num_outputs=3)
        inputs = [query, f"{query}.1", f"{query}.2", "", "attention"]
        seen = made.node("MultiHeadAttention", inputs, _CONTRIB, num_heads=heads)

        def dense(of: str, name: str, *, by_piece: bool = False) -> str:
            return linear(of, name, state[f"{name}.weight"], state[f"{name}.bias"], by_piece=by_piece)

        mixed = dense(seen, f"{at}attention.output.dense")
        hidden = normed(made.node("Add", [hidden, mixed]), f"{at}attention.output.LayerNorm")
        inner = made.node("Gelu", [dense(hidden, f"{at}intermediate.dense")])
        outer = dense(inner, f"{at}output.dense", by_piece=True)
        hidden = normed(made.node("Add", [hidden, outer]), f"{at}output.LayerNorm")
    pooled = _pooled(made, hidden)
    statement = plain(made.node("Gelu", [plain(pooled, "statement.0")]), "statement.3")
    for result, name in ((statement, "statement"), (plain(pooled, "list"), "list"), (plain(hidden, "tags"), "tags")):
        made.nodes.append(helper.make_node("Identity", [result], [f"{name}_logits"]))
    return _model(made, state)


def _share(reach: Floats, weight: Floats) -> Floats:
    """What divides each number: the square root of how far it goes by how far its weights go."""
    wide = np.maximum(np.abs(weight).max(axis=0), 1e-5)
    return np.maximum(np.sqrt(np.maximum(reach, 1e-5) / wide), 1e-5).astype(np.float32)


def _embedded(made: Graph, state: Mapping[str, Floats]) -> str:
    words = state["encoder.embeddings.word_embeddings.weight"]
    blocks = four_bits(words)
    if blocks is not None:
        nibbles, scales = blocks
        packed = helper.make_tensor("words", TensorProto.INT4, words.shape, nibbles.tobytes(), raw=True)
        made.weights.append(packed)
        inputs = ["words", "ids", made.weight("words.scale", scales)]
        looked_up = made.node("GatherBlockQuantized", inputs, _CONTRIB, gather_axis=0, quantize_axis=1, block_size=32)
        found = made.node("Cast", [looked_up], to=TensorProto.FLOAT)
    else:
        small, scale = rows_of_eight_bits(words)
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


def _pooled(made: Graph, hidden: str) -> str:
    """The first piece beside the mean of the sentence's pieces."""
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


def _model(made: Graph, state: Mapping[str, Floats]) -> ModelProto:
    whole = [
        helper.make_tensor_value_info(n, TensorProto.INT32, ["batch", "pieces"])
        for n in ("ids", "attention", "sentence")
    ]
    sizes = {
        n: state[f"{w}.bias"].shape[0] for n, w in (("statement", "statement.3"), ("list", "list"), ("tags", "tags"))
    }
    outputs = [
        helper.make_tensor_value_info(
            f"{n}_logits", TensorProto.FLOAT, ["batch", *(["pieces"] if n == "tags" else []), size]
        )
        for n, size in sizes.items()
    ]
    body = helper.make_graph(made.nodes, "norms", whole, outputs, made.weights)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_CONTRIB, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=10, producer_name="dutybook")
