-- Row-level security on every table, forced, so that not even the owner reads past it unasked.
-- ddai_app: what the gateway's connections run as; sees the tenant named by its transaction.
-- ddai_owner: owns the tables and the few functions below that must look across tenants.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tenants', 'api_keys', 'assistants', 'knowledge_sources', 'knowledge_documents',
    'completions', 'idempotency_records', 'work_requests', 'charges', 'vouchers', 'training_jobs',
    'training_events', 'trained_models', 'monitors', 'event_points', 'alerts']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY owner ON %I TO ddai_owner USING (true) WITH CHECK (true)', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO ddai_app
         USING (tenant_id = NULLIF(current_setting(''ddai.tenant_id'', true), '''')::uuid)
         WITH CHECK (tenant_id = NULLIF(current_setting(''ddai.tenant_id'', true), '''')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO ddai_app', name);
  END LOOP;
  -- What is history is never changed: no UPDATE or DELETE on charges, completions, training_events.
  FOREACH name IN ARRAY ARRAY['tenants', 'api_keys', 'assistants', 'knowledge_sources', 'knowledge_documents',
    'idempotency_records', 'work_requests', 'vouchers', 'training_jobs', 'monitors', 'event_points', 'alerts']
  LOOP
    EXECUTE format('GRANT UPDATE ON %I TO ddai_app', name);
  END LOOP;
  GRANT DELETE ON knowledge_sources, knowledge_documents, idempotency_records TO ddai_app;
END
$$;
--> statement-breakpoint
CREATE FUNCTION authenticate_api_key(hash bytea)
RETURNS TABLE (tenant_id uuid, key_id uuid, payer text, scopes text[], expires_at timestamptz, revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT k.tenant_id, k.id, t.payer, k.scopes, k.expires_at, k.revoked_at
  FROM api_keys k JOIN tenants t ON t.tenant_id = k.tenant_id
  WHERE k.secret_hash = hash
$$;
--> statement-breakpoint
-- Takes or prolongs nothing that another gateway still holds; skips rows that one is taking just now.
CREATE FUNCTION lease_training_job(holder uuid, seconds integer)
RETURNS TABLE (tenant_id uuid, job_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE training_jobs SET leased_by = holder, leased_until = now() + make_interval(secs => seconds)
  WHERE id = (
    SELECT id FROM training_jobs
    WHERE state IN ('waiting', 'running') AND (leased_until IS NULL OR leased_until < now())
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
  )
  RETURNING training_jobs.tenant_id, training_jobs.id
$$;
--> statement-breakpoint
CREATE FUNCTION unacknowledged_vouchers(for_node text)
RETURNS TABLE (tenant_id uuid, payer text, signer text, node text, work_class integer, cumulative numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT v.tenant_id, v.payer, v.signer, v.node, v.work_class, v.cumulative
  FROM vouchers v WHERE v.node = for_node AND v.acknowledged < v.cumulative
$$;
--> statement-breakpoint
CREATE FUNCTION sweep_idempotency_records()
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  DELETE FROM idempotency_records WHERE created_at < now() - interval '24 hours'
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION authenticate_api_key(bytea), lease_training_job(uuid, integer), unacknowledged_vouchers(text), sweep_idempotency_records() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION authenticate_api_key(bytea), lease_training_job(uuid, integer), unacknowledged_vouchers(text), sweep_idempotency_records() TO ddai_app;
