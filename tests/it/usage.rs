//! The command line by itself: which options a command has, help and the version by either way, and
//! the name that a plugin is called by. What excludes what is a unit test of `src/cli/validate.rs`.

use std::os::unix::fs::symlink;
use std::process::Command;

use anyhow::Context;
use libtest_mimic::Trial;

use crate::support::program::Program;
use crate::support::{Outcome, ensure, trial};

/// Every command, and arguments that it cannot be without.
const COMMANDS: [(&str, &[&str]); 10] = [
    ("rules", &[]),
    ("explain", &["deploy/cart"]),
    ("pss", &[]),
    ("completions", &["bash"]),
    ("man", &[]),
    ("config", &[]),
    ("diff", &["a.json", "b.json"]),
    ("can", &["shop/cart"]),
    ("merge", &["a.json"]),
    ("paths", &[]),
];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(unused_options),
        trial(options_before_and_behind_a_command),
        trial(help),
        trial(version),
        trial(kubectl_plugin),
        trial(hidden_options),
        trial(environment),
    ]
}

/// An option that a command would not use is refused, before the command as well as behind it.
fn unused_options() -> Outcome {
    let no_source = ["rules", "completions", "man", "config", "diff", "merge"];
    let unused: [(&[&str], &[&str]); 4] = [
        (&["-n", "foo"], &no_source),
        (&["--context", "x"], &no_source),
        (&["-l", "app=web"], &["rules", "completions", "man", "config", "diff", "merge", "can"]),
        (
            &["--with-secret-metadata"],
            &["rules", "completions", "man", "config", "diff", "merge", "can", "pss"],
        ),
    ];
    for (option, commands) in unused {
        for (command, arguments) in COMMANDS.iter().filter(|(name, _)| commands.contains(name)) {
            let behind = Program::new([command].into_iter().chain(*arguments).chain(option))?;
            let behind = behind.run()?;
            ensure!(behind.code == 2, "{command} {option:?}: exit code {}", behind.code);
            behind.assert_stderr(&["unexpected argument", "Usage: podaudit"])?;
            let before = Program::new(option.iter().chain([command]).chain(*arguments))?.run()?;
            ensure!(before.code == 2, "{option:?} {command}: exit code {}", before.code);
            before.assert_stderr(&[&format!("cannot be used with the command {command}")])?;
            ensure!(before.stdout.is_empty(), "{option:?} {command}: {}", before.stdout);
        }
    }
    let run = Program::new(["config", "-f", "x"])?.run()?;
    ensure!(run.code == 2, "exit code {}: {}", run.code, run.stderr);
    run.assert_stderr(&["unexpected argument '-f'"])
}

/// A source option means the same before a command and behind it; the nearer one counts.
fn options_before_and_behind_a_command() -> Outcome {
    let run = |args: &[&str]| -> anyhow::Result<String> {
        let run = Program::new(args)?.env("SOURCE_DATE_EPOCH", "0").run()?;
        ensure!(run.code == 0, "{args:?}: exit code {}: {}", run.code, run.stderr);
        Ok(run.stdout)
    };
    for (command, arguments) in [("explain", &["deploy/cart"][..]), ("pss", &[]), ("paths", &[])] {
        let behind = run(&[&[command], arguments, &["--demo", "-n", "shop"]].concat())?;
        let before = run(&[&["-n", "shop", "--demo", command], arguments].concat())?;
        let between = run(&[&["--demo", command], arguments, &["-n", "shop"]].concat())?;
        ensure!(before == behind && between == behind, "{command}: {before}\nis not\n{behind}");
        let nearer =
            run(&[&["-n", "default", command], arguments, &["--demo", "-n", "shop"]].concat())?;
        ensure!(nearer == behind, "{command}: {nearer}\nis not\n{behind}");
        let all = run(&[&[command], arguments, &["--demo"]].concat())?;
        ensure!(all != behind || command == "explain", "{command}: -n changes nothing");
    }
    Ok(())
}

fn help() -> Outcome {
    let run = |args: &[&str]| -> anyhow::Result<String> {
        let run = Program::new(args)?.run()?;
        ensure!(run.code == 0 && run.stderr.is_empty(), "{args:?}: {}: {}", run.code, run.stderr);
        Ok(run.stdout)
    };
    let of_program = run(&["help"])?;
    ensure!(of_program == run(&["--help"])?, "{of_program}");
    ensure!(of_program.contains("\n  2  usage error\n"), "{of_program}");
    for (command, _) in COMMANDS {
        let text = run(&["help", command])?;
        ensure!(text == run(&[command, "--help"])?, "{text}");
        ensure!(text.contains(&format!("Usage: podaudit {command}")), "{text}");
        let has_source = text.contains("--kubeconfig");
        ensure!(has_source == ["explain", "pss", "can", "paths"].contains(&command), "{text}");
    }
    let run = Program::new(["help", "nonsense"])?.run()?;
    ensure!(run.code == 2, "exit code {}", run.code);
    run.assert_stderr(&["nonsense"])
}

fn version() -> Outcome {
    let by_option = Program::new(["--version"])?.run()?;
    let by_command = Program::new(["version"])?.run()?;
    ensure!(by_option.code == 0 && by_command.code == 0, "{}", by_command.stderr);
    ensure!(by_command.stdout == by_option.stdout, "{}", by_command.stdout);
    ensure!(
        by_command.stdout == format!("podaudit {}\n", env!("CARGO_PKG_VERSION")),
        "{}",
        by_command.stdout
    );
    Ok(())
}

/// Called as kubectl calls it, podaudit says how to call it.
fn kubectl_plugin() -> Outcome {
    let folder = tempfile::tempdir()?;
    for name in ["kubectl-podaudit", "kubectl_podaudit"] {
        let plugin = folder.path().join(name);
        symlink(env!("CARGO_BIN_EXE_podaudit"), &plugin)?;
        for (args, code, says) in [
            (&["--help"][..], 0, "Usage: kubectl podaudit [OPTIONS]"),
            (&["--help"], 0, "\n  kubectl podaudit --contexts prod,test "),
            (&["--help"], 0, "| kubectl podaudit -f -"),
            (&["help", "can"], 0, "Usage: kubectl podaudit can [OPTIONS]"),
            (&["can"], 2, "Usage: kubectl podaudit can <NAMESPACE/SERVICEACCOUNT>"),
            (&["-n", "a", "rules"], 2, "Usage: kubectl podaudit rules"),
            (&["--apply", "--demo"], 2, "Usage: kubectl podaudit [OPTIONS]"),
            (&["version"], 0, "podaudit "),
        ] {
            let output = Command::new(&plugin).args(args).env_clear().output().context(name)?;
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8(text)?;
            ensure!(output.status.code() == Some(code), "{args:?}: {}: {text}", output.status);
            ensure!(text.contains(says), "{args:?} does not say {says:?}: {text}");
            ensure!(!text.contains("Usage: podaudit"), "{text}");
        }
    }
    Ok(())
}

/// An option for those who look for faults is in no help and in no completion, and works.
fn hidden_options() -> Outcome {
    for args in [&["--help"][..], &["explain", "--help"], &["man"]] {
        let run = Program::new(args)?.run()?;
        ensure!(run.code == 0 && !run.stdout.contains("json-only"), "{args:?}: {}", run.stdout);
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Program::new(["completions", shell])?.run()?.stdout;
        ensure!(!script.contains("json-only"), "{shell} offers it: {script}");
        ensure!(script.contains("with-secret-metadata"), "{shell} offers nothing: {script}");
    }
    for args in [&["--json-only", "--demo"][..], &["pss", "--demo", "--json-only"]] {
        let run = Program::new(args)?.run()?;
        ensure!(run.code == 0, "{args:?}: exit code {}: {}", run.code, run.stderr);
    }
    Ok(())
}

/// What the environment says to the audit is nothing to the other commands, even where it is wrong
/// for this audit.
fn environment() -> Outcome {
    let run = |args: &[&str]| {
        let program = Program::new(args)?.env("PODAUDIT_EXCEPTIONS", "/nowhere");
        program.env("PODAUDIT_FAIL_ON", "new:high").run()
    };
    let audit = run(&["--demo"])?;
    ensure!(audit.code == 2, "exit code {}: {}", audit.code, audit.stderr);
    audit.assert_stderr(&["--fail-on new: needs --baseline"])?;
    for args in [&["rules"][..], &["pss", "--demo"], &["explain", "deploy/cart", "--demo"]] {
        let run = run(args)?;
        ensure!(run.code == 0, "{args:?}: exit code {}: {}", run.code, run.stderr);
    }
    Ok(())
}
