import { createClient } from 'graphql-sse';
import { fetching } from './fetching.mjs';

export function connect(url, token) {
  const client = createClient({
    url: `${url}/graphql`,
    headers: () => ({ authorization: `Bearer ${token()}` }),
    retryAttempts: 0, // who follows begins anew, from the last cursor
  });
  return {
    run: fetching(url, token),
    subscribe: (query, variables, sink) => client.subscribe({ query, variables }, sink),
  };
}
