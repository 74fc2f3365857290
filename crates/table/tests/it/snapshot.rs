//! Snapshots: the same tables are the same folder, load as they were, and tell when they were changed.

use std::io::ErrorKind;
use std::path::Path;

use jiufen_table::batches::{ParquetTable, Wanted};
use jiufen_table::snapshot::{MANIFEST, Snapshot};
use jiufen_table::{Loaded, Table};

use crate::properties::{assert_same, runner, tables};
use crate::{load, schema};

fn loaded() -> Loaded {
    load(
        "# 合成数据; 登记完整至 2025-12-31\n编号,名称,成立日期,认定年度,规上,行业,园区,用地,注册资本(元),利润(元),研发强度(%)\n\
         330100200001011234,\"甲,\n乙\",2018-06-12,2020,是,工业,无,3亩,1.2万元,-0.05,3.1\n\
         2,'=x,,,,,,10公顷,123456789012345678901234567890,,\n3,,,,否,软件,2,缺,,7,\n4,坏,1,,,,,,,,\n",
        Some("编号,年度,营业收入(万元),从业人员\n2,2024,1.5,10\n3,2023,缺,\n2,2025,7000,12\n9,2025,1,1\n"),
    )
}

#[test]
fn a_table_comes_out_of_a_snapshot_as_it_went_in() {
    let root = tempfile::tempdir().unwrap();
    let before = loaded();
    let saved = Snapshot::save(root.path(), &[&before]).unwrap();
    assert_eq!(saved.tables(), ["企业"]);
    assert!(saved.folder().ends_with(saved.hash()));
    let opened = Snapshot::open(saved.folder()).unwrap();
    let after = opened.load(&schema()).unwrap().unwrap();
    assert_same(&before.table, &after.table);
    assert_eq!((after.read, after.accepted), (before.read, before.accepted));
    assert_eq!((after.read, after.accepted), (8, 6));
    let told = &opened.manifest()["tables"][0];
    assert_eq!(
        (&told["read"], &told["accepted"], &told["rejected"]),
        (&8.into(), &6.into(), &2.into())
    );
    assert_eq!(after.table.provenance(), before.table.provenance());
    assert_eq!(after.table.hash(), before.table.hash());
    for row in 0..3 {
        assert_eq!(after.table.place(row), before.table.place(row));
        for year in 2023..2026 {
            assert_eq!(
                after.table.yearly_place(row, year),
                before.table.yearly_place(row, year)
            );
        }
    }
    let columns = told["columns"].as_array().unwrap();
    let revenue = columns.iter().find(|c| c["name"] == "营业收入@2025(元)").unwrap();
    assert_eq!(
        (&revenue["low"], &revenue["high"]),
        (&"70000000".into(), &"70000000".into())
    );
    let land = columns.iter().find(|c| c["name"] == "用地(平方米)").unwrap();
    assert_eq!((&land["low"], &land["high"]), (&"2000".into(), &"100000".into()));
}

fn saved_again(table: &Table) -> (String, Table) {
    let root = tempfile::tempdir().unwrap();
    let loaded = Loaded {
        table: table.clone(),
        read: 0,
        accepted: 0,
        rejected: jiufen_table::Rejections::default(),
        findings: Vec::new(),
    };
    let saved = Snapshot::save(root.path(), &[&loaded]).unwrap();
    (
        saved.hash().to_owned(),
        saved.load(&schema()).unwrap().unwrap().table,
    )
}

#[test]
fn whatever_a_table_holds_its_snapshot_holds_and_the_snapshot_of_that_is_the_same() {
    let outcome = runner(40).run(&tables(), |table| {
        let (hash, again) = saved_again(&table);
        assert_same(&table, &again);
        assert_eq!(saved_again(&again).0, hash);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[test]
fn the_same_tables_are_the_same_folder_and_others_are_another() {
    let root = tempfile::tempdir().unwrap();
    let first = Snapshot::save(root.path(), &[&loaded()]).unwrap();
    let second = Snapshot::save(root.path(), &[&loaded()]).unwrap();
    assert_eq!(first.hash(), second.hash());
    let other = load("编号,名称\n1,甲\n", None);
    assert_ne!(
        Snapshot::save(root.path(), &[&other]).unwrap().hash(),
        first.hash()
    );
    let names = std::fs::read_dir(root.path()).unwrap();
    assert!(
        names
            .flatten()
            .all(|name| !name.file_name().to_string_lossy().starts_with('.'))
    );
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 2);
}

fn changed(folder: &Path, file: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) {
    let path = folder.join(file);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, change(bytes)).unwrap();
}

#[test]
fn a_changed_snapshot_is_refused_with_what_differs() {
    let root = tempfile::tempdir().unwrap();
    let saved = Snapshot::save(root.path(), &[&loaded()]).unwrap();
    // Another table's file under this name: every column is readable, and one says otherwise.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = loaded();
    other.table = load("编号,名称\n1,甲\n", None).table;
    let other = Snapshot::save(elsewhere.path(), &[&other]).unwrap();
    let bytes = std::fs::read(other.folder().join("企业.parquet")).unwrap();
    changed(saved.folder(), "企业.parquet", |_| bytes.clone());
    let error = saved.load(&schema()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.to_string().contains("快照与它的名称不符"), "{error}");
    assert!(error.to_string().contains("#行号"), "{error}");
    assert!(
        Snapshot::save(root.path(), &[&loaded()]).is_err(),
        "a changed one is not used again"
    );
    changed(saved.folder(), "企业.parquet", |bytes| {
        bytes[..bytes.len() / 2].to_vec()
    });
    assert!(
        saved
            .load(&schema())
            .unwrap_err()
            .to_string()
            .contains("企业.parquet")
    );
    changed(saved.folder(), MANIFEST, |mut bytes| {
        bytes.push(b' ');
        bytes
    });
    let error = Snapshot::open(saved.folder()).unwrap_err().to_string();
    assert!(
        error.contains("snapshot.json") && error.contains(saved.hash()),
        "{error}"
    );
}

#[test]
fn a_snapshot_is_streamed_as_any_other_file() {
    let root = tempfile::tempdir().unwrap();
    let saved = Snapshot::save(root.path(), &[&loaded()]).unwrap();
    let wanted = [
        Wanted {
            column: 8,
            year: None,
        },
        Wanted {
            column: 18,
            year: Some(2024),
        },
    ];
    let table = ParquetTable::new(&saved.folder().join("企业.parquet"), &schema(), &wanted);
    let survey = table.survey().unwrap();
    let batch = table.batches(&survey).unwrap().next().unwrap();
    assert_eq!(batch.keys, ["330100200001011234", "2", "3"]);
    let land = batch.columns[0].as_ref().unwrap();
    assert_eq!(crate::lanes::value(land, 1).as_deref(), Some("100000"));
    assert_eq!(crate::lanes::value(land, 2), None);
    let staff = batch.columns[1].as_ref().unwrap();
    assert_eq!(
        (
            crate::lanes::value(staff, 0),
            crate::lanes::value(staff, 1).as_deref()
        ),
        (None, Some("10"))
    );
}
