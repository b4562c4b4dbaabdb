//! Ctrl-C, SIGTERM and a closing console, as the dispatcher understands them: the first drains, the second leaves.

use std::io;

use tokio::sync::mpsc::UnboundedSender;

use crate::send::{Event, Signal};

/// Reports signals to `events` for as long as the runtime lives.
///
/// # Errors
/// The system does not let this process hear of signals.
pub(super) fn listen(events: UnboundedSender<Event>) -> io::Result<()> {
    let mut signals = Signals::new()?;
    tokio::spawn(async move {
        let mut asked = Signal::Drain;
        while signals.next().await {
            if events.send(Event::Signal(asked)).is_err() {
                return;
            }
            asked = Signal::Leave;
        }
    });
    Ok(())
}

/// The signals that ask the process to end. Heard from the first moment on: one that comes while another is being
/// dealt with is not lost.
#[cfg(unix)]
pub(super) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// The system refuses.
    pub(super) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next. False: nothing will be heard any more.
    pub(super) async fn next(&mut self) -> bool {
        tokio::select! {
            heard = self.interrupt.recv() => heard.is_some(),
            heard = self.terminate.recv() => heard.is_some(),
            heard = self.hangup.recv() => heard.is_some(),
        }
    }
}

/// The signals that ask the process to end. Heard from the first moment on: one that comes while another is being
/// dealt with is not lost.
#[cfg(windows)]
pub(super) struct Signals {
    c: tokio::signal::windows::CtrlC,
    pause: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// The system refuses.
    pub(super) fn new() -> io::Result<Self> {
        use tokio::signal::windows;
        Ok(Self {
            c: windows::ctrl_c()?,
            pause: windows::ctrl_break()?,
            close: windows::ctrl_close()?,
            shutdown: windows::ctrl_shutdown()?,
        })
    }

    /// Waits for the next. False: nothing will be heard any more.
    pub(super) async fn next(&mut self) -> bool {
        tokio::select! {
            heard = self.c.recv() => heard.is_some(),
            heard = self.pause.recv() => heard.is_some(),
            heard = self.close.recv() => heard.is_some(),
            heard = self.shutdown.recv() => heard.is_some(),
        }
    }
}
