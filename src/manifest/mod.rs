//! The offline sources: files and folders with manifests or `kubectl get … -o json|yaml` output,
//! standard input, and the built-in sample cluster. Reads text; judges nothing.

mod built_in;
mod document;
mod head;
mod options;
mod read;
mod stream;
mod template;
mod yaml;

pub use options::Options;
pub use read::{ReadError, demo, parse, read};
