-- The complete WLBS tier: several virtual IPs per cluster, port rules per virtual IP, and the parameters of DOMAIN 1.1 to 1.3.

-- Virtual IPs move to a table of their own, so that each of them stands behind the wall (R4, R7).
DROP TRIGGER "wall_claim" ON "WlbsCluster";
DROP TRIGGER "wall_release" ON "WlbsCluster";

CREATE TABLE "WlbsVip" (
    "clusterName" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "vip" INET NOT NULL,
    "vipUse" "AddressUse" NOT NULL DEFAULT 'vip',
    "prefixLength" INTEGER NOT NULL,

    CONSTRAINT "WlbsVip_pkey" PRIMARY KEY ("clusterName", "position")
);
INSERT INTO "WlbsVip" ("clusterName", "position", "vip", "prefixLength") SELECT "name", 0, "vip", "prefixLength" FROM "WlbsCluster";
ALTER TABLE "WlbsCluster" DROP COLUMN "vip", DROP COLUMN "vipUse", DROP COLUMN "prefixLength";

CREATE UNIQUE INDEX "R7_vip_in_one_cluster" ON "WlbsVip"("vip");
CREATE UNIQUE INDEX "WlbsVip_clusterName_vip_key" ON "WlbsVip"("clusterName", "vip");
ALTER TABLE "WlbsVip" ADD CONSTRAINT "WlbsVip_clusterName_fkey" FOREIGN KEY ("clusterName") REFERENCES "WlbsCluster"("name") ON DELETE CASCADE ON UPDATE RESTRICT;
ALTER TABLE "WlbsVip" ADD CONSTRAINT "R4_vip_is_no_mscs_address" FOREIGN KEY ("vip", "vipUse") REFERENCES "FleetAddress"("address", "use") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "WlbsVip" ADD CONSTRAINT "R4_vip_use" CHECK ("vipUse" = 'vip');
ALTER TABLE "WlbsVip" ADD CONSTRAINT "B_vip_position" CHECK ("position" BETWEEN 0 AND 31);

-- What a cluster of the version before had: the default keeps it valid, and is taken away again, so that nobody forgets it.
ALTER TABLE "WlbsCluster" ADD COLUMN "internetName" TEXT, ADD COLUMN "clusterMac" TEXT,
  ADD COLUMN "partition" TEXT NOT NULL DEFAULT 'serve', ADD COLUMN "filterIcmp" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "WlbsCluster" ALTER COLUMN "partition" DROP DEFAULT, ALTER COLUMN "filterIcmp" DROP DEFAULT;
ALTER TABLE "WlbsCluster" ADD CONSTRAINT "B_partition" CHECK ("partition" IN ('serve', 'majority'));

ALTER TABLE "WlbsHost" ADD COLUMN "retainSuspended" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "WlbsHost" ALTER COLUMN "retainSuspended" DROP DEFAULT;
ALTER TABLE "WlbsHost" DROP CONSTRAINT "B_initial_state";
ALTER TABLE "WlbsHost" ADD CONSTRAINT "B_initial_state" CHECK ("initialState" IN ('started', 'stopped', 'suspended'));

ALTER TABLE "PortRule" ADD COLUMN "vip" INET, ADD COLUMN "affinityTimeoutMin" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "handling" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "PortRule" ALTER COLUMN "affinityTimeoutMin" DROP DEFAULT, ALTER COLUMN "handling" DROP DEFAULT;
ALTER TABLE "PortRule" ADD CONSTRAINT "R10_rule_is_for_a_vip_of_its_cluster" FOREIGN KEY ("clusterName", "vip") REFERENCES "WlbsVip"("clusterName", "vip") ON DELETE CASCADE ON UPDATE RESTRICT;
ALTER TABLE "PortRule" ADD CONSTRAINT "R10_mode" CHECK ("mode" IN ('multiple', 'single', 'disabled'));
ALTER TABLE "PortRule" ADD CONSTRAINT "R14_affinity_timeout" CHECK ("affinityTimeoutMin" BETWEEN 0 AND 240);

-- A rule for all virtual IPs overlaps the rules of each: a range without bounds holds every address of both families.
CREATE TYPE bulkhead_inetrange AS RANGE (SUBTYPE = inet);
ALTER TABLE "PortRule" DROP CONSTRAINT "R10_rules_do_not_overlap";
ALTER TABLE "PortRule" ADD CONSTRAINT "R10_rules_do_not_overlap" EXCLUDE USING gist (
  "clusterName" WITH =,
  bulkhead_inetrange("vip", "vip", '[]') WITH &&,
  int4range("startPort", "endPort", '[]') WITH &&,
  (CASE "protocol" WHEN 'tcp' THEN int4range(1, 2) WHEN 'udp' THEN int4range(2, 3) ELSE int4range(1, 3) END) WITH &&
);

CREATE OR REPLACE FUNCTION bulkhead_release_address(old_address inet) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "FleetAddress" WHERE "address" = old_address
    AND NOT EXISTS (SELECT 1 FROM "WlbsVip" WHERE "vip" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "WlbsHost" WHERE "dedicatedIp" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "MscsNode" AS n WHERE n."address" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "MscsResource" AS r WHERE r."address" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "MscsCluster" WHERE "witnessAddress" = old_address);
EXCEPTION
  -- Somebody took it up in this very moment: then it stays registered.
  WHEN foreign_key_violation OR restrict_violation THEN NULL;
END $$;

CREATE OR REPLACE FUNCTION bulkhead_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'WlbsVip' THEN
      PERFORM bulkhead_claim_address(NEW."vip", 'vip', 'wlbs-cluster ' || NEW."clusterName");
    WHEN 'WlbsHost' THEN
      PERFORM bulkhead_claim_node(NEW."nodeName", 'wlbs', 'in WLBS cluster ' || NEW."clusterName", 'wlbs-cluster ' || NEW."clusterName");
      PERFORM bulkhead_claim_address(NEW."dedicatedIp", 'dedicated', 'wlbs-host ' || NEW."nodeName");
    WHEN 'MscsCluster' THEN
      PERFORM bulkhead_claim_node(NEW."witnessNode", 'witness', 'the witness of MSCS pair ' || NEW."name", 'mscs-cluster ' || NEW."name");
      PERFORM bulkhead_claim_address(NEW."witnessAddress", 'witness', 'mscs-cluster ' || NEW."name");
    WHEN 'MscsNode' THEN
      PERFORM bulkhead_claim_node(NEW."nodeName", 'mscs', 'in MSCS pair ' || NEW."clusterName", 'mscs-cluster ' || NEW."clusterName");
      PERFORM bulkhead_claim_address(NEW."address", 'mscsNode', 'node ' || NEW."nodeName");
    WHEN 'MscsResource' THEN
      PERFORM bulkhead_claim_address(NEW."address", 'mscsFloating', concat('resource ', NEW."clusterName", '/', NEW."groupName", '/', NEW."name"));
  END CASE;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION bulkhead_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'WlbsVip' THEN PERFORM bulkhead_release_address(OLD."vip");
    WHEN 'WlbsHost' THEN
      PERFORM bulkhead_release_node(OLD."nodeName");
      PERFORM bulkhead_release_address(OLD."dedicatedIp");
    WHEN 'MscsCluster' THEN
      PERFORM bulkhead_release_node(OLD."witnessNode");
      PERFORM bulkhead_release_address(OLD."witnessAddress");
    WHEN 'MscsNode' THEN
      PERFORM bulkhead_release_node(OLD."nodeName");
      PERFORM bulkhead_release_address(OLD."address");
    WHEN 'MscsResource' THEN PERFORM bulkhead_release_address(OLD."address");
  END CASE;
  RETURN NULL;
END $$;

CREATE TRIGGER "wall_claim" BEFORE INSERT OR UPDATE ON "WlbsVip" FOR EACH ROW EXECUTE FUNCTION bulkhead_claim();
CREATE TRIGGER "wall_release" AFTER DELETE OR UPDATE ON "WlbsVip" FOR EACH ROW EXECUTE FUNCTION bulkhead_release();
