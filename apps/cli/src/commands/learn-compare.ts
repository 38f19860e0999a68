import { compareRecords, parseSimulationRecord, type SimulationRecord } from '@ddai/learning';
import { writeFileDurably } from '@ddai/storage';
import { z } from 'zod';
import { callerPath } from '../input/caller-path.ts';
import { readJsonFile } from '../input/read-json-file.ts';
import { printResult } from '../output/print-result.ts';
import { plotRecords } from '../simulation/plot-records.ts';

/** `ddai learn compare A B`: two results of `ddai learn simulate --json FILE`, seed by seed. */
export async function learnCompare(
  baselineFile: string,
  candidateFile: string,
  { plot, json }: { readonly plot?: string; readonly json: boolean },
): Promise<void> {
  const [baseline, candidate] = [readRecord(baselineFile), readRecord(candidateFile)];
  const comparison = compareRecords(baseline, candidate);
  if (plot !== undefined) {
    const svg = plotRecords([
      { name: `A: ${nameOf(baseline, candidate)}`, record: baseline },
      { name: `B: ${nameOf(candidate, baseline)}`, record: candidate },
    ]);
    writeFileDurably(callerPath(plot), svg);
  }
  const { measure } = comparison;
  const show = (value: number): string => value.toFixed(4);
  printResult(
    { ...comparison },
    {
      json,
      lines: [
        comparison.words,
        `A  ${measure} ${show(comparison.baseline)}  ${baselineFile}`,
        `B  ${measure} ${show(comparison.candidate)}  ${candidateFile}`,
      ],
    },
  );
}

function readRecord(path: string): SimulationRecord {
  return parseSimulationRecord(readJsonFile(path, z.unknown(), 'a result as JSON'), path);
}

/** What tells a run from the other: its strategy, and the settings in which they differ. */
function nameOf({ settings }: SimulationRecord, other: SimulationRecord): string {
  const differing = Object.entries(settings).filter(
    ([key, value]) => key !== 'strategy' && other.settings[key] !== value,
  );
  return [settings.strategy ?? 'fedavg', ...differing.map(([key, value]) => `${key} ${value}`)]
    .map(String)
    .join(', ');
}
