import { redactPersonalData } from '@ddai/assistant';
import { createTaskClassifier, type TaskClassifier } from '@ddai/learning';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { FindAssistant } from '../assistant/find-assistant.ts';
import { modelIdsOf, type TicketModels } from '../classification/ticket-models.ts';
import { idToUuid } from '../database/ids.ts';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';

export const classificationSchema = z
  .object({
    label: z.string(),
    probability: z.number().openapi({ description: 'Calibrated if the model is' }),
    outOfScope: z.boolean().nullable().openapi({
      description: 'Belongs to none of the labels; null: the model has no rule for it',
    }),
  })
  .nullable()
  .openapi('Classification');

/** With texts of 20,000 characters that is some seconds of work at most. */
const MOST_TEXTS = 1000;
const MOST_CHARACTERS = 20_000;
/** All texts together: about half a second of work. */
const MOST_CHARACTERS_TOGETHER = 1_000_000;

const classify = createRoute({
  method: 'post',
  path: '/',
  summary: 'Intent, topic, priority and sentiment of texts, without an answer',
  request: {
    body: {
      required: true,
      content: jsonContent(
        z.strictObject({
          model: z.string().min(1).max(100).openapi({
            description: 'An assistant’s id or name: its tasks. A trained model’s id: that one',
          }),
          input: z
            .array(z.string().max(MOST_CHARACTERS))
            .min(1)
            .max(MOST_TEXTS)
            .refine(
              (texts) =>
                texts.reduce((sum, text) => sum + text.length, 0) <= MOST_CHARACTERS_TOGETHER,
              `at most ${MOST_CHARACTERS_TOGETHER} characters together`,
            ),
        }),
      ),
    },
  },
  responses: {
    200: {
      description: 'One for each text, in order. Nothing of it is stored',
      content: jsonContent(
        z.object({
          data: z.array(
            z.object({
              index: z.number().int(),
              redacted: z
                .array(z.string())
                .openapi({ description: 'Kinds of personal data that no model saw' }),
              classification: z
                .object({
                  intent: classificationSchema,
                  topic: classificationSchema,
                  priority: classificationSchema,
                  sentiment: classificationSchema,
                })
                .optional()
                .openapi({ description: 'Of an assistant' }),
              result: classificationSchema
                .optional()
                .openapi({ description: 'Of a trained model' }),
            }),
          ),
        }),
      ),
    },
    ...PROBLEMS,
  },
});

export interface ClassificationRouteDependencies extends AuthenticateDependencies {
  readonly findAssistant: FindAssistant;
  readonly ticketModels: TicketModels;
}

/** `/v1/classifications`. */
export function createClassificationRoutes(
  dependencies: ClassificationRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { findAssistant, ticketModels } = dependencies;
  const app = createApiApp();
  app.use(requireScope('chat', dependencies));

  app.openapi(classify, async (context) => {
    const { tenantId } = context.get('caller');
    const { model, input } = context.req.valid('json');
    const isTrainedModel = model.startsWith('mod_');
    const classifier: TaskClassifier = isTrainedModel
      ? createTaskClassifier({
          intent: await ticketModels.load(tenantId, idToUuid('model', model)),
        })
      : await ticketModels.classifierOf(tenantId, modelIdsOf(await findAssistant(tenantId, model)));
    const data = input.map((written, index) => {
      const { text, found } = redactPersonalData(written);
      const classification = classifier.classify(text);
      const redacted = [...new Set(found.map(({ kind }) => kind))];
      return isTrainedModel
        ? { index, redacted, result: classification.intent }
        : { index, redacted, classification };
    });
    return context.json({ data }, 200);
  });
  return app;
}
