//! A test is registered once, by its function: the function's path is the test's name, and the
//! compiler complains about a function that no list has. Only tests made from a table have names of
//! their own.

use libtest_mimic::{Failed, Trial};

/// What a test returns; the error is printed with its causes.
pub(crate) type Outcome = anyhow::Result<()>;

/// How a test may end: in an [`Outcome`], in the harness' own error, or in a panic.
pub(crate) trait Ending {
    /// What the harness wants to hear.
    fn result(self) -> Result<(), Failed>;
}

impl Ending for () {
    fn result(self) -> Result<(), Failed> {
        Ok(self)
    }
}

impl Ending for Outcome {
    fn result(self) -> Result<(), Failed> {
        self.map_err(|error| format!("{error:#}").into())
    }
}

impl Ending for Result<(), Failed> {
    fn result(self) -> Result<(), Failed> {
        self
    }
}

/// The test that this function is.
pub(crate) fn trial<E: Ending, F: FnOnce() -> E + Send + 'static>(test: F) -> Trial {
    named(path_of_test::<F>(), test)
}

/// One of several tests made from a table.
pub(crate) fn named<E: Ending>(
    name: impl Into<String>,
    test: impl FnOnce() -> E + Send + 'static,
) -> Trial {
    Trial::test(name, move || test().result())
}

/// The test's name: the module of the area and the function, `metrics::alerts`; live tests with
/// the modules between, `live::abuse::objects_come_and_go`.
pub(crate) fn path_of_test<F>() -> String {
    let path = std::any::type_name::<F>();
    assert!(!path.contains('{'), "{path} has no name: register a function, or use `named`");
    let segments: Vec<_> = path.split("::").skip(1).collect();
    match segments[..] {
        [area, .., function] if area != "live" => format!("{area}::{function}"),
        _ => segments.join("::"),
    }
}
