ALTER TABLE "completions" ADD COLUMN "quotes_unknown" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_evidence_completion" ON "audit_evidence" USING btree ("completion_id");--> statement-breakpoint
CREATE INDEX "completions_citations" ON "completions" USING gin ((answer #> '{details,citations}') jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "completions_quotes_unknown" ON "completions" USING btree ("tenant_id") WHERE quotes_unknown;--> statement-breakpoint
CREATE INDEX "idempotency_records_run" ON "idempotency_records" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "knowledge_shards_sha256" ON "knowledge_shards" USING btree ("sha256");--> statement-breakpoint
-- Answers of nodes from before, of which nothing tells what they quote.
UPDATE "completions" SET "quotes_unknown" = true
WHERE route = 'complex' AND answer ->> 'text' <> '' AND answer #> '{details,abstained}' = 'false'
  AND answer #> '{details,citations}' = '[]';--> statement-breakpoint
DROP FUNCTION retired_shards();--> statement-breakpoint
-- Shards of all tenants that are to be erased here, or that a node has not forgotten yet.
CREATE FUNCTION retired_shards()
RETURNS TABLE (tenant_id uuid, sha256 text, erased boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT s.tenant_id, s.sha256, s.erased_at IS NOT NULL FROM knowledge_shards s
  WHERE s.retired_at IS NOT NULL AND (s.erased_at IS NULL OR EXISTS (
    SELECT 1 FROM shard_holders h WHERE h.tenant_id = s.tenant_id AND h.sha256 = s.sha256))
$$;
--> statement-breakpoint
-- As in 0007, by index, and with what quotes pages without citing them: answers whose citations do not
-- account for their text, and evidence with earlier turns or with what was expected instead.
CREATE OR REPLACE FUNCTION erase_quotes(documents text[])
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  tenant uuid := NULLIF(current_setting('ddai.tenant_id', true), '')::uuid;
  citing jsonb[] := ARRAY(
    SELECT jsonb_build_array(jsonb_build_object('documentId', d)) FROM unnest(documents) AS d);
  quoting uuid[];
BEGIN
  SELECT array_agg(c.id) INTO quoting FROM completions c
  WHERE c.tenant_id = tenant AND (c.quotes_unknown OR c.answer #> '{details,citations}' @> ANY (citing));
  UPDATE completions SET quotes_unknown = false, answer = answer || jsonb_build_object('text', '',
    'details', (answer -> 'details') || '{"citations": [], "erased": true}'::jsonb)
  WHERE tenant_id = tenant AND id = ANY (quoting);
  UPDATE idempotency_records SET response = response || jsonb_build_object('text', '',
    'details', (response -> 'details') || '{"citations": [], "erased": true}'::jsonb)
  WHERE tenant_id = tenant AND run_id = ANY (quoting) AND response ? 'details';
  DELETE FROM audit_evidence e WHERE e.tenant_id = tenant AND (
    e.completion_id = ANY (quoting)
    OR jsonb_array_length(convert_from(e.input, 'UTF8')::jsonb -> 'history') > 0
    OR convert_from(e.expected, 'UTF8')::jsonb -> 'citations' @> ANY (citing));
  RETURN coalesce(array_length(quoting, 1), 0);
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION retired_shards() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION retired_shards() TO ddai_app;
