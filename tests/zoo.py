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
    twin_shape: tuple | None = None  # input for the twin without a classifier, if images of any size break it
    other_size: tuple = (96, 64)  # another input that must work
    slow: bool = False  # a larger variant of a family, whose smallest is tested always


ROWS = [
    Row("LeNet5", 61_706, 61_706, 60_856, (1, 1, 84), 0.00041652, classes=10, other_size=(40, 48)),
    # its MACs are the paper's count of connections, biases included: tested layer by layer in test_lenet.py
    Row("LeNet5Original", 60_840, 60_000, 60_000, (1, 1, 84), None, classes=10, other_size=(40, 48)),
    Row("ResNet50", 25_636_712, 25_583_592, 23_587_712, (7, 7, 2048), 3.85797, keras_twin="ResNet50"),
    # Inception v3; the smallest input is 75x75
    Row(
        "InceptionV3",
        23_851_784,
        23_817_352,
        21_802_784,
        (8, 8, 2048),
        5.71322,
        keras_twin="InceptionV3",
        other_size=(91, 76),
        slow=True,
    ),
    # Inception-ResNet v2
    Row(
        "InceptionResNetV2",
        55_873_736,
        55_813_192,
        54_336_736,
        (8, 8, 1536),
        13.1558,
        keras_twin="InceptionResNetV2",
        other_size=(91, 76),
        slow=True,
    ),
    # GoogLeNet
    Row("GoogLeNet", 6_998_552, 6_998_552, 5_973_552, (7, 7, 1024), 1.58267),
    Row("InceptionV1", 6_639_464, 6_624_904, 5_614_464, (7, 7, 1024), 1.49838, slow=True),
    # NASNet-A
    Row(
        "NASNetMobile",
        5_326_716,
        5_289_978,
        4_269_716,
        (7, 7, 1056),
        0.563639,
        keras_twin="NASNetMobile",
        twin_shape=(224, 224, 3),
        slow=True,
    ),
    Row(
        "NASNetLarge",
        88_949_818,
        88_753_150,
        84_916_818,
        (11, 11, 4032),
        23.7834,
        keras_twin="NASNetLarge",
        twin_shape=(331, 331, 3),
        other_size=(67, 96),
        slow=True,
    ),
    Row(
        "NASNetCIFAR",
        3_383_786,
        3_346_538,
        3_376_096,
        (8, 8, 768),
        0.544333,
        classes=10,
        other_size=(23, 40),
        slow=True,
    ),
    # Inception v4
    Row("InceptionV4", 42_742_984, 42_679_816, 41_205_984, (8, 8, 1536), 12.254, other_size=(91, 76), slow=True),
]
