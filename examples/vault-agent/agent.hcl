# Keeps a file with a bearer token fresh for an application that only reads the file.

# The address comes from VAULT_ADDR; name it here where the agent has no such environment:
# vault { address = "https://vault.example.com:8200" }

auto_auth {
  method {
    type = "token_file"
    config = {
      token_file_path = "/run/agent/vault-token"
    }
  }
}

template {
  destination = "/run/agent/authorization"
  perms       = "0600"
  contents    = <<-EOT
    {{- with secret "cognito/creds/my-machine" -}}
    Authorization: Bearer {{ .Data.access_token }}
    {{- end -}}
  EOT
}
