//! An assertion that says which claim broke: where it stands, the condition, and what was found
//! instead.

/// Fails the test with place, condition and message unless the condition holds.
macro_rules! ensure {
    ($condition:expr $(,)?) => {{
        let holds: bool = $condition;
        if !holds {
            anyhow::bail!("{}:{}: not true: {}", file!(), line!(), stringify!($condition));
        }
    }};
    ($condition:expr, $($found:tt)+) => {{
        let holds: bool = $condition;
        if !holds {
            anyhow::bail!(
                "{}:{}: not true: {}: {}",
                file!(),
                line!(),
                stringify!($condition),
                format_args!($($found)+)
            );
        }
    }};
}

pub(crate) use ensure;
