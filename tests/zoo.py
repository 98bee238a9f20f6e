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
    # VGG: counts are torchvision's and Keras'; MACs of VGG16C and VGG11LRN from table 1
    Row("VGG11", 132_863_336, 132_863_336, 9_220_480, (7, 7, 512), 7.60909, slow=True),
    Row("VGG13", 133_047_848, 133_047_848, 9_404_992, (7, 7, 512), 11.3085, slow=True),
    Row("VGG16", 138_357_544, 138_357_544, 14_714_688, (7, 7, 512), 15.4703, keras_twin="VGG16", slow=True),
    Row("VGG19", 143_667_240, 143_667_240, 20_024_384, (7, 7, 512), 19.6321, keras_twin="VGG19", slow=True),
    Row("VGG11LRN", 132_863_336, 132_863_336, 9_220_480, (7, 7, 512), 7.60909, slow=True),
    Row("VGG16C", 133_638_952, 133_638_952, 9_996_096, (7, 7, 512), 11.7709, slow=True),
    Row("VGG11BN", 132_874_344, 132_868_840, 9_231_488, (7, 7, 512), 7.60909, slow=True),
    Row("VGG13BN", 133_059_624, 133_053_736, 9_416_768, (7, 7, 512), 11.3085, slow=True),
    Row("VGG16BN", 138_374_440, 138_365_992, 14_731_584, (7, 7, 512), 15.4703, slow=True),
    Row("VGG19BN", 143_689_256, 143_678_248, 20_046_400, (7, 7, 512), 19.6321, slow=True),
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
    Row("GoogLeNetAux", 13_378_280, 13_378_280, 5_973_552, (7, 7, 1024), 1.59104, slow=True),
    Row("InceptionV1", 6_639_464, 6_624_904, 5_614_464, (7, 7, 1024), 1.49838, slow=True),
    # its MACs are the reference's at inference, where the auxiliary classifiers (0.5 % more) are not computed
    Row("InceptionV1Aux", 13_019_960, 13_004_888, 5_614_464, (7, 7, 1024), 1.49838, slow=True),
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
    Row("NiNCIFAR100", 984_356, 984_356, 965_056, (8, 8, 192), 0.223592, classes=100, other_size=(40, 24), slow=True),
    Row("NiN", 7_595_176, 7_595_176, 6_570_176, (6, 6, 1024), 1.10019, slow=True),
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
    # Inception-ResNet v1, its parts in test_inception_resnet.py
    Row(
        "InceptionResNetV1",
        22_783_368,
        22_756_328,
        20_990_368,
        (8, 8, 1792),
        6.20636,
        other_size=(91, 76),
        slow=True,
    ),
    # BN-Inception, and SENet's on it
    Row("InceptionV2", 11_305_256, 11_285_224, 10_280_256, (7, 7, 1024), 2.0326),
    Row("SEInception", 11_951_654, 11_931_622, 10_926_654, (7, 7, 1024), 2.03324, slow=True),
    # FractalNet
    Row("FractalNet20", 33_745_226, 33_724_618, 33_740_096, (1, 1, 512), 0.845223, classes=10, other_size=(40, 72)),
    # PNASNet: counts are timm's
    Row(
        "PNASNet5Large",
        86_234_656,
        86_057_668,
        81_913_656,
        (11, 11, 4320),
        24.9374,
        other_size=(67, 96),
        slow=True,
    ),
]
