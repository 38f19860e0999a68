CREATE TABLE "knowledge_shards" (
	"tenant_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp with time zone,
	"erased_at" timestamp with time zone,
	CONSTRAINT "knowledge_shards_tenant_id_sha256_pk" PRIMARY KEY("tenant_id","sha256")
);
--> statement-breakpoint
CREATE TABLE "shard_holders" (
	"tenant_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"node" text NOT NULL,
	CONSTRAINT "shard_holders_tenant_id_sha256_node_pk" PRIMARY KEY("tenant_id","sha256","node")
);
--> statement-breakpoint
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['knowledge_shards', 'shard_holders']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY owner ON %I TO ddai_owner USING (true) WITH CHECK (true)', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO ddai_app
         USING (tenant_id = NULLIF(current_setting(''ddai.tenant_id'', true), '''')::uuid)
         WITH CHECK (tenant_id = NULLIF(current_setting(''ddai.tenant_id'', true), '''')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO ddai_app', name);
  END LOOP;
END
$$;
--> statement-breakpoint
GRANT DELETE ON shard_holders TO ddai_app;
--> statement-breakpoint
-- Shards of all tenants that are to be erased here, or that a node has not forgotten yet.
CREATE FUNCTION retired_shards()
RETURNS TABLE (tenant_id uuid, sha256 text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT s.tenant_id, s.sha256 FROM knowledge_shards s
  WHERE s.retired_at IS NOT NULL AND (s.erased_at IS NULL OR EXISTS (
    SELECT 1 FROM shard_holders h WHERE h.tenant_id = s.tenant_id AND h.sha256 = s.sha256))
$$;
--> statement-breakpoint
-- Two tenants with the same pages have the same shard: whether anybody still needs it.
CREATE FUNCTION shard_is_needed(shard text)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT 1 FROM knowledge_shards s WHERE s.sha256 = shard AND (
    s.retired_at IS NULL OR EXISTS (SELECT 1 FROM work_requests w
      WHERE w.tenant_id = s.tenant_id AND w.state = 'sent' AND w.expires_at > now())))
$$;
--> statement-breakpoint
-- The one change of history that there is: text quoted from deleted pages goes, of the tenant that the
-- transaction names. Who answered, and what it cost, stays.
CREATE FUNCTION erase_quotes(documents text[])
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  tenant uuid := NULLIF(current_setting('ddai.tenant_id', true), '')::uuid;
  quoting uuid[];
BEGIN
  SELECT array_agg(c.id) INTO quoting FROM completions c
  WHERE c.tenant_id = tenant AND jsonb_typeof(c.answer #> '{details,citations}') = 'array' AND EXISTS (
    SELECT 1 FROM jsonb_array_elements(c.answer #> '{details,citations}') AS cited
    WHERE cited ->> 'documentId' = ANY (documents));
  UPDATE completions SET answer = answer || jsonb_build_object('text', '',
    'details', (answer -> 'details') || '{"citations": [], "erased": true}'::jsonb)
  WHERE tenant_id = tenant AND id = ANY (quoting);
  UPDATE idempotency_records SET response = response || jsonb_build_object('text', '',
    'details', (response -> 'details') || '{"citations": [], "erased": true}'::jsonb)
  WHERE tenant_id = tenant AND run_id = ANY (quoting) AND response ? 'details';
  DELETE FROM audit_evidence WHERE tenant_id = tenant AND completion_id = ANY (quoting);
  RETURN coalesce(array_length(quoting, 1), 0);
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION retired_shards(), shard_is_needed(text), erase_quotes(text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION retired_shards(), shard_is_needed(text), erase_quotes(text[]) TO ddai_app;
