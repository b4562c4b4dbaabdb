//! `report`: one page whose every figure is `diff`'s, that loads nothing and does nothing.

mod books;

use books::{Books, CLIENT};

use crate::support::Bench;

/// Books to look at: `cargo test --test integration books_to_look_at -- --ignored`, with the folder and the number of
/// rows in the environment.
#[test]
#[ignore = "makes files for a person"]
fn books_to_look_at() {
    let folder = std::env::var("BOOKS_FOLDER").unwrap();
    let rows = std::env::var("BOOKS_ROWS").unwrap().parse().unwrap();
    std::fs::create_dir_all(&folder).unwrap();
    let books = Books {
        rows,
        rate: (rows as f64 / 230_000.0).max(0.2),
        pending: rows / 50,
    };
    books.write(folder.as_ref());
}
