export {
  type AnvilDependencies,
  type AnvilOptions,
  type AnvilSupervisor,
  startAnvil,
} from './anvil/anvil-supervisor.ts';
export { findAnvil } from './anvil/find-anvil.ts';
export {
  type PostgresOptions,
  type PostgresServer,
  startPostgres,
} from './postgres/postgres-server.ts';
export { readPostmasterPid } from './postgres/postmaster-pid.ts';
export { assertPortFree, findFreePort } from './process/free-port.ts';
export { readLivePid } from './process/pid-file.ts';
export { findPortHolder } from './process/port-holder.ts';
export {
  assertRunFree,
  claimRun,
  listRuns,
  type RecordedRun,
  recordRun,
} from './process/run-record.ts';
export { stopProcess } from './process/stop-process.ts';
