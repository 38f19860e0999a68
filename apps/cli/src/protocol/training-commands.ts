import { contractCall, readContract, showMoment, showTokens } from '@ddai/chain';
import { trainingRegistryAbi } from '@ddai/protocol';
import type { Command } from 'commander';
import { type Hex, parseEventLogs } from 'viem';
import { printResult } from '../output/print-result.ts';
import {
  type AccountFlags,
  type ReadFlags,
  withAccountFlags,
  withReadFlags,
} from './account-flags.ts';
import { bytes32, wholeId } from './arguments.ts';
import { openChain } from './open-account.ts';
import { readTerms } from './training-files.ts';
import { addTrainingRoundCommands } from './training-round-commands.ts';
import { approvalFor, transact } from './transact.ts';

interface CompleteFlags extends AccountFlags {
  readonly receiptRoot: Hex;
  readonly modelHash: Hex;
}

const STATUSES = ['none', 'open', 'completed', 'cancelled'] as const;
/** A deposit covers the highest fee there can be: a tenth, rounded up. */
const HIGHEST_FEE_PART = 10n;

/** `ddai training …`: federated jobs on chain: terms, rounds and their pay, results. */
export function addTrainingCommands(program: Command): void {
  const training = program
    .command('training')
    .description('Federated training jobs: terms, rounds, pay, results');
  withAccountFlags(
    training.command('open <terms>').description('Open a job and deposit its budget'),
  ).action(open);
  addTrainingRoundCommands(training);
  withAccountFlags(
    training
      .command('complete <job>')
      .description('End a job with its results; by the coordinator')
      .requiredOption('--receipt-root <bytes32>', 'root of the receipt', bytes32)
      .requiredOption('--model-hash <bytes32>', 'hash of the model that came out', bytes32),
  ).action((id: string, flags: CompleteFlags) => complete(wholeId(id), flags));
  for (const [step, description] of [
    [
      'cancel',
      'Take no more rounds, one day from now; by the owner, after the deadline by anybody',
    ],
    ['close', 'Give back what a cancelled job did not commit; by anybody'],
    ['reclaim', 'Give back what nobody claimed, 90 days after the end; by anybody'],
  ] as const) {
    withAccountFlags(training.command(`${step} <job>`).description(description)).action(
      (id: string, flags: AccountFlags) => take(step, wholeId(id), flags),
    );
  }
  withReadFlags(training.command('show <job>').description('Terms, rounds, money, results')).action(
    (id: string, flags: ReadFlags) => show(wholeId(id), flags),
  );
}

async function open(file: string, flags: AccountFlags): Promise<void> {
  const terms = readTerms(file);
  const { budget, rounds, coordinator, minCohort, minOperators } = terms;
  const deposit = budget + (budget + HIGHEST_FEE_PART - 1n) / HIGHEST_FEE_PART;
  await transact(flags, async (opened) => ({
    words: [
      `You open a training job of up to ${rounds} rounds, each by ${minCohort} participants of ${minOperators} operators or more.`,
      terms.privacyUnit === 0
        ? 'Its terms promise no differential privacy.'
        : `Its terms promise ε = ${terms.epsilonMilli / 1000} at δ = 10^-${terms.deltaExponent}.`,
      `${coordinator} commits the rounds, until ${showMoment(terms.deadline)}. You deposit ${showTokens(deposit)}, fees included.`,
    ],
    requests: [
      ...(await approvalFor(opened, 'TrainingRegistry', deposit)),
      contractCall(opened.chain, {
        contract: 'TrainingRegistry',
        functionName: 'createJob',
        args: [terms],
        label: 'open a training job',
      }),
    ],
    outcome: async (receipts) => {
      const [event] = parseEventLogs({
        abi: trainingRegistryAbi,
        eventName: 'JobCreated',
        logs: receipts.at(-1)?.logs ?? [],
      });
      const job = event?.args.jobId ?? 0n;
      return {
        lines: [`Opened as job ${job}.`],
        result: { job, termsHash: terms.termsHash, deposit },
      };
    },
  }));
}

async function complete(id: bigint, flags: CompleteFlags): Promise<void> {
  const { receiptRoot, modelHash } = flags;
  await transact(flags, ({ chain }) => ({
    words: [`You end job ${id} with the receipt ${receiptRoot} and the model ${modelHash}.`],
    requests: [
      contractCall(chain, {
        contract: 'TrainingRegistry',
        functionName: 'completeJob',
        args: [id, receiptRoot, modelHash],
        label: `complete job ${id}`,
      }),
    ],
  }));
}

async function take(
  step: 'cancel' | 'close' | 'reclaim',
  id: bigint,
  flags: AccountFlags,
): Promise<void> {
  const words = {
    cancel: `You cancel job ${id}; rounds served can be committed for one more day, and are paid.`,
    close: `You close the cancelled job ${id}; what it did not commit goes back to its owner.`,
    reclaim: `You give what nobody claimed of job ${id} back to its owner.`,
  }[step];
  const functionName = ({ cancel: 'cancelJob', close: 'closeJob', reclaim: 'reclaim' } as const)[
    step
  ];
  await transact(flags, ({ chain }) => ({
    words: [words],
    requests: [
      contractCall(chain, {
        contract: 'TrainingRegistry',
        functionName,
        args: [id],
        label: `${step} job ${id}`,
      }),
    ],
    outcome: async () => {
      const { status, held, cancelledFrom } = await readContract(chain, {
        contract: 'TrainingRegistry',
        functionName: 'job',
        args: [id],
      });
      return {
        lines: [
          step === 'cancel'
            ? `Cancelled; it takes rounds until ${showMoment(cancelledFrom)}.`
            : `Done; ${showTokens(held)} are still held for claims.`,
        ],
        result: { job: id, status: STATUSES[status], held, cancelledFrom },
      };
    },
  }));
}

async function show(id: bigint, flags: ReadFlags): Promise<void> {
  const chain = await openChain(flags);
  const ask = { contract: 'TrainingRegistry', args: [id] } as const;
  const [job, terms] = await Promise.all([
    readContract(chain, { ...ask, functionName: 'job' }),
    readContract(chain, { ...ask, functionName: 'termsOf' }),
  ]);
  const status = STATUSES[job.status] ?? 'none';
  printResult(
    { id, ...job, status, terms },
    {
      json: flags.json,
      lines: [
        `Job ${id} of ${job.owner}: ${status}`,
        `  terms      ${terms.termsHash}, coordinator ${terms.coordinator}`,
        `  rounds     ${job.roundsCommitted} of at most ${terms.rounds}, each by ${terms.minCohort} of ${terms.minOperators} operators`,
        `  privacy    ${terms.privacyUnit === 0 ? 'none promised' : `ε = ${terms.epsilonMilli / 1000}, δ = 10^-${terms.deltaExponent}`}`,
        `  money      budget ${showTokens(terms.budget)}, held ${showTokens(job.held)}, committed and unclaimed ${showTokens(job.committed)}`,
        `  deadline   ${showMoment(terms.deadline)}`,
        ...(status === 'completed'
          ? [`  results    receipt ${job.receiptRoot}, model ${job.modelHash}`]
          : []),
        ...(job.cancelledFrom === 0
          ? []
          : [`  cancelled  takes no rounds from ${showMoment(job.cancelledFrom)}`]),
      ],
    },
  );
}
