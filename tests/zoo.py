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
    # MobileNet, its other widths in test_mobilenet.py
    Row("MobileNet", 4_253_864, 4_231_976, 3_228_864, (7, 7, 1024), 0.56874, keras_twin="MobileNet"),
    Row("MobileNetV2", 3_538_984, 3_504_872, 2_257_984, (7, 7, 1280), 0.300774, keras_twin="MobileNetV2", slow=True),
    # without the classifier, MobileNetV3 ends before the convolution that follows the pooling, as Keras' does
    Row("MobileNetV3Small", 2_554_968, 2_542_856, 939_120, (7, 7, 576), 0.0565104, keras_twin="MobileNetV3Small"),
    Row(
        "MobileNetV3Large",
        5_507_432,
        5_483_032,
        2_996_352,
        (7, 7, 960),
        0.21659,
        keras_twin="MobileNetV3Large",
        slow=True,
    ),
    # DenseNet for ImageNet
    Row("DenseNet121", 8_062_504, 7_978_856, 7_037_504, (7, 7, 1024), 2.83416, keras_twin="DenseNet121", slow=True),
    Row("DenseNet169", 14_307_880, 14_149_480, 12_642_880, (7, 7, 1664), 3.35984, keras_twin="DenseNet169", slow=True),
    Row("DenseNet201", 20_242_984, 20_013_928, 18_321_984, (7, 7, 1920), 4.29137, keras_twin="DenseNet201", slow=True),
    Row("DenseNet161", 28_900_936, 28_681_000, 26_691_936, (7, 7, 2208), 7.72791, slow=True),
    Row("DenseNet264", 33_736_232, 33_337_704, 31_047_232, (7, 7, 2688), 5.75165, slow=True),
    # DenseNet for CIFAR
    Row("DenseNet40_12", 1_037_818, 1_019_722, 1_033_328, (8, 8, 448), 0.264813, classes=10, other_size=(24, 40)),
    Row("DenseNet100_12", 7_096_858, 6_979_642, 7_085_168, (8, 8, 1168), 1.76952, classes=10, slow=True),
    Row("DenseNet100_24", 27_480_346, 27_249_082, 27_457_136, (8, 8, 2320), 6.88935, classes=10, slow=True),
    Row("DenseNetBC100_12", 793_150, 769_162, 789_720, (8, 8, 342), 0.28793, classes=10, slow=True),
    Row("DenseNetBC250_24", 15_582_382, 15_324_406, 15_565_032, (8, 8, 1734), 5.41879, classes=10, slow=True),
    Row("DenseNetBC190_40", 25_881_390, 25_624_430, 25_859_480, (8, 8, 2190), 9.30195, classes=10, slow=True),
    # Xception
    Row(
        "Xception",
        22_910_480,
        22_855_952,
        20_861_480,
        (10, 10, 2048),
        8.3574,
        keras_twin="Xception",
        other_size=(107, 80),
        slow=True,
    ),
]
