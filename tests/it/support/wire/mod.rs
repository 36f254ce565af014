//! The one writer of protobuf, for unit tests, integration tests, benchmarks and fuzz targets: what an
//! API server would send. Reads nothing.

pub(crate) mod bytes;
pub(crate) mod messages;
