import { learningError } from '../../errors.ts';
import type { DenseExamples } from '../../examples/examples.ts';
import type { IdxArray } from './parse-idx.ts';

const FULL_BRIGHTNESS = 255;

/**
 * Images and their labels as examples: pixels in [0, 1], rows after rows, one target an image.
 * @throws {DdaiError} `IMAGES_MALFORMED` when there are no images, or other numbers of images and
 * labels, or a label is not below `classes`.
 */
export function encodeImages(options: {
  readonly file: string;
  /** Shape [images, height, width] or [images, height, width, channels]. */
  readonly images: IdxArray;
  /** Shape [images]. */
  readonly labels: IdxArray;
  readonly classes: number;
}): DenseExamples {
  const { file, images, labels, classes } = options;
  const [count = 0, ...sizes] = images.shape;
  const width = sizes.reduce((product, size) => product * size, 1);
  if (sizes.length < 2 || width === 0 || count === 0) refuse(file, 'no images');
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    refuse(file, `${count} images and labels of the shape ${labels.shape.join(' × ')}`);
  }
  const features = new Float32Array(count * width);
  for (let i = 0; i < features.length; i++) {
    features[i] = (images.values[i] as number) / FULL_BRIGHTNESS;
  }
  const targets = Uint16Array.from(labels.values);
  const wrong = targets.findIndex((target) => target >= classes);
  if (wrong >= 0) {
    refuse(
      file,
      `image ${wrong + 1} has the label ${targets[wrong]}, expected 0 to ${classes - 1}`,
    );
  }
  return { features, width, targets };
}

function refuse(file: string, reason: string): never {
  throw learningError({
    code: 'IMAGES_MALFORMED',
    message: `${file}: ${reason}`,
    remedy: 'Give one file of images and one of their labels, in the same order.',
    fields: { file, reason },
  });
}
