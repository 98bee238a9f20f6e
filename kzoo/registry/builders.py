"""Builders of models: functions with signatures and documentation made from the registry."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from annotated_types import Ge, Le

from kzoo._validation import Accepted, check, describe, without_metadata
from kzoo.registry.documentation import annotation_of, classifier_documentation
from kzoo.registry.record import ModelRecord
from kzoo.registry.variants import POSITIONAL, Network, Variant

if TYPE_CHECKING:
    import keras


class Builder(Protocol):
    """A function that builds one network; `inspect.signature` and `help` show its arguments."""

    variant: Variant | Network
    accepted: Mapping[str, Any]
    """annotations of its arguments"""
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
    document = classifier_documentation(variant, default)
    return _function(variant, home, parameters, document, partial(variant.assemble, variant))


def _function(
    variant: Variant | Network, module: str, parameters: Sequence[Parameter], document: str, make: Callable
) -> Builder:
    """Return a function of these parameters, which validates arguments by their annotations and calls `make`."""
    annotations = {each.name: each.annotation for each in parameters}
    signature = Signature([each.replace(annotation=without_metadata(each.annotation)) for each in parameters])

    def build(*args: Any, **arguments: Any) -> keras.Model:
        if unknown := sorted(arguments.keys() - annotations.keys()):
            raise TypeError(f"{variant.name} has no argument {unknown[0]!r}; accepted are {', '.join(annotations)}")
        try:
            bound = signature.bind(*args, **arguments)
        except TypeError as error:
            raise TypeError(f"{variant.name}: {error}; accepted are {', '.join(annotations)}") from None
        bound.apply_defaults()
        given = bound.arguments.items()
        return make(**{name: check(variant.name, name, annotations[name], value) for name, value in given})

    builder: Any = build  # functions have no types for attributes of their own
    builder.variant = variant
    builder.accepted = annotations
    builder.__name__ = builder.__qualname__ = variant.name
    builder.__module__ = module
    builder.__doc__ = f"Build {variant.name}.\n\n    {variant.paper}, {variant.year}, {variant.reference}.\n{document}"
    builder.__signature__ = signature.replace(return_annotation="keras.Model")
    return builder


def _classifier_parameters(variant: Variant, positional: Sequence[str], weights: str | None) -> list[Parameter]:
    """Return the parameters of a classifier's builder: those of `assemble`, and its own options."""
    _, *shared, _ = inspect.signature(variant.assemble).parameters.values()
    shape = shape_of(variant)
    overrides: dict[str, dict[str, Any]] = {
        "weights": {"default": weights},
        "input_shape": {"annotation": Annotated[shape | None, Accepted(f"None, or {describe(shape)}")]},
        "classes": {"default": variant.classes},
    }
    if variant.max_classes:
        overrides["classes"]["annotation"] = Annotated[int, Ge(1), Le(variant.max_classes)] | None
    parameters = {each.name: each.replace(**overrides.get(each.name, {})) for each in shared}
    for name in variant.options:
        annotation = annotation_of(variant, name)
        parameters[name] = Parameter(name, Parameter.KEYWORD_ONLY, default=variant.config[name], annotation=annotation)
    by_name = [each.replace(kind=Parameter.KEYWORD_ONLY) for name, each in parameters.items() if name not in positional]
    return [parameters[name].replace(kind=Parameter.POSITIONAL_OR_KEYWORD) for name in positional] + by_name


def shape_of(variant: Variant) -> Any:
    """Return the annotation of a classifier's input shape."""
    side = Annotated[int, Ge(variant.min_size)] | None
    least = variant.min_size
    words = f"(height, width, channels) such as {variant.input_shape}, the first two at least {least} or None"
    return Annotated[tuple[side, side, Annotated[int, Ge(1)]], Accepted(words)]


def _network_parameters(variant: Network) -> list[Parameter]:
    config = {**variant.config, "name": variant.name.lower()}
    parameters = inspect.signature(variant.make).parameters.values()
    return [each.replace(default=config.get(each.name, each.default)) for each in parameters]


def _make_network(variant: Network, **arguments: Any) -> keras.Model:
    import keras

    from kzoo.registry.model import functional_model

    model, record = variant.make(**arguments), ModelRecord(variant, arguments)
    sequential = isinstance(model, keras.Sequential)  # has no inputs and outputs by name
    inputs, outputs = (model.inputs[0], model.outputs[0]) if sequential else (model.input, model.output)
    return functional_model(inputs, outputs, model.name, record)
