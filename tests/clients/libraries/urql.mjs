import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { NetworkError } from './fetching.mjs';
import { sockets } from './sockets.mjs';

export function connect(url, token) {
  const socket = sockets(url, token);
  return over(
    new Client({
      ...options(url, token),
      exchanges: [
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query, variables }) => ({
            subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
          }),
        }),
      ],
    }),
  );
}

export function options(url, token) {
  return {
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: token() ? { authorization: `Bearer ${token()}` } : {} }),
  };
}

export function over(client) {
  const told = ({ data, error }) => {
    if (error?.networkError) throw new NetworkError(String(error));
    return { data, errors: error?.graphQLErrors };
  };
  const run = async (text, variables) =>
    told(
      await (text.startsWith('query')
        ? client.query(text, variables, { requestPolicy: 'network-only' })
        : client.mutation(text, variables)),
    );
  const subscribe = (text, variables, sink) => {
    // Whatever way it ends, urql tells of it by one more result.
    client.subscription(text, variables).subscribe((result) => {
      if (result.error?.networkError || !result.hasNext) {
        sink.error(result.error);
      } else if (result.data || result.error) {
        sink.next({ data: result.data, errors: result.error?.graphQLErrors });
      }
    });
  };
  return { run, subscribe };
}
