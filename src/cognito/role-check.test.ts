import { expect, test } from "bun:test";
import { UserError } from "../framework/index.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";

const refusals: readonly [string, Record<string, unknown>, string][] = [
  ["an unknown kind", { credential_type: "admin" }, "credential_type"],
  ["a lease longer than allowed", { ttl: "2h", max_ttl: "1h" }, "ttl cannot be greater than max_ttl"],
  ["a region that is none", { region: "Ireland" }, 'region must be the name of an AWS region, such as "eu-west-1"'],
  ["a pool id that is none", { user_pool_id: "pool" }, "user_pool_id must be the id of a user pool"],
  [
    "a pool of another region",
    { region: "us-east-1" },
    "user_pool_id is of region eu-west-1, but region says us-east-1",
  ],
  ["an e-mail domain that is none", { dummy_email_domain: "a@b" }, "dummy_email_domain must be a domain"],
  ["a sign-in that is none", { auth_flow: "SRP" }, "auth_flow"],
  ["a negative lease", { ttl: "-5s" }, 'input for field "ttl"'],
  [
    "a group with a space",
    { group: "our readers" },
    "group must be the name of a group as the user pool has it: 1 to 128",
  ],
  ["a group of a space", { group: " " }, "group must be the name of a group"],
  [
    "a group too long",
    { group: "g".repeat(129) },
    "group must be the name of a group as the user pool has it: 1 to 128",
  ],
  [
    "a line end in a group",
    { groups: ["writers", "a\nb"] },
    "groups must be names of groups as the user pool has them",
  ],
  [
    "an extra comma in its groups",
    { groups: "writers,,readers" },
    "groups holds an empty name: remove the extra comma",
  ],
  ["a comma for groups", { groups: "," }, "groups holds an empty name: remove the extra comma"],
  ["an attribute without a name", { attributes: { "": "x" } }, "attributes: a name must be 1 to 32 characters"],
  ["a custom attribute without a name", { attributes: { "custom:": "x" } }, "attributes: a name must be 1 to 32"],
  ["a space before the equals sign", { attributes: "custom:team =x" }, "attributes: a name must be 1 to 32"],
  ["a long attribute name", { attributes: { ["a".repeat(33)]: "x" } }, "attributes: a name must be 1 to 32"],
  ["Cognito's own attribute", { attributes: { sub: "x" } }, "attributes must not hold sub: Cognito makes it itself"],
  [
    "names with spaces",
    { username_template: "{{uuid}} of {{.RoleName}}" },
    "username_template made a name with spaces",
  ],
  ["names with line ends", { username_template: "{{uuid}}\n" }, "username_template made a name with spaces or control"],
  [
    "names too long",
    { username_template: `{{uuid}}${"x".repeat(100)}` },
    "username_template made a name of 136 charac",
  ],
  ["a domain too long for names", { dummy_email_domain: `${"a".repeat(60)}.${"b".repeat(31)}` }, "is too long: user"],
];

for (const [what, change, sentence] of refusals) {
  test(`a user role with ${what} is refused by name`, async () => {
    await using world = await mountedCognito();
    const { mount, userRole } = world;
    const writing = mount.write("roles/app", { ...userRole, ...(change as typeof userRole) });
    await expect(writing).rejects.toThrow(UserError);
    await expect(writing).rejects.toThrow(sentence);
    expect(await mount.list("roles")).toEqual([]);
  });
}

test("what a kind needs is named", async () => {
  await using world = await mountedCognito();
  await expect(world.mount.write("roles/app", { credential_type: "user" })).rejects.toThrow(
    "a role of credential_type user needs user_pool_id, dummy_email_domain (or username_template), app_client_id (or issue_tokens=false)",
  );
  await expect(world.mount.write("roles/app", {})).rejects.toThrow(
    "a role of credential_type client_credentials_grant needs app_client_id, cognito_pool_domain, app_client_secret",
  );
});

test("a group and attributes are taken as Cognito takes them: in any script, with symbols, up to the last character", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  const groups = ["г".repeat(128), "😀".repeat(128), "eu-west-1_AbCdEfGhI_Google", "a/b:c"];
  const attributes = { [`custom:${"n".repeat(32)}`]: "😀".repeat(2048), "custom:a=b": "", "dev:custom:x": " a b\n" };
  await mount.write("roles/app", { ...userRole, group: "ré👍", groups, attributes });
  expect((await mount.read("roles/app")).data).toMatchObject({ group: "ré👍", groups, attributes });
});

const hosts: readonly [string, boolean][] = [
  ["my-pool.auth.eu-west-1.amazoncognito.com", true],
  ["https://login.example.com", true],
  ["http://127.0.0.1:9000", true],
  ["http://login.example.com", false],
  ["https://user:pw@login.example.com", false],
  ["login.example.com/path", false],
  ["login.example.com?x=1", false],
  ["169.254.169.254", false],
  ["login.example.com:8443", false],
];

for (const [host, isFine] of hosts) {
  test(`a client secret ${isFine ? "may" : "must not"} be sent to ${host}`, async () => {
    await using world = await mountedCognito();
    const writing = world.mount.write("roles/machine", { ...world.machineRole, cognito_pool_domain: host });
    if (isFine) await writing;
    else await expect(writing).rejects.toThrow(/^cognito_pool_domain/);
  });
}

test("attributes are cleared by an empty text, as a command line gives it", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/app", { ...userRole, attributes: ["custom:a=1", "custom:b=2"] });
  expect((await mount.read("roles/app")).data.attributes).toEqual({ "custom:a": "1", "custom:b": "2" });
  await mount.write("roles/app", { attributes: "" });
  expect((await mount.read("roles/app")).data.attributes).toEqual({});
});

test("a pool of another region than config's needs the region on the role", async () => {
  await using world = await mountedCognito();
  const { mount, userRole, emulator } = world;
  const { region: _, ...withoutRegion } = userRole;
  await mount.write("roles/early", withoutRegion);
  await mount.write("config", { region: "us-east-1" });
  const sentence =
    "user_pool_id is of region eu-west-1, but the role names none and config says us-east-1: set region=eu-west-1 on the role";
  await expect(mount.write("roles/late", withoutRegion)).rejects.toThrow(new UserError(sentence));
  await expect(mount.read("creds/early")).rejects.toThrow(
    new UserError(`role 'early' cannot issue credentials: ${sentence}`),
  );
  expect(emulator.calls).toEqual([]);
  await mount.write("roles/early", { region: "eu-west-1" });
  await mount.revoke(await mount.read("creds/early"));
  await mount.write("config", { region: "eu-west-1" });
  await mount.write("roles/late", withoutRegion);
  await mount.revoke(await mount.read("creds/late"));
});

test("a pool of another region than the server's needs the region on the role", async () => {
  await using world = await mountedCognito({ ambientRegion: "us-east-1" });
  const { mount, userRole } = world;
  await expect(mount.write("roles/app", { ...userRole, region: "" })).rejects.toThrow(
    "but the role names none and the server's environment says us-east-1: set region=eu-west-1 on the role",
  );
  await mount.write("config", { region: "eu-west-1" });
  await mount.write("roles/app", { ...userRole, region: "" });
});

test("attributes, which may be personal, are not repeated where they do not fit", async () => {
  await using world = await mountedCognito();
  for (const attributes of ["private-value", { "custom:pin": ["private-value"] }]) {
    const error = await world.mount.write("roles/app", { ...world.userRole, attributes }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain('field "attributes"');
    expect(error.message).not.toContain("private-value");
  }
  const long = { "custom:note": "private-value".repeat(200) };
  await expect(world.mount.write("roles/app", { ...world.userRole, attributes: long })).rejects.toThrow(
    new UserError("attributes: the value of custom:note is too long: Cognito takes 2048 characters"),
  );
});
