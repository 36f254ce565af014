//! The binary: reads the command line, draws progress, and turns the outcome into an exit code.

use std::io::IsTerminal;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use podaudit::cli::{Cli, RunError, run};
use podaudit::exit::Exit;
use podaudit::inventory::coverage::Resource;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

/// musl's own allocator keeps a quarter more memory than a scan needs (docs/performance.md).
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    // Silent unless asked: the client's own warnings can quote whole answers.
    let asked = std::env::var("RUST_LOG").ok().and_then(|asked| asked.parse::<Targets>().ok());
    let lines = fmt::layer().with_writer(std::io::stderr).with_filter(asked.unwrap_or_default());
    tracing_subscriber::registry().with(lines).init();
    match podaudit::cli::parse(std::env::args_os()).map_err(Into::into).and_then(start) {
        Ok(exit) => exit.into(),
        Err(error) => {
            let is_pipe = error.downcast_ref().is_some_and(RunError::is_broken_pipe);
            if !is_pipe {
                report(&error);
            }
            Exit::RuntimeError.into()
        }
    }
}

fn start(cli: Cli) -> anyhow::Result<Exit> {
    let bar = ProgressBar::new_spinner();
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    bar.set_style(ProgressStyle::with_template("{spinner} {msg}")?);
    let progress = bar.clone();
    // One thread: a page is some hundred pieces, and each would wake another one.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tell = move |resource: Resource, count| {
        progress.set_message(format!("{} {count}", resource.plural()));
        progress.tick();
    };
    let exit = runtime.block_on(run(cli, tell, interrupted()));
    bar.finish_and_clear();
    Ok(exit?)
}

/// Waits for the first signal that asks for an end. The next one, or one after the reading is over,
/// ends the process at once. Until this is polled, signals do what they always do.
async fn interrupted() -> String {
    let (first, told) = tokio::sync::oneshot::channel();
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
    match told.await {
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
#[expect(clippy::print_stderr, reason = "the binary's own last words")]
fn report(error: &anyhow::Error) {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !line.contains(&cause) {
            let colon = if line.is_empty() { "" } else { ": " };
            line = format!("{line}{colon}{cause}");
        }
    }
    eprintln!("podaudit: error: {}", podaudit::report::visible(&line.replace('\n', " ")));
}
