//! Objects as YAML documents: what one test needs of a pod, and nothing else.

/// A pod that cannot be decoded.
pub(crate) const UNDECODABLE: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: 7\n";

/// A pod that nobody has stored yet, with this spec.
pub(crate) fn pod(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: ns}}\nspec: {spec}")
}

/// A pod as the API server returns it, with this spec and status.
pub(crate) fn stored(spec: &str, status: &str) -> String {
    annotated("{}", spec, status)
}

/// A pod as the API server returns it, with these annotations, this spec and status.
pub(crate) fn annotated(annotations: &str, spec: &str, status: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: ns, uid: u1, annotations: \
         {annotations}}}\nspec: {spec}\nstatus: {status}"
    )
}

/// A ServiceAccount with this field, or with nothing.
pub(crate) fn account(name: &str, field: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}, namespace: ns}}\n{field}"
    )
}

/// A node called `node` with this runtime.
pub(crate) fn node(runtime: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Node\nmetadata: {{name: node}}\nstatus: {{nodeInfo: \
         {{operatingSystem: linux, containerRuntimeVersion: \"{runtime}\"}}}}"
    )
}
