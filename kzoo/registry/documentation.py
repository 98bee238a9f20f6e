"""Docstrings and stubs of builders, written from the rows and from the annotations of networks and heads."""

from __future__ import annotations

import inspect
import textwrap
from inspect import Parameter
from typing import Annotated

from typing_extensions import Doc

from kzoo._validation import describe, documentation
from kzoo.registry.variants import Network, Variant

# Options that no network or head has a parameter for
OPTIONS = {
    "auxiliary": Annotated[bool, Doc("whether to add the classifiers that only training uses, as further outputs")]
}

ARGUMENTS = """
    Args:
        include_top: whether to add the classifier.
        weights: {weights}
            They adapt to `classes` (a new, untrained classifier; the rest loaded) and to the channels of the input
            (kernels of red, green and blue: summed for one channel, repeated in turn and scaled by 3 / channels for
            more), and a warning says so. One channel gives what grey as three equal ones gave, and nearly that where
            the network itself normalises each colour.
        input_tensor: a Keras tensor of raw network input to build on, instead of a new input.
        input_shape: (height, width, channels). Default {input_shape}; without the classifier (None, None, {channels}).
        pooling: without the classifier, None for the feature map (batch, height, width, channels),
            or "avg" or "max" for (batch, channels).
        classes: size of the classifier. Default {classes}.
        classifier_activation: "softmax", or None for logits.
        name: of the model, and then of its layers too, in front of their own names, so that models can meet in one
            graph. Default {name!r}; layers keep their own names then.
{options}
    Returns:
        A `keras.Model` of inputs (batch, height, width, channels), float32, preprocessed as
        `kzoo.preprocessor({variant!r})` does it ("{preprocessing}").

    Raises:
        ValueError: an argument is wrong; the message names it, and says what would be accepted.
        FileNotFoundError: the weight file does not exist.
        OSError: published weights could not be fetched; the message says where to put them by hand.
"""
WEIGHTS = """None for random ones, the tag of published weights such as "imagenet" (fetched once, checked, kept
            under `KZOO_HOME`), or the path of a `.weights.h5` or `.h5` file that Keras wrote{torch_files}.
            Default {default!r}: {why}."""
TORCH_FILES = ",\n            or of a `.safetensors` file with the tensors of its torchvision or timm twin"


def annotation_of(variant, option):
    """Return what an option of a classifier may be, as its network or its head says."""
    for function in (variant.network, variant.head):
        parameter = inspect.signature(function).parameters.get(option)
        if parameter and parameter.annotation is not Parameter.empty:
            return parameter.annotation
    if option not in OPTIONS:
        raise TypeError(f"the option {option!r} of {variant.name} has no annotation in network or head")
    return OPTIONS[option]


def docstring_of(variant, weights):
    """Return the documentation of a classifier's arguments."""
    why = "as in keras.applications" if weights else "nothing is downloaded unless asked for"
    torch_files = TORCH_FILES if variant.torch_names else ""
    return ARGUMENTS.format(
        weights=WEIGHTS.format(torch_files=torch_files, default=weights, why=why),
        input_shape=variant.input_shape,
        channels=variant.input_shape[-1],
        classes=variant.classes,
        name=variant.name.lower(),
        variant=variant.name,
        preprocessing=variant.preprocessing.name,
        options="".join(f"{option_line(variant, name)}\n" for name in variant.options),
    )


def summary(variant: Variant | Network) -> str:
    """Return the documentation of a builder as stubs have it: what is built, and the options that not all have."""
    paper = textwrap.fill(f"{variant.paper}, {variant.year}, {variant.reference}.", 110)
    facts = [f"Build {variant.name}.", "", paper]
    if variant.kind != "classifier":
        return "\n".join([*facts, f"{variant.parameters:,} parameters.", "", inspect.getdoc(variant.make)])
    *sides, channels = variant.input_shape
    size = f"{'x'.join(map(str, sides))} pixels of {channels} channels, {variant.classes} classes"
    tags = ", ".join(repr(tag) for tag in dict.fromkeys(row.tag for row in variant.weights)) or "none published"
    facts += [f"{variant.parameters:,} parameters; by default {size}. Weights: {tags}."]
    options = [textwrap.indent(textwrap.dedent(option_line(variant, name)), "    ") for name in variant.options]
    return "\n".join([*facts, *(["", "Args:", *options] if options else [])])


def option_line(variant, option):
    """Return the documentation of an option of a classifier."""
    annotation = annotation_of(variant, option)
    text = f"{option}: {documentation(annotation)}; {describe(annotation)}. Default {variant.config[option]}."
    return textwrap.fill(text, 110, initial_indent=" " * 8, subsequent_indent=" " * 12)
