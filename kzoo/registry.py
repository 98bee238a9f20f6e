"""The registry of models: one row for each variant, and the functions that list, describe and build them.

Reading the registry imports neither Keras nor TensorFlow; building a model does.
"""

from __future__ import annotations

import difflib
import fnmatch
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol

from annotated_types import Ge, Le
from typing_extensions import Doc

from kzoo._validation import Accepted, abbreviate, check, describe, documentation, without_metadata

if TYPE_CHECKING:
    import keras


Naming = Callable[[str], str]


@dataclass(frozen=True)
class Preprocessing:
    """Preprocessing of a raw image (0..255, RGB or grey): resizing, then (pixel - mean) / std.

    Args:
        mean, std: one number for each channel, or a single one for all.
        bgr: whether the channels are blue, green, red, as in Caffe.
        crop: size of the center crop, as a share of the shorter side, before it is resized to the network's input.
        pad: pixels of background on every side; the image is then fitted inside them instead of cropped.
    """

    name: str
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    bgr: bool = False
    crop: float = 0.875
    pad: int = 0


CAFFE = Preprocessing("caffe", mean=(103.939, 116.779, 123.68), bgr=True)
TF = Preprocessing("tf", mean=(127.5,), std=(127.5,))
TORCH = Preprocessing(
    "torch", mean=(255 * 0.485, 255 * 0.456, 255 * 0.406), std=(255 * 0.229, 255 * 0.224, 255 * 0.225)
)
UNIT = Preprocessing("unit", std=(255.0,))
# mean and standard deviation of CIFAR-10's training images by channel, as in fb.resnet.torch
CIFAR = Preprocessing("cifar", mean=(125.3, 123.0, 113.9), std=(63.0, 62.1, 66.7), crop=1.0)
RAW = Preprocessing("raw")


def per_channel(values: Sequence[float], channels: int) -> list[float]:
    """Return a number for each channel of an image, from one each for red, green and blue: grey has their mean.

    More channels than three repeat red, green and blue, as the kernels of adapted weights do.
    """
    return [sum(values) / 3] if channels == 1 else [values[i % 3] for i in range(channels)]


# Prefix of a repository on the Hugging Face hub, in place of a URL
HUB = "hf-hub:"


@dataclass(frozen=True)
class Weights:
    """A published weight file: its URL, accuracy and licence.

    Args:
        url, notop_url: of the file with and without the classifier; or `hf-hub:` and a repository of the Hugging Face
            hub, whose `model.safetensors` is used for both.
        hash, notop_hash: MD5 or SHA-256 of those files, as Keras publishes them; None where it publishes none. The hub
            states its own when asked for a file.
        options: values of the builder's options that these weights were trained with; other options may have any
            value. None: the default of all.
        sizes: sizes of square inputs with a file each, `{size}` in its URL; inputs of other sizes use the first.
        top1, top5: ImageNet accuracy in percent, as `accuracy_from` states it.
        preprocessing: of the training images, where it is not the variant's.
    """

    tag: str
    url: str
    hash: str | None
    licence: str
    notop_url: str | None = None
    notop_hash: str | None = None
    top1: float | None = None
    top5: float | None = None
    accuracy_from: str = ""
    options: Mapping[str, Any] | None = None
    sizes: tuple[int, ...] = ()
    preprocessing: Preprocessing | None = None

    @property
    def made_with(self) -> str:
        """The options that these weights were trained with, as a suffix of the tag."""
        return "".join(f" {key}={value}" for key, value in (self.options or {}).items())

    @property
    def accuracy(self) -> str:
        """The published accuracy and its source, as a suffix of the tag."""
        measured = [f"{what} {share} %" for what, share in (("top-1", self.top1), ("top-5", self.top5)) if share]
        return f", {', '.join(measured)} ({self.accuracy_from})" if measured else ""

    @property
    def source(self) -> str:
        """The repository, and whether a hash is published, as a suffix of the tag."""
        if self.url.startswith(HUB):
            return f", {self.url}"
        return "" if self.hash else ", no hash published"

    def for_size(self, height: int | None, width: int | None) -> Weights:
        """Return the row with the URLs for inputs of this size."""
        if not self.sizes:
            return self
        size = height if height == width and height in self.sizes else self.sizes[0]
        notop_url = self.notop_url and self.notop_url.format(size=size)
        return replace(self, url=self.url.format(size=size), notop_url=notop_url, sizes=())


def keras_weights(
    top: str,
    notop: str | None,
    hash: str | None,
    notop_hash: str | None,
    top1: float,
    top5: float | None,
    licence: str,
    **row,
) -> Weights:
    """Return the row of weights that Keras publishes: files in its store, accuracy as it states it."""
    store = "https://storage.googleapis.com/tensorflow/"
    return Weights(
        tag="imagenet",
        url=store + top,
        hash=hash,
        notop_url=notop and store + notop,
        notop_hash=notop_hash,
        licence=licence,
        top1=top1,
        top5=top5,
        **{"accuracy_from": "keras.io/api/applications", **row},
    )


def hub_weights(
    repository: str, licence: str, top1: float, top5: float, accuracy_from: str, tag: str = "imagenet", **row
) -> Weights:
    """Return the row of weights on the Hugging Face hub, in a repository of timm's such as `resnet18.tv_in1k`."""
    return Weights(
        tag=tag,
        url=f"{HUB}timm/{repository}",
        hash=None,
        licence=licence,
        top1=top1,
        top5=top5,
        accuracy_from=accuracy_from,
        **row,
    )


def torchvision_weights(name: str, top1: float, top5: float, **row) -> Weights:
    """Return the row of torchvision's first weights of a network, as timm keeps them on the hub."""
    return hub_weights(f"{name}.tv_in1k", "BSD-3-Clause (torchvision)", top1, top5, "torchvision", **row)


def timm_weights(repository: str, size: int, top1: float, top5: float, **row) -> Weights:
    """Return the row of weights that timm trained or converted, measured by it on images of this height and width."""
    return hub_weights(repository, "Apache-2.0 (timm)", top1, top5, f"timm, {size}x{size}", **row)


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
    kind: ClassVar[str] = "classifier"

    def find_weights(self, tag: Any) -> Weights | None:
        """Return the first weights of a tag: those trained with the default options, if there are any."""
        return next((row for row in self.weights if row.tag == tag), None)

    def __str__(self):
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
        kind: "generative" or "sequence".
        make: builds the model. Its keyword arguments, one of which is `name`, and its documentation are the builder's.
        parameters: of the default network, moving statistics included.
        config: defaults of those arguments, where they are not `make`'s own.
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
        lines = [
            ("kind", self.kind),
            ("paper", f"{self.paper}, {self.year}, {self.reference}"),
            ("parameters", f"{self.parameters:,}"),
            *([("notes", self.notes)] if self.notes else []),
        ]
        return "\n".join([self.name, *(f"  {key:14}{value}" for key, value in lines)])


# Options that are not parameters of a network or head
OPTIONS = {
    "auxiliary": Annotated[bool, Doc("whether to add the auxiliary classifiers, for training only, as further outputs")]
}

ARGUMENTS = """
    Args:
        include_top: whether to add the classifier.
        weights: {weights}
            They are adapted, with a warning, to `classes` (a new, untrained classifier; the rest loaded) and to the
            channels of the input (kernels of red, green and blue: summed for one channel, repeated and scaled by
            3 / channels for more). The output for one channel is that for three equal ones, or nearly that if the
            network itself normalizes each colour.
        input_tensor: a Keras tensor of raw network input to build on, instead of a new input.
        input_shape: (height, width, channels). Default {input_shape}; without the classifier (None, None, {channels}).
        pooling: without the classifier, None for the feature map (batch, height, width, channels),
            or "avg" or "max" for (batch, channels).
        classes: size of the classifier. Default {classes}.
        classifier_activation: "softmax", or None for logits.
        name: of the model, and prefix of the names of its layers, so that models can be combined in one graph. Default
            {name!r}, without a prefix.
{options}
    Returns:
        A `keras.Model` of inputs (batch, height, width, channels), float32, preprocessed by
        `kzoo.preprocessor({variant!r})` ("{preprocessing}").

    Raises:
        ValueError: an argument is wrong; the message names it, and says what would be accepted.
        FileNotFoundError: the weight file does not exist.
        OSError: published weights could not be fetched; the message says where to put them by hand.
"""
WEIGHTS = """None for random ones, the tag of published weights such as "imagenet" (fetched once, checked, kept
            under `KZOO_HOME`), or the path of a `.weights.h5` or `.h5` file that Keras wrote{torch_files}.
            Default {default!r}: {reason}."""
TORCH_FILES = ",\n            or of a `.safetensors` file with the tensors of its torchvision or timm twin"


class Builder(Protocol):
    """A function that builds one network; `inspect.signature` and `help` show its arguments."""

    variant: Variant | Network
    __name__: str
    __module__: str

    def __call__(self, *args: Any, **arguments: Any) -> keras.Model: ...


def make_builder(variant: Variant | Network, package: str = "kzoo") -> Builder:
    """Return the builder of a network.

    Args:
        package: "kzoo", or "kzoo.applications" for a builder with the signature of keras.applications: the same order
            of positional arguments, and ImageNet's weights by default, if they are published.
    """
    if variant.kind != "classifier":
        parameters = _network_parameters(variant)
        document = f"    {inspect.getdoc(variant.make)}".replace("\n", "\n    ").replace("\n    \n", "\n\n")
        return _function(variant, package, parameters, f"\n{document}", partial(_make_network, variant))
    like_keras = package != "kzoo"
    default = "imagenet" if like_keras and variant.find_weights("imagenet") else None
    parameters = _classifier_parameters(variant, variant.positional if like_keras else POSITIONAL, default)
    home = variant.network.__module__ if like_keras else package
    return _function(
        variant, home, parameters, _classifier_documentation(variant, default), partial(variant.assemble, variant)
    )


def _function(variant, module, parameters, document, make) -> Builder:
    """Return a function of these parameters, which validates arguments by their annotations and calls `make`."""
    annotations = {each.name: each.annotation for each in parameters}
    signature = Signature([each.replace(annotation=without_metadata(each.annotation)) for each in parameters])

    def build(*args, **arguments):
        if unknown := sorted(arguments.keys() - annotations.keys()):
            raise TypeError(f"{variant.name} has no argument {unknown[0]!r}; accepted are {', '.join(annotations)}")
        try:
            bound = signature.bind(*args, **arguments)
        except TypeError as error:
            raise TypeError(f"{variant.name}: {error}; accepted are {', '.join(annotations)}") from None
        bound.apply_defaults()
        given = bound.arguments.items()
        return make(**{name: check(variant.name, name, annotations[name], value) for name, value in given})

    build.variant = variant
    build.accepted = annotations
    build.__name__ = build.__qualname__ = variant.name
    build.__module__ = module
    build.__doc__ = f"Build {variant.name}.\n\n    {variant.paper}, {variant.year}, {variant.reference}.\n{document}"
    build.__signature__ = signature.replace(return_annotation="keras.Model")
    return build


def _classifier_parameters(variant, positional, weights):
    """Return the parameters of a classifier's builder: those of `assemble`, and its own options."""
    _, *shared, _ = inspect.signature(variant.assemble).parameters.values()
    shape = shape_of(variant)
    overrides = {
        "weights": {"default": weights},
        "input_shape": {"annotation": Annotated[shape | None, Accepted(f"None, or {describe(shape)}")]},
        "classes": {"default": variant.classes},
    }
    if variant.max_classes:
        overrides["classes"]["annotation"] = Annotated[int, Ge(1), Le(variant.max_classes)] | None
    parameters = {each.name: each.replace(**overrides.get(each.name, {})) for each in shared}
    for name in variant.options:
        annotation = _annotation(variant, name)
        parameters[name] = Parameter(name, Parameter.KEYWORD_ONLY, default=variant.config[name], annotation=annotation)
    by_name = [each.replace(kind=Parameter.KEYWORD_ONLY) for name, each in parameters.items() if name not in positional]
    return [parameters[name].replace(kind=Parameter.POSITIONAL_OR_KEYWORD) for name in positional] + by_name


def shape_of(variant: Variant) -> Any:
    """Return the annotation of a classifier's input shape."""
    side = Annotated[int, Ge(variant.min_size)] | None
    least = variant.min_size
    words = f"(height, width, channels) such as {variant.input_shape}, the first two at least {least} or None"
    return Annotated[tuple[side, side, Annotated[int, Ge(1)]], Accepted(words)]


def _annotation(variant, option):
    """Return the annotation of an option of a classifier, in its network or its head."""
    for function in (variant.network, variant.head):
        parameter = inspect.signature(function).parameters.get(option)
        if parameter and parameter.annotation is not Parameter.empty:
            return parameter.annotation
    if option not in OPTIONS:
        raise TypeError(f"the option {option!r} of {variant.name} has no annotation in network or head")
    return OPTIONS[option]


def _classifier_documentation(variant, weights):
    """Return the documentation of a classifier's arguments."""
    reason = "as in keras.applications" if weights else "nothing is downloaded unless asked for"
    torch_files = TORCH_FILES if variant.torch_names else ""
    return ARGUMENTS.format(
        weights=WEIGHTS.format(torch_files=torch_files, default=weights, reason=reason),
        input_shape=variant.input_shape,
        channels=variant.input_shape[-1],
        classes=variant.classes,
        name=variant.name.lower(),
        variant=variant.name,
        preprocessing=variant.preprocessing.name,
        options="".join(f"{_option_documentation(variant, name)}\n" for name in variant.options),
    )


def summary(variant: Variant | Network) -> str:
    """Return the docstring of a builder in stubs: the network, and the options that are not common to all."""
    paper = textwrap.fill(f"{variant.paper}, {variant.year}, {variant.reference}.", 110)
    lines = [f"Build {variant.name}.", "", paper]
    if variant.kind != "classifier":
        return "\n".join([*lines, f"{variant.parameters:,} parameters.", "", inspect.getdoc(variant.make)])
    *sides, channels = variant.input_shape
    size = f"{'x'.join(map(str, sides))} pixels of {channels} channels, {variant.classes} classes"
    tags = ", ".join(repr(tag) for tag in dict.fromkeys(row.tag for row in variant.weights)) or "none published"
    lines += [f"{variant.parameters:,} parameters; by default {size}. Weights: {tags}."]
    options = [
        textwrap.indent(textwrap.dedent(_option_documentation(variant, name)), "    ") for name in variant.options
    ]
    return "\n".join([*lines, *(["", "Args:", *options] if options else [])])


def _option_documentation(variant, option):
    """Return the documentation of an option of a classifier."""
    annotation = _annotation(variant, option)
    text = f"{option}: {documentation(annotation)}; {describe(annotation)}. Default {variant.config[option]}."
    return textwrap.fill(text, 110, initial_indent=" " * 8, subsequent_indent=" " * 12)


def _network_parameters(variant):
    config = {**variant.config, "name": variant.name.lower()}
    parameters = inspect.signature(variant.make).parameters.values()
    return [each.replace(default=config.get(each.name, each.default)) for each in parameters]


def _make_network(variant, **arguments):
    model = variant.make(**arguments)
    model.variant = variant
    return model


_builders: dict[str, Builder] = {}

# Packages and modules of variants, imported with their submodules when the registry is first read.
_HOMES = ("kzoo.applications", "kzoo.generative.networks", "kzoo.sequence.transformer")


def register(variant: Variant | Network) -> Builder:
    """Add a variant to the zoo; names are unique, case-insensitively.

    Raises:
        ValueError: the name is registered already.
    """
    if variant.name.lower() in map(str.lower, _builders):
        raise ValueError(f"a model named {variant.name!r} is registered already; choose another name")
    _builders[variant.name] = make_builder(variant)
    return _builders[variant.name]


@cache
def _import_families():
    for home in _HOMES:
        for module in pkgutil.iter_modules(getattr(importlib.import_module(home), "__path__", [])):
            importlib.import_module(f"{home}.{module.name}")


def builders() -> Mapping[str, Builder]:
    """Return all builders by name, in natural order (ResNet50 before ResNet101)."""
    _import_families()
    return {name: _builders[name] for name in sorted(_builders, key=_natural)}


def _natural(name: str) -> list:
    return [int(part) if part.isdigit() else part.lower() for part in re.split(r"(\d+)", name)]


def _builder(name: str) -> Builder:
    builders_by_name = builders()
    lower = {each.lower(): each for each in builders_by_name}
    if not isinstance(name, str):
        raise ValueError(
            f"name={abbreviate(name)} is no name of a model; kzoo.list_models() names all {len(builders_by_name)}"
        )
    if name.lower() in lower:
        return builders_by_name[lower[name.lower()]]
    nearest = [lower[match] for match in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]
    hint = f"the nearest are {', '.join(nearest)}; " if nearest else ""
    raise ValueError(f"there is no model {name!r}; {hint}kzoo.list_models() names all {len(builders_by_name)}")


def list_models(pattern: str = "*", weights: str | bool | None = None, kind: str | None = None) -> list[str]:
    """List the names of models.

    Args:
        pattern: a shell pattern such as "resnet*", or a part of a name such as "resnet"; case-insensitive.
        weights: a tag such as "imagenet" for models with these weights; True for models with any, False for those
            with none.
        kind: "classifier" for image classifiers, "generative" or "sequence"; None for all.

    Raises:
        ValueError: there is no model of this kind, or an argument has another type.
    """
    if not isinstance(pattern, str):
        raise ValueError(
            f'pattern={abbreviate(pattern)} is no pattern; accepted are such as "resnet*", or a part of a name'
        )
    if not isinstance(weights, str | bool | None):
        raise ValueError(
            f"weights={abbreviate(weights)} is no tag; accepted are such as 'imagenet', True, False or None"
        )
    kinds = {builder.variant.kind for builder in builders().values()}
    if kind not in (None, *kinds):
        raise ValueError(
            f"kind={abbreviate(kind)} is unknown; accepted are {', '.join(sorted(kinds))}, or None for all"
        )
    pattern = pattern.lower() if any(each in pattern for each in "*?[") else f"*{pattern.lower()}*"

    def matches(variant):
        tags = {row.tag for row in variant.weights}
        return weights is None or (bool(tags) == weights if isinstance(weights, bool) else weights in tags)

    return [
        name
        for name, builder in builders().items()
        if fnmatch.fnmatchcase(name.lower(), pattern)
        and matches(builder.variant)
        and kind in (None, builder.variant.kind)
    ]


def build(name: str, /, **arguments) -> keras.Model:
    """Build a model by name, case-insensitively: `build("ResNet50", classes=10)` is `kzoo.ResNet50(classes=10)`.

    Raises:
        ValueError: the model is unknown (the message has the nearest names), or an argument is invalid.
    """
    return _builder(name)(**arguments)


def info(name: str) -> Variant | Network:
    """Return the row of a model in the registry: paper, year, parameters; of a classifier also MACs, input and weights.

    Names are case-insensitive. The row is printed as a short table.

    Raises:
        ValueError: the model is unknown; the message has the nearest names.
    """
    return _builder(name).variant


def classifier(name: str) -> Variant:
    """Return the row of an image classifier in the registry.

    Raises:
        ValueError: the model is unknown, or it is not a classifier.
    """
    variant = info(name)
    if variant.kind != "classifier":
        raise ValueError(f"{name} is a {variant.kind} network; list_models(kind='classifier') names what classifies")
    return variant
