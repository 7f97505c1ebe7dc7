// Judges what Cairn signed with libraries that nobody of ours wrote.
//
// Reads one request as JSON on standard input, answers with JSON on standard
// output and never asks the network: a document that was not given is an error.
//
//   {kind: "credential", credential, documents, contexts_dir | contexts}
//     -> {verified, errors, statuses: [{purpose, set}]}
//   {kind: "status", credential, documents, contexts_dir | contexts}
//     -> {verified, errors, statuses: [{purpose, set}]}
//   {kind: "jwt", token, jwk}
//     -> {verified, errors, header, payload}
//
// `documents` maps addresses to documents: DID documents by DID, status lists by
// address. Contexts come from npm packages, then from the folder contexts_dir (its
// index.json maps addresses to files) or from the map `contexts`.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {contexts as credentialsContexts} from
  '@digitalbazaar/credentials-context';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {compactVerify, importJWK} from 'jose';
import multikeyContext from '@digitalbazaar/multikey-context';

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

const PACKAGED = new Map([...credentialsContexts, ...multikeyContext.contexts]);

function contextFinder({contexts = {}, contexts_dir: folder}) {
  if(!folder) {
    return url => contexts[url];
  }
  const read = name => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const files = read('index.json');
  return url => files[url] && read(files[url]);
}

function makeLoader(request) {
  const {documents} = request;
  const findContext = contextFinder(request);
  const find = url => documents[url] || PACKAGED.get(url) || findContext(url) ||
    methodOf(documents, url);
  return async url => {
    const document = find(url);
    if(!document) {
      throw new Error(`Not given, and never fetched: ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document};
  };
}

// A DID URL with a fragment names a verification method of a DID document.
function methodOf(documents, url) {
  const [did, fragment] = url.split('#');
  const methods = fragment && documents[did]?.verificationMethod || [];
  const method = methods.find(({id}) => id === url);
  return method && {'@context': MULTIKEY, ...method};
}

function messages(error) {
  if(!error) {
    return [];
  }
  const below = [...(error.errors || []), error.cause].filter(Boolean);
  return [String(error.message), ...below.flatMap(messages)];
}

// `verified` stays true for a revoked credential: what counts is the bit.
function bits({results = []} = {}) {
  return results.filter(({credentialStatus}) => credentialStatus).map(
    ({credentialStatus: {statusPurpose}, status}) =>
      ({purpose: statusPurpose, set: status}));
}

function tools(request) {
  const documentLoader = makeLoader(request);
  const suite = new DataIntegrityProof({cryptosuite});
  const readStatus = ({credential}) => checkStatus({
    credential, documentLoader, suite,
    verifyBitstringStatusListCredential: true, verifyMatchingIssuers: true
  });
  return {documentLoader, suite, readStatus};
}

async function judgeCredential(request) {
  const {credential, documents} = request;
  const {documentLoader, suite, readStatus} = tools(request);
  const list = credential.credentialStatus?.statusListCredential;
  const options = {credential, suite, documentLoader};
  if(list) {
    options.checkStatus =
      list in documents ? readStatus : async () => ({verified: true});
  }
  const {verified, error, statusResult} = await vc.verifyCredential(options);
  const errors = [...messages(error), ...messages(statusResult?.error)];
  return {verified, errors, statuses: bits(statusResult)};
}

async function judgeStatus(request) {
  const answer = await tools(request).readStatus(request);
  const errors = messages(answer.error);
  return {verified: answer.verified, errors, statuses: bits(answer)};
}

async function judgeJwt({token, jwk}) {
  const key = await importJWK(jwk, 'ES256');
  const {payload, protectedHeader} =
    await compactVerify(token, key, {algorithms: ['ES256']});
  return {
    verified: true, errors: [], header: protectedHeader,
    payload: JSON.parse(new TextDecoder().decode(payload))
  };
}

const judges = {
  credential: judgeCredential, status: judgeStatus, jwt: judgeJwt
};

async function answer(request) {
  try {
    return await judges[request.kind](request);
  } catch(error) {
    return {verified: false, errors: messages(error), statuses: []};
  }
}

const request = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(await answer(request)));
