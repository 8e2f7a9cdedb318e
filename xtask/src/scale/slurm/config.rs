//! The configuration of a Slurm that runs on this machine only.

use std::path::{Path, PathBuf};

/// The files of one cluster, all in a folder of its own, and its ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    folder: PathBuf,
    /// The controller's port.
    pub controller_port: u16,
    /// The daemon's port.
    pub daemon_port: u16,
}

impl Layout {
    /// A cluster in this folder, which must be an absolute path without spaces: Slurm's file of settings has no quotes.
    pub fn new(folder: &Path, controller_port: u16, daemon_port: u16) -> Self {
        Self { folder: folder.to_path_buf(), controller_port, daemon_port }
    }

    /// The file or folder of this name.
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Slurm's settings.
    pub fn slurm_conf(&self) -> PathBuf {
        self.at("slurm.conf")
    }

    /// The key with which munge signs who sent a message.
    pub fn munge_key(&self) -> PathBuf {
        self.at("munge.key")
    }

    /// Where munge listens.
    pub fn munge_socket(&self) -> PathBuf {
        self.at("munge.socket")
    }
}

/// The text of `slurm.conf` for this host and user, with `cpus` tasks at once.
pub fn slurm_conf(layout: &Layout, host: &str, user: &str, cpus: usize) -> String {
    let path = |name: &str| layout.at(name).display().to_string();
    let socket = layout.munge_socket().display().to_string();
    let settings = [
        ("ClusterName", "atelier".to_owned()),
        ("SlurmctldHost", format!("{host}(127.0.0.1)")),
        ("SlurmctldPort", layout.controller_port.to_string()),
        ("SlurmdPort", layout.daemon_port.to_string()),
        // Both listen on the address above, and not on every address of the machine.
        ("CommunicationParameters", "NoCtldInAddrAny,NoInAddrAny".to_owned()),
        // Whoever starts them: no user is added to the machine.
        ("SlurmUser", user.to_owned()),
        ("SlurmdUser", user.to_owned()),
        ("AuthType", "auth/munge".to_owned()),
        ("CredType", "cred/munge".to_owned()),
        // A task that is started again waits until its old credential has expired, by default for two minutes.
        ("AuthInfo", format!("socket={socket},cred_expire=5")),
        ("StateSaveLocation", path("state")),
        ("SlurmdSpoolDir", path("spool")),
        ("SlurmctldPidFile", path("slurmctld.pid")),
        ("SlurmdPidFile", path("slurmd.pid")),
        ("SlurmctldLogFile", path("slurmctld.log")),
        ("SlurmdLogFile", path("slurmd.log")),
        // A container may have no control groups that it may write to.
        ("ProctrackType", "proctrack/linuxproc".to_owned()),
        ("TaskPlugin", "task/none".to_owned()),
        ("JobAcctGatherType", "jobacct_gather/none".to_owned()),
        ("AccountingStorageType", "accounting_storage/none".to_owned()),
        ("MpiDefault", "none".to_owned()),
        ("MailProg", "/bin/true".to_owned()),
        ("SelectType", "select/cons_tres".to_owned()),
        ("SelectTypeParameters", "CR_CPU".to_owned()),
        // The node is what stands below, whatever the daemon finds.
        ("SlurmdParameters", "config_overrides".to_owned()),
        // How finished tasks ended can be asked for as long as anybody waits for the others.
        ("MinJobAge", "7200".to_owned()),
        ("KillWait", "5".to_owned()),
        ("ReturnToService", "2".to_owned()),
    ];
    let mut text: String = settings.map(|(name, value)| format!("{name}={value}\n")).concat();
    let memory = cpus * 2048;
    text.push_str(&format!(
        "NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN\n"
    ));
    text.push_str(&format!("PartitionName=all Nodes={host} Default=YES State=UP\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> String {
        slurm_conf(&Layout::new(Path::new("/tmp/x"), 4001, 4002), "here", "me", 2)
    }

    #[test]
    fn nothing_listens_beyond_this_machine() {
        let text = text();
        for line in [
            "SlurmctldHost=here(127.0.0.1)",
            "NodeName=here NodeAddr=127.0.0.1",
            "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny",
        ] {
            assert!(text.contains(line), "{line}");
        }
    }

    #[test]
    fn every_path_is_in_the_cluster_s_own_folder() {
        let text = text();
        let absolute = text.lines().filter_map(|line| line.split_once("=/"));
        for (name, path) in absolute.filter(|(name, _)| *name != "MailProg") {
            assert!(path.starts_with("tmp/x/"), "{name}={path}");
        }
        assert!(text.contains("AuthInfo=socket=/tmp/x/munge.socket,"));
    }
}
