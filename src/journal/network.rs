//! Whether a folder lies on a network drive, where locks and syncs do not promise what they do on a disk.

use std::path::Path;

/// Kinds of file systems that are another computer's.
const NETWORK: [&str; 10] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afs",
    "ceph",
    "9p",
    "fuse.sshfs",
    "davfs",
];

/// Whether `path` (a file that may not exist yet, or a folder) lies on a network drive, as far as the system says.
#[must_use]
pub fn is_on_network(path: &Path) -> bool {
    let folder = if path.is_dir() {
        Some(path)
    } else {
        path.parent()
    };
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    // On Windows this also resolves a drive letter to the share behind it.
    let Ok(folder) = folder.unwrap_or(Path::new(".")).canonicalize() else {
        return false;
    };
    if is_unc(&folder.to_string_lossy()) {
        return true;
    }
    std::fs::read_to_string("/proc/self/mountinfo")
        .is_ok_and(|mounts| is_network_mount(&mounts, &folder))
}

/// Whether a Windows path names a share.
fn is_unc(path: &str) -> bool {
    match path.strip_prefix(r"\\?\") {
        Some(rest) => rest.starts_with(r"UNC\"),
        None => path.starts_with(r"\\"),
    }
}

/// Whether the innermost mount that holds `folder` is a network's. `mounts` is Linux' `mountinfo`: the mount point
/// is the fifth field, the kind of file system the one after the hyphen (proc_pid_mountinfo(5)).
fn is_network_mount(mounts: &str, folder: &Path) -> bool {
    let innermost = mounts
        .lines()
        .filter_map(|line| {
            let (before, after) = line.split_once(" - ")?;
            let point = before.split(' ').nth(4)?.replace(r"\040", " ");
            let depth = Path::new(&point).components().count();
            let kind = after.split(' ').next()?;
            folder.starts_with(&point).then_some((depth, kind))
        })
        // Of two mounts at one place the later hides the earlier.
        .max_by_key(|(depth, _)| *depth);
    innermost.is_some_and(|(_, kind)| NETWORK.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_decides() {
        let mounts = "\
22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv/office rw shared:9 - cifs //server/office rw
31 30 8:2 / /srv/office/local\\040disk rw - ext4 /dev/sdb1 rw
32 22 0:41 / /mnt/nfs rw - nfs4 server:/x rw
";
        for (folder, network) in [
            ("/home/maria", false),
            ("/srv/office", true),
            ("/srv/office/2019", true),
            ("/srv/officer", false),
            ("/srv/office/local disk/a", false),
            ("/mnt/nfs/a/b", true),
        ] {
            assert_eq!(
                is_network_mount(mounts, Path::new(folder)),
                network,
                "{folder}"
            );
        }
        assert!(!is_network_mount("nonsense", Path::new("/")));
    }

    #[test]
    fn a_share_of_windows_is_a_network_drive() {
        for (path, network) in [
            (r"\\?\UNC\server\office\2019", true),
            (r"\\server\office", true),
            (r"\\?\C:\malote", false),
            (r"C:\malote", false),
            ("/home/maria", false),
        ] {
            assert_eq!(is_unc(path), network, "{path}");
        }
    }
}
