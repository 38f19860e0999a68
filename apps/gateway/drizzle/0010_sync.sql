CREATE TABLE "knowledge_sync_pages" (
	"run_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"path" text NOT NULL,
	"code" text,
	"detail" text,
	CONSTRAINT "knowledge_sync_pages_run_id_path_pk" PRIMARY KEY("run_id","path")
);
--> statement-breakpoint
CREATE TABLE "knowledge_sync_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"cause" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"sitemap" text NOT NULL,
	"failure" text,
	"detail" text,
	"pages" integer,
	"added" integer DEFAULT 0 NOT NULL,
	"changed" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"removed" integer DEFAULT 0 NOT NULL,
	"refused" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"leased_by" uuid,
	"leased_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "knowledge_synced_pages" (
	"source_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"path" text NOT NULL,
	"sha256" text NOT NULL,
	"etag" text,
	"last_modified" text,
	CONSTRAINT "knowledge_synced_pages_source_id_path_pk" PRIMARY KEY("source_id","path")
);
--> statement-breakpoint
CREATE TABLE "knowledge_syncs" (
	"source_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"sitemap" text NOT NULL,
	"every_minutes" integer,
	"next_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "knowledge_sync_pages" ADD CONSTRAINT "knowledge_sync_pages_run_id_knowledge_sync_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."knowledge_sync_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_sync_runs" ADD CONSTRAINT "knowledge_sync_runs_source_id_knowledge_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."knowledge_sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_synced_pages" ADD CONSTRAINT "knowledge_synced_pages_source_id_knowledge_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."knowledge_sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "knowledge_syncs" ADD CONSTRAINT "knowledge_syncs_source_id_knowledge_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."knowledge_sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "knowledge_sync_runs_source" ON "knowledge_sync_runs" USING btree ("source_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_sync_runs_open" ON "knowledge_sync_runs" USING btree ("source_id") WHERE state IN ('waiting', 'running');
--> statement-breakpoint
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['knowledge_syncs', 'knowledge_sync_runs', 'knowledge_sync_pages', 'knowledge_synced_pages']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY owner ON %I TO ddai_owner USING (true) WITH CHECK (true)', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO ddai_app
         USING (tenant_id = NULLIF(current_setting(''ddai.tenant_id'', true), '''')::uuid)
         WITH CHECK (tenant_id = NULLIF(current_setting(''ddai.tenant_id'', true), '''')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO ddai_app', name);
  END LOOP;
END
$$;
--> statement-breakpoint
GRANT UPDATE ON "knowledge_syncs", "knowledge_sync_runs", "knowledge_synced_pages" TO ddai_app;
--> statement-breakpoint
-- Of all tenants: opens a run for each source whose time has come, gives up runs that ended too many
-- gateways, and leases one that nobody holds. Skips rows that another gateway is taking just now.
CREATE FUNCTION lease_sync_run(holder uuid, seconds integer, most_attempts integer, abandoned text)
RETURNS TABLE (tenant_id uuid, run_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH due AS (
    UPDATE knowledge_syncs SET next_at = now() + make_interval(mins => every_minutes)
    WHERE next_at <= now() RETURNING *
  )
  INSERT INTO knowledge_sync_runs (id, tenant_id, source_id, cause, sitemap)
    SELECT gen_random_uuid(), due.tenant_id, due.source_id, 'schedule', due.sitemap FROM due
    ON CONFLICT (source_id) WHERE state IN ('waiting', 'running') DO NOTHING;
  UPDATE knowledge_sync_runs SET state = 'failed', failure = abandoned, ended_at = now()
    WHERE state = 'running' AND leased_until < now() AND attempts >= most_attempts;
  UPDATE knowledge_sync_runs SET state = 'running', leased_by = holder, attempts = attempts + 1,
    leased_until = now() + make_interval(secs => seconds), started_at = coalesce(started_at, now())
  WHERE id = (
    SELECT id FROM knowledge_sync_runs
    WHERE state IN ('waiting', 'running') AND (leased_until IS NULL OR leased_until < now())
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
  )
  RETURNING knowledge_sync_runs.tenant_id, knowledge_sync_runs.id
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION lease_sync_run(uuid, integer, integer, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION lease_sync_run(uuid, integer, integer, text) TO ddai_app;
