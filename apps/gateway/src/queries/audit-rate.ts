/** Of a node that has passed no audit yet (`protocol.md`, rewards and honesty, 4). */
const NEW_NODE_RATE = 0.2;
/** Below it an audit is no threat: the least stake that makes cheating a loss is computed from it. */
export const LEAST_AUDIT_RATE = 0.02;

/**
 * Probability that an answer is run again. It falls with the payers for which the node passed
 * audits, never with volume: questions to oneself buy no trust. Only payers that hold a tier's lock
 * count, since others cost nothing to make up.
 * @param payersPassed distinct payers with a lock and a passed audit
 * @param floor the rate never falls below; in [0, 1]
 */
export function auditRate({
  payersPassed,
  floor,
}: {
  readonly payersPassed: number;
  readonly floor: number;
}): number {
  return Math.max(floor, NEW_NODE_RATE / (1 + payersPassed));
}
