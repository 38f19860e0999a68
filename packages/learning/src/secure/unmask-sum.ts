import { learningError } from '../errors.ts';
import type { CryptoSuite } from './crypto-suite.ts';
import { pairMaskKey, selfMaskKey } from './mask-update.ts';
import { addMask, pairSign } from './masks.ts';
import type { RoundPublicKeys } from './round-keys.ts';
import { recoverMaskSecret, recoverSelfSeed } from './secret-shares.ts';

/** What is public of a round when its sum is unmasked. */
export interface UnmaskingInput {
  readonly suite: CryptoSuite;
  readonly roundId: string;
  readonly threshold: number;
  readonly modulusBits: number;
  /** Everyone who sealed shares: the masks were made among these. */
  readonly sharers: readonly string[];
  /** Those of them whose upload is in the sum. */
  readonly survivors: readonly string[];
  readonly keys: ReadonlyMap<string, RoundPublicKeys>;
  /** Revealed shares by owner: of the self seed for survivors, of the mask key for the others. */
  readonly seedShares: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly keyShares: ReadonlyMap<string, readonly Uint8Array[]>;
}

/**
 * Removes from a sum of masked updates, in place, the survivors' self masks and their pairwise
 * masks with those who sealed shares and then dropped out (Bonawitz et al. 2017, section 4,
 * round 4). The result is the plain sum modulo 2^modulusBits in the low bits.
 *
 * @throws {DdaiError} `SECAGG_UNRECOVERABLE`, with the member's name, before `sums` is touched, when
 * fewer than `threshold` true shares of a needed secret are there.
 */
export async function unmaskSum(
  input: UnmaskingInput & { readonly sums: Uint32Array },
): Promise<void> {
  const { suite, roundId, modulusBits, survivors, sums } = input;
  const survived = new Set(survivors);
  const dropped = input.sharers.filter((member) => !survived.has(member));
  const selfSeeds = await recoverEach(input, survivors, input.seedShares, recoverSelfSeed);
  const maskSecrets = await recoverEach(input, dropped, input.keyShares, recoverMaskSecret);
  for (const [own, selfSeed] of selfSeeds) {
    const key = selfMaskKey({ suite, roundId, own, selfSeed });
    addMask({ suite, coordinates: sums, key, sign: -1, modulusBits });
  }
  for (const [own, maskSecret] of maskSecrets) {
    for (const peer of survivors) {
      const peerKey = keysOf(input, peer).maskKey;
      const key = pairMaskKey({ suite, roundId, own, peer, maskSecret, peerKey });
      // The survivor added this mask with its own sign; what the dropout would have added
      // to cancel it is the opposite, which is the sign seen from the dropout.
      addMask({ suite, coordinates: sums, key, sign: pairSign(own, peer), modulusBits });
    }
  }
}

async function recoverEach(
  input: UnmaskingInput,
  members: readonly string[],
  shares: ReadonlyMap<string, readonly Uint8Array[]>,
  recover: typeof recoverSelfSeed,
): Promise<[string, Uint8Array][]> {
  const { suite, threshold } = input;
  const recovered: [string, Uint8Array][] = [];
  for (const member of members) {
    const held = shares.get(member) ?? [];
    const keys = keysOf(input, member);
    const secret = await recover({ suite, keys, shares: held, threshold });
    if (secret === undefined) {
      throw learningError({
        code: 'SECAGG_UNRECOVERABLE',
        message: `${input.roundId}: ${held.length} shares of ${member} do not recover its secret, ${threshold} true ones are needed`,
        fields: { roundId: input.roundId, member, shares: held.length, threshold },
        retryable: true,
      });
    }
    recovered.push([member, secret]);
  }
  return recovered;
}

function keysOf(input: UnmaskingInput, member: string): RoundPublicKeys {
  const keys = input.keys.get(member);
  if (keys !== undefined) return keys;
  throw learningError({
    code: 'SECAGG_PEER_INVALID',
    message: `${input.roundId}: ${member} advertised no keys`,
    fields: { roundId: input.roundId, member },
  });
}
