import { Client, fetchExchange } from '@urql/core';
import { options, over } from './urql.mjs';

export function connect(url, token) {
  return over(
    new Client({ ...options(url, token), fetchSubscriptions: true, exchanges: [fetchExchange] }),
  );
}
