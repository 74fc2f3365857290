//! Tests of the language.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod check;
mod needs;
mod rejections;
mod syntax;
mod views;
