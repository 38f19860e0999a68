import { createSeededRandom } from '@ddai/core';
import type { ClientUpdate } from '../strategies/strategy.ts';
import { participantName } from './participant-name.ts';
import type { VirtualPlan } from './virtual-run.ts';

/** Puts what the attackers of a round send in the place of what they trained. */
export function forgeUpdates(
  updates: readonly ClientUpdate[],
  plan: VirtualPlan,
  round: number,
): ClientUpdate[] {
  const { attack, attackers, seed } = plan;
  if (attack === undefined || attackers === undefined) return [...updates];
  const names = new Set([...attackers].map(participantName));
  const honest = updates.filter(({ participantId }) => !names.has(participantId));
  const known = (honest.length > 0 ? honest : updates).map(({ delta }) => delta);
  const faulty = updates.length - honest.length;
  return updates.map((update) => {
    const { participantId, delta: own } = update;
    if (!names.has(participantId)) return update;
    const random = createSeededRandom(`${seed}/attack-${round}/${participantId}`);
    const delta = attack({ own, known, participants: updates.length, faulty, random });
    return { ...update, delta };
  });
}
