//! A port is not a tag.

use super::Case;
use crate::support::pods::pod;

fn image(reference: &str) -> [String; 1] {
    [pod(&format!("{{containers: [{{name: app, image: \"{reference}\"}}]}}"))]
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        // Measured: only trivy sees it.
        Case::new(
            "measured::port_of_the_registry_is_no_tag",
            image("registry.local:5000/app"),
            "image-not-pinned app fail: neither tag nor digest",
        ),
        Case::new(
            "image::short_registry_with_a_port",
            image("registry:5000/app"),
            "image-not-pinned app fail: neither tag nor digest",
        ),
        Case::new(
            "image::port_and_tag",
            image("registry.local:5000/app:v1"),
            "image-not-pinned app fail: named by its tag",
        ),
        Case::new(
            "image::port_tag_and_digest",
            image(
                "registry.local:5000/app:v1@sha256:\
                 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            ),
            "image-not-pinned app pass",
        ),
    ]
}
