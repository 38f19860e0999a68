import { logLevel, RepeatableOption, tokenAmount, wholeNumber } from '@ddai/command-line';
import { WORK_CLASSES, type WorkClassName } from '@ddai/protocol';
import { type Command, InvalidArgumentError } from 'commander';
import { isAddress } from 'viem';

/** What `ddai node join` takes; `serve` has no classes, stake, payout and waitForFunds. */
export interface NodeFlags {
  readonly name: string;
  readonly gateway: string[];
  readonly rpc: string;
  readonly addresses?: string;
  readonly passphraseFile?: string;
  readonly classes?: WorkClassName[];
  readonly dataset: string[];
  readonly table: string[];
  readonly partners?: string;
  readonly stake: string;
  readonly payout?: string;
  readonly creditLimit: string;
  readonly minimumPrice: string;
  readonly settleSeconds: number;
  readonly waitForFunds: boolean;
  readonly logLevel: string;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const A_DAY_IN_SECONDS = 86_400;

function parseName(text: string): string {
  if (NAME.test(text)) return text;
  throw new InvalidArgumentError(
    'Expected letters, digits, points, hyphens and underscores; it names a folder.',
  );
}

function parseAddress(text: string): string {
  if (isAddress(text)) return text;
  throw new InvalidArgumentError('Expected an address: 0x and 40 hexadecimal digits.');
}

function parseClasses(list: string): WorkClassName[] {
  return list.split(',').map((name) => {
    if (Object.hasOwn(WORK_CLASSES, name)) return name as WorkClassName;
    throw new InvalidArgumentError(
      `There is no work class ${name}; there are ${Object.keys(WORK_CLASSES).join(', ')}.`,
    );
  });
}

/** Flags of `join` and `serve`. */
export function addCommonFlags(command: Command): Command {
  return command
    .option('--name <name>', 'folder of this node under DDAI_HOME/nodes', parseName, 'default')
    .addOption(new RepeatableOption('--gateway <url>', 'gateway to serve'))
    .option('--rpc <url>', 'JSON-RPC of the chain', 'http://127.0.0.1:8545')
    .option(
      '--addresses <file>',
      'address book of the deployment; default DDAI_HOME/addresses.json',
    )
    .option(
      '--passphrase-file <file>',
      'passphrase of the keystores; default one made beside them, 0600',
    )
    .addOption(
      new RepeatableOption(
        '--dataset <name=file>',
        'tickets (CSV text,category) this node may train on; NAME:COLUMN=FILE names another label column',
      ),
    )
    .addOption(
      new RepeatableOption(
        '--table <name=file>',
        'table (CSV or parquet) that jobs of an agreed schema may train on',
      ),
    )
    .option(
      '--partners <file>',
      'JSON: operator addresses and organisations that the data’s owner agreed to train with',
    )
    .option(
      '--credit-limit <ddai>',
      'unpaid work and uncollected vouchers one payer may run up',
      tokenAmount,
      '100',
    )
    .option('--minimum-price <ddai>', 'below this a query is refused', tokenAmount, '0.001')
    .option(
      '--settle-seconds <n>',
      'pause between passes over the node’s money',
      wholeNumber(1, A_DAY_IN_SECONDS),
      60,
    )
    .option('--log-level <level>', 'trace, debug, info, warn, error, silent', logLevel, 'info');
}

/** Flags that only `join` has. */
export function addJoinFlags(command: Command): Command {
  return command
    .option(
      '--classes <list>',
      'work classes to register, comma separated; default those registered, at first query',
      parseClasses,
    )
    .option('--stake <ddai>', 'collateral to have at stake', tokenAmount, '20000')
    .option(
      '--payout <address>',
      'where the node’s money goes; default as registered, at first its operator',
      parseAddress,
    )
    .option('--wait-for-funds', 'wait until the operator has the money instead of failing', false);
}
