import { DdaiError } from '@ddai/core';
import { Command, CommanderError } from 'commander';
import { EXIT, reportError } from './report-error.ts';

/** A command whose subcommands all throw on a wrong flag instead of ending the process. */
export function createProgram(name: string): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({ outputError: () => undefined }) // `runProgram` says it, with code and remedy.
    .configureHelp({ showGlobalOptions: true });
}

/**
 * Parses the process's arguments, runs what they ask for, and sets the exit code. False after a
 * failure: a program that holds sockets or children should then exit at once.
 */
export async function runProgram(program: Command): Promise<boolean> {
  try {
    await program.parseAsync();
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      process.exitCode = reportError(error, program.name());
      return false;
    }
    const { code, exitCode } = error;
    // Help that was asked for is a result; help because no command was named is not.
    if (code === 'commander.help') process.exitCode = exitCode === 0 ? 0 : EXIT.input;
    else if (exitCode === 0) process.exitCode = 0;
    else process.exitCode = reportError(usageError(error, program.name()), program.name());
    return process.exitCode === 0;
  }
}

/** What commander found wrong, with a code of ours. */
export function usageError({ code, message }: CommanderError, program: string): DdaiError {
  return new DdaiError({
    code: USAGE_CODES[code] ?? 'FLAG_INVALID',
    message: message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '),
    remedy: `\`${program} --help\` lists what there is; each command has its own --help.`,
  });
}

const USAGE_CODES: Readonly<Record<string, string>> = {
  'commander.unknownOption': 'FLAG_UNKNOWN',
  'commander.unknownCommand': 'COMMAND_UNKNOWN',
  'commander.excessArguments': 'COMMAND_UNKNOWN',
  'commander.missingArgument': 'FLAG_MISSING',
  'commander.optionMissingArgument': 'FLAG_MISSING',
  'commander.missingMandatoryOptionValue': 'FLAG_MISSING',
};
