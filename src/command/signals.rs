//! Ctrl-C, SIGTERM and a closing console, as the dispatcher understands them: the first drains, the second leaves.

use tokio::sync::mpsc::UnboundedSender;

use crate::send::{Event, Signal};

/// Reports signals to `events` for as long as the runtime lives.
pub(super) fn listen(events: UnboundedSender<Event>) {
    tokio::spawn(async move {
        let mut asked = Signal::Drain;
        while next().await {
            if events.send(Event::Signal(asked)).is_err() {
                return;
            }
            asked = Signal::Leave;
        }
    });
}

/// Waits for the next signal that asks the process to end. False: signals cannot be heard.
#[cfg(unix)]
pub(super) async fn next() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
        signal(SignalKind::hangup()),
    ];
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = kinds else {
        return false;
    };
    tokio::select! {
        heard = interrupt.recv() => heard.is_some(),
        heard = terminate.recv() => heard.is_some(),
        heard = hangup.recv() => heard.is_some(),
    }
}

/// Waits for the next signal that asks the process to end. False: signals cannot be heard.
#[cfg(windows)]
pub(super) async fn next() -> bool {
    use tokio::signal::windows;
    let (Ok(mut c), Ok(mut close), Ok(mut pause), Ok(mut shutdown)) = (
        windows::ctrl_c(),
        windows::ctrl_close(),
        windows::ctrl_break(),
        windows::ctrl_shutdown(),
    ) else {
        return false;
    };
    tokio::select! {
        heard = c.recv() => heard.is_some(),
        heard = close.recv() => heard.is_some(),
        heard = pause.recv() => heard.is_some(),
        heard = shutdown.recv() => heard.is_some(),
    }
}
