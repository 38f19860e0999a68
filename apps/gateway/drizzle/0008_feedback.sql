CREATE TABLE "feedback" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"completion_id" uuid NOT NULL,
	"rating" text NOT NULL,
	"labels" jsonb,
	"tasks" text[] NOT NULL,
	"comment" text,
	"delivered_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "assistants" ADD COLUMN "topic_model_id" uuid;--> statement-breakpoint
ALTER TABLE "assistants" ADD COLUMN "priority_model_id" uuid;--> statement-breakpoint
ALTER TABLE "assistants" ADD COLUMN "sentiment_model_id" uuid;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_completion_id_completions_id_fk" FOREIGN KEY ("completion_id") REFERENCES "public"."completions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "feedback_tenant" ON "feedback" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "feedback_completion" ON "feedback" USING btree ("completion_id");--> statement-breakpoint
CREATE INDEX "feedback_labels" ON "feedback" USING btree ("tenant_id","id") WHERE labels IS NOT NULL;--> statement-breakpoint
ALTER TABLE "feedback" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "feedback" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY owner ON "feedback" TO ddai_owner USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY tenant ON "feedback" TO ddai_app
  USING (tenant_id = NULLIF(current_setting('ddai.tenant_id', true), '')::uuid)
  WITH CHECK (tenant_id = NULLIF(current_setting('ddai.tenant_id', true), '')::uuid);--> statement-breakpoint
-- What was said stays as it was said; only labels leave, and it goes with its completion by the cascade.
GRANT SELECT, INSERT, UPDATE (labels, delivered_at) ON "feedback" TO ddai_app;
