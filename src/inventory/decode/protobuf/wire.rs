//! Tags, lengths and numbers: the lowest layer of protobuf.

use std::fmt;

/// Bytes that are no message, or not the one that was expected. Never holds a value of it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::inventory::decode) struct Malformed(pub(super) String);

const CUT_OFF: &str = "the message ends too early";

impl Malformed {
    /// Whether more bytes might have made sense of it.
    pub(in crate::inventory::decode) fn is_cut_off(&self) -> bool {
        self.0 == CUT_OFF
    }

    /// The innermost message says the most.
    pub(super) fn within(self, message: &str, field: &str) -> Self {
        if self.0.contains(": ") { self } else { Self(format!("{message}.{field}: {}", self.0)) }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}

/// A field's value before its type is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inventory::decode) enum Raw<'a> {
    /// A number or a bool.
    Varint(u64),
    /// A string, a message or bytes.
    Bytes(&'a [u8]),
    /// Eight or four bytes, which no field that is read has.
    Fixed,
}

impl<'a> Raw<'a> {
    /// The value as bytes.
    pub(in crate::inventory::decode) fn bytes(self) -> Result<&'a [u8], Malformed> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(Malformed("expected bytes".to_owned())),
        }
    }

    pub(super) fn varint(self) -> Result<u64, Malformed> {
        match self {
            Self::Varint(value) => Ok(value),
            _ => Err(Malformed("expected a number".to_owned())),
        }
    }

    pub(super) fn text(self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed("a string is not UTF-8".into()))
    }

    pub(super) fn is_zero(self) -> bool {
        match self {
            Self::Varint(value) => value == 0,
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Fixed => false,
        }
    }
}

fn short() -> Malformed {
    Malformed(CUT_OFF.to_owned())
}

#[inline]
fn varint(rest: &mut &[u8]) -> Result<u64, Malformed> {
    // Nearly all are of one byte.
    if let [byte @ ..=0x7f, tail @ ..] = *rest {
        *rest = tail;
        return Ok(u64::from(*byte));
    }
    long_varint(rest)
}

fn long_varint(rest: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, tail) = rest.split_first().ok_or_else(short)?;
        *rest = tail;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed("a number of more than 64 bits".to_owned()))
}

fn take<'a>(rest: &mut &'a [u8], length: u64) -> Result<&'a [u8], Malformed> {
    let length = usize::try_from(length).map_err(|_| short())?;
    let (taken, tail) = rest.split_at_checked(length).ok_or_else(short)?;
    *rest = tail;
    Ok(taken)
}

/// The next field's number and value; takes them off `rest`, which must not be empty.
#[inline]
pub(super) fn field<'a>(rest: &mut &'a [u8]) -> Result<(u64, Raw<'a>), Malformed> {
    let tag = varint(rest)?;
    let raw = match tag & 7 {
        0 => Raw::Varint(varint(rest)?),
        1 => take(rest, 8).map(|_| Raw::Fixed)?,
        2 => {
            let length = varint(rest)?;
            Raw::Bytes(take(rest, length)?)
        }
        5 => take(rest, 4).map(|_| Raw::Fixed)?,
        _ => return Err(Malformed("an unknown wire type".to_owned())),
    };
    Ok((tag >> 3, raw))
}

/// All fields of a message in their order, up to the first that is malformed.
pub(in crate::inventory::decode) fn fields(
    mut rest: &[u8],
) -> impl Iterator<Item = Result<(u64, Raw<'_>), Malformed>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let next = field(&mut rest);
        if next.is_err() {
            rest = &[];
        }
        Some(next)
    })
}

/// The `metadata` of a list whose envelope has begun to arrive, once all of it is there.
pub(in crate::inventory::decode) fn list_start(start: &[u8]) -> Option<&[u8]> {
    let mut rest = start.strip_prefix(b"k8s\0")?;
    // The envelope's field 1 is small, and its field 2 holds the list, which is still arriving.
    loop {
        let mut head = rest;
        let tag = varint(&mut head).ok()?;
        let length = varint(&mut head).ok()?;
        if tag == 2 << 3 | 2 {
            rest = head;
            break;
        }
        take(&mut head, length).ok()?;
        rest = head;
    }
    match field(&mut rest).ok()? {
        (1, raw) => raw.bytes().ok(),
        _ => Some(&[]),
    }
}
