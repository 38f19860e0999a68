import { join, resolve } from 'node:path';
import { createChainClient, readNodeStanding } from '@ddai/chain';
import {
  applySettings,
  createProgram,
  describeSettings,
  ignoreWriteErrors,
  readSettingsFile,
  runProgram,
  settableOptions,
} from '@ddai/command-line';
import { bytesToUtf8, DdaiError, systemClock } from '@ddai/core';
import { claimRun } from '@ddai/engines';
import { parseAddressBook, WORK_CLASSES, type WorkClass } from '@ddai/protocol';
import { createFileStore, findHomePath, openHome, readFileLimited } from '@ddai/storage';
import { destination, pino } from 'pino';
import { type Address, getAddress, parseEther } from 'viem';
import { openExistingSigner, openOperator, openSigner } from './identity.ts';
import { joinNetwork } from './join-network.ts';
import { addCommonFlags, addJoinFlags, type NodeFlags } from './node-flags.ts';
import { runNode } from './run-node.ts';
import { readDatasets } from './training/read-datasets.ts';

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
  const logger = pino(
    { level: flags.logLevel, base: { node: flags.name } },
    ignoreWriteErrors(destination(2)),
  );
  const datasets = await readDatasets(flags);
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

// What had been opened by then must not keep a failed process alive.
if (!(await runProgram(program))) process.exit();
