import { gunzipSync } from 'node:zlib';
import { DdaiError } from '@ddai/core';
import { type DenseExamples, encodeImages, MAX_IDX_BYTES, parseIdx } from '@ddai/learning';
import { readFileLimited } from '@ddai/storage';
import { callerPath } from '../input/caller-path.ts';

const GZIP = [0x1f, 0x8b] as const;

/** Images of one size with their labels. */
export interface LabelledImages {
  readonly examples: DenseExamples;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

/** Reads two IDX files, packed with gzip or not. @throws {DdaiError} `FILE_…`, `IMAGES_MALFORMED` */
export function readImages(path: string, labelsPath: string): LabelledImages {
  const images = parseIdx({ file: path, content: readUnpacked(path) });
  const labels = parseIdx({ file: labelsPath, content: readUnpacked(labelsPath) });
  const classes = labels.values.reduce((most, label) => Math.max(most, label), 1) + 1;
  const examples = encodeImages({ file: path, images, labels, classes });
  const [, height = 0, width = 0, channels = 1] = images.shape;
  return { examples, height, width, channels, classes };
}

function readUnpacked(path: string): Uint8Array {
  const bytes = readFileLimited(callerPath(path), MAX_IDX_BYTES);
  if (bytes[0] !== GZIP[0] || bytes[1] !== GZIP[1]) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_IDX_BYTES });
  } catch (cause) {
    throw new DdaiError({
      code: 'FILE_UNREADABLE',
      message: `${path} is a damaged gzip file, or one above ${MAX_IDX_BYTES} bytes`,
      remedy: 'Pack it again.',
      cause,
    });
  }
}
