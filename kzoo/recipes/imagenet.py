"""The papers' trainings on ImageNet, one recipe each."""

from functools import partial

from kzoo.recipes.recipe import classifier
from kzoo.training.config import OptimizerConfig, ScheduleConfig

imagenet = partial(classifier, data="tfds:imagenet2012")

imagenet(
    "alexnet_imagenet",
    """AlexNet on ImageNet.

    - Paper: Krizhevsky, Sutskever & Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012,
      doi:10.1145/3065386, section 5.
    - Command: python recipes/alexnet_imagenet.py --data tfds:imagenet2012
    - Expected: 40.7 % top-1 error, 18.2 % top-5 error, averaged over ten crops; for the center crop, which is evaluated
      here, Caffe's version has 42.9 % and 19.8 %.
    - Result: not run, ImageNet was not available

    Different from the paper: the learning rate is reduced after 5 epochs without a lower validation loss; the authors
    reduced it by hand, three times.
    """,
    model="AlexNet",
    epochs=90,
    batch_size=128,
    learning_rate=0.01,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=5e-4,
    ),
    schedule=ScheduleConfig(
        kind="plateau",
        patience=5,
    ),
    augment="alexnet",
)

imagenet(
    "zfnet_imagenet",
    """ZFNet on ImageNet.

    - Paper: Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", 2013, arXiv:1311.2901, section 3.
    - Command: python recipes/zfnet_imagenet.py --data tfds:imagenet2012
    - Expected: 38.4 % top-1 error, 16.5 % top-5 error, averaged over ten crops; here the center crop is evaluated.
    - Result: not run, ImageNet was not available

    Different from the paper: the learning rate is reduced after 5 epochs without a lower validation loss; the authors
    reduced it by hand; filters of the first layer are not renormalized to a root mean square of 0.1; crops are random,
    not corners and center.
    """,
    model="ZFNet",
    initializer=0.01,
    epochs=70,
    batch_size=128,
    learning_rate=0.01,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
    ),
    schedule=ScheduleConfig(
        kind="plateau",
        patience=5,
    ),
    augment="crop",
)

imagenet(
    "vgg16_imagenet",
    """VGG-16 on ImageNet.

    - Paper: Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014,
      arXiv:1409.1556, section 3.1, with scale jitter.
    - Command: python recipes/vgg16_imagenet.py --data tfds:imagenet2012
    - Expected: 25.6 % top-1 error, 8.1 % top-5 error, of dense evaluation over the whole image (table 3); here the
      center crop is evaluated.
    - Result: not run, ImageNet was not available

    Different from the paper: all layers have Glorot & Bengio's initialization, which it says is possible; its own were
    initialized from its trained network A; the learning rate is reduced after 5 epochs without a lower validation loss,
    in the paper three times in all.
    """,
    model="VGG16",
    # 370,000 steps of 256 images: 370,000 * 256 / 1,281,167 = 73.9 epochs
    epochs=74,
    batch_size=256,
    learning_rate=0.01,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=5e-4,
    ),
    schedule=ScheduleConfig(
        kind="plateau",
        patience=5,
    ),
    augment="vgg",
)

imagenet(
    "googlenet_imagenet",
    """GoogLeNet with its auxiliary classifiers on ImageNet.

    - Paper: Szegedy et al., "Going Deeper with Convolutions", 2014, arXiv:1409.4842, section 6; what it does not state
      (batch size, learning rate, weight decay, number of steps) is from the authors of Caffe, models/bvlc_googlenet.
    - Command: python recipes/googlenet_imagenet.py --data tfds:imagenet2012
    - Expected: 10.07 % top-5 error, one network, one crop (table 3); Caffe's version has 31.3 % top-1 error, 11.1 %
      top-5 error, with its shorter schedule.
    - Result: not run, ImageNet was not available

    Different from the paper: synchronous training instead of asynchronous on many machines; an exponential moving
    average, whose momentum the paper does not state, instead of its Polyak average.
    """,
    model="GoogLeNetAux",
    # 320,000 and 10,000,000 steps of 32 images: 320,000 * 32 / 1,281,167 = 8.0 epochs, and 249.8
    epochs=250,
    batch_size=32,
    learning_rate=0.01,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=2e-4,
        ema=0.9999,
    ),
    schedule=ScheduleConfig(
        kind="exponential",
        factor=0.96,
        every=8.0,
    ),
    augment="inception",
)

imagenet(
    "inception_v3_imagenet",
    """Inception v3 with its auxiliary classifier on ImageNet.

    - Paper: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2015, arXiv:1512.00567,
      section 8.
    - Command: python recipes/inception_v3_imagenet.py --data tfds:imagenet2012
    - Expected: 21.2 % top-1 error, 5.6 % top-5 error, one crop.
    - Result: not run, ImageNet was not available

    What the paper does not state, momentum 0.9, weight decay 4e-5 and the moving average of the weights with momentum
    0.9999, is from its authors' code. Gradients are clipped by their global norm.
    """,
    model="InceptionV3",
    options={"auxiliary": True},
    epochs=100,
    # 50 replicas of 32 images
    batch_size=1600,
    learning_rate=0.045,
    optimizer=OptimizerConfig(
        kind="rmsprop",
        momentum=0.9,
        epsilon=1.0,
        weight_decay=4e-5,
        clip_norm=2.0,
        ema=0.9999,
    ),
    schedule=ScheduleConfig(
        kind="exponential",
        factor=0.94,
        every=2.0,
    ),
    label_smoothing=0.1,
    augment="inception",
)

imagenet(
    "resnet50_imagenet",
    """ResNet-50 on ImageNet, as in 2015.

    - Paper: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv:1512.03385, section 3.4.
    - Command: python recipes/resnet50_imagenet.py --data tfds:imagenet2012
    - Expected: 24.7 % top-1 error, 7.8 % top-5 error, one crop (the authors' README); 22.9 % and 6.7 % with ten crops.
    - Result: not run, ImageNet was not available

    Different from the paper: the statistics of BatchNormalization are moving averages, which the authors recomputed
    after training; the learning rate is reduced after 5 epochs without a lower validation loss.
    """,
    model="ResNet50",
    initializer="he",
    # 600,000 steps of 256 images: 600,000 * 256 / 1,281,167 = 119.9 epochs
    epochs=120,
    batch_size=256,
    learning_rate=0.1,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=1e-4,
        decay_bias_and_norm=True,
    ),
    schedule=ScheduleConfig(
        kind="plateau",
        patience=5,
    ),
    augment="resnet",
)

imagenet(
    "resnet50_modern_imagenet",
    """ResNet-50 on ImageNet, as in 2021.

    - Paper: He et al., 2015, arXiv:1512.03385, is that of the network; the training is torchvision's for
      ResNet50_Weights.IMAGENET1K_V2: Vryniotis, "How to Train State-Of-The-Art Models Using TorchVision's Latest
      Primitives", 2021, pytorch.org/blog.
    - Command: python recipes/resnet50_modern_imagenet.py --data tfds:imagenet2012
    - Expected: 80.9 % top-1, 95.4 % top-5 (torchvision: 80.858, 95.434, at 224 pixels).
    - Result: not run, ImageNet was not available

    Different from torchvision: the "modern" augmentation is ConvNeXt's, with RandAugment, mixup 0.8 and random erasing
    with probability 0.25, where torchvision has TrivialAugment, mixup 0.2 and probability 0.1; training and evaluation
    are both at 224 pixels, there 176 and then 224; images are not repeated in an epoch (there each four times); the
    stride is in the first 1x1 convolution of a block, there in the 3x3.
    """,
    model="ResNet50",
    epochs=600,
    batch_size=1024,
    learning_rate=0.5,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=2e-5,
        # 0.99998, which torchvision adjusts to an update every 32 steps: 1 - 2e-5 * 1,024 * 32 / 600 = 0.99891 for
        # these, 0.99891 ** (1 / 32) for each
        ema=0.99997,
    ),
    schedule=ScheduleConfig(
        kind="cosine",
        warmup_epochs=5.0,
    ),
    label_smoothing=0.1,
    augment="modern",
)

imagenet(
    "se_resnet50_imagenet",
    """SE-ResNet-50 on ImageNet.

    - Paper: Hu, Shen, Albanie, Sun & Wu, "Squeeze-and-Excitation Networks", 2017, arXiv:1709.01507.
    - Command: python recipes/se_resnet50_imagenet.py --data tfds:imagenet2012
    - Expected: 23.29 % top-1 error, 6.62 % top-5 error, one crop.
    - Result: not run, ImageNet was not available

    Augmentation is that of the paper, crops and flips; its later, published weights (22.37 %, 6.36 %) were also trained
    with rotation by up to 10 degrees and color jitter.
    """,
    model="SEResNet50",
    initializer="he",
    epochs=100,
    batch_size=1024,
    learning_rate=0.6,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=1e-4,
        decay_bias_and_norm=True,
    ),
    schedule=ScheduleConfig(
        kind="step",
        at=(30.0, 60.0, 90.0),
    ),
    augment="resized_crop",
)

imagenet(
    "squeezenet_imagenet",
    """SqueezeNet 1.0 on ImageNet.

    - Paper: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size", 2016,
      arXiv:1602.07360; its hyper-parameters are in the authors' repository.
    - Command: python recipes/squeezenet_imagenet.py --data tfds:imagenet2012
    - Expected: 42.5 % top-1 error, 19.7 % top-5 error, center crop (57.5 % and 80.3 % accuracy).
    - Result: not run, ImageNet was not available

    Different from the authors: inputs are 224 pixels, there 227; biases have the learning rate of kernels, there twice
    it.
    """,
    model="SqueezeNet1_0",
    # 170,000 steps of 16 times 32 images: 170,000 * 512 / 1,281,167 = 67.9 epochs; where 512 images do not fit,
    # `--batch-size 32 --optimizer.accumulation-steps 16` is the authors' way
    epochs=68,
    batch_size=512,
    learning_rate=0.04,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=2e-4,
    ),
    schedule=ScheduleConfig(
        kind="polynomial",
        power=1.0,
    ),
    augment="crop",
)

imagenet(
    "mobilenet_v2_imagenet",
    """MobileNetV2 on ImageNet.

    - Paper: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, arXiv:1801.04381, section
      6.1; the schedule for one machine is in the authors' repository (research/slim/nets/mobilenet).
    - Command: python recipes/mobilenet_v2_imagenet.py --data tfds:imagenet2012
    - Expected: 72.0 % top-1 (table 4); the published weights have 71.8 % and 91.0 % top-5.
    - Result: not run, ImageNet was not available

    Different from the paper: it trained asynchronously on 16 machines, with batches of 96 each and a learning rate
    decay of 0.98 an epoch; this is the authors' schedule for one device, with label smoothing and a moving average of
    the weights. Epsilon 1 is the default of their code.
    """,
    model="MobileNetV2",
    # 5,500,000 steps of 96 images: 5,500,000 * 96 / 1,281,167 = 412.1 epochs
    epochs=412,
    batch_size=96,
    learning_rate=0.045,
    optimizer=OptimizerConfig(
        kind="rmsprop",
        momentum=0.9,
        epsilon=1.0,
        weight_decay=4e-5,
        ema=0.9999,
    ),
    schedule=ScheduleConfig(
        kind="exponential",
        factor=0.98,
        every=2.5,
    ),
    label_smoothing=0.1,
    augment="inception",
)

imagenet(
    "efficientnet_b0_imagenet",
    """EfficientNet-B0 on ImageNet.

    - Paper: Tan & Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019,
      arXiv:1905.11946, section 5.2.
    - Command: python recipes/efficientnet_b0_imagenet.py --data tfds:imagenet2012
    - Expected: 77.1 % top-1, 93.3 % top-5, with AutoAugment; timm reports 76.9 % for the authors' weights, 76.5 % for
      those trained without it.
    - Result: not run, ImageNet was not available

    Different from the paper: Inception's crops and color jitter instead of AutoAugment, which kzoo lacks. What the
    paper does not state, the batch size of 4,096, 350 epochs, epsilon, warm-up, label smoothing and the moving average
    of the weights, is from the authors' code. Dropout 0.2 and survival probability 0.8 are the network's defaults.
    """,
    model="EfficientNetB0",
    epochs=350,
    batch_size=4096,
    learning_rate=0.256,
    optimizer=OptimizerConfig(
        kind="rmsprop",
        momentum=0.9,
        epsilon=0.001,
        weight_decay=1e-5,
        ema=0.9999,
    ),
    schedule=ScheduleConfig(
        kind="exponential",
        factor=0.97,
        every=2.4,
        warmup_epochs=5.0,
    ),
    label_smoothing=0.1,
    augment="inception",
)

imagenet(
    "convnext_tiny_imagenet",
    """ConvNeXt-Tiny on ImageNet.

    - Paper: Liu et al., "A ConvNet for the 2020s", 2022, arXiv:2201.03545, appendix A.1.
    - Command: python recipes/convnext_tiny_imagenet.py --data tfds:imagenet2012
    - Expected: 82.1 % top-1.
    - Result: not run, ImageNet was not available

    Drop-path 0.1 and layer scale 1e-6 are the network's defaults. The moving average of the weights is evaluated and
    saved.
    """,
    model="ConvNeXtTiny",
    epochs=300,
    batch_size=4096,
    learning_rate=0.004,
    optimizer=OptimizerConfig(
        kind="adamw",
        weight_decay=0.05,
        ema=0.9999,
    ),
    schedule=ScheduleConfig(
        kind="cosine",
        warmup_epochs=20.0,
    ),
    label_smoothing=0.1,
    augment="modern",
)
