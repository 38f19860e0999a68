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
  process.stdout.once('error', (error) => endWithoutOutput(error, program.name()));
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined); // Nowhere is left to say so.
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

/**
 * Nobody reads on (`| head`), or there is no room for the result: no bug of ours, so no stack. A
 * program with parts to stop does so first.
 */
function endWithoutOutput(error: NodeJS.ErrnoException, program: string): void {
  const { code = error.message } = error;
  process.exitCode = EXIT.failed;
  if (code !== 'EPIPE') {
    reportError(
      new DdaiError({
        code: code === 'ENOSPC' ? 'DISK_FULL' : 'FILE_NOT_WRITABLE',
        message: `cannot write to standard output (${code})`,
        remedy: 'Send it to a file or pipe that can take it.',
      }),
      program,
    );
  }
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
  else process.exit();
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
