/** OpenZeppelin's `ProposalState`, in its order. */
export const PROPOSAL_STATES = [
  'pending',
  'active',
  'cancelled',
  'defeated',
  'succeeded',
  'queued',
  'expired',
  'executed',
] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** The states of a bitmap, bit i for state i, as `GovernorUnexpectedProposalState` carries them. */
export function statesOfBitmap(bitmap: bigint): ProposalState[] {
  return PROPOSAL_STATES.filter((_, bit) => ((bitmap >> BigInt(bit)) & 1n) === 1n);
}
