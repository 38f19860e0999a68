import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { findFreePort } from '@ddai/engines';
import { createTemporaryDirectory } from '@ddai/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { runDdai } from './support/run-ddai.ts';

const folder = createTemporaryDirectory();
/** Never made: whatever is wrong with the input is found before anything is written. */
const home = join(folder.path, 'home');
afterAll(() => folder.remove());

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

async function refuses(
  args: readonly string[],
  {
    code,
    names,
    env = {},
    through = [],
  }: {
    code: string;
    names: readonly string[];
    env?: Record<string, string>;
    through?: readonly string[];
  },
): Promise<void> {
  const ended = await runDdai(args, { home, env, through });

  expect(ended.code, ended.stderr).toBe(2);
  for (const name of names) expect(ended.stderr).toContain(name);
  expect(ended.stderr).toContain(`(${code}: docs/errors/${code}.md)`);
  expect(ended.stderr).not.toMatch(/\n\s+at /); // No stack: this is no bug of ours.
  expect(ended.stdout).toBe('');
  expect(existsSync(home)).toBe(false);
}

const ROWS = ['I lost my card,card_lost', 'My card is gone,card_lost', 'Send a refund,refund'];

describe('ddai start refuses tickets and names file, row and column', () => {
  it('without a column', async () => {
    const path = file('no-category.csv', 'text,label\nhello,greeting\n');
    await refuses(['start', '--once', '--tickets', path], {
      code: 'TICKETS_COLUMN_MISSING',
      names: [path, '"category"', '"label"'],
    });
  });

  it('with a column that is not read', async () => {
    const path = file('customer.csv', 'text,category,customer\nhello,greeting,Ann\n');
    await refuses(['start', '--tickets', path], {
      code: 'TICKETS_COLUMN_UNKNOWN',
      names: [path, '"customer"'],
    });
  });

  it('with an empty text', async () => {
    const path = file('empty-text.csv', `text,category\n${ROWS[0]}\n ,refund\n`);
    await refuses(['start', '--tickets', path], {
      code: 'TICKETS_TEXT_EMPTY',
      names: [path, 'row 2 (line 3)', '"text"'],
    });
  });

  it('with one example of a class', async () => {
    const path = file('one-example.csv', `text,category\n${ROWS.join('\n')}\n`);
    await refuses(['start', '--tickets', path], {
      code: 'TICKETS_CLASS_TOO_SMALL',
      names: [path, 'refund'],
    });
  });

  it('in another encoding than UTF-8', async () => {
    const path = file('latin1.csv', Buffer.from('text,category\nGeld zurück,refund\n', 'latin1'));
    await refuses(['start', '--tickets', path], { code: 'TICKETS_ENCODING', names: [path] });
  });

  it('in a file of 2 GB, without reading it', async () => {
    const path = join(folder.path, 'huge.csv');
    closeSync(openSync(path, 'w'));
    truncateSync(path, 2 * 2 ** 30); // Sparse: it takes no room on the disk.
    await refuses(['start', '--tickets', path], {
      code: 'FILE_TOO_LARGE',
      names: [path, '2147483648'],
    });
  });

  it('in a file that is not there', async () => {
    const path = join(folder.path, 'nowhere.csv');
    await refuses(['start', '--tickets', path], { code: 'FILE_MISSING', names: [path] });
  });
});

describe('ddai start and ddai ask refuse knowledge and questions', () => {
  it('in a folder without pages', async () => {
    const path = join(folder.path, 'no-pages');
    mkdirSync(path);
    for (const args of [['start'], ['ask', 'What does it cost?']])
      await refuses([...args, '--knowledge', path], { code: 'DIRECTORY_EMPTY', names: [path] });
  });

  it('in a folder that is not there', async () => {
    const path = join(folder.path, 'no-folder');
    await refuses(['start', '--knowledge', path], { code: 'DIRECTORY_UNREADABLE', names: [path] });
  });

  it('in a file where a folder was meant', async () => {
    const path = file('page.md', '# A page\n');
    await refuses(['start', '--knowledge', path], { code: 'DIRECTORY_UNREADABLE', names: [path] });
  });

  it('in a folder that this user may not read', async () => {
    // Root reads everything, unless it gives up the right to.
    const isRoot = process.getuid?.() === 0;
    const through = isRoot ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];
    const path = join(folder.path, 'locked');
    mkdirSync(path);
    chmodSync(path, 0o000);
    await refuses(['start', '--knowledge', path], {
      code: 'DIRECTORY_UNREADABLE',
      names: [path, 'EACCES'],
      through,
    });
  });

  it('with a line of questions that is not JSON', async () => {
    const path = file('questions.jsonl', '{"id":"1","q":"What does it cost?"}\n{"id":"2",\n');
    await refuses(['start', '--questions', path], {
      code: 'FILE_LINE_INVALID',
      names: [path, 'line 2', 'not JSON'],
    });
  });

  it('with a question without its field', async () => {
    const path = file('no-q.jsonl', '{"id":"1","question":"What does it cost?"}\n');
    await refuses(['start', '--questions', path], {
      code: 'FILE_LINE_INVALID',
      names: [path, 'line 1', 'q'],
    });
  });
});

describe('ddai start refuses flags', () => {
  const cases: [string, string, string[]][] = [
    ['too few participants', 'FLAG_INVALID', ['--participants', '3']],
    ['a chain port that is no number', 'FLAG_INVALID', ['--chain-port', 'eight']],
    ['a gateway port out of range', 'FLAG_INVALID', ['--gateway-port', '70000']],
    ['a flag that does not exist', 'FLAG_UNKNOWN', ['--participant', '6']],
    ['a flag without its value', 'FLAG_MISSING', ['--tickets']],
    ['an argument too many', 'COMMAND_UNKNOWN', ['now']],
    ['a place for results that is not there', 'FILE_NOT_WRITABLE', ['--json', '/nowhere/a.json']],
  ];
  it.each(cases)('%s', async (_, code, args) => {
    await refuses(['start', '--once', ...args], { code, names: args.slice(0, 1) });
  });

  it('one port for two things', async () => {
    await refuses(['start', '--once', '--chain-port', '9000', '--gateway-port', '9000'], {
      code: 'FLAG_INVALID',
      names: ['--chain-port', '--gateway-port 9000'],
    });
  });

  it('a folder for results', async () => {
    await refuses(['start', '--once', '--json', '/tmp'], {
      code: 'FILE_NOT_WRITABLE',
      names: ['--json', '/tmp'],
    });
  });

  it('an anvil that is not there', async () => {
    await refuses(['start', '--anvil', '/nowhere/anvil'], {
      code: 'FILE_MISSING',
      names: ['/nowhere/anvil'],
    });
  });

  it('from the environment, naming the variable', async () => {
    await refuses(['start', '--once'], {
      code: 'FLAG_INVALID',
      names: ['DDAI_CHAIN_PORT=eight', '--chain-port'],
      env: { DDAI_CHAIN_PORT: 'eight' },
    });
  });
});

describe('ddai start refuses a port that somebody holds', () => {
  const cases: ['--chain-port' | '--gateway-port', '--chain-port' | '--gateway-port'][] = [
    ['--chain-port', '--gateway-port'],
    ['--gateway-port', '--chain-port'],
  ];
  it.each(cases)('%s, naming the holder', async (taken, free) => {
    const [server, port] = await hold();
    try {
      await refuses(['start', '--once', taken, String(port), free, String(await findFreePort())], {
        code: 'PORT_OCCUPIED',
        names: [`127.0.0.1:${port}`, `pid ${process.pid}`, taken],
      });
    } finally {
      server.close();
    }
  });
});

describe('the other commands', () => {
  const cases: [string, string, string[]][] = [
    ['a command that does not exist', 'COMMAND_UNKNOWN', ['begin']],
    ['ask without a folder', 'FLAG_MISSING', ['ask', 'What does it cost?']],
    ['a gateway port that is no number', 'FLAG_INVALID', ['gateway', '--port', 'x']],
    ['a node without a gateway, before it stakes', 'FLAG_MISSING', ['node', 'join']],
    ['a work class that does not exist', 'FLAG_INVALID', ['node', 'join', '--classes', 'mine']],
    ['a receipt that is not there', 'FILE_MISSING', ['receipt', 'verify', '/nowhere.jsonl']],
    ['an address book that is not there', 'FILE_MISSING', ['reconcile', '--addresses', '/no.json']],
  ];
  it.each(cases)('refuse %s', async (_, code, args) => {
    await refuses(args, { code, names: [] });
  });
});

describe('ddai intents evaluate and ddai learn simulate', () => {
  it('pass nothing of a file to the terminal that steers it', async () => {
    const path = file('screen.csv', 'text,category,\u001b[2Jextra\na,b,c\n');
    await refuses(['intents', 'evaluate', '--train', path, '--test', path], {
      code: 'TICKETS_COLUMN_UNKNOWN',
      names: ['"\ufffd[2Jextra"'],
    });
  });

  it.each([
    ['intents', 'evaluate'],
    ['learn', 'simulate'],
  ])('%s %s names the file with a category of one ticket', async (...command) => {
    const path = file('one-refund.csv', `text,category\n${ROWS.join('\n')}\n`);
    await refuses([...command, '--train', path, '--test', path], {
      code: 'TICKETS_CLASS_TOO_SMALL',
      names: [path, '"refund" (1)'],
    });
  });
});

describe('standard output that takes nothing', () => {
  const write = (to: string): Promise<{ stdout: string; stderr: string; code: number | null }> =>
    runDdai(['config', 'show'], {
      home,
      through: ['sh', '-c', `"$@" ${to}; echo "exit $?"`, 'sh'],
    });

  it('is a full disk, in words', async () => {
    const { stdout, stderr } = await write('>/dev/full');

    expect(stdout).toBe('exit 1\n');
    expect(stderr).toContain('cannot write to standard output (ENOSPC)');
    expect(stderr).toContain('docs/errors/DISK_FULL.md');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('is nobody who reads, without a word', async () => {
    const { stderr } = await write('| true');

    expect(stderr).toBe('');
  });
});

async function hold(): Promise<[Server, number]> {
  const server = createServer();
  const port = await findFreePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return [server, port];
}
