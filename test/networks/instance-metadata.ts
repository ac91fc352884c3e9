import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export interface InstanceMetadata {
  /** For AWS_EC2_METADATA_SERVICE_ENDPOINT. */
  readonly instanceUrl: string;
  /** For AWS_CONTAINER_CREDENTIALS_FULL_URI; asks for `containerToken`. */
  readonly containerUrl: string;
  readonly containerToken: string;
  /** What was asked for, in order: "PUT /latest/api/token". */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const roleName = "instance-role";
const rolesPath = "/latest/meta-data/iam/security-credentials/";
const sessionToken = "metadata-session-token";

/** The metadata service of an instance, version 2 only, and the credentials endpoint of a container. */
export async function startInstanceMetadata(credentials: SessionCredentials): Promise<InstanceMetadata> {
  const asked: string[] = [];
  const containerToken = "container-authorization-token";
  const given = {
    Code: "Success",
    Type: "AWS-HMAC",
    LastUpdated: new Date().toISOString(),
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: credentials.expiration.toISOString(),
  };
  const answer = (request: IncomingMessage): readonly [number, string] => {
    const isSession = request.headers["x-aws-ec2-metadata-token"] === sessionToken;
    switch (`${request.method} ${request.url}`) {
      case "PUT /latest/api/token":
        return request.headers["x-aws-ec2-metadata-token-ttl-seconds"] === undefined ? [400, ""] : [200, sessionToken];
      case `GET ${rolesPath}`:
        return isSession ? [200, roleName] : [401, ""];
      case `GET ${rolesPath}${roleName}`:
        return isSession ? [200, JSON.stringify(given)] : [401, ""];
      case "GET /container":
        return request.headers["authorization"] === containerToken ? [200, JSON.stringify(given)] : [401, ""];
      default:
        return [404, ""];
    }
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const [status, body] = answer(request);
    response.writeHead(status, { "x-aws-ec2-metadata-token-ttl-seconds": "21600" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const instanceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    instanceUrl,
    containerUrl: `${instanceUrl}/container`,
    containerToken,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
