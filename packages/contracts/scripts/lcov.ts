/** What a test run reached of one kind: lines, or ways out of a decision. */
export interface Reached {
  readonly found: number;
  readonly hit: number;
  /** Line numbers. */
  readonly missing: readonly number[];
}

export interface FileCoverage {
  readonly path: string;
  readonly lines: Reached;
  readonly branches: Reached;
}

/** Reads the records of an lcov file that say lines (`DA`) and branches (`BRDA`). */
export function parseLcov(text: string): FileCoverage[] {
  return text
    .split('end_of_record')
    .filter((record) => record.includes('SF:'))
    .map((record) => ({
      path: /^SF:(.*)$/m.exec(record)?.[1] ?? '',
      // DA:line,hits
      lines: count(record.matchAll(/^DA:(\d+),(\d+)$/gm)),
      // BRDA:line,block,branch,hits or a dash where its line was never reached
      branches: count(record.matchAll(/^BRDA:(\d+),\d+,\d+,(\d+|-)$/gm)),
    }));
}

function count(entries: Iterable<RegExpMatchArray>): Reached {
  const all = [...entries].map(([, line, hits]) => ({ line: Number(line), hits: Number(hits) }));
  const missing = all.filter(({ hits }) => !(hits > 0)).map(({ line }) => line);
  return { found: all.length, hit: all.length - missing.length, missing };
}
