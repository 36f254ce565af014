//! What tests share: how they are registered, the program and its reports, servers, and what they
//! are given to read. No test lives here.

pub(crate) mod api;
pub(crate) mod api_server;
mod claim;
pub(crate) mod command;
pub(crate) mod go;
pub(crate) mod hostile;
pub(crate) mod kubeconfig;
pub(crate) mod lab;
pub(crate) mod pods;
pub(crate) mod program;
mod registry;
pub(crate) mod report;
pub(crate) mod requires;
pub(crate) mod servers;
pub(crate) mod strategies;
pub(crate) mod tools;

pub(crate) use claim::ensure;
pub(crate) use registry::{Ending, Outcome, named, path_of_test, trial};
