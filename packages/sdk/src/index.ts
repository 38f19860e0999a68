export { createDdaiClient, type DdaiClient } from './create-ddai-client.ts';
export type { ClientOptions } from './request.ts';
export type {
  AlertView,
  AnswerDetails,
  ChatCompletion,
  ChatMessage,
  Citation,
  Conversation,
  DocumentFormat,
  EventInput,
  Exchange,
  FileReport,
  KnowledgeFile,
  KnowledgeSource,
  NewMonitor,
  NewTrainingJob,
  NodeView,
  PageReport,
  RoundSums,
  SearchHit,
  TrainingJob,
  Usage,
} from './types.ts';
