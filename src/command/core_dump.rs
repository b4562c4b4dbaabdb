//! Nothing of this process is left in a file when it crashes: its memory holds the key and the documents.

/// Forbids the system to write a core dump of this process. Where it does not obey, nothing is lost but this precaution.
pub(super) fn forbid() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let _ = setrlimit(Resource::Core, none);
    }
}

/// Lets no other program of this user look into the memory of this process, which holds the key. A core dump that goes to
/// a program instead of a file, which the limit above does not forbid, is not made either.
pub(super) fn hide() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
