# The stock images of Vault and OpenBao, which are Alpine, with the plugin in them. From a folder with the files of a release:
#   docker build -f alpine.Dockerfile --build-arg IMAGE=hashicorp/vault:1.21 -t vault-cognito .
#   docker build -f alpine.Dockerfile --build-arg IMAGE=openbao/openbao:2.5 -t openbao-cognito .
ARG IMAGE
FROM ${IMAGE}
ARG TARGETARCH=amd64
ARG FILE=vault-plugin-secrets-cognito-linux-${TARGETARCH}-musl
USER root
RUN apk add --no-cache libstdc++
WORKDIR /plugins
COPY ${FILE} checksums.txt ./
RUN grep " ${FILE}\$" checksums.txt | sha256sum -c - \
  && mv "${FILE}" vault-plugin-secrets-cognito \
  && chmod 0755 vault-plugin-secrets-cognito \
  && rm checksums.txt
# Both images' entry points start as root and give it up.
