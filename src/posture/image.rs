//! Image references by the grammar of `distribution/reference`, and the digest that runs.

use std::fmt;

/// A parsed image reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRef {
    /// Registry host with its port; `docker.io` if none was written.
    pub domain: String,
    /// Repository path; `library/` is added to Docker Hub's single names.
    pub path: String,
    /// As written; none is `latest` if there is no digest either.
    pub tag: Option<String>,
    /// `sha256:` and 64 hexadecimal digits, or another algorithm.
    pub digest: Option<String>,
}

impl ImageRef {
    /// Parses a reference as the kubelet does.
    ///
    /// # Errors
    /// In words, what is wrong with the reference.
    pub fn parse(reference: &str) -> Result<Self, &'static str> {
        let (rest, digest) = match reference.split_once('@') {
            Some((rest, digest)) => (rest, Some(valid_digest(digest)?)),
            None => (reference, None),
        };
        // A colon after the last slash starts a tag; one before it starts a port.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(valid_tag(tag)?)),
            _ => (rest, None),
        };
        let (domain, path) = match name.split_once('/') {
            Some((first, path)) if is_domain(first) => (first, path),
            _ => ("docker.io", name),
        };
        let domain = if domain == "index.docker.io" { "docker.io" } else { domain };
        if !is_valid_domain(domain) {
            return Err("the registry host is not valid");
        }
        if !is_valid_path(path) {
            return Err("the repository name is not valid");
        }
        if domain == "docker.io" && path.len() == 64 && path.bytes().all(|b| b.is_ascii_hexdigit())
        {
            return Err("64 hexadecimal digits are an image id, not a name");
        }
        let single = domain == "docker.io" && !path.contains('/');
        let path = if single { format!("library/{path}") } else { path.to_owned() };
        if domain.len() + 1 + path.len() > 255 {
            return Err("the repository name is longer than 255 characters");
        }
        Ok(Self { domain: domain.to_owned(), path, tag, digest })
    }

    /// The tag that is pulled where no digest is given.
    #[must_use]
    pub fn effective_tag(&self) -> Option<&str> {
        match (&self.digest, &self.tag) {
            (Some(_), _) => None,
            (None, Some(tag)) => Some(tag),
            (None, None) => Some("latest"),
        }
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.domain, self.path)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        self.digest.as_ref().map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

/// The repository digest in a status' `imageID`: none for an image that was never pulled, whose id
/// is that of its configuration.
pub(super) fn running_digest(image_id: &str) -> Option<&str> {
    let id = image_id.strip_prefix("docker-pullable://").unwrap_or(image_id);
    id.split_once('@').map(|(_, digest)| digest)
}

fn is_domain(first: &str) -> bool {
    first == "localhost"
        || first.contains(['.', ':'])
        || first.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_valid_domain(domain: &str) -> bool {
    let (host, port) = match domain.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (domain, None),
    };
    let label = |l: &str| {
        let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = l.as_bytes();
        edge(bytes.first())
            && edge(bytes.last())
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    let v6 = |h: &str| {
        h.strip_prefix('[')
            .and_then(|h| h.strip_suffix(']'))
            .is_some_and(|h| !h.is_empty() && h.bytes().all(|b| b.is_ascii_hexdigit() || b == b':'))
    };
    let digits = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
    (host.split('.').all(label) || v6(host)) && port.is_none_or(digits)
}

/// Components of `[a-z0-9]+`, joined inside by `.`, `_`, `__` or any number of `-`.
fn is_valid_path(path: &str) -> bool {
    path.split('/').all(|component| {
        let alnum = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        component.starts_with(alnum)
            && component.ends_with(alnum)
            && component
                .split(alnum)
                .all(|s| matches!(s, "" | "." | "_" | "__") || s.bytes().all(|b| b == b'-'))
    })
}

/// `[\w][\w.-]{0,127}`
fn valid_tag(tag: &str) -> Result<String, &'static str> {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let starts = tag.bytes().next().is_some_and(word);
    if starts && tag.len() <= 128 && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-') {
        Ok(tag.to_owned())
    } else {
        Err("the tag is not valid")
    }
}

fn valid_digest(digest: &str) -> Result<String, &'static str> {
    let length = |algorithm: &str| match algorithm {
        "sha256" => Some(64),
        "sha384" => Some(96),
        "sha512" => Some(128),
        _ => None,
    };
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    match digest.split_once(':') {
        Some((algorithm, value))
            if length(algorithm) == Some(value.len()) && value.bytes().all(hex) =>
        {
            Ok(digest.to_owned())
        }
        _ => Err("the digest is not valid"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn references_are_read_as_the_kubelet_reads_them() {
        for (reference, full, effective_tag) in [
            ("nginx", "docker.io/library/nginx", Some("latest")),
            ("nginx:1.29", "docker.io/library/nginx:1.29", Some("1.29")),
            ("index.docker.io/me/app", "docker.io/me/app", Some("latest")),
            ("registry:5000/app", "registry:5000/app", Some("latest")),
            ("registry.local:5000/team/app:v1", "registry.local:5000/team/app:v1", Some("v1")),
            ("localhost/app", "localhost/app", Some("latest")),
            ("me/app", "docker.io/me/app", Some("latest")),
            ("Registry/app", "Registry/app", Some("latest")),
            ("[::1]:5000/app", "[::1]:5000/app", Some("latest")),
            ("a__b/c-----d:T_1.0-x", "docker.io/a__b/c-----d:T_1.0-x", Some("T_1.0-x")),
        ] {
            let parsed = ImageRef::parse(reference).unwrap();
            assert_eq!(parsed.to_string(), full);
            assert_eq!(parsed.effective_tag(), effective_tag, "{reference}");
        }
        let both = ImageRef::parse(&format!("quay.io/a/b:v1@{SHA}")).unwrap();
        assert_eq!((both.effective_tag(), both.digest.as_deref()), (None, Some(SHA)));
    }

    #[test]
    fn invalid_references_are_refused() {
        let hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        for reference in [
            "",
            "Nginx",
            "a//b",
            "-a",
            "a:",
            "a:-x",
            "a@sha256:12",
            "a@md5:00",
            "a___b",
            "a/",
            hex,
            "a b",
            "https://x/y",
        ] {
            assert!(ImageRef::parse(reference).is_err(), "{reference}");
        }
    }

    #[test]
    fn a_config_digest_is_not_a_repository_digest() {
        for (id, digest) in [
            (format!("docker.io/library/nginx@{SHA}"), Some(SHA)),
            (format!("docker-pullable://nginx@{SHA}"), Some(SHA)),
            (SHA.to_owned(), None),
            (format!("docker://{SHA}"), None),
            (String::new(), None),
        ] {
            assert_eq!(running_digest(&id), digest, "{id}");
        }
    }
}
