import {
  applySettings,
  createProgram,
  describeSettings,
  portNumber,
  readSettingsFile,
  runProgram,
  wholeNumber,
} from '@ddai/command-line';
import { Option } from 'commander';
import { addIntentCommands } from './commands/add-intent-commands.ts';
import { addLearnCommands } from './commands/add-learn-commands.ts';
import { ask } from './commands/ask.ts';
import { assistantEvaluate } from './commands/assistant-evaluate.ts';
import { configShow } from './commands/config-show.ts';
import { delegate } from './commands/delegate.ts';
import { knowledgeEvaluate } from './commands/knowledge-evaluate.ts';
import { receiptVerify } from './commands/receipt-verify.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { reset } from './commands/reset.ts';
import { stop } from './commands/stop.ts';
import { feedbackCollect } from './feedback/collect-command.ts';
import { knowledgeSync } from './knowledge/sync-command.ts';
import { addAccountCommands } from './protocol/account-commands.ts';
import { addAirdropCommands } from './protocol/airdrop-commands.ts';
import { addDaoCommands } from './protocol/dao-commands.ts';
import { addDisputeCommands } from './protocol/dispute-commands.ts';
import { addPartnerCommands } from './protocol/partner-commands.ts';
import { addRewardsCommands } from './protocol/rewards-commands.ts';
import { addStakeCommands } from './protocol/stake-commands.ts';
import { addStorageCommands } from './protocol/storage-commands.ts';
import { addTiersCommand } from './protocol/tiers-commands.ts';
import { addTrainingCommands } from './protocol/training-commands.ts';
import { addValidatorCommands } from './protocol/validator-commands.ts';
import { startCommand } from './start/start-command.ts';

const MANY = 100_000;

const program = createProgram('ddai')
  .description('The DDAI network: train, answer, serve, govern.')
  .version('0.1.0');
const json = new Option('--json', 'one JSON object on standard output').default(false);

const start = program
  .command('start')
  .description('Run a whole local network and one real job, and show the result')
  .option('--once', 'stop everything afterwards; exit 0 if all went well, else 1', false)
  .option('--json <file>', 'write the results there as JSON')
  .option('--tickets <file>', 'train on your own tickets: CSV with the columns text,category')
  .option('--knowledge <dir>', 'answer from your own folder of Markdown or text')
  .option(
    '--questions <file>',
    'ask your own questions: JSON lines with id, q and, where known, doc',
  )
  .option('--participants <n>', 'sites that train together', wholeNumber(4, 32), 6)
  .option('--seed <seed>', 'decides how data is dealt to sites', '1')
  .option('--chain-port <port>', 'of the local chain', portNumber, 8545)
  .option('--gateway-port <port>', 'of the gateway', portNumber, 8787)
  .option('--anvil <file>', 'an anvil of Foundry 1.7; default the one that npm installed')
  .action(startCommand);
const applyStartSettings = (): void =>
  applySettings(start, {
    section: 'start',
    environment: process.env,
    file: readSettingsFile(process.env),
  });
start.hook('preAction', applyStartSettings);

program
  .command('stop')
  .description('End every process that works on the state folder')
  .action(stop);

program
  .command('reset')
  .description('Erase the state folder, keys included, after asking')
  .option('--yes', 'do not ask', false)
  .action(reset);

program
  .command('config')
  .description('Settings: ddai.toml, environment, flags')
  .command('show')
  .description('Print every value in force and where it comes from, secrets masked')
  .addOption(json)
  .action(async (flags: { json: boolean }) => {
    applyStartSettings();
    await configShow(describeSettings(start, 'start'), flags);
  });

program
  .command('ask <question>')
  .description('Ask a folder of your own one question, on this machine alone')
  .requiredOption('--knowledge <dir>', 'folder of Markdown, text, HTML, PDF and DOCX files')
  .option('--explain', 'show why each page stands where it does', false)
  .addOption(json)
  .action(ask);

addLearnCommands(program);

addIntentCommands(program);

const knowledge = program.command('knowledge').description('Knowledge bases');
knowledge
  .command('evaluate')
  .description('Does the right page come up for each question?')
  .requiredOption('--kb <file>', 'JSON lines id,title,text; may be gzipped')
  .requiredOption('--questions <file>', 'JSON lines id,q,doc')
  .option('--seed <n>', 'of the bootstrap', wholeNumber(0, MANY), 1)
  .addOption(json)
  .action(knowledgeEvaluate);

knowledge
  .command('sync <from>')
  .description(
    'Bring a knowledge source to what a folder, or the site of a sitemap, holds now: Markdown, text, HTML, PDF, DOCX',
  )
  .requiredOption('--source <name>', 'knowledge source; made if there is none')
  .option('--gateway <url>', 'of the gateway', 'http://127.0.0.1:8787')
  .option('--api-key-file <file>', 'file with the API key; default the variable DDAI_API_KEY')
  .option('--delete', 'forget pages that are no longer there', false)
  .option('--dry-run', 'only show what would change', false)
  .option('--every <hours>', 'again and again, until stopped', wholeNumber(1, 24 * 365))
  .addOption(json)
  .action(knowledgeSync);

program
  .command('feedback')
  .description('What people said of answers')
  .command('collect')
  .description('Take the labels that people gave into this company’s own ticket file')
  .requiredOption('--to <file>', 'CSV that the node here trains on; made if there is none')
  .option('--gateway <url>', 'of the gateway', 'http://127.0.0.1:8787')
  .option('--api-key-file <file>', 'file with the API key; default the variable DDAI_API_KEY')
  .addOption(json)
  .action(feedbackCollect);

program
  .command('assistant')
  .description('The support assistant')
  .command('evaluate')
  .description('How good are the answers from these pages to these questions?')
  .requiredOption(
    '--knowledge <path>',
    'folder of Markdown, text, HTML, PDF and DOCX files, or JSON lines id,title,text',
  )
  .requiredOption('--questions <file>', 'JSON lines id,q and, where there is an answer, doc,a')
  .option('--config <file>', 'JSON with threshold, documents, encoder, calibration')
  .option(
    '--compare <file>',
    'a second configuration, compared with the first question by question',
  )
  .option('--encoders <file>', 'JSON with encoders by name, as `ddai gateway` takes it')
  .option('--report <file>', 'write an HTML page with plots there')
  .option('--gate <file>', 'JSON with bounds by measure; exit 3 when one does not hold')
  .option('--json <file>', 'write every figure and every answer there')
  .option('--seed <n>', 'of the bootstrap', wholeNumber(0, MANY), 1)
  .action(assistantEvaluate);

const receipt = program.command('receipt').description('Records of training jobs');
receipt
  .command('verify <file>')
  .description('Recompute a training job from its record, offline')
  .addOption(json)
  .action(receiptVerify);

program
  .command('reconcile')
  .description('Check the contracts’ books, to the wei')
  .option('--rpc <url>', 'JSON-RPC of the chain', 'http://127.0.0.1:8545')
  .option('--addresses <file>', 'address book of the deployment; default DDAI_HOME/addresses.json')
  .addOption(json)
  .action(reconcileCommand);

addAccountCommands(program);
addStakeCommands(program);
addTiersCommand(program);
addDaoCommands(program);
addRewardsCommands(program);
addPartnerCommands(program);
addStorageCommands(program);
addValidatorCommands(program);
addDisputeCommands(program);
addTrainingCommands(program);
addAirdropCommands(program);

for (const app of ['gateway', 'node'] as const) {
  program
    .command(app, { hidden: false })
    .description(
      app === 'node' ? 'Serve the network with this machine: join, serve' : 'Run the B2B gateway',
    )
    .allowUnknownOption()
    .helpOption(false)
    .argument('[args...]')
    .action(async () => {
      process.exitCode = await delegate(app, process.argv.slice(3));
    });
}

await runProgram(program);
