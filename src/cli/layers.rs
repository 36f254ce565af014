//! What holds where an option is not given behind its command: what was given before the command,
//! then the environment, then the configuration file, then the default. Each layer becomes the
//! default of the one above, so that clap checks all of them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, FromArgMatches, ValueHint};

use super::args::{self, Cli, output, source};
use super::error::RunError;
use crate::config::{self, Config, ConfigError, Setting};
use crate::policy::RuleSetting;
use crate::report::{EffectiveOption, EffectiveRule, Origin};
use crate::rules;

/// The command that makes the audit's report, with the audit's options of its own.
const MERGE: &str = "merge";
/// The command that shows what holds for the audit.
const CONFIG: &str = "config";

/// The arguments with everything that lies beneath them.
#[derive(Debug)]
pub(super) struct Layered {
    pub(super) cli: Cli,
    pub(super) given: Given,
    pub(super) config: EffectiveConfig,
}

/// The options that were given on the command line or in the environment: by id, as they are
/// written. What is left to the configuration file or the default is not among them.
#[derive(Debug, Default)]
pub(super) struct Given(BTreeMap<String, String>);

impl Given {
    /// The option with this id as it is written, if it was given.
    pub(super) fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

/// What holds for the audit, and where each value comes from.
#[derive(Debug, Default)]
pub(super) struct EffectiveConfig {
    /// Decisions of the configuration file about rules.
    pub(super) rule_settings: BTreeMap<String, RuleSetting>,
    pub(super) profile: Option<String>,
    pub(super) options: Vec<EffectiveOption>,
    pub(super) rules: Vec<EffectiveRule>,
}

/// The configuration file that is named, or the user's own if there is one; none for a command that
/// does not audit.
///
/// # Errors
/// A file that is named and not there, or one that is there and wrong: a gate without its
/// configuration would be another gate.
pub(super) fn configuration(matches: &ArgMatches) -> Result<Config, RunError> {
    let audit = match matches.subcommand() {
        None | Some((CONFIG, _)) => matches,
        Some((MERGE, merge)) => merge,
        Some(_) => return Ok(Config::default()),
    };
    let profile = audit.get_one::<String>("profile").map(String::as_str);
    if let Some(path) = audit.get_one::<PathBuf>("config") {
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

/// Reads the arguments over all layers. `matches` are the arguments alone.
///
/// # Errors
/// Usage errors that the layers below bring up, and options of the file that the audit does not have.
pub(super) fn layered(
    mut definition: Command,
    matches: &ArgMatches,
    arguments: &[OsString],
    config: Config,
) -> Result<Layered, RunError> {
    let command = matches.subcommand_name();
    // In the order of the definition, which is another one once defaults are put in.
    let options = audit_options(&definition);
    let mut given = Given::default();
    for arg in given_before_command(&definition, matches) {
        let id = arg.get_id().to_string();
        let values = matches.get_raw(&id).into_iter().flatten().map(ToOwned::to_owned).collect();
        definition = with_default(definition, command, &id, values);
        given.0.insert(id, written(&arg));
    }
    // The subcommand that has the options of the audit, if they are not the program's own.
    let audit = command.filter(|name| *name == MERGE);
    for (name, setting) in &config.options {
        let (id, values) = checked(&options, name, setting)?;
        if !values.is_empty() {
            definition = with_default(definition, audit, &id, values);
        }
    }
    let matches = definition.clone().try_get_matches_from(arguments)?;
    let (level, defined) = match matches.subcommand() {
        Some((name, level)) => (level, definition.find_subcommand(name).unwrap_or(&definition)),
        None => (&matches, &definition),
    };
    let is_given = |arg: &&Arg| {
        let origin = level.value_source(arg.get_id().as_str());
        matches!(origin, Some(ValueSource::CommandLine | ValueSource::EnvVariable))
    };
    let here = defined.get_arguments().filter(is_given);
    given.0.extend(here.map(|arg| (arg.get_id().to_string(), written(arg))));
    Ok(Layered {
        cli: Cli::from_arg_matches(&matches)?,
        given,
        config: EffectiveConfig {
            rule_settings: config.rules.iter().map(|(id, s)| (id.clone(), s.value)).collect(),
            options: options.iter().map(|arg| option_row(arg, &matches, &config)).collect(),
            rules: rules::ALL.iter().map(|rule| rule_row(rule, &config)).collect(),
            profile: config.profile,
        },
    })
}

/// The source options before the command that are the command's as well.
fn given_before_command(definition: &Command, matches: &ArgMatches) -> Vec<Arg> {
    let Some(name) = matches.subcommand_name() else { return Vec::new() };
    let is_given = |arg: &&Arg| {
        matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
            && arg.get_help_heading() == Some(source::HEADING)
    };
    let has = |arg: &&Arg| {
        let mut own = definition.find_subcommand(name).into_iter().flat_map(Command::get_arguments);
        own.any(|other| other.get_id() == arg.get_id())
    };
    definition.get_arguments().filter(is_given).filter(has).cloned().collect()
}

/// The definition with these values where none are given, of a subcommand or of the program itself.
fn with_default(
    definition: Command,
    subcommand: Option<&str>,
    id: &str,
    values: Vec<OsString>,
) -> Command {
    let default = |command: Command| command.mut_arg(id, |arg| arg.default_values(values));
    match subcommand {
        Some(name) => definition.mut_subcommand(name, default),
        None => default(definition),
    }
}

/// The option as it is written: `--namespace`.
fn written(arg: &Arg) -> String {
    arg.get_long().map_or_else(|| arg.get_id().to_string(), |long| format!("--{long}"))
}

/// The options of the audit: those that the file can hold.
fn audit_options(definition: &Command) -> Vec<Arg> {
    let mut definition = definition.clone();
    definition.build();
    let is_of_file = |arg: &&Arg| {
        arg.get_help_heading() == Some(output::HEADING)
            && !["config", "profile"].contains(&arg.get_id().as_str())
    };
    definition.get_arguments().filter(is_of_file).cloned().collect()
}

/// The id of an option in the file, and its values, each as it would be typed. A path in the file is
/// relative to the file.
fn checked(
    options: &[Arg],
    name: &str,
    setting: &Setting<Vec<String>>,
) -> Result<(String, Vec<OsString>), RunError> {
    let fail =
        |message: String| RunError::Config(ConfigError::Format(setting.origin.clone(), message));
    let arg = options.iter().find(|arg| arg.get_long() == Some(name));
    let arg = arg.ok_or_else(|| fail(format!("no option {name:?} of the audit")))?;
    let id = arg.get_id().to_string();
    if !arg.get_action().takes_values() {
        let is_word = matches!(&setting.value[..], [word] if word == "true" || word == "false");
        let values = setting.value.iter().map(OsString::from).collect();
        return is_word
            .then_some((id, values))
            .ok_or_else(|| fail(format!("{name}: true or false")));
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
    match args::definition("podaudit").try_get_matches_from(alone) {
        Ok(_) => Ok((id, values)),
        Err(error) => {
            let line = error.to_string().lines().next().unwrap_or_default().to_owned();
            Err(fail(line.trim_start_matches("error: ").to_owned()))
        }
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
    let RuleSetting { off, severity } = setting.map(|s| s.value).unwrap_or_default();
    EffectiveRule {
        id: rule.id,
        evaluated: !off,
        severity: severity.unwrap_or(rule.severity),
        origin: setting.map_or(Origin::Default, |setting| Origin::File(setting.origin.clone())),
    }
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
    let options = audit_options(&args::definition("podaudit"));
    options.into_iter().map(property).collect::<serde_json::Map<_, _>>().into()
}
