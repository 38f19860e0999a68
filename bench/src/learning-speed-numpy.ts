import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mnistFile } from './mnist-data.ts';

export interface NumpySpeed {
  readonly version: string;
  /** Samples per CPU-second. */
  readonly perceptron: number;
  /** With features that are never zero. */
  readonly densePerceptron: number;
  readonly convolutional: number;
}

/** The same trainings in numpy with one BLAS thread; undefined when Python has no numpy. */
export function measureNumpy(seconds: number): NumpySpeed | undefined {
  const script = fileURLToPath(new URL('learning-speed-numpy.py', import.meta.url));
  const oneThread = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const { status, stdout } = spawnSync(
    'python3',
    [script, String(seconds), mnistFile('t10k-images-idx3-ubyte')],
    {
      encoding: 'utf8',
      env: { ...process.env, ...oneThread },
    },
  );
  return status === 0 ? (JSON.parse(stdout) as NumpySpeed) : undefined;
}
