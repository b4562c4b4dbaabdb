//! The integration tests: one binary, a file for each feature. They run the program as a process, against the
//! simulated Zen.

mod diff;
mod journal;
mod plan;
mod plan_choices;
mod plan_containers;
mod plan_known;
mod promises;
mod run;
mod support;
