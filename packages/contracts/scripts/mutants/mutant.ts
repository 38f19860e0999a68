/** The attacks that the design asks the tests to try; each needs a mutant that breaks its defence. */
export const ATTACKS = [
  'reentrancy',
  'voucher replay across payer',
  'voucher replay across signer',
  'voucher replay across class',
  'voucher replay across node',
  'voucher replay across chain or fork',
  'voucher replay across contract',
  'malleable signatures',
  'two gateways of one payer',
  'stolen gateway key',
  'over-committed escrow',
  'withdrawal ahead of collection',
  'escaping a slash by thawing',
  'escaping a slash by retiring',
  'escaping a slash by rotating',
  'colluding reporter',
  'hoarding vouchers until the stake is gone',
  'freeze griefing',
  'framing by one nonce with two inputs',
  'dispute spam',
  'jury grinding',
  'jury copying',
  'flash locks',
  'late quorum',
  'guardian overreach',
  'first depositor and rounding',
  'dust vouchers',
  'wash trading',
  'parameter drift',
  'Sybil splitting',
  'unbounded arrays',
  'upgrade storage clash',
  'double initialise',
  'beacon grinding',
  'beacon withholding',
  'reorg under a checkpoint',
  'wrong parameters at deploy',
] as const;

export type Attack = (typeof ATTACKS)[number];

/** One guard, broken. */
export interface Mutant {
  /** Unique, kebab-case; what `--only` takes. */
  readonly name: string;
  /** What the guard protects, as a claim. */
  readonly protects: string;
  /** The guard's exact text, which must occur once in the file. */
  readonly guard: string;
  /** What stands there instead. */
  readonly becomes: string;
  /** The attack of the design's list that this guard is a defence against. */
  readonly attack?: Attack;
  /** Where the group's tests are not the ones that guard it. */
  readonly tests?: readonly string[];
  /** Its guard is a constructor's. */
  readonly inConstructor?: true;
}

/** Mutants of one file, and the tests that must notice them. */
export interface MutantGroup {
  /** Below `src`. */
  readonly file: string;
  /** Below `test`, without `.t.sol`. */
  readonly tests: readonly string[];
  readonly mutants: readonly Mutant[];
}
