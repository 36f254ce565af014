//! Addresses of API servers and proxies. An address can hold a user, a password and a query: they
//! are taken off before anything else sees it, so that no message and no log can show them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use percent_encoding::percent_decode_str;

/// What the client can go through.
const PROXIES: [&str; 3] = ["http", "https", "socks5"];

/// An API server's address.
#[derive(Debug)]
pub(super) struct Server {
    /// With a scheme, without a user and a query.
    pub(super) address: Uri,
    /// Value of a Basic Authorization header, from the user that the address named.
    pub(super) basic: Option<String>,
}

/// Completes the address as client-go does: without a scheme, it is HTTPS if anything about TLS is
/// configured.
///
/// # Errors
/// What is wrong with it, without its text.
pub(super) fn server(address: &Uri, has_tls: bool) -> Result<Server, &'static str> {
    const WRONG: &str = "the server is no address such as https://host:6443";
    let default = if has_tls { "https" } else { "http" };
    let scheme = match address.scheme_str().unwrap_or(default) {
        "https" => Scheme::HTTPS,
        "http" => Scheme::HTTP,
        _ => return Err("the server's address is neither http nor https"),
    };
    let (user, host) = split(address.authority().map_or("", Authority::as_str));
    let path = if address.path().is_empty() { "/" } else { address.path() };
    let whole = Uri::builder()
        .scheme(scheme)
        .authority(Authority::try_from(host).map_err(|_| WRONG)?)
        .path_and_query(PathAndQuery::try_from(path).map_err(|_| WRONG)?);
    let address = whole.build().map_err(|_| WRONG)?;
    if address.host().is_none_or(str::is_empty) {
        return Err(WRONG);
    }
    let user =
        user.map(|user| if user.contains(':') { user.to_owned() } else { format!("{user}:") });
    let basic = user.map(|user| {
        let plain: Vec<u8> = percent_decode_str(&user).collect();
        format!("Basic {}", STANDARD.encode(plain))
    });
    Ok(Server { address, basic })
}

/// Refuses a proxy that the client has no protocol for: its own message would show the address.
///
/// # Errors
/// What is wrong with it, without a password.
pub(super) fn check_proxy(proxy: &Uri) -> Result<(), String> {
    match proxy.scheme_str() {
        Some(scheme) if PROXIES.contains(&scheme) => Ok(()),
        _ => Err(format!("the proxy {} is not http, https or socks5", shown(proxy))),
    }
}

/// The address without its user and query.
fn shown(address: &Uri) -> String {
    let (user, host) = split(address.authority().map_or("", Authority::as_str));
    let scheme = address.scheme_str().map(|scheme| format!("{scheme}://")).unwrap_or_default();
    let user = user.map_or("", |_| "***@");
    format!("{scheme}{user}{host}")
}

/// The user of an authority, and the rest of it.
fn split(authority: &str) -> (Option<&str>, &str) {
    match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(address: &str) -> (String, Option<String>) {
        let server = server(&address.parse().unwrap(), true).unwrap();
        (server.address.to_string(), server.basic)
    }

    #[test]
    fn an_address_loses_what_is_no_place() {
        assert_eq!(completed("https://host:1/base"), ("https://host:1/base".into(), None));
        // As a browser would send it: user, colon, password.
        let basic = Some("Basic bWU6YUBi".to_owned());
        assert_eq!(completed("http://me:a%40b@host/?token=x"), ("http://host/".into(), basic));
        assert_eq!(completed("http://me@[::1]:1").1, Some("Basic bWU6".to_owned()));
    }

    #[test]
    fn a_scheme_that_is_not_there_depends_on_tls() {
        assert_eq!(completed("host:6443").0, "https://host:6443/");
        let plain = server(&"localhost".parse().unwrap(), false).unwrap();
        assert_eq!(plain.address.to_string(), "http://localhost/");
    }

    #[test]
    fn what_is_no_address_is_told_without_its_text() {
        for wrong in ["/only/a/path", "ftp://me:secret@host", "*"] {
            let error = server(&wrong.parse().unwrap(), false).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(check_proxy(&"socks5://me:secret@proxy:1".parse().unwrap()).is_ok());
        let error = check_proxy(&"gopher://me:secret@proxy:1/?key=secret".parse().unwrap());
        assert_eq!(
            error.unwrap_err(),
            "the proxy gopher://***@proxy:1 is not http, https or socks5"
        );
    }
}
