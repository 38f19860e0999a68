export { logLevel, portNumber, RepeatableOption, tokenAmount, wholeNumber } from './flags.ts';
export { ignoreWriteErrors } from './ignore-write-errors.ts';
export { EXIT, reportError } from './report-error.ts';
export { createProgram, runProgram } from './run-program.ts';
export { applySettings, type SettingsSources, settableOptions } from './settings/apply-settings.ts';
export {
  describeSettings,
  maskSecrets,
  type Origin,
  type Setting,
} from './settings/describe-settings.ts';
export {
  findSettingsPath,
  readSettingsFile,
  SECTIONS,
  type Section,
  type SettingsFile,
} from './settings/settings-file.ts';
export { withoutControls } from './without-controls.ts';
