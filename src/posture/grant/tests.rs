//! The runtimes' algorithms, row by row as their sources have them, and what holds for any input.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

const CONTAINERD: Runtime = Runtime::Containerd;
const CRIO: Runtime = Runtime::CriO;
const DOCKER: Runtime = Runtime::CriDockerd;

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn grant(runtime: &Runtime, add: &[String], drop: &[String]) -> Result<CapSet, Refusal> {
    bounding(runtime, Request { privileged: false, add, drop })
}

/// What a row expects.
enum Expect {
    /// Exactly these.
    Only(&'static [&'static str]),
    /// The runtime's defaults without the first and with the second.
    Defaults(&'static [&'static str], &'static [&'static str]),
    /// Everything without these.
    AllBut(&'static [&'static str]),
    /// No container: the runtime does not know this name.
    Refused(&'static str),
}

use Expect::{AllBut, Defaults, Only, Refused};

/// Runtime, add, drop, outcome, and the place in the runtime's source that makes it so.
type Row = (Runtime, &'static [&'static str], &'static [&'static str], Expect, &'static str);

const ROWS: &[Row] = &[
    // containerd internal/cri/opts/spec_opts.go, WithCapabilities
    (
        CONTAINERD,
        &[],
        &[],
        Defaults(&[], &[]),
        "a nil request is nullOpt: pkg/oci/spec.go's defaults",
    ),
    (CONTAINERD, &["NET_ADMIN"], &["KILL"], Defaults(&["KILL"], &["NET_ADMIN"]), "adds, drops"),
    (CONTAINERD, &["net_admin"], &["kill"], Defaults(&["KILL"], &["NET_ADMIN"]), "strings.ToUpper"),
    (
        CONTAINERD,
        &["ſys_admin"],
        &["ALL"],
        Only(&["SYS_ADMIN"]),
        "strings.ToUpper knows the long s",
    ),
    (
        CONTAINERD,
        &["CAP_SYS_ADMIN"],
        &[],
        Defaults(&[], &[]),
        "\"CAP_\"+ToUpper(c): CAP_CAP_SYS_ADMIN",
    ),
    (CONTAINERD, &[], &["CAP_NET_RAW"], Defaults(&[], &[]), "removeCap finds no CAP_CAP_NET_RAW"),
    (
        CONTAINERD,
        &["BOGUS"],
        &["BOGUS2"],
        Defaults(&[], &[]),
        "runc capSlice ignores unknown names",
    ),
    (CONTAINERD, &["all"], &["CHOWN"], AllBut(&["CHOWN"]), "InStringSlice is EqualFold"),
    (CONTAINERD, &["ALL"], &["ALL"], Only(&[]), "WithCapabilities(nil) comes second"),
    (CONTAINERD, &["ALL", "KILL"], &["ALL"], Only(&["KILL"]), "WithAddedCapabilities comes after"),
    (CONTAINERD, &["KILL"], &["All", "KILL"], Only(&[]), "WithDroppedCapabilities comes last"),
    (CONTAINERD, &["CAP_ALL"], &["CAP_ALL"], Defaults(&[], &[]), "only ALL itself is all"),
    (CONTAINERD, &["KILL", "KILL"], &["ALL", "ALL"], Only(&["KILL"]), "capsContain"),
    // CRI-O internal/factory/container/container.go, SpecSetupCapabilities
    (CRIO, &[], &[], Defaults(&[], &[]), "defaultCaps are appended to the adds"),
    (CRIO, &["net_raw"], &["kill"], Defaults(&["KILL"], &["NET_RAW"]), "toCAPPrefixed"),
    (CRIO, &["cap_Net_Raw"], &["CAP_KILL"], Defaults(&["KILL"], &["NET_RAW"]), "toCAPPrefixed"),
    (CRIO, &["NET_RAW"], &["NET_RAW"], Defaults(&[], &[]), "drops come last"),
    (CRIO, &["KILL"], &["KILL"], Defaults(&["KILL"], &[]), "drops come last"),
    (CRIO, &["ALL"], &["CAP_CHOWN"], AllBut(&["CHOWN"]), "addAll: no defaults, the whole list"),
    (CRIO, &["ALL", "KILL"], &["ALL"], Only(&["KILL"]), "dropAll after addAll, then adds"),
    (CRIO, &[], &["all"], Only(&[]), "inStringSlice is EqualFold"),
    (CRIO, &["BOGUS"], &["ALL"], Refused("BOGUS"), "unknown capability to add"),
    (CRIO, &[], &["BOGUS"], Refused("BOGUS"), "DropProcessCapabilityBounding ends in CapValid"),
    (CRIO, &["CAP_ALL"], &[], Refused("CAP_ALL"), "only ALL itself is all"),
    (CRIO, &["CAP_CAP_KILL"], &[], Refused("CAP_CAP_KILL"), "one prefix is taken off"),
    (CRIO, &[""], &[], Refused(""), "CAP_ is no capability"),
    // Docker oci/caps/utils.go, TweakCapabilities and NormalizeLegacyCapabilities
    (DOCKER, &[], &[], Defaults(&[], &[]), "nothing to tweak"),
    (DOCKER, &["sys_time"], &["cap_kill"], Defaults(&["KILL"], &["SYS_TIME"]), "normalised"),
    (
        DOCKER,
        &["NET_ADMIN"],
        &["NET_ADMIN"],
        Defaults(&[], &["NET_ADMIN"]),
        "first drop, then append",
    ),
    (DOCKER, &["KILL"], &["KILL"], Defaults(&[], &[]), "first drop, then append"),
    (DOCKER, &["KILL"], &["ALL", "KILL"], Only(&["KILL"]), "caps = capAdd"),
    (DOCKER, &["ALL"], &["CHOWN"], AllBut(&["CHOWN"]), "all except ones on capDrop"),
    (
        DOCKER,
        &["all", "CHOWN"],
        &["CHOWN"],
        AllBut(&["CHOWN"]),
        "the first case ignores other adds",
    ),
    (DOCKER, &["ALL"], &["ALL"], AllBut(&[]), "no capability is called ALL"),
    (DOCKER, &["BOGUS"], &[], Refused("BOGUS"), "unknown capability"),
    (DOCKER, &["ALL"], &["BOGUS"], Refused("BOGUS"), "drops are normalised in every case"),
    (DOCKER, &["CAP_ALL"], &[], Refused("CAP_ALL"), "only ALL itself is all"),
];

#[test]
fn each_runtime_as_its_source_has_it() {
    for (runtime, add, drop, expected, source) in ROWS {
        let granted = grant(runtime, &owned(add), &owned(drop));
        let expected = match expected {
            Only(names) => Ok(CapSet::from_names(names)),
            Defaults(without, with) => Ok(defaults(runtime)
                .minus(CapSet::from_names(without))
                .union(CapSet::from_names(with))),
            AllBut(names) => Ok(CapSet::ALL.minus(CapSet::from_names(names))),
            Refused(name) => Err(Refusal { runtime: runtime.clone(), name: (*name).to_owned() }),
        };
        assert_eq!(granted, expected, "{runtime:?} add {add:?} drop {drop:?}: {source}");
    }
}

#[test]
fn privileged_and_unknown_names() {
    let (add, drop) = (owned(&["BOGUS"]), owned(&["ALL"]));
    let ask = |runtime| bounding(runtime, Request { privileged: true, add: &add, drop: &drop });
    // containerd: WithPrivileged comes after WithCapabilities.
    assert_eq!(ask(&CONTAINERD), Ok(CapSet::ALL));
    // CRI-O: SpecSetPrivileges does not call SpecSetupCapabilities.
    assert_eq!(ask(&CRIO), Ok(CapSet::ALL));
    // Docker: daemon/container.go, validateCapabilities.
    assert_eq!(ask(&DOCKER), Err(Refusal { runtime: DOCKER, name: "BOGUS".to_owned() }));
}

fn name() -> impl Strategy<Value = String> {
    let known = CapSet::ALL.names();
    prop_oneof![
        4 => select(known.clone()).prop_map(str::to_owned),
        2 => select(known.clone()).prop_map(str::to_lowercase),
        2 => select(known).prop_map(|name| format!("CAP_{name}")),
        2 => select(vec!["ALL", "all", "All"]).prop_map(str::to_owned),
        1 => select(vec!["BOGUS", "CAP_ALL", "", "CAP_"]).prop_map(str::to_owned),
    ]
}

fn list() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(name(), 0..5)
}

fn runtime() -> impl Strategy<Value = Runtime> {
    select(Runtime::ALL.to_vec())
}

fn is_subset(small: CapSet, large: CapSet) -> bool {
    small.minus(large).is_empty()
}

proptest! {
    #[test]
    fn privileged_is_everything(runtime in runtime(), add in list(), drop in list()) {
        let request = Request { privileged: true, add: &add, drop: &drop };
        if let Ok(granted) = bounding(&runtime, request) {
            prop_assert_eq!(granted, CapSet::ALL);
        }
    }

    #[test]
    fn a_drop_wins_on_containerd_and_cri_o(add in list(), drop in list(), one in name()) {
        prop_assume!(!is_all(&one));
        let drop = [drop, vec![one.clone()]].concat();
        for runtime in [CONTAINERD, CRIO] {
            let named = if runtime == CONTAINERD { verbatim(std::slice::from_ref(&one)) }
                else { resolve(&one).unwrap_or_default() };
            let granted = grant(&runtime, &add, &drop).unwrap_or_default();
            prop_assert!(granted.intersection(named).is_empty(), "{runtime:?} {granted}");
        }
    }

    /// On Docker an add survives every drop, unless `add` has ALL, and then none survives.
    #[test]
    fn an_add_wins_on_docker(add in list(), drop in list()) {
        if let Ok(granted) = grant(&DOCKER, &add, &drop) {
            let (added, dropped) = (known(&DOCKER, &add).unwrap(), known(&DOCKER, &drop).unwrap());
            if all(&add) {
                prop_assert!(granted.intersection(dropped).is_empty());
            } else {
                prop_assert!(is_subset(added, granted));
            }
        }
    }

    /// Only a refusal names the first of several unknown names.
    #[test]
    fn order_and_repetition_do_not_matter(
        runtime in runtime(),
        (add, shuffled) in list().prop_flat_map(|l| (Just(l.clone()), Just(l).prop_shuffle())),
        drop in list(),
    ) {
        let granted = grant(&runtime, &add, &drop).ok();
        prop_assert_eq!(granted, grant(&runtime, &shuffled, &drop).ok());
        prop_assert_eq!(granted, grant(&runtime, &[add.clone(), shuffled].concat(), &drop).ok());
        let reversed: Vec<_> = drop.iter().rev().chain(&drop).cloned().collect();
        prop_assert_eq!(granted, grant(&runtime, &add, &reversed).ok());
    }

    /// On all three: what Docker breaks is the mirror image, see below.
    #[test]
    fn one_more_drop_never_grants_more(
        runtime in runtime(),
        add in list(),
        (drop, fewer) in list().prop_flat_map(|l| (Just(l.clone()), subsequence(l.clone(), 0..=l.len()))),
    ) {
        if let (Ok(more), Ok(less)) = (grant(&runtime, &add, &fewer), grant(&runtime, &add, &drop)) {
            prop_assert!(is_subset(less, more), "{less} / {more}");
        }
    }

    /// One more add never takes anything away, except ALL on Docker: from then on, drops win.
    #[test]
    fn one_more_add_never_grants_less(
        runtime in runtime(),
        (add, fewer) in list().prop_flat_map(|l| (Just(l.clone()), subsequence(l.clone(), 0..=l.len()))),
        drop in list(),
    ) {
        prop_assume!(runtime != DOCKER || all(&add) == all(&fewer));
        if let (Ok(less), Ok(more)) = (grant(&runtime, &fewer, &drop), grant(&runtime, &add, &drop)) {
            prop_assert!(is_subset(less, more), "{less} / {more}");
        }
    }
}

#[test]
fn on_docker_adding_all_takes_away() {
    let drop = owned(&["NET_RAW"]);
    let named = grant(&DOCKER, &owned(&["NET_RAW"]), &drop).unwrap();
    let all = grant(&DOCKER, &owned(&["NET_RAW", "ALL"]), &drop).unwrap();
    assert!(named.names().contains(&"NET_RAW") && !all.names().contains(&"NET_RAW"));
}
