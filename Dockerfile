# switchpoint in a container: docker build -t switchpoint . && docker run --rm -v "$PWD:/work" switchpoint audit calls.parquet
# The build needs the crates of Cargo.lock and nothing else from a network.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked

FROM debian:bookworm-slim
# Certificates for `prices sync`; everything else works without a network.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /src/target/dist/switchpoint /usr/local/bin/
COPY --from=build /src/LICENSE-MIT /src/LICENSE-APACHE /src/reports/fonts/OFL.txt /usr/local/share/doc/switchpoint/
RUN useradd --create-home switchpoint
USER switchpoint
WORKDIR /work
ENTRYPOINT ["switchpoint"]
