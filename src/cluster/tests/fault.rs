//! What can happen to a request at the in-memory server.

/// What happens to one request for pods.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    None,
    Reset,
    ResetMidBody,
    /// The connection is closed in the middle, as if the answer were complete.
    CutOff,
    Stall,
    StallMidBody,
    /// A few bytes every 20 seconds.
    Drip,
    /// 300 MiB, as after unpacking a bomb.
    Huge,
    Server(u16),
    TooMany(Option<u64>),
    /// With or without a token to go on.
    Gone(bool),
    Forbidden,
    Unauthorized,
    NotAcceptable,
    Html,
    /// A `Status` with code 200.
    Success,
    Garbage,
    BadPod,
    SameToken,
    /// The page's first pod once more.
    Twice,
    /// This pod is deleted before the answer is made.
    Deleted(usize),
    /// A namespace with a pod, `zz-new`, is made before the answer is.
    Made,
    /// No lists by namespace.
    Missing,
    /// No token, though there is more, and the server says so.
    EndsEarly,
    /// A token that was never there, for nothing.
    NewToken,
}
