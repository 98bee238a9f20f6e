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
    # VGG: counts are torchvision's and Keras'; MACs of VGG16C and VGG11LRN from table 1
    Row("VGG11", 132_863_336, 132_863_336, 9_220_480, (7, 7, 512), 7.60909),
    Row("VGG13", 133_047_848, 133_047_848, 9_404_992, (7, 7, 512), 11.3085, slow=True),
    Row("VGG16", 138_357_544, 138_357_544, 14_714_688, (7, 7, 512), 15.4703, keras_twin="VGG16", slow=True),
    Row("VGG19", 143_667_240, 143_667_240, 20_024_384, (7, 7, 512), 19.6321, keras_twin="VGG19", slow=True),
    Row("VGG11LRN", 132_863_336, 132_863_336, 9_220_480, (7, 7, 512), 7.60909, slow=True),
    Row("VGG16C", 133_638_952, 133_638_952, 9_996_096, (7, 7, 512), 11.7709, slow=True),
    Row("VGG11BN", 132_874_344, 132_868_840, 9_231_488, (7, 7, 512), 7.60909, slow=True),
    Row("VGG13BN", 133_059_624, 133_053_736, 9_416_768, (7, 7, 512), 11.3085, slow=True),
    Row("VGG16BN", 138_374_440, 138_365_992, 14_731_584, (7, 7, 512), 15.4703, slow=True),
    Row("VGG19BN", 143_689_256, 143_678_248, 20_046_400, (7, 7, 512), 19.6321, slow=True),
    # AlexNet: 2012 by hand from the paper and Caffe's prototxt, 2014 torchvision's
    Row("AlexNet", 60_965_224, 60_965_224, 2_334_080, (6, 6, 256), 0.724407, other_size=(99, 67)),
    Row("AlexNetOWT", 61_100_840, 61_100_840, 2_469_696, (6, 6, 256), 0.714188, slow=True),
    # SqueezeNet: counts are torchvision's and those of the authors' prototxt
    Row("SqueezeNet1_0", 1_248_424, 1_248_424, 735_424, (13, 13, 512), 0.818925, slow=True),
    Row("SqueezeNet1_1", 1_235_496, 1_235_496, 722_496, (13, 13, 512), 0.349152),
    # ZFNet: by hand from figure 3
    Row("ZFNet", 62_357_608, 62_357_608, 3_726_464, (6, 6, 256), 1.16803, slow=True),
    # NiN: by hand from the authors' definitions
    Row("NiNCIFAR10", 966_986, 966_986, 965_056, (8, 8, 192), 0.222487, classes=10, other_size=(40, 24)),
    Row(
        "NiNCIFAR100", 984_356, 984_356, 965_056, (8, 8, 192), 0.223592, classes=100, other_size=(40, 24), slow=True
    ),  # of NiN
    Row("NiN", 7_595_176, 7_595_176, 6_570_176, (6, 6, 1024), 1.10019, slow=True),
]
