-- What became of the pairs: failovers, commands and validation reports. The bodies are kept as the agents and core say them.

CREATE TABLE "MscsFailover" (
    "pair" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "groupName" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "body" JSONB NOT NULL,

    CONSTRAINT "MscsFailover_pkey" PRIMARY KEY ("pair", "id")
);
CREATE INDEX "MscsFailover_pair_startedAt_idx" ON "MscsFailover"("pair", "startedAt");

CREATE TABLE "MscsAct" (
    "id" TEXT NOT NULL,
    "pair" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "actor" JSONB,
    "body" JSONB NOT NULL,

    CONSTRAINT "MscsAct_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "MscsAct_pair_startedAt_idx" ON "MscsAct"("pair", "startedAt");

CREATE TABLE "ValidationReport" (
    "id" TEXT NOT NULL,
    "pair" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "result" TEXT NOT NULL,
    "planHash" TEXT,
    "deploymentId" TEXT,
    "body" JSONB NOT NULL,

    CONSTRAINT "ValidationReport_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "ValidationReport_pair_at_idx" ON "ValidationReport"("pair", "at");
ALTER TABLE "ValidationReport" ADD CONSTRAINT "ValidationReport_deploymentId_fkey" FOREIGN KEY ("deploymentId") REFERENCES "Deployment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "ValidationReport" ADD CONSTRAINT "B_validation_result" CHECK ("result" IN ('pass', 'warning', 'fail'));
