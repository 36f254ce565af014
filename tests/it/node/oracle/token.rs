//! Tokens: which files begin like one, are readable, and are for the API server.

use podaudit::posture::{ContainerPosture, PodPosture, TokenAccess};
use serde_json::Value;

use super::batch::{Ran, Seen};
use super::compare::Comparison;
use super::volumes::OTHER_AUDIENCE;

/// Paths of the token files that the container's first process can read, and not those for
/// another audience.
fn readable(seen: &Seen) -> Vec<&str> {
    let files = seen.first["files"].as_array().into_iter().flatten();
    let tokens =
        files.filter(|file| file["token"] == true).filter_map(|file| file["path"].as_str());
    tokens.filter(|path| !path.contains(OTHER_AUDIENCE)).collect()
}

/// The token as a whole, and each file by its path.
pub(super) fn compare(
    comparison: &mut Comparison,
    posture: &PodPosture,
    container: &ContainerPosture,
    ran: &Ran,
    seen: &Seen,
) {
    let tokens = readable(seen);
    let kernel = format!("tokens at {tokens:?}");
    comparison.fact("token", &container.token, &kernel, |known| match known {
        TokenAccess::Mounted => !tokens.is_empty(),
        // A token of another process is possible, and not among the container's own files.
        TokenAccess::None | TokenAccess::Unreadable | TokenAccess::Shared(_) => tokens.is_empty(),
    });
    for credential in &container.credentials {
        let is_there = tokens.contains(&credential.place.as_str());
        comparison.fact(
            "token",
            &credential.access,
            format!("{}: {is_there}", credential.place),
            |known| (*known == TokenAccess::Mounted) == is_there,
        );
    }
    for path in &tokens {
        let is_known = container.credentials.iter().any(|credential| credential.place == *path);
        comparison.value("token", &container.credentials, format!("a token at {path}"), is_known);
    }
    let uses_node = posture.host_namespaces.iter().any(|namespace| namespace.field == "hostPID");
    if !uses_node && sees_neighbours(seen) && others_have_tokens(container, ran) {
        let kernel = "another container's processes, whose files are open, have a token";
        comparison.fact("token", &container.token, kernel, |known| {
            matches!(known, TokenAccess::Mounted | TokenAccess::Shared(_))
        });
    }
}

fn sees_neighbours(seen: &Seen) -> bool {
    let processes = seen.first["processes"].as_array().into_iter().flatten();
    processes
        .into_iter()
        .any(|process| process["rootReadable"] == Value::Bool(true) && process["name"] == "probe")
}

fn others_have_tokens(container: &ContainerPosture, ran: &Ran) -> bool {
    // Init containers have ended, and a debug container's target is left out: see `generator`.
    let runs = |name: &str| name.starts_with('c');
    ran.seen.iter().any(|(name, seen)| {
        *name != container.name && runs(name) && runs(&container.name) && !readable(seen).is_empty()
    })
}
