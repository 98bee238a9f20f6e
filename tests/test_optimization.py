"""Schedules, losses and optimizers: the papers' formulas, in numpy."""

from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import assert_equal, one_line, train

import kzoo
from kzoo.training import (
    Crossentropy,
    Distillation,
    InverseSquareRoot,
    WarmUp,
    layer_decay_multipliers,
    make_optimizer,
    optimizers,
)
from kzoo.training.layerwise import blocks
from kzoo.training.schedules import LinearDecay

RNG = np.random.default_rng(0)


def values(schedule, steps):
    return [float(schedule(step)) for step in steps]


def test_warm_up_is_linear_and_then_the_schedule():
    step_decay = keras.optimizers.schedules.PiecewiseConstantDecay([9, 19], [0.4, 0.04, 0.004])
    schedule = WarmUp(step_decay, warmup_steps=5, initial_learning_rate=0.1)
    np.testing.assert_allclose(values(schedule, range(6)), [0.1, 0.16, 0.22, 0.28, 0.34, 0.4], rtol=1e-6)
    np.testing.assert_allclose(values(schedule, [14, 15, 24, 25]), [0.4, 0.04, 0.04, 0.004], rtol=1e-6)
    np.testing.assert_allclose(values(WarmUp(0.5, warmup_steps=2), [0, 1, 2, 100]), [0, 0.25, 0.5, 0.5])


def test_inverse_square_root_is_the_papers():
    width, warmup = 512, 4000
    schedule = InverseSquareRoot(peak=(width * warmup) ** -0.5, warmup_steps=warmup)
    steps = np.array([1, 2, 1000, 4000, 4001, 100_000])
    paper = width**-0.5 * np.minimum(steps**-0.5, steps * warmup**-1.5)
    np.testing.assert_allclose(values(schedule, steps - 1), paper, rtol=1e-5)


def test_linear_decay_stays_and_then_falls_to_zero():
    schedule = LinearDecay(0.2, hold_steps=3, decay_steps=5)
    np.testing.assert_allclose(
        values(schedule, [0, 3, 4, 6, 8, 100]), [0.2, 0.2, 0.16, 0.08, 0, 0], rtol=1e-6, atol=1e-8
    )


@pytest.mark.parametrize(
    "schedule",
    [
        WarmUp(keras.optimizers.schedules.CosineDecay(0.1, 100), 5, 0.01),
        WarmUp(InverseSquareRoot(0.1, 7), 5),
        WarmUp(0.3, 2),
        LinearDecay(0.2, 3, 5),
    ],
)
def test_schedules_survive_their_config(schedule):
    optimizer = keras.optimizers.SGD(schedule)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))._learning_rate
    assert type(again) is type(schedule)
    assert values(again, range(0, 40, 3)) == values(schedule, range(0, 40, 3))


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: WarmUp(0.1, 0), "warmup_steps=0 does not work"),
        (lambda: InverseSquareRoot(0.1, 0), "warmup_steps=0 does not work"),
        (lambda: InverseSquareRoot(0.1, float("nan")), "warmup_steps=nan does not work"),
        (lambda: InverseSquareRoot(float("nan"), 1), "peak=nan does not work"),
        (lambda: Distillation(float("inf")), "temperature=inf does not work"),
        (lambda: Crossentropy(label_smoothing=1.1), "label_smoothing=1.1 does not work; accepted are 0 to 1"),
        (lambda: Distillation(0), "temperature=0 does not work; accepted: a number above 0"),
        (lambda: make_optimizer("lars", 0.1), "optimizer='lars' is unknown; accepted are sgd, rmsprop, adam, adamw"),
        (lambda: make_optimizer("adam", 0.1, momentum=0.9), "momentum=0.9 is not for 'adam'; it takes beta_1"),
        (lambda: make_optimizer("sgd", 0.1, weight_decay=-1), "weight_decay=-1 does not work"),
        (lambda: make_optimizer("sgd", 0.1, accumulation_steps=0), "accumulation_steps=0 does not work"),
        (lambda: make_optimizer("sgd", 0.1, ema=1.0), "ema=1.0 does not work; accepted: a number above 0"),
        (lambda: WarmUp(float("nan"), 1), "schedule=nan does not work"),
        (lambda: WarmUp(0.1, 1, -1.0), "initial_learning_rate=-1.0 does not work"),
        (lambda: LinearDecay(float("nan"), 1, 1), "initial_learning_rate=nan does not work"),
        (lambda: LinearDecay(0.1, -1, 1), "hold_steps=-1 does not work"),
        (lambda: LinearDecay(0.1, 1, -1), "decay_steps=-1 does not work"),
        (lambda: optimizers.SGD(0.1, momentum=1.5), "momentum=1.5 does not work"),
        (lambda: optimizers.Adam(float("nan")), "learning_rate=nan does not work"),
        (lambda: optimizers.Adam(0.1, weight_decay=float("nan")), "weight_decay=nan does not work"),
        (lambda: optimizers.AdamW(0.1, epsilon=-1.0), "epsilon=-1.0 does not work"),
        (lambda: optimizers.RMSprop(0.1, clipnorm=0.0), "clipnorm=0.0 does not work"),
        (
            lambda: optimizers.RMSprop(0.1, 0.0, False, {"w": -1.0}),
            "learning_rate_multipliers={'w': -1.0} does not work",
        ),
        (lambda: layer_decay_multipliers(kzoo.LeNet5(), 1.5), "decay=1.5 does not work"),
    ],
)
def test_wrong_settings(make, message):
    with pytest.raises(ValueError) as error:
        make()
    assert message in one_line(error)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("label", [-1, 10])
def test_the_crossentropy_of_a_label_that_is_no_class_is_nan(smoothing, label):
    loss = Crossentropy(label_smoothing=smoothing, reduction=None)(
        np.array([0, label, 9]), np.zeros((3, 10), "float32")
    )
    assert np.isfinite(np.asarray(loss)).tolist() == [True, False, True]


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("shape", [(6,), (6, 1)])
def test_crossentropy_of_class_numbers_is_keras_of_one_hots(smoothing, shape):
    logits, classes = RNG.normal(size=(6, 10)).astype("float32"), RNG.integers(0, 10, 6)
    expected = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    ours = Crossentropy(label_smoothing=smoothing)
    weights = RNG.uniform(size=6)
    for weight in (None, weights):
        np.testing.assert_allclose(
            ours(classes.reshape(shape), logits, sample_weight=weight),
            expected(np.eye(10)[classes], logits, sample_weight=weight),
            rtol=1e-6,
        )


def test_crossentropy_takes_mixed_labels():
    logits, mixed = RNG.normal(size=(6, 10)).astype("float32"), RNG.dirichlet(np.ones(10), 6)
    expected = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(mixed, logits)
    again = Crossentropy.from_config(Crossentropy(label_smoothing=0.1).get_config())
    np.testing.assert_allclose(again(mixed, logits), expected, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_crossentropy_of_half_precision_is_computed_in_float32(dtype):
    logits = tf.cast(RNG.normal(size=(6, 1000)) * 8, dtype)
    classes = RNG.integers(0, 1000, 6)
    loss = Crossentropy(label_smoothing=0.1)(classes, logits)
    assert loss.dtype == "float32"
    np.testing.assert_allclose(loss, Crossentropy(label_smoothing=0.1)(classes, tf.cast(logits, "float64")), rtol=1e-5)


def test_distillation_is_hintons():
    """Its gradient is T (softmax(z / T) - softmax(v / T)): the paper's equation 2, times T squared."""
    temperature = 4.0
    student, teacher = (tf.constant(RNG.normal(size=(6, 10)) * 3, "float32") for _ in range(2))
    loss_fn = Distillation.from_config(Distillation(temperature).get_config())
    with tf.GradientTape() as tape:
        tape.watch([student, teacher])
        loss = loss_fn(teacher, student)
    gradient, of_teacher = tape.gradient(loss, [student, teacher])
    q, p = tf.nn.softmax(student / temperature), tf.nn.softmax(teacher / temperature)
    np.testing.assert_allclose(gradient, temperature * (q - p) / 6, atol=1e-6)
    assert of_teacher is None or not np.any(of_teacher)
    kl = keras.losses.KLDivergence()(p, q)
    np.testing.assert_allclose(loss, temperature**2 * kl, rtol=1e-5)
    assert float(loss_fn(teacher, teacher)) == 0


def steps(optimizer, kernel, bias, gradients):
    """Apply gradients of a kernel and a bias; return both."""
    variables = [keras.Variable(kernel, name="kernel"), keras.Variable(bias, name="bias")]
    for pair in gradients:
        optimizer.apply_gradients(zip(pair, variables, strict=True))
    return [variable.numpy() for variable in variables]


@pytest.fixture
def case():
    kernel, bias = RNG.normal(size=(3, 4)).astype("float32"), RNG.normal(size=4).astype("float32")
    gradients = [[RNG.normal(size=each.shape).astype("float32") for each in (kernel, bias)] for _ in range(5)]
    return kernel, bias, gradients


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("decay_bias_and_norm", [False, True])
def test_sgd_is_the_papers(case, nesterov, decay_bias_and_norm):
    """Momentum of the gradient of loss plus decay / 2 times the squared weights."""
    optimizer = make_optimizer(
        "sgd", 0.1, momentum=0.9, nesterov=nesterov, weight_decay=0.05, decay_bias_and_norm=decay_bias_and_norm
    )
    expected = []
    for index, (weight, decay) in enumerate(zip(case[:2], (0.05, 0.05 * decay_bias_and_norm), strict=True)):
        velocity = 0
        for pair in case[2]:
            gradient = pair[index] + decay * weight
            velocity = 0.9 * velocity + gradient
            weight = weight - 0.1 * (gradient + 0.9 * velocity if nesterov else velocity)
        expected.append(weight)
    for ours, theirs in zip(steps(optimizer, *case), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_rmsprop_is_tensorflow_1s(case):
    optimizer = make_optimizer("rmsprop", 0.1, rho=0.9, momentum=0.9, epsilon=1.0, weight_decay=0.01)
    expected = tf.compat.v1.train.RMSPropOptimizer(0.1, decay=0.9, momentum=0.9, epsilon=1.0)
    variables = [tf.Variable(each) for each in case[:2]]
    for kernel, bias in case[2]:
        expected.apply_gradients(zip([kernel + 0.01 * variables[0], bias], variables, strict=True))
    for ours, theirs in zip(steps(optimizer, *case), variables, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_adamw_is_keras_with_biases_left_out(case):
    expected = keras.optimizers.AdamW(0.01, weight_decay=0.1)
    expected.exclude_from_weight_decay(var_names=["bias"])
    ours = steps(make_optimizer("adamw", 0.01, weight_decay=0.1), *case)
    for a, b in zip(ours, steps(expected, *case), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    coupled = steps(make_optimizer("adam", 0.01, weight_decay=0.1), *case)
    assert not np.allclose(ours[0], coupled[0], atol=1e-4)
    np.testing.assert_array_equal(ours[1], coupled[1])


@pytest.mark.parametrize(
    "name, settings, theirs, kernel",
    [
        ("sgd", {}, keras.optimizers.SGD, None),
        ("sgd", {"momentum": 0.9}, keras.optimizers.SGD, "ResourceApplyKerasMomentum"),
        ("sgd", {"momentum": 0.9, "nesterov": True}, keras.optimizers.SGD, "ResourceApplyKerasMomentum"),
        ("rmsprop", {"momentum": 0.9}, keras.optimizers.RMSprop, "ResourceApplyRMSProp"),
        ("adam", {"beta_1": 0.5}, keras.optimizers.Adam, "ResourceApplyAdam"),
    ],
)
@pytest.mark.parametrize("sparse", [False, True])
def test_an_update_is_keras_own_in_one_kernel(case, name, settings, theirs, kernel, sparse):
    def run(optimizer, given):
        weight = keras.Variable(case[0])
        optimizer.build([weight])
        if name == "rmsprop":
            optimizer._velocities[0].assign(np.ones_like(case[0]))  # where ours begin

        @tf.function
        def update(gradient):
            optimizer.apply([given(gradient)], [weight])

        for gradient, _ in case[2]:
            update(gradient)
        return weight.numpy(), {op.type for op in update.get_concrete_function(case[0]).graph.get_operations()}

    # the second row twice, the third not at all
    slices = partial(tf.IndexedSlices, indices=[1, 0, 1], dense_shape=(3, 4))
    ours, kinds = run(make_optimizer(name, 0.1, **settings), slices if sparse else tf.identity)
    dense = lambda gradient: tf.convert_to_tensor(slices(gradient)) if sparse else gradient  # noqa: E731
    expected, _ = run(theirs(0.1, **settings), dense)
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-5)  # Adam's kernel has 1 - beta_2 in float32 only
    assert {each for each in kinds if "ResourceApply" in each} == ({kernel} if kernel else set())


@pytest.mark.parametrize("name", ["sgd", "adamw"])
def test_rates_multiply_the_step_and_its_decay(case, name):
    """A tenth of the rate is the whole optimizer at a tenth of the learning rate."""
    slow = steps(make_optimizer(name, 0.1, weight_decay=0.1, learning_rate_multipliers={"kernel": 0.1}), *case)
    expected = [steps(make_optimizer(name, rate, weight_decay=0.1), *case)[i] for i, rate in enumerate((0.01, 0.1))]
    for ours, theirs in zip(slow, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_gradients_of_several_batches_make_one_update():
    optimizer, weight = make_optimizer("sgd", 0.5, accumulation_steps=2), keras.Variable([1.0, 2.0])
    optimizer.build([weight])
    for gradient, expected in (([1.0, -2.0], [1.0, 2.0]), ([3.0, 4.0], [0.0, 1.5])):
        optimizer.apply([tf.constant(gradient)], [weight])
        np.testing.assert_allclose(weight, expected, atol=1e-6)


@pytest.mark.parametrize("name", ["sgd", "rmsprop", "adam", "adamw"])
def test_optimizers_survive_their_config(case, name):
    optimizer = make_optimizer(
        name,
        WarmUp(0.1, 3),
        weight_decay=0.1,
        decay_bias_and_norm=True,
        learning_rate_multipliers={"bias": 0.5},
        global_clipnorm=1.0,
        ema=0.9,
    )
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert again.get_config() == optimizer.get_config()
    for ours, theirs in zip(steps(again, *case), steps(optimizer, *case), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_rates_of_a_residual_network_fall_by_the_block():
    network = kzoo.ResNet50(include_top=True, classes=7, weights=None)
    found = blocks(network)
    assert len(found) == 1 + 16 + 1  # stem, units, classifier
    assert {weight.path for layer in network.layers for weight in layer.weights} == {
        weight.path for block in found for layer in block for weight in layer.weights
    }
    rates = layer_decay_multipliers(network, 0.5)
    assert rates["predictions/kernel"] == 1
    assert rates["conv5_block3_3_conv/kernel"] == rates["conv5_block3_1_conv/bias"] == 0.5
    assert rates["conv5_block1_0_conv/kernel"] == rates["conv5_block1_2_bn/gamma"] == 0.5**3
    assert rates["conv1_conv/kernel"] == 0.5**17


def test_rates_of_a_chain_fall_by_the_layer():
    rates = layer_decay_multipliers(kzoo.LeNet5(), 0.5)
    kernels = [rate for path, rate in rates.items() if path.endswith("kernel")]
    assert sorted(kernels) == [0.5**above for above in (4, 3, 2, 1, 0)]


def recipe():
    return make_optimizer(
        "sgd",
        WarmUp(0.2, 3),
        momentum=0.9,
        nesterov=True,
        weight_decay=1e-2,
        learning_rate_multipliers={"c1/kernel": 0.25, "c3/kernel": 0.5},
        global_clipnorm=0.5,
        ema=0.9,
        accumulation_steps=2,
        loss_scale=True,
    )


@pytest.mark.parametrize("xla", [pytest.param(True, marks=pytest.mark.slow), False], ids=["xla", "no-xla"])
def test_a_recipe_is_equal_on_two_replicas(xla):
    one = train("none", 1, False, optimizer=recipe, count=37)
    assert_equal(train("mirrored", 2, xla, optimizer=recipe, count=37), one)
    still = train("none", 1, False, optimizer=partial(make_optimizer, "sgd", 0.0), count=37)
    assert not np.allclose(one[1][0], still[1][0], atol=1e-4)  # it has moved
