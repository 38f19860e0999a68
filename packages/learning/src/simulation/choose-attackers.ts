import { learningError } from '../errors.ts';
import { chooseParticipants } from './choose-participants.ts';

/**
 * `faulty` participants by seed, the same in every round.
 * @throws {DdaiError} `SIMULATION_INVALID` when there are not so many.
 */
export function chooseAttackers(options: {
  readonly participants: number;
  readonly faulty: number;
  readonly seed: string;
}): ReadonlySet<number> {
  const { participants, faulty, seed } = options;
  if (Number.isInteger(faulty) && faulty >= 0 && faulty < participants) {
    return new Set(chooseParticipants({ participants, count: faulty, seed: `${seed}/attackers` }));
  }
  throw learningError({
    code: 'SIMULATION_INVALID',
    message: `simulation: attackers must be a whole number below ${participants}, all participants, found ${faulty}`,
    remedy: 'Name fewer attackers.',
    fields: { setting: 'attackers', found: faulty },
  });
}
