//! Fields of protobuf, and the envelope that the API server puts around a list.

/// A field that has a length.
pub(crate) fn field(number: u64, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(&mut bytes, number, value);
    bytes
}

/// Adds a field that has a length.
pub(crate) fn put(bytes: &mut Vec<u8>, number: u64, value: &[u8]) {
    bytes.extend(head(number, value.len()));
    bytes.extend_from_slice(value);
}

/// What comes before the bytes of a field that has this length.
pub(crate) fn head(number: u64, length: usize) -> Vec<u8> {
    [varint(number << 3 | 2), varint(length as u64)].concat()
}

/// A number in seven bits a byte, the lowest first.
pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(0x80 | u8::try_from(value & 0x7f).unwrap_or_default());
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap_or_default());
    bytes
}

/// A list's message in the envelope of the API server.
pub(crate) fn list_envelope(item_kind: &str, list: &[u8]) -> Vec<u8> {
    let types = field(2, format!("{item_kind}List").as_bytes());
    [b"k8s\0".to_vec(), field(1, &types), field(2, list)].concat()
}
