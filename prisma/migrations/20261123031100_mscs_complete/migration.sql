-- The complete MSCS tier: pairs without witness or fencing, networks, second heartbeat addresses, and all properties of groups.

-- What a pair of the version before had: the defaults keep it valid, and are taken away again, so that nobody forgets them.
ALTER TABLE "MscsCluster" ALTER COLUMN "witnessNode" DROP NOT NULL, ALTER COLUMN "witnessAddress" DROP NOT NULL,
  ALTER COLUMN "fencingAgent" DROP NOT NULL,
  ADD COLUMN "engine" TEXT NOT NULL DEFAULT 'made', ADD COLUMN "settings" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "MscsCluster" ALTER COLUMN "engine" DROP DEFAULT, ALTER COLUMN "settings" DROP DEFAULT;
ALTER TABLE "MscsCluster" ADD CONSTRAINT "B_engine" CHECK ("engine" IN ('made', 'adopted'));
-- A foreign key with a null in it is not checked: therefore node and address are both null, or neither is.
ALTER TABLE "MscsCluster" ADD CONSTRAINT "R24_witness_has_address" CHECK (("witnessNode" IS NULL) = ("witnessAddress" IS NULL));

-- The second address stands behind the wall like the first (R4, R5). Its use differs, so that no address is both.
ALTER TABLE "MscsNode" ADD COLUMN "secondAddress" INET, ADD COLUMN "secondAddressUse" "AddressUse";
CREATE UNIQUE INDEX "R5_second_address_once" ON "MscsNode"("secondAddress");
ALTER TABLE "MscsNode" ADD CONSTRAINT "R4_R5_second_address_has_one_use" FOREIGN KEY ("secondAddress", "secondAddressUse") REFERENCES "FleetAddress"("address", "use") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "MscsNode" ADD CONSTRAINT "R4_R5_second_address_use" CHECK (
  ("secondAddress" IS NULL AND "secondAddressUse" IS NULL) OR ("secondAddress" IS NOT NULL AND "secondAddressUse" IS NOT NULL AND "secondAddressUse" = 'mscsSecond')
);

ALTER TABLE "MscsGroup" ADD COLUMN "priority" TEXT NOT NULL DEFAULT 'medium', ADD COLUMN "antiAffinity" TEXT[],
  ADD COLUMN "persistentState" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "MscsGroup" ALTER COLUMN "priority" DROP DEFAULT, ALTER COLUMN "persistentState" DROP DEFAULT;
ALTER TABLE "MscsGroup" ADD CONSTRAINT "B_group_priority" CHECK ("priority" IN ('high', 'medium', 'low', 'noAutoStart'));

CREATE OR REPLACE FUNCTION bulkhead_use_words(address_use "AddressUse") RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE address_use
    WHEN 'vip' THEN 'the virtual IP of' WHEN 'dedicated' THEN 'the dedicated IP of' WHEN 'mscsNode' THEN 'the heartbeat address of'
    WHEN 'mscsSecond' THEN 'the second heartbeat address of'
    WHEN 'mscsFloating' THEN 'the floating address of' ELSE 'the witness address of' END
$$;

CREATE OR REPLACE FUNCTION bulkhead_release_address(old_address inet) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "FleetAddress" WHERE "address" = old_address
    AND NOT EXISTS (SELECT 1 FROM "WlbsVip" WHERE "vip" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "WlbsHost" WHERE "dedicatedIp" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "MscsNode" AS n WHERE n."address" = old_address OR n."secondAddress" = old_address)
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
      IF NEW."witnessNode" IS NOT NULL THEN
        PERFORM bulkhead_claim_node(NEW."witnessNode", 'witness', 'the witness of MSCS pair ' || NEW."name", 'mscs-cluster ' || NEW."name");
      END IF;
      PERFORM bulkhead_claim_address(NEW."witnessAddress", 'witness', 'mscs-cluster ' || NEW."name");
    WHEN 'MscsNode' THEN
      PERFORM bulkhead_claim_node(NEW."nodeName", 'mscs', 'in MSCS pair ' || NEW."clusterName", 'mscs-cluster ' || NEW."clusterName");
      PERFORM bulkhead_claim_address(NEW."address", 'mscsNode', 'node ' || NEW."nodeName");
      PERFORM bulkhead_claim_address(NEW."secondAddress", 'mscsSecond', 'second link of node ' || NEW."nodeName");
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
      PERFORM bulkhead_release_address(OLD."secondAddress");
    WHEN 'MscsResource' THEN PERFORM bulkhead_release_address(OLD."address");
  END CASE;
  RETURN NULL;
END $$;
