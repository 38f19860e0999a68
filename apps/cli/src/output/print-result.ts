import { withoutControls } from '@ddai/command-line';

/** One JSON object on standard output with `--json`, else `lines` for people. */
export function printResult(
  result: Readonly<Record<string, unknown>>,
  { json, lines }: { json: boolean; lines: readonly string[] },
): void {
  process.stdout.write(
    json ? `${JSON.stringify(result, bigintToText)}\n` : withoutControls(`${lines.join('\n')}\n`),
  );
}

function bigintToText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** `0.9123` as `91.2 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
