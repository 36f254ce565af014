//! How often and after which pause a request is tried again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::error::ClusterError;

/// Tries of one request.
pub(super) const TRIES: u32 = 5;
/// The longest wait that a server can ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(1);
/// The mean of the first pause; each one after it is twice as long.
const BASE: Duration = Duration::from_millis(500);

/// Waits before the next try: as long as the server asks for, or at random up to twice as long each
/// time, so that many clients do not come back together.
pub(super) async fn pause(error: &ClusterError, tried: u32) {
    let pause = match error {
        ClusterError::Status { retry_after: Some(seconds), .. } => {
            Duration::from_secs(*seconds).min(MAX_RETRY_AFTER)
        }
        _ => (BASE * 2_u32.pow(tried)).mul_f64(random()),
    };
    tracing::debug!(%error, tried, ?pause, "trying again");
    tokio::time::sleep(pause).await;
}

/// From 0 to 1. Jitter needs no better source than the seeds of hash maps.
fn random() -> f64 {
    let bits = u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap_or_default();
    f64::from(bits) / f64::from(u32::MAX)
}
