//! The integration tests: trials that are decided at run time.

mod go;
mod pss;
mod pss_differential;
mod pss_pods;

use libtest_mimic::Arguments;

fn main() {
    let mut trials = pss::trials();
    trials.extend(pss_differential::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
