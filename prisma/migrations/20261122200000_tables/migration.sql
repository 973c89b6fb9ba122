-- CreateEnum
CREATE TYPE "NodeRole" AS ENUM ('wlbs', 'mscs', 'witness');

-- CreateEnum
CREATE TYPE "AddressUse" AS ENUM ('vip', 'dedicated', 'mscsNode', 'mscsFloating', 'witness');

-- CreateEnum
CREATE TYPE "DeploymentState" AS ENUM ('running', 'done', 'refused', 'failed');

-- CreateEnum
CREATE TYPE "DeploymentNodeState" AS ENUM ('waiting', 'sent', 'accepted', 'refused', 'offline');

-- CreateTable
CREATE TABLE "Node" (
    "name" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "role" "NodeRole",
    "signingKey" TEXT NOT NULL,
    "sealingKey" TEXT NOT NULL,
    "enrolledAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "lastSeenAt" TIMESTAMPTZ(3),
    "agentVersion" TEXT NOT NULL,
    "inventory" JSONB,
    "desiredGeneration" INTEGER NOT NULL DEFAULT 0,
    "appliedGeneration" INTEGER NOT NULL DEFAULT 0,
    "lastRefusal" JSONB,

    CONSTRAINT "Node_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "EnrolmentToken" (
    "tokenHash" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "EnrolmentToken_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "FleetAddress" (
    "address" INET NOT NULL,
    "use" "AddressUse" NOT NULL,
    "owner" TEXT NOT NULL,

    CONSTRAINT "R4_R5_address_has_one_use" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "WlbsCluster" (
    "name" TEXT NOT NULL,
    "vip" INET NOT NULL,
    "vipUse" "AddressUse" NOT NULL DEFAULT 'vip',
    "prefixLength" INTEGER NOT NULL,
    "mode" TEXT NOT NULL,
    "heartbeatPeriodMs" INTEGER NOT NULL,
    "heartbeatTolerance" INTEGER NOT NULL,

    CONSTRAINT "WlbsCluster_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "WlbsHost" (
    "nodeName" TEXT NOT NULL,
    "role" "NodeRole" NOT NULL DEFAULT 'wlbs',
    "clusterName" TEXT NOT NULL,
    "hostId" INTEGER NOT NULL,
    "dedicatedIp" INET NOT NULL,
    "dedicatedIpUse" "AddressUse" NOT NULL DEFAULT 'dedicated',
    "prefixLength" INTEGER NOT NULL,
    "interface" TEXT NOT NULL,
    "initialState" TEXT NOT NULL,

    CONSTRAINT "WlbsHost_pkey" PRIMARY KEY ("nodeName")
);

-- CreateTable
CREATE TABLE "PortRule" (
    "clusterName" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "startPort" INTEGER NOT NULL,
    "endPort" INTEGER NOT NULL,
    "protocol" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "affinity" TEXT NOT NULL,

    CONSTRAINT "PortRule_pkey" PRIMARY KEY ("clusterName","name")
);

-- CreateTable
CREATE TABLE "MscsCluster" (
    "name" TEXT NOT NULL,
    "witnessNode" TEXT NOT NULL,
    "witnessRole" "NodeRole" NOT NULL DEFAULT 'witness',
    "witnessAddress" INET NOT NULL,
    "witnessAddressUse" "AddressUse" NOT NULL DEFAULT 'witness',
    "tokenMs" INTEGER NOT NULL,
    "fencingAgent" TEXT NOT NULL,

    CONSTRAINT "MscsCluster_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "MscsNode" (
    "nodeName" TEXT NOT NULL,
    "role" "NodeRole" NOT NULL DEFAULT 'mscs',
    "clusterName" TEXT NOT NULL,
    "nodeId" INTEGER NOT NULL,
    "address" INET NOT NULL,
    "addressUse" "AddressUse" NOT NULL DEFAULT 'mscsNode',

    CONSTRAINT "MscsNode_pkey" PRIMARY KEY ("nodeName")
);

-- CreateTable
CREATE TABLE "MscsGroup" (
    "clusterName" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "preferredOwners" TEXT[],
    "failbackAllow" BOOLEAN NOT NULL,
    "failbackWindowHours" INTEGER[],
    "failoverThreshold" INTEGER NOT NULL,
    "failoverPeriodHours" INTEGER NOT NULL,

    CONSTRAINT "MscsGroup_pkey" PRIMARY KEY ("clusterName","name")
);

-- CreateTable
CREATE TABLE "MscsResource" (
    "clusterName" TEXT NOT NULL,
    "groupName" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "address" INET,
    "addressUse" "AddressUse",
    "settings" JSONB NOT NULL,

    CONSTRAINT "MscsResource_pkey" PRIMARY KEY ("clusterName","groupName","name")
);

-- CreateTable
CREATE TABLE "Plan" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "parentHash" TEXT,
    "yaml" TEXT NOT NULL,
    "intent" JSONB,
    "report" JSONB NOT NULL,
    "problems" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "createdBy" TEXT NOT NULL,

    CONSTRAINT "Plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Deployment" (
    "id" TEXT NOT NULL,
    "planId" TEXT NOT NULL,
    "planHash" TEXT NOT NULL,
    "state" "DeploymentState" NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "by" TEXT NOT NULL,
    "why" TEXT,

    CONSTRAINT "Deployment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DeploymentNode" (
    "deploymentId" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "envelope" JSONB,
    "state" "DeploymentNodeState" NOT NULL,
    "refusal" JSONB,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DeploymentNode_pkey" PRIMARY KEY ("deploymentId","node")
);

-- CreateTable
CREATE TABLE "FleetHead" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "planId" TEXT,
    "planHash" TEXT,
    "movedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FleetHead_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "seq" BIGINT NOT NULL,
    "prevHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actorName" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "objectKind" TEXT NOT NULL,
    "objectName" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "AuditHead" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditHead_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "token" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "userId" TEXT NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "idToken" TEXT,
    "accessTokenExpiresAt" TIMESTAMPTZ(3),
    "refreshTokenExpiresAt" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RateLimit" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "lastRequest" BIGINT NOT NULL,

    CONSTRAINT "RateLimit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "R2_one_name_per_machine" ON "Node"("machineId");

-- CreateIndex
CREATE UNIQUE INDEX "Node_name_role_key" ON "Node"("name", "role");

-- CreateIndex
CREATE UNIQUE INDEX "FleetAddress_address_use_key" ON "FleetAddress"("address", "use");

-- CreateIndex
CREATE UNIQUE INDEX "R7_vip_in_one_cluster" ON "WlbsCluster"("vip");

-- CreateIndex
CREATE UNIQUE INDEX "R6_dedicated_ip_once" ON "WlbsHost"("dedicatedIp");

-- CreateIndex
CREATE UNIQUE INDEX "WlbsHost_nodeName_role_key" ON "WlbsHost"("nodeName", "role");

-- CreateIndex
CREATE UNIQUE INDEX "R8_host_id_once" ON "WlbsHost"("clusterName", "hostId");

-- CreateIndex
CREATE UNIQUE INDEX "R5_node_address_once" ON "MscsNode"("address");

-- CreateIndex
CREATE UNIQUE INDEX "MscsNode_nodeName_role_key" ON "MscsNode"("nodeName", "role");

-- CreateIndex
CREATE UNIQUE INDEX "R21_pair_has_two_nodes" ON "MscsNode"("clusterName", "nodeId");

-- CreateIndex
CREATE UNIQUE INDEX "R5_floating_address_once" ON "MscsResource"("address");

-- CreateIndex
CREATE INDEX "Plan_createdAt_idx" ON "Plan"("createdAt");

-- CreateIndex
CREATE INDEX "Deployment_startedAt_idx" ON "Deployment"("startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "B_one_bundle_per_generation" ON "DeploymentNode"("node", "generation");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_tokenHash_key" ON "ApiToken"("tokenHash");

-- CreateIndex
CREATE UNIQUE INDEX "AuditEvent_hash_key" ON "AuditEvent"("hash");

-- CreateIndex
CREATE INDEX "AuditEvent_outcome_seq_idx" ON "AuditEvent"("outcome", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Session_token_key" ON "Session"("token");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE INDEX "Account_userId_idx" ON "Account"("userId");

-- CreateIndex
CREATE INDEX "Verification_identifier_idx" ON "Verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "RateLimit_key_key" ON "RateLimit"("key");

-- AddForeignKey
ALTER TABLE "WlbsCluster" ADD CONSTRAINT "R4_vip_is_no_mscs_address" FOREIGN KEY ("vip", "vipUse") REFERENCES "FleetAddress"("address", "use") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WlbsHost" ADD CONSTRAINT "R1_node_has_one_service" FOREIGN KEY ("nodeName", "role") REFERENCES "Node"("name", "role") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WlbsHost" ADD CONSTRAINT "WlbsHost_clusterName_fkey" FOREIGN KEY ("clusterName") REFERENCES "WlbsCluster"("name") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WlbsHost" ADD CONSTRAINT "R5_R6_dedicated_ip_has_one_use" FOREIGN KEY ("dedicatedIp", "dedicatedIpUse") REFERENCES "FleetAddress"("address", "use") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "PortRule" ADD CONSTRAINT "PortRule_clusterName_fkey" FOREIGN KEY ("clusterName") REFERENCES "WlbsCluster"("name") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MscsCluster" ADD CONSTRAINT "R1_R24_witness_has_no_service" FOREIGN KEY ("witnessNode", "witnessRole") REFERENCES "Node"("name", "role") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MscsCluster" ADD CONSTRAINT "R4_R5_witness_address_has_one_use" FOREIGN KEY ("witnessAddress", "witnessAddressUse") REFERENCES "FleetAddress"("address", "use") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MscsNode" ADD CONSTRAINT "R1_node_has_one_service" FOREIGN KEY ("nodeName", "role") REFERENCES "Node"("name", "role") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MscsNode" ADD CONSTRAINT "MscsNode_clusterName_fkey" FOREIGN KEY ("clusterName") REFERENCES "MscsCluster"("name") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MscsNode" ADD CONSTRAINT "R4_R5_node_address_has_one_use" FOREIGN KEY ("address", "addressUse") REFERENCES "FleetAddress"("address", "use") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MscsGroup" ADD CONSTRAINT "MscsGroup_clusterName_fkey" FOREIGN KEY ("clusterName") REFERENCES "MscsCluster"("name") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MscsResource" ADD CONSTRAINT "MscsResource_clusterName_groupName_fkey" FOREIGN KEY ("clusterName", "groupName") REFERENCES "MscsGroup"("clusterName", "name") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MscsResource" ADD CONSTRAINT "R4_R5_floating_address_has_one_use" FOREIGN KEY ("address", "addressUse") REFERENCES "FleetAddress"("address", "use") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Deployment" ADD CONSTRAINT "Deployment_planId_fkey" FOREIGN KEY ("planId") REFERENCES "Plan"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DeploymentNode" ADD CONSTRAINT "DeploymentNode_deploymentId_fkey" FOREIGN KEY ("deploymentId") REFERENCES "Deployment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FleetHead" ADD CONSTRAINT "FleetHead_planId_fkey" FOREIGN KEY ("planId") REFERENCES "Plan"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
