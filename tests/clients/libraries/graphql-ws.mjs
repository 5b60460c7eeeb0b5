import { fetching } from './fetching.mjs';
import { sockets } from './sockets.mjs';

export function connect(url, token) {
  const client = sockets(url, token);
  return {
    run: fetching(url, token),
    subscribe: (query, variables, sink) => client.subscribe({ query, variables }, sink),
  };
}
