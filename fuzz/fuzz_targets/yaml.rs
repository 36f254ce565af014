//! A manifest, JSON or YAML: never a panic, and an error is one line.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| {
    checks::yaml(text);
});
