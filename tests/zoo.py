"""One row a variant: what the papers and the reference implementations say of it, independent of the code.

Counts are the reference's, at its default number of classes: with the classifier (moving statistics included),
trainable, and without the classifier.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    name: str
    total: int
    trainable: int
    notop: int
    features: tuple  # shape without the classifier, for the default input
    macs_g: float | None
    classes: int = 1000
    keras_twin: str | None = None  # in keras.applications
    other_size: tuple = (96, 64)  # another input that must work
    slow: bool = False  # a larger variant of a family, whose smallest is tested always


ROWS = [
    Row("LeNet5", 61_706, 61_706, 60_856, (1, 1, 84), 0.00041652, classes=10, other_size=(40, 48)),
    # its MACs are the paper's count of connections, biases included: tested layer by layer in test_lenet.py
    Row("LeNet5Original", 60_840, 60_000, 60_000, (1, 1, 84), None, classes=10, other_size=(40, 48)),
    Row("ResNet50", 25_636_712, 25_583_592, 23_587_712, (7, 7, 2048), 3.85797, keras_twin="ResNet50"),
    # ResNet
    Row("ResNet101", 44_707_176, 44_601_832, 42_658_176, (7, 7, 2048), 7.57019, keras_twin="ResNet101", slow=True),
    Row("ResNet152", 60_419_944, 60_268_520, 58_370_944, (7, 7, 2048), 11.2824, keras_twin="ResNet152", slow=True),
    # ResNet v2
    Row("ResNet50V2", 25_613_800, 25_568_360, 23_564_800, (7, 7, 2048), 3.48226, keras_twin="ResNet50V2"),
    Row("ResNet101V2", 44_675_560, 44_577_896, 42_626_560, (7, 7, 2048), 7.19448, keras_twin="ResNet101V2", slow=True),
    Row("ResNet152V2", 60_380_648, 60_236_904, 58_331_648, (7, 7, 2048), 10.9067, keras_twin="ResNet152V2", slow=True),
    # ResNet and Wide ResNet as in torchvision
    Row("ResNet18", 11_699_112, 11_689_512, 11_186_112, (7, 7, 512), 1.81407),
    Row("ResNet34", 21_814_696, 21_797_672, 21_301_696, (7, 7, 512), 3.66376, slow=True),
    Row("WideResNet50_2", 68_951_464, 68_883_240, 66_902_464, (7, 7, 2048), 11.398, slow=True),
    Row("WideResNet101_2", 127_024_552, 126_886_696, 124_975_552, (7, 7, 2048), 22.7531, slow=True),
    # ResNet for CIFAR
    Row("ResNet20CIFAR", 271_098, 269_722, 270_448, (8, 8, 64), 0.040551, classes=10, other_size=(40, 48)),
    Row("ResNet32CIFAR", 466_426, 464_154, 465_776, (8, 8, 64), 0.0688626, classes=10, other_size=(40, 48), slow=True),
    Row("ResNet44CIFAR", 661_754, 658_586, 661_104, (8, 8, 64), 0.0971741, classes=10, other_size=(40, 48), slow=True),
    Row("ResNet56CIFAR", 857_082, 853_018, 856_432, (8, 8, 64), 0.125486, classes=10, other_size=(40, 48), slow=True),
    Row(
        "ResNet110CIFAR",
        1_736_058,
        1_727_962,
        1_735_408,
        (8, 8, 64),
        0.252888,
        classes=10,
        other_size=(40, 48),
        slow=True,
    ),
    Row(
        "ResNet1202CIFAR",
        19_510_906,
        19_421_274,
        19_510_256,
        (8, 8, 64),
        2.82924,
        classes=10,
        other_size=(40, 48),
        slow=True,
    ),
    # PreAct ResNet for CIFAR
    Row(
        "PreActResNet164CIFAR",
        1_727_482,
        1_703_258,
        1_724_912,
        (8, 8, 256),
        0.244501,
        classes=10,
        other_size=(40, 48),
        slow=True,
    ),
    Row(
        "PreActResNet1001CIFAR",
        10_476_922,
        10_327_706,
        10_474_352,
        (8, 8, 256),
        1.48785,
        classes=10,
        other_size=(40, 48),
        slow=True,
    ),
    # Wide ResNet for CIFAR
    Row("WideResNet16_8", 10_968_570, 10_961_370, 10_963_440, (8, 8, 512), 1.54815, classes=10, other_size=(40, 48)),
    Row(
        "WideResNet40_4",
        8_959_994,
        8_949_210,
        8_957_424,
        (8, 8, 256),
        1.29858,
        classes=10,
        other_size=(40, 48),
        slow=True,
    ),
    Row(
        "WideResNet28_10",
        36_497_146,
        36_479_194,
        36_490_736,
        (8, 8, 640),
        5.24333,
        classes=10,
        other_size=(40, 48),
        slow=True,
    ),
    # ResNeXt
    Row("ResNeXt50_32x4d", 25_097_128, 25_028_904, 23_048_128, (7, 7, 2048), 4.23048),
    Row("ResNeXt101_32x4d", 44_315_560, 44_177_704, 42_266_560, (7, 7, 2048), 7.97, slow=True),
    Row("ResNeXt101_32x8d", 88_994_216, 88_791_336, 86_945_216, (7, 7, 2048), 16.414, slow=True),
    Row("ResNeXt101_64x4d", 83_658_152, 83_455_272, 81_609_152, (7, 7, 2048), 15.4603, slow=True),
    # SENet; MACs of SEResNet-50 to -152 as in timm, which strides the 3x3
    Row("SEResNet18", 11_788_192, 11_778_592, 11_275_192, (7, 7, 512), 1.81416),
    Row("SEResNet34", 21_975_892, 21_958_868, 21_462_892, (7, 7, 512), 3.66392, slow=True),
    Row("SEResNet50", 28_141_144, 28_088_024, 26_092_144, (7, 7, 2048), 4.09, slow=True),
    Row("SEResNet101", 49_432_216, 49_326_872, 47_383_216, (7, 7, 2048), 7.81, slow=True),
    Row("SEResNet152", 66_973_272, 66_821_848, 64_924_272, (7, 7, 2048), 11.52, slow=True),
    Row("SEResNeXt50_32x4d", 27_628_120, 27_559_896, 25_579_120, (7, 7, 2048), 4.23299, slow=True),
    Row("SEResNeXt101_32x4d", 49_093_272, 48_955_416, 47_044_272, (7, 7, 2048), 7.97474, slow=True),
    Row("SENet154", 115_336_536, 115_088_984, 113_287_536, (7, 7, 2048), 20.6884, slow=True),
    # stochastic depth
    Row(
        "StochasticDepthResNet110",
        1_736_058,
        1_727_962,
        1_735_408,
        (8, 8, 64),
        0.252888,
        classes=10,
        other_size=(40, 48),
        slow=True,
    ),
    Row(
        "StochasticDepthResNet1202",
        19_510_906,
        19_421_274,
        19_510_256,
        (8, 8, 64),
        2.82924,
        classes=10,
        other_size=(40, 48),
        slow=True,
    ),
]
