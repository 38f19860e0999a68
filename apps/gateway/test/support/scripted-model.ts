import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a model endpoint was sent. */
export interface ModelRequest {
  readonly authorization: string | undefined;
  readonly body: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** An OpenAI-compatible endpoint on loopback that does as it is told. */
export interface ScriptedModel {
  readonly baseUrl: string;
  readonly requests: ModelRequest[];
  /** Decides what comes back from the next request on. */
  behave(behaviour: (request: ModelRequest, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

export async function startScriptedModel(): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  let behaviour: (request: ModelRequest, response: ServerResponse) => void = (_request, response) =>
    response.writeHead(500).end();
  const server = createServer((incoming, response) => {
    void readBody(incoming).then((body) => {
      const { messages } = JSON.parse(body) as Pick<ModelRequest, 'messages'>;
      const request = { authorization: incoming.headers.authorization, body, messages };
      requests.push(request);
      behaviour(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    behave(next) {
      behaviour = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Streams a text in two chunks and ends it as OpenAI does. */
export function streamText(response: ServerResponse, text: string, finish = 'stop'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const middle = Math.floor(text.length / 2);
  for (const content of [text.slice(0, middle), text.slice(middle)])
    response.write(chunk({ content }, null));
  response.end(`${chunk({}, finish)}data: [DONE]\n\n`);
}

export function chunk(delta: object, finish: string | null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of incoming) body += String(part);
  return body;
}
