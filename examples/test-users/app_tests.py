"""Tests of an application, with a Cognito user of their own. Needs VAULT_ADDR and VAULT_TOKEN, and hvac (requirements.txt)."""

import base64
import json
import os
import unittest

import hvac


class ReaderMayRead(unittest.TestCase):
    def setUp(self):
        self.vault = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["VAULT_TOKEN"])
        answer = self.vault.read("cognito/creds/my-cognito-user")
        self.addCleanup(self.vault.sys.revoke_lease, answer["lease_id"])
        self.user = answer["data"]

    def test_reader_may_read(self):
        claims = self.user["access_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        self.assertEqual(claims["cognito:groups"], ["readers"])


if __name__ == "__main__":
    unittest.main()
