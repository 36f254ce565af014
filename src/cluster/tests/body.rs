//! Bodies of the in-memory server: their frames, what breaks them, and how many are on their way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use http_body::Frame;

use super::fault::Fault;

pub(super) type Frames = Result<Frame<Bytes>, std::io::Error>;

/// A body of many frames, with what may happen in its middle.
pub(super) fn frames(bytes: &[u8], fault: Fault, guard: InFlight) -> BoxStream<'static, Frames> {
    let whole = bytes.len();
    let end = match fault {
        Fault::ResetMidBody | Fault::CutOff | Fault::StallMidBody => whole / 2,
        _ => whole,
    };
    if matches!(fault, Fault::Huge) {
        let piece = Bytes::from(vec![b' '; 1 << 20]);
        return stream::iter((0..300).map(move |_| Ok(Frame::data(piece.clone())))).boxed();
    }
    let pieces: Vec<_> = bytes[..end].chunks(8_192).map(Bytes::copy_from_slice).collect();
    let body = stream::iter(pieces).then(move |piece| async move {
        match fault {
            Fault::Drip => tokio::time::sleep(Duration::from_secs(20)).await,
            _ => tokio::time::sleep(Duration::from_micros(1)).await,
        }
        Ok(Frame::data(piece))
    });
    let last = stream::once(async move {
        let _until_the_end = guard;
        match fault {
            Fault::ResetMidBody => Some(Err(std::io::ErrorKind::ConnectionReset.into())),
            Fault::StallMidBody => std::future::pending().await,
            _ => None,
        }
    });
    body.chain(last.filter_map(std::future::ready)).boxed()
}

/// How many answers are on their way, and were at most.
#[derive(Default)]
pub(super) struct Load {
    now: AtomicUsize,
    pub(super) most: AtomicUsize,
}

/// Counts a request from its beginning to the end of its answer.
pub(super) struct InFlight(Arc<Load>);

impl InFlight {
    pub(super) fn new(load: &Arc<Load>) -> Self {
        let now = load.now.fetch_add(1, Ordering::Relaxed) + 1;
        load.most.fetch_max(now, Ordering::Relaxed);
        Self(Arc::clone(load))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}
