import type { Bar } from './bar.ts';
import { benchBytes } from './learning-bytes.ts';
import { benchMnist } from './learning-mnist.ts';
import { benchRobust } from './learning-robust.ts';
import { benchLearningScale } from './learning-scale.ts';
import { benchSockets } from './learning-sockets.ts';
import { benchSpeed } from './learning-speed.ts';
import { benchLearningTables } from './learning-tables.ts';

/** The bars of federated learning, one file a topic. */
export async function benchLearning(
  dataDirectory: string,
  options: { readonly long: boolean },
): Promise<Bar[]> {
  return [
    ...(await benchSpeed()),
    ...(await benchMnist(options)),
    ...(await benchBytes(dataDirectory)),
    ...benchRobust(dataDirectory),
    ...(await benchLearningTables(dataDirectory)),
    ...(await benchSockets(dataDirectory)),
    ...(await benchLearningScale()),
  ];
}
