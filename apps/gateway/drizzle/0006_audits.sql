CREATE TABLE "audit_evidence" (
	"audit_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"completion_id" uuid NOT NULL,
	"attestation" jsonb NOT NULL,
	"input" "bytea" NOT NULL,
	"result" "bytea" NOT NULL,
	"expected" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"completion_id" uuid NOT NULL,
	"node" text NOT NULL,
	"payer" text NOT NULL,
	"payer_locked" boolean NOT NULL,
	"passed" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_evidence" ADD CONSTRAINT "audit_evidence_audit_id_audits_id_fk" FOREIGN KEY ("audit_id") REFERENCES "public"."audits"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_evidence" ADD CONSTRAINT "audit_evidence_completion_id_completions_id_fk" FOREIGN KEY ("completion_id") REFERENCES "public"."completions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audits_tenant" ON "audits" USING btree ("tenant_id","id");--> statement-breakpoint
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['audits', 'audit_evidence']
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
END
$$;
--> statement-breakpoint
-- What decides whether a node gets work, over all tenants: numbers only.
CREATE FUNCTION audited_nodes()
RETURNS TABLE (node text, passed bigint, failed bigint, payers bigint, last_failed timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT a.node, count(*) FILTER (WHERE a.passed), count(*) FILTER (WHERE NOT a.passed),
    count(DISTINCT a.payer) FILTER (WHERE a.passed AND a.payer_locked),
    max(a.created_at) FILTER (WHERE NOT a.passed)
  FROM audits a GROUP BY a.node
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audited_nodes() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audited_nodes() TO ddai_app;
