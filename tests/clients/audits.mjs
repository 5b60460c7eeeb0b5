// Asks a running server whether it speaks GraphQL over HTTP: `node audits.mjs http://HOST:PORT/graphql`.
// The server must answer GET (COMPAGNON_GET_QUERIES=true) and show its schema, as some audits need both.

import { auditServer } from "graphql-http";

const EXPECTED = 61;

const [url] = process.argv.slice(2);
const results = await auditServer({ url });
const good = results.filter((result) => result.status === "ok");
for (const { id, name, reason } of results.filter((result) => result.status !== "ok")) {
  console.error(`${id} ${name}: ${reason}`);
}
console.log(`${good.length} of ${results.length} audits are content`);
process.exitCode = good.length === results.length && results.length === EXPECTED ? 0 : 1;
