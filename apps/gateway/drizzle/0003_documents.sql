ALTER TABLE "knowledge_documents" ADD COLUMN "source_sha256" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "knowledge_documents" ADD COLUMN "source_format" text DEFAULT 'markdown' NOT NULL;--> statement-breakpoint
ALTER TABLE "knowledge_documents" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "knowledge_documents" ADD COLUMN "words" integer DEFAULT 0 NOT NULL;