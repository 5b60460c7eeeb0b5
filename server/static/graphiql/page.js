// GraphiQL with a sign-in bar and ready examples. What the page remembers, it remembers for this tab only.

import * as session from "./session.js";
import { fillMenu } from "./menu.js";

const { React, ReactDOM, GraphiQL, GraphiQLPluginExplorer } = window;
const h = React.createElement;
const byId = (id) => document.getElementById(id);
const WELCOME = `# Choose an example above,
# or write an operation here.
#
# Ctrl-Space completes,
# Ctrl-Enter runs.
`;

// ---- the operations

const send = GraphiQL.createFetcher({
  url: "/graphql",
  fetch: sendAsCurrent,
  enableIncrementalDelivery: false,
  // GraphiQL opens a socket for each subscription, and again after a lost connection. The payload is written out at
  // each opening, and asks for the token only then: it is always that of the person signed in now.
  subscriptionUrl: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
  wsConnectionParams: { authorization: { toJSON: session.bearer } },
});

async function fetcher(written, options = {}) {
  await session.fresh().catch((refusal) => {
    if (written.operationName !== "IntrospectionQuery") throw refusal; // the schema is also for who was signed out
  });
  const { operation, documentAST } = readAgain(written);
  // Lower case, so that a header typed in GraphiQL's own editor replaces ours on both transports.
  const typed = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return send(operation, { documentAST, headers: Object.fromEntries(typed) });
}

// GraphiQL reads a document some time after its last change. What is run sooner would go out under the name of the
// operation before it, and a subscription over the wrong transport.
function readAgain(operation) {
  try {
    const documentAST = GraphiQL.GraphQL.parse(operation.query);
    const operations = documentAST.definitions.filter(({ kind }) => kind === "OperationDefinition");
    const [only] = operations.length === 1 ? operations : [];
    return { documentAST, operation: only ? { ...operation, operationName: only.name?.value } : operation };
  } catch {
    return { operation }; // the server says what is wrong with it
  }
}

async function sendAsCurrent(url, init) {
  const token = session.bearer();
  const ours = token !== undefined && !("authorization" in init.headers);
  const response = await fetch(url, { ...init, headers: { ...(ours && { authorization: token }), ...init.headers } });
  if (ours && token === session.bearer() && (await saysUnauthenticated(response.clone()))) {
    session.forget("The server no longer accepts this session. Sign in again.");
  }
  return response;
}

async function saysUnauthenticated(response) {
  const { errors } = await response.json().catch(() => ({}));
  return response.status === 401 || (errors ?? []).some((error) => error.extensions?.code === "UNAUTHENTICATED");
}

// ---- GraphiQL

// Variables may hold passwords and private words: nothing typed here goes to localStorage.
const tabStorage = {
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => sessionStorage.setItem(key, value),
  removeItem: (key) => sessionStorage.removeItem(key),
  clear: () => tabStorage.keys.forEach((key) => sessionStorage.removeItem(key)),
  get keys() {
    return Object.keys(sessionStorage).filter((key) => key.startsWith("graphiql:"));
  },
  get length() {
    return tabStorage.keys.length;
  },
};

const graphiql = {}; // its contexts as of the last rendering
function Contexts() {
  graphiql.editor = GraphiQL.React.useEditorContext();
  graphiql.execution = GraphiQL.React.useExecutionContext();
  graphiql.schema = GraphiQL.React.useSchemaContext();
  return null;
}

ReactDOM.createRoot(byId("graphiql")).render(
  h(
    GraphiQL,
    {
      fetcher,
      storage: tabStorage,
      plugins: [GraphiQLPluginExplorer.explorerPlugin()],
      toolbar: { additionalComponent: Contexts },
      defaultQuery: WELCOME,
      defaultEditorToolsVisibility: true,
      inputValueDeprecation: true,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    },
    h(GraphiQL.Logo, null, "GraphiQL"),
  ),
);

function openInTab(query, variables) {
  const { editor, execution } = graphiql;
  execution.stop();
  const known = editor.tabs.findIndex((tab) => tab.query === query && (tab.variables ?? "") === variables);
  if (known >= 0) return editor.changeTab(known);
  if (![WELCOME, ""].includes(editor.queryEditor.getValue())) ReactDOM.flushSync(() => editor.addTab());
  editor.queryEditor.setValue(query);
  editor.variableEditor.setValue(variables);
}

// ---- the bar

function show(why) {
  const person = session.current();
  byId("sign-in").hidden = person !== null;
  byId("signed-in").hidden = person === null;
  byId("who").textContent = person ? (person.name ?? person.email) : "";
  byId("who").title = person?.email ?? "";
  byId("notice").textContent = why;
}

/** Does what was asked for in the bar; what goes wrong is said there. */
async function attempt(action) {
  byId("notice").textContent = "";
  try {
    await action();
  } catch (error) {
    byId("notice").textContent = error.message;
  }
}

session.onChange((why) => {
  graphiql.execution?.stop(); // a running subscription belongs to the person of before
  if (session.current() && graphiql.schema && !graphiql.schema.schema) graphiql.schema.introspect();
  show(why);
});
show("");

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  attempt(async () => {
    await session.signIn(form.elements.email.value, form.elements.password.value);
    form.reset();
  });
});
byId("sign-out").addEventListener("click", () => attempt(session.signOut));

attempt(async () => {
  const response = await fetch("/graphiql/examples.json");
  const { examples, people } = await response.json();
  const person = (email) => people.find((one) => one.email === email);

  fillMenu(byId("people"), people, ({ name, what }) => [name, what], (one) => attempt(() => session.signInAs(one)));
  fillMenu(
    byId("examples"),
    examples,
    ({ title, signInAs }) => [title, person(signInAs) && `as ${person(signInAs).name}`],
    (example) =>
      attempt(async () => {
        const { query, variables, signInAs } = example;
        const now = session.current()?.email;
        openInTab(query, Object.keys(variables ?? {}).length ? JSON.stringify(variables, null, 2) : "");
        // Whoever signed in with an account of their own stays signed in.
        const mayChange = now === undefined || person(now) !== undefined;
        if (person(signInAs) && now !== signInAs && mayChange) await session.signInAs(person(signInAs));
      }),
  );
});
