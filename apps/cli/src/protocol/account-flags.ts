import type { Command } from 'commander';

export interface ReadFlags {
  readonly rpc: string;
  readonly addresses?: string;
  readonly json: boolean;
}

export interface AccountFlags extends ReadFlags {
  readonly keystore?: string;
  readonly passphraseFile?: string;
  readonly yes: boolean;
}

/** Flags of every command that asks the chain. */
export function withReadFlags(command: Command): Command {
  return command
    .option('--rpc <url>', 'JSON-RPC of the chain', 'http://127.0.0.1:8545')
    .option(
      '--addresses <file>',
      'address book of the deployment; default DDAI_HOME/addresses.json',
    )
    .option('--json', 'one JSON object on standard output', false);
}

/** Flags of every command that signs. */
export function withAccountFlags(command: Command): Command {
  return withReadFlags(command)
    .option(
      '--keystore <file>',
      'v3 keystore of the account that signs; default the local network’s market account',
    )
    .option('--passphrase-file <file>', 'its passphrase; default the keystore’s name with .secret')
    .option('--yes', 'sign without asking', false);
}
