"""Rows of the registry: one for each variant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kzoo.registry.preprocessing import Preprocessing
from kzoo.registry.weights import Weights

if TYPE_CHECKING:
    import keras

Naming = Callable[[str], str]


@dataclass(frozen=True)
class Auxiliary:
    """An auxiliary classifier of a network, for training only.

    Args:
        at: name of the layer whose output is its input.
        head: maps that output, classes, activation and a name to predictions.
        weight: loss weight.
    """

    at: str
    head: Callable = field(repr=False)
    weight: float


# The order that most of keras.applications' builders take their arguments in, and all of kzoo's own
POSITIONAL: tuple[str, ...]
POSITIONAL = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes", "classifier_activation")
POSITIONAL += ("name",)


@dataclass(frozen=True)
class Variant:
    """A classifier of the zoo: its row in the registry.

    Args:
        assemble: builds the model from this row and the builder's arguments.
        network: maps an image tensor to features.
        head: maps features, classes and activation to predictions.
        finalize_features: applied to the features without the head, after the pooling if there is one; None for none.
        config: further arguments of network and head, each of which takes those it has parameters for.
        options: keys of `config` that are arguments of the builder, such as the width of a MobileNet. The annotations
            of network and head are their types and ranges.
        positional: positional arguments of the builder in `kzoo.applications`, in the order of keras.applications.
        internal_preprocessing: preprocessing within the network, unless `include_preprocessing` is False.
        auxiliaries: auxiliary classifiers; built if `config` has "auxiliary", each a further output.
        torch_names: maps the name of a layer to the module of the torchvision or timm twin, for its weight files;
            several such functions, where the two name it differently.
        torch_preprocessing: of the training images of those files, where it is not `preprocessing`.
        parameters: with the classifier at its default size; moving statistics included, as Keras counts.
        macs: multiply-accumulates of one default input; convolution and dense weights only.
        input_shape: height, width, channels by default; min_size: the smallest height and width that works.
    """

    name: str
    assemble: Callable[..., keras.Model] = field(repr=False)
    network: Callable = field(repr=False)
    head: Callable = field(repr=False)
    paper: str
    reference: str
    year: int
    parameters: int
    macs: int
    preprocessing: Preprocessing
    input_shape: tuple[int, int, int] = (224, 224, 3)
    min_size: int = 32
    classes: int = 1000
    weights: tuple[Weights, ...] = ()
    max_classes: int | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    positional: tuple[str, ...] = POSITIONAL
    internal_preprocessing: Preprocessing | None = None
    finalize_features: Callable | None = field(default=None, repr=False)
    auxiliaries: tuple[Auxiliary, ...] = ()
    torch_names: Naming | tuple[Naming, ...] | None = field(default=None, repr=False)
    torch_preprocessing: Preprocessing | None = None
    notes: str = ""
    kind: ClassVar[Literal["classifier"]] = "classifier"

    def find_weights(self, tag: Any) -> Weights | None:
        """Return the first weights of a tag: those trained with the default options, if there are any."""
        return next((row for row in self.weights if row.tag == tag), None)

    def __str__(self) -> str:
        side = "x".join(map(str, self.input_shape))
        lines = [
            ("paper", f"{self.paper}, {self.year}, {self.reference}"),
            ("parameters", f"{self.parameters:,}"),
            ("MACs", f"{self.macs:,} at {side}"),
            ("input", f"{side}, at least {self.min_size}x{self.min_size}; {self.classes} classes"),
            ("preprocessing", self.preprocessing.name),
            *(("weights", _describe(row)) for row in self.weights or [None]),
            *([("notes", self.notes)] if self.notes else []),
        ]
        return "\n".join([self.name, *(f"  {key:14}{value}" for key, value in lines)])


def _describe(row: Weights | None) -> str:
    if row is None:
        return "none published"
    return f"{row.tag!r}{row.made_with}{row.accuracy}, {row.licence}{row.source}"


@dataclass(frozen=True)
class Network:
    """A network of the zoo that is not an image classifier: its row in the registry.

    Args:
        kind: "generative", "language" (a language model) or "sequence" (from one sequence to another).
        make: builds the model. Its keyword arguments, one of which is `name`, and its documentation are the builder's.
        parameters: of the default network, moving statistics included.
        config: defaults of those arguments, where they are not `make`'s own.
    """

    name: str
    kind: Literal["generative", "language", "sequence"]
    make: Callable[..., keras.Model] = field(repr=False)
    paper: str
    reference: str
    year: int
    parameters: int
    config: Mapping[str, Any] = field(default_factory=dict)
    weights: tuple[Weights, ...] = ()
    notes: str = ""

    def __str__(self) -> str:
        lines = [
            ("kind", self.kind),
            ("paper", f"{self.paper}, {self.year}, {self.reference}"),
            ("parameters", f"{self.parameters:,}"),
            *(("weights", _describe(row)) for row in self.weights),
            *([("notes", self.notes)] if self.notes else []),
        ]
        return "\n".join([self.name, *(f"  {key:14}{value}" for key, value in lines)])
