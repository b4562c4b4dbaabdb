//! The whole sender, in memory and under Tokio's paused clock: what was promised holds in every run, whatever happens.

mod archive;
mod batches;
mod chance;
mod model;
mod nights;
mod outage;
mod ports;
mod sim;
mod stops;
mod storm;
mod throttle;
mod world;
