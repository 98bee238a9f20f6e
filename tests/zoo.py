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
    # EfficientNet
    Row("EfficientNetB0", 5_330_571, 5_288_548, 4_049_571, (7, 7, 1280), 0.385815, keras_twin="EfficientNetB0"),
    Row(
        "EfficientNetB1",
        7_856_239,
        7_794_184,
        6_575_239,
        (8, 8, 1280),
        0.686803,
        keras_twin="EfficientNetB1",
        slow=True,
    ),
    Row(
        "EfficientNetB2",
        9_177_569,
        9_109_994,
        7_768_569,
        (9, 9, 1408),
        0.993562,
        keras_twin="EfficientNetB2",
        slow=True,
    ),
    Row(
        "EfficientNetB3",
        12_320_535,
        12_233_232,
        10_783_535,
        (10, 10, 1536),
        1.82714,
        keras_twin="EfficientNetB3",
        slow=True,
    ),
    Row(
        "EfficientNetB4",
        19_466_823,
        19_341_616,
        17_673_823,
        (12, 12, 1792),
        4.39377,
        keras_twin="EfficientNetB4",
        slow=True,
    ),
    Row(
        "EfficientNetB5",
        30_562_527,
        30_389_784,
        28_513_527,
        (15, 15, 2048),
        10.2664,
        keras_twin="EfficientNetB5",
        slow=True,
    ),
    Row(
        "EfficientNetB6",
        43_265_143,
        43_040_704,
        40_960_143,
        (17, 17, 2304),
        19.0676,
        keras_twin="EfficientNetB6",
        slow=True,
    ),
    Row(
        "EfficientNetB7",
        66_658_687,
        66_347_960,
        64_097_687,
        (19, 19, 2560),
        37.7459,
        keras_twin="EfficientNetB7",
        slow=True,
    ),
    # EfficientNetV2
    Row("EfficientNetV2B0", 7_200_312, 7_139_704, 5_919_312, (7, 7, 1280), 0.718086, keras_twin="EfficientNetV2B0"),
    Row(
        "EfficientNetV2B1",
        8_212_124,
        8_141_052,
        6_931_124,
        (8, 8, 1280),
        1.19682,
        keras_twin="EfficientNetV2B1",
        slow=True,
    ),
    Row(
        "EfficientNetV2B2",
        10_178_374,
        10_096_086,
        8_769_374,
        (9, 9, 1408),
        1.69754,
        keras_twin="EfficientNetV2B2",
        slow=True,
    ),
    Row(
        "EfficientNetV2B3",
        14_467_622,
        14_358_406,
        12_930_622,
        (10, 10, 1536),
        3.01146,
        keras_twin="EfficientNetV2B3",
        slow=True,
    ),
    Row(
        "EfficientNetV2S",
        21_612_360,
        21_458_488,
        20_331_360,
        (12, 12, 1280),
        8.36562,
        keras_twin="EfficientNetV2S",
        slow=True,
    ),
    Row(
        "EfficientNetV2M",
        54_431_388,
        54_139_356,
        53_150_388,
        (15, 15, 1280),
        24.5825,
        keras_twin="EfficientNetV2M",
        slow=True,
    ),
    Row(
        "EfficientNetV2L",
        119_027_848,
        118_515_272,
        117_746_848,
        (15, 15, 1280),
        56.0797,
        keras_twin="EfficientNetV2L",
        slow=True,
    ),
    # ConvNeXt
    Row("ConvNeXtTiny", 28_589_128, 28_589_128, 27_820_128, (7, 7, 768), 4.45553, keras_twin="ConvNeXtTiny"),
    Row(
        "ConvNeXtSmall", 50_223_688, 50_223_688, 49_454_688, (7, 7, 768), 8.68371, keras_twin="ConvNeXtSmall", slow=True
    ),
    Row(
        "ConvNeXtBase", 88_591_464, 88_591_464, 87_566_464, (7, 7, 1024), 15.3547, keras_twin="ConvNeXtBase", slow=True
    ),
    Row(
        "ConvNeXtLarge",
        197_767_336,
        197_767_336,
        196_230_336,
        (7, 7, 1536),
        34.3614,
        keras_twin="ConvNeXtLarge",
        slow=True,
    ),
    Row(
        "ConvNeXtXLarge",
        350_196_968,
        350_196_968,
        348_147_968,
        (7, 7, 2048),
        60.921,
        keras_twin="ConvNeXtXLarge",
        slow=True,
    ),
    # EfficientNet-Lite: trainable parameters are those of the authors' own tests; their MAdds count more than MACs
    Row("EfficientNetLite0", 4_694_024, 4_652_008, 3_413_024, (7, 7, 1280), None),
    Row("EfficientNetLite1", 5_470_344, 5_416_680, 4_189_344, (8, 8, 1280), None, slow=True),
    Row("EfficientNetLite2", 6_150_168, 6_092_072, 4_869_168, (9, 9, 1280), None, slow=True),
    Row("EfficientNetLite3", 8_273_768, 8_197_096, 6_992_768, (9, 9, 1280), None, slow=True),
    Row("EfficientNetLite4", 13_118_936, 13_006_568, 11_837_936, (10, 10, 1280), None, slow=True),
]
