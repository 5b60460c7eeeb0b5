// Who is signed in. Tokens live in sessionStorage alone: they end with the tab, and never reach a URL.

const STORE = "compagnon.sessions";
const NEAR_EXPIRY_MS = 60_000;

const PAYLOAD = `{
  session { accessToken refreshToken expiresAt }
  viewer { email user { displayName } }
  errors { message }
}`;
const SIGN_IN = `mutation SignIn($input: SignInInput!) { payload: signIn(input: $input) ${PAYLOAD} }`;
const REFRESH = `mutation RefreshSession($refreshToken: String!) {
  payload: refreshSession(refreshToken: $refreshToken) ${PAYLOAD}
}`;
const SIGN_OUT = "mutation SignOut { payload: signOut { errors { message } } }";

/** The server understood and said no; anything else (no network, too many requests) may pass when tried again. */
class Refusal extends Error {}

// Several demo people can be signed in at once, so that going from one to the other and back costs no new sign-in.
const state = JSON.parse(sessionStorage.getItem(STORE)) ?? { current: null, byEmail: {} };
const listeners = [];
const rotations = new Map();

/** `{ name, email, … }` of the person the next operation runs as, or null. */
export const current = () => state.byEmail[state.current] ?? null;

/** The value of the authorization header, or undefined when nobody is signed in. */
export const bearer = () => (current() ? `Bearer ${current().accessToken}` : undefined);

/** Calls `listener` after each change of person. */
export const onChange = (listener) => listeners.push(listener);

export async function signIn(email, password) {
  become(await newSession(SIGN_IN, { input: { email, password } }));
}

/** Goes to a demo person: their session of before when it still serves, else a new one. */
export async function signInAs({ email, password }) {
  if (state.byEmail[email]) {
    become(state.byEmail[email]);
    const served = await fresh().then(() => true, () => false);
    if (served) return;
  }
  await signIn(email, password);
}

export async function signOut() {
  await fresh().catch(() => {}); // an expired token could not end its session
  const token = bearer();
  forget("");
  if (token) await ask(SIGN_OUT, {}, token);
}

/** Drops a session that the server no longer accepts. */
export function forget(why) {
  delete state.byEmail[state.current];
  state.current = null;
  save(why);
}

/** Resolves when the access token is good for a while: a refresh token serves once, so all callers share one rotation. */
export async function fresh() {
  const held = current();
  if (!held || held.goodUntil - Date.now() > NEAR_EXPIRY_MS) return;
  if (!rotations.has(held.email)) {
    rotations.set(held.email, rotate(held).finally(() => rotations.delete(held.email)));
  }
  await rotations.get(held.email);
}

async function rotate(held) {
  try {
    const next = await newSession(REFRESH, { refreshToken: held.refreshToken });
    state.byEmail[held.email] = { ...next, email: held.email, name: next.name ?? held.name };
    store();
  } catch (error) {
    if (error instanceof Refusal && current()?.email === held.email) forget("Your session has ended. Sign in again.");
    throw error;
  }
}

function become(person) {
  state.byEmail[person.email] = person;
  state.current = person.email;
  save("");
}

function save(why) {
  store();
  for (const listener of listeners) listener(why);
}

function store() {
  sessionStorage.setItem(STORE, JSON.stringify(state));
}

async function newSession(mutation, variables) {
  const { payload, serverNow } = await ask(mutation, variables);
  const { accessToken, refreshToken, expiresAt } = payload.session;
  return {
    accessToken,
    refreshToken,
    // In this machine's clock, which may be far from the server's.
    goodUntil: Date.now() + Date.parse(expiresAt) - serverNow,
    email: payload.viewer?.email ?? variables.input?.email,
    name: payload.viewer?.user.displayName,
  };
}

async function ask(query, variables, token) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: token }) },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json().catch(() => ({}));
  const payload = answer.data?.payload;
  if (payload?.errors.length) throw new Refusal(payload.errors.map((error) => error.message).join(" "));
  if (!payload) throw new Error(answer.errors?.[0]?.message ?? `The server answered ${response.status}.`);
  return { payload, serverNow: Date.parse(response.headers.get("date")) || Date.now() };
}
