//! The command line over the environment over the configuration file over the defaults, and
//! `podaudit config`, which says what came of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches, ValueHint};

use super::{Cli, OUTPUT};
use crate::config::{self, Config, ConfigError};
use crate::exit::Exit;
use crate::output;
use crate::policy::RuleSetting;
use crate::report::visible;
use crate::rules;

use super::run::RunError;

/// What the file decides, and where every value comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Effective {
    pub(super) rules: BTreeMap<String, RuleSetting>,
    rows: Vec<[String; 3]>,
}

/// Reads the arguments, and the configuration where they leave something open. Ends the process
/// where clap does: for help, the version, and usage errors.
///
/// # Errors
/// A configuration file that is named and not there, or one that is there and wrong: a gate without
/// its configuration would be another gate.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Cli, RunError> {
    let args: Vec<OsString> = args.into_iter().collect();
    let given = Cli::command().get_matches_from(&args);
    let audits = matches!(given.subcommand_name(), None | Some("config"));
    if !audits && options().any(|arg| is_given(&given, &arg, ValueSource::CommandLine)) {
        // Before the subcommand they belong to the audit, and would be lost without a word.
        let message = "options of the output go behind the subcommand";
        Cli::command().error(ErrorKind::ArgumentConflict, message).exit();
    }
    let config = if audits { read(&given)? } else { Config::default() };
    let mut complete: Vec<OsString> = args.first().cloned().into_iter().collect();
    for (name, setting) in &config.options {
        let fail = |message: String| {
            RunError::Config(ConfigError::Format(setting.origin.clone(), message))
        };
        let arg = options().find(|arg| arg.get_long() == Some(name));
        let arg = arg.ok_or_else(|| fail(format!("no option {name:?} of the audit")))?;
        let words = arguments(&arg, &setting.value, Path::new(&setting.origin));
        let alone = args.first().cloned().into_iter().chain(words.clone());
        if let Err(error) = Cli::command().try_get_matches_from(alone) {
            let line = error.to_string().lines().next().unwrap_or_default().to_owned();
            return Err(fail(line.trim_start_matches("error: ").to_owned()));
        }
        let above = [ValueSource::CommandLine, ValueSource::EnvVariable];
        if !above.into_iter().any(|source| is_given(&given, &arg, source)) {
            complete.extend(words);
        }
    }
    complete.extend(args.into_iter().skip(1));
    let matches = Cli::command().get_matches_from(complete);
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    cli.effective = Effective {
        rules: config.rules.iter().map(|(id, s)| (id.clone(), s.value)).collect(),
        rows: rows(&given, &matches, &config),
    };
    Ok(cli)
}

/// The options of the audit: those that the file can hold.
fn options() -> impl Iterator<Item = Arg> {
    let mut command = Cli::command();
    command.build();
    let is_output = |arg: &Arg| {
        arg.get_help_heading() == Some(OUTPUT)
            && !["config", "profile"].contains(&arg.get_id().as_str())
    };
    command.get_arguments().filter(|arg| is_output(arg)).cloned().collect::<Vec<_>>().into_iter()
}

fn is_given(matches: &ArgMatches, arg: &Arg, source: ValueSource) -> bool {
    matches.value_source(arg.get_id().as_str()) == Some(source)
}

/// The option as it would be typed. A path in the file is relative to the file.
fn arguments(arg: &Arg, values: &[String], origin: &Path) -> Vec<OsString> {
    let name = arg.get_long().unwrap_or_default();
    if !arg.get_action().takes_values() {
        let on = values.iter().any(|value| value == "true");
        return on.then(|| format!("--{name}").into()).into_iter().collect();
    }
    let is_path = arg.get_value_hint() == ValueHint::AnyPath;
    let folder = origin.parent().filter(|_| is_path).unwrap_or(Path::new(""));
    let typed = |value: &String| {
        let mut typed = OsString::from(format!("--{name}="));
        typed.push(folder.join(value));
        typed
    };
    values.iter().map(typed).collect()
}

/// The file that is named, or the user's own if there is one.
fn read(given: &ArgMatches) -> Result<Config, RunError> {
    let profile = given.get_one::<String>("profile").map(String::as_str);
    if let Some(path) = given.get_one::<PathBuf>("config") {
        return Ok(config::read(path, profile)?);
    }
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = || variable("HOME").map(|home| Path::new(&home).join(".config"));
    let folder = variable("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home);
    let path = folder.map(|folder| folder.join("podaudit/config.yaml"));
    match path.filter(|path| path.exists()) {
        Some(path) => Ok(config::read(&path, profile)?),
        None => match profile {
            Some(wanted) => {
                let nowhere = "a configuration: there is no file".to_owned();
                Err(ConfigError::Profile(wanted.to_owned(), nowhere).into())
            }
            None => Ok(Config::default()),
        },
    }
}

/// Name, value and origin of everything that the file could decide.
fn rows(given: &ArgMatches, matches: &ArgMatches, config: &Config) -> Vec<[String; 3]> {
    let option = |arg: Arg| {
        let id = arg.get_id().as_str();
        let name = arg.get_long().unwrap_or_default().to_owned();
        let values = matches.get_raw(id).into_iter().flatten();
        let values: Vec<_> = values.map(|value| value.to_string_lossy().into_owned()).collect();
        let value = if values.is_empty() { "-".to_owned() } else { values.join(",") };
        let variable = arg.get_env().map(|env| env.to_string_lossy().into_owned());
        let origin = match (given.value_source(id), config.options.get(&name)) {
            (Some(ValueSource::CommandLine), _) => format!("flag --{name}"),
            (Some(ValueSource::EnvVariable), _) => format!("env {}", variable.unwrap_or_default()),
            (_, Some(setting)) => setting.origin.clone(),
            _ => "default".to_owned(),
        };
        [name, value, origin]
    };
    let rule = |rule: &rules::Rule| {
        let setting = config.rules.get(rule.id);
        let decided = setting.map(|setting| setting.value).unwrap_or_default();
        let severity = decided.severity.unwrap_or(rule.severity).as_str();
        let value = if decided.off { "off" } else { severity };
        let origin = setting.map_or("default".to_owned(), |setting| setting.origin.clone());
        [format!("rule {}", rule.id), value.to_owned(), origin]
    };
    options().map(option).chain(rules::ALL.iter().map(rule)).collect()
}

/// `podaudit config`
pub(super) fn show(effective: &Effective) -> Result<Exit, RunError> {
    let width = |column: usize| effective.rows.iter().map(|row| row[column].len()).max();
    let (name, value) = (width(0).unwrap_or_default(), width(1).unwrap_or_default());
    output::write(None, |out| {
        for row in &effective.rows {
            let line = format!("{:<name$}  {:<value$}  {}", row[0], row[1], row[2]);
            writeln!(out, "{}", visible(&line))?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

/// The options for the schema of the file.
#[cfg(test)]
pub(crate) fn options_schema() -> serde_json::Value {
    let property = |arg: Arg| {
        let words: Vec<_> = arg.get_possible_values();
        let words: Vec<_> = words.iter().map(|word| word.get_name().to_owned()).collect();
        let word = match (arg.get_action().takes_values(), words.is_empty()) {
            (false, _) => serde_json::json!({"type": "boolean"}),
            (true, true) => serde_json::json!({"type": "string"}),
            (true, false) => serde_json::json!({"enum": words}),
        };
        let many = matches!(arg.get_action(), clap::ArgAction::Append);
        let list = serde_json::json!({"type": "array", "items": word});
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let kinds = if many { vec![word, list] } else { vec![word] };
        let schema = serde_json::json!({"description": help, "anyOf": kinds});
        (arg.get_long().unwrap_or_default().to_owned(), schema)
    };
    options().map(property).collect::<serde_json::Map<_, _>>().into()
}
