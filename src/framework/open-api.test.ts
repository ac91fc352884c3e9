import { expect, test } from "bun:test";
import { field } from "./field.ts";
import { isJsonObject, type Json } from "./json.ts";
import { openApiDocument } from "./open-api.ts";
import { definePath } from "./path.ts";

const role = definePath({
  pattern: "roles/{name}",
  help: { synopsis: "Manage roles.", description: "" },
  fields: {
    name: field.lowerCaseString("Name of the role."),
    app_client_secret: field.string("Secret of the app client.", { sensitive: true }),
  },
  operations: { read: () => undefined, update: { handler: () => undefined, summary: "Write a role." } },
});
const document = openApiDocument([role.described], { hostVersion: "1.21.0", prefix: "cognito" });

function at(...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((value, key) => (isJsonObject(value) ? value[key] : undefined), document);
}

test("user interfaces learn to mask a credential", () => {
  const schema = at("components", "schemas", "CognitoWriteRolesNameRequest", "properties", "app_client_secret");
  expect(schema).toEqual({
    type: "string",
    description: "Secret of the app client.",
    "x-vault-displayAttrs": { sensitive: true },
  });
});

test("references outlive hosts, which know them by the name of a Go field", () => {
  const content = at("paths", "/roles/{name}", "post", "requestBody", "content", "application/json", "schema");
  const reference = "#/components/schemas/CognitoWriteRolesNameRequest";
  expect(content).toEqual({ $ref: reference, ref: reference });
});

test("an operation without words of its own has those of its path", () => {
  expect(at("paths", "/roles/{name}", "get", "summary")).toBe("Manage roles.");
  expect(at("paths", "/roles/{name}", "post", "summary")).toBe("Write a role.");
});
