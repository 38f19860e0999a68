/**
 * Prints the tables of `docs/explanation/economics.md` from the parameters of the main network.
 *
 *   npm run economics -w @ddai/contracts
 */
import { formatEther } from 'viem';
import { protocolParameters } from '../deploy/parameters.ts';

const parameters = protocolParameters('main');
const BPS = 10_000n;
const DAILY_BUDGET = 3_000_000n;
const CLASSES = ['query', 'compute', 'storage', 'validation'] as const;

/** Audit probability by how long a node has been watched. */
const AUDITS = { 'after many audits': 0.02, 'new node': 0.2 } as const;
/** Share of wrong answers that running the query again finds; the pipeline is bit-exact. */
const RECALL = 0.95;
/** A cheat must lose so many times what it saves. */
const MARGIN = 3;

const tokens = (wei: bigint): number => Number(formatEther(wei));
const show = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

/** Largest saving s with p·d·(cut·stake) ≥ m·s, leaving the price r out: on the safe side. */
function largestSaving(stake: number, audit: number): number {
  const cut = Number(parameters.wrongAnswerCutBps) / 10_000;
  return (audit * RECALL * cut * stake) / MARGIN;
}

function stakeTable(): string[] {
  const stakes = [
    parameters.minimumStakeQuery,
    parameters.minimumStakeCompute,
    parameters.minimumStakeStorage,
    parameters.minimumStakeValidation,
  ].map(tokens);
  return [
    `| class | least stake | ${Object.keys(AUDITS).join(' | ')} |`,
    '|---|---|---|---|',
    ...CLASSES.slice(0, 2).map((name, index) => {
      const stake = stakes[index] ?? 0;
      const savings = Object.values(AUDITS).map((audit) => show(largestSaving(stake, audit)));
      return `| ${name} | ${show(stake)} | ${savings.join(' | ')} |`;
    }),
  ];
}

/** What a day of paid work burns and emits, all without discounts, half of it each query and compute. */
function emissionRow(work: bigint, stake: bigint): string {
  const fee = (work * parameters.feeBps) / BPS;
  const burned = (fee * parameters.burnShareBps) / BPS;
  const perClass = burned / 2n;
  const feeBacked = [0, 1].reduce((sum, index) => {
    const budget = (DAILY_BUDGET * BigInt(parameters.weights[index] ?? 0)) / BPS;
    return sum + (perClass < budget ? perClass : budget);
  }, 0n);
  const bonded = (stake * parameters.bondedYieldPpb) / 1_000_000_000n;
  const nodes = work + feeBacked;
  return `| ${[work, fee, burned, feeBacked, bonded].map((amount) => show(Number(amount))).join(' | ')} | ${(Number(nodes * 10_000n) / Number(work) / 100).toFixed(1)} % | ${show(Number(feeBacked + bonded - burned))} |`;
}

const BONDED_STAKE = 20_000_000n;
const bondedBudget = CLASSES.reduce(
  (sum, _name, index) =>
    sum +
    (DAILY_BUDGET *
      BigInt(parameters.weights[index] ?? 0) *
      BigInt(parameters.bondedShares[index] ?? 0)) /
      (BPS * BPS),
  0n,
);

process.stdout.write(
  `${[
    'Largest saving of one cheat, in DDAI, that the least stake deters:',
    '',
    ...stakeTable(),
    '',
    `A day on main, in DDAI; ${show(Number(BONDED_STAKE))} staked for storage and validation, all work delivered:`,
    '',
    '| paid work | fees | burned | fee-backed rewards | bonded rewards | a node gets, of the price | supply grows by |',
    '|---|---|---|---|---|---|---|',
    ...[100_000n, 1_000_000n, 10_000_000n].map((work) => emissionRow(work, BONDED_STAKE)),
    '',
    `Bonded budget a day: ${show(Number(bondedBudget))}; stake that would use it up: ${show(Number((bondedBudget * 1_000_000_000n) / parameters.bondedYieldPpb))}.`,
    `A class's fee-backed budget is reached at ${show(Number((DAILY_BUDGET * BigInt(parameters.weights[0]) * BPS) / (parameters.feeBps * parameters.burnShareBps)))} of paid queries a day.`,
  ].join('\n')}\n`,
);
