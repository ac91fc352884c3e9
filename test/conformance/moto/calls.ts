import type { Call } from "./call.ts";
import { ends } from "./calls-end.ts";
import { refused } from "./calls-refused.ts";
import { setUp } from "./calls-set-up.ts";
import { signIn } from "./calls-sign-in.ts";
import { tokenService } from "./calls-sts.ts";
import { users } from "./calls-users.ts";
import { cognitoPost } from "./post.ts";

const wire: readonly Call[] = [
  {
    name: "no operation of Cognito",
    make: (peer) => cognitoPost(peer, "AWSCognitoIdentityProviderService.Knock", "{}"),
  },
  {
    name: "a body that is no JSON",
    make: (peer) => cognitoPost(peer, "AWSCognitoIdentityProviderService.ListUserPools", "{"),
  },
];

/** In the order in which they are made. */
export const calls: readonly Call[] = [...setUp, ...users, ...signIn, ...refused, ...ends, ...tokenService, ...wire];
