//! A list in protobuf, as the API server sends it: never a panic, and an error is one line.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|list: &[u8]| {
    checks::protobuf(list);
});
