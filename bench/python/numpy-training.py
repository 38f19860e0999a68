"""Samples per CPU-second of the networks of McMahan et al. 2017 in numpy, as a reference for our
kernel: minibatch gradient descent with batch 32 in single precision, one OpenBLAS thread.

    OPENBLAS_NUM_THREADS=1 python3 numpy-training.py

prints one JSON object: {"mlp": ..., "cnn": ..., "numpy": "..."}.
"""

import json
import time

import numpy as np

BATCH = 32
RATE = np.float32(0.05)
rng = np.random.default_rng(1)


def uniform(bound, *shape):
    return rng.uniform(-bound, bound, shape).astype(np.float32)


def softmax_gradient(scores, targets):
    """The gradient of the mean cross-entropy by the scores."""
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    scores[np.arange(len(targets)), targets] -= 1
    scores /= np.float32(len(targets))
    return scores


def step(weights, gradient):
    """w -= rate * g without a further array; the gradient is used up."""
    gradient *= RATE
    weights -= gradient


def dense_backward(layers, inputs, gradient):
    """Steps all layers of a perceptron and returns the gradient by its input."""
    for i in reversed(range(len(layers))):
        weight, bias = layers[i]
        below = gradient @ weight.T
        step(weight, inputs[i].T @ gradient)
        step(bias, gradient.sum(axis=0))
        if i > 0:
            below *= inputs[i] > 0
        gradient = below
    return gradient


def dense_forward(layers, x):
    """The input of every layer, and the scores."""
    inputs = []
    for i, (weight, bias) in enumerate(layers):
        inputs.append(x)
        x = x @ weight
        x += bias
        if i < len(layers) - 1:
            np.maximum(x, 0, out=x)
    return inputs, x


def perceptron(*widths):
    pairs = zip(widths, widths[1:])
    return [(uniform((6 / a) ** 0.5, a, b), np.zeros(b, np.float32)) for a, b in pairs]


def mlp_epoch(layers, features, targets):
    # The gradient by the data is never needed: the first layer is stepped apart.
    for start in range(0, len(features), BATCH):
        x, t = features[start : start + BATCH], targets[start : start + BATCH]
        inputs, scores = dense_forward(layers, x)
        gradient = softmax_gradient(scores, t)
        gradient = dense_backward(layers[1:], inputs[1:], gradient)
        gradient *= inputs[1] > 0
        weight, bias = layers[0]
        step(weight, x.T @ gradient)
        step(bias, gradient.sum(axis=0))


def to_patches(images, size):
    """Same-padded patches of a batch: rows x (size * size * channels)."""
    n, h, w, c = images.shape
    reach = size // 2
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(n * h * w, size * size * c)


def from_patches(patches, shape, size):
    """The transpose of `to_patches`."""
    n, h, w, c = shape
    reach = size // 2
    padded = np.zeros((n, h + 2 * reach, w + 2 * reach, c), np.float32)
    patches = patches.reshape(n, h, w, size, size, c)
    for y in range(size):
        for x in range(size):
            padded[:, y : y + h, x : x + w] += patches[:, :, :, y, x]
    return padded[:, reach : reach + h, reach : reach + w]


def pool(images):
    n, h, w, c = images.shape
    blocks = images.reshape(n, h // 2, 2, w // 2, 2, c)
    return blocks.max(axis=(2, 4))


def pool_gradient(images, pooled, gradient):
    """Equal numbers share a window's gradient twice: rare, and cheaper than finding the first."""
    n, h, w, c = images.shape
    blocks = images.reshape(n, h // 2, 2, w // 2, 2, c)
    mask = blocks == pooled[:, :, None, :, None, :]
    return (mask * gradient[:, :, None, :, None, :]).reshape(images.shape)


def cnn_epoch(convolutions, layers, features, targets):
    for start in range(0, len(features), BATCH):
        x = features[start : start + BATCH].reshape(-1, 28, 28, 1)
        t = targets[start : start + BATCH]
        kept = []
        for weight, bias in convolutions:
            patches = to_patches(x, 5)
            out = patches @ weight
            out += bias
            out = out.reshape(*x.shape[:3], weight.shape[1])
            pooled = pool(out)
            kept.append((x.shape, patches, out, pooled))
            x = np.maximum(pooled, 0)
        inputs, scores = dense_forward(layers, x.reshape(len(t), -1))
        gradient = dense_backward(layers, inputs, softmax_gradient(scores, t))
        gradient = gradient.reshape(x.shape)
        for i in (1, 0):
            weight, bias = convolutions[i]
            shape, patches, out, pooled = kept[i]
            gradient = gradient * (pooled > 0)
            gradient = pool_gradient(out, pooled, gradient).reshape(-1, weight.shape[1])
            below = from_patches(gradient @ weight.T, shape, 5) if i > 0 else None
            step(weight, patches.T @ gradient)
            step(bias, gradient.sum(axis=0))
            gradient = below


def samples_per_cpu_second(epoch, rows, seconds=4):
    epoch()
    begin, done = time.process_time(), 0
    while time.process_time() - begin < seconds:
        epoch()
        done += rows
    return done / (time.process_time() - begin)


def main():
    features = rng.random((1600, 784), np.float32)
    targets = rng.integers(0, 10, 1600)
    layers = perceptron(784, 200, 200, 10)
    convolutions = [
        (uniform((6 / 25) ** 0.5, 25, 32), np.zeros(32, np.float32)),
        (uniform((6 / 800) ** 0.5, 800, 64), np.zeros(64, np.float32)),
    ]
    head = perceptron(3136, 512, 10)
    mlp = samples_per_cpu_second(lambda: mlp_epoch(layers, features, targets), 1600)
    few = (features[:128], targets[:128])
    cnn = samples_per_cpu_second(lambda: cnn_epoch(convolutions, head, *few), 128)
    print(json.dumps({"mlp": mlp, "cnn": cnn, "numpy": np.__version__}))


if __name__ == "__main__":
    main()
