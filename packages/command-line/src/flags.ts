import { InvalidArgumentError, Option } from 'commander';

const HIGHEST_PORT = 65_535;

/** A parser of whole numbers in a range, for `Option.argParser`. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${from} to ${to}.`);
  };
}

/** A parser of TCP ports. */
export const portNumber = wholeNumber(1, HIGHEST_PORT);

/** A parser of amounts of DDAI above or at zero, kept as text: they are no floats. */
export function tokenAmount(text: string): string {
  if (/^\d{1,12}(\.\d{1,18})?$/.test(text)) return text;
  throw new InvalidArgumentError('Expected an amount of DDAI, such as 100 or 0.02.');
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** A parser of log levels. */
export function logLevel(text: string): string {
  if (LOG_LEVELS.includes(text)) return text;
  throw new InvalidArgumentError(`Expected one of ${LOG_LEVELS.join(', ')}.`);
}

/** A flag that may be given several times: a list in `ddai.toml`, `;` between values in the environment. */
export class RepeatableOption extends Option {
  constructor(flags: string, description: string) {
    super(flags, `${description}; may be given several times`);
    this.default([]).argParser((text: string, earlier: string[]) => [...earlier, text]);
  }
}
