/** A quoted piece of the tenant's own knowledge; offsets are UTF-16 code units into the page. */
export interface Citation {
  readonly documentId: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type TicketTask = 'intent' | 'topic' | 'priority' | 'sentiment';

/** What one model says of one text. */
export interface Classification {
  readonly label: string;
  /** Calibrated if the model is. */
  readonly probability: number;
  /** Belongs to none of the labels; null when the model has no rule for it. */
  readonly outOfScope: boolean | null;
}

export type TaskClassifications = Readonly<Record<TicketTask, Classification | null>>;

/** Of one text: by task for an assistant, `result` for a trained model. */
export interface TextClassification {
  readonly index: number;
  /** Kinds of personal data that no model saw. */
  readonly redacted: readonly string[];
  readonly classification?: TaskClassifications;
  readonly result?: Classification | null;
}

/** A question that a person should label, and why. */
export interface QueuedQuestion {
  /** Of the completion. */
  readonly completion: string;
  readonly question: string;
  readonly predicted: Classification | null;
  readonly reason: 'out-of-scope' | 'uncertain' | 'different';
  /** 1 minus the margin between the two likeliest labels. */
  readonly uncertainty: number;
  /** With the nearest that is labelled or proposed before it. */
  readonly similarity: number;
  /** Questions left out that say nearly the same. */
  readonly standsFor: number;
  readonly createdAt: string;
}

export interface NewFeedback {
  readonly completion: string;
  readonly rating: 'good' | 'bad';
  readonly labels?: Readonly<Partial<Record<TicketTask, string>>>;
  readonly comment?: string;
}

export interface Feedback {
  readonly id: string;
  readonly completion: string;
  readonly rating: 'good' | 'bad';
  /** Tasks that were labelled. */
  readonly tasks: readonly string[];
  /** When the labels were taken away and forgotten by the gateway. */
  readonly deliveredAt: string | null;
  readonly createdAt: string;
}

/** A question with the labels that a person gave it. */
export interface LabelledQuestion {
  /** Of the feedback. */
  readonly id: string;
  readonly completion: string;
  readonly text: string;
  readonly labels: Readonly<Partial<Record<TicketTask, string>>>;
  readonly createdAt: string;
}

/** What goes beside an answer's text. */
export interface AnswerDetails {
  readonly citations: readonly Citation[];
  /** In [0, 1]. */
  readonly confidence: number;
  readonly abstained: boolean;
  readonly intent: { readonly label: string; readonly probability: number } | null;
  /** What the assistant's models say of the question; null for a task without one. */
  readonly classification: TaskClassifications;
  readonly route: 'simple' | 'complex';
  readonly route_reason: string;
  /** What a model's attempt to write the answer came to; null where none is chosen or asked. */
  readonly answer_writer: {
    readonly name: string;
    readonly used: boolean;
    /** Why the answer is quoted after all. */
    readonly reason: string | null;
    readonly dropped: readonly string[];
  } | null;
  /** Whether meaning had its part in the ranking; null where no encoder is chosen. */
  readonly encoder: {
    readonly name: string;
    readonly used: boolean;
    /** Why words alone ranked. */
    readonly reason: string | null;
  } | null;
  readonly redacted: readonly string[];
  /** The conversation that this is a turn of; null for a single question. */
  readonly conversation: string | null;
  /** A page that it quoted was deleted, and the text with it. */
  readonly erased?: true;
  /** Set when a paid node did the work. */
  readonly node: {
    readonly operator: string;
    readonly attestation: Readonly<Record<string, unknown>>;
    readonly price_wei: string;
    readonly milliseconds: number;
    readonly failed_before: readonly { readonly node: string; readonly code: string }[];
  } | null;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatCompletion {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly details: AnswerDetails;
}

/** What the gateway remembers of what was said. */
export interface Conversation {
  readonly id: string;
  /** The assistant that it is held with. */
  readonly model: string;
  readonly createdAt: string;
}

/** A question with its answer. */
export interface Exchange {
  /** The completion's id. */
  readonly id: string;
  /** Without the personal data that was in it. */
  readonly question: string;
  readonly answer: string;
  readonly ddai: AnswerDetails;
  readonly createdAt: string;
}

export interface KnowledgeSource {
  readonly id: string;
  readonly name: string;
  readonly documents: number;
}

/** A page found, and why it stands where it does. */
export interface SearchHit {
  /** `source/path` */
  readonly documentId: string;
  readonly title: string;
  /** In (0, 1]. */
  readonly score: number;
  readonly passages: readonly {
    readonly headings: readonly string[];
    readonly start: number;
    readonly end: number;
    readonly score: number;
    readonly text: string;
  }[];
  readonly explain: {
    readonly document?: { readonly rank: number; readonly score: number };
    readonly passage?: { readonly rank: number; readonly score: number };
    /** Rank by meaning and cosine, where an encoder had its part. */
    readonly semantic?: { readonly rank: number; readonly score: number };
    readonly terms: readonly { readonly text: string; readonly contribution: number }[];
  };
}

/** What became of pages that were changed or deleted, as nodes fetched them. */
export interface Erasure {
  /** SHA-256 of the shard. */
  readonly shard: string;
  readonly retiredAt: string;
  /** When it was gone at the gateway; null while work under way needs it. */
  readonly erasedAt: string | null;
  /** Nodes that fetched it and have not said that they forgot it. */
  readonly waitingFor: readonly string[];
}

export type DocumentFormat = 'markdown' | 'text' | 'html' | 'pdf' | 'docx';

/** A document of a knowledge source. */
export interface KnowledgeFile {
  readonly path: string;
  readonly title: string;
  readonly format: DocumentFormat;
  /** BCP 47; null when the document does not say. */
  readonly language: string | null;
  /** SHA-256 of the bytes that were given, hexadecimal. */
  readonly sha256: string;
  readonly words: number;
  readonly passages: number;
  /** Why nothing can be answered from it, or null. */
  readonly problem: string | null;
}

export interface PageReport {
  readonly id: string;
  readonly answerable: boolean;
  readonly weaknesses: readonly string[];
  /** ISO 639-1: `en`, `de`, `fr` or `es`; absent for a page that was refused. */
  readonly language?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What became of one file that was put. */
export interface FileReport extends PageReport {
  readonly words: number;
  readonly change: 'added' | 'changed' | 'unchanged';
  readonly format: DocumentFormat;
}

/** A node's answer that the gateway ran again. */
export interface Audit {
  readonly id: string;
  readonly completion: string;
  readonly node: string;
  /** Whether the same work gave the same bytes. */
  readonly passed: boolean;
  readonly createdAt: string;
}

/** What a dispute over a wrong answer needs; bytes in hexadecimal with 0x. */
export interface AuditEvidence {
  /** As the node signed it; `expires` in Unix seconds, as a decimal string. */
  readonly attestation: Readonly<Record<string, unknown>>;
  readonly input: string;
  readonly result: string;
  readonly expected: string;
}

export interface NewTrainingJob {
  readonly name: string;
  /** Of an intent model; or `table`. */
  readonly labels?: readonly string[];
  /** A table's schema and a network over it, as JSON. */
  readonly table?: { readonly schema: unknown; readonly network: unknown };
  readonly participants: readonly {
    readonly node: string;
    readonly organisation: string;
    readonly dataset: string;
  }[];
  readonly rounds?: number;
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  /** Training tickets of all participants together, roughly. */
  readonly examples?: number;
  readonly threshold?: number;
  /** Wei, as a decimal string. */
  readonly rewardPerRound: string;
  readonly seed?: string;
}

/** Sums over a round's survivors; nobody's own numbers. */
export interface RoundSums {
  readonly trainLoss: number;
  readonly heldOut: number;
  readonly heldOutAccuracy: number;
  readonly survivors: number;
}

export interface TrainingJob {
  readonly id: string;
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly failure: string | null;
  readonly progress: {
    readonly phase: string;
    readonly closedRounds: number;
    readonly rounds: number;
    readonly participants: number;
    readonly present: number;
    readonly roundMetrics: readonly RoundSums[];
  } | null;
  readonly modelId: string | null;
}

export interface NodeView {
  readonly operator: string;
  readonly query: boolean;
  readonly datasets: readonly string[];
  readonly answered: number;
  readonly failed: number;
  readonly auditsPassed: number;
  readonly auditsFailed: number;
}

export interface EventInput {
  readonly id: string;
  readonly series: string;
  /** ISO 8601. */
  readonly at: string;
  readonly value: number;
  readonly customer?: string;
}

export interface NewMonitor {
  readonly series: string;
  readonly seriesName?: string;
  readonly unit?: string;
  readonly intervalSeconds: number;
  readonly seasonSeconds?: number;
  readonly measure?: 'gauge' | 'count';
  readonly direction?: 'above' | 'below' | 'both';
}

export interface AlertView {
  readonly id: string;
  readonly state: string;
  readonly alert: {
    readonly severity: string;
    readonly seriesId: string;
    /** Unix milliseconds. */
    readonly start: number;
    readonly raisedAt: number;
    readonly end?: number;
    readonly score: number;
    readonly evidence: {
      readonly window: readonly {
        readonly at: number;
        readonly observed: number;
        readonly expected: number;
        readonly score: number;
      }[];
      readonly usual: number;
    };
    readonly customers: readonly string[];
    readonly draft: { readonly subject: string; readonly body: string };
  };
}

export interface Usage {
  readonly payer: string;
  readonly escrow: {
    readonly balance: string;
    readonly reserved: string;
    readonly thawing: string;
  };
  readonly totals: readonly {
    readonly workClass: string;
    readonly amount: string;
    readonly charges: number;
  }[];
  readonly charges: readonly {
    readonly reason: string;
    readonly node: string;
    readonly workClass: string;
    readonly amount: string;
  }[];
  readonly nextCursor: string | null;
}

/** How the gateway fetches a source's pages itself. */
export interface SyncSettings {
  /** Address of a sitemap on the public internet. */
  readonly sitemap: string;
  /** Minutes from one run to the next, at least 15; null: only when asked. */
  readonly everyMinutes: number | null;
}

/** One run; its counts grow while it runs. */
export interface SyncRun {
  readonly id: string;
  readonly cause: 'request' | 'schedule';
  readonly state: 'waiting' | 'running' | 'completed' | 'failed';
  readonly sitemap: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly failure: { readonly code: string; readonly detail: string | null } | null;
  /** Pages that the sitemap names; null until it is read. */
  readonly pages: number | null;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Pages that were not taken in; an older version stays. */
  readonly refused: number;
}

/** A page that a run did not take in. */
export interface SyncProblem {
  readonly path: string;
  readonly code: string;
  readonly detail: string | null;
}
