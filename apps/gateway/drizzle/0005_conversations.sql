CREATE TABLE "conversations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"assistant_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "completions" ADD COLUMN "conversation_id" uuid;--> statement-breakpoint
CREATE INDEX "conversations_tenant" ON "conversations" USING btree ("tenant_id","id");--> statement-breakpoint
ALTER TABLE "completions" ADD CONSTRAINT "completions_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "completions_conversation" ON "completions" USING btree ("conversation_id","id");--> statement-breakpoint
ALTER TABLE "conversations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "conversations" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY owner ON "conversations" TO ddai_owner USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY tenant ON "conversations" TO ddai_app
  USING (tenant_id = NULLIF(current_setting('ddai.tenant_id', true), '')::uuid)
  WITH CHECK (tenant_id = NULLIF(current_setting('ddai.tenant_id', true), '')::uuid);--> statement-breakpoint
-- A conversation is forgotten as a whole, its completions by the cascade; none is ever changed.
GRANT SELECT, INSERT, DELETE ON "conversations" TO ddai_app;
