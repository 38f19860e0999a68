import type { CoordinatorMessage } from '@ddai/learning';
import {
  decodeCbor,
  encodeCbor,
  FRAME_KINDS,
  type Frame,
  INLINE_TRAINING_BYTES,
  parseMessage,
  trainingMessageSchema,
  trainingReferenceSchema,
} from '@ddai/protocol';
import type { ContentStore } from '../content/content-store.ts';
import type { UploadStore } from '../content/upload-store.ts';
import type { NodeSession } from '../nodes/node-session.ts';

/** Sends a coordinator's message: in the frame when small, through the content store when not. */
export async function sendTrainingMessage(
  outbox: ContentStore,
  session: NodeSession,
  { jobId, message }: { jobId: string; message: CoordinatorMessage },
): Promise<void> {
  const bytes = encodeCbor(message);
  if (bytes.length <= INLINE_TRAINING_BYTES) {
    await session.channel.send({
      kind: FRAME_KINDS.trainingMessage,
      body: { jobId },
      payload: bytes,
    });
    return;
  }
  const sha256 = await outbox.put(bytes);
  session.grants.add(sha256);
  await session.channel.send({
    kind: FRAME_KINDS.trainingReference,
    body: { jobId, sha256, size: bytes.length },
  });
}

/** Reads a participant's message; whether it makes sense is for the coordinator to judge. */
export async function readTrainingMessage(
  uploads: UploadStore,
  { operator }: NodeSession,
  frame: Frame,
): Promise<unknown> {
  if (frame.kind === FRAME_KINDS.trainingMessage) {
    parseMessage('trainingMessage', trainingMessageSchema, frame.body);
    return decodeCbor(frame.payload);
  }
  const { sha256, size } = parseMessage('trainingReference', trainingReferenceSchema, frame.body);
  return decodeCbor(await uploads.take(operator, { sha256, size }));
}
