/** Sizes that no honest message reaches. What exceeds them is refused before it is parsed, or by its schema. */

/** One frame of the link, in UTF-8 bytes; the socket enforces the same number. */
export const frameBytesMax = 1024 * 1024;

/** One enrolment request or response, in UTF-8 bytes. */
export const enrolBytesMax = 64 * 1024;

/** Names of nodes, clusters, groups, resources, interfaces. */
export const nameLengthMax = 128;

/** Sentences: messages, causes, reasons, cures. */
export const sentenceLengthMax = 4096;

/** Rows of any list in a message (addresses, hosts, rules, resources, walls). */
export const rowsMax = 4096;
