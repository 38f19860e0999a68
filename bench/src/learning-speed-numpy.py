"""Samples per CPU-second of the 2NN and the CNN of McMahan et al. 2017 in numpy, float32, batch 32.

Prints one JSON object. Started by learning-speed-numpy.ts with one BLAS thread, the seconds for each
measurement, and the file of MNIST's test images.
"""

import json
import sys
import time

import numpy as np

BATCH = 32
BATCHES = 19
SECONDS = float(sys.argv[1])
RATE = np.float32(0.01)
random = np.random.default_rng(1)


def weights(*shape):
    return (random.random(shape, dtype=np.float32) - np.float32(0.5)) * np.float32(0.1)


def softmax_error(scores, targets):
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    scores[np.arange(BATCH), targets] -= 1
    scores /= BATCH
    return scores


def step(parameters, gradients):
    for parameter, gradient in zip(parameters, gradients):
        gradient *= RATE
        parameter -= gradient


def perceptron():
    w1, w2, w3 = weights(784, 200), weights(200, 200), weights(200, 10)
    b1, b2, b3 = weights(200), weights(200), weights(10)

    def train(x, targets):
        h1 = np.maximum(x @ w1 + b1, 0)
        h2 = np.maximum(h1 @ w2 + b2, 0)
        e3 = softmax_error(h2 @ w3 + b3, targets)
        e2 = (e3 @ w3.T) * (h2 > 0)
        e1 = (e2 @ w2.T) * (h1 > 0)
        gradients = [x.T @ e1, h1.T @ e2, h2.T @ e3, e1.sum(0), e2.sum(0), e3.sum(0)]
        step([w1, w2, w3, b1, b2, b3], gradients)

    return train


def windows(image):
    """Rows of 5 × 5 windows, zeros beyond the border."""
    padded = np.pad(image, ((0, 0), (2, 2), (2, 2), (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view(padded, (5, 5), axis=(1, 2))
    return np.ascontiguousarray(view.transpose(0, 1, 2, 4, 5, 3)).reshape(-1, 25 * image.shape[3])


def add_windows(columns, side, channels):
    columns = columns.reshape(BATCH, side, side, 5, 5, channels)
    image = np.zeros((BATCH, side + 4, side + 4, channels), np.float32)
    for i in range(5):
        for j in range(5):
            image[:, i : i + side, j : j + side] += columns[:, :, :, i, j]
    return image[:, 2:-2, 2:-2]


def pool(image):
    half = image.shape[1] // 2
    squares = image.reshape(BATCH, half, 2, half, 2, -1)
    highest = squares.max(axis=(2, 4))
    return highest, squares == highest[:, :, None, :, None, :]


def unpool(error, chosen):
    spread = chosen * error[:, :, None, :, None, :]
    return spread.reshape(BATCH, error.shape[1] * 2, error.shape[2] * 2, -1)


def convolutional():
    k1, k2, w3, w4 = weights(25, 32), weights(800, 64), weights(3136, 512), weights(512, 10)
    b1, b2, b3, b4 = weights(32), weights(64), weights(512), weights(10)

    def train(x, targets):
        c1 = windows(x.reshape(BATCH, 28, 28, 1))
        p1, chosen1 = pool((c1 @ k1 + b1).reshape(BATCH, 28, 28, 32))
        h1 = np.maximum(p1, 0)
        c2 = windows(h1)
        p2, chosen2 = pool((c2 @ k2 + b2).reshape(BATCH, 14, 14, 64))
        h2 = np.maximum(p2, 0).reshape(BATCH, 3136)
        h3 = np.maximum(h2 @ w3 + b3, 0)
        e4 = softmax_error(h3 @ w4 + b4, targets)
        e3 = (e4 @ w4.T) * (h3 > 0)
        e2 = ((e3 @ w3.T) * (h2 > 0)).reshape(BATCH, 7, 7, 64)
        d2 = unpool(e2, chosen2).reshape(-1, 64)
        e1 = add_windows(d2 @ k2.T, 14, 32) * (h1 > 0)
        d1 = unpool(e1, chosen1).reshape(-1, 32)
        gradients = [c1.T @ d1, c2.T @ d2, h2.T @ e3, h3.T @ e4]
        gradients += [d1.sum(0), d2.sum(0), e3.sum(0), e4.sum(0)]
        step([k1, k2, w3, w4, b1, b2, b3, b4], gradients)

    return train


def measure(train, images):
    targets = np.arange(BATCH) % 10
    batches = [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
    for x in batches[:3]:
        train(x, targets)
    count, start = 0, time.process_time()
    while time.process_time() - start < SECONDS:
        train(batches[count % len(batches)], targets)
        count += 1
    return count * BATCH / (time.process_time() - start)


pixels = np.fromfile(sys.argv[2], np.uint8, offset=16, count=BATCH * BATCHES * 784)
mnist = pixels.reshape(-1, 784).astype(np.float32) / np.float32(255)
dense = random.random(mnist.shape, dtype=np.float32)
print(
    json.dumps(
        {
            "version": np.__version__,
            "perceptron": measure(perceptron(), mnist),
            "densePerceptron": measure(perceptron(), dense),
            "convolutional": measure(convolutional(), mnist),
        }
    )
)
