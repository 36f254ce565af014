//! An error and its causes as one line, for whoever has room for no more. It prints nothing.

use std::error::Error;

/// The message of the error and of each cause that adds to it, joined by colons, without line breaks.
#[must_use]
pub fn error_chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let message = cause.to_string();
        // Some libraries repeat the message of the cause in their own.
        if !line.contains(&message) {
            line = format!("{line}: {message}");
        }
        source = cause.source();
    }
    line.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::error_chain;

    #[derive(Debug, thiserror::Error)]
    #[error("{message}")]
    struct Failure {
        message: &'static str,
        source: Option<Box<Failure>>,
    }

    #[test]
    fn a_cause_is_said_once_and_on_one_line() {
        let failure =
            |message, source: Option<Failure>| Failure { message, source: source.map(Box::new) };
        let refused = failure("connection refused", None);
        let send = failure("send: connection refused", Some(refused));
        let list = failure("unable to list\npods", Some(send));
        assert_eq!(error_chain(&list), "unable to list pods: send: connection refused");
    }
}
