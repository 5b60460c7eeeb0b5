// A graphql-ws client as its own recipes set it up: it pings, and hangs up on a server that is silent.

import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const PINGS = 500;
const SILENCE = 1000;

export function sockets(url, token) {
  let silent;
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${token()}` }),
    keepAlive: PINGS,
    retryAttempts: 0, // who follows begins anew, from the last cursor
    on: {
      ping: (received) => {
        if (!received) silent = setTimeout(() => client.terminate(), SILENCE);
      },
      pong: (received) => {
        if (received) clearTimeout(silent);
      },
      closed: () => clearTimeout(silent),
    },
  });
  return client;
}
