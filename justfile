# Short names for what people do here. `just` alone lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]

_default:
    @just --list --unsorted

# Audit the built-in sample cluster: no cluster needed.
demo *args:
    cargo run --release --locked -- --demo {{ args }}

# Unit tests, the cases of docs/rules and, where Go can build one, a real control plane.
test *args:
    cargo test {{ args }}

# Formatting and lints, as strict as CI.
lint:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings

# Everything that CI checks.
check:
    .ci/run

# Time and memory at the size of a large cluster.
bench *args:
    cargo bench {{ args }}

# podaudit as a whole process, from 1,000 to 150,000 pods, beside a bare drain and kubectl.
bench-scale *args:
    cargo bench --bench scale -- {{ args }}

# Two release builds in two folders: static, the same bytes, small enough.
release-check:
    release/check

# A release without its image, into the folder `out`; the archives will be below this URL.
release out url *homepage:
    release/archives {{ out }} {{ url }} {{ homepage }}

# Search for inputs that break a parser: page, protobuf, image_reference or yaml. Needs nightly and cargo-fuzz.
fuzz target seconds="60":
    mkdir -p fuzz/corpus/{{ target }}.new
    cargo +nightly fuzz run {{ target }} fuzz/corpus/{{ target }}.new fuzz/corpus/{{ target }} -- -max_total_time={{ seconds }}

# Rewrite the examples under reports/ from what podaudit prints now. Look at the diff.
reports:
    UPDATE_EXPECT=1 cargo test

# The sample cluster's workloads on a new kind cluster. Their images do not exist: the pods are
# admitted and scheduled, and stay without containers.
lab:
    kind create cluster --name podaudit --config kind-config.yaml
    kubectl --context kind-podaudit apply -f demo/cluster.yaml -l podaudit.dev/lab=true
    cargo run --release --locked -- --context kind-podaudit

# Remove what `just lab` created.
lab-down:
    kind delete cluster --name podaudit

# The same without Docker: a control plane and, as root on Linux, a node that runs the workloads,
# built from Go modules.
lab-local:
    demo/lab-local
