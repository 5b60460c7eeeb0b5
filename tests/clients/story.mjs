// From nobody to a pair that talks, each step an operation as front ends, chats and consoles send it.

import { randomUUID } from 'node:crypto';

const SIGN_UP = `mutation SignUp($input: SignUpInput!) {
  signUp(input: $input) { session { accessToken refreshToken } errors { code } } }`;
const REFRESH = `mutation Refresh($token: String!) {
  refreshSession(refreshToken: $token) { session { accessToken } errors { code } } }`;
const GROUP = `mutation { createGroup(input: {name: "Parents", description: "", category: PARENTING}) {
  group { id } errors { code } } }`;
const PROGRAM = `mutation Create($group: ID!) {
  createProgram(input: {groupId: $group, templateKey: "encouragement-and-support"}) {
    program { id } errors { code } } }`;
const QUESTIONS = `mutation Ask($program: ID!) {
  setProgramQuestions(input: {programId: $program, questions: []}) { errors { code } } }`;
const OPEN = `mutation Open($program: ID!) {
  openProgram(programId: $program) { program { status } errors { code } } }`;
const JOIN = `mutation Join($group: ID!) { joinGroup(groupId: $group) { errors { code } } }`;
const ENROLL = `mutation Enroll($program: ID!, $role: ProgramRole!) {
  enroll(input: {programId: $program, role: $role, topics: ["listening"]}) {
    enrollment { id } errors { code } } }`;
const APPROVE = `mutation Approve($ids: [ID!]!) {
  approveEnrollments(enrollmentIds: $ids) { errors { code } } }`;
const PAIR = `mutation Pair($program: ID!, $mentor: ID!, $mentee: ID!) {
  createMatches(input: {programId: $program,
                        pairs: [{mentorEnrollmentId: $mentor, menteeEnrollmentId: $mentee}]}) {
    matches { id } errors { code } } }`;
const INBOX = `query Inbox {
  viewer { matches { nodes { id status unreadCount steps { state } partner { displayName }
    messages(last: 20) { nodes { number body sender { displayName } } } } } } }`;
const READ = `mutation Read($match: ID!) {
  markRead(matchId: $match, upToNumber: 2) { match { unreadCount } errors { code } } }`;

// The match of the second and the third person, whom the first has paired; two messages are in it.
export async function paired([admin, mentor, mentee], library) {
  for (const person of [admin, mentor, mentee]) {
    const { signUp } = await person.do(SIGN_UP, {
      input: {
        email: `${person.name.toLowerCase()}-${randomUUID()}@example.org`,
        password: 'a long enough password',
        displayName: person.name,
        birthDate: '1984-05-01',
        timeZone: 'Europe/Paris',
      },
    });
    const { refreshSession } = await person.do(REFRESH, { token: signUp.session.refreshToken });
    person.token = refreshSession.session.accessToken;
  }
  const group = (await admin.do(GROUP)).createGroup.group.id;
  const program = (await admin.do(PROGRAM, { group })).createProgram.program.id;
  await admin.do(QUESTIONS, { program });
  await admin.do(OPEN, { program });
  const ids = [];
  for (const [person, role] of [[mentor, 'MENTOR'], [mentee, 'MENTEE']]) {
    await person.do(JOIN, { group });
    ids.push((await person.do(ENROLL, { program, role })).enroll.enrollment.id);
  }
  await admin.do(APPROVE, { ids });
  const made = await admin.do(PAIR, { program, mentor: ids[0], mentee: ids[1] });
  const match = made.createMatches.matches[0].id;
  await mentor.send(match, 'How was the night?', `${library}-hello`);
  await mentee.send(match, 'Short.', `${library}-answer`);
  await mentor.do(READ, { match });
  const [node] = (await mentee.do(INBOX)).viewer.matches.nodes;
  if (node.status !== 'ACTIVE' || node.partner.displayName !== mentor.name) {
    throw new Error(JSON.stringify(node));
  }
  const bodies = node.messages.nodes.map((message) => message.body);
  if (bodies.join() !== 'How was the night?,Short.') throw new Error(bodies.join());
  return match;
}
