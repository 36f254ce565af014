//! Completions and the man page, by their real readers.

use anyhow::Context;
use libtest_mimic::Trial;

use crate::support::command::isolated;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, requires};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        requires::trial(requires::on_path("bash"), bash_completes),
        requires::trial(requires::on_path("groff"), groff_reads_the_man_page),
    ]
}

fn written(args: &[&str], name: &str) -> anyhow::Result<(tempfile::TempDir, std::path::PathBuf)> {
    let run = Program::new(args)?.run()?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(name);
    std::fs::write(&path, run.stdout)?;
    Ok((folder, path))
}

fn bash_completes() -> Outcome {
    let (folder, script) = written(&["completions", "bash"], "podaudit.bash")?;
    let complete = |words: &[&str]| -> anyhow::Result<Vec<String>> {
        // What bash itself does when Tab is pressed behind the last word.
        let ask = "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); \
                   f=$(complete -p podaudit | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
                   $f podaudit \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"; \
                   printf '%s\\n' \"${COMPREPLY[@]}\"";
        let output = isolated("bash", folder.path())
            .args(["--norc", "-c", ask])
            .arg(&script)
            .args(words)
            .output()
            .context("unable to run bash")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
    };
    let expect = [
        (&["podaudit", "expl"][..], "explain"),
        (&["podaudit", "--min-sev"], "--min-severity"),
        (&["podaudit", "--min-severity", "cr"], "critical"),
        (&["podaudit", "can", "--out"], "--output"),
    ];
    for (words, word) in expect {
        let offered = complete(words)?;
        ensure!(offered == [word], "{words:?}: {offered:?}");
    }
    Ok(())
}

fn groff_reads_the_man_page() -> Outcome {
    let (folder, page) = written(&["man"], "podaudit.1")?;
    let render = |path: &std::path::Path| -> anyhow::Result<(String, String)> {
        let output = isolated("groff", folder.path())
            .args(["-man", "-Tascii", "-ww"])
            .arg(path)
            .output()
            .context("unable to run groff")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((text, String::from_utf8_lossy(&output.stderr).into_owned()))
    };
    let (text, warnings) = render(&page)?;
    ensure!(warnings.is_empty(), "{warnings}");
    ensure!(text.contains("Kubernetes") && text.contains("fail"), "{text}");
    // One example a line, as in --help.
    let is_example = |line: &&str| line.trim_start().starts_with("podaudit");
    let lines = text.lines().filter(is_example).count();
    ensure!(lines >= podaudit::cli::EXAMPLES.len(), "only {lines} lines with examples: {text}");
    let broken = page.with_extension("broken");
    std::fs::write(&broken, ".zz unknown\n.SH X\n\\*[nothing]\n")?;
    ensure!(!render(&broken)?.1.is_empty(), "groff warns of nothing");
    Ok(())
}
