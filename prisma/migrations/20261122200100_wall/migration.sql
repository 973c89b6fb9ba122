-- The wall (DOMAIN 3.2) where schema.prisma cannot say it. Two layers:
-- 1. Declarative constraints hold in every race and at every isolation level. Their names begin with the rule.
-- 2. Triggers claim nodes and addresses for whoever inserts a row, by whatever way, and refuse with a message, a reason
--    (DETAIL, ending in the objects) and a cure (HINT) that a person at a database prompt can act on.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Layer 1 ------------------------------------------------------------------------------------------------------------

-- A row of a tier carries that tier's role, so that the composite foreign key to "Node" ties the node to it (R1).
ALTER TABLE "WlbsHost" ADD CONSTRAINT "R1_host_role_is_wlbs" CHECK ("role" = 'wlbs');
ALTER TABLE "MscsNode" ADD CONSTRAINT "R1_node_role_is_mscs" CHECK ("role" = 'mscs');
ALTER TABLE "MscsCluster" ADD CONSTRAINT "R1_R24_witness_role_is_witness" CHECK ("witnessRole" = 'witness');

-- The same for the one use of an address (R4, R5, R6).
ALTER TABLE "WlbsCluster" ADD CONSTRAINT "R4_vip_use" CHECK ("vipUse" = 'vip');
ALTER TABLE "WlbsHost" ADD CONSTRAINT "R5_R6_dedicated_ip_use" CHECK ("dedicatedIpUse" = 'dedicated');
ALTER TABLE "MscsNode" ADD CONSTRAINT "R4_R5_node_address_use" CHECK ("addressUse" = 'mscsNode');
ALTER TABLE "MscsCluster" ADD CONSTRAINT "R4_R5_witness_address_use" CHECK ("witnessAddressUse" = 'witness');
-- A foreign key with a null in it is not checked: therefore both are null, or neither is.
ALTER TABLE "MscsResource" ADD CONSTRAINT "R4_R5_floating_address_use" CHECK (
  ("address" IS NULL AND "addressUse" IS NULL) OR ("address" IS NOT NULL AND "addressUse" IS NOT NULL AND "addressUse" = 'mscsFloating')
);
ALTER TABLE "MscsResource" ADD CONSTRAINT "R4_R5_ip_resource_has_address" CHECK (("type" = 'ipAddress') = ("address" IS NOT NULL));

-- One spelling per address, or two spellings would be two addresses: no network part, no IPv4 inside IPv6.
ALTER TABLE "FleetAddress" ADD CONSTRAINT "R4_R5_address_is_canonical" CHECK (
  masklen("address") = CASE family("address") WHEN 4 THEN 32 ELSE 128 END AND NOT "address" <<= inet '::ffff:0:0/96'
);

ALTER TABLE "WlbsHost" ADD CONSTRAINT "R8_host_id_range" CHECK ("hostId" BETWEEN 1 AND 32);
ALTER TABLE "WlbsHost" ADD CONSTRAINT "B_initial_state" CHECK ("initialState" IN ('started', 'stopped'));
ALTER TABLE "WlbsCluster" ADD CONSTRAINT "R9_mode" CHECK ("mode" IN ('unicast', 'multicast', 'igmp', 'direct'));
ALTER TABLE "MscsNode" ADD CONSTRAINT "R21_pair_node_id" CHECK ("nodeId" IN (1, 2));

ALTER TABLE "PortRule" ADD CONSTRAINT "R10_port_range" CHECK ("startPort" BETWEEN 0 AND 65535 AND "endPort" BETWEEN "startPort" AND 65535);
ALTER TABLE "PortRule" ADD CONSTRAINT "R10_protocol" CHECK ("protocol" IN ('tcp', 'udp', 'both'));
ALTER TABLE "PortRule" ADD CONSTRAINT "R10_affinity" CHECK ("affinity" IN ('none', 'single', 'network'));
-- TCP is 1, UDP is 2: "both" overlaps each of them, they do not overlap each other.
ALTER TABLE "PortRule" ADD CONSTRAINT "R10_rules_do_not_overlap" EXCLUDE USING gist (
  "clusterName" WITH =,
  int4range("startPort", "endPort", '[]') WITH &&,
  (CASE "protocol" WHEN 'tcp' THEN int4range(1, 2) WHEN 'udp' THEN int4range(2, 3) ELSE int4range(1, 3) END) WITH &&
);

INSERT INTO "FleetHead" ("id", "movedAt") VALUES (1, now());
ALTER TABLE "FleetHead" ADD CONSTRAINT "B_one_fleet_head" CHECK ("id" = 1);
ALTER TABLE "FleetHead" ADD CONSTRAINT "B_head_names_its_plan" CHECK (("planId" IS NULL) = ("planHash" IS NULL));
ALTER TABLE "Node" ADD CONSTRAINT "B_generations" CHECK ("appliedGeneration" >= 0 AND "desiredGeneration" >= 0);
ALTER TABLE "Node" ADD CONSTRAINT "B_revoked_node_has_no_service" CHECK ("revokedAt" IS NULL OR "role" IS NULL);

-- Layer 2 ------------------------------------------------------------------------------------------------------------

CREATE FUNCTION bulkhead_refuse(rule_constraint text, message text, reason text, objects text, cure text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'check_violation', CONSTRAINT = rule_constraint,
    MESSAGE = split_part(rule_constraint, '_', 1) || ': ' || message,
    DETAIL = reason || ' Objects: ' || objects || '.', HINT = cure;
END $$;

-- What the node already does, in words: the first part for people, the second as an object.
CREATE FUNCTION bulkhead_place(node_name text, OUT words text, OUT object text) LANGUAGE sql STABLE AS $$
  SELECT 'in WLBS cluster ' || "clusterName", 'wlbs-cluster ' || "clusterName" FROM "WlbsHost" WHERE "nodeName" = node_name
  UNION ALL SELECT 'in MSCS pair ' || "clusterName", 'mscs-cluster ' || "clusterName" FROM "MscsNode" WHERE "nodeName" = node_name
  UNION ALL SELECT 'the witness of MSCS pair ' || "name", 'mscs-cluster ' || "name" FROM "MscsCluster" WHERE "witnessNode" = node_name
  LIMIT 1
$$;

CREATE FUNCTION bulkhead_claim_node(node_name text, wanted "NodeRole", words text, object text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  node "Node";
  place record;
BEGIN
  -- Waits for whoever is claiming the node at the same time; then the role is no longer null.
  UPDATE "Node" SET "role" = wanted WHERE "name" = node_name AND "role" IS NULL AND "revokedAt" IS NULL;
  SELECT * INTO node FROM "Node" WHERE "name" = node_name;
  IF node."role" = wanted THEN RETURN; END IF;
  IF node."name" IS NULL OR node."revokedAt" IS NOT NULL THEN
    PERFORM bulkhead_refuse('B-unknown-node_not_enrolled', format('Node %s is not enrolled, or was revoked', node_name),
      'Only an enrolled machine can be given work.', format('node %s, %s', node_name, object),
      format('Create an enrolment token for %s and run the install command on that machine.', node_name));
  END IF;
  SELECT * INTO place FROM bulkhead_place(node_name);
  PERFORM bulkhead_refuse('R1_node_has_one_service',
    format('Node %s is %s and cannot be %s as well', node_name, coalesce(place.words, 'of service ' || node."role"), words),
    'WLBS and MSCS must be on different nodes (KB Q223157).', concat_ws(', ', 'node ' || node_name, place.object, object),
    format('Take %s out of one of the two, or use another machine.', node_name));
END $$;

CREATE FUNCTION bulkhead_release_node(node_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "Node" SET "role" = NULL WHERE "name" = node_name AND "role" IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM bulkhead_place(node_name) AS place WHERE place.object IS NOT NULL);
END $$;

-- Which rule two uses of one address break.
CREATE FUNCTION bulkhead_address_rule(one "AddressUse", other "AddressUse") RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN one = 'vip' AND other = 'vip' THEN 'R7_vip_in_one_cluster'
    WHEN one IN ('vip', 'dedicated') AND other IN ('vip', 'dedicated') THEN 'R6_dedicated_ip_once'
    WHEN 'vip' IN (one, other) THEN 'R4_vip_is_no_mscs_address'
    ELSE 'R5_address_has_one_use'
  END
$$;

CREATE FUNCTION bulkhead_use_words(address_use "AddressUse") RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE address_use
    WHEN 'vip' THEN 'the virtual IP of' WHEN 'dedicated' THEN 'the dedicated IP of' WHEN 'mscsNode' THEN 'the heartbeat address of'
    WHEN 'mscsFloating' THEN 'the floating address of' ELSE 'the witness address of' END
$$;

CREATE FUNCTION bulkhead_claim_address(wanted inet, wanted_use "AddressUse", wanted_owner text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  holder "FleetAddress";
  rule text;
BEGIN
  IF wanted IS NULL THEN RETURN; END IF;
  -- Waits for whoever registers the address at the same time; afterwards the holder is visible.
  INSERT INTO "FleetAddress" ("address", "use", "owner") VALUES (wanted, wanted_use, wanted_owner) ON CONFLICT ("address") DO NOTHING;
  SELECT * INTO holder FROM "FleetAddress" WHERE "address" = wanted;
  -- Not visible means: our snapshot is older than its holder. Then the foreign key decides.
  IF holder."address" IS NULL OR holder."owner" = wanted_owner THEN RETURN; END IF;
  -- One witness may serve several pairs.
  IF holder."use" = 'witness' AND wanted_use = 'witness' THEN RETURN; END IF;
  rule := bulkhead_address_rule(holder."use", wanted_use);
  PERFORM bulkhead_refuse(rule,
    format('%s cannot be %s %s, it is already %s %s', host(wanted), bulkhead_use_words(wanted_use), wanted_owner,
      bulkhead_use_words(holder."use"), holder."owner"),
    CASE WHEN rule LIKE 'R4%' THEN 'An MSCS address must never be a WLBS virtual IP (KB Q223157).' ELSE 'An address has one use in the whole fleet.' END,
    format('address %s, %s, %s', host(wanted), wanted_owner, holder."owner"),
    format('Choose another address for %s, or change %s first.', wanted_owner, holder."owner"));
END $$;

CREATE FUNCTION bulkhead_release_address(old_address inet) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "FleetAddress" WHERE "address" = old_address
    AND NOT EXISTS (SELECT 1 FROM "WlbsCluster" WHERE "vip" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "WlbsHost" WHERE "dedicatedIp" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "MscsNode" AS n WHERE n."address" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "MscsResource" AS r WHERE r."address" = old_address)
    AND NOT EXISTS (SELECT 1 FROM "MscsCluster" WHERE "witnessAddress" = old_address);
EXCEPTION
  -- Somebody took it up in this very moment: then it stays registered.
  WHEN foreign_key_violation OR restrict_violation THEN NULL;
END $$;

CREATE FUNCTION bulkhead_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'WlbsCluster' THEN
      PERFORM bulkhead_claim_address(NEW."vip", 'vip', 'wlbs-cluster ' || NEW."name");
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

CREATE FUNCTION bulkhead_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'WlbsCluster' THEN PERFORM bulkhead_release_address(OLD."vip");
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

CREATE TRIGGER "wall_claim" BEFORE INSERT OR UPDATE ON "WlbsCluster" FOR EACH ROW EXECUTE FUNCTION bulkhead_claim();
CREATE TRIGGER "wall_claim" BEFORE INSERT OR UPDATE ON "WlbsHost" FOR EACH ROW EXECUTE FUNCTION bulkhead_claim();
CREATE TRIGGER "wall_claim" BEFORE INSERT OR UPDATE ON "MscsCluster" FOR EACH ROW EXECUTE FUNCTION bulkhead_claim();
CREATE TRIGGER "wall_claim" BEFORE INSERT OR UPDATE ON "MscsNode" FOR EACH ROW EXECUTE FUNCTION bulkhead_claim();
CREATE TRIGGER "wall_claim" BEFORE INSERT OR UPDATE ON "MscsResource" FOR EACH ROW EXECUTE FUNCTION bulkhead_claim();
CREATE TRIGGER "wall_release" AFTER DELETE OR UPDATE ON "WlbsCluster" FOR EACH ROW EXECUTE FUNCTION bulkhead_release();
CREATE TRIGGER "wall_release" AFTER DELETE OR UPDATE ON "WlbsHost" FOR EACH ROW EXECUTE FUNCTION bulkhead_release();
CREATE TRIGGER "wall_release" AFTER DELETE OR UPDATE ON "MscsCluster" FOR EACH ROW EXECUTE FUNCTION bulkhead_release();
CREATE TRIGGER "wall_release" AFTER DELETE OR UPDATE ON "MscsNode" FOR EACH ROW EXECUTE FUNCTION bulkhead_release();
CREATE TRIGGER "wall_release" AFTER DELETE OR UPDATE ON "MscsResource" FOR EACH ROW EXECUTE FUNCTION bulkhead_release();
