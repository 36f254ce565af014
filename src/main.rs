//! The binary: reads the command line, draws progress, and turns the outcome into an exit code.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use podaudit::cli::{RunError, run};
use podaudit::error::error_chain;
use podaudit::exit::Exit;
use podaudit::inventory::Resource;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

/// musl's own allocator keeps a quarter more memory than a scan needs (docs/performance.md).
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    // Silent unless asked: the client's own warnings can quote whole answers.
    let wanted = std::env::var("RUST_LOG").ok().and_then(|wanted| wanted.parse::<Targets>().ok());
    let lines = fmt::layer().with_writer(std::io::stderr).with_filter(wanted.unwrap_or_default());
    tracing_subscriber::registry().with(lines).init();
    let error = match start() {
        Ok(exit) => return exit.into(),
        Err(error) => error,
    };
    let run_error = error.downcast_ref::<RunError>();
    match run_error {
        // Usage errors, and help to standard output: if nobody reads it, nobody misses it.
        Some(RunError::Usage(usage)) => drop(usage.print()),
        Some(run_error) if run_error.is_broken_pipe() => {}
        _ => report(&error),
    }
    run_error.map_or(Exit::RuntimeError, RunError::exit).into()
}

fn start() -> anyhow::Result<Exit> {
    let bar = ProgressBar::new_spinner();
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    bar.set_style(ProgressStyle::with_template("{spinner} {msg}")?);
    let progress = bar.clone();
    // One thread: a page is some hundred pieces, and each would wake another one.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let show = move |resource: Resource, count| {
        progress.set_message(format!("{} {count}", resource.plural()));
        progress.tick();
    };
    let exit = runtime.block_on(run(std::env::args_os(), show, interrupted()));
    bar.finish_and_clear();
    Ok(exit?)
}

/// Waits for the first signal that asks for an end. The next one, or one after the reading is over,
/// ends the process at once. Until this is polled, signals do what they always do.
async fn interrupted() -> String {
    let (first, reason) = tokio::sync::oneshot::channel();
    // On its own thread, because the other one may be judging or writing for a while.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        let code = runtime.block_on(async {
            let (code, name) = signal().await;
            if first.send(format!("stopped by {name}")).is_ok() {
                signal().await;
            }
            code
        });
        #[expect(clippy::exit, reason = "a report may be half written: nothing else may go on")]
        std::process::exit(code);
    });
    match reason.await {
        Ok(reason) => reason,
        Err(_) => std::future::pending().await,
    }
}

/// The exit code that a shell gives to the signal, and its name.
#[cfg(unix)]
async fn signal() -> (i32, &'static str) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        Ok(()) = tokio::signal::ctrl_c() => (130, "SIGINT"),
        Some(()) = terminate.recv() => (143, "SIGTERM"),
        else => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn signal() -> (i32, &'static str) {
    match tokio::signal::ctrl_c().await {
        Ok(()) => (130, "Ctrl-C"),
        Err(_) => std::future::pending().await,
    }
}

/// One line: what failed, and each cause that says more.
fn report(error: &anyhow::Error) {
    let line = error_chain(error.as_ref());
    // The exit code tells as well, and nobody is left to be told of a second failure.
    let _ = writeln!(std::io::stderr(), "podaudit: error: {}", podaudit::report::visible(&line));
}
