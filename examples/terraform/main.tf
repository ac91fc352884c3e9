terraform {
  required_providers {
    vault = {
      source  = "hashicorp/vault"
      version = ">= 4.0"
    }
  }
}

variable "cognito_app_client_secret" {
  description = "Secret of the app client. It stands in Terraform's state."
  type        = string
  sensitive   = true
}

resource "vault_mount" "cognito" {
  path        = "cognito"
  type        = "cognito"
  description = "Credentials of Cognito user pools"
}

resource "vault_generic_endpoint" "config" {
  path      = "${vault_mount.cognito.path}/config"
  data_json = file("${path.module}/config.json")

  # What is read back holds every field; only those in the file are Terraform's.
  ignore_absent_fields = true
}

resource "vault_generic_endpoint" "user" {
  path      = "${vault_mount.cognito.path}/roles/my-cognito-user"
  data_json = file("${path.module}/role-user.json")

  ignore_absent_fields = true
}

resource "vault_generic_endpoint" "machine" {
  path = "${vault_mount.cognito.path}/roles/my-machine"
  data_json = jsonencode(merge(
    jsondecode(file("${path.module}/role-machine.json")),
    # A read never returns it, which ignore_absent_fields passes over; a new value changes data_json, and is written.
    { app_client_secret = var.cognito_app_client_secret },
  ))

  ignore_absent_fields = true
}

resource "vault_policy" "application" {
  name = "cognito-application"

  policy = <<-EOT
    path "${vault_mount.cognito.path}/creds/my-cognito-user" {
      capabilities = ["read"]
    }
  EOT
}
