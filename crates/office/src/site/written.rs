//! The list of the files of a site, which tells the next one what an earlier one wrote.

use std::collections::BTreeSet;
use std::io;
use std::path::{Component, Path};

/// The file that lists the others and itself.
pub(super) const LIST: &str = "jiufen-files.txt";

/// Its first line; a file without it was written by somebody else.
const HEAD: &str = "# 九分写出的文件;再次写出时,这里列出而不再需要的会删去 (files that Jiufen wrote)";

/// The list of these files, one a line.
pub(super) fn list(paths: &BTreeSet<String>) -> String {
    let mut out = format!("{HEAD}\n");
    for path in paths {
        out.push_str(path);
        out.push('\n');
    }
    out
}

/// Takes away the files that the list in the folder names and `paths` does not. Without a list nothing is.
pub(super) fn take_away(root: &Path, paths: &BTreeSet<String>) -> io::Result<()> {
    let Ok(earlier) = std::fs::read_to_string(root.join(LIST)) else {
        return Ok(());
    };
    let Some(earlier) = earlier.strip_prefix(HEAD) else {
        return Ok(());
    };
    let gone = earlier
        .lines()
        .filter(|path| !paths.contains(*path) && is_below(path));
    for path in gone.map(|path| root.join(path)).filter(|path| path.is_file()) {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

/// Whether a path leads to a file of the folder, whatever somebody made of the list.
fn is_below(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !path.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)))
}
