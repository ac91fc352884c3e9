# The UBI images of Vault and OpenBao, which have glibc, with the plugin in them. From a folder with the files of a release:
#   docker build -f ubi.Dockerfile --build-arg IMAGE=hashicorp/vault:1.21-ubi --build-arg RUN_AS=vault -t vault-cognito .
#   docker build -f ubi.Dockerfile --build-arg IMAGE=openbao/openbao-ubi:2.5 --build-arg RUN_AS=openbao -t openbao-cognito .
ARG IMAGE
FROM ${IMAGE}
ARG RUN_AS
ARG TARGETARCH=amd64
ARG FILE=vault-plugin-secrets-cognito-linux-${TARGETARCH}
USER root
WORKDIR /plugins
COPY ${FILE} checksums.txt ./
RUN grep " ${FILE}\$" checksums.txt | sha256sum -c - \
  && mv "${FILE}" vault-plugin-secrets-cognito \
  && chmod 0755 vault-plugin-secrets-cognito \
  && rm checksums.txt
USER ${RUN_AS}
