//! What to change first, for people.

use std::io::{self, Write};

use crate::reach::Cuts;
use crate::report::Look;
use crate::report::radius::in_words;
use crate::report::text::{plural, visible, wrap};

/// Workloads that are named below a change; the rest is counted.
const NAMED: usize = 8;

pub(super) fn write(cuts: &Cuts, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let title = match (cuts.exposed, cuts.cuts.len()) {
        (0, _) => "No workload leads anywhere.".to_owned(),
        (exposed, 0) => {
            format!("{}: no single change frees one.", plural(exposed, "exposed workload"))
        }
        (exposed, _) => format!(
            "{}: these changes bring most, each on top of those before it",
            plural(exposed, "exposed workload")
        ),
    };
    writeln!(out, "{}", look.bold(&wrap(&title, 0, look.width)))?;
    for (number, cut) in cuts.cuts.iter().enumerate() {
        let line = format!("{}. {}", number + 1, cut.change.words());
        writeln!(out, "\n{}", wrap(&visible(&line), 0, look.width))?;
        let line = format!(
            "then {} of {} still lead to something, {} to the cluster; it changes for {}",
            cut.left,
            cuts.exposed,
            cut.left_cluster,
            plural(cut.frees.len(), "workload")
        );
        writeln!(out, "{}", wrap(&line, 3, look.width))?;
        for freed in cut.frees.iter().take(NAMED) {
            let crate::inventory::Workload { namespace, kind, name } = &freed.workload;
            let (before, after) = (in_words(freed.before), in_words(freed.after));
            let line = format!("{namespace}/{kind}/{name}: {before} -> {after}");
            writeln!(out, "{}", wrap(&visible(&line), 5, look.width))?;
        }
        if cut.frees.len() > NAMED {
            writeln!(
                out,
                "{}",
                wrap(&format!("and {} more", cut.frees.len() - NAMED), 5, look.width)
            )?;
        }
    }
    if cuts.bounded {
        let note = "Not every change was tried: those that most paths use came first.";
        writeln!(out, "\n{}", wrap(note, 0, look.width))?;
    }
    Ok(())
}
