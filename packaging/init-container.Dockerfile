# An image that brings the plugin, with the libraries it needs beside it, to a server in the stock image: see helm-values-vault.yaml and helm-values-openbao.yaml.
#   docker build -f init-container.Dockerfile -t registry.example.com/cognito-plugin:1.0.0 .
FROM alpine:3.22
ARG TARGETARCH=amd64
ARG FILE=vault-plugin-secrets-cognito-linux-${TARGETARCH}-musl
RUN apk add --no-cache libstdc++
WORKDIR /plugin
COPY ${FILE} checksums.txt ./
RUN grep " ${FILE}\$" checksums.txt | sha256sum -c - \
  && mv "${FILE}" vault-plugin-secrets-cognito \
  && chmod 0755 vault-plugin-secrets-cognito \
  && rm checksums.txt \
  && mkdir lib \
  && cp -L /usr/lib/libstdc++.so.6 /usr/lib/libgcc_s.so.1 lib/
USER 65534
CMD ["cp", "-R", "/plugin/.", "/plugins/"]
