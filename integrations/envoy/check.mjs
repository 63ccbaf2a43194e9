#!/usr/bin/env node
// Holds what `switchpoint export envoy` writes against the schemas of the resources in it.
//
//     npm install --prefix DIR @kubernetes-models/envoy-gateway @kubernetes-models/gateway-api js-yaml
//     node integrations/envoy/check.mjs DIR routes.yaml
//
// Envoy Gateway and the Gateway API publish their resources as models (those packages are made from their definitions). Envoy AI Gateway does not, so
// of its kinds the fields that the program writes are stated below, from the definitions in its chart (aigateway.envoyproxy.io, v1beta1). Unknown
// fields are mistakes everywhere: a cluster would drop them silently. Also: every name that is referred to is there, and no secret is.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
if (!file) {
  console.error("usage: check.mjs DIR FILE");
  process.exit(2);
}
const modules = join(resolve(folder), "node_modules");
const yaml = createRequire(join(resolve(folder), "package.json"))("js-yaml");
const model = async (path) => Object.values(await import(pathToFileURL(join(modules, "@kubernetes-models", path))))[0];

const PUBLISHED = {
  "gateway.envoyproxy.io/v1alpha1 Backend": await model("envoy-gateway/gateway.envoyproxy.io/v1alpha1/Backend.js"),
  "gateway.envoyproxy.io/v1alpha1 BackendTrafficPolicy": await model(
    "envoy-gateway/gateway.envoyproxy.io/v1alpha1/BackendTrafficPolicy.js",
  ),
  "gateway.networking.k8s.io/v1 BackendTLSPolicy": await model("gateway-api/gateway.networking.k8s.io/v1/BackendTLSPolicy.js"),
};

const text = (value) => typeof value === "string" && value.length > 0;
const name = (value) => text(value) && value.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value);
const count = (value) => Number.isInteger(value) && value >= 0;
const one = (...values) => (value) => values.includes(value);
const reference = (group, kind) => ({ group: one(group), kind: one(kind), name });
const secret = { secretRef: { name } };

// `?` behind a key: it may be missing. A list has one element that describes all of it, and a greatest length.
const STATED = {
  AIGatewayRoute: {
    parentRefs: [reference("gateway.networking.k8s.io", "Gateway"), 16],
    rules: [
      {
        matches: [{ headers: [{ type: one("Exact", "RegularExpression"), name: text, value: (value) => text(value) && value.length <= 4096 }, 16] }, 128],
        backendRefs: [{ name, modelNameOverride: text, "weight?": count, "priority?": count }, 128],
      },
      15,
    ],
  },
  AIServiceBackend: {
    schema: { name: one("OpenAI", "Anthropic"), "prefix?": text },
    backendRef: reference("gateway.envoyproxy.io", "Backend"),
  },
  BackendSecurityPolicy: {
    targetRefs: [reference("aigateway.envoyproxy.io", "AIServiceBackend"), 16],
    type: one("APIKey", "AnthropicAPIKey"),
    "apiKey?": secret,
    "anthropicAPIKey?": secret,
  },
};

function* mistakes(value, stated, place) {
  if (typeof stated === "function") {
    if (!stated(value)) yield `${place} is ${JSON.stringify(value)}`;
  } else if (Array.isArray(stated)) {
    const [element, most] = stated;
    if (!Array.isArray(value) || value.length === 0 || value.length > most) yield `${place} is no list of 1 to ${most}`;
    else for (const [at, own] of value.entries()) yield* mistakes(own, element, `${place}[${at}]`);
  } else if (value === null || typeof value !== "object") {
    yield `${place} is ${JSON.stringify(value)}`;
  } else {
    const known = new Map(Object.entries(stated).map(([key, own]) => [key.replace("?", ""), [own, key.endsWith("?")]]));
    for (const key of Object.keys(value)) if (!known.has(key)) yield `${place}.${key} is not known`;
    for (const [key, [own, optional]] of known) {
      if (key in value) yield* mistakes(value[key], own, `${place}.${key}`);
      else if (!optional) yield `${place}.${key} is missing`;
    }
  }
}

// Published models let unknown fields pass; what they keep of a field is not told, so the fields that are written are named here.
const FIELDS = {
  Backend: ["endpoints"],
  BackendTrafficPolicy: ["targetRefs", "retry"],
  BackendTLSPolicy: ["targetRefs", "validation"],
};

const documents = yaml.loadAll(readFileSync(file, "utf8")).filter((of) => of !== null);
const named = new Set(documents.map((of) => `${of.kind} ${of.metadata.name}`));
const found = [];
for (const of of documents) {
  const own = `${of.kind} ${of.metadata?.name}`;
  if (!name(of.metadata?.name)) found.push(`${own}: no name`);
  const published = PUBLISHED[`${of.apiVersion} ${of.kind}`];
  if (published) {
    try {
      new published(of).validate();
    } catch (error) {
      found.push(`${own}: ${error.message}`);
    }
    for (const key of Object.keys(of.spec)) if (!FIELDS[of.kind].includes(key)) found.push(`${own}: spec.${key} is not known`);
  } else if (of.apiVersion === "aigateway.envoyproxy.io/v1beta1" && of.kind in STATED) {
    for (const mistake of mistakes(of.spec, STATED[of.kind], "spec")) found.push(`${own}: ${mistake}`);
  } else {
    found.push(`${own}: not a kind that is known (${of.apiVersion})`);
  }
  const referred = [
    ...(of.spec?.rules ?? []).flatMap((rule) => rule.backendRefs.map((backend) => `AIServiceBackend ${backend.name}`)),
    ...(of.spec?.backendRef ? [`Backend ${of.spec.backendRef.name}`] : []),
    // An HTTPRoute has the name of the route that it is made from.
    ...(of.spec?.targetRefs ?? []).map((target) => `${target.kind === "HTTPRoute" ? "AIGatewayRoute" : target.kind} ${target.name}`),
  ];
  for (const other of referred) if (!named.has(other)) found.push(`${own}: there is no ${other}`);
}
if (documents.some((of) => of.kind === "Secret")) found.push("a secret is in the file");

const kinds = new Map();
for (const of of documents) kinds.set(of.kind, (kinds.get(of.kind) ?? 0) + 1);
console.log([...kinds].map(([kind, number]) => `${number} ${kind}`).join(", "));
for (const mistake of found) console.log(`wrong: ${mistake}`);
console.log(found.length === 0 ? "ok" : `${found.length} wrong`);
process.exit(found.length === 0 ? 0 : 1);
