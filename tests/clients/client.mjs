// One client library from the world outside, in a process of its own: it lives through a whole
// story, then writes and listens while the network between breaks.
//
//     node client.mjs LIBRARY URL
//
// Prints one JSON object a line: {"following": 1} once both of the pair have heard something, then 2
// once both have over another connection, and so on; after a line on stdin has told it to stop,
// {"done": {...}} with all that was sent and seen.

import { createInterface } from 'node:readline';
import { Person } from './person.mjs';
import { paired } from './story.mjs';

const [library, url] = process.argv.slice(2);
const { connect } = await import(`./libraries/${library}.mjs`);
const say = (said) => process.stdout.write(`${JSON.stringify(said)}\n`);
const pause = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

let stopping = false;
createInterface({ input: process.stdin }).once('line', () => (stopping = true));

const people = ['Ada', 'Maya', 'Mina'].map((name) => new Person(name, url, connect));
const match = await paired(people, library);
const [, mentor, mentee] = people;
const pair = [mentor, mentee];
await Promise.all(pair.map((person) => person.follow(match)));

let sent = 2;
let following = 0;
while (!stopping) {
  while (following < Math.min(...pair.map((person) => person.heardOver))) {
    say({ following: ++following });
  }
  await pair[sent % 2].send(match, `number ${++sent}`, `${library}-${sent}`);
  await pause(20);
}
await Promise.race([Promise.all(pair.map((person) => person.has(sent))), pause(20_000)]);
say({
  done: {
    sent,
    seen: pair.map((person) => person.seen),
    typed: pair.map((person) => person.bodies),
    reconnects: pair.map((person) => person.reconnects),
    retries: pair.map((person) => person.retries),
    operations: people.reduce((total, person) => total + person.operations, 0),
  },
});
process.exit(0);
