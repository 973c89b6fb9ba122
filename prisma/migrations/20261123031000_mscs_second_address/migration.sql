-- A use of its own for second heartbeat addresses. Alone in its migration: a new value can be used only after it is committed.
ALTER TYPE "AddressUse" ADD VALUE 'mscsSecond';
