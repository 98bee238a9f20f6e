"""Builders of all networks."""

import os
from collections.abc import Callable
from typing import Literal

import keras

from kzoo.applications.imagenet import decode_predictions as decode_predictions
from kzoo.applications.nasnet import Genotype

def AlexNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build AlexNet.

    ImageNet Classification with Deep Convolutional Neural Networks (Krizhevsky et al.), 2012,
    doi:10.1145/3065386.
    60,965,224 parameters; by default 227x227 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def AlexNetOWT(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build AlexNetOWT.

    One weird trick for parallelizing convolutional neural networks (Krizhevsky), 2014, arXiv:1404.5997.
    61,100,840 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def ConvNeXtBase(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtBase.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    88,591,464 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtLarge(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtLarge.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    197,767,336 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtSmall(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtSmall.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    50,223,688 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtTiny(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtTiny.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    28,589,128 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def ConvNeXtXLarge(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build ConvNeXtXLarge.

    A ConvNet for the 2020s (Liu et al.), 2022, arXiv:2201.03545.
    350,196,968 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def CycleGANGenerator(
    channels: int = 3,
    base_filters: int = 64,
    num_residual_blocks: int = 9,
    kernel_size: int = 7,
    name: str | None = "cyclegangenerator",
) -> keras.Model:
    """Build CycleGANGenerator.

    CycleGAN (Zhu et al.), 2017, arXiv:1703.10593.
    11,378,179 parameters.

    Make the generator: images (batch, height, width, channels) in -1..1 -> images of the other domain.

    Args:
        channels: of the images.
        base_filters: of the first convolution; the residual blocks have four times as many.
        num_residual_blocks: 9 for 256x256 pixels, 6 for 128x128.
        kernel_size: of the first and the last convolution; odd, or the image would grow.
        name: of the model.
    """

def CycleGANGenerator6(
    channels: int = 3,
    base_filters: int = 64,
    num_residual_blocks: int = 6,
    kernel_size: int = 7,
    name: str | None = "cyclegangenerator6",
) -> keras.Model:
    """Build CycleGANGenerator6.

    CycleGAN (Zhu et al.), 2017, arXiv:1703.10593.
    7,837,699 parameters.

    Make the generator: images (batch, height, width, channels) in -1..1 -> images of the other domain.

    Args:
        channels: of the images.
        base_filters: of the first convolution; the residual blocks have four times as many.
        num_residual_blocks: 9 for 256x256 pixels, 6 for 128x128.
        kernel_size: of the first and the last convolution; odd, or the image would grow.
        name: of the model.
    """

def DCGANDiscriminator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    filters: tuple[int, ...] = (128, 256, 512, 1024),
    base_size: int = 4,
    batch_normalization: bool = True,
    name: str | None = "dcgandiscriminator",
) -> keras.Model:
    """Build DCGANDiscriminator.

    DCGAN (Radford et al.), 2015, arXiv:1511.06434.
    17,236,352 parameters.

    Make the discriminator: images in -1..1 -> logits (batch, 1), above 0 for real.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        filters: channels of the feature maps, the largest map first.
        base_size: height and width of the smallest feature map, pixels.
        batch_normalization: whether batch normalization follows all convolutions but the first, as in the paper. If
            not, the convolutions have biases and the He initializer (2015, arXiv:1502.01852), for R1 (see `GAN`).
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """

def DCGANDiscriminator32(
    image_shape: tuple[int, int, int] = (32, 32, 1),
    filters: tuple[int, ...] = (32, 64, 128),
    base_size: int = 4,
    batch_normalization: bool = True,
    name: str | None = "dcgandiscriminator32",
) -> keras.Model:
    """Build DCGANDiscriminator32.

    DCGAN (Radford et al.), 2015, arXiv:1511.06434.
    259,616 parameters.

    Make the discriminator: images in -1..1 -> logits (batch, 1), above 0 for real.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        filters: channels of the feature maps, the largest map first.
        base_size: height and width of the smallest feature map, pixels.
        batch_normalization: whether batch normalization follows all convolutions but the first, as in the paper. If
            not, the convolutions have biases and the He initializer (2015, arXiv:1502.01852), for R1 (see `GAN`).
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """

def DCGANGenerator(
    image_shape: tuple[int, int, int] = (64, 64, 3),
    latent_dim: int = 100,
    filters: tuple[int, ...] = (1024, 512, 256, 128),
    base_size: int = 4,
    name: str | None = "dcgangenerator",
) -> keras.Model:
    """Build DCGANGenerator.

    DCGAN (Radford et al.), 2015, arXiv:1511.06434.
    18,920,320 parameters.

    Make the generator: noise (batch, latent_dim) -> images (batch, height, width, channels) in -1..1.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        latent_dim: size of the noise vector.
        filters: channels of the feature maps, the smallest map first.
        base_size: height and width of the smallest feature map, pixels.
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """

def DCGANGenerator32(
    image_shape: tuple[int, int, int] = (32, 32, 1),
    latent_dim: int = 100,
    filters: tuple[int, ...] = (128, 64, 32),
    base_size: int = 4,
    name: str | None = "dcgangenerator32",
) -> keras.Model:
    """Build DCGANGenerator32.

    DCGAN (Radford et al.), 2015, arXiv:1511.06434.
    470,176 parameters.

    Make the generator: noise (batch, latent_dim) -> images (batch, height, width, channels) in -1..1.

    Args:
        image_shape: (height, width, channels); height and width are base_size * 2 ** len(filters) pixels.
        latent_dim: size of the noise vector.
        filters: channels of the feature maps, the smallest map first.
        base_size: height and width of the smallest feature map, pixels.
        name: of the model.

    Raises:
        ValueError: the image size does not fit the filters.
    """

def DDPMUNet(
    image_shape: tuple[int, int, int] = (32, 32, 3),
    base_channels: int = 128,
    channel_multipliers: tuple[int, ...] = (1, 2, 2, 2),
    num_res_blocks: int = 2,
    attention_resolutions: tuple[int, ...] = (16,),
    dropout: float = 0.1,
    name: str | None = "ddpmunet",
) -> keras.Model:
    """Build DDPMUNet.

    Denoising Diffusion Probabilistic Models (Ho et al.), 2020, arXiv:2006.11239.
    35,746,307 parameters.

    Make the U-Net: [noisy images, about -1..1, timesteps (batch,) int32 from 0] -> the predicted noise.

    Args:
        image_shape: (height, width, channels); the sides are halved between resolutions.
        base_channels: of the first convolution.
        channel_multipliers: channels at each resolution, in multiples of `base_channels`.
        num_res_blocks: residual blocks at each resolution of the encoder; the decoder has one more.
        attention_resolutions: heights of feature maps with self-attention after each residual block; the middle always
            has one.
        dropout: rate, in each residual block.
        name: of the model.

    Raises:
        ValueError: the sides cannot be halved that often.
    """

def DDPMUNetSmall(
    image_shape: tuple[int, int, int] = (16, 16, 1),
    base_channels: int = 32,
    channel_multipliers: tuple[int, ...] = (1, 2, 2),
    num_res_blocks: int = 1,
    attention_resolutions: tuple[int, ...] = (8,),
    dropout: float = 0.0,
    name: str | None = "ddpmunetsmall",
) -> keras.Model:
    """Build DDPMUNetSmall.

    Denoising Diffusion Probabilistic Models (Ho et al.), 2020, arXiv:2006.11239.
    1,112,801 parameters.

    Make the U-Net: [noisy images, about -1..1, timesteps (batch,) int32 from 0] -> the predicted noise.

    Args:
        image_shape: (height, width, channels); the sides are halved between resolutions.
        base_channels: of the first convolution.
        channel_multipliers: channels at each resolution, in multiples of `base_channels`.
        num_res_blocks: residual blocks at each resolution of the encoder; the decoder has one more.
        attention_resolutions: heights of feature maps with self-attention after each residual block; the middle always
            has one.
        dropout: rate, in each residual block.
        name: of the model.

    Raises:
        ValueError: the sides cannot be halved that often.
    """

def DenseNet40_12(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNet40_12.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    1,037,818 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNet100_12(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNet100_12.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    7,096,858 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNet100_24(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNet100_24.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    27,480,346 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNet121(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet121.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    8,062,504 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def DenseNet161(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet161.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    28,900,936 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def DenseNet169(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet169.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    14,307,880 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def DenseNet201(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet201.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    20,242,984 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def DenseNet264(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build DenseNet264.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    33,736,232 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def DenseNetBC100_12(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNetBC100_12.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    793,150 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNetBC190_40(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNetBC190_40.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    25,881,390 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def DenseNetBC250_24(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build DenseNetBC250_24.

    Densely Connected Convolutional Networks (Huang et al.), 2016, arXiv:1608.06993.
    15,582,382 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def EfficientNetB0(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB0.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    5,330,571 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB1.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    7,856,239 parameters; by default 240x240 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB2.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    9,177,569 parameters; by default 260x260 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB3(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB3.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    12,320,535 parameters; by default 300x300 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB4(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB4.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    19,466,823 parameters; by default 380x380 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB5(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB5.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    30,562,527 parameters; by default 456x456 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB6(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB6.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    43,265,143 parameters; by default 528x528 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetB7(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetB7.

    EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le), 2019, arXiv:1905.11946.
    66,658,687 parameters; by default 600x600 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite0(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite0.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    4,694,024 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite1.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    5,470,344 parameters; by default 240x240 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite2.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    6,150,168 parameters; by default 260x260 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite3(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite3.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    8,273,768 parameters; by default 280x280 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetLite4(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build EfficientNetLite4.

    EfficientNet-Lite (Liu), after EfficientNet (Tan and Le), 2020, arXiv:1905.11946.
    13,118,936 parameters; by default 300x300 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def EfficientNetV2B0(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2B0.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    7,200,312 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2B1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2B1.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    8,212,124 parameters; by default 240x240 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2B2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2B2.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    10,178,374 parameters; by default 260x260 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2B3(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2B3.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    14,467,622 parameters; by default 300x300 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2L(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2L.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    119,027,848 parameters; by default 480x480 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2M(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2M.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    54,431,388 parameters; by default 480x480 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def EfficientNetV2S(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build EfficientNetV2S.

    EfficientNetV2: Smaller Models and Faster Training (Tan and Le), 2021, arXiv:2104.00298.
    21,612,360 parameters; by default 384x384 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def FractalNet20(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    drop_path: float = 0.15,
    global_share: float = 0.5,
    dropout: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.4),
) -> keras.Model:
    """Build FractalNet20.

    FractalNet: Ultra-Deep Neural Networks without Residuals (Larsson et al.), 2016, arXiv:1605.07648.
    33,745,226 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        drop_path: probability with which a join drops one of its inputs, for a whole mini-batch; a number
            from 0 to below 1. Default 0.15.
        global_share: share of the mini-batches that pass one column only; a number from 0 to 1. Default 0.5.
        dropout: share that is dropped of each convolution's output, for each block; a tuple of a number from
            0 to below 1 each. Default (0.0, 0.1, 0.2, 0.3, 0.4).
    """

def GANDiscriminator(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    units: int = 240,
    pieces: int = 5,
    dropout: float = 0.5,
    input_dropout: float = 0.2,
    name: str | None = "gandiscriminator",
) -> keras.Model:
    """Build GANDiscriminator.

    Generative Adversarial Networks (Goodfellow et al.), 2014, arXiv:1406.2661.
    1,231,441 parameters.

    Make the discriminator: images in 0..1 -> logits (batch, 1), above 0 for real.

    The sigmoid of the paper's last layer is in the loss.

    Args:
        image_shape: (height, width, channels) of the images, pixels.
        units, pieces: of each of the two maxout layers.
        dropout: rate before the second maxout layer and before the logits.
        input_dropout: rate on the pixels.
        name: of the model.
    """

def GANGenerator(
    image_shape: tuple[int, int, int] = (28, 28, 1),
    latent_dim: int = 100,
    units: int = 1200,
    name: str | None = "gangenerator",
) -> keras.Model:
    """Build GANGenerator.

    Generative Adversarial Networks (Goodfellow et al.), 2014, arXiv:1406.2661.
    2,503,984 parameters.

    Make the generator: noise (batch, latent_dim) -> images (batch, height, width, channels) in 0..1.

    Args:
        image_shape: (height, width, channels) of the images, pixels.
        latent_dim: size of the noise vector.
        units: of each of the two hidden layers.
        name: of the model.
    """

def GoogLeNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build GoogLeNet.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    6,998,552 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def GoogLeNetAux(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build GoogLeNetAux.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    13,378,280 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionResNetV1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionResNetV1.

    Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.), 2016,
    arXiv:1602.07261.
    22,783,368 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionResNetV2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionResNetV2.

    Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.), 2016,
    arXiv:1602.07261.
    55,873,736 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def InceptionV1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV1.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    6,639,464 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionV1Aux(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV1Aux.

    Going Deeper with Convolutions (Szegedy et al.), 2014, arXiv:1409.4842.
    13,019,960 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionV2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV2.

    Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift (Ioffe and
    Szegedy), 2015, arXiv:1502.03167.
    11,305,256 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def InceptionV3(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    auxiliary: bool = False,
) -> keras.Model:
    """Build InceptionV3.

    Rethinking the Inception Architecture for Computer Vision (Szegedy et al.), 2015, arXiv:1512.00567.
    23,851,784 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def InceptionV4(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build InceptionV4.

    Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (Szegedy et al.), 2016,
    arXiv:1602.07261.
    42,742,984 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def LeNet5(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build LeNet5.

    Gradient-Based Learning Applied to Document Recognition (LeCun et al.), 1998, doi:10.1109/5.726791.
    61,706 parameters; by default 32x32 pixels of 1 channels, 10 classes. Weights: none published.
    """

def LeNet5Original(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build LeNet5Original.

    Gradient-Based Learning Applied to Document Recognition (LeCun et al.), 1998, doi:10.1109/5.726791.
    60,840 parameters; by default 32x32 pixels of 1 channels, 10 classes. Weights: none published.
    """

def MobileNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 0.001,
) -> keras.Model:
    """Build MobileNet.

    MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (Howard et al.), 2017,
    arXiv:1704.04861.
    4,253,864 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number from 0.03125 to 1000. Default 1.0.
        depth_multiplier: maps that each depthwise convolution makes of one; a whole number from 1 to
            2147483647. Default 1.
        dropout: dropout rate before the classifier, in training; a number from 0 to below 1. Default 0.001.
    """

def MobileNetV2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    alpha: float = 1.0,
) -> keras.Model:
    """Build MobileNetV2.

    MobileNetV2: Inverted Residuals and Linear Bottlenecks (Sandler et al.), 2018, arXiv:1801.04381.
    3,538,984 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number above 0 to 1000. Default 1.0.
    """

def MobileNetV3Large(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    alpha: float = 1.0,
    minimalistic: bool = False,
    dropout_rate: float = 0.2,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build MobileNetV3Large.

    Searching for MobileNetV3 (Howard et al.), 2019, arXiv:1905.02244.
    5,507,432 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number above 0 to 1000. Default 1.0.
        minimalistic: whether to leave out what is slow on small processors; True or False. Default False.
        dropout_rate: dropout rate before the classifier, in training; a number from 0 to below 1. Default
            0.2.
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def MobileNetV3Small(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    alpha: float = 1.0,
    minimalistic: bool = False,
    dropout_rate: float = 0.2,
    include_preprocessing: bool = True,
) -> keras.Model:
    """Build MobileNetV3Small.

    Searching for MobileNetV3 (Howard et al.), 2019, arXiv:1905.02244.
    2,554,968 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        alpha: width multiplier of each layer's number of filters; a number above 0 to 1000. Default 1.0.
        minimalistic: whether to leave out what is slow on small processors; True or False. Default False.
        dropout_rate: dropout rate before the classifier, in training; a number from 0 to below 1. Default
            0.2.
        include_preprocessing: whether the network itself normalizes pixels of 0..255, or takes normalized
            images; True or False. Default True.
    """

def NASNetCIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build NASNetCIFAR.

    Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.), 2017, arXiv:1707.07012.
    3,383,786 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default NASNet-A.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def NASNetLarge(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build NASNetLarge.

    Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.), 2017, arXiv:1707.07012.
    88,949,818 parameters; by default 331x331 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default NASNet-A.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def NASNetMobile(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build NASNetMobile.

    Learning Transferable Architectures for Scalable Image Recognition (Zoph et al.), 2017, arXiv:1707.07012.
    5,326,716 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default NASNet-A.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def NiN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build NiN.

    Network in Network (Lin et al.), 2013, arXiv:1312.4400.
    7,595,176 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def NiNCIFAR10(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build NiNCIFAR10.

    Network in Network (Lin et al.), 2013, arXiv:1312.4400.
    966,986 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def NiNCIFAR100(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 100,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build NiNCIFAR100.

    Network in Network (Lin et al.), 2013, arXiv:1312.4400.
    984,356 parameters; by default 32x32 pixels of 3 channels, 100 classes. Weights: none published.
    """

def PatchGAN70(
    channels: int = 3,
    base_filters: int = 64,
    num_downsampling: int = 3,
    name: str | None = "patchgan70",
) -> keras.Model:
    """Build PatchGAN70.

    CycleGAN (Zhu et al.), 2017, arXiv:1703.10593.
    2,764,737 parameters.

    Make the PatchGAN discriminator: images in -1..1 -> a score for each patch, (batch, rows, columns, 1).

    The target of a score is 1 for real patches and 0 for fake ones.

    Args:
        channels: of the images.
        base_filters: of the first convolution, doubled by each further one up to eight times.
        num_downsampling: convolutions of stride 2: with 3, a patch is 70x70 pixels, and 256x256 pixels have 30x30.
        name: of the model.
    """

def PNASNet5Large(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    genotype: Genotype = ...,
    drop_path: float = 0.0,
    auxiliary: bool = False,
) -> keras.Model:
    """Build PNASNet5Large.

    Progressive Neural Architecture Search (Liu et al.), 2017, arXiv:1712.00559.
    86,234,656 parameters; by default 331x331 pixels of 3 channels, 1000 classes. Weights: none published.

    Args:
        genotype: the cells, as a search found them; a Genotype. Default PNASNet-5.
        drop_path: share that the last cell drops of what its operations make, at the end of training; a
            number from 0 to below 1. Default 0.0.
        auxiliary: whether to add the auxiliary classifiers, for training only, as further outputs; True or
            False. Default False.
    """

def PreActResNet164CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build PreActResNet164CIFAR.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    1,727,482 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def PreActResNet1001CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build PreActResNet1001CIFAR.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    10,476,922 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet18(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet18.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    11,699,112 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet20CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet20CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    271,098 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet32CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet32CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    466,426 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet34(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet34.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    21,814,696 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet44CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet44CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    661,754 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet50(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet50.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    25,636,712 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet50V2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet50V2.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    25,613,800 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet56CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet56CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    857,082 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet101(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet101.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    44,707,176 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet101V2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet101V2.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    44,675,560 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet110CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet110CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    1,736,058 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNet152(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet152.

    Deep Residual Learning for Image Recognition (He et al.), 2015, arXiv:1512.03385.
    60,419,944 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet152V2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet152V2.

    Identity Mappings in Deep Residual Networks (He et al.), 2016, arXiv:1603.05027.
    60,380,648 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNet1202CIFAR(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNet1202CIFAR.

    Deep Residual Learning for Image Recognition, section 4.2 (He et al.), 2015, arXiv:1512.03385.
    19,510,906 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.
    """

def ResNeXt50_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt50_32x4d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    25,097,128 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNeXt101_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt101_32x4d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    44,315,560 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNeXt101_32x8d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt101_32x8d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    88,994,216 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ResNeXt101_64x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ResNeXt101_64x4d.

    Aggregated Residual Transformations for Deep Neural Networks (Xie et al.), 2016, arXiv:1611.05431.
    83,658,152 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEInception(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEInception.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    11,951,654 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SENet154(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SENet154.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    115,336,536 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEResNet18(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet18.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    11,788,192 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNet34(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet34.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    21,975,892 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNet50(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet50.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    28,141,144 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEResNet101(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet101.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    49,432,216 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNet152(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNet152.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    66,973,272 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SEResNeXt50_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNeXt50_32x4d.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    27,628,120 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SEResNeXt101_32x4d(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SEResNeXt101_32x4d.

    Squeeze-and-Excitation Networks (Hu et al.), 2017, arXiv:1709.01507.
    49,093,272 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def SqueezeNet1_0(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SqueezeNet1_0.

    SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size (Iandola et al.), 2016,
    arXiv:1602.07360.
    1,248,424 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def SqueezeNet1_1(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build SqueezeNet1_1.

    SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size (Iandola et al.), 2016,
    arXiv:1602.07360.
    1,235,496 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def StochasticDepthResNet110(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    survival: float = 0.5,
) -> keras.Model:
    """Build StochasticDepthResNet110.

    Deep Networks with Stochastic Depth (Huang et al.), 2016, arXiv:1603.09382.
    1,736,058 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        survival: probability that the last unit survives a mini-batch; a number above 0 to 1. Default 0.5.
    """

def StochasticDepthResNet1202(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    survival: float = 0.5,
) -> keras.Model:
    """Build StochasticDepthResNet1202.

    Deep Networks with Stochastic Depth (Huang et al.), 2016, arXiv:1603.09382.
    19,510,906 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        survival: probability that the last unit survives a mini-batch; a number above 0 to 1. Default 0.5.
    """

def TransformerBase(
    vocabulary_size: int = 37000,
    hidden_dim: int = 512,
    num_heads: int = 8,
    intermediate_dim: int = 2048,
    num_layers: int = 6,
    dropout: float = 0.1,
    normalize_first: bool = False,
    name: str = "transformerbase",
) -> keras.Model:
    """Build TransformerBase.

    Attention Is All You Need (Vaswani et al.), 2017, arXiv:1706.03762.
    63,045,632 parameters.

    Build a Transformer.

    Attention has no biases, and source embedding, target embedding and output projection share one table, as in the
    authors' code.

    Args:
        vocabulary_size: tokens of source and target together; token 0 is padding.
        hidden_dim: size of the embeddings and of every layer's output.
        num_heads: of each attention; they divide `hidden_dim`.
        intermediate_dim: units between the two layers of the feed-forward networks.
        num_layers: of the encoder, and of the decoder.
        dropout: rate, after each sublayer and on the embeddings.
        normalize_first: whether layer normalization comes before each sublayer (Xiong et al., 2020, arXiv:2002.04745)
            instead of after its residual sum, as in the paper; encoder and decoder then end in one more.
        name: of the model.

    Returns:
        A `keras.Model` of [source, target], int32 (batch, length) each, the target beginning with a start token; its
        output are logits, (batch, target length, vocabulary_size), of the token that follows each of the target.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def TransformerBig(
    vocabulary_size: int = 37000,
    hidden_dim: int = 1024,
    num_heads: int = 16,
    intermediate_dim: int = 4096,
    num_layers: int = 6,
    dropout: float = 0.3,
    normalize_first: bool = False,
    name: str = "transformerbig",
) -> keras.Model:
    """Build TransformerBig.

    Attention Is All You Need (Vaswani et al.), 2017, arXiv:1706.03762.
    214,171,648 parameters.

    Build a Transformer.

    Attention has no biases, and source embedding, target embedding and output projection share one table, as in the
    authors' code.

    Args:
        vocabulary_size: tokens of source and target together; token 0 is padding.
        hidden_dim: size of the embeddings and of every layer's output.
        num_heads: of each attention; they divide `hidden_dim`.
        intermediate_dim: units between the two layers of the feed-forward networks.
        num_layers: of the encoder, and of the decoder.
        dropout: rate, after each sublayer and on the embeddings.
        normalize_first: whether layer normalization comes before each sublayer (Xiong et al., 2020, arXiv:2002.04745)
            instead of after its residual sum, as in the paper; encoder and decoder then end in one more.
        name: of the model.

    Returns:
        A `keras.Model` of [source, target], int32 (batch, length) each, the target beginning with a start token; its
        output are logits, (batch, target length, vocabulary_size), of the token that follows each of the target.

    Raises:
        ValueError: an argument is out of range; the message names it, and says what would be accepted.
    """

def VGG11(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG11.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    132,863,336 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG11BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG11BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    132,874,344 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG11LRN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG11LRN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    132,863,336 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def VGG13(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG13.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    133,047,848 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG13BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG13BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    133,059,624 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG16(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG16.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    138,357,544 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet', 'torchvision'.
    """

def VGG16BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG16BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    138,374,440 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def VGG16C(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG16C.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    133,638,952 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """

def VGG19(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG19.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    143,667,240 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet', 'torchvision'.
    """

def VGG19BN(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build VGG19BN.

    Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan & Zisserman), 2014,
    arXiv:1409.1556.
    143,689,256 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def WideResNet16_8(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build WideResNet16_8.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    10,968,570 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def WideResNet28_10(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build WideResNet28_10.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    36,497,146 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def WideResNet40_4(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 10,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
    *,
    dropout: float = 0.0,
) -> keras.Model:
    """Build WideResNet40_4.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    8,959,994 parameters; by default 32x32 pixels of 3 channels, 10 classes. Weights: none published.

    Args:
        dropout: dropout rate between convolutions, in training; a number from 0 to below 1. Default 0.0.
    """

def WideResNet50_2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build WideResNet50_2.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    68,951,464 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def WideResNet101_2(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build WideResNet101_2.

    Wide Residual Networks (Zagoruyko and Komodakis), 2016, arXiv:1605.07146.
    127,024,552 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def Xception(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build Xception.

    Xception: Deep Learning with Depthwise Separable Convolutions (Chollet), 2016, arXiv:1610.02357.
    22,910,480 parameters; by default 299x299 pixels of 3 channels, 1000 classes. Weights: 'imagenet'.
    """

def ZFNet(
    include_top: bool = True,
    weights: str | os.PathLike | None = None,
    input_tensor: keras.KerasTensor | None = None,
    input_shape: tuple[int | None, int | None, int] | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int | None = 1000,
    classifier_activation: str | Callable | None = "softmax",
    name: str | None = None,
) -> keras.Model:
    """Build ZFNet.

    Visualizing and Understanding Convolutional Networks (Zeiler & Fergus), 2013, arXiv:1311.2901.
    62,357,608 parameters; by default 224x224 pixels of 3 channels, 1000 classes. Weights: none published.
    """
