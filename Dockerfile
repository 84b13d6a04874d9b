# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
# Modules first: they change less often than the code.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.version=${VERSION}" -o /out/backout ./cmd/backout
# A volume takes the owner of the folder it is first mounted over.
RUN mkdir /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/backout /backout
COPY --from=build --chown=nonroot:nonroot /out/data /data
ENV BACKOUT_STORE=bolt:/data/backout.db \
    BACKOUT_LISTEN=:8080
USER nonroot
WORKDIR /data
VOLUME /data
EXPOSE 8080
# There is no shell and no curl in here, so the binary asks itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/backout", "health"]
ENTRYPOINT ["/backout"]
CMD ["serve"]
