"""The papers' trainings on CIFAR-10, one recipe each."""

from functools import partial

from kzoo.recipes.recipe import classifier
from kzoo.training.config import OptimizerConfig, ScheduleConfig

cifar10 = partial(classifier, data="tfds:cifar10")

cifar10(
    "nin_cifar10",
    """Network in Network on CIFAR-10.

    - Paper: Lin, Chen & Yan, "Network In Network", 2013, arXiv:1312.4400, section 4; the learning rate, its steps and
      the weight decay are those of the authors' model for Caffe.
    - Command: python recipes/nin_cifar10.py --data tfds:cifar10
    - Expected: 8.81 % error with data augmentation; 10.41 % without, `--augment none`.
    - Result: not run, CIFAR-10 was not available

    Different from the paper: images are standardized by channel, without contrast normalization and whitening; biases
    have the learning rate of kernels, in Caffe's model twice it.
    """,
    model="NiNCIFAR10",
    initializer=0.05,
    # 100,000 of 120,000 steps, of 50,000 // 128 = 390 an epoch: 256.4 of 307.7 epochs
    epochs=308,
    batch_size=128,
    learning_rate=0.1,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=1e-4,
    ),
    schedule=ScheduleConfig(
        kind="step",
        at=(256.4,),
    ),
    augment="cifar",
)

cifar10(
    "resnet20_cifar10",
    """ResNet-20 on CIFAR-10.

    - Paper: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv:1512.03385, section 4.2.
    - Command: python recipes/resnet20_cifar10.py --data tfds:cifar10
    - Expected: 8.75 % error; `--model ResNet32CIFAR`: 7.51 %, ResNet44CIFAR: 7.17 %, ResNet56CIFAR: 6.97 %.
    - Result: not run, CIFAR-10 was not available

    Different from the paper: images are standardized by channel; it subtracts the mean of each pixel.
    """,
    model="ResNet20CIFAR",
    initializer="he",
    # 32,000, 48,000 and 64,000 steps, of 50,000 // 128 = 390 an epoch: 82.1, 123.1 and 164.1 epochs
    epochs=164,
    batch_size=128,
    learning_rate=0.1,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=1e-4,
        decay_bias_and_norm=True,
    ),
    schedule=ScheduleConfig(
        kind="step",
        at=(82.0, 123.0),
    ),
    augment="cifar",
)

cifar10(
    "resnet110_cifar10",
    """ResNet-110 on CIFAR-10.

    - Paper: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv:1512.03385, section 4.2.
    - Command: python recipes/resnet110_cifar10.py --data tfds:cifar10
    - Expected: 6.43 % error, the best of five runs; 6.61 % +- 0.16 % on average.
    - Result: not run, CIFAR-10 was not available

    Different from the paper: linear warm-up in the first epoch, where the paper has a constant 0.01 for about 400
    steps, until the training error is below 80 %; images are standardized by channel, where it subtracts the mean of
    each pixel.
    """,
    model="ResNet110CIFAR",
    initializer="he",
    # 32,000, 48,000 and 64,000 steps, of 50,000 // 128 = 390 an epoch: 82.1, 123.1 and 164.1 epochs
    epochs=164,
    batch_size=128,
    learning_rate=0.1,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=1e-4,
        decay_bias_and_norm=True,
    ),
    schedule=ScheduleConfig(
        kind="step",
        at=(82.0, 123.0),
        warmup_epochs=1.0,
    ),
    augment="cifar",
)

cifar10(
    "preact_resnet164_cifar10",
    """Pre-activation ResNet-164 on CIFAR-10.

    - Paper: He et al., "Identity Mappings in Deep Residual Networks", 2016, arXiv:1603.05027, appendix.
    - Command: python recipes/preact_resnet164_cifar10.py --data tfds:cifar10
    - Expected: 5.46 % error.
    - Result: not run, CIFAR-10 was not available

    Different from the paper: linear warm-up in the first epoch, where the paper has a constant 0.01 for 400 steps.
    Initialization and preprocessing are those of its authors' code, for Torch.
    """,
    model="PreActResNet164CIFAR",
    initializer="he_fan_out",
    # 32,000, 48,000 and 64,000 steps, of 50,000 // 128 = 390 an epoch: 82.1, 123.1 and 164.1 epochs
    epochs=164,
    batch_size=128,
    learning_rate=0.1,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=1e-4,
        decay_bias_and_norm=True,
    ),
    schedule=ScheduleConfig(
        kind="step",
        at=(82.0, 123.0),
        warmup_epochs=1.0,
    ),
    augment="cifar",
)

cifar10(
    "wide_resnet28_10_cifar10",
    """Wide ResNet-28-10 on CIFAR-10.

    - Paper: Zagoruyko & Komodakis, "Wide Residual Networks", 2016, arXiv:1605.07146, section 3.
    - Command: python recipes/wide_resnet28_10_cifar10.py --data tfds:cifar10
    - Expected: 4.00 % error; 3.89 % with dropout, `--options dropout 0.3`.
    - Result: not run, CIFAR-10 was not available
    """,
    model="WideResNet28_10",
    initializer="he_fan_out",
    epochs=200,
    batch_size=128,
    learning_rate=0.1,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        nesterov=True,
        weight_decay=5e-4,
        decay_bias_and_norm=True,
    ),
    schedule=ScheduleConfig(
        kind="step",
        factor=0.2,
        at=(60.0, 120.0, 160.0),
    ),
    augment="cifar_reflect",
)

cifar10(
    "densenet_bc100_12_cifar10",
    """DenseNet-BC-100 of growth rate 12 on CIFAR-10.

    - Paper: Huang et al., "Densely Connected Convolutional Networks", 2016, arXiv:1608.06993, section 4.2.
    - Command: python recipes/densenet_bc100_12_cifar10.py --data tfds:cifar10
    - Expected: 4.51 % error with data augmentation; 5.92 % without but with dropout, `--augment none --options dropout
      0.2`.
    - Result: not run, CIFAR-10 was not available
    """,
    model="DenseNetBC100_12",
    initializer="he_fan_out",
    # the learning rate is divided by 10 after 50 % and 75 % of the epochs
    epochs=300,
    batch_size=64,
    learning_rate=0.1,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        nesterov=True,
        weight_decay=1e-4,
        decay_bias_and_norm=True,
    ),
    schedule=ScheduleConfig(
        kind="step",
        at=(150.0, 225.0),
    ),
    augment="cifar",
)

cifar10(
    "stochastic_depth110_cifar10",
    """ResNet-110 with stochastic depth on CIFAR-10.

    - Paper: Huang et al., "Deep Networks with Stochastic Depth", 2016, arXiv:1603.09382, section 4.
    - Command: python recipes/stochastic_depth110_cifar10.py --data tfds:cifar10
    - Expected: 5.25 % error (6.41 % with constant depth, `--options survival 1`).
    - Result: not run, CIFAR-10 was not available

    Different from the paper: it trains on 45,000 images and selects the epoch on the other 5,000; here all 50,000 are
    training images, and `last_val_accuracy` is the one without selection on test images. Images are standardized by
    channel; the authors' code subtracts the mean of each pixel, and divides by one standard deviation.
    """,
    model="StochasticDepthResNet110",
    initializer="he",
    # the learning rate is divided by 10 after 50 % and 75 % of the epochs
    epochs=500,
    batch_size=128,
    learning_rate=0.1,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        nesterov=True,
        weight_decay=1e-4,
        decay_bias_and_norm=True,
    ),
    schedule=ScheduleConfig(
        kind="step",
        at=(250.0, 375.0),
    ),
    augment="cifar",
)

cifar10(
    "fractalnet20_cifar10",
    """FractalNet-20 on CIFAR-10.

    - Paper: Larsson, Maire & Shakhnarovich, "FractalNet: Ultra-Deep Neural Networks without Residuals", 2016,
      arXiv:1605.07648, section 4.
    - Command: python recipes/fractalnet20_cifar10.py --data tfds:cifar10
    - Expected: 4.60 % error with drop-path and dropout, 5.22 % with neither drop-path nor dropout.
    - Result: not run, CIFAR-10 was not available

    Drop-path of 0.15, global (one column) in half of the batches, and dropout of 0, 10, 20, 30 and 40 % in the five
    blocks are the network's defaults. There is no weight decay: the authors' generator exempts biases from one whose
    value it does not state.
    """,
    model="FractalNet20",
    # the learning rate is reduced whenever the number of remaining epochs has halved: 200, 100, 50, 25
    epochs=400,
    batch_size=100,
    learning_rate=0.02,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
    ),
    schedule=ScheduleConfig(
        kind="step",
        at=(200.0, 300.0, 350.0, 375.0),
    ),
    augment="cifar",
)

cifar10(
    "nasnet_a_cifar10",
    """NASNet-A (6 @ 768) with its auxiliary classifier on CIFAR-10.

    - Paper: Zoph, Vasudevan, Shlens & Le, "Learning Transferable Architectures for Scalable Image Recognition", 2017,
      arXiv:1707.07012, appendix A.
    - Command: python recipes/nasnet_a_cifar10.py --data tfds:cifar10
    - Expected: 3.41 % error; 2.65 % with cutout, which is not used here.
    - Result: not run, CIFAR-10 was not available

    Scheduled drop-path rises to 0.4 in the last cell. Momentum 0.9 is assumed; gradients are clipped by their global
    norm.
    """,
    model="NASNetCIFAR",
    options={"drop_path": 0.4, "auxiliary": True},
    # 937,500 steps of 32 images: 937,500 * 32 / 50,000 = 600 epochs
    epochs=600,
    batch_size=32,
    learning_rate=0.025,
    optimizer=OptimizerConfig(
        kind="sgd",
        momentum=0.9,
        weight_decay=5e-4,
        clip_norm=5.0,
    ),
    schedule=ScheduleConfig(
        kind="cosine",
    ),
    augment="cifar",
)
