import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { NetworkError } from './fetching.mjs';
import { sockets } from './sockets.mjs';

export function connect(url, token) {
  const http = new HttpLink({
    uri: `${url}/graphql`,
    fetch: (place, options) => {
      const headers = { ...options.headers };
      if (token()) headers.authorization = `Bearer ${token()}`;
      return fetch(place, { ...options, headers });
    },
  });
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(sockets(url, token)),
      http,
    ),
    cache: new InMemoryCache(),
  });
  const run = async (text, variables) => {
    const document = gql(text);
    const kind = document.definitions[0].operation;
    const options = { variables, fetchPolicy: 'network-only', errorPolicy: 'all' };
    const { data, error } =
      kind === 'query'
        ? await client.query({ query: document, ...options })
        : await client.mutate({ mutation: document, ...options });
    if (CombinedGraphQLErrors.is(error)) return { data, errors: error.errors };
    if (error) throw new NetworkError(String(error));
    return { data };
  };
  const subscribe = (text, variables, sink) =>
    client.subscribe({ query: gql(text), variables, fetchPolicy: 'no-cache' }).subscribe({
      next: ({ data, error }) => (error ? sink.error(error) : sink.next({ data })),
      error: sink.error,
      complete: sink.complete,
    });
  return { run, subscribe };
}
