//! The command line over the environment over the configuration file over the defaults, and
//! `podaudit config`, which says what came of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory, FromArgMatches, ValueHint};

use super::output::SubOutputArgs;
use super::run::{RunError, finish};
use super::{Cli, OUTPUT};
use crate::config::{self, Config, ConfigError, Setting};
use crate::exit::Exit;
use crate::policy::RuleSetting;
use crate::report::{ConfigReport, EffectiveOption, EffectiveRule, Origin};
use crate::rules;

/// What holds, and what of it the file decides.
#[derive(Clone, Debug, Default)]
pub(super) struct Effective {
    pub(super) rules: BTreeMap<String, RuleSetting>,
    profile: Option<String>,
    option_rows: Vec<EffectiveOption>,
    rule_rows: Vec<EffectiveRule>,
}

/// The subcommand that makes the audit's report, with options of its own.
const MERGE: &str = "merge";

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
    let of_audit =
        |arg: &Arg| given.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    if !audits && options().any(|arg| of_audit(&arg)) {
        // Before the subcommand they belong to the audit, and would be lost without a word.
        let message = "options of the output go behind the subcommand";
        Cli::command().error(ErrorKind::ArgumentConflict, message).exit();
    }
    let config = match given.subcommand_matches(MERGE) {
        Some(merge) => read(merge)?,
        None if audits => read(&given)?,
        None => Config::default(),
    };
    let mut command = Cli::command();
    for (name, setting) in &config.options {
        let values = checked(name, setting)?;
        if values.is_empty() {
            continue;
        }
        // The defaults of this run: the command line and the environment go before them.
        let default =
            |command: Command| command.mut_arg(id(name), |arg| arg.default_values(values));
        command = if audits { default(command) } else { command.mut_subcommand(MERGE, default) };
    }
    let matches = command.get_matches_from(&args);
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    cli.effective = Effective {
        rules: config.rules.iter().map(|(id, s)| (id.clone(), s.value)).collect(),
        option_rows: options().map(|arg| option_row(&arg, &matches, &config)).collect(),
        rule_rows: rules::ALL.iter().map(|rule| rule_row(rule, &config)).collect(),
        profile: config.profile,
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

/// The id of the option with this long name.
fn id(name: &str) -> String {
    let arg = options().find(|arg| arg.get_long() == Some(name));
    arg.map_or_else(String::new, |arg| arg.get_id().to_string())
}

/// The values of an option, each as it would be typed. A path in the file is relative to the file.
fn checked(name: &str, setting: &Setting<Vec<String>>) -> Result<Vec<OsString>, RunError> {
    let fail =
        |message: String| RunError::Config(ConfigError::Format(setting.origin.clone(), message));
    let arg = options().find(|arg| arg.get_long() == Some(name));
    let arg = arg.ok_or_else(|| fail(format!("no option {name:?} of the audit")))?;
    if !arg.get_action().takes_values() {
        let is_word = matches!(&setting.value[..], [word] if word == "true" || word == "false");
        let values = setting.value.iter().map(OsString::from).collect();
        return is_word.then_some(values).ok_or_else(|| fail(format!("{name}: true or false")));
    }
    let is_path = arg.get_value_hint() == ValueHint::AnyPath;
    let folder = Path::new(&setting.origin).parent().filter(|_| is_path).unwrap_or(Path::new(""));
    let values: Vec<OsString> =
        setting.value.iter().map(|value| folder.join(value).into_os_string()).collect();
    let typed = values.iter().map(|value| {
        let mut typed = OsString::from(format!("--{name}="));
        typed.push(value);
        typed
    });
    let alone = std::iter::once(OsString::new()).chain(typed);
    match Cli::command().try_get_matches_from(alone) {
        Ok(_) => Ok(values),
        Err(error) => {
            let line = error.to_string().lines().next().unwrap_or_default().to_owned();
            Err(fail(line.trim_start_matches("error: ").to_owned()))
        }
    }
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

fn option_row(arg: &Arg, matches: &ArgMatches, config: &Config) -> EffectiveOption {
    let id = arg.get_id().as_str();
    let name = arg.get_long().unwrap_or_default().to_owned();
    let values = matches.get_raw(id).into_iter().flatten();
    let values = values.map(|value| value.to_string_lossy().into_owned()).collect();
    let variable = || arg.get_env().unwrap_or_default().to_string_lossy().into_owned();
    let origin = match (matches.value_source(id), config.options.get(&name)) {
        (Some(ValueSource::CommandLine), _) => Origin::Flag(format!("--{name}")),
        (Some(ValueSource::EnvVariable), _) => Origin::Environment(variable()),
        (_, Some(setting)) => Origin::File(setting.origin.clone()),
        _ => Origin::Default,
    };
    EffectiveOption { name, values, origin }
}

fn rule_row(rule: &'static rules::Rule, config: &Config) -> EffectiveRule {
    let setting = config.rules.get(rule.id);
    let decided = setting.map(|setting| setting.value).unwrap_or_default();
    EffectiveRule {
        id: rule.id,
        evaluated: !decided.off,
        severity: decided.severity.unwrap_or(rule.severity),
        origin: setting.map_or(Origin::Default, |setting| Origin::File(setting.origin.clone())),
    }
}

/// `podaudit config`
pub(super) fn show(effective: &Effective, output: &SubOutputArgs) -> Result<Exit, RunError> {
    let report = ConfigReport {
        profile: effective.profile.as_deref(),
        options: &effective.option_rows,
        rules: &effective.rule_rows,
        version: env!("CARGO_PKG_VERSION"),
    };
    let output = (&output.outputs[..], output.color);
    finish(output, &[], true, |format, _, out| report.write(format, out))
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
