//! An image reference: never a panic, and what is printed reads back as the same.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| {
    checks::image_reference(text);
});
