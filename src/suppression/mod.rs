//! Exceptions: findings that the operator accepts, from a reviewed file. It says which findings an
//! exception is about; what that means for a report is not decided here.

mod exception;
mod file;

pub use exception::{Exception, ExceptionSubject};
#[cfg(test)]
pub(crate) use file::schema;
pub use file::{ExceptionsError, read};
