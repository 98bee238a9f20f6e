"""What is known of a network before it is built: a row a variant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from kzoo.registry.preprocessing import Preprocessing
from kzoo.registry.weights import Weights

if TYPE_CHECKING:
    import keras

Naming = Callable[[str], str]


@dataclass(frozen=True)
class Auxiliary:
    """A classifier that hangs within a network, to train what lies before it; predictions do without.

    Args:
        at: name of the layer whose output it reads.
        head: maps that output, classes, activation and a name to predictions.
        weight: what its loss is multiplied by before it is added to the network's own.
    """

    at: str
    head: Callable = field(repr=False)
    weight: float


# The order that most of keras.applications' builders take their arguments in, and all of kzoo's own
POSITIONAL = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes", "classifier_activation")
POSITIONAL += ("name",)


@dataclass(frozen=True)
class Variant:
    """A network of the zoo: all that is known of it before it is built.

    Args:
        assemble: makes the model from this row and the builder's arguments.
        network: maps an image tensor to features.
        head: maps features, classes and activation to predictions.
        finish: what features go through without the head, after the pooling if there is one; None for nothing.
        config: further arguments of network and head, each given those it names.
        options: keys of `config` that a caller may change, such as the width of a MobileNet. What they may be, the
            annotations of network and head say.
        positional: arguments of the builder in `kzoo.applications` by position, as keras.applications orders them.
        inside: how images are prepared within the network, unless `include_preprocessing` is False.
        auxiliaries: classifiers within the network; built if `config` says "auxiliary", each one output more.
        torch_names: maps the name of a layer to the module of the torchvision or timm twin, for its weight files;
            several such functions, where the two name it differently.
        torch_preprocessing: of the images that those files were trained on, where it is not `preprocessing`.
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
    inside: Preprocessing | None = None
    finish: Callable | None = field(default=None, repr=False)
    auxiliaries: tuple[Auxiliary, ...] = ()
    torch_names: Naming | tuple[Naming, ...] | None = field(default=None, repr=False)
    torch_preprocessing: Preprocessing | None = None
    notes: str = ""
    kind: ClassVar[str] = "classifier"

    def of_tag(self, tag: Any) -> Weights | None:
        """Return the first weights of a tag: those made with the options' defaults, if there are any."""
        return next((row for row in self.weights if row.tag == tag), None)

    def __str__(self):
        side = "x".join(map(str, self.input_shape))
        rows = [
            ("paper", f"{self.paper}, {self.year}, {self.reference}"),
            ("parameters", f"{self.parameters:,}"),
            ("MACs", f"{self.macs:,} at {side}"),
            ("input", f"{side}, at least {self.min_size}x{self.min_size}; {self.classes} classes"),
            ("preprocessing", self.preprocessing.name),
            *(("weights", _describe(row)) for row in self.weights or [None]),
            *([("notes", self.notes)] if self.notes else []),
        ]
        return "\n".join([self.name, *(f"  {key:14}{value}" for key, value in rows)])


def _describe(row: Weights | None) -> str:
    if row is None:
        return "none published"
    return f"{row.tag!r}{row.made_with}{row.accuracy}, {row.licence}{row.source}"


@dataclass(frozen=True)
class Network:
    """A network of the zoo that is no image classifier: all that is known of it before it is built.

    Args:
        kind: what it is for, such as "generative" or "sequence".
        make: builds the model. Its keyword arguments, one of which is `name`, and its documentation are the builder's.
        parameters: as it is built by default, moving statistics included.
        config: values of those arguments by default, where they are not `make`'s own.
    """

    name: str
    kind: str
    make: Callable[..., keras.Model] = field(repr=False)
    paper: str
    reference: str
    year: int
    parameters: int
    config: Mapping[str, Any] = field(default_factory=dict)
    weights: tuple[Weights, ...] = ()
    notes: str = ""

    def __str__(self):
        rows = [
            ("kind", self.kind),
            ("paper", f"{self.paper}, {self.year}, {self.reference}"),
            ("parameters", f"{self.parameters:,}"),
            *([("notes", self.notes)] if self.notes else []),
        ]
        return "\n".join([self.name, *(f"  {key:14}{value}" for key, value in rows)])
