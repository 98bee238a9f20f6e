"""Published weight files, as data: Keras' store, and the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kzoo.registry.preprocessing import Preprocessing

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
    **row: Any,
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
    repository: str, licence: str, top1: float, top5: float, accuracy_from: str, tag: str = "imagenet", **row: Any
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


def torchvision_weights(name: str, top1: float, top5: float, **row: Any) -> Weights:
    """Return the row of torchvision's first weights of a network, as timm keeps them on the hub."""
    return hub_weights(f"{name}.tv_in1k", "BSD-3-Clause (torchvision)", top1, top5, "torchvision", **row)


def timm_weights(repository: str, size: int, top1: float, top5: float, **row: Any) -> Weights:
    """Return the row of weights that timm trained or converted, measured by it on images of this height and width."""
    return hub_weights(repository, "Apache-2.0 (timm)", top1, top5, f"timm, {size}x{size}", **row)
