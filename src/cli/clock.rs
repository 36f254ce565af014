//! The time of a run. `SOURCE_DATE_EPOCH` stops the clock, so that a report can be reproduced.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::error::RunError;

/// Now, in whole seconds.
///
/// # Errors
/// `SOURCE_DATE_EPOCH` is not a time.
pub(super) fn now() -> Result<Timestamp, RunError> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => {
            let seconds = seconds.parse().map_err(|_| RunError::Clock)?;
            Timestamp::from_second(seconds).map_err(|_| RunError::Clock)
        }
        Err(_) => Ok(Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default()),
    }
}

/// The day in UTC, which decides whether an exception still holds.
///
/// # Errors
/// `SOURCE_DATE_EPOCH` is not a time.
pub(super) fn today() -> Result<Date, RunError> {
    Ok(now()?.to_zoned(TimeZone::UTC).date())
}
