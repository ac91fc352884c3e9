import { describe, expect, test } from "bun:test";
import { tokenEndpointUrl } from "./cognito-domain.ts";

describe("what cognito_pool_domain may be", () => {
  for (const [domain, url] of [
    ["my-domain.auth.eu-west-1.amazoncognito.com", "https://my-domain.auth.eu-west-1.amazoncognito.com/oauth2/token"],
    ["auth.example.com", "https://auth.example.com/oauth2/token"],
    ["AUTH.Example.com", "https://auth.example.com/oauth2/token"],
    ["auth.example.com.", "https://auth.example.com/oauth2/token"],
    ["auth.example.com:443", "https://auth.example.com/oauth2/token"],
    ["auth.example.com/", "https://auth.example.com/oauth2/token"],
    ["https://auth.example.com", "https://auth.example.com/oauth2/token"],
    ["HTTPS://auth.example.com/", "https://auth.example.com/oauth2/token"],
    ["cognito", "https://cognito/oauth2/token"],
    ["localhost:9229", "https://localhost:9229/oauth2/token"],
    ["http://localhost:9229", "http://localhost:9229/oauth2/token"],
    ["http://127.0.0.1:9229", "http://127.0.0.1:9229/oauth2/token"],
    ["http://[::1]:9229", "http://[::1]:9229/oauth2/token"],
    ["https://127.0.0.1:9229", "https://127.0.0.1:9229/oauth2/token"],
  ] as const) {
    test(domain, () => expect(tokenEndpointUrl(domain).href).toBe(url));
  }
});

describe("what it may not be, since the client secret goes there", () => {
  const sentences = {
    missing: "cognito_pool_domain is missing: it names the host that issues the tokens",
    plain: "cognito_pool_domain must be a host name or an https URL, in plain characters",
    parse:
      'cognito_pool_domain must be a host name such as "my-domain.auth.eu-west-1.amazoncognito.com", or an https URL',
    scheme: "cognito_pool_domain must be an https URL",
    user: "cognito_pool_domain must not contain a user name or password; set app_client_id and app_client_secret instead",
    path: "cognito_pool_domain must be a host only: leave out path, query and fragment (/oauth2/token is added)",
    http: "cognito_pool_domain must use https; http is allowed to a loopback host only",
    ip: "cognito_pool_domain must name a host, not an IP address",
    port: "cognito_pool_domain must not name a port; Cognito's domains listen on 443",
  };
  for (const [domain, sentence] of [
    ["", sentences.missing],
    ["auth example.com", sentences.plain],
    ["auth.example.com\n", sentences.plain],
    ["auth.example.com\t.evil.org", sentences.plain],
    ["auth.ex%61mple.com", sentences.plain],
    ["auth.example.com\\evil.org", sentences.plain],
    ["bücher.example", sentences.plain],
    ["https://", sentences.parse],
    ["https://[::1", sentences.parse],
    ["ftp://auth.example.com", sentences.scheme],
    ["file:///etc/passwd", sentences.scheme],
    ["user:pass@auth.example.com", sentences.user],
    ["@auth.example.com", sentences.user],
    ["auth.example.com@evil.org", sentences.user],
    ["https://auth.example.com/oauth2", sentences.path],
    ["auth.example.com/oauth2/token", sentences.path],
    ["auth.example.com?x=1", sentences.path],
    ["auth.example.com?", sentences.path],
    ["auth.example.com#", sentences.path],
    ["http://auth.example.com", sentences.http],
    ["http://localhost.evil.org", sentences.http],
    ["http://10.0.0.1", sentences.http],
    ["10.0.0.1", sentences.ip],
    ["169.254.169.254", sentences.ip],
    ["2852039166", sentences.ip],
    ["0xa9.0xfe.0xa9.0xfe", sentences.ip],
    ["0.0.0.0", sentences.ip],
    ["[fe80::1]", sentences.ip],
    ["auth..example.com", sentences.ip],
    ["auth.example.com:8443", sentences.port],
  ] as const) {
    test(JSON.stringify(domain), () => expect(() => tokenEndpointUrl(domain)).toThrow(new Error(sentence)));
  }
});
