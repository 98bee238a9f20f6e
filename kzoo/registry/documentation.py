"""Docstrings and stubs of builders, written from the rows and from the annotations of networks and heads."""

from __future__ import annotations

import inspect
import textwrap
from inspect import Parameter
from typing import Annotated, Any

from typing_extensions import Doc

from kzoo._validation import describe, documentation
from kzoo.registry.variants import Network, Variant

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


def annotation_of(variant: Variant, option: str) -> Any:
    """Return the annotation of an option of a classifier, in its network or its head."""
    for function in (variant.network, variant.head):
        parameter = inspect.signature(function).parameters.get(option)
        if parameter and parameter.annotation is not Parameter.empty:
            return parameter.annotation
    if option not in OPTIONS:
        raise TypeError(f"the option {option!r} of {variant.name} has no annotation in network or head")
    return OPTIONS[option]


def classifier_documentation(variant: Variant, weights: str | None) -> str:
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
        options="".join(f"{option_documentation(variant, name)}\n" for name in variant.options),
    )


def summary(variant: Variant | Network) -> str:
    """Return the docstring of a builder in stubs: the network, and the options that are not common to all."""
    paper = textwrap.fill(f"{variant.paper}, {variant.year}, {variant.reference}.", 110)
    lines = [f"Build {variant.name}.", "", paper]
    if variant.kind != "classifier":
        return "\n".join([*lines, f"{variant.parameters:,} parameters.", "", str(inspect.getdoc(variant.make))])
    *sides, channels = variant.input_shape
    size = f"{'x'.join(map(str, sides))} pixels of {channels} channels, {variant.classes} classes"
    tags = ", ".join(repr(tag) for tag in dict.fromkeys(row.tag for row in variant.weights)) or "none published"
    lines += [f"{variant.parameters:,} parameters; by default {size}. Weights: {tags}."]
    options = [
        textwrap.indent(textwrap.dedent(option_documentation(variant, name)), "    ") for name in variant.options
    ]
    return "\n".join([*lines, *(["", "Args:", *options] if options else [])])


def option_documentation(variant: Variant, option: str) -> str:
    """Return the documentation of an option of a classifier."""
    annotation = annotation_of(variant, option)
    text = f"{option}: {documentation(annotation)}; {describe(annotation)}. Default {variant.config[option]}."
    return textwrap.fill(text, 110, initial_indent=" " * 8, subsequent_indent=" " * 12)
