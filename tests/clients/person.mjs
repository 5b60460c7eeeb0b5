// Somebody with a device: asks and writes until answered, follows from where they were.

const SEND = `mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) { message { number } errors { code message } } }`;
const FOLLOW = `subscription Follow($match: ID!, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    __typename cursor ... on MessageAdded { message { number body } } } }`;

const pause = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

export class Person {
  seen = [];
  bodies = [];
  reconnects = 0;
  heardOver = 0; // so many connections
  retries = 0;
  operations = 0;
  #waiting = [];

  constructor(name, url, connect) {
    this.name = name;
    this.client = connect(url, () => this.token);
  }

  // The data of an operation that must not fail; payloads with a refusal are failures, too.
  async do(query, variables = {}) {
    this.operations += 1;
    const { data, errors } = await this.client.run(query, variables);
    if (errors?.length) throw new Error(`${this.name}: ${JSON.stringify(errors)}`);
    for (const payload of Object.values(data)) {
      if (payload?.errors?.length) throw new Error(`${this.name}: ${JSON.stringify(payload)}`);
    }
    return data;
  }

  // Writes until an answer comes: with its key a message that got through after all is not doubled.
  async send(match, body, clientKey) {
    for (;;) {
      try {
        return await this.do(SEND, { input: { matchId: match, body, clientKey } });
      } catch (error) {
        if (!error.isNetwork) throw error;
        this.retries += 1;
        await pause(50);
      }
    }
  }

  // Listens from the beginning; resolves once the two messages of the story have come.
  follow(match) {
    let cursor = null;
    const listen = () => {
      let over = false;
      let heard = false;
      const again = (error) => {
        if (over) return;
        over = true;
        this.reconnects += 1;
        setTimeout(listen, 50);
      };
      this.client.subscribe(FOLLOW, { match, after: cursor ?? '' }, {
        next: ({ data, errors }) => {
          if (errors?.length) throw new Error(`${this.name}: ${JSON.stringify(errors)}`);
          if (!heard) this.heardOver += 1;
          heard = true;
          const event = data.messageEvents;
          cursor = event.cursor;
          if (event.message) {
            this.seen.push(event.message.number);
            this.bodies.push(event.message.body);
          }
          this.#waiting = this.#waiting.filter(({ number, go }) => {
            const has = this.seen.includes(number);
            if (has) go();
            return !has;
          });
        },
        error: again,
        complete: again,
      });
    };
    listen();
    return this.has(2);
  }

  has(number) {
    if (this.seen.includes(number)) return Promise.resolve();
    return new Promise((go) => this.#waiting.push({ number, go }));
  }
}
