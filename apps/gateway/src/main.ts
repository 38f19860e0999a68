import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ChainClient,
  createChainClient,
  openOrCreateKeystoreFile,
  readPassphraseFile,
} from '@ddai/chain';
import {
  applySettings,
  createProgram,
  describeSettings,
  ignoreWriteErrors,
  logLevel,
  portNumber,
  readSettingsFile,
  runProgram,
  tokenAmount,
  wholeNumber,
} from '@ddai/command-line';
import { bytesToUtf8, type Logger, systemClock } from '@ddai/core';
import type { EncoderSettings } from '@ddai/encoders';
import { importPackages, parseEncoders } from '@ddai/encoders';
import {
  assertPortFree,
  claimRun,
  findPortHolder,
  type PostgresServer,
  startPostgres,
} from '@ddai/engines';
import { parseAddressBook } from '@ddai/protocol';
import {
  findHomePath,
  type Home,
  openHome,
  readFileLimited,
  writeFileDurably,
} from '@ddai/storage';
import { destination, pino } from 'pino';
import { parseEther } from 'viem';
import type { AnswerWriterEndpoint } from './assistant/answer-writer.ts';
import { parseAnswerWriters } from './assistant/parse-answer-writers.ts';
import { createGateway } from './create-gateway.ts';

interface GatewayFlags {
  readonly host: string;
  readonly port: number;
  readonly rpc: string;
  readonly addresses?: string;
  readonly passphraseFile?: string;
  readonly queryPrice: string;
  readonly queryTimeoutSeconds: number;
  readonly requestsPerMinute: number;
  readonly auditPercent: number;
  readonly answerWriters?: string;
  readonly encoders?: string;
  readonly logLevel: string;
}

const VERSION = '0.1.0';
const MAX_ENDPOINTS_BYTES = 64 * 1024;
const MAX_ADDRESS_BOOK_BYTES = 64 * 1024;

/** Tells whoever started us what happens, one JSON object a line; the log goes to standard error. */
function announce(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

async function serve(flags: GatewayFlags): Promise<void> {
  const logger = pino({ level: flags.logLevel }, ignoreWriteErrors(destination(2)));
  const home = openHome(findHomePath(process.env));
  claimRun(home.run, 'gateway');
  await assertPortFree(flags.port, '--port', findPortHolder);
  const bookPath = flags.addresses ?? home.addressBook;
  const addressBook = parseAddressBook(
    bytesToUtf8(readFileLimited(bookPath, MAX_ADDRESS_BOOK_BYTES)),
    bookPath,
  );
  const chain = await createChainClient({ rpcUrl: flags.rpc, addressBook });
  const { DATABASE_URL } = process.env;
  const postgres =
    DATABASE_URL === undefined || DATABASE_URL === ''
      ? await startPostgres(
          { directory: home.postgres, enginesDirectory: home.engines },
          { logger },
        )
      : undefined;
  try {
    await listen(flags, { home, chain, logger, postgres });
  } catch (error) {
    await postgres?.stop(); // It would outlive us.
    throw error;
  }
}

interface ListenDependencies {
  readonly home: Home;
  readonly chain: ChainClient;
  readonly logger: Logger;
  /** Undefined when `DATABASE_URL` names one. */
  readonly postgres: PostgresServer | undefined;
}

async function listen(
  flags: GatewayFlags,
  { home, chain, logger, postgres }: ListenDependencies,
): Promise<void> {
  const signer = await openOrCreateKeystoreFile({
    path: join(home.gateway, 'signer.json'),
    passphrase: readPassphrase(home.gateway, flags.passphraseFile),
  });
  const gateway = await createGateway(
    {
      directory: home.gateway,
      databaseUrl: postgres?.url ?? process.env.DATABASE_URL ?? '',
      host: flags.host,
      port: flags.port,
      queryPrice: parseEther(flags.queryPrice),
      queryTimeout: flags.queryTimeoutSeconds * 1000,
      requestsPerMinute: flags.requestsPerMinute,
      auditRate: flags.auditPercent / 100,
      version: VERSION,
      answerWriters: readAnswerWriters(flags.answerWriters),
      encoders: await readEncoders(flags.encoders),
    },
    { chain, signer, clock: systemClock, logger },
  );
  announce({ event: 'listening', url: gateway.url, signer: signer.address });

  const stop = async (): Promise<void> => {
    await gateway.close();
    await postgres?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

function readAnswerWriters(file: string | undefined): Record<string, AnswerWriterEndpoint> {
  if (file === undefined) return {};
  const text = bytesToUtf8(readFileLimited(file, MAX_ENDPOINTS_BYTES));
  return parseAnswerWriters(text, { file, environment: process.env });
}

async function readEncoders(file: string | undefined): Promise<Record<string, EncoderSettings>> {
  if (file === undefined) return {};
  const text = bytesToUtf8(readFileLimited(file, MAX_ENDPOINTS_BYTES));
  const encoders = parseEncoders(text, { file, environment: process.env });
  const isBundled = Object.values(encoders).some((encoder) => 'bundled' in encoder);
  // Told at the start, not by every answer.
  if (isBundled) await importPackages((name) => import(name));
  return encoders;
}

function readPassphrase(directory: string, file: string | undefined): string {
  const path = file ?? join(directory, 'passphrase.secret');
  if (file === undefined && !existsSync(path))
    writeFileDurably(path, randomBytes(24).toString('base64url'));
  return readPassphraseFile(path);
}

const TEN_MINUTES_IN_SECONDS = 600;

const program = createProgram('ddai gateway')
  .description(
    'Run the B2B API, and give work to nodes. DATABASE_URL names a Postgres of your own.',
  )
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--port <port>', 'port to listen on', portNumber, 8787)
  .option('--rpc <url>', 'JSON-RPC of the chain', 'http://127.0.0.1:8545')
  .option('--addresses <file>', 'address book of the deployment; default DDAI_HOME/addresses.json')
  .option(
    '--passphrase-file <file>',
    'passphrase of the signer’s keystore; default one made beside it, 0600',
  )
  .option('--query-price <ddai>', 'what a complex query pays its node', tokenAmount, '0.02')
  .option(
    '--query-timeout-seconds <n>',
    'how long a node has to answer',
    wholeNumber(1, TEN_MINUTES_IN_SECONDS),
    20,
  )
  .option(
    '--requests-per-minute <n>',
    'how many requests one API key may make of this process',
    wholeNumber(1, 1_000_000),
    6000,
  )
  .option(
    '--audit-percent <n>',
    'share of complex answers that are run again at least; new nodes have 20',
    wholeNumber(2, 100),
    2,
  )
  .option(
    '--answer-writers <file>',
    'JSON with model endpoints that assistants may write answers with; keys by environment variable',
  )
  .option(
    '--encoders <file>',
    'JSON with embeddings endpoints that assistants may rank by meaning with; keys by environment variable',
  )
  .option('--log-level <level>', 'trace, debug, info, warn, error, silent', logLevel, 'info')
  .action(serve);

program.hook('preAction', () => {
  const file = readSettingsFile(process.env);
  applySettings(program, { section: 'gateway', environment: process.env, file });
});
program
  .command('settings', { hidden: true })
  .description('Print the values in force, for `ddai config show`')
  .action(() => {
    process.stdout.write(`${JSON.stringify(describeSettings(program, 'gateway'))}\n`);
  });

// What had been opened by then must not keep a failed process alive.
if (!(await runProgram(program))) process.exit();
