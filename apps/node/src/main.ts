import { join, resolve } from 'node:path';
import { createChainClient, readNodeStanding } from '@ddai/chain';
import {
  applySettings,
  createProgram,
  describeSettings,
  logLevel,
  RepeatableOption,
  readSettingsFile,
  runProgram,
  settableOptions,
  tokenAmount,
  wholeNumber,
} from '@ddai/command-line';
import { bytesToUtf8, DdaiError, systemClock } from '@ddai/core';
import { claimRun } from '@ddai/engines';
import { DEFAULT_TICKET_LIMITS, parseTickets, type Ticket } from '@ddai/learning';
import { parseAddressBook, WORK_CLASSES, type WorkClass, type WorkClassName } from '@ddai/protocol';
import { createFileStore, findHomePath, openHome, readFileLimited } from '@ddai/storage';
import { type Command, InvalidArgumentError } from 'commander';
import { destination, pino } from 'pino';
import { type Address, getAddress, isAddress, parseEther } from 'viem';
import { openExistingSigner, openOperator, openSigner } from './identity.ts';
import { joinNetwork } from './join-network.ts';
import { runNode } from './run-node.ts';
import type { Dataset } from './training/training-worker.ts';

interface NodeFlags {
  readonly name: string;
  readonly gateway: string[];
  readonly rpc: string;
  readonly addresses?: string;
  readonly passphraseFile?: string;
  readonly classes?: WorkClassName[];
  readonly dataset: string[];
  readonly partners?: string;
  readonly stake: string;
  readonly payout?: string;
  readonly creditLimit: string;
  readonly minimumPrice: string;
  readonly settleSeconds: number;
  readonly waitForFunds: boolean;
  readonly logLevel: string;
}

const SOFTWARE = 'ddai-node/0.1.0';
const SIGNER_GAS = parseEther('0.05');
const OPERATOR_KEY = 'operator-address';
const MAX_ADDRESS_BOOK_BYTES = 64 * 1024;

/** Tells whoever started us what happens, one JSON object a line; the log goes to standard error. */
function announce(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

async function start(flags: NodeFlags, mode: 'join' | 'serve'): Promise<void> {
  // Before any money moves: without a gateway a staked node would sit idle.
  if (flags.gateway.length === 0) {
    throw new DdaiError({
      code: 'FLAG_MISSING',
      message: `ddai node ${mode}: no gateway to serve`,
      remedy: 'Name one or more with --gateway URL, or as gateway = ["URL"] in ddai.toml.',
    });
  }
  const logger = pino({ level: flags.logLevel, base: { node: flags.name } }, destination(2));
  const datasets = new Map(flags.dataset.map(readDataset));
  const home = openHome(findHomePath(process.env));
  claimRun(home.run, `node.${flags.name}`);
  const directory = join(home.nodes, flags.name);
  const identity = { directory, passphraseFile: flags.passphraseFile };
  const bookPath = flags.addresses ?? home.addressBook;
  const chain = await createChainClient({
    rpcUrl: flags.rpc,
    addressBook: parseAddressBook(
      bytesToUtf8(readFileLimited(bookPath, MAX_ADDRESS_BOOK_BYTES)),
      bookPath,
    ),
  });
  const signer = mode === 'join' ? await openSigner(identity) : await openExistingSigner(identity);
  const state = createFileStore(directory);
  if (mode === 'join') {
    const operator = await openOperator(identity);
    announce({ event: 'identity', operator: operator.address, signer: signer.address });
    await joinNetwork(
      {
        operator,
        signer,
        classes: flags.classes?.map((name): WorkClass => WORK_CLASSES[name]),
        payout: flags.payout === undefined ? undefined : getAddress(flags.payout),
        stake: parseEther(flags.stake),
        signerGas: SIGNER_GAS,
        waitForFunds: flags.waitForFunds,
        journalDirectory: join(directory, 'operator-transactions'),
      },
      { chain, logger },
    );
    state.put(OPERATOR_KEY, operator.address);
  }
  const operator = readOperator(state.get(OPERATOR_KEY), flags.name);
  const { classes: registered } = await readNodeStanding(chain, operator);
  announce({ event: 'serving', operator });

  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  await runNode(
    {
      directory,
      operator,
      gateways: flags.gateway,
      servesQueries: registered.includes(WORK_CLASSES.query),
      datasets,
      partnersFile: flags.partners === undefined ? undefined : resolve(flags.partners),
      creditLimit: parseEther(flags.creditLimit),
      minimumPrice: parseEther(flags.minimumPrice),
      settleMilliseconds: flags.settleSeconds * 1000,
      software: SOFTWARE,
    },
    { chain, signer, clock: systemClock, logger },
    stopped.signal,
  );
}

function readOperator(stored: Uint8Array | undefined, name: string): Address {
  if (stored !== undefined) return getAddress(bytesToUtf8(stored));
  throw new DdaiError({
    code: 'NODE_NOT_JOINED',
    message: `the node ${name} has not joined the network`,
    remedy: `Run \`ddai node join --name ${name}\` first.`,
  });
}

/** `NAME=TRAIN.csv` or `NAME=TRAIN.csv,HELDOUT.csv`. */
function readDataset(flag: string): [string, Dataset] {
  const match = /^([A-Za-z0-9._-]{1,64})=([^,]+)(?:,(.+))?$/.exec(flag);
  const [, name, train, heldOut] = match ?? [];
  if (name === undefined || train === undefined) {
    throw new DdaiError({
      code: 'DATASET_FLAG_INVALID',
      message: `--dataset ${flag}: expected NAME=TRAIN.csv or NAME=TRAIN.csv,HELDOUT.csv`,
    });
  }
  return [
    name,
    { train: readTickets(train), heldOut: heldOut === undefined ? [] : readTickets(heldOut) },
  ];
}

function readTickets(path: string): Ticket[] {
  return parseTickets({
    file: path,
    content: readFileLimited(path, DEFAULT_TICKET_LIMITS.maxBytes),
  });
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

function addCommonFlags(command: Command): Command {
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
        'tickets (CSV text,category) this node may train on',
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

function addJoinFlags(command: Command): Command {
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

const program = createProgram('ddai node').description(
  'Serve the network with this machine, and earn.',
);
const joinCommand = addJoinFlags(
  addCommonFlags(program.command('join').description('Make keys, stake, register, then serve')),
).action((flags: NodeFlags) => start(flags, 'join'));
addCommonFlags(program.command('serve').description('Serve again after a stop')).action(
  (flags: NodeFlags) => start(flags, 'serve'),
);
const settings = addJoinFlags(addCommonFlags(program.command('settings', { hidden: true }))).action(
  () => {
    process.stdout.write(`${JSON.stringify(describeSettings(settings, 'node'))}\n`);
  },
);

program.hook('preAction', (_, command) => {
  applySettings(command, {
    section: 'node',
    environment: process.env,
    file: readSettingsFile(process.env),
    alsoKnown: settableOptions(joinCommand),
  });
});

await runProgram(program);
