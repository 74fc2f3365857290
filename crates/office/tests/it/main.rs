//! Integration tests of the office.

mod site;
