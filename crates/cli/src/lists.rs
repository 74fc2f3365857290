//! The files of a run: its lists in one format, and the manifest that names them.

use std::fs;
use std::io;
use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_office::lists::{List, ListFormat, Written};
use jiufen_office::manifest::{self, AskedFor, Hashing, Manifest};
use jiufen_office::progress::Watch;
use jiufen_office::{Pack, PackFiles, Registry, Run, write_atomically};

use crate::arguments::{RunArguments, TableFormat};
use crate::packs;

impl From<TableFormat> for ListFormat {
    fn from(format: TableFormat) -> Self {
        match format {
            TableFormat::Csv => Self::Csv,
            TableFormat::Xlsx => Self::Excel,
            TableFormat::Parquet => Self::Parquet,
        }
    }
}

/// Writes all lists, and last the manifest that names them: a folder with a manifest is whole.
pub fn write_all(
    command: &RunArguments,
    folder: &Path,
    (pack, registry, run): (&Pack, &Registry, &Run),
    lang: Lang,
    watch: &dyn Watch,
) -> io::Result<()> {
    fs::create_dir_all(folder).map_err(packs::about(folder))?;
    let data = match &command.when.data {
        Some(data) => Some((
            data.display().to_string(),
            PackFiles::read(data).map_err(packs::about(data))?,
        )),
        None => None,
    };
    let asked = AskedFor {
        pack: &command.pack,
        data: data.as_ref().map(|(folder, files)| (folder.as_str(), files)),
    };
    let mut manifest = Manifest::new(asked, pack, registry, run.options, lang);
    // Lists of an earlier run, in whatever format, are of no run any more.
    let formats = [ListFormat::Csv, ListFormat::Excel, ListFormat::Parquet];
    let lists = List::ALL
        .iter()
        .flat_map(|list| formats.map(|format| list.file(format)));
    for name in std::iter::once(manifest::FILE.to_owned()).chain(lists) {
        let old = folder.join(name);
        match fs::remove_file(&old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(packs::about(&old)(error)),
            _ => {}
        }
    }
    let provenance = manifest.provenance();
    let written = Written {
        pack,
        registry,
        run,
        lang,
        provenance: &provenance,
        watch,
    };
    let format = ListFormat::from(command.lists);
    for list in List::ALL {
        let name = list.file(format);
        let mut hashed = None;
        write(folder, &name, |out| {
            let hashing = written.write(list, format, Hashing::new(out))?;
            hashed = Some(hashing.finish(&name).1);
            Ok(())
        })?;
        manifest.outputs.extend(hashed);
    }
    write(folder, manifest::FILE, |out| {
        io::Write::write_all(out, manifest.to_text().as_bytes())
    })
}

/// Writes a file of a folder whole or not at all, so that no half-written list is ever found.
pub fn write(
    folder: &Path,
    name: &str,
    content: impl FnOnce(&mut io::BufWriter<fs::File>) -> io::Result<()>,
) -> io::Result<()> {
    let path = folder.join(name);
    write_atomically(&path, content).map_err(packs::about(&path))
}
