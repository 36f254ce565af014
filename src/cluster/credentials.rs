//! What a user of the kubeconfig comes down to: a header with every request, or a client
//! certificate. Read here rather than by the client, which panics where a token is no header, runs
//! a plugin several times, and knows no limit for it.

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use jiff::Timestamp;
use kube::config::AuthInfo;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::error::ClusterError;
use super::plugin;

/// How long a token that was read from a file is used (client-go's limit).
const FILE_AGE: Duration = Duration::from_mins(1);
/// A plugin's token is renewed so long before its end.
const MARGIN: Duration = Duration::from_mins(1);
/// The shortest time between two runs of a plugin whose tokens have always ended.
const LEAST_AGE: Duration = Duration::from_secs(10);

/// What is sent with every request, and until when.
#[derive(Debug, Default)]
pub(super) struct Credentials {
    pub(super) authorization: Option<HeaderValue>,
    /// When they are to be read anew.
    pub(super) renew_at: Option<Instant>,
}

/// Takes the credentials out of what the client will know of the user; a plugin's certificate is
/// put there instead. The order is the client's: `auth-provider`, password, token, token file,
/// plugin. A `limit` is for the plugin.
///
/// # Errors
/// A file that cannot be read, a plugin that fails, a value that no header can hold; never with the
/// credential itself.
pub(super) async fn take(
    user: &mut AuthInfo,
    limit: Option<Duration>,
) -> Result<Credentials, ClusterError> {
    let basic = user.username.take().zip(user.password.take());
    let token = user.token.take().filter(|token| !token.expose_secret().is_empty());
    let file = user.token_file.take().filter(|path| !path.is_empty());
    let exec = user.exec.take();
    if let Some(provider) = user.auth_provider.take() {
        return match provider.config.get("id-token") {
            Some(token) if provider.name == "oidc" => bearer(token, "id-token"),
            _ => Err(refused(format!(
                "the auth-provider {} has no id-token or is not known; use a credential plugin",
                provider.name
            ))),
        };
    }
    if let Some((name, password)) = basic {
        let both = STANDARD.encode(format!("{name}:{}", password.expose_secret()));
        return header(format!("Basic {both}"), "password");
    }
    if let Some(token) = token {
        return bearer(token.expose_secret(), "token");
    }
    if let Some(path) = file {
        let text = read(path.clone()).await;
        let text = text.map_err(|why| refused(format!("tokenFile {path}: {why}")))?;
        let renew_at = Some(Instant::now() + FILE_AGE);
        return Ok(Credentials { renew_at, ..bearer(&text, &format!("tokenFile {path}"))? });
    }
    let Some(exec) = exec else { return Ok(Credentials::default()) };
    let issued = plugin::run(&exec, limit).await?;
    if let (Some(certificate), Some(key)) = (issued.certificate, issued.key) {
        user.client_certificate_data = Some(STANDARD.encode(certificate));
        user.client_key_data = Some(SecretString::from(STANDARD.encode(key)));
    }
    let credentials = match &issued.token {
        Some(token) => bearer(token, "token of the credential plugin")?,
        None => Credentials::default(),
    };
    Ok(Credentials { renew_at: issued.expires.map(before), ..credentials })
}

/// Refuses what no header can hold, before the client is given it.
///
/// # Errors
/// A name to impersonate with a line end or another control character.
pub(super) fn check_impersonation(user: &AuthInfo) -> Result<(), ClusterError> {
    let extra = user.impersonate_user_extra.iter().flatten().flat_map(|(_, values)| values);
    let names = user.impersonate.iter().chain(&user.impersonate_uid);
    let groups = user.impersonate_groups.iter().flatten();
    let is_wrong = |value: &String| HeaderValue::from_str(value).is_err();
    if names.chain(groups).chain(extra).any(is_wrong) {
        return Err(refused("a name to impersonate is no value of an HTTP header".to_owned()));
    }
    Ok(())
}

/// A token as a header; line ends around it are no part of it.
fn bearer(token: &str, what: &str) -> Result<Credentials, ClusterError> {
    header(format!("Bearer {}", token.trim()), what)
}

pub(super) fn header(value: String, what: &str) -> Result<Credentials, ClusterError> {
    let value = HeaderValue::try_from(value);
    let mut value =
        value.map_err(|_| refused(format!("the {what} is no value of an HTTP header")))?;
    value.set_sensitive(true);
    Ok(Credentials { authorization: Some(value), renew_at: None })
}

fn refused(why: String) -> ClusterError {
    ClusterError::Credentials(why)
}

/// Reads a file on a thread of its own: a pipe may never end, and the runtime has one thread.
async fn read(path: String) -> io::Result<String> {
    let (done, text) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || done.send(std::fs::read_to_string(path)));
    text.await.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()))
}

/// A moment before this one.
fn before(end: Timestamp) -> Instant {
    let left = Duration::try_from(end.duration_since(Timestamp::now())).unwrap_or_default();
    Instant::now() + left.saturating_sub(MARGIN).clamp(LEAST_AGE, Duration::from_hours(24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_no_part_of_a_token() {
        let value = bearer("abc\r\n", "token").unwrap().authorization.unwrap();
        assert_eq!((value.to_str().unwrap(), value.is_sensitive()), ("Bearer abc", true));
    }

    #[test]
    fn what_no_header_can_hold_is_told_without_its_text() {
        for token in ["sec\nret", "sec\0ret", "sec\u{7f}ret"] {
            let error = bearer(token, "token").unwrap_err().to_string();
            assert!(error.contains("the token is no value") && !error.contains("sec"), "{error}");
        }
        let user = AuthInfo { impersonate: Some("a\nb".to_owned()), ..AuthInfo::default() };
        assert!(check_impersonation(&user).is_err());
    }
}
