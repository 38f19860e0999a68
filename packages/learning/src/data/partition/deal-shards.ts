import type { SeededRandom } from '@ddai/core';

/**
 * McMahan et al. 2017, §3: rows sorted by label, cut into participants · perParticipant shards of
 * equal size (or one more), each participant dealt `perParticipant` of them at random. With two,
 * most see only two classes.
 * @returns the owner of each row.
 */
export function dealShards(options: {
  readonly rows: number;
  readonly participants: number;
  readonly classes: ArrayLike<number>;
  readonly perParticipant: number;
  readonly random: SeededRandom;
}): Uint32Array {
  const { rows, participants, classes, perParticipant, random } = options;
  const shards = participants * perParticipant;
  const order = random.shuffle(Array.from({ length: rows }, (_, row) => row));
  order.sort((a, b) => (classes[a] as number) - (classes[b] as number));
  const dealt = random.shuffle(Array.from({ length: shards }, (_, shard) => shard));
  const ownerOf = new Uint32Array(shards);
  dealt.forEach((shard, i) => {
    ownerOf[shard] = Math.floor(i / perParticipant);
  });
  const owners = new Uint32Array(rows);
  order.forEach((row, position) => {
    owners[row] = ownerOf[Math.floor((position * shards) / rows)] as number;
  });
  return owners;
}
