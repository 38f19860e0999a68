import { DISPUTE_MUTANTS } from './disputes.ts';
import { GOVERNANCE_MUTANTS } from './governance.ts';
import { LAUNCH_MUTANTS } from './launch.ts';
import type { MutantGroup } from './mutant.ts';
import { PAYMENT_MUTANTS } from './payment.ts';
import { REWARD_MUTANTS } from './rewards.ts';
import { STAKE_MUTANTS } from './stake.ts';
import { WORK_MUTANTS } from './work.ts';

/** Every mutant, by file: consecutive ones recompile the least. */
export const ALL_MUTANTS: readonly MutantGroup[] = [
  ...STAKE_MUTANTS,
  ...PAYMENT_MUTANTS,
  ...REWARD_MUTANTS,
  ...GOVERNANCE_MUTANTS,
  ...DISPUTE_MUTANTS,
  ...WORK_MUTANTS,
  ...LAUNCH_MUTANTS,
];
