import { protocolErrorsAbi, WORK_CLASSES } from '@ddai/protocol';
import { decodeErrorResult, formatEther, type Hex, hexToString } from 'viem';
import { PROPOSAL_STATES, statesOfBitmap } from '../governance/proposal-states.ts';
import { showBasisPoints, showMoment } from '../governance/show-values.ts';
import { REMEDIES } from './revert-remedies.ts';

/** A contract's refusal in words. */
export interface RevertDescription {
  /** The custom error's name, for programs. */
  readonly error: string;
  /** `Staking: nothing thawing (account 0x…, kind lock)`. */
  readonly words: string;
  readonly remedy: string | undefined;
}

interface ErrorInput {
  readonly name?: string;
  readonly type: string;
}

/** What custom errors are prefixed with, and how that reads. */
const CONTRACTS: readonly (readonly [prefix: string, name: string])[] = [
  ['PaymentsEscrow', 'Payments escrow'],
  ['NodeRegistry', 'Node registry'],
  ['PartnerRegistry', 'Partner registry'],
  ['ProtocolRegistry', 'Protocol registry'],
  ['TrainingRegistry', 'Training registry'],
  ['DisputeManager', 'Disputes'],
  ['SlashGuardian', 'Slash guardian'],
  ['CheckpointManager', 'Checkpoints'],
  ['Checkpoint', 'Checkpoints'],
  ['Storage', 'Storage'],
  ['FeatureTiers', 'Tiers'],
  ['Emissions', 'Node rewards'],
  ['Governor', 'Governor'],
  ['Timelock', 'Timelock'],
  ['Governed', 'Contract'],
  ['Pausable', 'Contract'],
  ['Staking', 'Staking'],
  ['Beacon', 'Random beacon'],
  ['Airdrop', 'Airdrop'],
  ['Treasury', 'Treasury'],
  ['Vesting', 'Vesting'],
  ['Votes', 'Votes'],
  ['ERC20', 'Token'],
];
const TOKENS =
  /^(amount|wanted|available|stake|minimum|min|max|bond|left|balance|allowance|needed|free|frozen|cap|lock|deposit|budget|spent|votes|threshold|ownStake|seatStake)$/;
const MOMENTS =
  /(At|Ends|until|since|cancelledFrom|expires|expiresAfter|deadline|endsAt|readyAt|freeze|nowSeconds)$/i;
/** Enumerations travel as numbers; these are named alike wherever an error carries them. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  phase: ['none', 'jury', 'decided', 'closed'],
  duty: ['none', 'claimed', 'committed', 'revealed', 'settled', 'penalized'],
  current: PROPOSAL_STATES,
};
/** Below it a number is a count or a share, not wei. */
const LEAST_WEI = 10n ** 12n;
/** Unix seconds of this century; anything else is no moment. */
const MOMENT_RANGE = { from: 946_684_800n, to: 4_102_444_800n } as const;

/** Decodes the data of a revert; undefined when the error is of a contract that is not ours. */
export function describeRevert(data: Hex): RevertDescription | undefined {
  let decoded: { errorName: string; args: readonly unknown[] };
  try {
    const { errorName, args } = decodeErrorResult({ abi: protocolErrorsAbi, data });
    decoded = { errorName, args: (args ?? []) as readonly unknown[] };
  } catch {
    return undefined;
  }
  const { errorName, args } = decoded;
  const definition = protocolErrorsAbi.find(({ name }) => name === errorName);
  const inputs = (definition?.inputs ?? []) as readonly ErrorInput[];
  const values = inputs.map((input, index) => `${spaced(input.name)} ${show(input, args[index])}`);
  const [prefix, contract] = CONTRACTS.find(([start]) => errorName.startsWith(start)) ?? ['', ''];
  const reason = spaced(errorName.slice(prefix.length));
  return {
    error: errorName,
    words: `${contract === '' ? '' : `${contract}: `}${reason}${values.length === 0 ? '' : ` (${values.join(', ')})`}`,
    remedy: remedyFor(errorName),
  };
}

/** What the caller can do about a custom error of this name. */
export function remedyFor(errorName: string): string | undefined {
  return REMEDIES.find(([pattern]) => pattern.test(errorName))?.[1];
}

function show({ name = '', type }: ErrorInput, value: unknown): string {
  if (name === 'expectedStates') return statesOfBitmap(BigInt(value as Hex)).join(' or ');
  if (type === 'bytes32') return showBytes(value as Hex);
  if (name === 'workClass') return Object.keys(WORK_CLASSES)[Number(value)] ?? String(value);
  if (name === 'kind') return Number(value) === 0 ? 'collateral' : 'lock';
  const states = STATES[name];
  if (states !== undefined) return states[Number(value)] ?? String(value);
  if (!/^u?int/.test(type)) return String(value);
  const amount = BigInt(String(value));
  if (amount >= MOMENT_RANGE.from && amount <= MOMENT_RANGE.to && MOMENTS.test(name))
    return showMoment(amount);
  if (name.endsWith('Bps')) return showBasisPoints(amount);
  if (TOKENS.test(name) && amount >= LEAST_WEI) return `${formatEther(amount)} DDAI`;
  return String(amount);
}

/** Names of parameters travel as bytes32. */
function showBytes(value: Hex): string {
  const text = hexToString(value, { size: 32 });
  return /^[\w .-]{2,}$/.test(text) ? text : value;
}

/** `NothingThawing` as `nothing thawing`. */
function spaced(name = ''): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/_/g, '')
    .toLowerCase();
}
