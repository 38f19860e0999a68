import {
  abstentionMessage,
  COMPLEX_PIPELINE,
  type ComplexQueryInput,
  type ComplexQueryResult,
  complexQueryInputBytes,
  complexQueryResultBytes,
  DEFAULT_COMPLEX_LIMITS,
  LONGEST_QUESTION,
  routeQuestion,
  runComplexQuery,
} from '@ddai/assistant';
import { type Clock, DdaiError, isDdaiError, unixSeconds } from '@ddai/core';
import type { TaskClassifications } from '@ddai/learning';
import { eq } from 'drizzle-orm';
import { modelIdsOf, type TicketModels } from '../classification/ticket-models.ts';
import type { Database, Transaction } from '../database/database.ts';
import { uuidToId } from '../database/ids.ts';
import { completions } from '../database/schema/assistants.ts';
import type { Caller } from '../http/environment.ts';
import type { Run } from '../http/idempotent.ts';
import type { TenantKnowledge } from '../knowledge/tenant-knowledge.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { QueryAnswer, QueryDispatcher } from '../queries/dispatch-query.ts';
import type { QueryAuditor } from '../queries/query-auditor.ts';
import { accountsForText } from './accounts-for-text.ts';
import type { Answer, ChatAnswer, ChatDetails } from './chat-answer.ts';
import { type Conversations, type Recollection, unknownConversation } from './conversations.ts';
import type { Encoders } from './encoders.ts';
import type { FindAssistant } from './find-assistant.ts';
import { checkResult, nodeDetails, readResult } from './node-result.ts';
import { type ChatRequest, readMessages } from './read-messages.ts';
import { storeAnswer } from './store-answer.ts';
import { type WriteAnswerDependencies, writeAnswer } from './write-answer.ts';

export interface CompleteChatDependencies {
  readonly database: Database;
  readonly findAssistant: FindAssistant;
  readonly conversations: Conversations;
  readonly knowledge: TenantKnowledge;
  readonly ticketModels: TicketModels;
  readonly encoders: Encoders;
  readonly dispatch: QueryDispatcher;
  readonly auditor: Pick<QueryAuditor, 'audit'>;
  /** Erases shards that a query under way needed till now. */
  readonly eraseShards: () => Promise<void>;
  readonly writing: WriteAnswerDependencies;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
}

const KEPT_LOCAL =
  'A node could have worked on it, but this assistant is local only, so this is the gateway’s own answer.';
const NO_SHARD =
  'Its pages are more than a node takes, or are being indexed, so this is the gateway’s own answer.';
/** The complex pipeline takes at most so many turns of history. */
const HISTORY_TURNS = 16;
const MILLIONTHS = 1_000_000;

/** Answers the last user message from the tenant's own knowledge, alone or with a paid node's work. */
export function createChatCompleter(
  dependencies: CompleteChatDependencies,
): (caller: Caller, request: ChatRequest, run: Run) => Promise<ChatAnswer> {
  const { database, knowledge, ticketModels, dispatch, writing, metrics, clock } = dependencies;
  const { findAssistant, conversations, encoders, auditor, eraseShards } = dependencies;

  /** What an earlier try of the same request stored before its caller could be told. */
  const findAnswer = async (tenantId: string, id: string): Promise<ChatAnswer | undefined> => {
    const [row] = await database.asTenant(tenantId, (tx) =>
      tx.select().from(completions).where(eq(completions.id, id)),
    );
    if (row === undefined) return undefined;
    const { text, details } = row.answer as Answer;
    return {
      id: uuidToId('completion', id),
      created: Math.floor(row.createdAt.getTime() / 1000),
      model: uuidToId('assistant', row.assistantId),
      text,
      details,
    };
  };

  return async (caller, request, { id, repeated }) => {
    const { tenantId, payer } = caller;
    const stored = repeated ? await findAnswer(tenantId, id) : undefined;
    if (stored !== undefined) return stored;
    const { question, earlier, redacted } = readMessages(request);
    const [assistant, loaded, recalled] = await Promise.all([
      findAssistant(tenantId, request.model),
      knowledge.load(tenantId),
      request.conversation === undefined
        ? undefined
        : conversations.recall(tenantId, request.conversation),
    ]);
    const { engine, index, retriever, revision, shard } = loaded;
    assertHeldWith(assistant.id, recalled);
    const history = [...(recalled?.turns ?? []), ...earlier];
    const conversation = request.conversation ?? null;
    const classifier = await ticketModels.classifierOf(tenantId, modelIdsOf(assistant));
    const { localOnly, encoder } = assistant;
    const ranked =
      encoder === null
        ? undefined
        : await encoders.rank(loaded, { encoder, localOnly, question, history });
    const local = engine.answer(question, {
      history,
      ...(ranked === undefined ? {} : { hits: ranked.hits }),
    });
    const classification = classifier.classify(question.slice(0, LONGEST_QUESTION));
    const intent = intentOf(classification);
    const routed = routeQuestion(question, local);
    const { explanation } = routed;
    const route = localOnly ? 'simple' : routed.route;

    const store = (
      tx: Transaction,
      answer: Answer,
      quotesUnknown = false,
    ): Promise<Answer | undefined> =>
      storeAnswer(tx, {
        id,
        tenantId,
        assistantId: assistant.id,
        conversationId: recalled?.id ?? null,
        question,
        answer,
        revision,
        quotesUnknown,
      });
    const given = (kept: Answer | undefined): Answer => {
      if (kept === undefined) throw unknownConversation(request.conversation ?? '');
      return kept;
    };

    const writeOrQuote = async () => {
      const { answerWriter: name } = assistant;
      if (name === null || local.abstained) return undefined;
      return writeAnswer(writing, { name, localOnly, question, found: local, index });
    };

    const simple = async (reason: string): Promise<Answer> => {
      const written = await writeOrQuote();
      const found = written?.answer ?? local;
      const answer: Answer = {
        text: local.abstained ? abstentionMessage(question) : found.text,
        details: {
          citations: found.citations,
          confidence: local.confidence,
          abstained: local.abstained,
          intent,
          classification,
          route: 'simple',
          route_reason: reason,
          answer_writer: written?.report ?? null,
          encoder: ranked?.report ?? null,
          redacted,
          conversation,
          node: null,
        },
      };
      return given(await database.asTenant(tenantId, (tx) => store(tx, answer)));
    };

    const nodesAnswer = (answer: QueryAnswer, result: ComplexQueryResult): Answer => ({
      text: result.abstained ? abstentionMessage(question) : result.text,
      details: {
        citations: result.citations,
        confidence: result.confidence / MILLIONTHS,
        abstained: result.abstained,
        intent,
        classification,
        route: 'complex',
        route_reason: explanation,
        answer_writer: null,
        // A node ranks by words alone, so that its work can be run again to the same bits.
        encoder: null,
        redacted,
        conversation,
        node: nodeDetails(answer),
      },
    });

    const complex = async (shard: string): Promise<Answer> => {
      const query: ComplexQueryInput = {
        pipeline: COMPLEX_PIPELINE,
        shardHash: shard,
        // A node reads as much of a text as the gateway itself does.
        question: question.slice(0, LONGEST_QUESTION).toWellFormed(),
        history: history.slice(-HISTORY_TURNS).map(({ role, text }) => ({
          role,
          text: text.slice(0, LONGEST_QUESTION).toWellFormed(),
        })),
        seed: 0,
        limits: DEFAULT_COMPLEX_LIMITS,
      };
      const input = complexQueryInputBytes(query);
      let kept: Answer | undefined;
      const answer = await dispatch({
        tenantId,
        payer,
        completionId: id,
        input,
        shard,
        checkResult,
        store: async (tx, answered) => {
          const result = readResult(answered.result);
          const quotesUnknown = !accountsForText(result, index);
          kept = await store(tx, nodesAnswer(answered, result), quotesUnknown);
        },
      }).finally(() => void eraseShards());
      const rerun = (): Uint8Array =>
        complexQueryResultBytes(runComplexQuery({ hash: shard, retriever }, query));
      void auditor.audit({ tenantId, payer, completionId: id, input, answer, rerun });
      return given(kept);
    };

    const complexOrOwn = async (): Promise<Answer> => {
      if (shard === undefined) return simple(`${explanation} ${NO_SHARD}`);
      try {
        return await complex(shard);
      } catch (error) {
        // Nobody is there to ask: the customer still gets our own answer, or a clear abstention.
        if (!isDdaiError(error, 'NODES_UNAVAILABLE')) throw error;
        return simple(`${explanation} No node could take it, so this is the gateway’s own answer.`);
      }
    };

    const { text, details } = await (route === 'simple'
      ? simple(localOnly && routed.route === 'complex' ? KEPT_LOCAL : explanation)
      : complexOrOwn());
    metrics.answers.inc({ route: details.route, abstained: String(details.abstained) });
    return {
      id: uuidToId('completion', id),
      created: unixSeconds(clock),
      model: uuidToId('assistant', assistant.id),
      text,
      details,
    };
  };
}

/**
 * One assistant may keep its questions local while another sends them to nodes: what was said to
 * the one is not told to the other.
 */
function assertHeldWith(assistantId: string, recalled: Recollection | undefined): void {
  if (recalled === undefined || recalled.assistantId === assistantId) return;
  throw new DdaiError({
    code: 'REQUEST_INVALID',
    message: 'conversation: it is held with another assistant than `model` names',
    remedy: `Name ${uuidToId('assistant', recalled.assistantId)}, or open another conversation.`,
  });
}

function intentOf({ intent }: TaskClassifications): ChatDetails['intent'] {
  return intent === null ? null : { label: intent.label, probability: intent.probability };
}
