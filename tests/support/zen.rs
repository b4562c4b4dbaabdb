//! A simulated Zen that tests start, tell what to do, and ask what it got.

use malote::sandbox::{Account, Sandbox, Settings};
use secrecy::SecretString;
use tokio::runtime::Runtime;

use super::TOKEN;

pub struct Zen {
    runtime: Runtime,
    sandbox: Option<Sandbox>,
}

impl Zen {
    pub fn start(settings: Settings) -> Self {
        let runtime = Runtime::new().unwrap();
        let token = SecretString::from(TOKEN);
        let sandbox = runtime
            .block_on(Sandbox::start(settings, 0, token))
            .unwrap();
        Self {
            runtime,
            sandbox: Some(sandbox),
        }
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    pub fn url(&self) -> String {
        self.sandbox().base_url()
    }

    pub fn account(&self) -> Account {
        self.sandbox().account()
    }

    pub fn repeats(&self) -> Vec<(String, u64)> {
        self.sandbox().repeats()
    }

    pub fn repeated(&self) -> usize {
        self.sandbox().repeated()
    }
}

impl Drop for Zen {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        drop(self.sandbox.take());
    }
}
