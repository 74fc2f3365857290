//! Types as they are written, and as messages name them.

use jiufen_diagnostic::{Argument, Diagnostic, catalogue::names, nearest};
use jiufen_quantity::{Base, Dimension, Unit, unit::UnitKind};

use super::{BlockAt, Checker};
use crate::program::Type;
use crate::syntax::ast::{self, AstNode, TypePiece};

/// The names of built-in types, with their meaning.
pub(super) fn builtin(name: &str) -> Option<Type> {
    let quantity = |dimension: Dimension, floor: bool| Some(Type::Quantity { dimension, floor });
    match name {
        "金额" => Some(Type::money()),
        "面积" | "用地面积" => quantity(Dimension::area(), false),
        "建筑面积" => quantity(Dimension::area(), true),
        "长度" => quantity(Dimension::of(Base::Length, 1), false),
        "能耗" => quantity(Dimension::of(Base::Coal, 1), false),
        "电量" => quantity(Dimension::of(Base::Electricity, 1), false),
        "质量" | "重量" => quantity(Dimension::of(Base::Mass, 1), false),
        "年数" => quantity(Dimension::of(Base::Year, 1), false),
        "天数" => quantity(Dimension::of(Base::Day, 1), false),
        "工作日数" => quantity(Dimension::of(Base::Workday, 1), false),
        "比率" => Some(Type::Rate),
        "比率差" | "百分点" => Some(Type::Points),
        "数" | "个数" | "整数" => Some(Type::Number),
        "是否" => Some(Type::Boolean),
        "文本" => Some(Type::Text),
        "日期" => Some(Type::Date),
        "年" | "年份" => Some(Type::Year),
        "地区" => Some(Type::Territory),
        "几何" => Some(Type::Geometry),
        "取整方式" => Some(Type::RoundingMode),
        _ => None,
    }
}

const NAMES: &[&str] = &[
    "金额",
    "面积",
    "建筑面积",
    "长度",
    "能耗",
    "电量",
    "质量",
    "年数",
    "天数",
    "工作日数",
    "比率",
    "比率差",
    "数",
    "是否",
    "文本",
    "日期",
    "年",
    "地区",
    "几何",
    "取整方式",
    "代码",
];

/// The type of a bare unit: `人`, `元/亩`.
pub(super) fn of_unit(unit: &Unit) -> Type {
    match unit.kind {
        UnitKind::Rate => Type::Rate,
        UnitKind::Points => Type::Points,
        UnitKind::Plain if unit.dimension.is_none() => Type::Number,
        UnitKind::Plain => Type::Quantity {
            dimension: unit.dimension.clone(),
            floor: false,
        },
    }
}

impl Checker<'_> {
    /// Reads a type as written behind a colon.
    pub(super) fn read_type(&mut self, at: &BlockAt, ty: &ast::Type) -> Type {
        let mut pieces = ty.pieces();
        let (first, second) = (pieces.next(), pieces.next());
        if let (Some(TypePiece::Word(word)), Some(TypePiece::Text(system))) = (&first, &second)
            && word == "代码"
        {
            return Type::Code(system.clone());
        }
        if let (Some(TypePiece::Word(word)), None) = (&first, &second) {
            if let Some(ty) = builtin(word) {
                return ty;
            }
            if let Some(id) = self.names.enumerations.get(word) {
                return Type::Enumeration(*id);
            }
            if let Some(id) = self.names.subjects.get(word) {
                return Type::Row(*id);
            }
        }
        let text = ty.text();
        if let Some(unit) = Unit::parse(&text) {
            return of_unit(&unit);
        }
        let known = NAMES
            .iter()
            .copied()
            .chain(self.names.enumerations.keys().map(|k| k.as_str()));
        let known = known.chain(self.names.subjects.keys().map(|k| k.as_str()));
        let near = nearest(&text, known);
        let hint = near.map_or_else(Argument::default, |n| {
            Argument::term(format!(";是「{n}」吗?"), format!("; did you mean “{n}”?"))
        });
        let finding = Diagnostic::new(&names::UNKNOWN_TYPE, at.span(ty.range()));
        let finding = finding.with("name", text.as_str()).with("hint", hint);
        let finding = match near {
            Some(near) => finding.fix(at.span(ty.range()), near),
            None => finding,
        };
        self.report(at, finding);
        Type::Unknown
    }

    /// How messages name a type.
    pub(super) fn type_words(&self, ty: &Type) -> Argument {
        let (zh, en) = type_names(&self.program, ty);
        Argument::term(zh, en)
    }
}

/// Chinese and English words for a type.
pub(crate) fn type_names(program: &crate::program::Program, ty: &Type) -> (String, String) {
    let both = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    match ty {
        Type::Number => both("一个没有单位的数", "a number without unit"),
        Type::Rate => both("比率", "a rate"),
        Type::Points => both("百分点", "percentage points"),
        Type::Quantity { dimension, floor } => quantity_names(dimension, *floor),
        Type::Boolean => both("是否", "a condition"),
        Type::Text => both("文本", "text"),
        Type::Date => both("日期", "a date"),
        Type::Year => both("年份", "a year"),
        Type::Territory => both("地区", "a territory"),
        Type::Geometry => both("几何", "a geometry"),
        Type::RoundingMode => both("取整方式", "a way of rounding"),
        Type::Code(system) => (format!("{system} 代码"), format!("a code of {system}")),
        Type::Enumeration(id) => {
            let name = &program.enumerations[id.index()].name;
            (format!("类别「{name}」"), format!("a value of “{name}”"))
        }
        Type::Row(id) => {
            let name = &program.subjects[id.index()].name;
            (format!("一个「{name}」"), format!("one “{name}”"))
        }
        Type::Rows(id) => {
            let name = &program.subjects[id.index()].name;
            (format!("若干「{name}」"), format!("several “{name}”"))
        }
        Type::Series(inner) => {
            let (zh, en) = type_names(program, inner);
            (format!("几年的{zh}"), format!("{en} for several years"))
        }
        Type::Candidates(inner) => {
            let (zh, en) = type_names(program, inner);
            (format!("{zh}的候选"), format!("candidates for {en}"))
        }
        Type::Unknown => both("未知", "unknown"),
    }
}

fn quantity_names(dimension: &Dimension, floor: bool) -> (String, String) {
    let named = match dimension.powers() {
        [(Base::Money, 1)] => Some(("金额(元)", "money (元)")),
        [(Base::Length, 2)] if floor => Some(("建筑面积(平方米)", "floor area (平方米)")),
        [(Base::Length, 2)] => Some(("面积(平方米、亩)", "area (平方米, 亩)")),
        [(Base::Length, 1)] => Some(("长度(米)", "length (米)")),
        [(Base::Year, 1)] => Some(("年数", "a number of years")),
        [(Base::Day, 1)] => Some(("天数", "a number of days")),
        [(Base::Score, 1)] => Some(("分数(分)", "points of a score (分)")),
        _ => None,
    };
    match named {
        Some((zh, en)) => (zh.to_owned(), en.to_owned()),
        None => (
            format!("以「{dimension}」为单位的量"),
            format!("a quantity in {dimension}"),
        ),
    }
}
