import type { Bar } from './bar.ts';
import { benchBytes } from './learning-bytes.ts';
import { benchMnist } from './learning-mnist.ts';
import { benchRobust } from './learning-robust.ts';
import { benchSpeed } from './learning-speed.ts';

/** The bars of local training, compression and robust strategies, one file a topic. */
export async function benchLearning(
  dataDirectory: string,
  options: { readonly long: boolean },
): Promise<Bar[]> {
  return [
    ...(await benchSpeed()),
    ...(await benchMnist(options)),
    ...(await benchBytes(dataDirectory)),
    ...benchRobust(dataDirectory),
  ];
}
