import { type ApiCall, bodyOf, type Logical, type Plain, type Route, textField } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { wrapTtlOf } from "./wrap-request.ts";
import type { Wrapped } from "./wrapping.ts";

/** Who holds a wrapping token may use it here, with or without another token. */
export const wrappingRoutes: readonly Route[] = [
  { pattern: /^wrapping\/wrap$/, handlers: { update: wrap } },
  { pattern: /^wrapping\/lookup$/, open: true, handlers: { update: lookUp, read: lookUp } },
  { pattern: /^wrapping\/unwrap$/, open: true, handlers: { update: unwrap } },
  { pattern: /^wrapping\/rewrap$/, open: true, handlers: { update: rewrap } },
];

function wrap({ request }: ApiCall): Logical {
  if (wrapTtlOf(request) === undefined) throw new ApiError(400, "endpoint requires response wrapping to be used");
  return { data: bodyOf(request) };
}

function lookUp(call: ApiCall): Logical {
  const { core } = call;
  const { createdAt, path, ttl } = known(core.wrapping.look(tokenOf(call)));
  return {
    data: { creation_path: path, creation_time: new Date(createdAt).toISOString(), creation_ttl: ttl },
  };
}

function unwrap(call: ApiCall): Plain {
  const { answer } = known(call.core.wrapping.unwrap(tokenOf(call)));
  return { status: 200, body: answer };
}

function rewrap(call: ApiCall): Plain {
  const { wrapping } = call.core;
  const { answer, ttl, path } = known(wrapping.unwrap(tokenOf(call)));
  return { status: 200, body: describeWrapped(wrapping.wrap(answer, ttl, path)) };
}

/** The answer that goes out in place of what was wrapped. */
export function describeWrapped({ token, accessor, ttl, createdAt, path }: Wrapped): object {
  return {
    request_id: "",
    lease_id: "",
    renewable: false,
    lease_duration: 0,
    data: null,
    wrap_info: { token, accessor, ttl, creation_time: new Date(createdAt).toISOString(), creation_path: path },
    warnings: null,
    auth: null,
    mount_type: "",
  };
}

function tokenOf({ request, token }: ApiCall): string {
  return textField(bodyOf(request), "token") || token;
}

function known(wrapped: Wrapped | undefined): Wrapped {
  if (wrapped === undefined) throw new ApiError(400, "wrapping token is not valid or does not exist");
  return wrapped;
}
