// Follows all of a person's conversations, whatever the network does, with graphql-ws.
//
//     npm install graphql graphql-ws ws
//     node examples/follow.mjs http://127.0.0.1:8000 EMAIL PASSWORD
//
// Two things make it go on for days. `after` is a getter: graphql-ws writes a subscription anew
// each time it connects, and so with the cursor of the last event shown. And the socket is left
// before its token expires, since graphql-ws never comes back from the 4401 that ends it then.

import { createClient } from 'graphql-ws';

const [url, email, password] = process.argv.slice(2);
const SESSION = 'session { accessToken refreshToken expiresAt } errors { message }';
const SIGN_IN = `mutation($input: SignInInput!) { answer: signIn(input: $input) { ${SESSION} } }`;
const REFRESH = `mutation($token: String!) { answer: refreshSession(refreshToken: $token) { ${SESSION} } }`;
const FOLLOW = `subscription($after: String) {
  messageEvents(after: $after) {
    cursor
    ... on MessageAdded { message { number body sender { displayName } } }
    ... on TypingChanged { isTyping user { displayName } }
  }
}`;
const SPARE = 30_000; // milliseconds of a token's life that are not used

class Refused extends Error {} // trying again would not help

let session = await begun(SIGN_IN, { input: { email, password } });
let cursor = ''; // from the first message on
let leaving;

async function begun(query, variables) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query, variables });
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  const { answer } = (await response.json()).data;
  if (answer.errors.length) throw new Refused(answer.errors[0].message);
  return answer.session;
}

const left = () => Date.parse(session.expiresAt) - Date.now() - SPARE;

async function token() {
  try {
    if (left() <= 0) session = await begun(REFRESH, { token: session.refreshToken });
  } catch (error) {
    if (error instanceof Refused) throw error; // else it is not reachable: the old one is good a little longer
  }
  return session.accessToken;
}

const client = createClient({
  url: `${url.replace('http', 'ws')}/graphql`,
  webSocketImpl: globalThis.WebSocket ?? (await import('ws')).WebSocket, // node 20 has none
  connectionParams: async () => ({ authorization: `Bearer ${await token()}` }),
  retryAttempts: Infinity,
  shouldRetry: (error) => !(error instanceof Refused),
  on: {
    connected: () => (leaving = setTimeout(() => client.terminate(), Math.max(left(), 1000))),
    closed: () => clearTimeout(leaving),
  },
});

client.subscribe(
  { query: FOLLOW, variables: { get after() { return cursor; } } },
  {
    next: ({ data, errors }) => {
      if (errors) return console.error(errors[0].extensions.code);
      cursor = data.messageEvents.cursor;
      const { message, isTyping, user } = data.messageEvents;
      if (message) console.log(`${message.number}  ${message.sender.displayName}: ${message.body ?? '(deleted)'}`);
      else if (isTyping) console.log(`   ${user.displayName} is typing …`);
    },
    error: (error) => {
      console.error(error.reason ?? error.message ?? error);
      process.exit(1);
    },
    complete: () => process.exit(0),
  },
);
